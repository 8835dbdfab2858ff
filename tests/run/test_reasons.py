"""What an undecided condition needs."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from guidelang.calendar import Duration
from guidelang.facts.state import FactSet, FactState, Reason
from guidelang.network import ir
from guidelang.quantity import Interval
from guidelang.run import Direct, Evaluation, Missing, Truth, evaluate_values, literals, missing

from .networks import facts, network, point, result, state
from .strategies import networks


def settle(of: ir.Network, patient: FactSet) -> Evaluation:
    values = evaluate_values(of, patient)
    settled = Direct(of).settle(literals(of, patient, values))
    return Evaluation(of, patient, values, settled, engine="direct")


def needs(nodes: dict[str, ir.Node], *states: FactState, **fields: object) -> tuple[Missing, ...]:
    """What the last node needs."""
    definitions = [ir.FactDefinition(each.fact, "quantity") for each in states]
    done = settle(network(nodes, facts=definitions), facts(*states, **fields))
    return missing(done.network, done.facts, done.conditions, done.values, list(nodes)[-1])


def names(found: tuple[Missing, ...]) -> list[str]:
    return [each.fact for each in found]


def above(fact: str, threshold: str = "5") -> dict[str, ir.Node]:
    return {
        f"{fact}": ir.CurrentValue(fact),
        threshold: ir.Constant(Fraction(threshold), None, threshold),
        f"{fact} > {threshold}": ir.Compare(">", fact, threshold),
    }


def test_decided_branches_are_dropped() -> None:
    nodes: dict[str, ir.Node] = {
        **{name: ir.Holds(name) for name in "abcd"},
        "never": ir.And(("a", "d")),
        "or": ir.Or(("never", "b")),
        "and": ir.And(("or", "c")),
    }
    assert names(needs(nodes, state("a", None), state("b", None), state("c", True), state("d", False))) == ["b"]


def test_facts_are_named_once_in_order_with_their_causes() -> None:
    nodes: dict[str, ir.Node] = {**{name: ir.Holds(name) for name in "ba"}, "and": ir.And(("b", "a", "b"))}
    found = needs(nodes, state("a", None, Reason.STALE), state("b", None))
    assert [(each.fact, [cause.reason for cause in each.causes]) for each in found] == [
        ("a", [Reason.STALE]),
        ("b", [Reason.NO_RECORD]),
    ]


def test_a_comparison_needs_all_that_is_unknown_or_an_interval() -> None:
    censored = Interval(Fraction(0), Fraction(9))
    nodes: dict[str, ir.Node] = {
        **{name: ir.CurrentValue(name) for name in "abc"},
        "sum": ir.Arithmetic("+", ("a", "b", "c")),
        "ten": ir.Constant(Fraction(10), None, "10"),
        "more": ir.Compare(">", "sum", "ten"),
    }
    found = needs(nodes, state("a", None), state("b", censored, Reason.CENSORED), state("c", 1))
    assert names(found) == ["a", "b"]


def test_division_by_zero_names_the_divisor() -> None:
    nodes: dict[str, ir.Node] = {
        "a": ir.CurrentValue("a"),
        "b": ir.CurrentValue("b"),
        "ratio": ir.Arithmetic("/", ("a", "b")),
        "more": ir.Compare(">", "ratio", "a"),
    }
    (found,) = needs(nodes, state("a", 1), state("b", 0))
    assert found.fact == "b"
    assert [cause.reason for cause in found.causes] == [Reason.UNDEFINED]


def test_an_age_needs_a_birth_date() -> None:
    nodes: dict[str, ir.Node] = {
        "age": ir.Age("year"),
        "65": ir.Constant(Fraction(65), None, "65"),
        "old": ir.Compare(">=", "age", "65"),
    }
    (found,) = needs(nodes)
    assert found.fact == "birth_date"
    assert [cause.reason for cause in found.causes] == [Reason.NO_RECORD]


def test_the_newest_two_need_a_second_result() -> None:
    nodes: dict[str, ir.Node] = {
        "5": ir.Constant(Fraction(5), None, "5"),
        "last": ir.LastN(2, "x", None, ">", "5"),
    }
    (found,) = needs(nodes, state("x", 9, history=(result(9, "2024-05-20"),)))
    assert found.fact == "x"
    assert [(cause.reason, cause.detail) for cause in found.causes] == [
        (Reason.NO_RECORD, "1 more result needed, 2 asked for and 1 found")
    ]


def test_the_newest_two_of_a_window_are_stale_where_there_are_older_ones() -> None:
    nodes: dict[str, ir.Node] = {
        "5": ir.Constant(Fraction(5), None, "5"),
        "last": ir.LastN(2, "x", Duration(31, "day"), ">", "5"),
    }
    (found,) = needs(nodes, state("x", 9, history=(result(9, "2024-03-01"),)))
    assert [(cause.reason, cause.detail) for cause in found.causes] == [
        (
            Reason.STALE,
            "2 more results of the last 31 days needed, 2 asked for and 0 found; "
            "before them 9 mg/dL on 2024-03-01, 92 days old",
        )
    ]


def test_of_first_known_only_the_one_that_counts_is_needed() -> None:
    nodes: dict[str, ir.Node] = {
        "ionized": ir.CurrentValue("ionized"),
        "corrected": ir.CurrentValue("corrected"),
        "calcium": ir.FirstKnownValue(("ionized", "corrected")),
        "5": ir.Constant(Fraction(5), None, "5"),
        "high": ir.Compare(">", "calcium", "5"),
    }
    interval = Interval(Fraction(4), Fraction(6))
    assert names(needs(nodes, state("ionized", None), state("corrected", interval))) == ["corrected"]
    assert names(needs(nodes, state("ionized", None), state("corrected", None))) == ["corrected", "ionized"]


intervals = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: Interval(*map(Fraction, sorted(ends))))


@given(st.data(), networks(monotone=True))
def test_with_every_missing_fact_given_the_condition_is_decided(data: st.DataObject, of: ir.Network) -> None:
    """Over networks of yes-or-no facts in which some leaves compare sums of quantities."""
    nodes: dict[str, ir.Node] = {name: ir.CurrentValue(name) for name in ("q1", "q2", "q3")}
    nodes["5"] = ir.Constant(Fraction(5), None, "5")
    nodes["sum"] = ir.Arithmetic("+", ("q1", "q2"))
    nodes["most"] = ir.Arithmetic("max", ("sum", "q3"))
    compared = [ir.Compare(">", "sum", "5"), ir.Compare("<=", "most", "5"), ir.Compare("!=", "q1", "q3")]
    for node_id, node in of.nodes.items():
        numeric = isinstance(node, ir.Holds) and data.draw(st.booleans())
        nodes[node_id] = data.draw(st.sampled_from(compared)) if numeric else node
    yes_no = [node.fact for node in nodes.values() if isinstance(node, ir.Holds)]
    quantities = {name: data.draw(st.none() | intervals) for name in ("q1", "q2", "q3")}
    answers: dict[str, Truth] = {name: data.draw(st.sampled_from([True, False, None])) for name in yes_no}
    target = data.draw(st.sampled_from([node_id for node_id in of.nodes if node_id in nodes]))

    def run(given_facts: dict[str, Interval | bool | None]) -> tuple[Truth, list[str]]:
        definitions = [ir.FactDefinition(name, "quantity") for name in given_facts]
        done = settle(
            network(nodes, facts=definitions), facts(*(state(name, value) for name, value in given_facts.items()))
        )
        found = missing(done.network, done.facts, done.conditions, done.values, target)
        return done.conditions[target], names(found)

    known: dict[str, Interval | bool | None] = {**quantities, **answers}
    truth, needed = run(known)
    assert (truth is None) == bool(needed)
    for name in needed:
        value = known[name]
        assert value is None or (isinstance(value, Interval) and not value.is_point)
        known[name] = data.draw(st.booleans()) if name in answers else point(data.draw(st.integers(0, 9)))
    assert run(known)[0] is not None


def test_the_day_of_a_date_fact_is_missing_for_the_reason_of_the_fact() -> None:
    nodes: dict[str, ir.Node] = {
        "day": ir.EventDay("d"),
        "then": ir.BeforeEvaluation(Duration(1, "month")),
        "long ago": ir.Compare("<=", "day", "then"),
    }
    some_day_of_may = Interval(Fraction(dt.date(2024, 5, 1).toordinal()), Fraction(dt.date(2024, 5, 31).toordinal()))
    for value, reason in ((some_day_of_may, Reason.IMPRECISE_DATE), (None, Reason.ASKED_UNKNOWN)):
        of = network(nodes, facts=[ir.FactDefinition("d", "date")])
        done = settle(of, facts(state("d", value, reason), as_of=dt.date(2024, 6, 1)))
        found = missing(of, done.facts, done.conditions, done.values, "long ago")
        assert [(each.fact, [cause.reason for cause in each.causes]) for each in found] == [("d", [reason])]

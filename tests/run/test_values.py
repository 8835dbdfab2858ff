"""Exact arithmetic on points and intervals, and comparisons of what comes out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from guidelang.calendar import Duration
from guidelang.facts.state import FactSet, FactState, Reason
from guidelang.network import ir
from guidelang.quantity import Interval
from guidelang.run import Computed, evaluate_values, literals

from .networks import AS_OF, facts, network, point, state

BORN_IN_1964 = Interval(*(Fraction(AS_OF.replace(1964, *day).toordinal()) for day in ((1, 1), (12, 31))))
BELOW_2 = Interval(Fraction(0), Fraction(2), high_open=True)


def number(text: str) -> ir.Constant:
    return ir.Constant(Fraction(text), None, text)


def compute(nodes: dict[str, ir.Node], given: FactSet) -> Computed:
    """The value of the last node."""
    definitions = [ir.FactDefinition(name, "quantity") for name in given.states]
    return evaluate_values(network(nodes, facts=definitions), given)[list(nodes)[-1]]


def arithmetic(operator: str, *operands: Interval | str | None) -> Computed:
    """An operation on facts x0, x1, …; text is a constant, None an unknown fact."""
    nodes: dict[str, ir.Node] = {}
    states = []
    for place, operand in enumerate(operands):
        if isinstance(operand, str):
            nodes[f"n{place}"] = number(operand)
        else:
            nodes[f"n{place}"] = ir.CurrentValue(f"x{place}")
            states.append(state(f"x{place}", operand))
    nodes["result"] = ir.Arithmetic(operator, tuple(nodes))
    return compute(nodes, facts(*states))


def test_corrected_calcium_is_exactly_at_the_threshold() -> None:
    nodes: dict[str, ir.Node] = {
        "calcium": ir.CurrentValue("calcium"),
        "albumin": ir.CurrentValue("albumin"),
        "four": number("4.0"),
        "factor": number("0.8"),
        "gap": ir.Arithmetic("-", ("four", "albumin")),
        "correction": ir.Arithmetic("*", ("factor", "gap")),
        "corrected": ir.Arithmetic("+", ("calcium", "correction")),
        "ceiling": number("10.2"),
        "above": ir.Compare(">", "corrected", "ceiling"),
        "at": ir.Compare(">=", "corrected", "ceiling"),
    }
    given = facts(state("calcium", "9.8"), state("albumin", "3.5"))
    of = network(nodes)
    truths = literals(of, given, evaluate_values(of, given))
    assert truths == {"above": False, "at": True}


@pytest.mark.parametrize(
    ("operator", "operands", "expected"),
    [
        ("+", (BELOW_2, point(3)), Interval(Fraction(3), Fraction(5), high_open=True)),
        ("-", (point(3), BELOW_2), Interval(Fraction(1), Fraction(3), low_open=True)),
        ("*", (BELOW_2, "3"), Interval(Fraction(0), Fraction(6), high_open=True)),
        ("*", (BELOW_2, point(3)), Interval(Fraction(0), Fraction(6), high_open=True)),
        ("*", (BELOW_2, BELOW_2), None),
        ("/", (BELOW_2, "2"), Interval(Fraction(0), Fraction(1), high_open=True)),
        ("/", (point(1), BELOW_2), None),
        ("min", (BELOW_2, point(5)), BELOW_2),
        ("max", (BELOW_2, point(5)), point(5)),
        ("max", (None, point(5)), None),
        ("negate", (BELOW_2,), Interval(Fraction(-2), Fraction(0), low_open=True)),
        ("^", (point(2), "10"), point(1024)),
        ("^", (BELOW_2, "2"), None),
        ("abs", (point(-3),), point(3)),
        ("ln", (BELOW_2,), None),
        ("log10", (point(1000),), point(3)),
        ("exp", (point(0),), point(1)),
    ],
)
def test_operations_map_intervals_where_that_is_sound(
    operator: str, operands: tuple[Interval | str | None, ...], expected: Interval | None
) -> None:
    assert arithmetic(operator, *operands).value == expected


@pytest.mark.parametrize(
    ("operator", "operands"), [("/", ("1", point(0))), ("ln", (point(0),)), ("log10", (point(-1),)), ("^", ("0", "-1"))]
)
def test_what_has_no_result_is_undefined(operator: str, operands: tuple[Interval | str, ...]) -> None:
    computed = arithmetic(operator, *operands)
    assert computed.value is None
    assert [cause.reason for cause in computed.causes] == [Reason.UNDEFINED]
    assert not computed.open_facts


def test_open_facts_are_those_that_are_unknown_or_no_point() -> None:
    assert arithmetic("+", BELOW_2, point(1), None).open_facts == {"x0", "x2"}
    assert arithmetic("max", BELOW_2, point(5)).open_facts == frozenset()


def test_the_first_known_value_alone_counts() -> None:
    nodes: dict[str, ir.Node] = {
        "a": ir.CurrentValue("a"),
        "b": ir.CurrentValue("b"),
        "c": ir.CurrentValue("c"),
        "first": ir.FirstKnownValue(("a", "b", "c")),
    }
    computed = compute(nodes, facts(state("a", None), state("b", BELOW_2), state("c", 7)))
    assert computed.value == BELOW_2
    assert computed.open_facts == {"b"}
    unknown = compute(nodes, facts(*(state(name, None) for name in "abc")))
    assert unknown.open_facts == {"a", "b", "c"}


def test_rounding_is_half_even_and_of_points_only() -> None:
    nodes: dict[str, ir.Node] = {"x": ir.CurrentValue("x"), "r": ir.Round("x", 1)}
    assert compute(nodes, facts(state("x", "2.25"))).value == point("2.2")
    assert compute(nodes, facts(state("x", BELOW_2))).value is None


def test_a_change_of_unit_maps_intervals() -> None:
    nodes: dict[str, ir.Node] = {"x": ir.CurrentValue("x"), "y": ir.Affine("x", Fraction(2), Fraction(1), None)}
    assert compute(nodes, facts(state("x", BELOW_2))).value == Interval(Fraction(1), Fraction(5), high_open=True)


def test_a_censored_value_decides_what_every_member_decides() -> None:
    nodes: dict[str, ir.Node] = {
        "x": ir.CurrentValue("x"),
        "two": number("2"),
        "one": number("1"),
        "below": ir.Compare("<", "x", "two"),
        "above": ir.Compare(">=", "x", "two"),
        "open": ir.Compare(">", "x", "one"),
        "known": ir.ValueKnown("x"),
    }
    given = facts(state("x", BELOW_2))
    of = network(nodes)
    truths = literals(of, given, evaluate_values(of, given))
    assert truths == {"below": True, "above": False, "open": None, "known": True}


def test_literals_on_facts() -> None:
    nodes: dict[str, ir.Node] = {
        "yes": ir.Holds("yes"),
        "stage": ir.CurrentValue("stage"),
        "severe": ir.IsOneOf("stage", ("4", "5")),
        "stage known": ir.FactKnown("stage"),
        "pth known": ir.FactKnown("pth"),
        "pth stale": ir.FactStale("pth"),
        "odd": ir.Holds("odd"),
    }
    given = facts(state("yes", True), state("odd", None), state("pth", None, Reason.STALE), FactState("stage", "5"))
    of = network(nodes)
    assert literals(of, given, evaluate_values(of, given)) == {
        "yes": True,
        "severe": True,
        "stage known": True,
        "pth known": False,
        "pth stale": True,
        "odd": None,
    }


def _age(unit: str, given: FactSet) -> Computed:
    return compute({"age": ir.Age(unit)}, given)


def test_age_counts_completed_units_from_a_partial_birth_date() -> None:
    day = point(AS_OF.replace(year=1964, month=6, day=2).toordinal())
    assert _age("year", facts(birth=day)).value == point(59)
    partial = _age("year", facts(birth=BORN_IN_1964))
    assert partial.value == Interval(Fraction(59), Fraction(60))
    assert partial.open_facts == {"birth_date"}


@pytest.mark.parametrize(
    ("unit", "least", "most"), [("year", 59, 60), ("month", 713, 725), ("week", 3100, 3152), ("day", 21702, 22067)]
)
def test_an_age_of_a_birth_year_lies_between_that_of_its_last_and_its_first_day(
    unit: str, least: int, most: int
) -> None:
    assert _age(unit, facts(birth=BORN_IN_1964)).value == Interval(Fraction(least), Fraction(most))


def test_an_age_at_a_day_that_is_open_needs_that_day() -> None:
    may = Interval(*(Fraction(AS_OF.replace(month=5, day=day).toordinal()) for day in (1, 31)))
    nodes: dict[str, ir.Node] = {"day": ir.EventDay("d"), "age": ir.Age("day", "day")}

    def at(birth: Interval) -> Computed:
        given = facts(state("d", may, Reason.IMPRECISE_DATE), birth=birth)
        return evaluate_values(network(nodes, facts=[ir.FactDefinition("d", "date")]), given)["age"]

    known = at(point(AS_OF.replace(month=4, day=1).toordinal()))
    assert known.value == Interval(Fraction(30), Fraction(60))
    assert known.open_facts == {"d"}
    assert at(BORN_IN_1964).open_facts == {"d", "birth_date"}


def test_an_age_given_in_years_serves_years_only() -> None:
    assert _age("year", facts(age=point(67))).value == point(67)
    assert _age("month", facts(age=point(67))).open_facts == {"birth_date"}


def test_durations_back_from_the_evaluation_day_keep_to_the_calendar() -> None:
    nodes: dict[str, ir.Node] = {"before": ir.BeforeEvaluation(Duration(3, "month"))}
    given = facts(as_of=AS_OF.replace(month=5, day=31))
    assert compute(nodes, given).value == point(AS_OF.replace(month=2, day=29).toordinal())

"""From settled conditions to what a reader sees: scope, outcomes, advice, texts, warnings."""

from __future__ import annotations

import datetime as dt
import sys
from fractions import Fraction

import pytest

from guidelang.facts.state import FactState
from guidelang.network import ir
from guidelang.quantity import Interval
from guidelang.run import Engine, Evaluation, ScopeStatus, Status, durable_available, evaluate

from .networks import advise, facts, network, point, result, rule, state

ENGINES: list[Engine] = ["direct", "durable"] if durable_available() else ["direct"]


def holds(*names: str) -> dict[str, ir.Node]:
    return {name: ir.Holds(name) for name in names}


def yes_no(*names: str) -> list[ir.FactDefinition]:
    return [ir.FactDefinition(name, "yes_no") for name in names]


def statuses(done: Evaluation) -> dict[str, Status]:
    return {outcome.rule: outcome.status for outcome in done.outcomes}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param


OVERRIDING = network(
    {
        **holds("a", "b", "exception"),
        "not exception": ir.Not("exception"),
        "base": ir.And(("a", "not exception")),
        "not b": ir.Not("b"),
        "applies": ir.And(("base", "not b")),
    },
    rules=[
        rule(
            "general",
            "a",
            unless=["exception"],
            base="base",
            applies="applies",
            advice=[advise("recommend start x")],
            overridden_by=["special"],
        ),
        rule("special", "b", advice=[advise("recommend stop x")], overrides=["general"]),
    ],
    facts=yes_no("a", "b", "exception"),
)


@pytest.mark.parametrize(
    ("a", "exception", "b", "expected"),
    [
        (True, False, False, Status.APPLIES),
        (True, True, False, Status.NOT_APPLICABLE),
        (False, False, True, Status.NOT_APPLICABLE),
        (True, False, True, Status.OVERRIDDEN),
        (None, False, True, Status.OVERRIDDEN),
        (True, False, None, Status.UNDECIDED),
        (None, False, False, Status.UNDECIDED),
        (None, True, None, Status.NOT_APPLICABLE),
    ],
)
def test_a_rule_has_one_outcome(
    engine: Engine, a: bool | None, exception: bool | None, b: bool | None, expected: Status
) -> None:
    done = evaluate(OVERRIDING, facts(state("a", a), state("exception", exception), state("b", b)), engine)
    outcome = {each.rule: each for each in done.outcomes}["general"]
    assert outcome.status is expected
    assert outcome.overridden_by == (("special",) if expected is Status.OVERRIDDEN else ())
    assert outcome.exceptions == (("exception",) if exception else ())
    assert bool(outcome.missing) == (expected is Status.UNDECIDED)
    assert bool(outcome.advice) == (expected is Status.APPLIES)


def test_a_rule_needs_what_an_undecided_overriding_rule_needs(engine: Engine) -> None:
    done = evaluate(OVERRIDING, facts(state("a", True), state("exception", None), state("b", None)), engine)
    assert [each.fact for each in done.outcomes[0].missing] == ["b", "exception"]


def test_an_overridden_rule_is_in_no_conflict(engine: Engine) -> None:
    done = evaluate(OVERRIDING, facts(state("a", True), state("exception", False), state("b", True)), engine)
    assert [piece.rules for piece in done.advice] == [("special",)]
    assert done.conflicts == ()


SCOPED = network(
    {**holds("in scope", "a"), "not a": ir.Not("a")},
    rules=[rule("r", "a", advice=[advise("recommend start x")])],
    derived=[ir.DerivedDefinition("d", None, "not a", "yes_no", None)],
    facts=yes_no("in scope", "a"),
    scope="in scope",
)


@pytest.mark.parametrize(
    ("in_scope", "expected"),
    [
        (True, ScopeStatus.APPLIES),
        (False, ScopeStatus.NOT_FOR_THIS_PATIENT),
        (None, ScopeStatus.UNDECIDED),
    ],
)
def test_rules_are_listed_only_in_scope(engine: Engine, in_scope: bool | None, expected: ScopeStatus) -> None:
    done = evaluate(SCOPED, facts(state("in scope", in_scope), state("a", True)), engine)
    assert done.scope is expected
    assert [each.fact for each in done.scope_missing] == (["in scope"] if in_scope is None else [])
    assert bool(done.outcomes) == bool(done.advice) == bool(in_scope)
    assert {firing.concludes for firing in done.firings} == ({"rule r", "d"} if in_scope else {"d"})


def test_firings_say_what_followed_from_what(engine: Engine) -> None:
    of = network(
        {**holds("a", "b", "c"), "not c": ir.Not("c"), "low": ir.And(("a", "b")), "base": ir.And(("low", "not c"))},
        rules=[rule("r", "low", base="base")],
        derived=[ir.DerivedDefinition("low_calcium", None, "low", "yes_no", None)],
        facts=yes_no("a", "b", "c"),
        names={"a": "calcium < 8.4 mg/dL", "b": "albumin", "c": "calcimimetic"},
    )
    done = evaluate(of, facts(state("a", True), state("b", True), state("c", False)), engine)
    assert [(f.concludes, f.truth, f.because) for f in done.firings] == [
        ("low_calcium", True, ("calcium < 8.4 mg/dL", "albumin")),
        ("rule r", True, ("low_calcium", "not calcimimetic")),
    ]


# ---- advice ----------------------------------------------------------------------------------------------------------


def advice_of(*rules: ir.RuleDefinition, **parts: object) -> Evaluation:
    """All rules apply."""
    return evaluate(network({}, rules=rules, **parts), facts(), "direct")


def test_the_same_advice_is_shown_once_and_the_strongest_leads() -> None:
    done = advice_of(
        rule("b", "always", advice=[advise("suggest start x", message="Later.")], strength="conditional", grade="2C"),
        rule("a", "always", advice=[advise("recommend start x", message="First.")], cautions=["Slowly."]),
        rule("c", "always", advice=[advise("suggest start x", message="First.")], strength="strong", certainty="low"),
        rule("d", "always", advice=[advise("recommend against start x")]),
    )
    start, against = done.advice
    assert (start.kind, start.strength, start.certainty, start.grade) == ("recommend", "strong", "low", None)
    assert start.text == "First. Later."
    assert start.rules == ("a", "b", "c")
    assert start.cautions == ("Slowly.",)
    assert against.rules == ("d",)


def test_urgent_advice_comes_first() -> None:
    done = advice_of(
        rule("a", "always", advice=[advise("recommend measure a")]),
        rule("b", "always", advice=[advise("recommend measure b")], urgency="routine"),
        rule("c", "always", advice=[advise("recommend measure c")], urgency="soon"),
        rule("d", "always", advice=[advise("recommend measure d")], urgency="urgent"),
        rule("e", "always", advice=[advise("recommend measure a")], urgency="urgent"),
    )
    assert [piece.target for piece in done.advice] == ["a", "d", "c", "b"]


def test_an_urgency_that_one_rule_states_is_not_lost_beside_one_that_states_none() -> None:
    silent = rule("a", "always", advice=[advise("recommend measure a")])
    stated = rule("b", "always", advice=[advise("recommend measure a")], urgency="routine")
    assert [piece.urgency for piece in advice_of(silent, stated).advice] == ["routine"]


def filled(message: str, *states: FactState, **parts: object) -> str:
    advice = [advise("recommend measure x", message=message)]
    of = network(rules=[rule("r", "always", advice=advice)], **parts)
    return evaluate(of, facts(*states), "direct").advice[0].text


def quantity(name: str = "phosphorus") -> ir.FactDefinition:
    return ir.FactDefinition(name, "quantity", unit="mg/dL")


def test_a_fact_is_printed_as_reported() -> None:
    used = (result("5.51", "2024-05-20", reported="1.78 mmol/L"),)
    given = state("phosphorus", "5.51", used=used)
    assert filled("It is {phosphorus}.", given, nodes={}, facts=[quantity()]) == "It is 1.78 mmol/L."


def test_tied_values_are_printed_as_an_interval() -> None:
    hull = Interval(Fraction(4), Fraction("5.5"))
    given = state("phosphorus", hull, used=(result(4), result("5.5")))
    assert filled("{phosphorus}", given, nodes={}, facts=[quantity()]) == "4 to 5.5 mg/dL"


@pytest.mark.parametrize(
    ("low", "high", "low_open", "high_open", "text"),
    [
        (None, 5, False, True, "<5 mg/dL"),
        (None, 5, False, False, "<=5 mg/dL"),
        (5, None, True, False, ">5 mg/dL"),
        (5, None, False, False, ">=5 mg/dL"),
        (None, None, False, False, "unknown"),
    ],
)
def test_a_value_without_one_of_its_ends_is_printed_by_the_other(
    low: int | None, high: int | None, low_open: bool, high_open: bool, text: str
) -> None:
    ends = (None if end is None else Fraction(end) for end in (low, high))
    given = state("phosphorus", Interval(*ends, low_open, high_open), used=(result(4), result(5)))
    assert filled("{phosphorus}", given, nodes={}, facts=[quantity()]) == text


def test_the_age_is_printed_in_years() -> None:
    of = network({}, rules=[rule("r", "always", advice=[advise("recommend measure x", message="{age}")])])
    given = facts(birth=point(dt.date(1964, 6, 2).toordinal()))
    assert evaluate(of, given, "direct").advice[0].text == "59 years"
    assert evaluate(of, facts(), "direct").advice[0].text == "unknown"


def test_a_yes_is_printed_by_what_was_found() -> None:
    used = (result(True, label="warfarin 5 MG"), result(True, label="warfarin 5 MG"), result(True, label="Coumadin"))
    given = (state("warfarin", True, used=used), state("dialysis", False))
    text = filled("{warfarin}; {dialysis}", *given, nodes={}, facts=yes_no("warfarin", "dialysis"))
    assert text == "warfarin 5 MG, Coumadin; no"


def test_derived_values_parameters_and_what_is_unknown() -> None:
    nodes: dict[str, ir.Node] = {
        "p": ir.CurrentValue("phosphorus"),
        "third": ir.Constant(Fraction("0.5"), None, "0.5"),
        "half": ir.Arithmetic("*", ("p", "third")),
        "high": ir.Compare(">", "p", "half"),
    }
    derived = [
        ir.DerivedDefinition("half", None, "half", "quantity", "mg/dL"),
        ir.DerivedDefinition("high", None, "high", "yes_no", None),
    ]
    parameters = [ir.ParameterValue("ceiling", None, "5.5 mg/dL", False)]
    parts = {"nodes": nodes, "derived": derived, "parameters": parameters, "facts": [quantity()]}
    text = "{half}, {high}, {ceiling}, {phosphorus}"
    assert filled(text, state("phosphorus", 7), **parts) == "3.5 mg/dL, yes, 5.5 mg/dL, 7 mg/dL"
    assert filled(text, state("phosphorus", None), **parts) == "unknown, unknown, 5.5 mg/dL, unknown"


def test_dates_and_choices_are_printed_in_words() -> None:
    day = point(dt.date(2024, 5, 3).toordinal())
    stage = ir.FactDefinition("stage", "choice", choices=(ir.Choice("g5", "stage 5", ()),))
    definitions = [ir.FactDefinition("onset", "date"), stage]
    given = (state("onset", day), FactState("stage", "g5"))
    assert filled("{onset}, {stage}", *given, nodes={}, facts=definitions) == "2024-05-03, stage 5"


# ---- warnings --------------------------------------------------------------------------------------------------------


def test_evaluating_outside_the_guidelines_dates_is_a_warning() -> None:
    of = network({}, effective=dt.date(2024, 6, 2), retired=dt.date(2025, 6, 1))

    def warnings(day: dt.date) -> int:
        return len(evaluate(of, facts(as_of=day, warnings=("read",)), "direct").warnings)

    assert warnings(dt.date(2024, 6, 1)) == 2
    assert warnings(dt.date(2024, 6, 2)) == warnings(dt.date(2025, 6, 1)) == 1
    assert warnings(dt.date(2025, 6, 2)) == 2


def test_without_durable_rules_direct_is_used_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    given = facts(state("in scope", True), state("a", True))
    done = evaluate(SCOPED, given, "durable")
    assert done.engine == "direct"
    assert any("durable_rules" in warning for warning in done.warnings)
    assert statuses(done) == statuses(evaluate(SCOPED, given, "direct"))

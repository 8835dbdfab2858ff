"""Expectations on facts and derived facts: their truth, their value, and why they are unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

from guidelang.facts.state import Cause, FactState, Value
from guidelang.network.ir import Network
from guidelang.quantity import (
    Affine,
    AnalyteConversion,
    Interval,
    UnitError,
    analyte_conversion,
    conversion,
    parse_decimal,
    parse_unit,
)
from guidelang.run import missing
from guidelang.run.dates import BIRTH_DATE, birth_causes
from guidelang.run.evaluation import Evaluation
from guidelang.run.texts import value_text
from guidelang.syntax import tree
from guidelang.testing.failure import Failure, Subject

_TRUTH_WORDS = {True: "true", False: "false", None: "unknown"}
_YES_NO_WORDS = {True: "yes", False: "no", None: "unknown"}


def truth_failure(expectation: tree.ExpectTruth, evaluation: Evaluation) -> Failure | None:
    """`NAME`, `not NAME`, `unknown NAME`, `unknown NAME because REASON` of anything but a rule."""
    if expectation.truth is None:
        return _unknown(expectation, evaluation)
    name, wanted = expectation.name.name, expectation.truth
    derived = evaluation.network.derived.get(name)
    if derived is not None:
        found = evaluation.conditions[derived.node]
        if found is wanted:
            return None
        told = f"it is {_TRUTH_WORDS[found]}"
        return Failure(f"`{name}` to be {_TRUTH_WORDS[wanted]}", told, expectation.span, (Subject("derived", name),))
    state = evaluation.facts.states.get(name)
    if state is None:
        return Failure(f"`{name}` to be {_YES_NO_WORDS[wanted]}", _NOT_READ, expectation.span)
    if state.value is wanted:
        return None
    told = f"it is {value_text(state.value, False, None)}{_why(state.causes)}"
    return Failure(f"`{name}` to be {_YES_NO_WORDS[wanted]}", told, expectation.span)


_NOT_READ = "no rule reads it, so nothing is kept of it"


def _unknown(expectation: tree.ExpectTruth, evaluation: Evaluation) -> Failure | None:
    name = expectation.name.name
    expected = f"`{name}` to be unknown" + (f" because {expectation.reason}" if expectation.reason else "")
    derived = evaluation.network.derived.get(name)
    subjects = () if derived is None else (Subject("derived", name),)
    known, causes = _known(name, evaluation)
    if known is not None:
        return Failure(expected, f"it is {known}", expectation.span, subjects)
    if expectation.reason is None or any(cause.reason == expectation.reason for cause in causes):
        return None
    if derived is None and name not in evaluation.facts.states:
        return Failure(expected, _NOT_READ, expectation.span)
    return Failure(expected, f"it is unknown{_why(causes) or ' for no such reason'}", expectation.span, subjects)


def _known(name: str, evaluation: Evaluation) -> tuple[str | None, tuple[Cause, ...]]:
    """The value in words, None if it is unknown; and why it is unknown."""
    derived = evaluation.network.derived.get(name)
    if derived is None:
        state = evaluation.facts.states.get(name)
        if state is None:
            return None, ()
        definition = evaluation.network.facts[name]
        is_date = definition.type == "date"
        return None if state.value is None else value_text(state.value, is_date, definition.unit), state.causes
    if derived.type == "yes_no":
        truth = evaluation.conditions[derived.node]
        needs = missing(evaluation.network, evaluation.facts, evaluation.conditions, evaluation.values, derived.node)
        return None if truth is None else _TRUTH_WORDS[truth], tuple(c for need in needs for c in need.causes)
    computed = evaluation.values[derived.node]
    if computed.value is not None:
        return value_text(computed.value, derived.type == "date", derived.unit), ()
    causes = [cause for fact in sorted(computed.open_facts) for cause in _causes_of(fact, evaluation)]
    return None, (*computed.causes, *causes)


def _causes_of(fact: str, evaluation: Evaluation) -> tuple[Cause, ...]:
    state: FactState | None = evaluation.facts.states.get(fact)
    if state is None:
        return birth_causes(evaluation.facts) if fact == BIRTH_DATE else ()
    return state.causes


def _why(causes: Iterable[Cause]) -> str:
    """`: no unit (412); stale`, or nothing."""
    told = dict.fromkeys(f"{c.reason.value} ({c.detail})" if c.detail else c.reason.value for c in causes)
    return f": {'; '.join(told)}" if told else ""


def value_failure(expectation: tree.ExpectValue | tree.ExpectBetween, evaluation: Evaluation) -> Failure | None:
    """`NAME 5.9 mg/dL`, `NAME 2024-06-01`, `NAME 2 to 4`."""
    name = expectation.name.name
    is_date = isinstance(expectation, tree.ExpectValue) and isinstance(expectation.value, tree.DateLiteral)
    expected = f"`{name}` to be {expectation.span.text.removeprefix(name).strip()}"
    found, unit, unknown, subjects = _found(name, evaluation)
    if not isinstance(found, Interval):
        return Failure(expected, unknown, expectation.span, subjects)
    if isinstance(expectation, tree.ExpectValue):
        low = high = _wanted(expectation.value, unit, name, evaluation.network)
    else:
        above = expectation.high  # the unit after the second end serves both
        below = tree.Quantity(expectation.low.number, above.unit, above.unit_span, span=expectation.low.span)
        low, high = (_in_unit(end, unit, name, evaluation.network) for end in (below, above))
    if low is not None and high is not None and low <= high and found == Interval(low, high):
        return None
    return Failure(expected, f"it is {value_text(found, is_date, unit)}", expectation.span, subjects)


def word_failure(expectation: tree.ExpectWord, evaluation: Evaluation) -> Failure | None:
    """`NAME is G3`."""
    found, _, unknown, subjects = _found(expectation.name.name, evaluation)
    if found == expectation.value.name:
        return None
    got = unknown if found is None else f"it is {value_text(found, False, None)}"
    return Failure(f"`{expectation.name}` to be {expectation.value}", got, expectation.span, subjects)


def _found(name: str, evaluation: Evaluation) -> tuple[Value | None, str | None, str, tuple[Subject, ...]]:
    """The value of a derived fact or a fact, its unit, what to say if it is unknown, and whose why explains it."""
    derived = evaluation.network.derived.get(name)
    unknown = f"it is unknown{_why(_known(name, evaluation)[1])}"
    if derived is not None:
        return evaluation.values[derived.node].value, derived.unit, unknown, (Subject("derived", name),)
    definition = evaluation.network.facts.get(name)
    if definition is None:
        return None, None, _NOT_READ, ()
    return evaluation.facts.states[name].value, definition.unit, unknown, ()


def _wanted(value: tree.Quantity | tree.DateLiteral, unit: str | None, name: str, network: Network) -> Fraction | None:
    if isinstance(value, tree.DateLiteral):
        return Fraction(dt.date.fromisoformat(value.text).toordinal())
    return _in_unit(value, unit, name, network)


def _in_unit(quantity: tree.Quantity, unit: str | None, name: str, network: Network) -> Fraction | None:
    number = parse_decimal(quantity.number)
    if quantity.unit is None or unit is None:
        return number
    try:
        from_, to = parse_unit(quantity.unit), parse_unit(unit)
    except UnitError:
        return None
    definition = network.facts.get(name)
    own = definition.conversions if definition else ()
    conversions = [AnalyteConversion(parse_unit(c.unit), to, Affine(c.factor, c.offset)) for c in own]
    change = analyte_conversion(from_, to, conversions) or conversion(from_, to)
    return change(number) if change is not None else None

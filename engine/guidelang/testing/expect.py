"""Expectations against an evaluation: what was expected, what came instead, in the reader's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from guidelang.facts.state import Value
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
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Missing, Outcome, ScopeStatus, Status, Violation
from guidelang.run.texts import value_text
from guidelang.source import Span
from guidelang.syntax import tree

_STATUS_WORDS = {
    Status.APPLIES: "applies",
    Status.NOT_APPLICABLE: "does not apply",
    Status.UNDECIDED: "is undecided",
    Status.OVERRIDDEN: "is overridden",
}
_TRUTH_WORDS = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold. `rule` names the rule whose why explains it, if it is about one."""

    expected: str
    got: str
    span: Span
    rule: str | None = None

    def __str__(self) -> str:
        return f"expected {self.expected}, but {self.got}"


def failure(expectation: tree.Expectation, evaluation: Evaluation) -> Failure | None:
    """None if the expectation holds."""
    match expectation:
        case tree.ExpectScope():
            return _scope(expectation, evaluation)
        case tree.ExpectUndecided(name=None):
            return _scope_undecided(expectation, evaluation)
        case _:
            pass
    if (
        evaluation.scope is not ScopeStatus.APPLIES
        and not isinstance(expectation, tree.ExpectValue | tree.ExpectBetween | tree.ExpectWord)
        and not _is_derived(expectation, evaluation)
    ):
        words = "not" if evaluation.scope is ScopeStatus.NOT_FOR_THIS_PATIENT else "undecided whether it is"
        return Failure(f"`{expectation.span.text}`", f"the guideline is {words} for this patient", expectation.span)
    match expectation:
        case tree.ExpectTruth():
            return _truth(expectation, evaluation)
        case tree.ExpectValue() | tree.ExpectBetween():
            return _value(expectation, evaluation)
        case tree.ExpectWord():
            return _word(expectation, evaluation)
        case tree.ExpectUndecided():
            return _undecided(expectation, evaluation)
        case tree.ExpectOverridden():
            return _overridden(expectation, evaluation)
        case tree.ExpectAdvice():
            return _advice(expectation, evaluation)
        case tree.ExpectConflict():
            return _conflict(expectation, evaluation)
        case tree.ExpectStack():
            return _stack(expectation, evaluation)
        case _:
            raise AssertionError(expectation)


def violated(violation: Violation, span: Span) -> Failure:
    """An invariant that the patient of an example refutes, whatever the example expects."""
    words = f"the invariant `{violation.words}`"
    rules = f": {', '.join(violation.rules)} applies" if len(violation.rules) == 1 else ""
    rule = violation.rules[0] if len(violation.rules) == 1 else None
    return Failure(words, f"this patient refutes it{rules}", span, rule)


def _is_derived(expectation: tree.Expectation, evaluation: Evaluation) -> bool:
    """Facts and derived facts have a value whether or not the guideline is for the patient."""
    return isinstance(expectation, tree.ExpectTruth) and expectation.name.name not in evaluation.network.rules


def _scope(expectation: tree.ExpectScope, evaluation: Evaluation) -> Failure | None:
    wanted = ScopeStatus.APPLIES if expectation.applies else ScopeStatus.NOT_FOR_THIS_PATIENT
    if evaluation.scope is wanted:
        return None
    words = {
        ScopeStatus.APPLIES: "the guideline is for this patient",
        ScopeStatus.NOT_FOR_THIS_PATIENT: "the guideline is not for this patient",
        ScopeStatus.UNDECIDED: f"whether it is for this patient is undecided{_needs_words(evaluation.scope_missing)}",
    }
    return Failure(f"`{expectation.span.text}`", words[evaluation.scope], expectation.span)


def _scope_undecided(expectation: tree.ExpectUndecided, evaluation: Evaluation) -> Failure | None:
    if evaluation.scope is not ScopeStatus.UNDECIDED:
        applies = evaluation.scope is ScopeStatus.APPLIES
        got = "the guideline is for this patient" if applies else "the guideline is not for this patient"
        return Failure("the scope to be undecided", got, expectation.span)
    return _needs(expectation, evaluation.scope_missing, "the scope", None)


def _truth(expectation: tree.ExpectTruth, evaluation: Evaluation) -> Failure | None:
    name = expectation.name.name
    derived = evaluation.network.derived.get(name)
    if name not in evaluation.network.rules and expectation.truth is None:
        return _unknown(expectation, evaluation)
    if derived is not None:
        found = evaluation.conditions[derived.node]
        if found is expectation.truth:
            return None
        return Failure(
            f"`{name}` to be {_TRUTH_WORDS[expectation.truth]}", f"it is {_TRUTH_WORDS[found]}", expectation.span
        )
    outcome = _outcome(name, evaluation)
    wanted = Status.APPLIES if expectation.truth else Status.NOT_APPLICABLE
    return _status(outcome, wanted, expectation.span)


def _unknown(expectation: tree.ExpectTruth, evaluation: Evaluation) -> Failure | None:
    """`unknown NAME`, of a derived condition or value or of a fact."""
    name = expectation.name.name
    derived = evaluation.network.derived.get(name)
    if derived is None:
        state = evaluation.facts.states.get(name)
        known = state is not None and state.value is not None
    elif derived.type == "yes_no":
        known = evaluation.conditions[derived.node] is not None
    else:
        known = evaluation.values[derived.node].value is not None
    return Failure(f"`{name}` to be unknown", "it is known", expectation.span) if known else None


def _status(outcome: Outcome, wanted: Status, span: Span) -> Failure | None:
    if outcome.status is wanted:
        return None
    wanted_words = {
        Status.APPLIES: "to apply",
        Status.NOT_APPLICABLE: "not to apply",
        Status.UNDECIDED: "to be undecided",
        Status.OVERRIDDEN: "to be overridden",
    }
    more = _needs_words(outcome.missing) if outcome.status is Status.UNDECIDED else ""
    if outcome.status is Status.OVERRIDDEN:
        more = f" by {', '.join(outcome.overridden_by)}"
    return Failure(
        f"`{outcome.rule}` {wanted_words[wanted]}", f"it {_STATUS_WORDS[outcome.status]}{more}", span, outcome.rule
    )


def _value(expectation: tree.ExpectValue | tree.ExpectBetween, evaluation: Evaluation) -> Failure | None:
    name = expectation.name.name
    found, unit = _found(name, evaluation)
    is_date = isinstance(expectation, tree.ExpectValue) and isinstance(expectation.value, tree.DateLiteral)
    expected = f"`{name}` to be {expectation.span.text.removeprefix(name).strip()}"
    if not isinstance(found, Interval):
        return Failure(expected, "it is unknown", expectation.span)
    if isinstance(expectation, tree.ExpectValue):
        low = high = _wanted(expectation.value, unit, name, evaluation.network)
    else:
        above = expectation.high  # the unit after the second end serves both
        below = tree.Quantity(expectation.low.number, above.unit, above.unit_span, span=expectation.low.span)
        low, high = (_in_unit(end, unit, name, evaluation.network) for end in (below, above))
    if low is not None and high is not None and low <= high and found == Interval(low, high):
        return None
    return Failure(expected, f"it is {value_text(found, is_date, unit)}", expectation.span)


def _wanted(value: tree.Quantity | tree.DateLiteral, unit: str | None, name: str, network: Network) -> Fraction | None:
    if isinstance(value, tree.DateLiteral):
        return Fraction(dt.date.fromisoformat(value.text).toordinal())
    return _in_unit(value, unit, name, network)


def _word(expectation: tree.ExpectWord, evaluation: Evaluation) -> Failure | None:
    name = expectation.name.name
    found, _ = _found(name, evaluation)
    if found == expectation.value.name:
        return None
    return Failure(f"`{name}` to be {expectation.value}", f"it is {value_text(found, False, None)}", expectation.span)


def _found(name: str, evaluation: Evaluation) -> tuple[Value | None, str | None]:
    """The value of a derived fact or a fact, and its unit."""
    derived = evaluation.network.derived.get(name)
    if derived is not None:
        return evaluation.values[derived.node].value, derived.unit
    definition = evaluation.network.facts.get(name)
    return evaluation.facts.states[name].value, definition.unit if definition else None


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


def _undecided(expectation: tree.ExpectUndecided, evaluation: Evaluation) -> Failure | None:
    assert expectation.name is not None
    outcome = _outcome(expectation.name.name, evaluation)
    wrong = _status(outcome, Status.UNDECIDED, expectation.span)
    return wrong or _needs(expectation, outcome.missing, f"`{outcome.rule}`", outcome.rule)


def _needs(
    expectation: tree.ExpectUndecided, missing: tuple[Missing, ...], subject: str, rule: str | None
) -> Failure | None:
    if expectation.needs is None:
        return None
    wanted = {fact.name for fact in expectation.needs.facts}
    found = {m.fact for m in missing}
    if wanted == found or (wanted <= found and not expectation.needs.only):
        return None
    only = "only " if expectation.needs.only else ""
    return Failure(
        f"{subject} to need {only}{', '.join(sorted(wanted))}",
        f"it needs {', '.join(sorted(found)) or 'nothing'}",
        expectation.needs.span,
        rule,
    )


def _overridden(expectation: tree.ExpectOverridden, evaluation: Evaluation) -> Failure | None:
    outcome = _outcome(expectation.name.name, evaluation)
    wrong = _status(outcome, Status.OVERRIDDEN, expectation.span)
    if wrong is not None or expectation.by is None or expectation.by.name in outcome.overridden_by:
        return wrong
    return Failure(
        f"`{outcome.rule}` to be overridden by `{expectation.by.name}`",
        f"it is overridden by {', '.join(outcome.overridden_by)}",
        expectation.span,
        outcome.rule,
    )


def _advice(expectation: tree.ExpectAdvice, evaluation: Evaluation) -> Failure | None:
    found = any(
        a.kind == expectation.kind
        and a.against == expectation.against
        and a.action == (expectation.action or "start")
        and a.target == expectation.target.name
        for a in evaluation.advice
    )
    if found is not expectation.negated:
        return None
    words = expectation.span.text.removeprefix("not").strip()
    wanted = f"no advice `{words}`" if expectation.negated else f"the advice `{words}`"
    return Failure(wanted, "it is given" if found else "it is not given", expectation.span)


def _conflict(expectation: tree.ExpectConflict, evaluation: Evaluation) -> Failure | None:
    found = sorted({c.target for c in evaluation.conflicts})
    if expectation.target is None:
        return Failure("no conflict", f"there is one about {', '.join(found)}", expectation.span) if found else None
    if expectation.target.name in found:
        return None
    got = f"conflicts are about {', '.join(found)}" if found else "there is none"
    return Failure(f"a conflict about `{expectation.target.name}`", got, expectation.span)


def _stack(expectation: tree.ExpectStack, evaluation: Evaluation) -> Failure | None:
    found = sorted({f"{s.direction} {s.quantity}" for s in evaluation.stacks})
    if expectation.quantity is None:
        return Failure("no stack", f"there is one that {', '.join(found)}", expectation.span) if found else None
    wanted = f"{expectation.direction} {expectation.quantity.name}"
    if wanted in found:
        return None
    return Failure(f"a stack that {wanted}", f"there is {', '.join(found) or 'none'}", expectation.span)


def _outcome(rule: str, evaluation: Evaluation) -> Outcome:
    return next(outcome for outcome in evaluation.outcomes if outcome.rule == rule)


def _needs_words(missing: tuple[Missing, ...]) -> str:
    return f" and needs {', '.join(m.fact for m in missing)}" if missing else ""

"""Expectations against an evaluation: what was expected, what came instead, in the reader's words."""

from __future__ import annotations

from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Missing, Outcome, ScopeStatus, Status, Violation
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.testing.expect_advice import advice_failure
from guidelang.testing.expect_facts import truth_failure, value_failure, word_failure
from guidelang.testing.failure import Failure, Subject, of_rules

_STATUS_WORDS = {
    Status.APPLIES: "applies",
    Status.NOT_APPLICABLE: "does not apply",
    Status.UNDECIDED: "is undecided",
    Status.OVERRIDDEN: "is overridden",
}
_SCOPE = (Subject("scope"),)


def failure(expectation: tree.Expectation, evaluation: Evaluation) -> Failure | None:
    """None if the expectation holds."""
    match expectation:
        case tree.ExpectScope():
            return _scope(expectation, evaluation)
        case tree.ExpectUndecided(name=None):
            return _scope_undecided(expectation, evaluation)
        case tree.ExpectValue() | tree.ExpectBetween():
            return value_failure(expectation, evaluation)
        case tree.ExpectWord():
            return word_failure(expectation, evaluation)
        case tree.ExpectTruth() if expectation.name.name not in evaluation.network.rules:
            return truth_failure(expectation, evaluation)
        case _:
            pass
    if evaluation.scope is not ScopeStatus.APPLIES:
        words = "not" if evaluation.scope is ScopeStatus.NOT_FOR_THIS_PATIENT else "undecided whether it is"
        told = f"the guideline is {words} for this patient"
        return Failure(f"`{expectation.span.text}`", told, expectation.span, _SCOPE)
    match expectation:
        case tree.ExpectTruth():
            outcome = _outcome(expectation.name.name, evaluation)
            return _status(outcome, Status.APPLIES if expectation.truth else Status.NOT_APPLICABLE, expectation.span)
        case tree.ExpectUndecided():
            return _undecided(expectation, evaluation)
        case tree.ExpectOverridden():
            return _overridden(expectation, evaluation)
        case tree.ExpectAdvice():
            return advice_failure(expectation, evaluation)
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
    return Failure(words, f"this patient refutes it{rules}", span, of_rules(*violation.rules))


def _scope(expectation: tree.ExpectScope, evaluation: Evaluation) -> Failure | None:
    wanted = ScopeStatus.APPLIES if expectation.applies else ScopeStatus.NOT_FOR_THIS_PATIENT
    if evaluation.scope is wanted:
        return None
    words = {
        ScopeStatus.APPLIES: "the guideline is for this patient",
        ScopeStatus.NOT_FOR_THIS_PATIENT: "the guideline is not for this patient",
        ScopeStatus.UNDECIDED: f"whether it is for this patient is undecided{_needs_words(evaluation.scope_missing)}",
    }
    return Failure(f"`{expectation.span.text}`", words[evaluation.scope], expectation.span, _SCOPE)


def _scope_undecided(expectation: tree.ExpectUndecided, evaluation: Evaluation) -> Failure | None:
    if evaluation.scope is not ScopeStatus.UNDECIDED:
        applies = evaluation.scope is ScopeStatus.APPLIES
        got = "the guideline is for this patient" if applies else "the guideline is not for this patient"
        return Failure("the scope to be undecided", got, expectation.span, _SCOPE)
    return _needs(expectation, evaluation.scope_missing, "the scope", _SCOPE)


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
    expected, got = f"`{outcome.rule}` {wanted_words[wanted]}", f"it {_STATUS_WORDS[outcome.status]}{more}"
    return Failure(expected, got, span, of_rules(outcome.rule))


def _undecided(expectation: tree.ExpectUndecided, evaluation: Evaluation) -> Failure | None:
    assert expectation.name is not None
    outcome = _outcome(expectation.name.name, evaluation)
    wrong = _status(outcome, Status.UNDECIDED, expectation.span)
    return wrong or _needs(expectation, outcome.missing, f"`{outcome.rule}`", of_rules(outcome.rule))


def _needs(
    expectation: tree.ExpectUndecided, missing: tuple[Missing, ...], what: str, subjects: tuple[Subject, ...]
) -> Failure | None:
    if expectation.needs is None:
        return None
    wanted = {fact.name for fact in expectation.needs.facts}
    found = {m.fact for m in missing}
    if wanted == found or (wanted <= found and not expectation.needs.only):
        return None
    only = "only " if expectation.needs.only else ""
    return Failure(
        f"{what} to need {only}{', '.join(sorted(wanted))}",
        f"it needs {', '.join(sorted(found)) or 'nothing'}",
        expectation.needs.span,
        subjects,
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
        of_rules(outcome.rule),
    )


def _conflict(expectation: tree.ExpectConflict, evaluation: Evaluation) -> Failure | None:
    targets = sorted({c.target for c in evaluation.conflicts})
    subjects = of_rules(*(rule for c in evaluation.conflicts for rule in (*c.first.rules, *c.second.rules)))
    if expectation.target is None:
        told = f"there is one about {', '.join(targets)}"
        return Failure("no conflict", told, expectation.span, subjects) if targets else None
    wanted = expectation.target.name
    if wanted in targets:
        return None
    got = f"conflicts are about {', '.join(targets)}" if targets else "there is none"
    about = (rule.name for rule in evaluation.network.rules.values() if any(a.target == wanted for a in rule.advice))
    return Failure(f"a conflict about `{wanted}`", got, expectation.span, of_rules(*about))


def _stack(expectation: tree.ExpectStack, evaluation: Evaluation) -> Failure | None:
    found = sorted({f"{s.direction} {s.quantity}" for s in evaluation.stacks})
    subjects = of_rules(*(rule for s in evaluation.stacks for advice in s.advice for rule in advice.rules))
    if expectation.quantity is None:
        told = f"there is one that {', '.join(found)}"
        return Failure("no stack", told, expectation.span, subjects) if found else None
    wanted = f"{expectation.direction} {expectation.quantity.name}"
    if wanted in found:
        return None
    return Failure(f"a stack that {wanted}", f"there is {', '.join(found) or 'none'}", expectation.span, subjects)


def _outcome(rule: str, evaluation: Evaluation) -> Outcome:
    return next(outcome for outcome in evaluation.outcomes if outcome.rule == rule)


def _needs_words(missing: tuple[Missing, ...]) -> str:
    return f" and needs {', '.join(m.fact for m in missing)}" if missing else ""

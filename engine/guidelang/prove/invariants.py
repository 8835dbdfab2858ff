"""Invariants of a guideline: proved of everybody, or refuted by a patient (`run.invariants` says what refutes one)."""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.network.ir import InvariantDefinition
from guidelang.prove.advice import in_scope
from guidelang.prove.findings import Finding, patient_of
from guidelang.prove.prover import Encodings, Evaluations, Open, Prover, Question, Shown
from guidelang.prove.smt import Bool


def refuted(prover: Prover, invariant: InvariantDefinition) -> Finding | None:
    """A patient who refutes it; None if that is proved to be nobody."""

    def terms(encodings: Encodings) -> Sequence[Bool]:
        encoding = encodings[0]
        claimed = encoding.condition(invariant.claimed)
        broken = claimed.true if invariant.kind == "never" else claimed.false
        scope = () if invariant.of_scope else (in_scope(encoding).true,)
        return [*scope, encoding.condition(invariant.premise).true, broken]

    def shows(evaluations: Evaluations) -> bool | None:
        return any(violation.invariant == invariant.name for violation in evaluations[0].violations) or None

    roots = ((prover.networks[0].scope, invariant.premise, invariant.claimed),)
    answer = prover.find(Question([terms], shows, roots))
    if isinstance(answer, Shown):
        violation = next(each for each in answer.evaluations[0].violations if each.invariant == invariant.name)
        message = f"{invariant.name}: refuted{_by(violation.rules)}"
        expects = list(violation.rules) or ["in scope"]
        return Finding("invariant", message, violation.rules, patient_of(answer, "an invariant is refuted", expects))
    if isinstance(answer, Open):
        return Finding("undecided", f"whether somebody refutes {invariant.name}: {answer.why}", ())
    return None


def _by(rules: tuple[str, ...]) -> str:
    return f" by {', '.join(rules)}" if rules else ""

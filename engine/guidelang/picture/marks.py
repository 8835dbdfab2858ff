"""What became of the nodes of a picture for one patient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from guidelang.facts.state import Value
from guidelang.network.ir import NodeId
from guidelang.picture.shape import Look, Mark
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import ScopeStatus, Status, Truth
from guidelang.trace.phrases import value as value_phrase
from guidelang.trace.values import interval_document, reasons_of, value_text

if TYPE_CHECKING:
    from guidelang.trace.redact.redaction import Case, Told

_OF_STATUS = {
    Status.APPLIES: Mark(Look.YES, "applies"),
    Status.NOT_APPLICABLE: Mark(Look.NO, "does not apply"),
    Status.UNDECIDED: Mark(Look.UNKNOWN, "undecided"),
}
_OF_SCOPE = {
    ScopeStatus.APPLIES: Mark(Look.YES, "for this patient"),
    ScopeStatus.NOT_FOR_THIS_PATIENT: Mark(Look.NO, "not for this patient"),
    ScopeStatus.UNDECIDED: Mark(Look.UNKNOWN, "undecided"),
}
_NOT_EVALUATED = Mark(Look.OUTSIDE, "not evaluated")


class Marks:
    """The marks of one evaluation."""

    def __init__(self, evaluation: Evaluation, case: Case | None = None) -> None:
        """With a `case`, values are told as it allows."""
        self._evaluation = evaluation
        self._case = case
        self._outcomes = {outcome.rule: outcome for outcome in evaluation.outcomes}

    def fact(self, name: str) -> Mark:
        state, definition = self._evaluation.facts.states[name], self._evaluation.network.facts[name]
        if state.value is None:
            reasons = ", ".join(reasons_of(state.causes))
            return Mark(Look.UNKNOWN, f"unknown: {reasons}" if reasons else "unknown")
        if state.value is False and state.how == "absent":
            return Mark(Look.NO, "no, by absence")
        told = value_text(state.value, definition.type), interval_document(state.value, definition.type)
        return _of_value(state.value, told if self._case is None else self._case.fact(name, *told), definition.unit)

    def derived(self, name: str) -> Mark:
        definition = self._evaluation.network.derived[name]
        if definition.node in self._evaluation.conditions:
            return self.condition(definition.node)
        computed = self._evaluation.values[definition.node].value
        if computed is None:
            return Mark(Look.UNKNOWN, "unknown")
        told = value_text(computed, definition.type), interval_document(computed, definition.type)
        return _of_value(computed, told if self._case is None else self._case.derived(name, *told), definition.unit)

    def condition(self, node: NodeId) -> Mark:
        return _of_truth(self._evaluation.conditions[node])

    def scope(self) -> Mark:
        return _OF_SCOPE[self._evaluation.scope]

    def rule(self, name: str) -> Mark:
        outcome = self._outcomes.get(name)
        if outcome is None:
            return _NOT_EVALUATED
        if outcome.status is Status.OVERRIDDEN:
            return Mark(Look.OVERRIDDEN, f"overridden by {', '.join(outcome.overridden_by)}")
        return _OF_STATUS[outcome.status]

    def advice(self, rules: Iterable[str]) -> Mark:
        """Given if one of its rules applies; open if none does and one is undecided."""
        statuses = {self._outcomes[rule].status for rule in rules if rule in self._outcomes}
        if not statuses:
            return _NOT_EVALUATED
        if Status.APPLIES in statuses:
            return Mark(Look.YES, "given")
        if Status.UNDECIDED in statuses:
            return Mark(Look.UNKNOWN, "undecided")
        return Mark(Look.OVERRIDDEN, "overridden") if Status.OVERRIDDEN in statuses else Mark(Look.NO, "not given")


def _of_truth(truth: Truth) -> Mark:
    if truth is None:
        return Mark(Look.UNKNOWN, "unknown")
    return Mark(Look.YES, "true") if truth else Mark(Look.NO, "false")


def _of_value(value: Value, told: Told, unit: str | None) -> Mark:
    return Mark(Look.NO if value is False else Look.YES, value_phrase(*told, unit))

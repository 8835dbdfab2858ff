"""Advice texts, filled anew from the guideline's own words with values that may be told."""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.network.ir import DerivedDefinition, FactDefinition, TextPart
from guidelang.quantity import Interval
from guidelang.run.evaluation import Evaluation
from guidelang.run.texts import UNKNOWN, computed_text, fact_text, measured_text, value_text
from guidelang.trace.document import AdviceDocument
from guidelang.trace.redact.pseudonyms import Shift
from guidelang.trace.redact.sentences import REMOVED, measure_of
from guidelang.trace.redact.values import Values


class AdviceTexts:
    """The texts of one evaluation's advice."""

    def __init__(self, evaluation: Evaluation, shift: Shift, values: Values) -> None:
        self._values = values
        self._evaluation = evaluation
        self._network = evaluation.network
        self._shift = shift

    def advice(self, advice: AdviceDocument) -> AdviceDocument:
        texts: list[str] = []
        cautions: list[str] = []
        for name in advice.rules:
            rule = self._network.rules[name]
            for given in rule.advice:
                if (given.against, given.action, given.target, given.to) == (
                    advice.against,
                    advice.action,
                    advice.target,
                    advice.to,
                ):
                    texts.append(self._fill(given.text))
                    cautions += [self._fill(caution) for caution in rule.cautions]
        return AdviceDocument(
            kind=advice.kind,
            against=advice.against,
            action=advice.action,
            target=advice.target,
            target_label=advice.target_label,
            to=advice.to,
            text=" ".join(dict.fromkeys(text for text in texts if text)),
            strength=advice.strength,
            certainty=advice.certainty,
            grade=advice.grade,
            urgency=advice.urgency,
            cautions=list(dict.fromkeys(cautions)),
            rules=advice.rules,
            cites=advice.cites,
            evidence=advice.evidence,
            errata=advice.errata,
        )

    def _fill(self, parts: Sequence[TextPart]) -> str:
        return "".join(part.words or "" if part.name is None else self._named(part.name) for part in parts)

    def _named(self, name: str) -> str:
        evaluation = self._evaluation
        if name in self._network.derived:
            derived = self._network.derived[name]
            if derived.node in evaluation.conditions:
                return _yes_or_no(evaluation.conditions[derived.node])
            value = evaluation.values[derived.node].value
            if value is not None and self._values.of_derived(name).hides_age:
                return REMOVED
            if derived.type in ("date", "text"):
                return UNKNOWN if value is None else self._of_day(derived, value)
            return computed_text(self._network, derived, value)
        parameter = next((p.text for p in self._network.parameters if p.name == name), None)
        if parameter is not None:
            return parameter
        if name in self._network.facts:
            return self._fact(self._network.facts[name])
        return UNKNOWN

    def _of_day(self, derived: DerivedDefinition, value: object) -> str:
        """A derived day, moved if it is the patient's; a text is removed."""
        whose = self._values.whose(derived.node)
        if derived.type == "text" or whose == "both" or not isinstance(value, Interval):
            return REMOVED
        if whose == "guideline":
            return value_text(value, True, None)
        return REMOVED if self._values.reads_birth(derived.node) else self._days(value)

    def _fact(self, definition: FactDefinition) -> str:
        state = self._evaluation.facts.states[definition.name]
        value = state.value
        if value is None:
            return UNKNOWN
        if isinstance(value, bool):
            return _yes_or_no(value)
        if definition.type == "choice" and value in {choice.value for choice in definition.choices}:
            return fact_text(definition, state)
        if definition.type in ("quantity", "number"):
            told = measured_text(self._network, definition, state)
            return measure_of(told) or value_text(value, False, definition.unit)
        if definition.type == "date" and definition.patient_field != "birth_date":
            return self._days(value)
        return REMOVED

    def _days(self, value: object) -> str:
        """A day or the two ends of an interval of days, moved."""
        if not isinstance(value, Interval):
            return REMOVED
        told = [value_text(Interval.point(end), True, None) for end in (value.low, value.high) if end is not None]
        moved = [self._shift.text(day) or REMOVED for day in told]
        return " to ".join(dict.fromkeys(moved)) or UNKNOWN


def _yes_or_no(truth: bool | None) -> str:
    return UNKNOWN if truth is None else "yes" if truth else "no"

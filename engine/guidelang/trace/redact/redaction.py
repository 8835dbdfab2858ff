"""The documents of evaluations, redacted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from guidelang.diagnostics import Diagnostic
from guidelang.facts.state import Reason
from guidelang.quantity import Interval
from guidelang.run.dates import age
from guidelang.run.evaluation import Evaluation
from guidelang.trace.build import explain_document, trace_document
from guidelang.trace.document import (
    DerivedDocument,
    ExplainDocument,
    FactDocument,
    IntervalDocument,
    MissingDocument,
    OutcomeDocument,
    PartDocument,
    ProblemDocument,
    ScopeDocument,
    TraceDocument,
    UnlistedDocument,
    WhyKind,
    WhyNode,
)
from guidelang.trace.redact.advice import AdviceTexts
from guidelang.trace.redact.findings import redacted_finding
from guidelang.trace.redact.outline import outline
from guidelang.trace.redact.pseudonyms import Pseudonyms, Shift, new_key
from guidelang.trace.redact.values import OLDEST_TOLD, Reader, Values

Told: TypeAlias = tuple[str | None, IntervalDocument | None]
"""A value as a text or as an interval."""

_REASONS = frozenset(reason.value for reason in Reason)
_FIELDS = frozenset((
    "value", "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger",
    "valueDateTime", "dataAbsentReason", "component", "code", "unit", "system", "comparator", "status",
    "clinicalStatus", "verificationStatus", "effective", "effectiveDateTime", "effectivePeriod",
    "effectiveInstant", "onsetDateTime", "onsetPeriod", "abatementDateTime", "recordedDate",
    "performedDateTime", "performedPeriod", "authoredOn", "subject", "patient", "medication",
    "medicationReference", "medicationCodeableConcept", "gender", "birthDate", "deceasedBoolean",
    "deceasedDateTime", "start", "end", "time", "attested", "age", "sex", "deceased", "birth_date",
))  # fmt: skip


class Redaction:
    """Redacts the documents of one run. One object for all its patients: pseudonyms hold within it.

    Args:
        key: the secret that the numbers of days follow from; a new random one if left out. Whoever has it, and the
            name of a patient, can move the dates back.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = new_key() if key is None else key
        self._pseudonyms = Pseudonyms()

    def trace(self, evaluation: Evaluation) -> TraceDocument:
        """The trace of an evaluation, redacted."""
        return Case(evaluation, self._key, self._pseudonyms).trace(trace_document(evaluation))

    def explain(self, evaluation: Evaluation, name: str) -> ExplainDocument:
        """The explanation of a rule, derived fact or the scope, redacted. KeyError for an unknown name."""
        return Case(evaluation, self._key, self._pseudonyms).explain(explain_document(evaluation, name))

    def case(self, evaluation: Evaluation) -> Case:
        """What may be told of one patient, for pictures."""
        return Case(evaluation, self._key, self._pseudonyms)

    def pseudonym(self, sort: str, name: str) -> str:
        """What stands for a name: `case-1`, the same for the same name."""
        return self._pseudonyms.of(sort, name)

    def findings(self, findings: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Findings about the input, redacted. Those about a guideline name no patient and are not meant."""
        return list(dict.fromkeys(redacted_finding(finding, self._pseudonyms) for finding in findings))


class Case:
    """One patient. Documents are built anew, field by field: what is not named here does not get out."""

    def __init__(self, evaluation: Evaluation, key: bytes, pseudonyms: Pseudonyms) -> None:
        self._evaluation = evaluation
        self._network = evaluation.network
        self._pseudonyms = pseudonyms
        self._shift = Shift.for_patient(key, evaluation.facts.patient)
        self._patient = pseudonyms.of("patient", evaluation.facts.patient)
        self._values = Values(evaluation.network, self._shift, pseudonyms, is_aged=_is_aged(evaluation))
        self._texts = AdviceTexts(evaluation, self._shift, self._values)

    def trace(self, document: TraceDocument) -> TraceDocument:
        return TraceDocument(
            guideline=document.guideline,
            patient=self._patient,
            as_of=self._as_of(document.as_of),
            engine=document.engine,
            redacted=True,
            scope=ScopeDocument(
                status=document.scope.status,
                missing=self._missing(document.scope.missing),
                why=self._why(document.scope.why),
            ),
            advice=[self._texts.advice(a) for a in document.advice],
            conflicts=[
                c.model_copy(update={"first": self._texts.advice(c.first), "second": self._texts.advice(c.second)})
                for c in document.conflicts
            ],
            stacks=[
                s.model_copy(update={"advice": [self._texts.advice(a) for a in s.advice]}) for s in document.stacks
            ],
            violations=document.violations,
            warnings=self._warnings(document.warnings),
            outcomes=[self._outcome(o) for o in document.outcomes],
            measure_first=document.measure_first,
            # Whether the day is the guideline's, which must not be moved, or the patient's, is not known here.
            measure_later=[later.model_copy(update={"day": None}) for later in document.measure_later],
            facts=[self._fact(f) for f in document.facts],
            derived=[self._derived(d) for d in document.derived],
            parameters=document.parameters,
            problems=[self._problem(p) for p in document.problems],
            unlisted=self._unlisted(document.unlisted),
            firings=document.firings,
        )

    def who(self) -> tuple[str, str]:
        """The patient's pseudonym, and the evaluation day, moved."""
        return self._patient, self._as_of(self._evaluation.facts.as_of.isoformat())

    def outline(self, tree: WhyNode) -> WhyNode:
        """A tree of why, redacted, without days and entries."""
        return outline(self._why(tree))

    def fact(self, name: str, value: str | None, between: IntervalDocument | None) -> Told:
        """The value of a fact as it may be told."""
        return self._values.of_fact(name).told(value, between)

    def derived(self, name: str, value: str | None, between: IntervalDocument | None) -> Told:
        """The value of a derived fact as it may be told."""
        return self._values.of_derived(name).told(value, between)

    def explain(self, document: ExplainDocument) -> ExplainDocument:
        return ExplainDocument(
            guideline=document.guideline,
            patient=self._patient,
            as_of=self._as_of(document.as_of),
            engine=document.engine,
            redacted=True,
            name=document.name,
            label=document.label,
            status=document.status,
            scope=document.scope,
            warnings=self._warnings(document.warnings),
            missing=self._missing(document.missing),
            deciding=document.deciding,
            advice=[self._texts.advice(a) for a in document.advice],
            cites=document.cites,
            evidence=document.evidence,
            errata=document.errata,
            sources=document.sources,
            why=self._why(document.why),
            problems=[self._problem(p) for p in document.problems],
            unlisted=self._unlisted(document.unlisted),
        )

    # ---- parts ------------------------------------------------------------------------------------------------------

    def _as_of(self, day: str) -> str:
        return self._shift.text(day) or "unknown"

    def _missing(self, missing: Sequence[MissingDocument]) -> list[MissingDocument]:
        return [
            MissingDocument(
                fact=m.fact,
                label=m.label,
                reasons=_reasons(m.reasons),
                details=self._values.details(m.details, self._network.facts.get(m.fact)),
            )
            for m in missing
        ]

    def _outcome(self, outcome: OutcomeDocument) -> OutcomeDocument:
        return OutcomeDocument(
            rule=outcome.rule,
            label=outcome.label,
            status=outcome.status,
            advice=[self._texts.advice(a) for a in outcome.advice],
            concludes=outcome.concludes,
            missing=self._missing(outcome.missing),
            exceptions=outcome.exceptions,
            overridden_by=outcome.overridden_by,
            cites=outcome.cites,
            evidence=outcome.evidence,
            errata=outcome.errata,
            why=self._why(outcome.why),
        )

    def _fact(self, fact: FactDocument) -> FactDocument:
        reader = self._values.of_fact(fact.name)
        value, interval = reader.told(fact.value, fact.interval)
        return FactDocument(
            name=fact.name,
            label=fact.label,
            type=fact.type,
            status=fact.status,
            value=value,
            interval=interval,
            unit=fact.unit,
            how=fact.how,
            results=[reader.result(r) for r in fact.results],
            reasons=_reasons(fact.reasons),
            details=self._values.details(fact.details, self._network.facts[fact.name]),
            borderline=fact.borderline,
            plausible=fact.plausible,
            thresholds=fact.thresholds,
        )

    def _derived(self, derived: DerivedDocument) -> DerivedDocument:
        value, interval = self._values.of_derived(derived.name).told(derived.value, derived.interval)
        return DerivedDocument(
            name=derived.name,
            label=derived.label,
            type=derived.type,
            status=derived.status,
            value=value,
            interval=interval,
            unit=derived.unit,
            needs=derived.needs,
            concluded_by=derived.concluded_by,
            form=derived.form,
            parts=[self._part(part) for part in derived.parts],
            reasons=_reasons(derived.reasons),
            details=self._values.details(derived.details, None),
            cites=derived.cites,
        )

    def _part(self, part: PartDocument) -> PartDocument:
        """What points count and a row gives is the guideline's; the rest are values of the patient."""
        if part.kind == "row" or part.points is not None:
            return part
        value, interval = self._named(part.words).told(part.value, part.interval)
        return part.model_copy(update={"value": value, "interval": interval})

    def _named(self, words: str) -> Reader:
        """The reader of what stands under a name: a derived fact, a fact, or a value that is called by its words."""
        derived = words in self._network.derived
        kind: WhyKind = "derived" if derived else "fact" if words in self._network.facts else "value"
        return self._values.of_node(WhyNode(kind=kind, words=words, truth=None))

    def _why(self, node: WhyNode) -> WhyNode:
        reader = self._named(node.words) if node.kind == "item" else self._values.of_node(node)
        own = node.kind in ("parameter", "row") or node.points is not None  # the guideline's, not the patient's
        value, interval = (node.value, node.interval) if own else reader.told(node.value, node.interval)
        return WhyNode(
            kind=node.kind,
            words=node.words,
            truth=node.truth,
            label=node.label,
            points=node.points,
            value=value,
            interval=interval,
            unit=node.unit,
            how=node.how,
            results=[reader.result(r) for r in node.results],
            reasons=_reasons(node.reasons),
            details=node.details if node.kind == "parameter" else self._values.details(node.details, reader.definition),
            borderline=None if reader.hides_age else node.borderline,
            children=[self._why(child) for child in node.children],
            folded=node.folded,
            repeated=node.repeated,
            cut=node.cut,
        )

    def _problem(self, problem: ProblemDocument) -> ProblemDocument:
        fact = problem.fact if problem.fact in self._network.facts else None
        reason = problem.reason if problem.reason in _REASONS else None
        if fact is not None and reason is not None:
            message = f"`{fact}`: an entry cannot be used: {reason}"
        else:
            message = {
                "unusable": "a part of the record cannot be used",
                "ignored": "a part of the record is left out",
                "note": "a part of the record is worth a look",
            }[problem.kind] + (f", about `{fact}`" if fact else "")
        return ProblemDocument(
            kind=problem.kind,
            message=message,
            patient=None if problem.patient is None else self._patient,
            resource=None if problem.resource is None else self._pseudonyms.source(problem.resource),
            field=None if problem.field is None or not self._is_field(problem.field) else problem.field,
            fact=fact,
            reason=reason,
        )

    def _unlisted(self, groups: Sequence[UnlistedDocument]) -> list[UnlistedDocument]:
        """How many there are of each kind; their codes and names are the record's own."""
        counts: dict[str, int] = {}
        for group in groups:
            counts[group.record] = counts.get(group.record, 0) + group.count
        return [
            UnlistedDocument(record=record, what="", count=count, source="", fact=None, hint=None)
            for record, count in counts.items()
        ]

    def _is_field(self, field: str) -> bool:
        """Whether every step of a path is a name of FHIR or of the guideline: a record may have keys of its own."""
        steps = re.sub(r"\[\d{1,4}\]", "", field).split(".")
        return all(step in _FIELDS or step in self._network.facts for step in steps)

    def _warnings(self, warnings: Sequence[str]) -> list[str]:
        told = []
        for warning in warnings:
            fact, colon, _ = warning.partition(": ")
            if warning.startswith("durable_rules is not installed"):
                told.append(warning)
            elif warning.startswith("evaluated for a past day: "):
                told.append("evaluated for a past day: statuses are those in the record, not those of that day")
            elif warning.startswith(f"guideline {self._network.name} "):
                told.append("the guideline is not in force on the evaluation day")
            elif colon and fact in self._network.facts:
                told.append(f"{fact}: results after the evaluation day are left out")
            else:
                told.append("a warning about the record")
        return told


def _is_aged(evaluation: Evaluation) -> bool:
    """Whether the patient may be older than is told, on the evaluation day."""
    years = age("year", evaluation.facts).value
    return isinstance(years, Interval) and (years.high is None or years.high > OLDEST_TOLD)


def _reasons(reasons: Sequence[str]) -> list[str]:
    return [reason for reason in reasons if reason in _REASONS]

"""Values, results and citations as the trace publishes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction

from guidelang.facts.state import Cause, Course, Result, Value
from guidelang.network.ir import Citation, Evidence, FactDefinition, Network, ValueType
from guidelang.quantity import Interval, format_number
from guidelang.run.outcome import Advice, Missing, Truth
from guidelang.trace.document import (
    AdviceDocument,
    CitationDocument,
    CourseDocument,
    EvidenceDocument,
    IntervalDocument,
    MissingDocument,
    ResultDocument,
    TruthWord,
)

NO_LIMIT = (dt.date.min.toordinal(), dt.date.max.toordinal())


def truth_word(truth: Truth) -> TruthWord:
    if truth is None:
        return "unknown"
    return "true" if truth else "false"


def number_text(number: Fraction, type_: ValueType) -> str:
    """A decimal, or the day that an ordinal stands for."""
    if type_ == "date" and number.denominator == 1 and NO_LIMIT[0] <= number <= NO_LIMIT[1]:
        return dt.date.fromordinal(int(number)).isoformat()
    return format_number(number, significant=12)


def value_text(value: Value | None, type_: ValueType) -> str | None:
    """A value as text; None for an unknown value and for an interval that is no point."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Interval):
        return number_text(value.value, type_) if value.is_point else None
    return value


def interval_document(value: Value | None, type_: ValueType) -> IntervalDocument | None:
    """The interval of a value that is no point, else None."""
    if not isinstance(value, Interval) or value.is_point:
        return None
    return IntervalDocument(
        low=None if value.low is None else number_text(value.low, type_),
        high=None if value.high is None else number_text(value.high, type_),
        low_open=value.low_open,
        high_open=value.high_open,
    )


def plausible_document(definition: FactDefinition) -> IntervalDocument | None:
    if definition.plausible is None:
        return None
    low, high = definition.plausible
    return interval_document(Interval(low, high), "number")


def reasons_of(causes: Iterable[Cause]) -> list[str]:
    """The words of the reasons, each once, in the order of the causes."""
    return list(dict.fromkeys(cause.reason.value for cause in causes))


def details_of(causes: Iterable[Cause]) -> list[str]:
    return list(dict.fromkeys(cause.detail for cause in causes if cause.detail))


def missing_documents(missing: Sequence[Missing], network: Network) -> list[MissingDocument]:
    return [
        MissingDocument(
            fact=m.fact,
            label=_fact_label(m.fact, network),
            reasons=reasons_of(m.causes),
            details=details_of(m.causes),
        )
        for m in missing
    ]


def result_document(result: Result, type_: ValueType, as_of: dt.date) -> ResultDocument:
    """One entry of the record. Its age is whole days, and not given where the record leaves the day open."""
    moment = result.moment
    age = None
    if moment is not None and moment.first_day == moment.last_day:
        age = (as_of - moment.first_day).days
    return ResultDocument(
        reported=result.label if result.label and not result.reported else result.reported,
        value=value_text(result.value, type_),
        interval=interval_document(result.value, type_),
        time=None if moment is None else moment.text,
        age_days=age,
        course=_course_document(result.course),
        source=result.source,
        status=result.status,
        attested=result.attested,
        reasons=reasons_of(result.causes),
        details=details_of(result.causes),
        note=result.note,
    )


def _course_document(course: Course | None) -> CourseDocument | None:
    if course is None:
        return None
    begins, ends = course.begins, course.ends
    return CourseDocument(
        begins=None if begins is None else begins.text, ends=None if ends is None else ends.text, end=course.end
    )


def result_documents(results: Sequence[Result], type_: ValueType, as_of: dt.date) -> list[ResultDocument]:
    return [result_document(result, type_, as_of) for result in results]


def citation_documents(cites: Iterable[Citation]) -> list[CitationDocument]:
    return [CitationDocument(source=c.source, locator=c.locator) for c in cites]


def evidence_documents(evidence: Iterable[Evidence]) -> list[EvidenceDocument]:
    return [EvidenceDocument(source=e.source, locator=e.locator, text=e.text) for e in evidence]


def advice_document(advice: Advice, network: Network) -> AdviceDocument:
    return AdviceDocument(
        kind=advice.kind,
        against=advice.against,
        action=advice.action,
        target=advice.target,
        target_label=label_of(advice.target, network),
        to=advice.to,
        text=advice.text,
        strength=advice.strength,
        certainty=advice.certainty,
        grade=advice.grade,
        urgency=advice.urgency,
        cautions=list(advice.cautions),
        rules=list(advice.rules),
        cites=citation_documents(advice.cites),
        evidence=evidence_documents(advice.evidence),
        errata=list(advice.errata),
    )


def label_of(name: str, network: Network) -> str | None:
    """The label of an intervention, fact or derived fact; None for a name that has none."""
    if name in network.interventions:
        return network.interventions[name].label
    if name in network.derived:
        return network.derived[name].label
    return _fact_label(name, network)


def _fact_label(name: str, network: Network) -> str | None:
    return network.facts[name].label if name in network.facts else None

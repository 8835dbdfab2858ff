"""Whether a record has what a `from` clause asks of its elements.

A filter holds, certainly does not hold, or is left open by a record that lacks the element: then nobody can say whether
the record is of the fact, and it neither counts nor is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import ANSWERS, Concept, answers_of, coding_concept, concept
from guidelang.facts.fhir.links import Resolve
from guidelang.facts.fhir.quantity import length_in_days
from guidelang.facts.fhir.standing import COUNTS, OUT, Verdict, undecidable
from guidelang.facts.fhir.timing import Clock
from guidelang.facts.place import UNDATED
from guidelang.network.ir import CodedFilter, LengthFilter, Reading
from guidelang.quantity import Interval
from guidelang.terminology import Code, canonical_uri

_NOT_OVER = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave", "cancelled"})
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_VISITS = frozenset({"AMB", "VR", "HH", "FLD"})  # its classes of encounters that nobody is discharged from
_NOT_PERFORMED = Code("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed")

_REFUSAL_REASON = "/qicore-doNotPerformReason"


@dataclass(slots=True)
class Filters:
    """The elements of one record as filters see them.

    Attributes:
        element: the resource.
        answer: where its value stands: the resource itself, or a component of an observation.
        resolve: finds what its references name.
    """

    element: Element
    clock: Clock
    resolve: Resolve
    answer: Element | None = None
    _concepts: dict[str, tuple[Concept, ...]] = field(default_factory=dict)

    def judge(self, reading: Reading) -> Verdict:
        """COUNTS if all filters hold, OUT if one certainly does not, else undecidable with the first open one."""
        first_open: Verdict | None = None
        for verdict in self._verdicts(reading):
            if verdict is OUT:
                return OUT
            if verdict is not COUNTS and first_open is None:
                first_open = verdict
        return first_open or COUNTS

    def _verdicts(self, reading: Reading) -> Iterator[Verdict]:
        for coded in reading.coded:
            yield self._value(coded) if coded.element == "value" else self._coded(coded)
        for length in reading.lengths:
            yield self._length(length)
        if reading.abated:
            yield self._abated()

    # ---- codes ------------------------------------------------------------------------------------------------------

    def _coded(self, wanted: CodedFilter) -> Verdict:
        if wanted.element not in self._concepts:
            self._concepts[wanted.element] = tuple(self._elements(wanted.element))
        found = self._concepts[wanted.element]
        if wanted.element == "discharge" and not found and self._cannot_be_discharged():
            return OUT
        return _among(found, wanted, wanted.element)

    def _cannot_be_discharged(self) -> bool:
        """Whether there was no stay to be discharged from, or it is not over."""
        if self.element.text("status") in _NOT_OVER:
            return True
        classes = [code for each in self._elements("class") for code in each.codes]
        visits = bool(classes) and all(code.system == _ACT_CODE and code.code in _VISITS for code in classes)
        return visits and not self.element.has("hospitalization")

    def _elements(self, name: str) -> Iterator[Concept]:
        element = self.element
        match name:
            case "class":
                for each in element.several("class"):
                    yield coding_concept(each)
            case "discharge":
                stay = element.element("hospitalization")
                if stay is not None and stay.has("dischargeDisposition"):
                    yield concept(stay.element("dischargeDisposition"))
            case "reason":
                yield from self._reasons()
            case _:
                for each in element.several(name):
                    yield concept(each)

    def _reasons(self) -> Iterator[Concept]:
        """Reasons as codes, those of the problems that a record refers to, and those for not doing it."""
        element = self.element
        for name in ("reasonCode", "statusReason", "statusReasonCodeableConcept"):
            for each in element.several(name):
                yield concept(each)
        for extension in element.several("extension"):
            url = extension.content.get("url")
            if isinstance(url, str) and url.endswith(_REFUSAL_REASON):
                yield concept(extension.element("valueCodeableConcept"))
        for name in ("reasonReference", "addresses", "statusReasonReference"):
            for reference in element.several(name):
                target = reference.text("reference") if reference.has("reference") else None
                found = self.resolve(target, element.content) if target else None
                if found is None:
                    yield Concept(label=f"{target or 'something'}, which is not in the input")
                else:
                    inner = Element(found, element.resource, reference.path, element.patient, element.complain)
                    yield concept(inner.element("code"))

    def _value(self, wanted: CodedFilter) -> Verdict:
        """An answer: its code, or how its text begins. Numbers and the rest are no answers."""
        answer = self.answer or self.element
        if not wanted.codes and not wanted.beginnings:  # any value, and none: that there is the observation
            absent = answer.element("dataAbsentReason") if answer.has("dataAbsentReason") else None
            return OUT if absent is not None and _NOT_PERFORMED in concept(absent).codes else COUNTS
        if answer.has("valueCodeableConcept"):
            if not wanted.codes:
                return OUT
            return _among((_same_answers(concept(answer.element("valueCodeableConcept"))),), wanted, "value")
        if answer.has("valueBoolean"):
            said = answer.boolean("valueBoolean")
            if said is None:
                return undecidable("no value")
            return _among((Concept(answers_of(said)),), wanted, "value") if wanted.codes else OUT
        if answer.has("valueString"):
            text = answer.text("valueString")
            if text is not None and begins(text, wanted.beginnings):
                return COUNTS
            return OUT if wanted.beginnings else undecidable(f"the answer {text!r} is a text, and codes are asked for")
        if any(name.startswith("value") and answer.has(name) for name in answer.content):
            return OUT
        return undecidable("no value")

    # ---- lengths of time --------------------------------------------------------------------------------------------

    def _length(self, wanted: LengthFilter) -> Verdict:
        days = self._supply() if wanted.element == "supply" else self._validity()
        if days is None:
            return undecidable(f"no {wanted.element}")
        holds = Interval.compare(wanted.operator, days, Interval.point(Fraction(wanted.days)))
        if holds is None:
            return undecidable(f"the {wanted.element} may be shorter or longer")
        return COUNTS if holds else OUT

    def _supply(self) -> Interval | None:
        days = supply_days(self.element)
        return None if days is None else Interval.point(days)

    def _validity(self) -> Interval | None:
        """In whole days, from the day of the start to the day of the end as they are written."""
        request = self.element.element("dispenseRequest")
        period = request.element("validityPeriod") if request is not None else None
        if period is None:
            return None
        start, end = self.clock.ends_of(period)
        if start is None or end is None or UNDATED in (start.text, end.text):
            return None
        least, most = (end.first_day - start.last_day).days, (end.last_day - start.first_day).days
        return Interval(Fraction(least), Fraction(most)) if least <= most else None

    def _abated(self) -> Verdict:
        if any(self.element.has(f"abatement{form}") for form in ("DateTime", "Age", "Range", "String")):
            return COUNTS
        period = self.element.element("abatementPeriod")
        return COUNTS if period is not None and period.has("end") else OUT


def supply_days(element: Element) -> Fraction | None:
    """For how many days an order, or what was dispensed, is meant to last; None where it does not say."""
    request = element.element("dispenseRequest")
    if request is not None and request.has("expectedSupplyDuration"):
        return length_in_days(request.element("expectedSupplyDuration"))
    return length_in_days(element.element("daysSupply"))


def begins(text: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a text begins with one of these, whatever the case."""
    folded = text.casefold().lstrip()
    return any(folded.startswith(beginning.casefold()) for beginning in beginnings)


def _same_answers(answer: Concept) -> Concept:
    """A concept that is yes or no, with all codes for that answer."""
    said = {ANSWERS[code] for code in answer.codes if code in ANSWERS}
    if len(said) != 1:
        return answer
    return replace(answer, codes=tuple(dict.fromkeys((*answer.codes, *answers_of(said.pop())))))


def _among(found: tuple[Concept, ...], wanted: CodedFilter, element: str) -> Verdict:
    codes = {Code(canonical_uri(listed.code.system), listed.code.code) for listed in wanted.codes}
    if any(code in codes for each in found for code in each.codes):
        return COUNTS
    if not found:
        return undecidable(f"no {element}")
    uncoded = next((each for each in found if not each.codes), None)
    if uncoded is not None and codes:
        return undecidable(
            f"{element} {uncoded.label}, without a code" if uncoded.label else f"{element} without a code"
        )
    return OUT

"""Observation: measurements, findings and answers, each result with a code of its own (also in components)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from guidelang.calendar import parse_moment
from guidelang.facts.attest import Attestations
from guidelang.facts.entry import Entry
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import ANSWERS, Concept, concept
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import chosen, chosen_by_text
from guidelang.facts.fhir.filters import Filters
from guidelang.facts.fhir.judged import Judged, judged
from guidelang.facts.fhir.links import encounter_of, practitioners_of
from guidelang.facts.fhir.listing import Listing, Match
from guidelang.facts.fhir.quantity import quantity
from guidelang.facts.fhir.standing import COUNTS, OUT, Standing, StatusRule, Verdict, best, undecidable
from guidelang.facts.fhir.timing import When
from guidelang.facts.fhir.unlisted import UnlistedRecords
from guidelang.facts.measured import Reported, measure, read_number, suggested_unit
from guidelang.facts.place import UNDATED
from guidelang.facts.state import Cause, Problem, Reason, Result, Value
from guidelang.network.ir import FactDefinition, Reading
from guidelang.quantity import Interval
from guidelang.terminology import Code, RecordType

RECORDS: tuple[RecordType, ...] = ("observation",)

STATUS = StatusRule(
    counts=frozenset({"final", "amended", "corrected"}),
    out=frozenset({"cancelled", "entered-in-error"}),
    undecidable=frozenset({"registered", "preliminary", "unknown"}),
)

VALUES = (
    "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger", "valueRange", "valueRatio",
    "valueSampledData", "valueTime", "valueDateTime", "valuePeriod", "valueAttachment", "valueReference",
)  # fmt: skip
"""The elements that hold the value of an observation (FHIR R4 and R5)."""


@dataclass(frozen=True, slots=True)
class ObservationReader:
    """Reads observations for the facts of a guideline."""

    listing: Listing
    context: Context
    attestations: Attestations
    unlisted: UnlistedRecords
    _alike: dict[tuple[int, str | None], tuple[Match, tuple[Judged, ...]]] = field(default_factory=dict)

    def entries(self, element: Element, order: int) -> Iterator[tuple[str, Entry]]:
        """What an observation says about each fact, by the fact's name."""
        parts = [_Part.of(element, concept(element.element("code")), element.resource)]
        codes: Sequence[Code] = parts[0].concept.codes
        if element.has("component"):
            for index, found in enumerate(element.elements("component")):
                component = found.without_doubled()
                coded = concept(component.element("code"))
                parts.append(_Part.of(component, coded, f"{element.resource} component[{index}]"))
            codes = [code for part in parts for code in part.concept.codes]
        self.unlisted.add(RECORDS, parts[0].concept, codes, element.resource)
        by_part = [(part, self.listing.matches(RECORDS, part.concept.codes)) for part in parts]
        whole = _Whole(element, element.text("status"), order, self)
        matched: set[str] = set()
        for index, (part, matches) in enumerate(by_part):
            for match in matches:
                name = match.definition.name
                if index == 0 and not part.has_value and _in_components(name, by_part[1:]):
                    continue  # a panel: its values are in the components
                matched.add(name)
                for answer in self._judged(whole, part, match):
                    for when in whole.when(answer):
                        entry = _PartReader(part, match, answer, when, whole).entry()
                        if entry is not None:
                            yield name, entry
        yield from self._unlisted(whole, parts, codes, matched)

    def _judged(self, whole: _Whole, part: _Part, match: Match) -> Iterable[Judged]:
        """How it stands for a fact; without filters nothing but its status matters, and thousands have the same."""
        if any(hit.reading.coded or hit.reading.lengths for hit in match.hits):
            return judged(match.definition, match.hits, partial(whole.standing, part))
        key = (id(match), whole.status)
        if key not in self._alike:  # with the match, so that no other ever has its id
            self._alike[key] = match, tuple(judged(match.definition, match.hits, partial(whole.standing, part)))
        return self._alike[key][1]

    def _unlisted(
        self, whole: _Whole, parts: list[_Part], codes: Sequence[Code], matched: set[str]
    ) -> Iterator[tuple[str, Entry]]:
        for match in self.listing.left_open(RECORDS, codes):
            definition = match.definition
            if definition.name in matched:
                continue
            for answer in judged(definition, match.hits, partial(whole.best_standing, parts)):
                if answer.verdict.may_be_yes:
                    cause = Cause(Reason.UNLISTED_CODE, f"{parts[0].told} is in no list of the loaded files")
                    for when in whole.when(answer):
                        result = whole.result(when, None, (cause,), parts[0].told, parts[0].source)
                        yield definition.name, Entry(result, answer.window, matches=False, replaced_by_newer=False)


@dataclass(slots=True)  # not frozen: one is made for each record, in half the time
class _Whole:
    """An observation, with what is true of all its parts."""

    element: Element
    status: str | None
    order: int
    reader: ObservationReader

    def standing(self, part: _Part, reading: Reading) -> Verdict:
        """How it stands for a reading by its status and the filters, of which that on the answer asks a part."""
        verdict = STATUS.judge(self.status, reading.status)
        if verdict.standing is Standing.OUT or not (reading.coded or reading.lengths):
            return verdict
        context = self.reader.context
        filtered = Filters(self.element, context.clock, context.resolve, part.element).judge(reading)
        if filtered is COUNTS or filtered is OUT:
            return verdict if filtered is COUNTS else OUT
        return undecidable(filtered.detail, may_be_yes=verdict.may_be_yes)

    def best_standing(self, parts: list[_Part], reading: Reading) -> Verdict:
        """How the part stands that stands best."""
        return best(self.standing(part, reading) for part in parts)

    def when(self, answer: Judged) -> tuple[When, ...]:
        context = self.reader.context
        match answer.timed_by:
            case "issued":
                return context.at(self.element, "issued")()
            case "updated":
                return context.updated(self.element)
            case _:
                clock = context.clock
                course = clock.course(self.element.element("effectivePeriod"), ongoing=False)
                return (When(clock.of(self.element, "effective"), course),)

    def result(
        self,
        when: When,
        value: Value | None,
        causes: tuple[Cause, ...],
        reported: str,
        source: str,
        *,
        precision: Fraction | None = None,
        label: str | None = None,
        attested: bool = False,
        note: str | None = None,
    ) -> Result:
        key = self.reader.context.key
        return Result(
            value,
            causes,
            reported,
            when.moment,
            source,
            precision,
            self.status,
            label,
            attested,
            note,
            self.order,
            when.course,
            encounter_of(self.element, key, self.reader.context.resolve),
            practitioners_of(self.element, key, self.reader.context.resolve),
            self.element.resource,
        )


@dataclass(slots=True)  # not frozen: one is made for each record, in half the time
class _Part:
    """An observation's own result, or that of one of its components."""

    element: Element
    concept: Concept
    source: str
    value_field: str | None

    @classmethod
    def of(cls, element: Element, coded: Concept, source: str) -> _Part:
        field_ = next((name for name in element.content if name in VALUES and element.has(name)), None)
        return cls(element, coded, source, field_)

    @property
    def told(self) -> str:
        """What it is of, for a reader."""
        return self.concept.told((), "observation")

    @property
    def has_value(self) -> bool:
        return self.value_field is not None or self.element.has("dataAbsentReason")


def _in_components(name: str, components: Sequence[tuple[_Part, Sequence[Match]]]) -> bool:
    return any(match.definition.name == name for _, matches in components for match in matches)


@dataclass(slots=True)  # not frozen: one is made for each record, in half the time
class _PartReader:
    """Reads one result for one fact."""

    part: _Part
    match: Match
    answer: Judged
    when: When
    whole: _Whole

    def entry(self) -> Entry | None:
        verdict, window = self.answer.verdict, self.answer.window
        if verdict.standing is Standing.OUT:
            return None
        if verdict.standing is Standing.UNDECIDABLE:
            cause = Cause(Reason.UNSUPPORTED_STATUS, f"{self.part.told}: {verdict.detail}")
            self._report(cause, "status")
            result = self._result(None, (cause,), self.part.told)
            if self._is_said_by_filter:
                return Entry(result, window, replaced_by_newer=False)
            return Entry(result, window, counts=False)
        if self.when.moment is not None and self.when.moment.text == UNDATED and not self._is_said_by_filter:
            cause = Cause(Reason.IMPRECISE_DATE, "no date")
            self._report(cause, "effective")
            return Entry(self._result(None, (cause,), self.part.told), window)
        if self._is_said_by_filter:
            return Entry(self._result(True, (), self._answer()), window, replaced_by_newer=False)
        # Without a value nobody knows whether anything was measured; a yes or no may be one all the same.
        nothing = self.part.value_field is None or self.part.element.has("dataAbsentReason")
        return Entry(self._read(), window, counts=not nothing or self.match.definition.type == "yes_no")

    @property
    def _is_said_by_filter(self) -> bool:
        """Whether the answer that is asked for makes it a yes, so that no newer one replaces it."""
        return all(hit.reading.filtered("value") is not None for hit in self.answer.hits)

    def _answer(self) -> str:
        field = self.part.value_field
        return self.part.told if field is None else self._reported(field)

    def _read(self) -> Result:
        absent = self.part.element.element("dataAbsentReason")
        if absent is not None:
            return self._unusable(Cause(Reason.VALUE_ABSENT, str(concept(absent))), "dataAbsentReason")
        field = self.part.value_field
        if field is None:
            return self._unusable(Cause(Reason.VALUE_ABSENT), "value")
        definition = self.match.definition
        if definition.type in ("quantity", "number"):
            return self._measured(definition, field)
        value = self._value(definition, field)
        if isinstance(value, Cause):
            return self._unusable(value, field)
        causes: tuple[Cause, ...] = ()
        if isinstance(value, Interval) and not value.is_point:
            causes = (Cause(Reason.IMPRECISE_DATE, self._reported(field)),)
        return self._result(value, causes, self._reported(field))

    def _measured(self, definition: FactDefinition, field: str) -> Result:
        reported, cause, note = self._number(field)
        if reported is None:
            return self._unusable(cause or Cause(Reason.VALUE_ABSENT), field)
        if cause is not None:
            self._report(cause, field, str(reported), suggested_unit(reported.unit))
            return self._result(None, (cause,), str(reported))
        if self.whole.reader.attestations.entries:
            patient = self.part.element.patient or ""
            reported = self.whole.reader.attestations.apply(patient, definition.name, self.part.source, reported)
        measured, told = measure(definition, reported), str(reported)
        if measured.value is None:
            first = measured.causes[0]
            self._report(first, field, told, measured.suggestion)
        return self._result(measured.value, measured.causes, told, measured.precision, note, attested=reported.attested)

    def _number(self, field: str) -> tuple[Reported | None, Cause | None, str | None]:
        element = self.part.element
        if field == "valueQuantity":
            inner = element.element(field)
            return quantity(inner) if inner is not None else (None, Cause(Reason.VALUE_ABSENT), None)
        number = element.number(field) if field == "valueInteger" else None
        if isinstance(number, int):
            return read_number(number, None), None, None
        if field == "valueString":
            return None, Cause(Reason.VALUE_ABSENT, "a text; numbers in texts are not read"), None
        return None, Cause(Reason.VALUE_ABSENT, f"{field} is not read as a number"), None

    def _value(self, definition: FactDefinition, field: str) -> Value | Cause:
        element = self.part.element
        match definition.type, field:
            case "yes_no", "valueBoolean":
                answer = element.boolean(field)
                return Cause(Reason.VALUE_ABSENT) if answer is None else answer
            case "yes_no", "valueCodeableConcept":
                coded = concept(element.element(field))
                answers = {ANSWERS[code] for code in coded.codes if code in ANSWERS}
                if len(answers) == 1:
                    return answers.pop()
                return Cause(Reason.UNLISTED_CODE, f"{coded} is neither yes nor no")
            case "choice", "valueCodeableConcept":
                return chosen(definition, concept(element.element(field)))
            case "choice", "valueString":
                return chosen_by_text(definition, element.text(field) or "")
            case "text", "valueString":
                return element.text(field) or Cause(Reason.VALUE_ABSENT)
            case "text", "valueCodeableConcept":
                return str(concept(element.element(field)))
            case "date", "valueDateTime":
                return self._date(element.text(field))
            case _:
                return Cause(Reason.VALUE_ABSENT, f"{field} is not read for a fact of this type")

    def _date(self, text: str | None) -> Value | Cause:
        try:
            day = parse_moment(text or "", self.whole.reader.context.clock.zone)
        except ValueError as error:
            return Cause(Reason.VALUE_ABSENT, str(error))
        return Interval(Fraction(day.first_day.toordinal()), Fraction(day.last_day.toordinal()))

    def _reported(self, field: str) -> str:
        content = self.part.element.content.get(field)
        if isinstance(content, bool):
            return "yes" if content else "no"
        if field == "valueCodeableConcept":
            return str(concept(self.part.element.element(field)))
        return str(content)[:200]

    def _unusable(self, cause: Cause, field: str, reported: str = "") -> Result:
        self._report(cause, field, reported)
        return self._result(None, (cause,), reported or self.part.told)

    def _report(self, cause: Cause, field: str, reported: str = "", suggestion: str | None = None) -> None:
        name, element = self.match.definition.name, self.part.element
        what = reported or self.part.told
        detail = f" ({cause.detail})" if cause.detail else ""
        message = f"{self.part.source}: `{name}`: {what} cannot be used: {cause.reason}{detail}"
        if suggestion:
            message += f"; {suggestion}"
        path = f"{element.path}.{field}" if element.path else field
        element.complain(Problem(message, element.patient, element.resource, path, name, cause.reason))

    def _result(
        self,
        value: Value | None,
        causes: tuple[Cause, ...],
        reported: str,
        precision: Fraction | None = None,
        note: str | None = None,
        *,
        attested: bool = False,
    ) -> Result:
        return self.whole.result(
            self.when,
            value,
            causes,
            reported,
            self.part.source,
            precision=precision,
            label=self.match.label or self.part.concept.label,
            attested=attested,
            note=note,
        )

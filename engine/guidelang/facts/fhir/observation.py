"""Observation: measurements, findings and answers, each result with a code of its own (also in components)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from guidelang.calendar import Duration, Moment, parse_moment
from guidelang.facts.attest import Attestations
from guidelang.facts.entry import Entry, window_of
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept, concept
from guidelang.facts.fhir.event import chosen
from guidelang.facts.fhir.listing import Listing, Match, of_type
from guidelang.facts.fhir.quantity import quantity
from guidelang.facts.fhir.standing import Standing, StatusRule, Verdict, best
from guidelang.facts.fhir.timing import Clock
from guidelang.facts.measured import Reported, measure, read_number
from guidelang.facts.place import UNDATED
from guidelang.facts.state import Cause, Problem, Reason, Result, Value
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval
from guidelang.terminology import BUILT_IN_SYSTEMS, Code

STATUS = StatusRule(
    counts=frozenset({"final", "amended", "corrected"}),
    out=frozenset({"cancelled", "entered-in-error"}),
    undecidable=frozenset({"registered", "preliminary", "unknown"}),
)

_SNOMED, _LOINC = BUILT_IN_SYSTEMS["SNOMED CT"], BUILT_IN_SYSTEMS["LOINC"]
_ANSWERS = {  # the qualifier values and LOINC answers for yes and no
    Code(_SNOMED, "373066001"): True,
    Code(_SNOMED, "373067005"): False,
    Code(_LOINC, "LA33-6"): True,
    Code(_LOINC, "LA32-8"): False,
}


@dataclass(frozen=True, slots=True)
class ObservationReader:
    """Reads observations for the facts of a guideline."""

    listing: Listing
    clock: Clock
    attestations: Attestations

    def entries(self, element: Element, order: int) -> Iterator[tuple[str, Entry]]:
        """What an observation says about each fact, by the fact's name."""
        parts = [_Part(element, concept(element.element("code")), element.resource)]
        for index, component in enumerate(element.elements("component") if element.has("component") else ()):
            coded = concept(component.element("code"))
            parts.append(_Part(component, coded, f"{element.resource} component[{index}]"))
        by_part = [(part, self.listing.matches("observation", part.concept.codes)) for part in parts]
        status = element.text("status")
        moment: Moment | None = None
        matched: set[str] = set()
        if any(matches for _, matches in by_part):
            moment = self._moment(element)
        for index, (part, matches) in enumerate(by_part):
            for match in matches:
                name = match.definition.name
                if index == 0 and not part.has_value and _in_components(name, by_part[1:]):
                    continue  # a panel: its values are in the components
                matched.add(name)
                reader = _PartReader(part, match, status, moment, order, self)
                entry = reader.entry()
                if entry is not None:
                    yield name, entry
        yield from self._unlisted(element, parts, status, matched, order)

    def _unlisted(
        self, element: Element, parts: list[_Part], status: str | None, matched: set[str], order: int
    ) -> Iterator[tuple[str, Entry]]:
        codes = [code for part in parts for code in part.concept.codes]
        for definition in self.listing.facts("observation"):
            if definition.type != "yes_no" or not definition.absent_means_no or definition.name in matched:
                continue
            verdict = best(STATUS.judge(status, reading.status) for reading in of_type(definition, "observation"))
            if verdict.may_be_yes and self.listing.leaves_open(definition, "observation", codes):
                cause = Cause(Reason.UNLISTED_CODE, f"{parts[0].concept} is in no list of the loaded files")
                moment = self._moment(element)
                result = Result(
                    None, (cause,), str(parts[0].concept), moment, element.resource, status=status, order=order
                )
                window = window_of(definition, of_type(definition, "observation"))
                yield definition.name, Entry(result, window, matches=False, replaced_by_newer=False)

    def _moment(self, element: Element) -> Moment | None:
        return self.clock.of(element, "effective")


@dataclass(frozen=True, slots=True)
class _Part:
    """An observation's own result, or that of one of its components."""

    element: Element
    concept: Concept
    source: str

    @property
    def value_field(self) -> str | None:
        return next(
            (name for name in self.element.content if name.startswith("value") and self.element.has(name)), None
        )

    @property
    def has_value(self) -> bool:
        return self.value_field is not None or self.element.has("dataAbsentReason")


def _in_components(name: str, components: list[tuple[_Part, list[Match]]]) -> bool:
    return any(match.definition.name == name for _, matches in components for match in matches)


@dataclass(frozen=True, slots=True)
class _PartReader:
    """Reads one result for one fact."""

    part: _Part
    match: Match
    status: str | None
    moment: Moment | None
    order: int
    reader: ObservationReader

    def entry(self) -> Entry | None:
        verdict = best(STATUS.judge(self.status, reading.status) for reading in self.match.readings)
        if verdict.standing is Standing.OUT:
            return None
        if verdict.standing is Standing.UNDECIDABLE:
            return self._unsupported(verdict)
        if self.moment is not None and self.moment.text == UNDATED:
            cause = Cause(Reason.IMPRECISE_DATE, "no date")
            self._report(cause, "effective")
            return Entry(self._result(None, (cause,), str(self.part.concept)), self._window())
        return Entry(self._read(), self._window())

    def _window(self) -> Duration | None:
        return window_of(self.match.definition, self.match.readings)

    def _unsupported(self, verdict: Verdict) -> Entry:
        cause = Cause(Reason.UNSUPPORTED_STATUS, f"{self.part.concept}: {verdict.detail}")
        self._report(cause, "status")
        return Entry(self._result(None, (cause,), str(self.part.concept)), self._window(), counts=False)

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
            return self._unusable(cause, field, str(reported))
        patient = self.part.element.patient or ""
        reported = self.reader.attestations.apply(patient, definition.name, self.part.source, reported)
        measured = measure(definition, reported)
        if measured.value is None:
            first = measured.causes[0]
            self._report(first, field, str(reported), measured.suggestion)
        return self._result(
            measured.value, measured.causes, str(reported), measured.precision, note, attested=reported.attested
        )

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
                answers = {_ANSWERS[code] for code in coded.codes if code in _ANSWERS}
                if len(answers) == 1:
                    return answers.pop()
                return Cause(Reason.UNLISTED_CODE, f"{coded} is neither yes nor no")
            case "choice", "valueCodeableConcept":
                return chosen(definition, concept(element.element(field)))
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
            day = parse_moment(text or "", self.reader.clock.zone)
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
        return self._result(None, (cause,), reported or str(self.part.concept))

    def _report(self, cause: Cause, field: str, reported: str = "", suggestion: str | None = None) -> None:
        name, element = self.match.definition.name, self.part.element
        what = reported or str(self.part.concept)
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
        return Result(
            value,
            causes,
            reported,
            self.moment,
            self.part.source,
            precision,
            self.status,
            self.match.label or self.part.concept.label,
            attested,
            note,
            self.order,
        )

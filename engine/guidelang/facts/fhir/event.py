"""Diagnoses, orders, procedures, stays and the like: records that are themselves the statement."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.facts.entry import Entry, window_of
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept
from guidelang.facts.fhir.dose import daily_dose
from guidelang.facts.fhir.filters import Filters, begins
from guidelang.facts.fhir.judged import Judged, judged
from guidelang.facts.fhir.links import Key, encounter_of, practitioners_of
from guidelang.facts.fhir.listing import Listing, Match, label_of, of_type
from guidelang.facts.fhir.standing import COUNTS, OUT, Judge, Standing, Verdict, best, out, undecidable
from guidelang.facts.fhir.timing import When
from guidelang.facts.place import UNDATED
from guidelang.facts.state import Cause, Problem, Reason, Result, Value
from guidelang.network.ir import FactDefinition, Reading
from guidelang.quantity import Interval
from guidelang.terminology import Code, RecordType, TimeElement, canonical_uri, record_words

Times = Mapping[TimeElement, Callable[[], tuple[When, ...]]]
"""For each element that may say when: the times that the record gives, most often one."""


@dataclass(frozen=True, slots=True)
class Event:
    """One such record, before any fact is looked at.

    Attributes:
        records: the kinds of record that it is, in the words of the language.
        judge: whether its status, verification and intent let it count for a reading.
        times: what it says of when; the first is the default.
        denies_all: it states that the patient has none of its type.
    """

    records: tuple[RecordType, ...]
    element: Element
    concept: Concept
    status: str | None
    judge: Judge
    times: Times
    filters: Filters
    key: Key
    denies_all: bool = False
    order: int = 0

    def standing(self, reading: Reading) -> Verdict:
        """How the record stands for a reading, filters included."""
        verdict = self.judge(reading)
        if verdict.standing is Standing.OUT:
            return verdict
        filtered = self.filters.judge(reading)
        if filtered is OUT:
            return out("it is not of the sort that is asked for")
        if filtered is COUNTS:
            return verdict
        return undecidable(filtered.detail, may_be_yes=verdict.may_be_yes)

    def told(self, matched: Container[Code] = ()) -> str:
        """What it is of, for a reader; by its kind where it has no code and no name."""
        return self.concept.told(matched, record_words(self.records[0]))

    def when(self, timed_by: TimeElement | None) -> tuple[When, ...]:
        element = next(iter(self.times)) if timed_by is None else timed_by
        found = self.times[element]() if element in self.times else ()
        return found or (When(self.filters.clock.undated),)


@dataclass(frozen=True, slots=True)
class Passed:
    """A record with a code of a fact that does not count for it."""

    event: Event
    answer: Judged

    def result(self) -> Result:
        """The record for a reader. Its times are not read: odd ones would be complained of, and decide nothing."""
        why = self.answer.verdict.detail
        return Result(
            None,
            (),
            self.event.told(_matched(self.answer)),
            None,
            self.event.element.resource,
            status=self.event.status,
            note=f"does not count because {why}" if why else "does not count",
            order=self.event.order,
        )


def event_entries(
    event: Event, listing: Listing, passed: Callable[[str, Passed], None] = lambda _fact, _passed: None
) -> Iterator[tuple[str, Entry]]:
    """What the record says about each fact, by the fact's name.

    `passed` is told of a record that has a code of a yes-or-no fact and does not count for it.
    """
    if event.denies_all:
        yield from _denials(event, listing)
        return
    matches = listing.matches(event.records, event.concept.codes)
    for match in matches:
        for answer in judged(match.definition, match.hits, event.standing):
            if answer.verdict.standing is Standing.OUT and match.definition.absent_means_no:
                passed(match.definition.name, Passed(event, answer))
            for entry in _matching(event, match, answer):
                yield match.definition.name, entry
    matched = {match.definition.name for match in matches}
    for match in listing.left_open(event.records, event.concept.codes):
        if match.definition.name not in matched:
            yield from _open(event, match)


def _open(event: Event, match: Match) -> Iterator[tuple[str, Entry]]:
    """What a code in no list leaves open."""
    for answer in judged(match.definition, match.hits, event.standing):
        if answer.verdict.may_be_yes:
            for result in _results(event, answer, None, (_unlisted(event),)):
                yield match.definition.name, Entry(result, answer.window, matches=False, replaced_by_newer=False)


def _denials(event: Event, listing: Listing) -> Iterator[tuple[str, Entry]]:
    for definition in listing.facts(event.records):
        readings = of_type(definition, event.records)
        verdict = best(event.standing(reading) for reading in readings)
        if definition.type == "yes_no" and verdict.standing is Standing.COUNTS:
            window = window_of(definition, readings)
            answer = Judged(verdict, (), None, window)
            for result in _results(event, answer, False):
                yield definition.name, Entry(result, window, replaced_by_newer=False)


def _matching(event: Event, match: Match, answer: Judged) -> Iterator[Entry]:
    definition, verdict, window = match.definition, answer.verdict, answer.window
    if verdict.standing is Standing.UNDECIDABLE:
        reason = Reason.IMPRECISE_DATE if verdict.imprecise else Reason.UNSUPPORTED_STATUS
        cause = Cause(reason, f"{event.told()}: {verdict.detail}")
        _report(event, definition, cause)
        for result in _results(event, answer, None, (cause,)):
            yield Entry(result, window, counts=definition.type == "yes_no", replaced_by_newer=False)
        return
    if verdict.standing is Standing.OUT:
        return
    if definition.type == "yes_no":
        for result in _results(event, answer, verdict.standing is Standing.COUNTS):
            yield Entry(result, window, replaced_by_newer=False)
        return
    if verdict.standing is not Standing.COUNTS:
        return
    if definition.type == "quantity" and any(hit.reading.daily_dose for hit in answer.hits):
        yield from _dosed(event, definition, answer)
        return
    for when in event.when(answer.timed_by):
        value = _value(event, definition, when)
        if isinstance(value, Cause):
            _report(event, definition, value)
            yield Entry(_result(event, answer, when, None, (value,)), window)
        else:
            result = _result(event, answer, when, value)
            if definition.type == "date" and when.moment is not None:
                result = replace(result, reported=when.moment.text)  # the day is the answer
            yield Entry(result, window)


def _dosed(event: Event, definition: FactDefinition, answer: Judged) -> Iterator[Entry]:
    dose = daily_dose(event.element, definition, answer.hits)
    if dose.value is None:
        _report(event, definition, dose.causes[0])
    for when in event.when(answer.timed_by):
        result = _result(event, answer, when, dose.value, dose.causes)
        result = replace(result, reported=dose.reported or result.reported, note=dose.note)
        yield Entry(result, answer.window)


def _value(event: Event, definition: FactDefinition, when: When) -> Value | Cause:
    """The value of a fact that is no yes or no: the day of the event, or the choice it stands for."""
    match definition.type:
        case "date":
            if when.moment is None or when.moment.text == UNDATED:
                return Cause(Reason.IMPRECISE_DATE, f"{event.told()} has no date")
            first, last = when.moment.first_day, when.moment.last_day
            return Interval(Fraction(first.toordinal()), Fraction(last.toordinal()))
        case "choice":
            return chosen(definition, event.concept, event.told())
        case _:
            return Cause(Reason.VALUE_ABSENT, f"{event.told()} has no number")


def chosen(definition: FactDefinition, concept: Concept, told: str | None = None) -> str | Cause:
    """The one choice whose codes a concept has; `told` is what causes call it, if not as the record does."""
    values = sorted({c.value for c in definition.choices if any(listed.code in concept.codes for listed in c.codes)})
    return _one(values, str(concept) if told is None else told)


def chosen_by_text(definition: FactDefinition, text: str) -> str | Cause:
    """The one choice that a text stands for, by how it begins."""
    return _one(sorted({c.value for c in definition.choices if begins(text, c.beginnings)}), text[:200])


def _one(values: list[str], what: str) -> str | Cause:
    if len(values) == 1:
        return values[0]
    if values:
        return Cause(Reason.CONFLICTING, f"{what} stands for {' and '.join(values)}")
    return Cause(Reason.UNLISTED_CODE, what)


def _unlisted(event: Event) -> Cause:
    concept, told = event.concept, event.told()
    if concept.codes:
        return Cause(Reason.UNLISTED_CODE, f"{told} is in no list of the loaded files")
    if not concept.label:  # then it tells that itself
        return Cause(Reason.UNLISTED_CODE, told)
    return Cause(Reason.UNLISTED_CODE, f"{told} has {'a code without its system' if concept.incomplete else 'no code'}")


def _results(event: Event, answer: Judged, value: Value | None, causes: tuple[Cause, ...] = ()) -> Iterator[Result]:
    for when in event.when(answer.timed_by):
        yield _result(event, answer, when, value, causes)


def _result(event: Event, answer: Judged, when: When, value: Value | None, causes: tuple[Cause, ...] = ()) -> Result:
    return Result(
        value,
        causes,
        event.told(_matched(answer)),
        when.moment,
        event.element.resource,
        status=event.status,
        label=label_of(answer.hits) or event.concept.label,
        order=event.order,
        course=when.course,
        encounter=encounter_of(event.element, event.key, event.filters.resolve),
        practitioners=practitioners_of(event.element, event.key, event.filters.resolve),
        record=event.element.resource,
    )


def _matched(answer: Judged) -> set[Code]:
    listed = (hit.listed.code for hit in answer.hits if hit.listed is not None)
    return {Code(canonical_uri(code.system), code.code) for code in listed}


def _report(event: Event, definition: FactDefinition, cause: Cause) -> None:
    event.element.complain(
        Problem(
            f"{event.element.resource}: `{definition.name}` cannot be read from it: {cause.reason} ({cause.detail})",
            event.element.patient,
            event.element.resource,
            _FIELDS.get(cause.reason, "code"),
            definition.name,
            cause.reason,
        )
    )


_FIELDS = {Reason.UNSUPPORTED_STATUS: "status"}

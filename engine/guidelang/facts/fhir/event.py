"""Diagnoses, medications, procedures and allergies: records that are themselves the statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from guidelang.calendar import Moment
from guidelang.facts.entry import Entry, window_of
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept
from guidelang.facts.fhir.listing import Listing, Match, of_type
from guidelang.facts.fhir.standing import Judge, Standing, Verdict, best
from guidelang.facts.place import UNDATED
from guidelang.facts.state import Cause, Problem, Reason, Result, Value
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval


@dataclass(frozen=True, slots=True)
class Event:
    """One such record, before any fact is looked at. `denies_all`: it states that the patient has none of its type."""

    record: Literal["condition", "medication", "procedure", "allergy"]
    element: Element
    concept: Concept
    moment: Moment | None
    status: str | None
    judge: Judge
    denies_all: bool = False
    order: int = 0


def event_entries(event: Event, listing: Listing) -> Iterator[tuple[str, Entry]]:
    """What the record says about each fact, by the fact's name."""
    if event.denies_all:
        yield from _denials(event, listing)
        return
    matches = listing.matches(event.record, event.concept.codes)
    for match in matches:
        verdict = best(event.judge(reading) for reading in match.readings)
        entry = _matching(event, match, verdict)
        if entry is not None:
            yield match.definition.name, entry
    matched = {match.definition.name for match in matches}
    for definition in listing.facts(event.record):
        if definition.name not in matched and definition.type == "yes_no" and definition.absent_means_no:
            verdict = best(event.judge(reading) for reading in of_type(definition, event.record))
            if verdict.may_be_yes and listing.leaves_open(definition, event.record, event.concept.codes):
                yield (
                    definition.name,
                    Entry(
                        _unlisted(event),
                        window_of(definition, of_type(definition, event.record)),
                        matches=False,
                        replaced_by_newer=False,
                    ),
                )


def _denials(event: Event, listing: Listing) -> Iterator[tuple[str, Entry]]:
    for definition in listing.facts(event.record):
        verdict = best(event.judge(reading) for reading in of_type(definition, event.record))
        if definition.type == "yes_no" and verdict.standing is Standing.COUNTS:
            window = window_of(definition, of_type(definition, event.record))
            yield definition.name, Entry(_result(event, False), window, replaced_by_newer=False)


def _matching(event: Event, match: Match, verdict: Verdict) -> Entry | None:
    definition = match.definition
    window = window_of(definition, match.readings)
    if verdict.standing is Standing.UNDECIDABLE:
        reason = Reason.IMPRECISE_DATE if verdict.imprecise else Reason.UNSUPPORTED_STATUS
        cause = Cause(reason, f"{event.concept}: {verdict.detail}")
        _report(event, definition, cause)
        return Entry(
            _result(event, None, cause, match.label),
            window,
            counts=definition.type == "yes_no",
            replaced_by_newer=False,
        )
    if definition.type == "yes_no":
        if verdict.standing is Standing.OUT:
            return None
        answer = verdict.standing is Standing.COUNTS
        return Entry(_result(event, answer, None, match.label), window, replaced_by_newer=False)
    if verdict.standing is not Standing.COUNTS:
        return None
    value = _value(event, definition, match.label)
    if isinstance(value, Cause):
        _report(event, definition, value)
        return Entry(_result(event, None, value, match.label), window)
    return Entry(_result(event, value, None, match.label), window)


def _value(event: Event, definition: FactDefinition, label: str | None) -> Value | Cause:
    """The value of a fact that is no yes or no: the day of the event, the words for it, or the choice it stands for."""
    match definition.type:
        case "date":
            if event.moment is None or event.moment.text == UNDATED:
                return Cause(Reason.IMPRECISE_DATE, f"{event.concept} has no date")
            first, last = event.moment.first_day, event.moment.last_day
            return Interval(Fraction(first.toordinal()), Fraction(last.toordinal()))
        case "text":
            return label or str(event.concept)
        case "choice":
            return chosen(definition, event.concept)
        case _:
            return Cause(Reason.VALUE_ABSENT, f"{event.concept} has no number")


def chosen(definition: FactDefinition, concept: Concept) -> str | Cause:
    """The one choice whose codes a concept has."""
    values = sorted({c.value for c in definition.choices if any(listed.code in concept.codes for listed in c.codes)})
    if len(values) == 1:
        return values[0]
    if values:
        return Cause(Reason.CONFLICTING, f"{concept} stands for {' and '.join(values)}")
    return Cause(Reason.UNLISTED_CODE, str(concept))


def _unlisted(event: Event) -> Result:
    concept = event.concept
    if concept.codes:
        detail = f"{concept} is in no list of the loaded files"
    elif concept.incomplete:
        detail = f"{concept} has a code without its system"
    else:
        detail = f"{concept} has no code"
    return _result(event, None, Cause(Reason.UNLISTED_CODE, detail))


def _result(event: Event, value: Value | None, cause: Cause | None = None, label: str | None = None) -> Result:
    return Result(
        value,
        (cause,) if cause else (),
        str(event.concept),
        event.moment,
        event.element.resource,
        status=event.status,
        label=label or event.concept.label,
        order=event.order,
    )


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

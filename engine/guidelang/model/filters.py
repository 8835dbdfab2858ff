"""What a `from` clause asks of a kind of record: whether such a record can have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from guidelang.diagnostics import Report, did_you_mean
from guidelang.quantity import Unit, UnitError, conversion, parse_unit
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.terminology import (
    ANY,
    INTENTS,
    KINDS,
    VERIFICATIONS,
    CodedElement,
    LengthElement,
    RecordKind,
    record_words,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Something that some kinds of record have: in words, where it is asked for, and which kinds have it."""

    what: str
    span: Span
    has: Callable[[RecordKind], bool]


def check_reading(reading: tree.FromRecord, report: Report) -> None:
    """Reports what the kind of record does not have: elements, times, and words that FHIR does not know."""
    kind = KINDS[reading.record]
    for asked in _asked(reading):
        if not asked.has(kind):
            others = [record_words(record) for record, other in KINDS.items() if asked.has(other)]
            report.error(
                "G210",
                f"{_a(reading)} has no {asked.what}",
                asked.span,
                expected=f"it is asked of {', '.join(others)}",
            )
    _check_words(reading, "status", reading.status, kind.statuses, report)
    _check_words(reading, "verification status", reading.verification if kind.verified else (), VERIFICATIONS, report)
    _check_words(reading, "intent", reading.intent if kind.intended else (), INTENTS, report)
    if reading.timed_by is not None:
        _check_words(reading, "time", (reading.timed_by,), kind.times, report)


def check_sources(fact: tree.Fact, form: str, unit: Unit | None, report: Report) -> None:
    """Reports `from` clauses that cannot give a value of the fact's type (G211)."""
    name = fact.name.name
    for reading in fact.readings:
        if not isinstance(reading, tree.FromRecord):
            continue
        message = suggestion = None
        if reading.daily_dose and form != "quantity":
            message = f"a daily dose is a quantity, and `{name}` is none"
            suggestion = "declare the fact `is quantity in mg/d`"
        elif reading.daily_dose and unit is not None and not _is_of_a_time(unit):
            message = f"a daily dose is an amount in a time, and `{name}` is in {unit.code}"
            suggestion = f"declare the fact `is quantity in {unit.code}/d`"
        elif form == "quantity" and reading.record != "observation" and not reading.daily_dose:
            message = f"the quantity `{name}` can only be read from observations"
            suggestion = "write `as daily dose` for how much is taken a day" if KINDS[reading.record].dosed else None
        elif form == "text" and reading.record != "observation":
            message = f"the text `{name}` can only be read from observations"
        elif form != "yes_no" and any(coded.element == "value" for coded in reading.coded):
            message = f"`with value` makes a yes or no of an answer; `{name}` takes the answer itself"
            suggestion = "remove the filter, or declare the fact `is yes or no`"
        if message is not None:
            report.error("G211", message, reading.span, suggestion=suggestion)


def _is_of_a_time(unit: Unit) -> bool:
    _, per, time = unit.code.rpartition("/")
    try:
        return bool(per) and conversion(parse_unit(time), parse_unit("h")) is not None
    except UnitError:
        return False


def _asked(reading: tree.FromRecord) -> list[_Asked]:
    span = reading.span
    found = []
    if reading.verification:
        found.append(_Asked("verification status", span, lambda kind: kind.verified))
    if reading.intent:
        found.append(_Asked("intent", span, lambda kind: kind.intended))
    if reading.abatement:
        found.append(_Asked("abatement", span, lambda kind: kind.abates))
    if reading.negation:
        found.append(_Asked("negation", span, lambda kind: kind.negatable))
    if reading.daily_dose:
        found.append(_Asked("daily dose", span, lambda kind: kind.dosed))
    found += [_Asked(each.element, each.span, partial(_has_element, each.element)) for each in reading.coded]
    found += [_Asked(each.element, each.span, partial(_has_length, each.element)) for each in reading.lengths]
    return found


def _has_element(element: CodedElement, kind: RecordKind) -> bool:
    return element in kind.elements


def _has_length(element: LengthElement, kind: RecordKind) -> bool:
    return element in kind.lengths


def _check_words(
    reading: tree.FromRecord, sort: str, words: Sequence[str], known: Sequence[str], report: Report
) -> None:
    for word in words:
        if word not in known and word != ANY:
            report.error(
                "G210",
                f"{_a(reading)} has no {sort} `{word}`",
                reading.span,
                expected=", ".join(known),
                suggestion=did_you_mean(word, known),
            )


def _a(reading: tree.FromRecord) -> str:
    words = record_words(reading.record)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

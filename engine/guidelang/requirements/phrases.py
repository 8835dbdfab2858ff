"""Requirements in words: the same in the page and in the table."""

from __future__ import annotations

from itertools import groupby

from guidelang.network.ir import CodedFilter, LengthFilter
from guidelang.quantity import format_number
from guidelang.requirements.needs import ReadingRequirement, Requirement
from guidelang.terminology import KINDS, ListedCode, record_words, word_for
from guidelang.trace.phrases import clean

PATIENT_FIELDS = {"age": "birth date", "birth_date": "birth date", "sex": "sex", "deceased": "deceased"}


def value_type(fact: Requirement) -> str:
    if fact.type == "quantity":
        return f"quantity in {fact.units[0]}" if fact.units else "quantity"
    if fact.type == "yes_no":
        return "yes or no"
    if fact.type == "choice":
        return clean(f"one of {', '.join(choice.value for choice in fact.choices)}")
    return fact.type


def other_units(fact: Requirement) -> str:
    return ", ".join(fact.units[1:])


def plausible(fact: Requirement) -> str:
    if fact.plausible is None:
        return ""
    low, high = (format_number(end) for end in fact.plausible)
    return f"{low} to {high}" + (f" {fact.units[0]}" if fact.units else "")


MOST_CODES = 12
"""Of one system that a page tells; a value set has hundreds."""


def codes(listed: tuple[ListedCode, ...]) -> str:
    """Codes by system: `LOINC 2777-1, 14879-1 "Phosphate"`; unconfirmed ones say so, and of many the first are told."""
    told = []
    for system, members in groupby(listed, key=lambda entry: entry.code.system):
        entries = list(members)
        some = ", ".join(_code(entry) for entry in entries[:MOST_CODES])
        left = len(entries) - MOST_CODES
        told.append(f"{word_for(system)} {some}" + (f" and {left} more (--format csv has all)" if left > 0 else ""))
    return clean("; ".join(told))


def _code(entry: ListedCode) -> str:
    label = f' "{entry.label}"' if entry.label else ""
    strength = f" {format_number(entry.strength.number)} {entry.strength.unit}" if entry.strength else ""
    return f"{entry.code.code}{label}{strength}{' (unconfirmed)' if entry.unconfirmed else ''}"


def window(reading: ReadingRequirement) -> str:
    if reading.window is None:
        return "any time"
    parameter = f" ({reading.window_parameter})" if reading.window_parameter else ""
    told = f"{reading.window}{parameter}"
    if reading.look_back is None:
        return f"{told}, older ones too for when it was"
    return told if reading.look_back == reading.window else f"{told}, for trends {reading.look_back}"


def source(reading: ReadingRequirement) -> str:
    """Which records, by their codes."""
    told = "any" if reading.any_code else codes(reading.codes)
    if reading.list_is_parameter:
        told = f"{told or 'no codes'} (a list that the site fills)"
    return f"{record_words(reading.record)} {told}".strip()


def statuses(reading: ReadingRequirement) -> str:
    verification = f"; verification {_or(reading.verification)}" if reading.verification else ""
    intents = f"; intent {_or(reading.intents)}" if reading.intents else ""
    return f"{_or(reading.statuses)}{verification}{intents}"


def asked(reading: ReadingRequirement) -> tuple[str, ...]:
    """What else has to hold of a record, which time of it counts, and what its value is."""
    told = [_filter(each) for each in reading.filters]
    if reading.abated:
        told.append("its end is recorded")
    if reading.negated:
        told.append("not done, not taken, or an order not to do it")
    if reading.timed_by != KINDS[reading.record].times[0]:
        told.append(f"timed by {reading.timed_by.replace('_', ' ')}")
    if reading.daily_dose:
        told.append("its value is the daily dose")
    return tuple(told)


def _filter(found: CodedFilter | LengthFilter) -> str:
    if isinstance(found, LengthFilter):
        parameter = f" ({found.parameter})" if found.parameter else ""
        return f"{found.element} {found.operator} {found.days} days{parameter}"
    texts = [f'beginning "{text}"' for text in found.beginnings]
    told = "; ".join(each for each in (codes(found.codes), *texts) if each)
    if told or found.element != "value":
        return clean(f"{found.element} {told or 'of no code'}")
    return "whatever its value"


def readers(fact: Requirement) -> str:
    names = (*(("scope",) if fact.scope else ()), *fact.rules)
    return ", ".join(names) or (f"no rule; in {', '.join(fact.scores)}" if fact.scores else "no rule; named in advice")


def absence(fact: Requirement) -> str:
    return "means no" if fact.absence == "no" else "is unknown"


def _or(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

"""Requirements in words: the same in the page and in the table."""

from __future__ import annotations

from itertools import groupby
from math import log10

from guidelang.network.ir import Choice, CodedFilter, LengthFilter
from guidelang.quantity import conversion, format_number, parse_unit
from guidelang.quantity.table import table
from guidelang.requirements.needs import DataRequirements, ReadingRequirement, Requirement
from guidelang.terminology import KINDS, ListedCode, RecordType, Standing, record_words, word_for
from guidelang.trace.phrases import clean

PATIENT_FIELDS = {"age": "birth date", "birth_date": "birth date", "sex": "sex", "deceased": "deceased"}


def value_type(fact: Requirement) -> str:
    if fact.type == "quantity":
        return f"quantity in {fact.units[0]}" if fact.units else "quantity"
    if fact.type == "number":
        return "number (unit: none or 1)"
    if fact.type == "yes_no":
        return "yes or no"
    if fact.type == "choice":
        return "one of these"
    return fact.type


def other_units(fact: Requirement) -> str:
    """The units of the fact's own conversions, and some of those that scale to one of its units."""
    own = ", ".join(fact.units[1:])
    scaled = [unit for unit in scaling(fact) if unit not in fact.units]
    more = f"what scales to {'one of them' if own else 'it'}, such as {_and(tuple(scaled))}" if scaled else ""
    return "; ".join(part for part in (own, more) if part)


_NEAR = 3


def scaling(fact: Requirement) -> list[str]:
    """Common units that are accepted without a conversion of the fact's own: those nearest in size to its unit."""
    if not fact.units:
        return []
    unit = parse_unit(fact.units[0])
    factors = {code: conversion(parse_unit(code), unit) for code in table().common if code != fact.units[0]}
    sizes = {code: abs(log10(affine.factor)) for code, affine in factors.items() if affine is not None}
    return sorted(sizes, key=lambda code: (sizes[code], code))[:_NEAR]


def choice(value: Choice) -> str:
    """A value of a choice with what stands for it: `hemodialysis "Hemodialysis": SNOMED CT 302497006`."""
    label = f' "{value.label}"' if value.label else ""
    beginnings = ", ".join(f'"{beginning} …"' for beginning in value.beginnings)
    meant = "; ".join(part for part in (codes(value.codes), clean(beginnings)) if part)
    return clean(f"{value.value}{label}") + (f": {meant}" if meant else "")


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


_STANDING: dict[Standing, str] = {
    "stated": "",
    "unconfirmed": " (unconfirmed)",
    "project": " (a project's code: in no record by itself)",
}


def _code(entry: ListedCode) -> str:
    label = f' "{entry.label}"' if entry.label else ""
    strength = f" {format_number(entry.strength.number)} {entry.strength.unit}" if entry.strength else ""
    return f"{entry.code.code}{label}{strength}{_STANDING[entry.standing]}"


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
    if fact.absence == "unknown":
        return "is unknown"
    needed = dict.fromkeys(record_words(reading.record) for reading in fact.readings if reading.in_full)
    if not needed:
        return "means no"
    return f"means no, if ALL {_and(tuple(needed))} records are delivered, not only these codes"


def _records(record: RecordType) -> str:
    return f"{record_words(record)} records ({', '.join(KINDS[record].fhir)})"


def in_full(requirements: DataRequirements) -> str:
    """Which record types are needed whatever their codes; empty if there are none."""
    return "; ".join(f"{_records(record)} for {_and(facts)}" for record, facts in requirements.in_full().items())


def _or(words: tuple[str, ...]) -> str:
    return _joined(words, "or")


def _and(words: tuple[str, ...]) -> str:
    return _joined(words, "and")


def _joined(words: tuple[str, ...], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"

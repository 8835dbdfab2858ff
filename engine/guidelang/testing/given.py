"""The givens of an example as a plain fact set, the same mapping that a person would type."""

from __future__ import annotations

import datetime as dt

from guidelang.calendar import DURATION_WORDS, Duration, minus
from guidelang.quantity import parse_decimal
from guidelang.syntax import tree


def fact_mapping(example: tree.Example, as_of: dt.date) -> dict[str, object]:
    """The fact set of an example's patient, whose name is the example's."""
    mapping: dict[str, object] = {"patient": example.name.text}
    for given in example.givens:
        entries = [_entry(value, as_of) for value in given.values]
        single = len(entries) == 1 and set(entries[0]) == {"value"}
        mapping[given.fact.name] = entries[0]["value"] if single else entries
    return mapping


def _entry(given: tree.GivenValue, as_of: dt.date) -> dict[str, object]:
    entry: dict[str, object] = {}
    match given.value:
        case None:
            entry["value"] = "unknown"
        case bool():
            entry["value"] = given.value
        case tree.Quantity():
            unit = f" {given.value.unit}" if given.value.unit else ""
            entry["value"] = f"{given.comparator or ''}{given.value.number}{unit}"
        case tree.DateLiteral() | tree.Text():
            entry["value"] = given.value.text
        case tree.Identifier():
            entry["value"] = given.value.name
    if isinstance(given.when, tree.Course):
        entry["start"] = _day(given.when.begins, as_of)
        if given.when.ends is not None:
            entry["end"] = _day(given.when.ends, as_of)
    elif given.when is not None:
        entry["time"] = _day(given.when, as_of)
    if given.encounter is not None:
        entry["encounter"] = given.encounter.name
    if given.practitioner is not None:
        entry["practitioner"] = given.practitioner.name
    if given.attested:
        entry["attested"] = True
    return entry


def _day(when: tree.When, as_of: dt.date) -> str:
    if when.on is not None:
        return when.on if when.at is None else f"{when.on}T{when.at}"
    assert when.ago is not None  # the grammar gives one of the two
    number = parse_decimal(when.ago.number)
    return minus(as_of, Duration(int(number), DURATION_WORDS[when.ago.unit or ""])).isoformat()

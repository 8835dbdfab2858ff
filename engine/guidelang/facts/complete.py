"""Declarations that a record type is complete in the input, so that no record of it means that there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guidelang.diagnostics import Report, did_you_mean
from guidelang.network.ir import FactDefinition, Network
from guidelang.terminology import RECORD_TYPES, RECORDS_OF, RecordType

_WORDS: dict[str, tuple[RecordType, ...]] = {
    **{record: (record,) for record in RECORD_TYPES},
    "medication": ("medication", "medication_request", "medication_statement"),
    **RECORDS_OF,
    "all": tuple(each for each in RECORD_TYPES if not each.startswith("draft_")),  # which stand in no record
}
"""What a word declares: the language's own words, with `_` or a blank, the FHIR resource types that are read, `all`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a run declares complete: record types, and single facts whose column a table may leave out."""

    record_types: frozenset[RecordType] = frozenset()
    facts: frozenset[str] = frozenset()

    def covers(self, definition: FactDefinition) -> bool:
        """Whether a table needs no column for a fact: it is named, or all record types that it reads are."""
        if definition.name in self.facts:
            return True
        types = {reading.record for reading in definition.readings}
        return bool(types) and types <= self.record_types


def records_of(word: str) -> tuple[RecordType, ...]:
    """The record types of a word, or of a FHIR resource type; none if it is unknown."""
    record = word.replace(" ", "_")
    return RECORDS_OF.get(word) or tuple(each for each in RECORD_TYPES if each == record)


def declared(words: Iterable[str], network: Network, report: Report) -> Declared:
    """The meaning of `--complete` words: record types or facts. An unknown word is an error."""
    types: set[RecordType] = set()
    facts: set[str] = set()
    for word in words:
        record = word.replace(" ", "_")
        if record in _WORDS:
            types.update(_WORDS[record])
        elif word in network.facts:
            facts.add(word)
        else:
            report.error(
                "G650",
                f"`{word}` is neither a record type nor a fact, so it cannot be declared complete",
                expected="a kind of record such as observation or medication_request, or a fact's name",
                suggestion=did_you_mean(word, [*_WORDS, *network.facts]),
            )
    return Declared(frozenset(types), frozenset(facts))

"""Rows of an event table that say by record type and code what they are about, in place of naming a fact.

A code is matched with the readings of facts as in a record: by system and code, never by a text. One that is in no list
of the guideline leaves absence open for the facts whose lists it may be missing from. What a reading asks beside the
code (a status, a category, an intent, who was meant) a row does not tell, so that it is open whether such a reading
reads it; in a column `fact` it can be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.calendar import Duration
from guidelang.facts.complete import records_of
from guidelang.facts.entry import window_of
from guidelang.facts.fhir.listing import Hit, Listing
from guidelang.facts.state import Cause, Reason
from guidelang.network.ir import FactDefinition, Network, Reading
from guidelang.terminology import Code, RecordType, named_system, record_words, word_for

CODE_PARTS = ("record", "system", "code")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a record type and code say of one fact.

    Attributes:
        window: how far back the readings look that it is of, None for no limit.
        standing: it stands beside others, where of measurements the newest is current.
        open: why it is open whether the row is of the fact; None if it is.
        matches: its code is one of the fact's.
        value: what the code itself says of a choice.
    """

    fact: str
    window: Duration | None
    standing: bool
    open: Cause | None = None
    matches: bool = True
    value: str | None = None


class EventCodes:
    """The readings of a network's facts, by record type and code."""

    def __init__(self, network: Network) -> None:
        self._listing = Listing(network)

    def records(self, record: str) -> tuple[RecordType, ...]:
        """The record types that a word means: the language's own, or the name of a FHIR resource; none: unknown."""
        return records_of(record.strip())

    def meanings(self, record: str, system: str | None, code: str | None) -> tuple[Meaning, ...]:
        """What a row says of each fact; nothing if no fact asks for it, or there is no such record type."""
        records = self.records(record)
        uri = None if system is None else named_system(system.strip())
        codes = () if uri is None or not (code or "").strip() else (Code(uri, (code or "").strip()),)
        matches = self._listing.matches(records, codes)
        found = [_matched(match.definition, match.hits, records, codes) for match in matches]
        matched = {meaning.fact for meaning in found}
        for match in self._listing.left_open(records, codes):
            if match.definition.name not in matched:
                cause = Cause(Reason.UNLISTED_CODE, _told(records, codes))
                window = window_of(match.definition, [hit.reading for hit in match.hits])
                found.append(Meaning(match.definition.name, window, True, cause, matches=False))
        return tuple(found)


def _matched(
    definition: FactDefinition, hits: Sequence[Hit], records: Sequence[RecordType], codes: Sequence[Code]
) -> Meaning:
    plain = [hit for hit in hits if not _asks_more(hit.reading)]
    window = window_of(definition, [hit.reading for hit in plain or hits])
    value = next((c.value for c in definition.choices if any(listed.code in codes for listed in c.codes)), None)
    cause = None
    if not plain:
        told = (
            f"{_told(records, codes)}: the table does not say what a reading of {definition.name} asks beside the code"
        )
        cause = Cause(Reason.UNSUPPORTED_STATUS, told)
    standing = definition.type == "yes_no" and "observation" not in records
    return Meaning(definition.name, window, standing, cause, value=value)


def _asks_more(reading: Reading) -> bool:
    """Whether a reading asks what no column tells."""
    filters = (reading.status, reading.verification, reading.intent, reading.coded, reading.lengths)
    return any(filters) or reading.abated or reading.negated or reading.timed_by is not None or reading.daily_dose


def _told(records: Sequence[RecordType], codes: Sequence[Code]) -> str:
    what = " ".join(f"{word_for(code.system)} {code.code}" for code in codes) or "without a code and its system"
    return f"{record_words(records[-1])} {what}"

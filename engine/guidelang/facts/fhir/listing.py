"""Which facts a code is listed for: the guideline's code lists turned round, made once for a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guidelang.network.ir import FactDefinition, Network, Reading
from guidelang.terminology import Code, ListedCode, RecordType, canonical_uri

_MOST_KEPT = 20_000
"""Of answers for combinations of codes; a record has the same few again and again."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A reading that a record's code is listed for, and its entry in the list; None for a reading of any code."""

    reading: Reading
    listed: ListedCode | None


@dataclass(frozen=True, slots=True)
class Match:
    """A fact whose readings list a code of a record; `label` is the guideline's name of that code."""

    definition: FactDefinition
    hits: tuple[Hit, ...]

    @property
    def label(self) -> str | None:
        return label_of(self.hits)


class Listing:
    """The code lists of a network, by code."""

    def __init__(self, network: Network) -> None:
        self._known = frozenset(_canonical(code) for code in network.known_codes)
        self._by_code: dict[tuple[RecordType, Code], list[tuple[FactDefinition, Hit]]] = {}
        self._any_code: dict[RecordType, list[tuple[FactDefinition, Hit]]] = {}
        self._systems: dict[tuple[str, RecordType], frozenset[str]] = {}
        self._facts: dict[RecordType, list[FactDefinition]] = {}
        self._systems_of: dict[tuple[RecordType, str], list[Code]] = {}
        self._matches: dict[tuple[tuple[RecordType, ...], tuple[Code, ...]], Sequence[Match]] = {}
        self._absent: dict[tuple[RecordType, ...], list[tuple[FactDefinition, list[Reading]]]] = {}
        for definition in network.facts.values():
            for record in dict.fromkeys(reading.record for reading in definition.readings):
                self._add(definition, record)

    def _add(self, definition: FactDefinition, record: RecordType) -> None:
        self._facts.setdefault(record, []).append(definition)
        systems: set[str] = set()
        for reading in of_type(definition, (record,)):
            if reading.any_code:
                self._any_code.setdefault(record, []).append((definition, Hit(reading, None)))
            for listed in reading.codes:
                code = _canonical(listed.code)
                systems.add(code.system)
                self._by_code.setdefault((record, code), []).append((definition, Hit(reading, listed)))
        self._systems[definition.name, record] = frozenset(systems)

    def facts(self, records: Sequence[RecordType]) -> Sequence[FactDefinition]:
        """The facts that read one of these kinds of record."""
        if len(records) == 1:
            return self._facts.get(records[0], [])
        found = {fact.name: fact for record in records for fact in self._facts.get(record, ())}
        return list(found.values())

    def knows(self, records: Sequence[RecordType], codes: Sequence[Code]) -> bool:
        """Whether some list has one of these codes, or some fact reads every record of these kinds."""
        return any(code in self._known for code in codes) or any(record in self._any_code for record in records)

    def elsewhere(self, records: Sequence[RecordType], code: str) -> Iterator[tuple[FactDefinition, Code]]:
        """The facts that list a code for these kinds of record, whatever its system."""
        if not self._systems_of:
            for record, listed in self._by_code:
                self._systems_of.setdefault((record, listed.code), []).append(listed)
        for record in records:
            for listed in self._systems_of.get((record, code), ()):
                for definition, _ in self._by_code[record, listed]:
                    yield definition, listed

    def matches(self, records: Sequence[RecordType], codes: Sequence[Code]) -> Sequence[Match]:
        """The facts for which one of a record's codes is listed, or that read every record of its kinds."""
        key = (tuple(records), tuple(codes))
        known = self._matches.get(key)
        if known is None:
            known = self._matched(records, codes)
            if len(self._matches) < _MOST_KEPT:
                self._matches[key] = known
        return known

    def _matched(self, records: Sequence[RecordType], codes: Sequence[Code]) -> Sequence[Match]:
        found: dict[str, tuple[FactDefinition, dict[int, Hit]]] = {}
        for record in records:
            listed = [each for code in codes for each in self._by_code.get((record, code), ())]
            for definition, hit in (*listed, *self._any_code.get(record, ())):
                hits = found.setdefault(definition.name, (definition, {}))[1]
                earlier = hits.get(id(hit.reading))
                if earlier is None or _says_more(hit, earlier):
                    hits[id(hit.reading)] = hit
        return tuple(Match(definition, tuple(hits.values())) for definition, hits in found.values())

    def left_open(self, records: Sequence[RecordType], codes: Sequence[Code]) -> Iterator[Match]:
        """The facts, with all their readings, that a record of a code in none of their lists may be of all the same.

        Only yes-or-no facts whose absence means no: to others such a record says nothing. A code that some list of the
        loaded files has is decided: it is that other thing. A code in no list at all, or no code, leaves it open. Where
        the fact's lists are complete (`codes complete`, a site's own list) any code of their systems is decided too. A
        site's list that is empty matches nothing.
        """
        if any(code in self._known for code in codes):
            return
        for definition, readings in self._absence_of(records):
            if definition.codes_complete or all(reading.list_is_parameter for reading in readings):
                systems = {system for each in records for system in self._systems.get((definition.name, each), ())}
                if any(code.system in systems for code in codes):
                    continue
            yield Match(definition, tuple(Hit(reading, None) for reading in readings))

    def _absence_of(self, records: Sequence[RecordType]) -> Sequence[tuple[FactDefinition, list[Reading]]]:
        """The facts whose absence means no that read such records, with the readings that name codes."""
        key = tuple(records)
        if key not in self._absent:
            found = [
                (definition, [reading for reading in of_type(definition, records) if reading.codes])
                for definition in self.facts(records)
                if definition.type == "yes_no" and definition.absent_means_no
            ]
            self._absent[key] = [(definition, readings) for definition, readings in found if readings]
        return self._absent[key]


def of_type(definition: FactDefinition, records: Sequence[RecordType]) -> list[Reading]:
    return [reading for reading in definition.readings if reading.record in records]


def label_of(hits: Sequence[Hit]) -> str | None:
    """The guideline's name of a code: that of the first list that has one."""
    return next((hit.listed.label for hit in hits if hit.listed is not None and hit.listed.label), None)


def _says_more(hit: Hit, earlier: Hit) -> bool:
    """Of two codes of one record in one list, the one that says a strength, then the one with a label."""
    if hit.listed is None or earlier.listed is None:
        return hit.listed is not None
    if (hit.listed.strength is None) != (earlier.listed.strength is None):
        return hit.listed.strength is not None
    return earlier.listed.label is None and hit.listed.label is not None


def _canonical(code: Code) -> Code:
    return Code(canonical_uri(code.system), code.code)

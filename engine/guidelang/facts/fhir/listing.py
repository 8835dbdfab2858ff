"""Which facts a code is listed for: the guideline's code lists turned round, made once for a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.network.ir import FactDefinition, Network, Reading, RecordType
from guidelang.terminology import Code, canonical_uri


@dataclass(frozen=True, slots=True)
class Match:
    """A fact whose `readings` list a code of a record; `label` is the guideline's name of that code."""

    definition: FactDefinition
    readings: tuple[Reading, ...]
    label: str | None


class Listing:
    """The code lists of a network, by code."""

    def __init__(self, network: Network) -> None:
        self._known = frozenset(_canonical(code) for code in network.known_codes)
        self._readings: dict[RecordType, dict[Code, list[tuple[FactDefinition, Reading, str | None]]]] = {}
        self._systems: dict[tuple[str, RecordType], frozenset[str]] = {}
        self._facts: dict[RecordType, list[FactDefinition]] = {}
        for definition in network.facts.values():
            for record in dict.fromkeys(reading.record for reading in definition.readings):
                self._add(definition, record)

    def _add(self, definition: FactDefinition, record: RecordType) -> None:
        self._facts.setdefault(record, []).append(definition)
        systems: set[str] = set()
        by_code = self._readings.setdefault(record, {})
        for reading in of_type(definition, record):
            for listed in reading.codes:
                code = _canonical(listed.code)
                systems.add(code.system)
                by_code.setdefault(code, []).append((definition, reading, listed.label))
        self._systems[definition.name, record] = frozenset(systems)

    def facts(self, record: RecordType) -> Sequence[FactDefinition]:
        """The facts that read a record type."""
        return self._facts.get(record, [])

    def matches(self, record: RecordType, codes: Sequence[Code]) -> list[Match]:
        """The facts for which one of a record's codes is listed."""
        found: dict[str, Match] = {}
        by_code = self._readings.get(record, {})
        for code in codes:
            for definition, reading, label in by_code.get(code, ()):
                earlier = found.get(definition.name)
                if earlier is None:
                    found[definition.name] = Match(definition, (reading,), label)
                elif reading not in earlier.readings:
                    readings = (*earlier.readings, reading)
                    found[definition.name] = Match(definition, readings, earlier.label or label)
        return list(found.values())

    def leaves_open(self, definition: FactDefinition, record: RecordType, codes: Sequence[Code]) -> bool:
        """Whether a record that no list of a fact matches may be of it all the same.

        A code that some list of the loaded files has is decided: it is that other thing. A code in no list at all, or
        no code, leaves it open. Where the fact's lists are complete (`codes complete`, a site's own list) any code of
        their systems is decided too. A site's list that is empty matches nothing.
        """
        if any(code in self._known for code in codes):
            return False
        readings = of_type(definition, record)
        if all(reading.list_is_parameter and not reading.codes for reading in readings):
            return False
        if definition.codes_complete or all(reading.list_is_parameter for reading in readings):
            systems = self._systems[definition.name, record]
            return not any(code.system in systems for code in codes)
        return True


def of_type(definition: FactDefinition, record: RecordType) -> list[Reading]:
    return [reading for reading in definition.readings if reading.record == record]


def _canonical(code: Code) -> Code:
    return Code(canonical_uri(code.system), code.code)

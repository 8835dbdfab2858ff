"""One patient's rows of an event table: each says one result of one fact, and when.

    fact | record, system, code; value, unit, time | start, end, status, encounter, practitioner

A row is a result of a fact set with its parts in columns (`plain_value`), with three differences. A measured value
without a unit is unknown for that reason, as in a record. A row of a yes-or-no fact that gives no value says yes. And a
row may have a status: `entered-in-error` takes it out, `corrected` beats `final` and `amended` at the same time, no
status is `final`, and any other leaves open whether it counts. What a row is about it may say by record type and code
in place of a fact (`event_codes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from guidelang.facts.entry import Coverage, Entry
from guidelang.facts.event_codes import Meaning
from guidelang.facts.plain import person_of
from guidelang.facts.plain_value import ValueReader
from guidelang.facts.setting import Setting
from guidelang.facts.settle import settle
from guidelang.facts.state import Cause, FactSet, Problem, Reason

COUNTING = ("final", "amended", "corrected")
ERROR = "entered-in-error"
PARTS = ("value", "unit", "time", "start", "end", "status", "encounter", "practitioner")

_TIME = "a day, a time with or without an offset, a month or a year"
EVENT_ROW: Mapping[str, object] = {
    "title": "A row of an event table",
    "type": "object",
    "properties": {
        "patient": {"type": "string", "description": "the name of the patient"},
        "fact": {"type": "string", "description": "the fact of the guideline that the row is about"},
        "record": {
            "type": "string",
            "description": "without a fact: the type of record, as the language or FHIR calls it (`observation`)",
        },
        "system": {"type": "string", "description": "the system of the code: its URI, or the language's name of it"},
        "code": {"type": "string", "description": "the code that the readings of facts list"},
        "value": {
            "type": ["string", "number", "boolean", "null"],
            "description": "as a fact set says it in a word; without one, a row of a yes-or-no fact says yes",
        },
        "unit": {"type": ["string", "null"], "description": "of a measured value, in UCUM"},
        "time": {"type": ["string", "null"], "description": f"{_TIME}; without one it is current at the evaluation"},
        "start": {"type": ["string", "null"], "description": f"in place of `time`, when it began: {_TIME}"},
        "end": {"type": ["string", "null"], "description": "when it ended, or `unknown`; without one it goes on"},
        "status": {
            "type": ["string", "null"],
            "description": "final, amended, corrected or entered-in-error; any other leaves open whether it counts",
        },
        "encounter": {"type": ["string", "null"], "description": "a key that is equal for the same encounter"},
        "practitioner": {"type": ["string", "null"], "description": "a key that is equal for the same person"},
    },
    "required": ["patient"],
    "anyOf": [{"required": ["fact"]}, {"required": ["record", "system", "code"]}],
}
"""The JSON schema of a row."""


def event_fact_set(
    setting: Setting,
    patient: str,
    person: Mapping[str, object],
    rows: Sequence[tuple[str, str, Mapping[str, object]]],
    trusted: Iterable[str],
) -> FactSet:
    """The facts of one patient.

    Args:
        person: `birth_date`, `age`, `sex` and `deceased` as a fact set has them.
        rows: for each the fact, the place where it stands, and its parts; an empty one is left out or None. Of one that
            is about the fact by its code, `meaning` has its `Meaning`.
        trusted: the facts of which no row means that there is none.
    """
    found: list[Problem] = []
    facts = setting.network.facts
    entries: dict[str, list[Entry]] = {}
    for order, (name, place, parts) in enumerate(rows):
        definition = facts.get(name)
        if definition is None or definition.patient_field is not None:
            continue
        reader = ValueReader(
            definition, setting.zone, setting.attestations, patient, place, found, setting.as_of, bare=False
        )
        entry = _entry(reader, parts, order)
        if entry is not None:
            entries.setdefault(name, []).append(entry)
    return settle(
        setting.network,
        patient,
        setting.as_of,
        entries=entries,
        person=person_of(setting, person, patient, patient, found),
        coverage=Coverage(facts=frozenset(trusted)),
        problems=tuple(found),
    )


def _entry(reader: ValueReader, parts: Mapping[str, object], order: int) -> Entry | None:
    given = {name: part for name, part in parts.items() if part is not None and name not in ("status", "meaning")}
    meaning = parts.get("meaning")
    status = str(parts.get("status") or COUNTING[0]).strip().lower()
    if status == ERROR:
        return None
    yes_no = reader.fact.type == "yes_no"
    if yes_no:
        given.setdefault("value", True)
    if isinstance(meaning, Meaning) and meaning.value is not None:
        given.setdefault("value", meaning.value)
    (entry,) = reader.entries(given)
    entry = replace(entry, result=replace(entry.result, status=status, order=order))
    if isinstance(meaning, Meaning):
        entry = replace(entry, window=meaning.window, replaced_by_newer=not meaning.standing, matches=meaning.matches)
        if meaning.open is not None:
            value = None if yes_no else entry.result.value
            result = replace(entry.result, value=value, causes=(meaning.open,))
            return replace(entry, counts=yes_no, result=result)
    if status in COUNTING:
        return entry
    cause = Cause(Reason.UNSUPPORTED_STATUS, status)
    value = None if yes_no else entry.result.value
    return replace(entry, counts=False, result=replace(entry.result, value=value, causes=(cause,)))

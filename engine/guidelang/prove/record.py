"""A patient as a FHIR record: for editions that differ in the codes they read, which a plain fact set does not show.

The record is as small as the fact set: one resource an entry, and one that does not count for each kind of record whose
absence says no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction

from guidelang.calendar import Duration, less
from guidelang.network.ir import FactDefinition, Network, Reading
from guidelang.prove.draft import Draft, Entry
from guidelang.quantity import format_number
from guidelang.terminology import Code, RecordType

JsonObject = dict[str, object]

_UCUM = "http://unitsofmeasure.org"
_PATIENT = {"reference": "Patient/witness"}

_RESOURCES: Mapping[RecordType, tuple[str, str, str, JsonObject]] = {
    # the resource, the element with its code, that with its day, and what makes it count
    "observation": ("Observation", "code", "effectiveDateTime", {"status": "final"}),
    "condition": (
        "Condition",
        "code",
        "onsetDateTime",
        {
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
            "verificationStatus": {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}
                ]
            },
        },
    ),
    "procedure": ("Procedure", "code", "performedDateTime", {"status": "completed"}),
    "medication": (
        "MedicationRequest",
        "medicationCodeableConcept",
        "authoredOn",
        {"status": "active", "intent": "order"},
    ),
    "medication_request": (
        "MedicationRequest",
        "medicationCodeableConcept",
        "authoredOn",
        {"status": "active", "intent": "order"},
    ),
    "immunization": ("Immunization", "vaccineCode", "occurrenceDateTime", {"status": "completed"}),
}


def differing_codes(old: FactDefinition, new: FactDefinition) -> Iterator[tuple[int, Reading, Code]]:
    """Codes that one edition reads and the other does not: in which of the two, by which reading."""
    for edition, (own, other) in enumerate(((old, new), (new, old))):
        known = {(reading.record, listed.code) for reading in other.readings for listed in reading.codes}
        for reading in own.readings:
            for listed in reading.codes:
                if (reading.record, listed.code) not in known:
                    yield edition, reading, listed.code


def bundle_of(
    draft: Draft, network: Network, other: Network, coded: Mapping[str, tuple[Reading, Code]]
) -> JsonObject | None:
    """The record of a patient; None where something of it cannot be said in the resources that are written here.

    Args:
        network: whose codes are written, where `coded` has none for a fact; or those of `other`.
        coded: by which code a fact is told.
    """
    definitions = {**other.facts, **network.facts}
    resources: list[JsonObject] = [_patient(draft)]
    for fact, entries in draft.entries.items():
        definition = definitions[fact]
        reading, code = coded.get(fact) or _first(definition) or (None, None)
        for entry in entries:
            if reading is None or code is None or entry.value is None or entry.high is not None:
                return None
            if entry.value is False:
                if definition.absent_means_no:
                    continue
                return None
            resource = _resource(reading, code, definition, entry, draft)
            if resource is None:
                return None
            resources.append(resource)
    for definition in definitions.values():
        if definition.absent_means_no:
            resources += _uncounted(definition)
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def _first(definition: FactDefinition) -> tuple[Reading, Code] | None:
    return next(((reading, listed.code) for reading in definition.readings for listed in reading.codes), None)


def _patient(draft: Draft) -> JsonObject:
    patient: JsonObject = {"resourceType": "Patient", "id": "witness"}
    if draft.months is not None:
        born = less(draft.as_of, Duration(draft.months, "month")) or dt.date.min
        patient["birthDate"] = born.isoformat()
    if "sex" in draft.person:
        patient["gender"] = draft.person["sex"].value
    if "deceased" in draft.person:
        patient["deceasedBoolean"] = draft.person["deceased"].value
    return patient


def _resource(
    reading: Reading, code: Code, definition: FactDefinition, entry: Entry, draft: Draft
) -> JsonObject | None:
    if reading.record not in _RESOURCES or reading.coded or reading.lengths or reading.negated or reading.abated:
        return None
    kind, coded, dated, counts = _RESOURCES[reading.record]
    resource: JsonObject = {
        "resourceType": kind,
        **counts,
        coded: _concept(code),
        "patient" if kind == "Immunization" else "subject": _PATIENT,
        dated: (draft.as_of - dt.timedelta(days=entry.age or 0)).isoformat(),
    }
    if reading.record != "observation":
        return resource if definition.type == "yes_no" else None
    match definition.type:
        case "quantity" | "number":
            assert isinstance(entry.value, Fraction)
            unit = definition.unit or "1"
            value = {"value": _number(entry.value), "unit": unit, "system": _UCUM, "code": unit}
            resource["valueQuantity"] = value
        case "yes_no":
            resource["valueBoolean"] = True
        case "choice":
            choice = next((each for each in definition.choices if each.value == entry.value and each.codes), None)
            if choice is None:
                return None
            resource["valueCodeableConcept"] = _concept(choice.codes[0].code)
        case _:
            return None
    return resource


def _uncounted(definition: FactDefinition) -> Iterator[JsonObject]:
    """For each kind of record that the fact reads one that is there and does not count."""
    for reading in definition.readings:
        code = next((listed.code for listed in reading.codes), None)
        if code is None or reading.record not in _RESOURCES:
            continue
        kind, coded, _, counts = _RESOURCES[reading.record]
        status: JsonObject = (
            {**counts, "status": "entered-in-error"}
            if "status" in counts
            else {
                "verificationStatus": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                            "code": "entered-in-error",
                        }
                    ]
                }
            }
        )
        holder = "patient" if kind == "Immunization" else "subject"
        yield {"resourceType": kind, **status, coded: _concept(code), holder: _PATIENT}


def _concept(code: Code) -> JsonObject:
    return {"coding": [{"system": code.system, "code": code.code}]}


def _number(value: Fraction) -> int | float:
    text = format_number(value)
    return int(text) if text.lstrip("-").isdigit() else float(text)

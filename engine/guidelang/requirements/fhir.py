"""Requirements as FHIR R4: a Library of type `module-definition` with a DataRequirement for each query.

A site answers the union of the queries. Statuses are no filter: a preliminary result, a refuted diagnosis or a medicine
that was not taken decides something too, so the element is only named as one that has to be delivered; other
filters are named in words. A fact whose
absence means no needs every record of its type, because a code that no list names leaves the question open; each such
type has a query without filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from guidelang.calendar import Duration
from guidelang.network.ir import PatientField
from guidelang.requirements import phrases
from guidelang.requirements.needs import DataRequirements, ReadingRequirement, Requirement
from guidelang.terminology import KINDS, ListedCode

Json: TypeAlias = dict[str, Any]

EXTENSIONS = "urn:guidelang:fhir"
"""Extensions of the project's own: `label`, `unit`, `only` (filters) and (of a choice) `value` of a requirement,
`standing` of a code that is not simply stated: `unconfirmed`, or of a `project`."""

_CODE_PATHS = {
    "AdverseEvent": ("event",),
    "CarePlan": ("category",),
    "Communication": ("topic",),
    "Encounter": ("type",),
    "Immunization": ("vaccineCode",),
    "MedicationAdministration": ("medication",),
    "MedicationDispense": ("medication",),
    "MedicationRequest": ("medication",),
    "MedicationStatement": ("medication",),
    "Observation": ("code", "component.code"),  # filters of one query are joined by `and`: two places, two queries
}
_DATE = {
    "MedicationDispense": "whenHandedOver",
    "MedicationRequest": "authoredOn",
    "Observation": "effective",
    "Procedure": "performed",
    "ServiceRequest": "authoredOn",
}
"""Types whose day is in one element. The others may have it in another one, so a filter on it would lose records."""

_MUST_SUPPORT: dict[str, tuple[str, ...]] = {
    "AdverseEvent": ("event", "actuality", "date", "detected", "recordedDate"),
    "AllergyIntolerance": ("code", "clinicalStatus", "verificationStatus", "onset", "recordedDate"),
    "CarePlan": ("category", "status", "intent", "period", "created", "author"),
    "Communication": ("topic", "status", "sent", "received"),
    "Condition": ("code", "clinicalStatus", "verificationStatus", "onset", "abatement", "recordedDate"),
    "DeviceRequest": ("code", "status", "intent", "authoredOn", "occurrence"),
    "Encounter": ("type", "status", "period"),
    "Immunization": ("vaccineCode", "status", "occurrence"),
    "MedicationAdministration": ("medication", "status", "effective"),
    "MedicationDispense": ("medication", "status", "whenHandedOver", "whenPrepared"),
    "MedicationRequest": ("medication", "status", "intent", "doNotPerform", "authoredOn"),
    "MedicationStatement": ("medication", "status", "effective", "dateAsserted"),
    "Observation": ("code", "status", "effective", "value", "component"),
    "Procedure": ("code", "status", "performed"),
    "ServiceRequest": ("code", "status", "intent", "doNotPerform", "authoredOn", "occurrence"),
}
_ELEMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "category": {},
    "class": {},
    "value": {"Observation": ("value",)},
    "discharge": {"Encounter": ("hospitalization.dischargeDisposition",)},
    "reason": {
        "CarePlan": ("addresses",),
        "Immunization": ("reasonCode", "reasonReference", "statusReason"),
        "MedicationRequest": ("reasonCode", "reasonReference", "statusReason"),
    },
    "supply": {
        "MedicationRequest": ("dispenseRequest.expectedSupplyDuration",),
        "MedicationDispense": ("daysSupply",),
    },
    "validity": {"MedicationRequest": ("dispenseRequest.validityPeriod",)},
}
"""Where what a filter or a time asks for lies, by resource type."""

_OWN_NAMES = {"reason": "reasonCode"}
"""Where it lies in the other types; else it bears the filter's own name."""

_PATIENT_ELEMENTS: dict[PatientField, str] = {
    "age": "birthDate",
    "birth_date": "birthDate",
    "sex": "gender",
    "deceased": "deceased",
}
_UCUM = {"day": "d", "week": "wk", "month": "mo", "year": "a"}


def library(requirements: DataRequirements) -> Json:
    """The Library. Made from the same network it is the same, byte for byte, so it carries no date."""
    found: Json = {
        "resourceType": "Library",
        "version": requirements.version,
        "name": _computable_name(requirements.guideline),
        "title": requirements.title or requirements.guideline,
        "status": "draft",
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/library-type", "code": "module-definition"}]
        },
        "subjectCodeableConcept": {
            "coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient"}],
        },
        "description": (
            f"What data the guideline {requirements.guideline} {requirements.version} reads (hash "
            f"{requirements.hash}). Each dataRequirement is a query for one fact, named by its id; those whose id "
            "begins with `all-` have no filter, because a fact for which no record means no is only safe where every "
            "record of the type was read."
        ),
        "dataRequirement": list(_data_requirements(requirements)),
    }
    return found


def _data_requirements(requirements: DataRequirements) -> Iterator[Json]:
    fields = {fact.patient_field for fact in requirements if fact.patient_field is not None}
    elements = sorted({_PATIENT_ELEMENTS[field] for field in fields})
    yield _requirement("patient", "Patient", ("identifier", *elements))
    for type_ in dict.fromkeys(t for record in requirements.in_full() for t in KINDS[record].fhir):
        yield _requirement(f"all-{type_}", type_, _MUST_SUPPORT[type_])
    ids: set[str] = set()
    for fact in requirements:
        for reading in fact.readings:
            for type_ in KINDS[reading.record].fhir:
                for path in _CODE_PATHS.get(type_, ("code",)) if reading.codes or reading.any_code else ():
                    yield _query(fact, reading, type_, path, ids)


def _query(fact: Requirement, reading: ReadingRequirement, type_: str, path: str, ids: set[str]) -> Json:
    named = f"{fact.name}-{type_}" + ("-component" if path.startswith("component") else "")
    identifier, number = named, 1
    while identifier in ids:
        number += 1
        identifier = f"{named}-{number}"
    ids.add(identifier)
    extensions: list[Json] = []
    if fact.label:
        extensions.append({"url": f"{EXTENSIONS}:label", "valueString": fact.label})
    extensions += [{"url": f"{EXTENSIONS}:unit", "valueCode": unit} for unit in fact.units]
    extensions += [{"url": f"{EXTENSIONS}:only", "valueString": told} for told in phrases.asked(reading)]
    extensions += [
        {"url": f"{EXTENSIONS}:value", "valueCoding": _coding(entry) | {"display": choice.label or choice.value}}
        for choice in fact.choices
        for entry in choice.codes
    ]
    query = _requirement(identifier, type_, (*_MUST_SUPPORT[type_], *_asked_elements(reading, type_)))
    if extensions:
        query = {"id": query.pop("id"), "extension": extensions, **query}
    if reading.codes:
        query["codeFilter"] = [{"path": path, "code": [_coding(entry) for entry in reading.codes]}]
    if reading.look_back is not None and type_ in _DATE and reading.timed_by == KINDS[reading.record].times[0]:
        query["dateFilter"] = [{"path": _DATE[type_], "valueDuration": _duration(reading.look_back)}]
    return query


def _asked_elements(reading: ReadingRequirement, type_: str) -> tuple[str, ...]:
    """The elements that filters, the time and the dose are read from, beside those that are always needed."""
    wanted: list[str] = [each.element for each in reading.filters]
    found = [path for each in wanted for path in _ELEMENTS[each].get(type_, (_OWN_NAMES.get(each, each),))]
    if reading.timed_by in ("supply", "validity"):
        found += _ELEMENTS[reading.timed_by].get(type_, ())
    if reading.daily_dose or reading.timed_by == "dosage":
        found.append("dosage" if type_ == "MedicationStatement" else "dosageInstruction")
    if reading.timed_by == "updated":
        found.append("meta.lastUpdated")
    return tuple(dict.fromkeys(each for each in found if each not in _MUST_SUPPORT[type_]))


def _requirement(identifier: str, type_: str, elements: tuple[str, ...]) -> Json:
    return {
        "id": identifier,
        "type": type_,
        "profile": [f"http://hl7.org/fhir/StructureDefinition/{type_}"],
        "mustSupport": list(elements),
    }


def _coding(entry: ListedCode) -> Json:
    coding: Json = {}
    if entry.standing != "stated":
        coding["extension"] = [{"url": f"{EXTENSIONS}:standing", "valueCode": entry.standing}]
    coding |= {"system": entry.code.system, "code": entry.code.code}
    if entry.label:
        coding["display"] = entry.label
    return coding


def _duration(duration: Duration) -> Json:
    unit = duration.unit if duration.count == 1 else f"{duration.unit}s"
    return {
        "value": duration.count,
        "unit": unit,
        "system": "http://unitsofmeasure.org",
        "code": _UCUM[duration.unit],
    }


def _computable_name(name: str) -> str:
    """FHIR wants a name that could be one of a program: a capital letter, then ASCII letters, digits, underscores."""
    words = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name) if word)
    return words if words[:1].isalpha() else f"Guideline{words}"

"""The kinds of record that a fact may be read from: their words, and what FHIR R4 says of each that a filter may ask.

A word of the language names one resource type, or (medication) several that say the same of a patient. A draft order is
one under review: it is a type of its own, so that no fact about the record ever counts it.

Statuses are FHIR R4's: ObservationStatus; condition-clinical; allergyintolerance-clinical; encounter-status;
event-status; medicationrequest-, medication-statement-, medication-admin- and medicationdispense-status;
immunization-status; request-status; adverse-event-actuality. `entered-in-error` is left out of each: such a record
never counts, whatever is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

RecordType: TypeAlias = Literal[
    "observation", "condition", "procedure", "allergy", "immunization", "encounter", "adverse_event",
    "medication", "medication_request", "medication_statement", "medication_administration", "medication_dispense",
    "service_request", "device_request", "care_plan", "communication",
    "draft_medication_request", "draft_service_request", "draft_device_request",
]  # fmt: skip

CodedElement: TypeAlias = Literal["category", "class", "reason", "value", "discharge"]
"""Elements of a record that hold codes, besides the one that says what it is about."""

LengthElement: TypeAlias = Literal["supply", "validity"]
"""Elements of an order that are lengths of time."""

TimeElement: TypeAlias = Literal[
    "onset", "recorded", "effective", "issued", "performed", "period", "occurred", "authored", "dosage", "supply",
    "validity", "occurrence", "handed_over", "prepared", "created", "sent", "received", "updated",
]  # fmt: skip
"""Elements of a record that say when."""

RECORD_TYPES: tuple[RecordType, ...] = get_args(RecordType)
CODED_ELEMENTS: tuple[CodedElement, ...] = get_args(CodedElement)
LENGTH_ELEMENTS: tuple[LengthElement, ...] = get_args(LengthElement)
TIME_ELEMENTS: tuple[TimeElement, ...] = get_args(TimeElement)

ANY = "any"
"""In the place of a status or verification status: any but `entered-in-error`."""

VERIFICATIONS = ("unconfirmed", "provisional", "differential", "confirmed", "refuted", "presumed")
INTENTS = (
    "proposal", "plan", "directive", "order", "original-order", "reflex-order", "filler-order", "instance-order",
    "option",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordKind:
    """What may be asked of a kind of record.

    Attributes:
        fhir: the resource types.
        statuses: all that FHIR has, less `entered-in-error`.
        elements: those that hold codes and may be filtered.
        lengths: those that hold lengths of time and may be filtered.
        times: those that may say when; the first does unless a reading says otherwise.
        verified, intended: whether there is a verification status, an intent.
        abates: whether its end may be recorded.
        negatable: whether a record may say that something was not done, is not taken or shall not be done.
        dosed: whether it says how much is taken a day.
    """

    fhir: tuple[str, ...]
    statuses: tuple[str, ...]
    times: tuple[TimeElement, ...]
    elements: tuple[CodedElement, ...] = ()
    lengths: tuple[LengthElement, ...] = ()
    verified: bool = False
    intended: bool = False
    abates: bool = False
    negatable: bool = False
    dosed: bool = False


_MEDICATION_REQUEST = ("active", "on-hold", "cancelled", "completed", "stopped", "draft", "unknown")
_MEDICATION_STATEMENT = ("active", "completed", "intended", "stopped", "on-hold", "unknown", "not-taken")
_EVENT = ("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown")
_REQUEST = ("draft", "active", "on-hold", "revoked", "completed", "unknown")


def _medication_request() -> RecordKind:
    return RecordKind(
        ("MedicationRequest",),
        _MEDICATION_REQUEST,
        ("authored", "dosage", "supply", "validity", "updated"),
        ("category", "reason"),
        ("supply", "validity"),
        intended=True,
        negatable=True,
        dosed=True,
    )


def _request(fhir: str, *elements: CodedElement) -> RecordKind:
    times: tuple[TimeElement, ...] = ("authored", "occurrence", "updated")
    return RecordKind((fhir,), _REQUEST, times, elements, intended=True, negatable=True)


KINDS: dict[RecordType, RecordKind] = {
    "observation": RecordKind(
        ("Observation",),
        ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"),
        ("effective", "issued", "updated"),
        ("category", "value"),
    ),
    "condition": RecordKind(
        ("Condition",),
        ("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
        ("onset", "recorded", "updated"),
        ("category",),
        verified=True,
        abates=True,
    ),
    "procedure": RecordKind(("Procedure",), _EVENT, ("performed", "updated"), ("category", "reason"), negatable=True),
    "allergy": RecordKind(
        ("AllergyIntolerance",),
        ("active", "inactive", "resolved"),
        ("onset", "recorded", "updated"),
        verified=True,
    ),
    "immunization": RecordKind(
        ("Immunization",),
        ("completed", "not-done"),
        ("occurred", "recorded", "updated"),
        ("reason",),
        negatable=True,
    ),
    "encounter": RecordKind(
        ("Encounter",),
        ("planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "unknown"),
        ("period", "updated"),
        ("class", "reason", "discharge"),
    ),
    "adverse_event": RecordKind(
        ("AdverseEvent",), ("actual", "potential"), ("occurred", "recorded", "updated"), ("category",)
    ),
    "medication": RecordKind(
        ("MedicationRequest", "MedicationStatement"),
        tuple(dict.fromkeys((*_MEDICATION_REQUEST, *_MEDICATION_STATEMENT))),
        ("authored", "updated"),  # of a statement its own time: when it is true, else when it was made
        ("category", "reason"),
        negatable=True,
        dosed=True,
    ),
    "medication_request": _medication_request(),
    "medication_statement": RecordKind(
        ("MedicationStatement",),
        _MEDICATION_STATEMENT,
        ("effective", "recorded", "dosage", "updated"),
        ("category", "reason"),
        negatable=True,
        dosed=True,
    ),
    "medication_administration": RecordKind(
        ("MedicationAdministration",), _EVENT[1:], ("effective", "updated"), ("category", "reason"), negatable=True
    ),
    "medication_dispense": RecordKind(
        ("MedicationDispense",),
        (
            "preparation",
            "in-progress",
            "cancelled",
            "on-hold",
            "completed",
            "stopped",
            "declined",
            "unknown",
        ),
        ("handed_over", "prepared", "supply", "dosage", "updated"),
        ("category", "reason"),
        ("supply",),
        negatable=True,
        dosed=True,
    ),
    "service_request": _request("ServiceRequest", "category", "reason"),
    "device_request": _request("DeviceRequest", "reason"),
    "care_plan": RecordKind(
        ("CarePlan",),
        _REQUEST,
        ("period", "created", "updated"),
        ("category", "reason"),
        intended=True,
    ),
    "communication": RecordKind(
        ("Communication",), _EVENT, ("sent", "received", "updated"), ("category", "reason"), negatable=True
    ),
    "draft_medication_request": _medication_request(),
    "draft_service_request": _request("ServiceRequest", "category", "reason"),
    "draft_device_request": _request("DeviceRequest", "reason"),
}


RECORDS_OF: dict[str, tuple[RecordType, ...]] = {
    fhir: tuple(record for record, kind in KINDS.items() if fhir in kind.fhir and not record.startswith("draft_"))
    for kind in KINDS.values()
    for fhir in kind.fhir
}
"""The kinds of record that a FHIR resource type is; draft orders apart."""

DRAFTS_OF: dict[str, RecordType] = {
    kind.fhir[0]: record for record, kind in KINDS.items() if record.startswith("draft_")
}
"""The kind of record that an order under review is, by FHIR resource type."""


def record_words(record: RecordType) -> str:
    """A kind of record as the language writes it: `adverse event`."""
    return record.replace("_", " ")

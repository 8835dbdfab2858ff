"""Which elements of each type of resource are read in columns, and how.

Listed is every element that the one-patient reader looks at (`facts.fhir`), by type and by what a guideline asks, with
all forms of a choice (`effective[x]`), of which two contradict each other; what is not listed here, that reader never
asks for either. So a resource can hold anything beside, and means the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.facts.fhir.bundle import SUBJECTS
from guidelang.facts.fhir.observation import VALUES
from guidelang.network.graph import relations_of
from guidelang.network.ir import Network
from guidelang.terminology import KINDS, RECORDS_OF

Need: TypeAlias = Literal[
    "category", "class", "reason", "discharge", "dose", "supply", "updated", "issued", "encounter", "practitioner"
]
"""What a guideline may ask of records beside what they are, when they were and how they stand."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The elements of one type of resource.

    Attributes:
        what: those that hold the code, so that they tell which resources a guideline does not ask for.
        words: those that are taken word for word.
        course: dates in the order in which they follow each other in a record that makes sense.
        dates: other dates. A name with a dot is an element of an element.
        refused: those that are read one by one.
        links: those that say which encounter it belongs to.
        named: references to other records, of which it counts here that they are there: who asks further is read one by
            one.
    """

    what: tuple[str, ...]
    words: tuple[str, ...] = ()
    course: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def moments(self) -> tuple[str, ...]:
        return (*self.course, *self.dates)

    @property
    def names(self) -> tuple[str, ...]:
        """The elements of the resource itself, each once."""
        found = (*self.what, *self.words, *self.moments, *self.refused, *self.links, *self.named)
        return tuple(dict.fromkeys(name.partition(".")[0] for name in found))


def _times(stem: str) -> tuple[str, ...]:
    return (f"{stem}DateTime", f"{stem}Instant", f"{stem}Period.start", f"{stem}Period.end")


_ONSET = ("onsetDateTime", "onsetPeriod.start", "onsetPeriod.end")
_ABATEMENT = ("abatementDateTime", "abatementPeriod.start", "abatementPeriod.end")
_MEDICATION = ("medicationCodeableConcept", "medicationReference")
_STANDING = ("clinicalStatus", "verificationStatus")
_REQUESTED = ("status", "intent", "doNotPerform", "occurrenceTiming")
_AT_AN_AGE = ("onsetAge", "onsetRange")  # counted from the birth date

_KEYS: dict[str, Keys] = {
    "Observation": Keys(
        ("code", "component"), ("status", "dataAbsentReason", "effectiveTiming", *VALUES), _times("effective")
    ),
    "Condition": Keys(
        ("code",),
        (*_STANDING, "onsetString", "abatementString"),
        (*_ONSET, *_ABATEMENT),
        ("recordedDate",),
        (*_AT_AN_AGE, "abatementAge", "abatementRange"),
    ),
    "AllergyIntolerance": Keys(("code",), (*_STANDING, "onsetString"), _ONSET, ("recordedDate",), _AT_AN_AGE),
    "Procedure": Keys(("code",), ("status", "performedString", "performedAge", "performedRange"), _times("performed")),
    "Encounter": Keys(("type",), ("status",), ("period.start", "period.end")),
    "Immunization": Keys(("vaccineCode",), ("status", "occurrenceString"), _times("occurrence"), ("recorded",)),
    "AdverseEvent": Keys(("event",), ("actuality",), (), ("date", "detected", "recordedDate")),
    "Communication": Keys(("topic",), ("status",), (), ("sent", "received")),
    "CarePlan": Keys(("category",), ("status", "intent"), ("period.start", "period.end"), ("created",)),
    "MedicationRequest": Keys(_MEDICATION, ("status", "intent", "doNotPerform"), (), ("authoredOn",)),
    "MedicationStatement": Keys(_MEDICATION, ("status",), _times("effective"), ("dateAsserted",)),
    "MedicationAdministration": Keys(_MEDICATION, ("status",), _times("effective")),
    "MedicationDispense": Keys(_MEDICATION, ("status",), (), ("whenHandedOver", "whenPrepared")),
    "ServiceRequest": Keys(("code",), _REQUESTED, _times("occurrence"), ("authoredOn",)),
    "DeviceRequest": Keys(
        ("codeCodeableConcept", "codeReference"),
        _REQUESTED,
        _times("occurrence"),
        ("authoredOn",),
    ),
}

_NEEDED: dict[Need, Keys] = {
    "category": Keys((), ("category",)),
    "class": Keys((), ("class",)),
    "discharge": Keys((), ("class", "hospitalization")),
    "reason": Keys(
        (), ("reasonCode", "statusReason", "statusReasonCodeableConcept", "extension"),
        named=("reasonReference", "addresses", "statusReasonReference"),
    ),
    "dose": Keys((), ("dosage", "dosageInstruction")),
    "supply": Keys((), ("dispenseRequest", "daysSupply")),
    "updated": Keys((), (), (), ("meta.lastUpdated",)),
    "issued": Keys((), (), (), ("issued",)),
    "encounter": Keys((), links=("encounter", "context")),
    "practitioner": Keys(
        (), ("recorder", "asserter", "author", "requester", "sender", "performer", "participant")
    ),
}  # fmt: skip

_NEEDS_OF: dict[str | None, Need] = {
    "category": "category", "class": "class", "discharge": "discharge", "reason": "reason",
    "dosage": "dose", "supply": "supply", "validity": "supply", "updated": "updated", "issued": "issued",
}  # fmt: skip


def keys_of(network: Network) -> dict[str, Keys]:
    """The elements that a guideline needs, by type of resource; types that no fact reads are left out."""
    links = set(_links(network))
    found: dict[str, Keys] = {}
    for fhir, records in RECORDS_OF.items():
        readings = [
            reading for fact in network.facts.values() for reading in fact.readings if reading.record in records
        ]
        if not readings:
            continue
        needs: set[Need] = set(links)
        for reading in readings:
            asked: list[str | None] = [coded.element for coded in reading.coded]
            asked += [*(length.element for length in reading.lengths), reading.timed_by]
            needs.update(_NEEDS_OF[each] for each in asked if each in _NEEDS_OF)
            needs.update({"dose"} if reading.daily_dose else set())
        keys = _KEYS[fhir]
        for need in sorted(needs):
            keys = _together(keys, _NEEDED[need])
        found[fhir] = keys
    return found


def subject_of(fhir: str) -> str:
    """The element that names the patient."""
    return SUBJECTS[fhir]


def _together(one: Keys, other: Keys) -> Keys:
    words = tuple(name for name in other.words if name not in one.words and name not in one.what)
    return Keys(
        one.what,
        one.words + words,
        one.course,
        one.dates + other.dates,
        one.refused + other.refused,
        one.links + other.links,
        one.named + other.named,
    )


def _links(network: Network) -> Iterable[Need]:
    """Whether it is asked of which encounter, or by whom, records are."""
    for node in network.nodes.values():
        for relation in relations_of(node):
            if relation.how == "encounter":
                yield "encounter"
            if relation.how == "practitioner":
                yield "practitioner"


assert set(_KEYS) == {fhir for kind in KINDS.values() for fhir in kind.fhir}

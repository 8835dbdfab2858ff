"""Which statuses count where a fact does not say: gathered from the readers, for who has to deliver the data."""

from __future__ import annotations

from guidelang.facts.fhir import allergy, care, condition, medication, observation, procedure, request
from guidelang.facts.fhir.standing import ORDERED, PROHIBITION
from guidelang.terminology import ANY, KINDS, RecordType

STATUSES: dict[RecordType, tuple[str, ...]] = {
    "observation": tuple(sorted(observation.STATUS.counts)),
    "condition": tuple(sorted(condition.CLINICAL.counts)),
    "procedure": tuple(sorted(procedure.STATUS.counts)),
    "allergy": tuple(sorted(allergy.CLINICAL.counts)),
    "immunization": tuple(sorted(care.IMMUNIZATION.counts)),
    "encounter": tuple(sorted(care.ENCOUNTER.counts)),
    "adverse_event": tuple(sorted(care.ADVERSE_EVENT.counts)),
    "medication": tuple(sorted(medication.REQUEST.counts | medication.STATEMENT.counts)),
    "medication_request": tuple(sorted(medication.REQUEST.counts)),
    "medication_statement": tuple(sorted(medication.STATEMENT.counts)),
    "medication_administration": tuple(sorted(medication.ADMINISTRATION.counts)),
    "medication_dispense": tuple(sorted(medication.DISPENSE.counts)),
    "service_request": tuple(sorted(request.STATUS.counts)),
    "device_request": tuple(sorted(request.STATUS.counts)),
    "care_plan": tuple(sorted(request.PLAN.counts)),
    "communication": tuple(sorted(care.COMMUNICATION.counts)),
    "draft_medication_request": (ANY,),
    "draft_service_request": (ANY,),
    "draft_device_request": (ANY,),
}

NEGATED: dict[RecordType, tuple[str, ...]] = {
    **{record: tuple(sorted(PROHIBITION.counts)) for record, kind in KINDS.items() if kind.negatable},
    "procedure": tuple(sorted(procedure.STATUS.denies)),
    "immunization": tuple(sorted(care.IMMUNIZATION.denies)),
    "medication": tuple(sorted(PROHIBITION.counts | medication.STATEMENT.denies)),
    "medication_statement": tuple(sorted(medication.STATEMENT.denies)),
    "medication_administration": tuple(sorted(medication.ADMINISTRATION.denies)),
    "medication_dispense": tuple(sorted(medication.DISPENSE.denies)),
    "communication": tuple(sorted(care.COMMUNICATION.denies)),
}
"""Of what was not done, is not taken or shall not be done."""

VERIFICATION: dict[RecordType, tuple[str, ...]] = {"condition": ("confirmed",), "allergy": ("confirmed",)}
"""A diagnosis or allergy without a verification status counts as confirmed."""

INTENTS: dict[RecordType, tuple[str, ...]] = {
    record: (ANY,)
    if record.startswith("draft_")
    else tuple(sorted(request.PLANNED if record == "care_plan" else ORDERED))
    for record, kind in KINDS.items()
    if kind.intended
}

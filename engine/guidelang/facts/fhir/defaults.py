"""Which statuses count where a fact does not say: gathered from the readers, for who has to deliver the data."""

from __future__ import annotations

from guidelang.facts.fhir import allergy, condition, medication, observation, procedure
from guidelang.network.ir import RecordType

STATUSES: dict[RecordType, tuple[str, ...]] = {
    "observation": tuple(sorted(observation.STATUS.counts)),
    "condition": tuple(sorted(condition.CLINICAL.counts)),
    "medication": tuple(sorted(medication.REQUEST.counts | medication.STATEMENT.counts)),
    "procedure": tuple(sorted(procedure.STATUS.counts)),
    "allergy": tuple(sorted(allergy.CLINICAL.counts)),
}

VERIFICATION: dict[RecordType, tuple[str, ...]] = {"condition": ("confirmed",), "allergy": ("confirmed",)}
"""A diagnosis or allergy without a verification status counts as confirmed."""

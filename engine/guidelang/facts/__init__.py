"""Patients' records: from what a user has to the fact set that every executor reads.

    inputs, decode*        files, folders, standard input; encodings, JSON, YAML, CSV, with exact decimals
    lines, progress        files larger than memory should hold; how far reading is
    plain, plain_value     fact sets, as a newcomer types them; `table` for one row a patient
    fhir                   FHIR R4 resources, Bundles and bulk exports
    measured               a reported number and unit becomes a value of the fact: the one place that converts units
    entry                  what a record says about a fact, and what of the record was there to be read
    select, yes_no         which result is current on the evaluation day, and why a fact is unknown
    newest                 which of several results is the newest
    state                  the fact set itself

Nothing of a record is lost silently and nothing in one raises: what cannot be used is a `Problem` with patient,
resource, field and reason; what prevents any result is an error in the report.
"""

from __future__ import annotations

from guidelang.facts.fhir import Whose
from guidelang.facts.progress import OnProgress, Progress
from guidelang.facts.read import PatientInput, PatientSource, Reading, read_patients
from guidelang.facts.state import Cause, FactSet, FactState, Problem, Reason, Result, Value

__all__ = [
    "Cause",
    "FactSet",
    "FactState",
    "OnProgress",
    "PatientInput",
    "PatientSource",
    "Problem",
    "Progress",
    "Reading",
    "Reason",
    "Result",
    "Value",
    "Whose",
    "read_patients",
]

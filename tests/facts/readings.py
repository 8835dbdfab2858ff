"""Facts as a guideline declares them, read from records made here."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import guidelang
from guidelang.facts import FactState, PatientInput, Reason, Result, read_patients
from guidelang.network.ir import Network
from guidelang.source import Source

AS_OF = dt.date(2024, 6, 1)
HEAD = """guideline readings version 1.0.0

system act "urn:act"
system sort "urn:sort"
system where "urn:where"

codes things "What is asked for" sort:thing1, sort:thing2
codes others "What is known and not asked for" sort:other1
codes tablets sort:tablet10 strength 10 mg, sort:liquid strength 2 mg/mL, sort:patch strength 0.075 mg/h
parameter long = 28 days
"""


def network(clauses: str, is_a: str = "yes or no") -> Network:
    return _network(clauses, is_a)


@cache
def _network(clauses: str, is_a: str) -> Network:
    text = f"{HEAD}\nfact f is {is_a}\n{clauses}\nrule r when f is known recommend discuss f\n"
    return guidelang.load(Source("<readings>", text)).network


def read(clauses: str, *resources: Any, is_a: str = "yes or no", **more: Any) -> PatientInput:
    patient = {"resourceType": "Patient", "id": "p1"}
    entries = [{"resource": each} for each in (patient, *resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return read_patients(network(clauses, is_a), bundle, **{"as_of": AS_OF, **more})


def state(clauses: str, *resources: Any, is_a: str = "yes or no", **more: Any) -> FactState:
    """The state of the only fact `f`, declared with these clauses, of a patient with these resources."""
    found = read(clauses, *resources, is_a=is_a, **more)
    assert not found.report.findings
    (patient,) = found.patients
    return patient.states["f"]


def answer(clauses: str, *resources: Any, **more: Any) -> Any:
    """True, False with how it is no, or the reasons."""
    found = state(f"{clauses}\nabsent means no", *resources, **more)
    return tuple(cause.reason for cause in found.causes) if found.value is None else found.value or found.how


def only(clauses: str, *resources: Any, **more: Any) -> Result:
    (result,) = state(clauses, *resources, **more).history
    return result


OPEN = (Reason.UNSUPPORTED_STATUS,)


def concept(code: str, system: str = "urn:sort") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


_CODE_FIELDS = {
    "CarePlan": "category", "Communication": "topic", "DeviceRequest": "codeCodeableConcept", "Encounter": "type",
    "AdverseEvent": "event", "Immunization": "vaccineCode",
}  # fmt: skip


def resource(kind: str, code: str = "thing1", /, **more: Any) -> dict[str, Any]:
    """A resource of the patient with a code, and what else is given."""
    field = _CODE_FIELDS.get(kind, "medicationCodeableConcept" if kind.startswith("Medication") else "code")
    coded: Any = [concept(code)] if kind in ("CarePlan", "Encounter") else concept(code)
    subject = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
    return {"resourceType": kind, "id": "x1", subject: {"reference": "Patient/p1"}, field: coded, **more}


def order(code: str = "thing1", /, **more: Any) -> dict[str, Any]:
    found = {"status": "active", "intent": "order", "authoredOn": "2024-05-01", **more}
    return resource("MedicationRequest", code, **found)


def condition(clinical: str | None = "active", **more: Any) -> dict[str, Any]:
    status = {"clinicalStatus": concept(clinical, "urn:clinical")} if clinical else {}
    return resource("Condition", **status, **{"onsetDateTime": "2020-03-01", **more})


def finding(**more: Any) -> dict[str, Any]:
    return resource("Observation", **{"status": "final", "effectiveDateTime": "2024-05-01", **more})


def stay(**more: Any) -> dict[str, Any]:
    period = {"start": "2024-05-01", "end": "2024-05-03"}
    return resource("Encounter", **{"status": "finished", "period": period, **more})

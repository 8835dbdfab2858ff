"""A small guideline's facts, written by hand, and a reader of patients for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from guidelang.calendar import Duration
from guidelang.diagnostics import Report
from guidelang.facts import FactSet, FactState, PatientInput, Reason, read_patients
from guidelang.network.ir import Choice, Conversion, FactDefinition, Network, Reading
from guidelang.quantity import Interval
from guidelang.terminology import BUILT_IN_SYSTEMS, Code, ListedCode, RecordType

AS_OF = dt.date(2024, 6, 1)

LOINC = BUILT_IN_SYSTEMS["LOINC"]
SNOMED = BUILT_IN_SYSTEMS["SNOMED CT"]
RXNORM = BUILT_IN_SYSTEMS["RxNorm"]
UCUM = "http://unitsofmeasure.org"

UNRELATED = Code(RXNORM, "314076")  # a product that some list of the files names, but no fact here


def reading(record: RecordType, system: str, *codes: str, **more: Any) -> Reading:
    return Reading(record, tuple(ListedCode(Code(system, code)) for code in codes), **more)


def quantity(name: str, unit: str, code: str, **more: Any) -> FactDefinition:
    return FactDefinition(name, "quantity", unit=unit, readings=(reading("observation", LOINC, code),), **more)


def yes_no(name: str, *readings: Reading, **more: Any) -> FactDefinition:
    return FactDefinition(name, "yes_no", readings=readings, **more)


PHOSPHORUS = quantity(
    "phosphorus",
    "mg/dL",
    "2777-1",
    window=Duration(31, "day"),
    plausible=(Fraction(1, 2), Fraction(20)),
    conversions=(Conversion("mmol/L", Fraction("3.0974"), Fraction(0)),),
)
PTH = quantity(
    "pth",
    "pg/mL",
    "2731-8",
    window=Duration(92, "day"),
    plausible=(Fraction(1), Fraction(10000)),
    conversions=(Conversion("pmol/L", 1 / Fraction("0.106"), Fraction(0)),),
)
PAIN = quantity("pain", "{score}", "72514-3")
WARFARIN = yes_no("warfarin", reading("medication", RXNORM, "11289", "855332"), absent_means_no=True)
CALCIPHYLAXIS = yes_no("calciphylaxis", reading("condition", SNOMED, "1001"))
LISTED_DIAGNOSIS = yes_no("mitral_stenosis", reading("condition", SNOMED, "79619009"), absent_means_no=True)
DIALYSIS = yes_no("dialysis", reading("procedure", SNOMED, "302497006"), window=Duration(31, "day"))
ALLERGY = yes_no("sulfite_allergy", reading("allergy", SNOMED, "2001"))
PREGNANT = yes_no("pregnant", reading("observation", LOINC, "82810-3"))
SEVERITY = FactDefinition(
    "severity",
    "choice",
    readings=(reading("observation", SNOMED, "3001"),),
    choices=(
        Choice("moderate", "Moderate", (ListedCode(Code(SNOMED, "6736007")),)),
        Choice("severe", "Severe", (ListedCode(Code(SNOMED, "24484000")),)),
    ),
)
TRANSPLANTED = FactDefinition("transplanted", "date", readings=(reading("procedure", SNOMED, "70536003"),))
NOTE = FactDefinition("note", "text")
SESSIONS = FactDefinition("sessions", "number")

PERSON = (
    FactDefinition("birth_date", "date", patient_field="birth_date"),
    FactDefinition("deceased", "yes_no", patient_field="deceased", absent_means_no=True),
    FactDefinition(
        "sex", "choice", patient_field="sex", choices=tuple(Choice(s, None, ()) for s in ("female", "male", "other"))
    ),
)

ALL = (
    PHOSPHORUS,
    PTH,
    PAIN,
    WARFARIN,
    CALCIPHYLAXIS,
    LISTED_DIAGNOSIS,
    DIALYSIS,
    ALLERGY,
    PREGNANT,
    SEVERITY,
    TRANSPLANTED,
    NOTE,
    SESSIONS,
    *PERSON,
)


def network(*facts: FactDefinition) -> Network:
    """A network with these facts (all of the above if none are named) and no rules."""
    facts = facts or ALL
    listed = [code.code for fact in facts for each in fact.readings for code in each.codes]
    return Network(
        name="test",
        version="1.0.0",
        title=None,
        effective=None,
        retired=None,
        hash="0" * 64,
        sources=(),
        parameters=(),
        facts={fact.name: fact for fact in facts},
        derived={},
        interventions={},
        rules={},
        scope="always",
        nodes={},
        strata=(),
        known_codes=frozenset([*listed, UNRELATED]),
    )


def read(source: Any, *facts: FactDefinition, **more: Any) -> PatientInput:
    return read_patients(network(*facts), source, **{"as_of": AS_OF, **more})


def one(source: Any, *facts: FactDefinition, **more: Any) -> FactSet:
    """The only patient of an input that has no errors."""
    found = read(source, *facts, **more)
    assert not found.report.findings
    (patient,) = found.patients
    return patient


def state(source: Any, definition: FactDefinition, **more: Any) -> FactState:
    return one(source, *(fact if fact.name != definition.name else definition for fact in ALL), **more).states[
        definition.name
    ]


def reasons(of: FactState) -> list[Reason]:
    return [cause.reason for cause in of.causes]


def point(text: str) -> Interval:
    return Interval.point(Fraction(text))


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def absent_means_no(definition: FactDefinition) -> FactDefinition:
    return replace(definition, absent_means_no=True)


def bundle(*resources: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p1", **more}


def resource(kind: str, system: str, code: str, /, **more: Any) -> dict[str, Any]:
    """A resource of patient p1 with a code and no status."""
    field = "medicationCodeableConcept" if kind.startswith("Medication") else "code"
    subject = "patient" if kind == "AllergyIntolerance" else "subject"
    coding = {"coding": [{"system": system, "code": code}]}
    return {"resourceType": kind, "id": "r1", field: coding, subject: {"reference": "Patient/p1"}, **more}


def observation(code: str, value: Any = None, unit: str | None = "mg/dL", when: Any = "2024-05-20", **more: Any) -> Any:
    found = resource("Observation", LOINC, code, status="final", **more)
    if when is not None:
        found["effectiveDateTime"] = when
    if value is not None:
        found["valueQuantity"] = {"value": value}
        if unit is not None:
            found["valueQuantity"] |= {"unit": "any words", "system": UCUM, "code": unit}
    return found


def status(kind: str, clinical: str | None, verification: str | None = "confirmed") -> dict[str, Any]:
    """Clinical and verification status of a Condition or AllergyIntolerance."""
    found: dict[str, Any] = {}
    if clinical is not None:
        found["clinicalStatus"] = {"coding": [{"system": f"urn:{kind}-clinical", "code": clinical}]}
    if verification is not None:
        found["verificationStatus"] = {"coding": [{"system": f"urn:{kind}-verification", "code": verification}]}
    return found


def names(found: Sequence[FactSet]) -> list[str]:
    return [each.patient for each in found]

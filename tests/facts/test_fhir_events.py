"""Diagnoses, medications, procedures and allergies in FHIR records, and what their absence means."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from guidelang.facts import FactState, Reason
from guidelang.network.ir import FactDefinition, Reading
from guidelang.quantity import Interval

from .guideline import (
    ALLERGY,
    CALCIPHYLAXIS,
    DIALYSIS,
    LISTED_DIAGNOSIS,
    RXNORM,
    SNOMED,
    TRANSPLANTED,
    UNRELATED,
    WARFARIN,
    absent_means_no,
    bundle,
    one,
    patient,
    reading,
    reasons,
    resource,
    state,
    status,
    yes_no,
)


def record(*resources: Any) -> dict[str, Any]:
    return bundle(patient(), *(found | {"id": f"r{n}"} for n, found in enumerate(resources)))


def condition(clinical: str | None = "active", verification: str | None = "confirmed", **more: Any) -> Any:
    return resource("Condition", SNOMED, "1001", **status("condition", clinical, verification), **more)


def order(code: str = "855332", status: str | None = "active", **more: Any) -> Any:
    return resource("MedicationRequest", RXNORM, code, status=status, authoredOn="2024-03-01", **more)


def outcome(found: FactState) -> Any:
    """True, False with how, or the reasons."""
    if found.value is None:
        return reasons(found)
    return found.value if found.value is True else found.how


UNSUPPORTED = [Reason.UNSUPPORTED_STATUS]
NOTHING = [Reason.NO_RECORD]
UNLISTED = [Reason.UNLISTED_CODE]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (condition("active"), True),
        (condition("recurrence"), True),
        (condition("relapse"), True),
        (condition("active", None), True),
        (condition("active", onsetDateTime="2010"), True),
        (condition("inactive"), NOTHING),
        (condition("resolved"), NOTHING),
        (condition("remission"), NOTHING),
        (condition("active", "entered-in-error"), NOTHING),
        (condition("active", "refuted"), "asserted"),
        (condition(None, "refuted"), "asserted"),
        (condition("active", "unconfirmed"), UNSUPPORTED),
        (condition("active", "provisional"), UNSUPPORTED),
        (condition("active", "differential"), UNSUPPORTED),
        (condition(None), UNSUPPORTED),
        (condition("whatever"), UNSUPPORTED),
        (condition(None, abatementDateTime="2023"), NOTHING),
        (condition(None, abatementString="last year"), NOTHING),
        (condition("active", abatementDateTime="2023"), NOTHING),
        (condition("active", abatementPeriod={"end": "2023-05-01"}), NOTHING),
        (condition("active", abatementDateTime="2025"), True),
        (condition(None, abatementDateTime="2025"), UNSUPPORTED),
        (condition("active", abatementDateTime="2024"), [Reason.IMPRECISE_DATE]),
        (condition("active", onsetDateTime="2024-06-02"), NOTHING),
        (condition() | {"clinicalStatus": "active"}, UNSUPPORTED),
    ],
)
def test_conditions(found: Any, expected: Any) -> None:
    assert outcome(state(record(found), CALCIPHYLAXIS)) == expected


HL7 = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def codings(*codings: tuple[str, str]) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


@pytest.mark.parametrize(
    ("verification", "value"),
    [
        (codings(("urn:l", "confirmed"), (HL7, "refuted")), False),
        (codings((HL7, "refuted"), ("urn:l", "confirmed")), False),
        (codings(("urn:l", "X"), (HL7, "confirmed")), True),
        (codings(("urn:l", "X")), None),
        ({"text": "Refuted"}, None),
        ({"coding": [{"display": "Refuted"}]}, None),
        ({}, True),
    ],
)
def test_the_status_is_the_code_of_the_system_that_defines_it(verification: Any, value: bool | None) -> None:
    made = condition() | {"verificationStatus": verification}
    assert one(bundle(patient(), made)).states["calciphylaxis"].value is value
    clinical = condition() | {"clinicalStatus": {"text": "resolved"}}
    assert one(bundle(patient(), clinical)).states["calciphylaxis"].value is None


@pytest.mark.parametrize("first", [True, False])
def test_any_coding_that_says_entered_in_error_takes_it_out(first: bool) -> None:
    codes = [("urn:l", "X"), (HL7, "entered-in-error")]
    made = condition() | {"verificationStatus": codings(*(reversed(codes) if first else codes))}
    for verification in ((), ("any",)):
        asked = yes_no("f", reading("condition", SNOMED, "1001", verification=verification), absent_means_no=True)
        assert one(bundle(patient(), made), asked).states["f"].value is False
    worded = condition() | {"verificationStatus": {"text": "entered in error"}}
    assert one(bundle(patient(), worded), asked).states["f"].value is None


def test_a_condition_may_be_asked_for_by_verification_or_status() -> None:
    def asked(**wanted: Any) -> Any:
        return replace(CALCIPHYLAXIS, readings=(reading("condition", SNOMED, "1001", **wanted),))

    suspected = asked(verification=("unconfirmed", "provisional"))
    assert outcome(state(record(condition("active", "provisional")), suspected)) is True
    assert outcome(state(record(condition("active", "confirmed")), suspected)) == NOTHING
    past = asked(status=("resolved",))
    assert outcome(state(record(condition("resolved", abatementDateTime="2020")), past)) is True
    assert outcome(state(record(condition("active")), past)) == NOTHING


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (order(), True),
        (order(status="stopped"), "absent"),
        (order(status="completed"), "absent"),
        (order(status="entered-in-error"), "absent"),
        (order(status="unknown"), UNSUPPORTED),
        (order(status=None), UNSUPPORTED),
        (order(doNotPerform=True), "absent"),
        (order(status="stopped", doNotPerform=True), "absent"),
        (order(UNRELATED.code), "absent"),
        (order("999"), UNLISTED),
        (order("999", status="stopped"), "absent"),
        (order("999", doNotPerform=True), "absent"),
        (order("999") | {"medicationCodeableConcept": {"text": "blood thinner"}}, UNLISTED),
        (order("999") | {"medicationCodeableConcept": {"coding": [{"code": "855332"}]}}, UNLISTED),
        (order("999") | {"medicationCodeableConcept": {"coding": ["warfarin"]}}, UNLISTED),
        (resource("MedicationStatement", RXNORM, "855332", status="active"), True),
        (resource("MedicationStatement", RXNORM, "855332", status="not-taken"), "asserted"),
        (resource("MedicationStatement", RXNORM, "999", status="not-taken"), "absent"),
        (resource("MedicationStatement", RXNORM, "855332", status="unknown"), UNSUPPORTED),
        (resource("MedicationStatement", RXNORM, "855332", status="intended"), "absent"),
    ],
)
def test_medications(found: Any, expected: Any) -> None:
    assert outcome(state(record(found), WARFARIN)) == expected


def test_a_medication_may_be_referred_to() -> None:
    medicine = {"code": {"coding": [{"system": RXNORM, "code": "855332"}]}, "resourceType": "Medication", "id": "m1"}
    named = order() | {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m1"}}
    assert outcome(state(bundle(patient(), medicine, named), WARFARIN)) is True
    contained = named | {"contained": [medicine], "medicationReference": {"reference": "#m1"}}
    assert outcome(state(bundle(patient(), contained), WARFARIN)) is True
    lost = one(bundle(patient(), named))
    assert outcome(lost.states["warfarin"]) == UNLISTED
    assert any(problem.field == "medicationReference" for problem in lost.problems)


def test_asserted_yes_and_no_are_conflicting_and_yes_beats_undecidable() -> None:
    not_taken = resource("MedicationStatement", RXNORM, "855332", status="not-taken")
    assert outcome(state(record(order(), not_taken), WARFARIN)) == [Reason.CONFLICTING]
    assert outcome(state(record(order(), order("999"), order(status="unknown")), WARFARIN)) is True
    assert outcome(state(record(not_taken, order(status="unknown")), WARFARIN)) == UNSUPPORTED
    assert outcome(state(record(not_taken, order("999")), WARFARIN)) == "asserted"


def test_absence_means_no_only_where_the_type_was_read_or_declared() -> None:
    nothing = state(record(), WARFARIN)
    assert outcome(nothing) == NOTHING
    assert "--complete medication" in nothing.causes[0].detail
    for word in ("medication", "MedicationRequest", "MedicationStatement", "all"):
        assert outcome(state(record(), WARFARIN, complete=(word,))) == "absent"
    assert outcome(state(record(condition()), WARFARIN)) == NOTHING
    assert outcome(state(record(order(UNRELATED.code)), WARFARIN)) == "absent"
    two_types = replace(WARFARIN, readings=(*WARFARIN.readings, reading("condition", SNOMED, "1")))
    assert outcome(state(record(order(UNRELATED.code)), two_types)) == NOTHING
    assert outcome(state(record(order("999")), two_types, complete=("condition",))) == UNLISTED


def test_an_unlisted_code_is_named() -> None:
    unlisted = order() | {
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "999", "display": "Warf\u200barin 3 MG"}]}
    }
    found = state(record(unlisted), WARFARIN)
    assert found.causes[0].detail.startswith("Warfarin 3 MG (RxNorm 999)")
    assert [result.value for result in found.history] == [None]


def test_complete_lists_leave_only_other_systems_open() -> None:
    complete = replace(WARFARIN, codes_complete=True)
    assert outcome(state(record(order("999")), complete)) == "absent"
    other = order() | {"medicationCodeableConcept": {"coding": [{"system": "urn:local", "code": "7"}]}}
    assert outcome(state(record(other), complete)) == UNLISTED
    site = replace(WARFARIN, readings=(replace(WARFARIN.readings[0], list_is_parameter=True),))
    assert outcome(state(record(order("999")), site)) == "absent"
    empty = replace(WARFARIN, readings=(Reading("medication", (), list_is_parameter=True),))
    assert outcome(state(record(), empty)) == "absent"
    assert outcome(state(record(other), empty)) == "absent"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"status": "completed", "performedDateTime": "2024-05-20"}, True),
        ({"status": "completed", "performedPeriod": {"start": "2024-04-01", "end": "2024-05-20"}}, True),
        ({"status": "in-progress", "performedPeriod": {"start": "2020-04-01"}}, True),
        ({"status": "completed", "performedPeriod": {"start": "2020-04-01"}}, [Reason.STALE]),
        ({"status": "completed", "performedDateTime": "2024-03-20"}, [Reason.STALE]),
        ({"status": "completed", "performedDateTime": "2024"}, [Reason.IMPRECISE_DATE]),
        ({"status": "completed"}, [Reason.IMPRECISE_DATE]),
        ({"status": "completed", "performedString": "in spring"}, [Reason.IMPRECISE_DATE]),
        ({"status": "not-done", "performedDateTime": "2024-05-20"}, "asserted"),
        ({"status": "not-done", "performedDateTime": "2024"}, [Reason.IMPRECISE_DATE]),
        ({"status": "on-hold", "performedDateTime": "2024-05-20"}, UNSUPPORTED),
        ({"status": "stopped", "performedDateTime": "2024-05-20"}, UNSUPPORTED),
        ({"status": "stopped", "performedDateTime": "2023-05-20"}, [Reason.STALE]),
        ({"status": "preparation", "performedDateTime": "2024-05-20"}, NOTHING),
        ({"status": "completed", "performedDateTime": "2024-06-02"}, NOTHING),
    ],
)
def test_procedures_in_a_window(found: Any, expected: Any) -> None:
    assert outcome(state(record(resource("Procedure", SNOMED, "302497006", **found)), DIALYSIS)) == expected


def test_an_old_procedure_is_no_where_absence_means_no_unless_its_date_leaves_it_open() -> None:
    def dialysed(**time: Any) -> Any:
        found = resource("Procedure", SNOMED, "302497006", **({"status": "completed"} | time))
        return outcome(state(record(found), absent_means_no(DIALYSIS)))

    assert dialysed(performedDateTime="2023-05-20") == "absent"
    assert dialysed(performedDateTime="2024") == [Reason.IMPRECISE_DATE]
    assert dialysed(status="not-done", performedDateTime="2024") == "absent"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (status("allergy", "active"), True),
        (status("allergy", "inactive"), NOTHING),
        (status("allergy", "active", "unconfirmed"), UNSUPPORTED),
        (status("allergy", "active", "refuted"), "asserted"),
        (status("allergy", "active", "entered-in-error"), NOTHING),
        (status("allergy", None), UNSUPPORTED),
    ],
)
def test_allergies(found: Any, expected: Any) -> None:
    assert outcome(state(record(resource("AllergyIntolerance", SNOMED, "2001", **found)), ALLERGY)) == expected


def test_no_known_allergy_denies_every_allergy() -> None:
    none = resource("AllergyIntolerance", SNOMED, "716186003", **status("allergy", "active"))
    assert outcome(state(record(none), ALLERGY)) == "asserted"
    one_after_all = resource("AllergyIntolerance", SNOMED, "2001", **status("allergy", "active"))
    assert outcome(state(record(none, one_after_all), ALLERGY)) == [Reason.CONFLICTING]
    withdrawn = resource("AllergyIntolerance", SNOMED, "716186003", **status("allergy", "inactive"))
    assert outcome(state(record(withdrawn), ALLERGY)) == NOTHING
    other = resource("AllergyIntolerance", SNOMED, "9", **status("allergy", "active"))
    assert outcome(state(record(other), ALLERGY)) == NOTHING


def test_a_date_fact_is_the_day_of_the_newest_event() -> None:
    def transplanted(*days: str | None) -> FactState:
        made = [resource("Procedure", SNOMED, "70536003", status="completed", performedDateTime=day) for day in days]
        return state(record(*made), TRANSPLANTED)

    def ordinal(*day: int) -> Fraction:
        return Fraction(dt.date(*day).toordinal())

    assert transplanted("2010-03-01", "2020-03-01").value == Interval.point(ordinal(2020, 3, 1))
    assert transplanted("2020").value == Interval(ordinal(2020, 1, 1), ordinal(2020, 12, 31))
    assert reasons(transplanted(None)) == [Reason.IMPRECISE_DATE]


def test_the_person() -> None:
    found = one(bundle(patient(birthDate="1957-06", gender="male", deceasedDateTime="2024-06-02T01:00:00Z")))
    assert found.states["sex"].value == "male"
    assert (found.states["deceased"].value, found.states["deceased"].how) == (False, "recorded")
    assert found.birth == Interval(
        Fraction(dt.date(1957, 6, 1).toordinal()), Fraction(dt.date(1957, 6, 30).toordinal())
    )
    assert one(bundle(patient(deceasedBoolean=True))).states["deceased"].value is True
    assert one(bundle(patient(deceasedDateTime="2024-06-01"))).states["deceased"].value is True
    assert one(bundle(patient(deceasedDateTime="in May"))).states["deceased"].value is True
    assert reasons(one(bundle(patient(deceasedDateTime="2024"))).states["deceased"]) == [Reason.IMPRECISE_DATE]
    assert one(bundle(patient())).states["deceased"].how == "absent"
    assert reasons(one(bundle(patient(gender="unknown"))).states["sex"]) == [Reason.ASKED_UNKNOWN]
    malformed = one(bundle(patient(gender=1, birthDate="long ago", deceasedBoolean="no")))
    assert {problem.field for problem in malformed.problems} == {"gender", "birthDate", "deceasedBoolean"}
    assert reasons(malformed.states["deceased"]) == [Reason.ASKED_UNKNOWN]


def test_a_diagnosis_that_is_denied_and_one_that_is_unlisted() -> None:
    unlisted = resource("Condition", SNOMED, "5", **status("condition", "active"))
    assert outcome(state(record(unlisted), LISTED_DIAGNOSIS)) == UNLISTED
    refuted = resource("Condition", SNOMED, "79619009", **status("condition", "active", "refuted"))
    assert outcome(state(record(refuted), LISTED_DIAGNOSIS)) == "asserted"
    suspected = resource("Condition", SNOMED, "5", **status("condition", "active", "refuted"))
    assert outcome(state(record(suspected), LISTED_DIAGNOSIS)) == "absent"


@pytest.mark.parametrize(
    ("born", "unit", "age", "reported"),
    [
        ("1964-06-02", "a", ("59", "59"), "59 years"),
        ("1964", "a", ("59", "60"), "59 to 60 years"),
        ("1964-06-01", "mo", ("720", "720"), "60 years"),
    ],
)
def test_an_age_is_counted_to_the_evaluation_day(born: str, unit: str, age: tuple[str, str], reported: str) -> None:
    definition = FactDefinition("age_now", "quantity", unit=unit, patient_field="age")
    found = one(bundle(patient(birthDate=born)), definition).states["age_now"]
    assert found.value == Interval(*map(Fraction, age))
    assert [result.reported for result in found.used] == [reported]


@pytest.mark.parametrize(("born", "detail"), [(None, ""), ("2030", "the birth date 2030 lies after 2024-06-01")])
def test_an_age_is_unknown_before_the_birth_and_without_a_birth_date(born: str | None, detail: str) -> None:
    definition = FactDefinition("age_now", "quantity", unit="a", patient_field="age")
    found = one(bundle(patient(**({"birthDate": born} if born else {}))), definition).states["age_now"]
    assert [(cause.reason, cause.detail) for cause in found.causes] == [(Reason.NO_RECORD, detail)]


def test_a_device_that_is_referred_to_is_known_by_its_type() -> None:
    device = {"resourceType": "Device", "id": "d1", "type": {"coding": [{"system": SNOMED, "code": "5001"}]}}
    asked = {
        "resourceType": "DeviceRequest",
        "id": "q1",
        "status": "active",
        "intent": "order",
        "authoredOn": "2024-05-01",
        "subject": {"reference": "Patient/p1"},
        "codeReference": {"reference": "Device/d1"},
    }
    definition = yes_no("asked_for", reading("device_request", SNOMED, "5001"))
    assert one(bundle(patient(), device, asked), definition).states["asked_for"].value is True
    device["type"]["coding"][0]["code"] = "5002"
    assert one(bundle(patient(), device, asked), definition).states["asked_for"].value is None


def test_a_condition_whose_code_has_no_system_is_told_in_its_words() -> None:
    found = condition(code={"coding": [{"code": "1001", "system": ""}], "text": "A thing"})
    outcome_ = state(record(found), absent_means_no(CALCIPHYLAXIS))
    assert [(c.reason, c.detail) for c in outcome_.causes] == [
        (Reason.UNLISTED_CODE, "A thing has a code without its system")
    ]

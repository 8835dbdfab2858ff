"""Measurements in FHIR records: codes, statuses, units, times."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from guidelang.facts import Reason
from guidelang.quantity import Interval

from .guideline import (
    LOINC,
    PAIN,
    PHOSPHORUS,
    PREGNANT,
    PTH,
    SEVERITY,
    SNOMED,
    UCUM,
    bundle,
    observation,
    one,
    patient,
    point,
    reading,
    reasons,
    resource,
    state,
)


def record(*observations: Any) -> dict[str, Any]:
    return bundle(patient(), *(found | {"id": f"o{n}"} for n, found in enumerate(observations)))


def phosphorus(*observations: Any, **more: Any) -> Any:
    return state(record(*observations), replace(PHOSPHORUS, **more))


def test_a_result_is_read_with_its_source_and_status() -> None:
    found = phosphorus(observation("2777-1", Decimal("6.1")))
    assert found.value == point("6.1")
    (result,) = found.used
    assert (result.source, result.status, result.reported) == ("Observation/o0", "final", "6.1 mg/dL")


def test_codes_match_on_system_and_code_never_on_display() -> None:
    other = observation("1-1", 6)
    other["code"] = {"coding": [{"system": LOINC, "code": "1-1", "display": "2777-1"}], "text": "Phosphorus"}
    assert reasons(phosphorus(other)) == [Reason.NO_RECORD]
    by_oid = observation("2777-1", 6)
    by_oid["code"]["coding"][0]["system"] = "urn:oid:2.16.840.1.113883.6.1"
    assert phosphorus(by_oid).value == point("6")
    second = observation("2777-1", 6)
    second["code"]["coding"].insert(0, {"system": "urn:local", "code": "P"})
    assert phosphorus(second).value == point("6")


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ({"value": 6, "system": UCUM + "/", "code": "mg/dL"}, "6"),
        ({"value": Decimal("1.78"), "unit": "mg/dL", "system": UCUM, "code": "mmol/L"}, "5.513372"),
        ({"value": 6, "code": "mg/dL"}, "6"),
        ({"value": 6, "unit": "mg/dL"}, "6"),
    ],
)
def test_the_unit_is_its_code(quantity: dict[str, Any], value: str) -> None:
    assert phosphorus(observation("2777-1", valueQuantity=quantity)).value == point(value)


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        ({"value": 6}, Reason.NO_UNIT),
        ({"value": 6, "unit": "mg per dL"}, Reason.UNIT_NOT_CONVERTIBLE),
        ({"value": 6, "system": UCUM, "code": "milligrams"}, Reason.UNIT_NOT_CONVERTIBLE),
        ({"value": 6, "system": "urn:local", "code": "mg/dL"}, Reason.UNIT_NOT_CONVERTIBLE),
        ({"value": 6, "system": UCUM, "code": "mL"}, Reason.UNIT_NOT_CONVERTIBLE),
        ({"value": 61, "system": UCUM, "code": "mg/dL"}, Reason.IMPLAUSIBLE),
        ({"value": "6", "system": UCUM, "code": "mg/dL"}, Reason.VALUE_ABSENT),
        ({"system": UCUM, "code": "mg/dL"}, Reason.VALUE_ABSENT),
        ({"value": 6, "system": UCUM, "code": "mg/dL", "comparator": "about"}, Reason.VALUE_ABSENT),
        ("6 mg/dL", Reason.VALUE_ABSENT),
    ],
)
def test_a_value_that_cannot_be_used_is_unknown_and_reported(quantity: Any, reason: Reason) -> None:
    found = one(record(observation("2777-1", valueQuantity=quantity), observation("72514-3", 4, "{score}")))
    assert reasons(found.states["phosphorus"]) == [reason]
    problem = next(problem for problem in found.problems if problem.fact == "phosphorus")
    assert (problem.patient, problem.resource, problem.reason) == ("p1", "Observation/o0", reason)
    assert problem.field
    assert problem.field.startswith("valueQuantity")
    assert found.states["pain"].value == point("4")


def test_a_unit_that_only_its_text_gives_is_noted() -> None:
    found = one(record(observation("2777-1", valueQuantity={"value": 6, "unit": "mg/dL"})))
    assert found.states["phosphorus"].used[0].note
    assert [problem.kind for problem in found.problems] == ["note"]


@pytest.mark.parametrize(
    ("quantity", "meant"),
    [
        ({"value": 40, "unit": "K/uL"}, "10*3/uL"),
        ({"value": 40, "unit": "K/uL", "code": "K/uL"}, "10*3/uL"),
        ({"value": 40, "unit": "K/uL", "system": UCUM}, "10*3/uL"),
        ({"value": 40, "unit": "mg per dL"}, "mg/dL"),
        ({"value": 40, "unit": "as usual"}, None),
    ],
)
def test_a_unit_near_one_of_ucum_gets_a_suggestion_with_and_without_a_code(
    quantity: dict[str, Any], meant: str | None
) -> None:
    fact = replace(PHOSPHORUS, unit="10*9/L", conversions=(), plausible=None)
    (problem,) = one(record(observation("2777-1", valueQuantity=quantity)), fact).problems
    assert problem.message.partition("; ")[2] == (f"did you mean `{meant}`?" if meant else "")


def test_a_pth_sent_in_the_wrong_unit_does_not_fire() -> None:
    found = state(record(observation("2731-8", 412, "ng/mL")), PTH)
    assert reasons(found) == [Reason.IMPLAUSIBLE]
    assert "412000 pg/mL" in found.causes[0].detail
    molar = state(record(observation("2731-8", 53, "pmol/L")), PTH)
    assert molar.value == point("500")


def test_a_comparator_makes_an_interval() -> None:
    low = observation("2777-1", valueQuantity={"value": 2, "comparator": "<", "system": UCUM, "code": "mg/dL"})
    found = phosphorus(low)
    assert found.value == Interval(Fraction(0), Fraction(2), high_open=True)
    assert reasons(found) == [Reason.CENSORED]


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_statuses_that_count(status: str) -> None:
    assert phosphorus(observation("2777-1", 6) | {"status": status}).value == point("6")


@pytest.mark.parametrize("status", ["registered", "preliminary", "unknown", "whatever", None])
def test_other_statuses_do_not_count_and_are_the_reason_if_there_is_nothing_else(status: str | None) -> None:
    other = observation("2777-1", 9) | {"status": status}
    assert reasons(phosphorus(other)) == [Reason.UNSUPPORTED_STATUS]


@pytest.mark.parametrize("status", ["registered", "preliminary"])
def test_a_result_that_is_none_yet_hides_no_older_one(status: str) -> None:
    other = observation("2777-1", 9, when="2024-05-20") | {"status": status}
    found = phosphorus(other, observation("2777-1", 6, when="2024-05-10"))
    assert (found.value, found.open) == (point("6"), ())


@pytest.mark.parametrize("status", ["unknown", "whatever", None])
def test_a_result_of_no_status_leaves_open_which_is_the_newest(status: str | None) -> None:
    other = observation("2777-1", 9, when="2024-05-20") | {"status": status}
    found = phosphorus(other, observation("2777-1", 6, when="2024-05-10"))
    assert (found.value, reasons(found), len(found.open)) == (None, [Reason.UNSUPPORTED_STATUS], 1)
    found = phosphorus(other, observation("2777-1", 6, when="2024-05-21"))
    assert (found.value, len(found.open)) == (point("6"), 1)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_errors_are_as_if_they_were_not_there(status: str) -> None:
    assert reasons(phosphorus(observation("2777-1", 9) | {"status": status})) == [Reason.NO_RECORD]


def test_a_fact_may_ask_for_other_statuses_but_never_for_errors() -> None:
    asked = (reading("observation", LOINC, "2777-1", status=("preliminary", "entered-in-error")),)
    assert phosphorus(observation("2777-1", 9) | {"status": "preliminary"}, readings=asked).value == point("9")
    assert reasons(phosphorus(observation("2777-1", 9), readings=asked)) == [Reason.NO_RECORD]
    wrong = observation("2777-1", 9) | {"status": "entered-in-error"}
    assert reasons(phosphorus(wrong, readings=asked)) == [Reason.NO_RECORD]


def test_no_older_result_stands_in_for_a_newest_one_that_cannot_be_used() -> None:
    older, newest = observation("2777-1", 6, when="2024-05-10"), observation("2777-1", 6, None, when="2024-05-20")
    found = phosphorus(older, newest)
    assert reasons(found) == [Reason.NO_UNIT]
    assert len(found.history) == 2
    assert phosphorus(older | {"effectiveDateTime": "2024-05-30"}, newest).value == point("6")


def test_an_absent_value_says_why() -> None:
    unknown = {"coding": [{"system": "urn:x", "code": "not-performed"}], "text": "Not performed"}
    found = phosphorus(observation("2777-1", dataAbsentReason=unknown))
    assert reasons(found) == [Reason.VALUE_ABSENT]
    assert "Not performed" in found.causes[0].detail


def test_without_a_value_nobody_knows_whether_it_was_measured() -> None:
    absent = {"coding": [{"system": "urn:x", "code": "not-performed"}]}
    without = observation("2777-1", 6) | {"id": "without"}
    del without["valueQuantity"]
    found = phosphorus(observation("2777-1", dataAbsentReason=absent), without)
    assert found.history == ()
    assert len(found.open) == 2
    assert reasons(found) == [Reason.VALUE_ABSENT]


def corrected(when: str = "2024-05-20") -> dict[str, Any]:
    return observation("2777-1", 8, when=when) | {"status": "corrected", "id": "another"}


def test_values_tied_in_time() -> None:
    two = (observation("2777-1", 6), observation("2777-1", 7))
    tied = phosphorus(*two)
    assert tied.value == Interval(Fraction(6), Fraction(7))
    assert reasons(tied) == [Reason.CONFLICTING]
    assert phosphorus(*two, ties="lowest").value == point("6")
    assert phosphorus(*two, ties="highest").value == point("7")
    assert phosphorus(*two, ties="average").value == point("6.5")
    assert phosphorus(two[0], two[0]).value == point("6")
    assert phosphorus(*two, corrected()).value == Interval(Fraction(6), Fraction(8))
    assert phosphorus(two[0], corrected(), ties="highest").value == point("8")
    assert phosphorus(two[0], corrected(), ties="lowest").value == Interval(Fraction(6), Fraction(8))
    timed = observation("2777-1", 6, when="2024-05-20T10:00:00Z")
    assert phosphorus(timed, corrected("2024-05-20T10:00:00Z")).value == point("8")
    assert phosphorus(timed, corrected("2024-05-20T05:00:00-05:00")).value == point("8")
    assert phosphorus(timed, corrected("2024-05-20")).value == Interval(Fraction(6), Fraction(8))
    assert phosphorus(timed, corrected("2024-05")).value == Interval(Fraction(6), Fraction(8))
    assert phosphorus(two[0], observation("2777-1", 7, None)).value is None


def test_instants_decide_which_is_newest() -> None:
    early = observation("2777-1", 6, when="2024-05-20T23:30:00-05:00")
    late = observation("2777-1", 7, when="2024-05-21T03:00:00Z")
    assert phosphorus(early, late).value == point("6")


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ({"effectiveDateTime": "2024-05-15"}, None),
        ({"effectiveInstant": "2024-05-15T08:00:00Z"}, None),
        ({"effectivePeriod": {"start": "2024-03-01", "end": "2024-05-15"}}, None),
        ({"effectivePeriod": {"start": "2024-05-15"}}, None),
        ({"effectiveDateTime": "2024-05-01"}, None),
        ({"effectiveDateTime": "2024-04-30T23:59:00-10:00"}, Reason.STALE),
        ({"effectiveDateTime": "2024-05"}, None),
        ({"effectiveDateTime": "2024-04"}, Reason.STALE),
        ({"effectiveDateTime": "2024-06"}, Reason.IMPRECISE_DATE),
        ({"effectiveDateTime": "2024"}, Reason.IMPRECISE_DATE),
        ({"effectiveDateTime": "yesterday"}, Reason.IMPRECISE_DATE),
        ({"effectiveDateTime": 20240515}, Reason.IMPRECISE_DATE),
        ({}, Reason.IMPRECISE_DATE),
    ],
)
def test_times(time: dict[str, Any], reason: Reason | None) -> None:
    found = phosphorus(observation("2777-1", 6, when=None, **time))
    assert reasons(found) == ([reason] if reason else [])
    assert (found.value is None) == (reason is not None)


def test_a_result_of_the_future_is_left_out_with_a_warning() -> None:
    found = one(record(observation("2777-1", 6, when="2024-06-02")))
    assert reasons(found.states["phosphorus"]) == [Reason.NO_RECORD]
    assert "left out" in found.warnings[0]


def test_components_are_results_of_their_own_codes() -> None:
    panel = resource("Observation", LOINC, "85354-9", status="final", effectiveDateTime="2024-05-20")
    panel["component"] = [
        {"code": {"coding": [{"system": LOINC, "code": "2777-1"}]}, "valueQuantity": {"value": 6}},
        {
            "code": {"coding": [{"system": LOINC, "code": "72514-3"}]},
            "valueQuantity": {"value": 4, "system": UCUM, "code": "{score}"},
        },
        {"code": {"coding": [{"system": LOINC, "code": "2731-8"}]}, "dataAbsentReason": {"text": "clotted"}},
    ]
    found = one(record(panel))
    assert reasons(found.states["phosphorus"]) == [Reason.NO_UNIT]
    assert found.states["pain"].value == point("4")
    assert found.states["pain"].used[0].source == "Observation/o0 component[1]"
    assert reasons(found.states["pth"]) == [Reason.VALUE_ABSENT]
    panel_itself = replace(PAIN, readings=(reading("observation", LOINC, "72514-3", "85354-9"),))
    assert state(record(panel), panel_itself).value == point("4")


def test_integers_answers_and_choices() -> None:
    def pain(**value: Any) -> Any:
        return state(record(observation("72514-3", **value)), PAIN)

    assert pain(valueInteger=7).value == point("7")
    assert reasons(pain(valueString="7")) == [Reason.VALUE_ABSENT]
    assert reasons(pain(valueRange={})) == [Reason.VALUE_ABSENT]
    assert reasons(phosphorus(observation("2777-1", valueInteger=6))) == [Reason.NO_UNIT]

    def pregnant(**value: Any) -> Any:
        return state(record(observation("82810-3", **value)), PREGNANT)

    assert pregnant(valueBoolean=True).value is True
    assert (pregnant(valueBoolean=False).value, pregnant(valueBoolean=False).how) == (False, "asserted")
    yes = {"coding": [{"system": SNOMED, "code": "373066001"}]}
    assert pregnant(valueCodeableConcept=yes).value is True
    assert reasons(pregnant(valueCodeableConcept={"text": "yes"})) == [Reason.UNLISTED_CODE]
    assert reasons(pregnant(valueQuantity={"value": 1})) == [Reason.VALUE_ABSENT]

    def severity(*answers: str) -> Any:
        coded = {"coding": [{"system": SNOMED, "code": code} for code in answers]}
        when = {"status": "final", "effectiveDateTime": "2024-05-20", "valueCodeableConcept": coded}
        return state(record(resource("Observation", SNOMED, "3001", **when)), SEVERITY)

    assert severity("24484000").value == "severe"
    assert reasons(severity("1")) == [Reason.UNLISTED_CODE]
    assert reasons(severity("24484000", "6736007")) == [Reason.CONFLICTING]


def test_the_newest_answer_of_a_yes_or_no_observation_counts() -> None:
    yes = observation("82810-3", valueBoolean=True, when="2024-03-01")
    no = observation("82810-3", valueBoolean=False, when="2024-05-01")
    assert state(record(yes, no), PREGNANT).value is False
    assert reasons(state(record(yes, no | {"effectiveDateTime": "2024-03-01"}), PREGNANT)) == [Reason.CONFLICTING]
    assert reasons(state(record(yes, no | {"effectiveDateTime": None}), PREGNANT)) == [Reason.IMPRECISE_DATE]


def test_numbers_stay_the_decimals_that_were_written() -> None:
    text = '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "p1"}}, {"resource": '
    text += '{"resourceType": "Observation", "id": "o", "status": "final", "subject": {"reference": "Patient/p1"}, '
    text += '"effectiveDateTime": "2024-05-20", "code": {"coding": [{"system": "http://loinc.org", "code": "2777-1"}]},'
    text += '"valueQuantity": {"value": 5.500, "system": "http://unitsofmeasure.org", "code": "mg/dL"}}}]}'
    found = state(text, PHOSPHORUS)
    assert found.value == point("5.5")
    assert found.used[0].reported == "5.500 mg/dL"
    assert found.used[0].precision == Fraction("0.0005")


def test_the_evaluation_day_is_a_parameter() -> None:
    made = record(observation("2777-1", 6, when="2020-01-15"))
    assert state(made, PHOSPHORUS, as_of=dt.date(2020, 1, 15)).value == point("6")
    assert reasons(state(made, PHOSPHORUS, as_of=dt.date(2020, 3, 1))) == [Reason.STALE]


def test_a_day_that_is_no_day_says_so() -> None:
    day = replace(PAIN, type="date", unit=None)
    for told, value in (("2024-04-05", point(str(dt.date(2024, 4, 5).toordinal()))), ("soon", None)):
        found = state(record(observation("72514-3", valueDateTime=told)), day)
        assert found.value == value
        assert [(c.reason, c.detail.split(";")[0]) for c in found.causes] == (
            [] if value else [(Reason.VALUE_ABSENT, "`soon` is no date or time")]
        )


@pytest.mark.parametrize(("word", "told"), [("registered", "status registered"), ("odd", "`odd` is no status")])
def test_a_status_that_decides_nothing_is_a_problem_of_that_field(word: str, told: str) -> None:
    found = one(record(observation("2777-1", 6) | {"status": word}))
    assert [(problem.field, problem.reason) for problem in found.problems] == [("status", Reason.UNSUPPORTED_STATUS)]
    assert [c.detail for c in found.states["phosphorus"].causes] == [f"LOINC 2777-1: {told}"]

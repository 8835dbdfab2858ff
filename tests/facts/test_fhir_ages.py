"""When a diagnosis began that the record dates by the patient's age; and what has no date on a past day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from guidelang.facts import FactState, Reason, read_patients
from guidelang.facts.place import UNDATED

from .readings import AS_OF, concept, condition, finding, network, resource


def state(
    clauses: str, *resources: Any, birth: str | None = "1960-02-29", is_a: str = "yes or no", **more: Any
) -> FactState:
    patient = {"resourceType": "Patient", "id": "p1"} | ({"birthDate": birth} if birth else {})
    found = read_patients(network(clauses, is_a), [patient, *resources], **{"as_of": AS_OF, **more})
    (facts,) = found.patients
    return facts.states["f"]


def age(value: Any, code: str = "a", **more: Any) -> dict[str, Any]:
    return {"value": value, "system": "http://unitsofmeasure.org", "code": code, **more}


@pytest.mark.parametrize(
    ("onset", "birth", "first", "last"),
    [
        ({"onsetAge": age(50)}, "1960-05-05", "2010-05-05", "2011-05-04"),
        ({"onsetAge": age(50.5)}, "1960-05-05", "2010-05-05", "2011-05-04"),
        ({"onsetAge": age(1)}, "1960-02-29", "1961-03-01", "1962-02-28"),
        ({"onsetAge": age(3, "mo")}, "1960-11-30", "1961-03-01", "1961-03-29"),
        ({"onsetAge": age(2, "wk")}, "1960-05-05", "1960-05-19", "1960-05-25"),
        ({"onsetAge": age(30, "h")}, "1960-05-05", "1960-05-06", "1960-05-07"),
        ({"onsetAge": age(73_200, "h")}, "1960-05-05", "1968-09-10", "1968-09-11"),
        ({"onsetAge": age(73_201, "h")}, "1960-05-05", "0001-01-01", "2022-02-02"),  # no age is given so
        ({"onsetAge": age(50)}, "1960", "2010-01-01", "2011-12-30"),
        ({"onsetRange": {"low": age(40), "high": age(45)}}, "1960-05-05", "2000-05-05", "2006-05-04"),
        ({"onsetRange": {"low": age(40)}}, "1960-05-05", "0001-01-01", "2022-02-02"),
        ({"onsetRange": {"low": age(45), "high": age(40)}}, "1960-05-05", "0001-01-01", "2022-02-02"),
        ({"onsetAge": age(50)}, None, "0001-01-01", "2022-02-02"),
        ({"onsetAge": age(50, comparator="<")}, "1960-05-05", "0001-01-01", "2022-02-02"),
        ({"onsetAge": age(50, "parsec")}, "1960-05-05", "0001-01-01", "2022-02-02"),
        ({"onsetAge": age(-1)}, "1960-05-05", "0001-01-01", "2022-02-02"),
        ({"onsetAge": age(1e9)}, "1960-05-05", "0001-01-01", "2022-02-02"),
        ({"onsetAge": {}}, "1960-05-05", "0001-01-01", "2022-02-02"),
    ],
)
def test_an_onset_by_age_lies_on_some_day_of_that_age(onset: Any, birth: str | None, first: str, last: str) -> None:
    diagnosis = condition(onsetDateTime=None, recordedDate="2022-02-02", **onset)
    (result,) = state("from condition in things", diagnosis, birth=birth).history
    assert result.moment is not None
    assert (result.moment.first_day.isoformat(), result.moment.last_day.isoformat()) == (first, last)
    assert result.course is not None
    assert result.course.begins == result.moment


def test_an_abatement_by_age_ends_it() -> None:
    over = condition(abatementAge=age(61))
    (result,) = state("from condition in things with any status", over).history
    assert result.course is not None
    assert result.course.ends is not None
    assert result.course.ends.text == "2021 to 2022"


def allergy(clinical: str, **more: Any) -> dict[str, Any]:
    return resource("AllergyIntolerance", clinicalStatus=concept(clinical, "urn:clinical"), **more)


def request(status: str, **more: Any) -> dict[str, Any]:
    return resource("MedicationRequest", status=status, intent="order", **more)


STANDS = [
    ("from condition in things", condition(onsetDateTime=None)),
    ("from condition in things", condition("recurrence", onsetDateTime=None, onsetString="as a child")),
    ("from condition in things", condition(onsetDateTime=None, onsetAge={"value": 50, "code": "parsec"})),
    ("from allergy in things", allergy("active")),
    ("from medication request in things", request("active")),
    ("from medication statement in things", resource("MedicationStatement", status="active")),
]
HAPPENED = [
    ("from condition in things", condition(onsetDateTime="2024-13-45")),
    ("from condition in things with any status", condition("resolved", onsetDateTime=None)),
    ("from condition in things timed by recorded", condition(onsetDateTime=None)),
    ("from allergy in things with any status", allergy("resolved")),
    ("from medication request in things with any status", request("completed")),
    ("from medication statement in things", resource("MedicationStatement", status="active", effectiveDateTime="x")),
    ("from medication dispense in things", resource("MedicationDispense", status="completed")),
    ("from procedure in things", resource("Procedure", status="completed")),
    ("from immunization in things", resource("Immunization", status="completed")),
    ("from encounter in things", resource("Encounter", status="finished")),
    ("from observation in things with any value", finding(effectiveDateTime=None)),
]
PAST = AS_OF + dt.timedelta(days=1)


@pytest.mark.parametrize(("clauses", "record"), STANDS)
def test_what_stands_by_its_status_and_has_no_date_stands_on_a_past_day_too(clauses: str, record: Any) -> None:
    """A status is the record's, not that of a past day."""
    for today in (None, AS_OF, PAST):
        found = state(clauses, record, today=today)
        assert found.value is True
        (result,) = found.used
        assert result.moment is not None
        assert result.moment.text == UNDATED  # that it is there says nothing of when it began


@pytest.mark.parametrize(("clauses", "record"), HAPPENED)
def test_what_happened_and_has_no_date_may_have_come_after_a_past_day(clauses: str, record: Any) -> None:
    clauses += "\nabsent means no"
    assert state(clauses, record).value is True
    assert state(clauses, record, today=AS_OF).value is True
    past = state(clauses, record, today=PAST)
    assert (past.value, [cause.reason for cause in past.causes]) == (None, [Reason.IMPRECISE_DATE])


def test_what_was_ruled_out_on_no_date_leaves_a_past_day_open() -> None:
    refuted = condition(onsetDateTime=None, verificationStatus=concept("refuted", "urn:verification"))
    assert state("from condition in things", refuted).value is False
    assert state("from condition in things", refuted, today=PAST).value is None


@pytest.mark.parametrize("clinical", ["active", "resolved", None])
@pytest.mark.parametrize("absence", ["", "\nabsent means no"])
def test_an_allergy_refuted_on_no_date_is_a_no_on_a_past_day_too(clinical: str | None, absence: str) -> None:
    """By its status, as "no known allergy" is."""
    refuted = allergy("active", verificationStatus=concept("refuted", "urn:verification"))
    if clinical is None:
        del refuted["clinicalStatus"]
    else:
        refuted["clinicalStatus"] = concept(clinical, "urn:clinical")
    for today in (None, AS_OF, PAST):
        found = state(f"from allergy in things{absence}", refuted, today=today)
        assert (found.value, found.how) == (False, "asserted")
    later = {**refuted, "recordedDate": "2024-06-02"}
    assert state("from allergy in things", later, today=PAST).value is None


def test_a_partial_date_that_may_lie_after_the_evaluation_day_leaves_it_open() -> None:
    assert state("from condition in things", condition(onsetDateTime="2024")).value is None
    assert state("from condition in things", condition(onsetDateTime="2023")).value is True

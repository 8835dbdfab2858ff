"""When a diagnosis began that the record dates by the patient's age; and what has no date on a past day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from guidelang.facts import FactState, Reason, read_patients

from .readings import AS_OF, condition, finding, network, resource


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


UNDATED = [
    ("from condition in things", condition(onsetDateTime=None)),
    ("from procedure in things", resource("Procedure", status="completed")),
    ("from medication request in things", resource("MedicationRequest", status="active", intent="order")),
    ("from observation in things with any value", finding(effectiveDateTime=None)),
]


@pytest.mark.parametrize(("clauses", "record"), UNDATED)
def test_what_has_no_date_may_have_come_after_a_past_day(clauses: str, record: Any) -> None:
    clauses += "\nabsent means no"
    assert state(clauses, record).value is True
    assert state(clauses, record, today=AS_OF).value is True
    past = state(clauses, record, today=AS_OF + dt.timedelta(days=1))
    assert (past.value, [cause.reason for cause in past.causes]) == (None, [Reason.IMPRECISE_DATE])


def test_a_partial_date_that_may_lie_after_the_evaluation_day_leaves_it_open() -> None:
    assert state("from condition in things", condition(onsetDateTime="2024")).value is None
    assert state("from condition in things", condition(onsetDateTime="2023")).value is True

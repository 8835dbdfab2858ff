"""How much is taken a day, and what keeps anybody from saying so."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from guidelang.facts import FactState, Reason
from guidelang.quantity import Interval

from .readings import order, resource, state

UCUM = "http://unitsofmeasure.org"


def timed(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}}


def dosage(value: Any = 1, unit: str | None = "{tablet}", system: str | None = UCUM, /, **more: Any) -> dict[str, Any]:
    quantity: dict[str, Any] = {"value": value}
    if unit is not None:
        quantity |= {"unit": unit, "code": unit, **({"system": system} if system else {})}
    return {"doseAndRate": [{"doseQuantity": quantity}], **more}


def daily(*dosages: Any, code: str = "tablet10", unit: str = "mg/d") -> FactState:
    clauses = "from medication request in tablets as daily dose"
    return state(clauses, order(code, dosageInstruction=list(dosages)), is_a=f"quantity in {unit}")


TWICE = timed(frequency=2, period=1, periodUnit="d")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (dosage(**TWICE), "20"),
        (dosage(**timed(frequency=1, frequencyMax=3, period=1, periodUnit="d")), "30"),
        (dosage(**timed(period=8, periodUnit="h")), "30"),
        (dosage(**timed(frequency=1, period=3, periodUnit="d")), Fraction(10, 3)),
        (dosage(**timed(frequency=7, period=1, periodUnit="wk")), "10"),
        (dosage(**timed(timeOfDay=["08:00", "20:00"])), "20"),
        (dosage(**timed(when=["CM", "CD", "CV"])), "30"),
        (dosage(timing={"code": {"coding": [{"code": "TID"}]}}), "30"),
        (dosage(), "10"),
        (dosage(0.5, **TWICE), "10"),
        (dosage(1, None, **TWICE), "20"),
        (dosage(1, "TAB", "urn:forms", **TWICE), "20"),
        (dosage(5, "mg", **TWICE), "10"),
        (dosage(500, "ug", **TWICE), "1"),
        ({"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2}}}], **TWICE}, "40"),
        (dosage(asNeededBoolean=True, **TWICE), "20"),
    ],
)
def test_doses_a_day_times_the_dose_times_the_strength(found: Any, expected: Any) -> None:
    assert daily(found).value == Interval.point(Fraction(expected))


def test_what_is_assumed_or_the_most_that_may_be_taken_is_said() -> None:
    (assumed,) = daily(dosage()).used
    assert assumed.note is not None
    assert "one dose a day is assumed" in assumed.note
    (needed,) = daily(dosage(asNeededBoolean=True, **TWICE)).used
    assert needed.note is not None
    assert "as needed" in needed.note
    (plain,) = daily(dosage(**TWICE)).used
    assert plain.note is None
    assert plain.reported == "20 mg/d"


def test_a_volume_holds_what_its_concentration_says() -> None:
    assert daily(dosage(5, "mL", **TWICE), code="liquid").value == Interval.point(Fraction(20))
    assert daily(dosage(1, "[tsp_us]", **TWICE), code="liquid").value is not None
    assert daily(dosage(1, "{spoon}", **TWICE), code="liquid").value is None


def test_a_patch_gives_its_rate_however_often_it_is_changed() -> None:
    every_third_day = timed(frequency=1, period=3, periodUnit="d")
    assert daily(dosage(2, "{patch}", **every_third_day), code="patch", unit="ug/h").value == Interval.point(
        Fraction(150)
    )
    assert daily(dosage(1, "{patch}"), code="patch", unit="mg/d").value == Interval.point(Fraction("1.8"))
    assert daily(dosage(1, "mg"), code="patch", unit="mg/d").value is None


@pytest.mark.parametrize(
    ("found", "code", "reason"),
    [
        ({"text": "one in the morning"}, "tablet10", Reason.VALUE_ABSENT),
        (dosage(1, "mL", **TWICE), "tablet10", Reason.UNIT_NOT_CONVERTIBLE),
        (dosage(1, "mg", "urn:other", **TWICE), "tablet10", Reason.UNIT_NOT_CONVERTIBLE),
        (dosage(**timed(frequency=2)), "tablet10", Reason.VALUE_ABSENT),
        (dosage(**timed(frequency=2, period=0, periodUnit="d")), "tablet10", Reason.VALUE_ABSENT),
        (dosage(timing={"event": ["2024-01-01"]}), "tablet10", Reason.VALUE_ABSENT),
        (dosage(timing={"code": {"text": "when it hurts"}}), "tablet10", Reason.VALUE_ABSENT),
        (
            {"doseAndRate": [{"doseQuantity": {"value": 1}}, {"doseQuantity": {"value": 2}}]},
            "tablet10",
            Reason.CONFLICTING,
        ),
    ],
)
def test_what_an_order_does_not_say_makes_it_unusable(found: Any, code: str, reason: Reason) -> None:
    (cause,) = daily(found, code=code).causes
    assert cause.reason is reason


def test_a_product_without_a_strength_is_unusable_unless_the_dose_is_the_substance() -> None:
    clauses = "from medication request in things as daily dose"
    counted = state(clauses, order(dosageInstruction=[dosage(**TWICE)]), is_a="quantity in mg/d")
    assert counted.causes[0].detail == "no strength is listed for a dose of 1 {tablet}"
    by_another_name = state(clauses, order(dosageInstruction=[dosage(1, "TAB", "urn:forms")]), is_a="quantity in mg/d")
    assert by_another_name.causes[0].detail == "no strength is listed for a dose of 1 TAB"
    weighed = state(clauses, order(dosageInstruction=[dosage(5, "mg", **TWICE)]), is_a="quantity in mg/d")
    assert weighed.value == Interval.point(Fraction(10))


def test_dosages_side_by_side_add_up_and_those_that_follow_each_other_leave_it_open() -> None:
    morning, evening = dosage(2), dosage(1)
    assert daily(morning, evening).value == Interval.point(Fraction(30))
    found = daily({**morning, "sequence": 1}, {**evening, "sequence": 2})
    assert found.value == Interval(Fraction(10), Fraction(20))
    (cause,) = found.causes
    assert (cause.reason, cause.detail) == (
        Reason.CONFLICTING,
        "dosages that follow each other: 20 mg/d, then 10 mg/d",
    )
    assert daily({**morning, "sequence": 1}, {**morning, "sequence": 2}).value == Interval.point(Fraction(20))
    assert daily({**morning, "sequence": 1}, {"text": "less", "sequence": 2}).value is None


def test_statements_have_a_dose_too() -> None:
    found = resource("MedicationStatement", "tablet10", status="active", dosage=[dosage(**TWICE)])
    given = state("from medication in tablets as daily dose", found, is_a="quantity in mg/d")
    assert given.value == Interval.point(Fraction(20))

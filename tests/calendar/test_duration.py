"""Durations, the days before, and completed units."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.calendar import (
    DURATION_WORDS,
    Duration,
    DurationUnit,
    completed,
    less,
    minus,
    parse_duration_unit,
    plus,
)


@pytest.mark.parametrize(
    ("day", "count", "unit", "expected"),
    [
        ("2024-05-31", 3, "month", "2024-02-29"),
        ("2023-05-31", 3, "month", "2023-02-28"),
        ("2024-02-29", 1, "year", "2023-02-28"),
        ("2024-02-29", 4, "year", "2020-02-29"),
        ("2024-01-15", 1, "month", "2023-12-15"),
        ("2024-03-01", 1, "day", "2024-02-29"),
        ("2024-03-01", 2, "week", "2024-02-16"),
        ("2024-06-01", 31, "day", "2024-05-01"),
        ("2024-06-01", 0, "year", "2024-06-01"),
        ("2024-06-01", 5000, "year", "0001-01-01"),
        ("2024-06-01", 10**30, "day", "0001-01-01"),
        ("2024-06-01", 10**30, "month", "0001-01-01"),
    ],
)
def test_days_before(day: str, count: int, unit: DurationUnit, expected: str) -> None:
    assert minus(dt.date.fromisoformat(day), Duration(count, unit)).isoformat() == expected


@pytest.mark.parametrize(
    ("unit", "start", "end", "expected"),
    [
        ("year", "1956-06-01", "2024-05-31", 67),
        ("year", "1956-06-01", "2024-06-01", 68),
        ("year", "2004-02-29", "2023-02-28", 18),
        ("year", "2004-02-29", "2023-03-01", 19),
        ("year", "2004-02-29", "2024-02-28", 19),
        ("year", "2004-02-29", "2024-02-29", 20),
        ("month", "2024-01-31", "2024-02-29", 0),
        ("month", "2024-01-31", "2024-03-01", 1),
        ("month", "2023-12-15", "2024-01-15", 1),
        ("week", "2024-01-01", "2024-01-14", 1),
        ("day", "2024-02-28", "2024-03-01", 2),
        ("year", "2024-06-02", "2024-06-01", -1),
        ("week", "2024-06-02", "2024-06-01", -1),
    ],
)
def test_completed_units(unit: DurationUnit, start: str, end: str, expected: int) -> None:
    assert completed(unit, dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == expected


UNITS = st.sampled_from(["day", "week", "month", "year"])
DAYS = st.dates(min_value=dt.date(1800, 1, 1), max_value=dt.date(2200, 1, 1))


@given(DAYS, UNITS, st.integers(0, 1000))
def test_going_back_lands_no_later_and_keeps_order(day: dt.date, unit: DurationUnit, count: int) -> None:
    before = minus(day, Duration(count, unit))
    assert before <= day
    assert minus(day, Duration(count + 1, unit)) < before
    assert minus(day + dt.timedelta(days=1), Duration(count, unit)) >= before


@given(DAYS, UNITS, st.integers(0, 300))
def test_what_began_so_long_ago_is_complete_and_a_day_less_is_not(day: dt.date, unit: DurationUnit, count: int) -> None:
    start = minus(day, Duration(count, unit))
    assert completed(unit, start, day) == count
    if start.day == day.day:  # at the end of a short month several days count as the same one
        assert completed(unit, start + dt.timedelta(days=1), day) == count - 1


@given(DAYS, UNITS, st.integers(0, 1000))
def test_going_on_lands_no_earlier_and_keeps_order(day: dt.date, unit: DurationUnit, count: int) -> None:
    after, next_after = plus(day, Duration(count, unit)), plus(day + dt.timedelta(days=1), Duration(count, unit))
    assert after is not None
    assert next_after is not None
    assert day <= after <= next_after
    assert completed(unit, day, after) in {count, count - 1}  # a month after 31 January is the last of February
    if after.day == day.day:
        assert less(after, Duration(count, unit)) == day


@given(DAYS, DAYS, UNITS, st.integers(0, 300))
def test_counted_units_are_complete_exactly_if_the_start_lies_that_far_back(
    start: dt.date, end: dt.date, unit: DurationUnit, count: int
) -> None:
    back = less(end, Duration(count, unit))
    assert back is not None
    assert (completed(unit, start, end) >= count) == (start <= back)


@pytest.mark.parametrize(
    ("day", "count", "unit", "expected"),
    [
        ("2024-01-31", 1, "month", "2024-02-29"),
        ("2023-01-31", 1, "month", "2023-02-28"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2024-02-29", 4, "year", "2028-02-29"),
        ("2023-12-15", 1, "month", "2024-01-15"),
        ("2024-02-29", 1, "day", "2024-03-01"),
        ("2024-02-16", 2, "week", "2024-03-01"),
        ("9999-12-31", 1, "day", None),
        ("2024-06-01", 10**30, "month", None),
    ],
)
def test_days_after(day: str, count: int, unit: DurationUnit, expected: str | None) -> None:
    found = plus(dt.date.fromisoformat(day), Duration(count, unit))
    assert (found and found.isoformat()) == expected


def test_no_day_lies_before_the_calendar() -> None:
    assert less(dt.date.min, Duration(1, "day")) is None
    assert less(dt.date(2024, 6, 1), Duration(3000, "year")) is None


@given(DAYS, DAYS, UNITS)
def test_completed_units_grow_with_the_end(start: dt.date, end: dt.date, unit: DurationUnit) -> None:
    assert completed(unit, start, end + dt.timedelta(days=1)) - completed(unit, start, end) in {0, 1}


def test_words_and_printing() -> None:
    assert str(Duration(31, "day")) == "31 days"
    assert str(Duration(1, "month")) == "1 month"
    assert {parse_duration_unit(word) for word in DURATION_WORDS} == {"day", "week", "month", "year"}
    assert parse_duration_unit("months") == "month"
    with pytest.raises(ValueError, match="day, week, month and year"):
        parse_duration_unit("mo")
    with pytest.raises(ValueError, match="negative"):
        Duration(-1, "day")

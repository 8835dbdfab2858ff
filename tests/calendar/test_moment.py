"""Moments of reduced precision, and windows of days."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.calendar import Duration, Moment, Window, parse_moment

UTC = dt.UTC
BERLIN = ZoneInfo("Europe/Berlin")


def days(text: str) -> tuple[str, str]:
    moment = parse_moment(text, UTC)
    return moment.first_day.isoformat(), moment.last_day.isoformat()


def instants(text: str, zone: dt.tzinfo = UTC) -> tuple[str, str]:
    moment = parse_moment(text, zone)
    return moment.earliest.isoformat(), moment.latest.isoformat()


@pytest.mark.parametrize(
    ("text", "first", "last", "partial"),
    [
        ("2024", "2024-01-01", "2024-12-31", True),
        ("2024-02", "2024-02-01", "2024-02-29", True),
        ("2024-02-29", "2024-02-29", "2024-02-29", False),
        ("2024-02-29T08:30", "2024-02-29", "2024-02-29", False),
        ("2024-02-29T08:30:15.123456789Z", "2024-02-29", "2024-02-29", False),
        ("2024-02-29T23:30:00-05:00", "2024-02-29", "2024-02-29", False),
    ],
)
def test_days_are_those_written(text: str, first: str, last: str, partial: bool) -> None:
    assert days(text) == (first, last)
    assert parse_moment(text, UTC).is_partial is partial
    assert str(parse_moment(text, UTC)) == text


@pytest.mark.parametrize(
    ("text", "zone", "earliest", "latest"),
    [
        ("2024-06-01T10:00:00Z", BERLIN, "2024-06-01T10:00:00+00:00", "2024-06-01T10:00:00+00:00"),
        ("2024-06-01T10:00:00+02:00", UTC, "2024-06-01T08:00:00+00:00", "2024-06-01T08:00:00+00:00"),
        ("2024-06-01T10:00:00", BERLIN, "2024-06-01T08:00:00+00:00", "2024-06-01T08:00:00+00:00"),
        ("2024-06-01T10:00:00.5Z", UTC, "2024-06-01T10:00:00.500000+00:00", "2024-06-01T10:00:00.500000+00:00"),
        ("2024-06-01T10:00Z", UTC, "2024-06-01T10:00:00+00:00", "2024-06-01T10:00:59.999999+00:00"),
        ("2024-06-01", BERLIN, "2024-05-31T22:00:00+00:00", "2024-06-01T21:59:59.999999+00:00"),
        ("2024-06", UTC, "2024-06-01T00:00:00+00:00", "2024-06-30T23:59:59.999999+00:00"),
        # the hour that the clock shows twice, and the one that it skips
        ("2024-10-27T02:30:00", BERLIN, "2024-10-27T00:30:00+00:00", "2024-10-27T01:30:00+00:00"),
        ("2024-03-31T02:30:00", BERLIN, "2024-03-31T00:30:00+00:00", "2024-03-31T01:30:00+00:00"),
        ("2016-12-31T23:59:60Z", UTC, "2016-12-31T23:59:59.999999+00:00", "2016-12-31T23:59:59.999999+00:00"),
        ("0001-01-01T00:00:00+14:00", UTC, "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59-14:00", UTC, "9999-12-31T23:59:59.999999+00:00", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_instants(text: str, zone: dt.tzinfo, earliest: str, latest: str) -> None:
    assert instants(text, zone) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        *["", "24", "2024-6-1", "2024-13", "2023-02-29", "0000", "2024-06-01 10:00:00", "2024-06-01T", "01/06/2024"],
        *["2024-06-01T24:00:00Z", "2024-06-01T10:61:00Z", "2024-06-01T10:00:61Z", "2024-06-01T10:00:00+15:00"],
        *["2024-06-01T10:00:00+02:60", "2024-06-01T10:00:00 Z", "2024-06-01Z", "٢٠٢٤", "2024-06-01\n", "9" * 10_000],
    ],
)
def test_other_forms_are_errors_that_name_the_accepted_ones(text: str) -> None:
    with pytest.raises(ValueError, match=r"no date or time.*accepted are 2024, 2024-06") as caught:
        parse_moment(text, UTC)
    assert len(str(caught.value)) < 300


def test_order_by_instants() -> None:
    morning, later = parse_moment("2024-06-01T08:00:00Z", UTC), parse_moment("2024-06-01T08:00:00-02:00", UTC)
    day = parse_moment("2024-06-01", UTC)
    assert morning.latest < later.earliest
    assert day.earliest < morning.earliest <= later.latest < day.latest
    assert parse_moment("2023", UTC).latest < day.earliest


WINDOW = Window.up_to(dt.date(2024, 6, 30), Duration(1, "month"))


@pytest.mark.parametrize(
    ("text", "inside", "older", "newer"),
    [
        ("2024-05-30", True, False, False),
        ("2024-05-29", False, True, False),
        ("2024-06-30T23:59:59-11:00", True, False, False),
        ("2024-07-01", False, False, True),
        ("2024-06", True, False, False),
        ("2024-05", None, None, False),
        ("2024-07", False, False, True),
        ("2024", None, None, None),
        ("2023", False, True, False),
        ("2025", False, False, True),
    ],
)
def test_membership_in_three_values(text: str, inside: bool | None, older: bool | None, newer: bool | None) -> None:
    moment = parse_moment(text, UTC)
    assert WINDOW.contains(moment) is inside
    assert WINDOW.is_older(moment) is older
    assert WINDOW.is_newer(moment) is newer


def test_a_window_without_limit_goes_back_for_ever() -> None:
    window = Window.up_to(dt.date(2024, 6, 30))
    assert window.contains(parse_moment("0001", UTC)) is True
    assert window.contains(parse_moment("2024", UTC)) is None
    with pytest.raises(ValueError, match="ends no earlier"):
        Window(dt.date(2024, 7, 1), dt.date(2024, 6, 30))


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_membership_is_that_of_every_day_the_moment_may_mean(a: dt.date, b: dt.date, c: dt.date, d: dt.date) -> None:
    first, last = sorted((a, b))
    begin, end = sorted((c, d))
    instant = dt.datetime(2024, 1, 1, tzinfo=UTC)
    window, moment = Window(first, last), Moment("", begin, end, instant, instant)
    everywhere = first <= begin and end <= last
    nowhere = end < first or begin > last
    assert window.contains(moment) is (True if everywhere else False if nowhere else None)


@given(st.datetimes(min_value=dt.datetime(1900, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_what_python_writes_reads_back(moment: dt.datetime, offset: int) -> None:
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=offset)))
    if aware.year < 9999:
        read = parse_moment(aware.isoformat(timespec="microseconds"), BERLIN)
        assert read.earliest == read.latest == aware
        assert read.first_day == read.last_day == moment.date()

"""When a diagnosis or allergy began: on a day, some day in a period, or at an age.

A period in which it began is one imprecise day. An onset in words says no more than that it had begun when it was
recorded. Without any onset the day on which it was recorded stands in.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import floor

from guidelang.calendar import Moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.timing import Clock
from guidelang.facts.place import UNDATED, up_to
from guidelang.quantity import from_number

_MONTHS = {"mo": 1, "month": 1, "months": 1, "a": 12, "year": 12, "years": 12}
_DAYS = {"wk": 7, "week": 7, "weeks": 7, "d": 1, "day": 1, "days": 1}
_HOURS = frozenset({"h", "hour", "hours"})
_LONGEST = 200  # years; a longer life than any, and short enough for the calendar


def begun_on(element: Element, clock: Clock, *, stands: bool = False) -> Moment:
    """The onset, else the day on which it was recorded, by which it had begun; else no date.

    `stands`: its status says that the patient has it, so that without any date it had begun by the evaluation day.
    """
    onset = stated_onset(element, clock, stands=stands)
    return onset or clock.moment_or_undated(element, "recordedDate", stands=stands)


def stated_onset(element: Element, clock: Clock, *, stands: bool = False) -> Moment | None:
    """The onset as the record has it; None where it has none.

    Of a period that has a start alone it began at the start; of one that has an end alone, some day up to it.
    """
    if element.has("onsetDateTime"):
        return clock.moment(element, "onsetDateTime")
    if element.has("onsetPeriod"):
        period = element.element("onsetPeriod")
        start, end = (None, None) if period is None else clock.ends_of(period)
        whole = None if period is None else clock.within(period)
        return whole or start or (None if end is None else _until(end)) or _before_recorded(element, clock, stands)
    if element.has("onsetAge") or element.has("onsetRange"):
        return at_age(element, clock, "onset") or _before_recorded(element, clock, stands)
    return _before_recorded(element, clock, stands) if element.has("onsetString") else None


def at_age(element: Element, clock: Clock, stem: str) -> Moment | None:
    """The days of `stem` + Age or Range, from the days on which the patient may have been born.

    An age of 50 years lasts to the day before the 51st birthday, one of 3 weeks seven days. None without a birth date,
    or for an age that cannot be read.
    """
    whole = element.element(f"{stem}Age")
    limits = element.element(f"{stem}Range")
    if whole is not None:
        low = high = whole
    elif limits is not None and limits.has("low") and limits.has("high"):
        first, last = limits.element("low"), limits.element("high")
        if first is None or last is None:
            return None
        low, high = first, last
    else:
        return None
    birth = clock.birth
    if birth is None:
        return None
    begin, end = _after(birth.first_day, low, 0), _after(birth.last_day, high, 1)
    if begin is None or end is None or end <= begin:
        return None
    end -= dt.timedelta(days=1)
    # a day earlier and later for zones, which a birth date has none of
    earliest = dt.datetime.combine(begin, dt.time.min, dt.UTC) - dt.timedelta(days=1)
    latest = dt.datetime.combine(end, dt.time.max, dt.UTC) + dt.timedelta(days=1)
    years = str(begin.year) if begin.year == end.year else f"{begin.year} to {end.year}"
    return Moment(years, begin, end, earliest, latest)


def _after(birth: dt.date, age: Element, more: int) -> dt.date | None:
    """The day on which an age is reached; with `more` units, that on which it is over."""
    number, unit = age.number("value"), age.text("code") or age.text("unit")
    if number is None or unit is None or age.has("comparator"):
        return None
    try:
        value: Fraction = from_number(number)[0]
    except ValueError:
        return None
    if not 0 <= value <= _LONGEST * 366:
        return None
    count = floor(value) + more
    if unit in _MONTHS:
        year, month = divmod(birth.month - 1 + count * _MONTHS[unit], 12)
        if year > _LONGEST:
            return None
        return _reached(birth.year + year, month + 1, birth.day)
    if unit in _DAYS:
        return birth + dt.timedelta(days=count * _DAYS[unit])
    if unit in _HOURS:  # within the days that the hours may fill
        return birth + dt.timedelta(days=floor(value / 24) + 2 * more)
    return None


def _reached(year: int, month: int, day: int) -> dt.date:
    """A day of a month, or the first of the next month where that month is too short: 29 February in common years."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return dt.date(year + month // 12, month % 12 + 1, 1)


def _before_recorded(element: Element, clock: Clock, stands: bool) -> Moment:
    recorded = clock.moment_or_undated(element, "recordedDate", stands=stands)
    return recorded if recorded.text == UNDATED else _until(recorded)


def _until(moment: Moment) -> Moment:
    """Any time up to a moment."""
    if moment.text == UNDATED:
        return moment
    early = up_to(moment.last_day, f"up to {moment.text}")
    return Moment(early.text, early.first_day, moment.last_day, early.earliest, moment.latest)

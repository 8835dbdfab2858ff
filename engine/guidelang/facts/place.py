"""Where a result lies: in the window of its fact, before it, after the evaluation day, or not surely anywhere.

A window is closed at both ends and counted in calendar units, by days as the record writes them. A partial date may
mean any of its days.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum, auto
from functools import lru_cache

from guidelang.calendar import Duration, Moment, Window, minus
from guidelang.facts.state import Cause, Reason, Result

UNDATED = "no date"
_LAST = dt.date(9998, 12, 31)  # later than any record; a little before the end of the calendar, so that zones fit


class Place(Enum):
    INSIDE = auto()
    OLDER = auto()
    FUTURE = auto()
    UNSURE = auto()


def place(result: Result, window: Duration | None, as_of: dt.date) -> Place:
    """The place of a result. One without a moment is current, so it lies inside."""
    if result.moment is None:
        return Place.INSIDE
    days = _window(as_of, window)
    if days.is_newer(result.moment):
        return Place.FUTURE
    if days.is_older(result.moment):
        return Place.OLDER
    return Place.INSIDE if days.contains(result.moment) else Place.UNSURE


@lru_cache(maxsize=256)
def _window(as_of: dt.date, length: Duration | None) -> Window:
    return Window.up_to(as_of, length)


def imprecise(result: Result, window: Duration | None, as_of: dt.date) -> Cause:
    """The cause for a result whose place is unsure."""
    moment = result.moment
    if moment is None or moment.text == UNDATED:
        return Cause(Reason.IMPRECISE_DATE, f"{result.reported} has no date")
    bounds = []
    if window is not None and moment.first_day < minus(as_of, window):
        bounds.append(f"before {minus(as_of, window)}")
    if moment.last_day > as_of:
        bounds.append(f"after {as_of}")
    return Cause(Reason.IMPRECISE_DATE, f"{result.reported} on {moment.text}, which may lie {' or '.join(bounds)}")


def undated(as_of: dt.date, *, is_past: bool = False) -> Moment:
    """A moment for a record that gives no date: any day up to the evaluation day; any day at all if that is past."""
    return up_to(_LAST if is_past else as_of, UNDATED)


def up_to(day: dt.date, text: str) -> Moment:
    """Any day up to this one."""
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    return Moment(text, first.date(), day, first, dt.datetime.combine(day, dt.time.max, tzinfo=dt.UTC))


def dated(result: Result, as_of: dt.date) -> str:
    """A result with its day and age, as a reader wants it: `6.1 mg/dL on 2024-03-01, 92 days old`."""
    moment = result.moment
    if moment is None:
        return result.reported
    if moment.text == UNDATED:
        return f"{result.reported}, no date"
    day = moment.text if moment.is_partial else moment.first_day.isoformat()
    age = (as_of - moment.last_day).days
    return f"{result.reported} on {day}, {age} day{'' if age == 1 else 's'} old"

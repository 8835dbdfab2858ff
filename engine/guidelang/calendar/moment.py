"""When something happened, as precisely as the record says.

A record may give a year, a month, a day or a time. A `Moment` keeps the text, the days it may mean as they are written
(the record's own calendar, for windows and ages) and the instants it may mean (for the order of results).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

_FORM = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-(?P<month>\d{2})"
    r"(?:-(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,12}))?)?"
    r"(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_ACCEPTED = "accepted are 2024, 2024-06, 2024-06-01, 2024-06-01T08:30:00 and 2024-06-01T08:30:00+02:00"
_LAST_OF_DAY = dt.time(23, 59, 59, 999999)
_MAX_OFFSET = 14 * 60


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time of reduced precision.

    Attributes:
        text: as the record has it.
        first_day, last_day: the days it may mean, both included, as written: an offset is not applied to them.
        earliest, latest: the instants it may mean, both included, in UTC.
    """

    text: str
    first_day: dt.date
    last_day: dt.date
    earliest: dt.datetime
    latest: dt.datetime

    @property
    def is_partial(self) -> bool:
        """Whether not even the day is known."""
        return self.first_day != self.last_day

    def __str__(self) -> str:
        return self.text


def parse_moment(text: str, zone: dt.tzinfo) -> Moment:
    """A FHIR date, dateTime or instant; a time without an offset is one in `zone`, and so is a whole day.

    Seconds may be left out, then any second of the minute is meant. Digits beyond microseconds are dropped.

    Raises:
        ValueError: for any other form, and for days and times that do not exist.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text[:60]}` is no date or time; {_ACCEPTED}")
    try:
        return _of_parts(text, match, zone)
    except ValueError as error:
        raise ValueError(f"`{text}` is no date or time: {error}; {_ACCEPTED}") from None


def _of_parts(text: str, match: re.Match[str], zone: dt.tzinfo) -> Moment:
    year = int(match["year"])
    month = int(match["month"] or 1)
    first = dt.date(year, month, int(match["day"] or 1))
    if match["hour"] is None:
        last = first
        if match["month"] is None:
            last = dt.date(year, 12, 31)
        elif match["day"] is None:
            last = dt.date(year, month, calendar.monthrange(year, month)[1])
        return _spanning(text, (first, dt.time.min), (last, _LAST_OF_DAY), zone)
    if match["zone"] is not None:
        zone = _offset(match["zone"])
    hour, minute = int(match["hour"]), int(match["minute"])
    if match["second"] is None:
        return _spanning(text, (first, dt.time(hour, minute)), (first, dt.time(hour, minute, 59, 999999)), zone)
    if match["second"] == "60":  # a leap second; the calendar of Python has none
        time = dt.time(hour, minute, 59, 999999)
    else:
        time = dt.time(hour, minute, int(match["second"]), int((match["fraction"] or "0").ljust(6, "0")[:6]))
    return _spanning(text, (first, time), (first, time), zone)


def _spanning(text: str, start: tuple[dt.date, dt.time], end: tuple[dt.date, dt.time], zone: dt.tzinfo) -> Moment:
    """The moment from a time of one day to a time of another, by the clocks of a zone.

    A clock that is set back shows an hour twice: either may be meant. One that is set forward skips an hour; a record
    that names a time within it may mean either reading too.
    """
    if isinstance(zone, dt.timezone):  # a fixed offset: no clock is ever set
        earliest = _instant(*start, zone, 0)
        latest = earliest if end == start else _instant(*end, zone, 0)
        return Moment(text, start[0], end[0], earliest, latest)
    earliest = min(_instant(*start, zone, fold) for fold in (0, 1))
    latest = max(_instant(*end, zone, fold) for fold in (0, 1))
    return Moment(text, start[0], end[0], earliest, latest)


@lru_cache(maxsize=256)
def _offset(text: str) -> dt.tzinfo:
    if text in ("Z", "+00:00", "-00:00"):
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours * 60 + minutes > _MAX_OFFSET:
        raise ValueError(f"an offset lies between -14:00 and +14:00, not {text}")
    delta = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-delta if text[0] == "-" else delta)


def _instant(day: dt.date, time: dt.time, zone: dt.tzinfo, fold: int) -> dt.datetime:
    """In UTC, so that moments of several zones compare; clamped at both ends of the calendar."""
    local = dt.datetime.combine(day, time, zone)
    if zone is dt.UTC:
        return local
    if fold:
        local = local.replace(fold=fold)
    try:
        return local.astimezone(dt.UTC)
    except OverflowError:
        end = dt.datetime.min if day.year == dt.MINYEAR else dt.datetime.max
        return end.replace(tzinfo=dt.UTC)

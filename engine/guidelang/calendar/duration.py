"""Durations in calendar units, and arithmetic with days.

A month is a month: 31 days before and one month before are different days. Durations are whole counts of one unit.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias

DurationUnit: TypeAlias = Literal["day", "week", "month", "year"]

DURATION_WORDS: dict[str, DurationUnit] = {
    "day": "day",
    "days": "day",
    "week": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "year": "year",
    "years": "year",
}
"""The words of the language for units of duration. They are no UCUM units."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of calendar units, 0 or more.

    Raises:
        ValueError: for a negative count.
    """

    count: int
    unit: DurationUnit

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a duration is not negative")

    @property
    def about_days(self) -> int:
        """About how many days, to tell which of two durations is longer; no window is ever counted with it."""
        return self.count * {"day": 1, "week": 7, "month": 30, "year": 365}[self.unit]

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def parse_duration_unit(word: str) -> DurationUnit:
    """The unit that a word names ("month", "months").

    Raises:
        ValueError: for any other word.
    """
    if word not in DURATION_WORDS:
        raise ValueError(f"`{word}` is no unit of duration; they are day, week, month and year")
    return DURATION_WORDS[word]


def plus(day: dt.date, duration: Duration) -> dt.date | None:
    """The day that lies a duration after `day`; None beyond 31 December of the year 9999.

    Months and years keep the day of the month, or take the month's last one: 31 January and a month is the last of
    February, 29 February and a year is 28 February.
    """
    return _moved(day, duration, 1)


def less(day: dt.date, duration: Duration) -> dt.date | None:
    """The day that lies a duration before `day`, as for `plus`; None before 1 January of the year 1."""
    return _moved(day, duration, -1)


def minus(day: dt.date, duration: Duration) -> dt.date:
    """The first day of a window that goes back by a duration: as `less`, but never before 1 January of the year 1."""
    return less(day, duration) or dt.date.min


def _moved(day: dt.date, duration: Duration, sign: Literal[1, -1]) -> dt.date | None:
    count = sign * duration.count
    if duration.unit in {"day", "week"}:
        ordinal = day.toordinal() + count * (7 if duration.unit == "week" else 1)
        return dt.date.fromordinal(ordinal) if 1 <= ordinal <= dt.date.max.toordinal() else None
    months = day.year * 12 + day.month - 1 + count * (12 if duration.unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def completed(unit: DurationUnit, start: dt.date, end: dt.date) -> int:
    """How many whole units lie between two days.

    A year is complete on the day of the same month and number; where that day does not exist, on the next one: who
    was born on 29 February is a year older on 1 March of a common year. If `end` lies before `start` the count is
    negative, rounded down, so that -1 means "has not begun".
    """
    if unit in {"day", "week"}:
        days = end.toordinal() - start.toordinal()
        return days if unit == "day" else days // 7
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return months if unit == "month" else months // 12

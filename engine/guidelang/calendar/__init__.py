"""Calendar time: durations, windows, ages, and moments of reduced precision.

Guidelines speak of calendar units ("within 3 months", "65 years or older"), and records of days, months and years as
somebody wrote them. So nothing here is counted in seconds: windows and ages go by the days as written in the record,
closed at both ends; instants serve only to order results. What a partial date leaves open stays open: membership in
a window is true, false or None for "may be either".

    Duration, plus, less, minus    31 days; the day three months after or before; the first day of a window
    completed                      completed years, months, weeks or days (29 February included)
    Moment, parse_moment           a FHIR date, dateTime or instant with the days and instants it may mean
    Window                         closed window of days; `contains`, `is_older`, `is_newer` in three values
"""

from __future__ import annotations

from guidelang.calendar.duration import (
    DURATION_WORDS,
    Duration,
    DurationUnit,
    completed,
    less,
    minus,
    parse_duration_unit,
    plus,
)
from guidelang.calendar.moment import Moment, parse_moment
from guidelang.calendar.window import Window

__all__ = [
    "DURATION_WORDS",
    "Duration",
    "DurationUnit",
    "Moment",
    "Window",
    "completed",
    "less",
    "minus",
    "parse_duration_unit",
    "parse_moment",
    "plus",
]

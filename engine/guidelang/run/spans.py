"""From when to when an event went on, as far as its record says, and how spans lie to each other.

Each end of a span is a set of days, and of instants where the record has a time of day. A question about two ends is
true if it holds for every pair of days they may mean, false if for none, else unknown. Since the ends of one span are
narrowed by each other first, and every question here is an `and` of bounds on either end, taking these bounds one by
one loses nothing: the answers are exact. What lies inside an event of one time, whose two ends are one unknown day,
needs one bound more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from guidelang.calendar import Moment
from guidelang.facts.state import Result
from guidelang.quantity import Interval
from guidelang.run.kleene import and_, not_
from guidelang.run.outcome import Computed, Truth

EVER = 10_000_000
"""An ordinal beyond all days: a span that runs on ends there, one that began nobody knows when may begin at -EVER."""


@dataclass(frozen=True, slots=True)
class End:
    """The days, as ordinals, that one end of a span may be; and the instants, where the record has a time of day."""

    first: int
    last: int
    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None

    @property
    def is_day(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Span:
    """From one end to the other, both included. Of an event that has one time both ends are that time."""

    begins: End
    ends: End

    @property
    def is_one_time(self) -> bool:
        """Whether both ends are the same moment, whichever it is."""
        return self.begins is self.ends


ANY_TIME = Span(End(-EVER, EVER), End(-EVER, EVER))


def span_of(result: Result, as_of: dt.date, *, lasts: bool) -> Span:
    """The span of a result; `lasts` says that one without any time is what holds now, and may have begun before.

    A result with one time is an event of that time. One without any time is of the evaluation day, or, if it lasts,
    something that was there on that day. A course that contradicts itself (an end before the beginning) says nothing.
    """
    course = result.course
    today = as_of.toordinal()
    if course is None:
        if result.moment is not None:
            end = _end(result.moment)
            return Span(end, end)
        if lasts:
            if result.value is None:
                return ANY_TIME
            return Span(End(-EVER, today), End(today, EVER))
        return Span(End(today, today), End(today, today))
    begins = End(-EVER, today) if course.begins is None else _end(course.begins)
    if course.end == "running":
        return Span(begins, End(EVER, EVER))
    ends = End(begins.first, EVER) if course.end != "dated" or course.ends is None else _end(course.ends)
    if begins.first > ends.last or (
        begins.earliest is not None and ends.latest is not None and begins.earliest > ends.latest
    ):
        return ANY_TIME
    return Span(
        _narrowed(begins, begins.first, min(begins.last, ends.last)),
        _narrowed(ends, max(ends.first, begins.first), ends.last),
    )


def days_of(first: Computed | None, last: Computed | None) -> tuple[End, End]:
    """The bounds of a period from value nodes; None is no limit, and an unknown day may be any."""
    return _bound(first, -EVER), _bound(last, EVER)


def not_after(a: End, b: End) -> Truth:
    """Whether `a` is no later than `b`: by instants where both have a time of day, else by days."""
    if a.earliest is not None and a.latest is not None and b.earliest is not None and b.latest is not None:
        if a.latest <= b.earliest:
            return True
        return False if a.earliest > b.latest else None
    if a.last <= b.first:
        return True
    return False if a.first > b.last else None


def inside(span: Span, first: End, last: End) -> Truth:
    """Whether a span lies wholly between two ends, of which the first is no later than the last."""
    return and_((not_after(first, span.begins), not_after(span.ends, last)))


def inside_other(span: Span, other: Span) -> Truth:
    """Whether a span lies wholly inside another; inside one of one time only if it has no more than a day itself."""
    truth = inside(span, other.begins, other.ends)
    if truth is None and other.is_one_time:
        return and_((truth, not_after(by_day(span.ends), by_day(span.begins))))
    return truth


def overlaps(span: Span, first: End, last: End) -> Truth:
    """Whether a span has a day (or instant) in common with what lies between two ends in their order."""
    return and_((not_after(span.begins, last), not_after(first, span.ends)))


def earlier_day(a: End, b: End) -> Truth:
    """Whether the day of `a` lies before that of `b`."""
    return not_(not_after(by_day(b), by_day(a)))


def by_day(end: End) -> End:
    return End(end.first, end.last)


def _end(moment: Moment) -> End:
    """A moment with a time of day is known to the minute at least; its text then has a `T`."""
    first, last = moment.first_day.toordinal(), moment.last_day.toordinal()
    if "T" in moment.text:
        return End(first, last, moment.earliest, moment.latest)
    return End(first, last)


def _narrowed(end: End, first: int, last: int) -> End:
    return end if (end.first, end.last) == (first, last) else replace(end, first=first, last=last)


def _bound(day: Computed | None, without: int) -> End:
    if day is None:
        return End(without, without)
    value = day.value
    if not isinstance(value, Interval):
        return End(-EVER, EVER)
    low = -EVER if value.low is None else int(value.low)
    high = EVER if value.high is None else int(value.high)
    return End(low, high)

"""When something of a record happened, and from when to when it went on.

An event that still goes on (no end, or an end to come) is current, so it has no moment: it lies in every window.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from guidelang.calendar import Moment, parse_moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.place import UNDATED, undated
from guidelang.facts.state import Course


@dataclass(frozen=True, slots=True)
class When:
    """The time of a result as `facts.state` has it: when it last was, and its course if it has one."""

    moment: Moment | None
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The evaluation day, whether it is past, the zone of times that have none, and when the patient was born."""

    as_of: dt.date
    zone: dt.tzinfo
    is_past: bool = False
    birth: Moment | None = None

    @property
    def undated(self) -> Moment:
        """The moment of what has no date, or whose dates contradict each other."""
        return undated(self.as_of, is_past=self.is_past)

    def moment(self, element: Element, *names: str) -> Moment | None:
        """The first of these dates that is there. One that cannot be read is a problem and reads as no date at all."""
        for name in names:
            if element.content.get(name) is None:
                continue
            text = element.text(name)
            if text is None:
                return self.undated
            try:
                return parse_moment(text, self.zone)
            except ValueError as error:
                element.problem(name, f"{name}: {error}")
                return self.undated
        return None

    def moment_or_undated(self, element: Element, *names: str, stands: bool = False) -> Moment:
        """As `moment`; an event without any of these dates may lie on any day. For `stands` see `without_date`."""
        return self.moment(element, *names) or self.without_date(stands=stands)

    def without_date(self, *, stands: bool) -> Moment:
        """The moment of what has no date at all. `stands`: its status says that it holds.

        A status is that of the record and not of a past day, so that what stands had begun by any evaluation day.
        """
        return undated(self.as_of) if stands else self.undated

    def of(
        self, element: Element, stem: str, *, fallback: str | None = None, ongoing: bool = False, stands: bool = False
    ) -> Moment | None:
        """The time of an event from `stem` + DateTime, Instant or Period, else from the field `fallback`.

        None is "current": the event is ongoing and has begun, by what is known of it or by an end that lies ahead. An
        event without any date may lie on any day; for `stands` see `without_date`.
        """
        moment = self.moment(element, f"{stem}DateTime", f"{stem}Instant")
        if moment is not None:
            return moment
        period = element.element(f"{stem}Period")
        if period is not None:
            start, end = self.ends_of(period)
            if UNDATED in (start and start.text, end and end.text):
                return self.undated
            begun = start is not None and start.last_day <= self.as_of
            if begun and end is not None and end.first_day > self.as_of:
                return None  # it goes on: the evaluation day lies within it
            if ongoing and begun and (end is None or end.last_day > self.as_of):
                return None
            if end is not None and not (ongoing and end.first_day > self.as_of):
                return end
            if start is not None:
                return start
        if fallback is not None:
            moment = self.moment(element, fallback)
            if moment is not None:
                return moment
        return self.without_date(stands=stands)

    def course(self, period: Element | None, *, ongoing: bool) -> Course | None:
        """The course of a Period; None where it has neither start nor end.

        Without an end it is running, if what is known of it says that it may be. An end that cannot be read tells
        nothing; of one that ends before it begins neither is known.
        """
        if period is None:
            return None
        begins, ends = self.ends_of(period)
        if ends is not None and ends.text == UNDATED:
            return Course(begins, "unknown")
        if begins is None and ends is None:
            return None
        if ends is None:
            return Course(begins, "running" if ongoing else "unknown")
        return Course(begins, "dated", ends)

    def ends_of(self, period: Element) -> tuple[Moment | None, Moment | None]:
        """Start and end of a Period; one that ends before it begins may have been at any time, and is a problem."""
        start, end = self.moment(period, "start"), self.moment(period, "end")
        if start is None or end is None or UNDATED in (start.text, end.text) or not is_before(end, start):
            return start, end
        period.problem("end", f"it ends on {end.text}, before it begins on {start.text}; neither is used")
        return self.undated, self.undated

    def within(self, period: Element) -> Moment | None:
        """One moment that lies somewhere in a Period, from its start to its end; None where it lacks one of them."""
        start, end = self.ends_of(period)
        if start is None or end is None:
            return None
        return self.undated if UNDATED in (start.text, end.text) else spanning(start, end)

    def last(self, course: Course) -> Moment | None:
        """When a course last was: None while it goes on, its beginning where it lies ahead or its end is not known."""
        begins, ends = course.begins, course.ends
        if begins is not None and (begins.last_day > self.as_of or course.end == "unknown"):
            return begins
        if ends is not None:
            return ends if ends.first_day <= self.as_of else None
        return None if course.end == "running" else self.undated

    def when(self, course: Course | None) -> When:
        """The time of something that has a course; without one it may lie on any day."""
        return When(self.undated) if course is None else When(self.last(course), course)


def is_before(one: Moment, other: Moment) -> bool:
    """Whether a moment lies before another for certain; days of one zone are not compared with hours of another."""
    return one.last_day < other.first_day and one.latest < other.earliest


def spanning(first: Moment, last: Moment) -> Moment:
    """Some time from one moment to another."""
    text = first.text if first.text == last.text else f"{first.text} to {last.text}"
    return Moment(text, first.first_day, last.last_day, first.earliest, last.latest)


def days_later(moment: Moment, days: int) -> Moment | None:
    """A moment that many days after another; None beyond the end of the calendar."""
    try:
        shift = dt.timedelta(days=days)
        last = moment.last_day + shift
        return Moment(last.isoformat(), moment.first_day + shift, last, moment.earliest + shift, moment.latest + shift)
    except OverflowError:
        return None

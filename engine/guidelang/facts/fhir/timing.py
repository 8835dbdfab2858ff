"""When something of a record happened.

An event that still goes on (no end, or an end to come) is current, so it has no moment: it lies in every window.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from guidelang.calendar import Moment, parse_moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.place import undated


@dataclass(frozen=True, slots=True)
class Clock:
    """The evaluation day and the zone of times that have none."""

    as_of: dt.date
    zone: dt.tzinfo

    def moment(self, element: Element, *names: str) -> Moment | None:
        """The first of these dates that is there. One that cannot be read is a problem and reads as no date at all."""
        for name in names:
            if not element.has(name):
                continue
            text = element.text(name)
            if text is None:
                return undated(self.as_of)
            try:
                return parse_moment(text, self.zone)
            except ValueError as error:
                element.problem(name, f"{name}: {error}")
                return undated(self.as_of)
        return None

    def moment_or_undated(self, element: Element, *names: str) -> Moment:
        """As `moment`; an event without any of these dates may lie on any day."""
        return self.moment(element, *names) or undated(self.as_of)

    def of(self, element: Element, stem: str, *, fallback: str | None = None, ongoing: bool = False) -> Moment | None:
        """The time of an event from `stem` + DateTime, Instant or Period, else from the field `fallback`.

        None is "current": the event is ongoing and has begun. An event without any date may lie on any day.
        """
        moment = self.moment(element, f"{stem}DateTime", f"{stem}Instant")
        if moment is not None:
            return moment
        period = element.element(f"{stem}Period")
        if period is not None:
            start, end = self.moment(period, "start"), self.moment(period, "end")
            begun = start is not None and start.last_day <= self.as_of
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
        return undated(self.as_of)

"""Whether an event lies on the last, or the first, day with an event of a fact.

That day is the latest of the days of all events that lie so, each of which may be one of several, and of which some may
not lie so at all. The day of a course is its last one up to today, and for the first day its first. Where the record
may lack events, one of these may lie beyond all that it has.

    in every way to settle them the event lies on that day     true
    in none of them, and some event certainly lies so, or the
      record would have it                                     false
    else                                                       unknown

Days are turned round for the first day, so that it is the last of the days as they are then counted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.facts.state import Cause, Reason, Result
from guidelang.network.events import DayOf
from guidelang.run.outcome import Truth
from guidelang.run.relations import Related
from guidelang.run.spans import EVER, Span

if TYPE_CHECKING:
    from guidelang.run.selection import Bounds, Event, Selection


@dataclass(frozen=True, slots=True)
class _Member:
    """The days that an event may have, from `low` to `high`, and whether it certainly lies so."""

    event: Event
    low: int
    high: int

    @property
    def certain(self) -> bool:
        return self.event.fits is True


class OnDay:
    """The day, prepared for the events that are asked about.

    Args:
        selection: the events that make the day.
        bounds: the period in which they were looked for.
    """

    def __init__(self, day: DayOf, selection: Selection, bounds: Bounds | None, as_of: dt.date) -> None:
        self.fact = day.fact
        self._day = day
        self.selection = selection
        self._today = as_of.toordinal()
        members = [self._member(event, bounds) for event in selection.events if event.fits is not False]
        certain = [member.low for member in members if member.certain]
        self.answered = bool(certain)
        self._least = max(certain, default=-4 * EVER)  # the day is no earlier than this
        self._near = [member for member in members if member.high >= self._least]
        self._ranges = {(max(member.low, self._least), member.high) for member in self._near}
        self._members = {key: member for member in members for key in _keys(member.event.result)}
        highs = [member.high for member in self._near]
        if self.answered and selection.unseen:
            unseen = max(self._least, self._today) if self._last else 4 * EVER
            self._ranges.add((self._least, unseen))
            highs.append(unseen)
        highs.sort(reverse=True)
        self._highest = highs[:2]

    @property
    def impossible(self) -> bool:
        """Whether there is no such day, since there is certainly no event that lies so."""
        return self.selection.closed and not self.selection.events

    def of(self, result: Result, span: Span) -> Related:
        """Whether an event lies on that day."""
        found = (self._members[key] for key in _keys(result) if key in self._members)
        member = next((each for each in found if each.event.span == span), None)
        truth = self._apart(span) if member is None else self._itself(member)
        if member is not None and not member.certain and truth is not self._apart(span):
            truth = None
        if truth is False and not self.answered and not self.selection.closed:
            truth = None
        if truth is not None:
            return Related(truth)
        return Related(None, self._own(result, span), self._of_others())

    def _itself(self, member: _Member) -> Truth:
        """For an event that is among those that make the day: no other one is later."""
        if self._least > member.high:
            return False
        others = list(self._highest)
        if member.high in others:
            others.remove(member.high)
        return True if all(high <= member.low for high in others) else None

    def _apart(self, span: Span) -> Truth:
        first, last = (span.begins.first, span.ends.last) if self._last else (-span.ends.last, -span.begins.first)
        sure = (span.begins.last, span.ends.first) if self._last else (-span.ends.first, -span.begins.last)
        if self.answered and sure[0] <= self._least and self._highest[0] <= sure[1]:
            return True
        return None if any(low <= last and first <= high for low, high in self._ranges) else False

    @property
    def _last(self) -> bool:
        return self._day.which == "last"

    def _member(self, event: Event, bounds: Bounds | None) -> _Member:
        span = event.span
        end = span.ends if self._last else span.begins
        low, high = min(end.first, self._today), min(end.last, self._today)
        if bounds is not None and event.result.course is None:  # one time, which lies in the period if it is meant
            low, high = max(low, min(bounds.first.first, high)), min(high, max(bounds.last.last, low))
        return _Member(event, low, high) if self._last else _Member(event, -high, -low)

    # ---- why it is open ---------------------------------------------------------------------------------------------

    def _own(self, result: Result, span: Span) -> tuple[Cause, ...]:
        if span.begins.is_day and span.ends.is_day:
            return ()
        what = f"it is open whether {result.reported} lies on the {self._day.which} day with {self.fact}"
        return (Cause(Reason.IMPRECISE_DATE, what),)

    def _of_others(self) -> tuple[Cause, ...]:
        causes: dict[Cause, None] = {}
        for member in self._near:
            event = member.event
            causes.update(dict.fromkeys((*event.own, *(c for others in event.others.values() for c in others))))
            if event.passes is None:
                causes.update(dict.fromkeys(event.result.causes))
            if member.low != member.high:
                causes[Cause(Reason.IMPRECISE_DATE, f"{event.result.reported} has no certain day")] = None
            if len(causes) >= 3:
                break
        if self.selection.unseen:
            causes.update(dict.fromkeys(self.selection.nothing))
        return tuple(causes)


def _keys(result: Result) -> tuple[object, ...]:
    """What an event shares with itself, and with what else was read from its record at the same time."""
    return (id(result),) if result.record is None else (id(result), result.record)

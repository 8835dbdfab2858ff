"""How an event lies in time to the events of another fact, or to the others of its own.

The answer is an `or` over all events of that fact. It is false only if the record would have one that lies so, for
which the fact has to say that absence means no, or if one that lies so fails what is asked of its value. However long
both histories are, an event is compared with few others: they are sorted, and events with one and the same span are
asked about once.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TypeAlias

from guidelang.calendar import Duration, less, plus
from guidelang.facts.state import Cause, Reason, Result
from guidelang.network.events import EventRelation
from guidelang.run.kleene import and_, not_
from guidelang.run.outcome import Truth
from guidelang.run.spans import EVER, End, Span, by_day, earlier_day, inside_other, not_after, overlaps

_SLACK = 2  # days as written and instants differ by less, in whatever zones

Candidate: TypeAlias = tuple[Result, Span, Truth, Truth]
"""An event of the other fact: whether it is one, and whether it passes what is asked of its value."""


@dataclass(frozen=True, slots=True)
class Related:
    """Whether an event is so related; what its own record leaves open of it, and what those of the other fact do."""

    truth: Truth
    own: tuple[Cause, ...] = ()
    others: tuple[Cause, ...] = ()


@dataclass(slots=True)
class _Other:
    """The events with one span of which one and the same is known; `number` counts them, `result` is the first."""

    result: Result
    span: Span
    exists: Truth
    passes: Truth
    number: int = 0


class Relating:
    """One relation in time, prepared for the events of the other fact.

    Args:
        relation: how events have to lie.
        others: the events of the other fact.
        closed: whether there are no others than these.
        own: whether the other fact is the events' own; an event is then not related to itself.
    """

    def __init__(self, relation: EventRelation, others: Sequence[Candidate], closed: bool, own: bool) -> None:
        self.fact = relation.fact
        self._relation = relation
        self._closed = closed
        self._known: dict[tuple[Span, int], tuple[Truth, bool]] = {}
        unique: dict[tuple[Span, Truth, Truth], _Other] = {}
        self._itself: dict[int, _Other] = {}
        self._read = _Read() if relation.how == "reading" else None
        for result, span, exists, passes in others:
            other = unique.setdefault((span, exists, passes), _Other(result, span, exists, passes))
            other.number += 1
            if own:
                self._itself[id(result)] = other
            if self._read is not None:
                self._read.add(result, span, exists, passes)
        self._others = sorted(unique.values(), key=lambda other: other.span.begins.first)
        self._begins = [other.span.begins.first for other in self._others]
        self._reach = list(accumulate((other.span.ends.last for other in self._others), max))

    @property
    def impossible(self) -> bool:
        """Whether nothing can be so related, because the other fact certainly has no event at all."""
        return self._closed and not self._others and not self._relation.negated

    def of(self, result: Result, span: Span) -> Related:
        """Whether an event is so related to an event of the other fact; with `negated`, to none."""
        truth, answered = self._to_some(result, span)
        if truth is False and not self._closed and not answered:
            truth = None
        if self._relation.negated:
            truth = not_(truth)
        if truth is not None:
            return Related(truth)
        return Related(None, self._own(result, span), self._why)

    # ---- the question -----------------------------------------------------------------------------------------------

    def _to_some(self, result: Result, span: Span) -> tuple[Truth, bool]:
        """Whether some other event is so related; and whether one that lies so fails the test."""
        if self._read is not None and self._read.together(result, span, passing=True):
            return True, False
        if self._relation.edge == "starts":
            span = Span(span.begins, span.begins)
        elif self._relation.edge == "ends":
            span = Span(span.ends, span.ends)
        itself = self._itself.get(id(result))
        alone = itself if itself is not None and itself.number == 1 else None
        key = (span, id(alone))
        if key not in self._known:
            found: Truth = False
            answered = False
            for other in self._near(span):
                if other is alone:
                    continue
                lies = self._lies(span, other.span)
                truth = and_((other.exists, other.passes, lies))
                answered = answered or (other.passes is False and other.exists is True and lies is True)
                if truth is True:
                    found = True
                    break
                found = None if truth is None else found
            self._known[key] = (found, answered)
        if self._read is not None and self._read.together(result, span, passing=False):
            return self._known[key][0], True
        return self._known[key]

    def _lies(self, span: Span, other: Span) -> Truth:
        relation = self._relation
        base = other.ends if relation.anchor == "ends" else other.begins
        target = other if relation.anchor is None else Span(base, base)
        match relation.how:
            case "during":
                return inside_other(span, target)
            case "overlaps":
                return overlaps(span, target.begins, target.ends)
            case "day":
                return overlaps(_by_days(span), by_day(target.begins), by_day(target.ends))
            case "reading":
                return None if overlaps(span, target.begins, target.ends) is not False else False
            case "before" if relation.farthest is None:
                return earlier_day(span.begins, base)
            case "after" if relation.farthest is None:
                return earlier_day(base, span.begins)
        assert relation.farthest is not None  # encounters and practitioners never come here
        if base.first >= EVER or span.begins.first >= EVER:
            return False  # an end that has not come lies at no distance from anything
        far, near = _moved(base, relation.farthest, relation.how), by_day(base)
        if relation.nearest is not None:
            near = _moved(base, relation.nearest, relation.how)
        first, last = (far, near) if relation.how == "before" else (near, far)
        day = by_day(span.begins)
        return and_((not_after(first, day), not_after(day, last)))

    def _near(self, span: Span) -> Iterator[_Other]:
        """The others that may lie so, newest first."""
        relation = self._relation
        low, high = span.begins.first, span.ends.last
        if relation.how in ("before", "after"):
            low, high = span.begins.first, span.begins.last
            reach = _longest(relation.farthest)
            if relation.how == "before":
                high += reach
            else:
                low -= reach
        index = bisect_right(self._begins, high + _SLACK)
        while index and self._reach[index - 1] >= low - _SLACK:
            index -= 1
            yield self._others[index]

    # ---- why it is open ---------------------------------------------------------------------------------------------

    def _own(self, result: Result, span: Span) -> tuple[Cause, ...]:
        if self._read is not None and span.begins.earliest is None and self._others:
            return (Cause(Reason.IMPRECISE_DATE, f"{result.reported} has no time of day"),)
        if span.begins.is_day and span.ends.is_day:
            return ()
        return (Cause(Reason.IMPRECISE_DATE, f"it is open how {result.reported} lies to {self.fact}"),)

    @cached_property
    def _why(self) -> tuple[Cause, ...]:
        causes: dict[Cause, None] = {}
        for other in self._others:
            if other.exists is None:
                causes.update(dict.fromkeys(other.result.causes))
            if other.passes is None:
                absent = (Cause(Reason.VALUE_ABSENT, other.result.reported),) if other.result.value is None else ()
                causes.update(dict.fromkeys(other.result.causes or absent))
            if not (other.span.begins.is_day and other.span.ends.is_day):
                causes[Cause(Reason.IMPRECISE_DATE, f"{other.result.reported} has no certain day")] = None
            elif self._read is not None and other.span.begins.earliest is None:
                causes[Cause(Reason.IMPRECISE_DATE, f"{other.result.reported} has no time of day")] = None
            if len(causes) >= 3:
                break
        if not self._closed or not causes:
            causes[Cause(Reason.NO_RECORD)] = None
        return tuple(causes)


class _Read:
    """What certainly was read together: what is of one record, and what is of one time of day."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[object, bool], list[Result]] = {}

    def add(self, result: Result, span: Span, exists: Truth, passes: Truth) -> None:
        if exists is True and passes is not None:
            for key in self._keys(result, span):
                self._by_key.setdefault((key, passes), []).append(result)

    def together(self, result: Result, span: Span, *, passing: bool) -> bool:
        """Whether another event was certainly read together with this one, that passes the test or that fails it."""
        others = (self._by_key.get((key, passing), ()) for key in self._keys(result, span))
        return any(other is not result for each in others for other in each)

    def _keys(self, result: Result, span: Span) -> Iterator[object]:
        if result.record is not None:
            yield result.record
        if result.moment is None and result.course is None:
            yield None  # what is said of now, without a time
        elif span.begins.earliest is not None and span.ends.earliest is not None:
            yield (span.begins.earliest, span.begins.latest, span.ends.earliest, span.ends.latest)


def _by_days(span: Span) -> Span:
    return Span(by_day(span.begins), by_day(span.ends))


def _moved(end: End, duration: Duration, how: str) -> End:
    return End(_day(end.first, duration, how), _day(end.last, duration, how))


@lru_cache(maxsize=65536)
def _day(ordinal: int, duration: Duration, how: str) -> int:
    """The day that lies a duration before or after another; beyond the calendar, and from no day, it is never."""
    if not 1 <= ordinal <= dt.date.max.toordinal():
        return ordinal
    day = dt.date.fromordinal(ordinal)
    moved = less(day, duration) if how == "before" else plus(day, duration)
    if moved is None:
        return -EVER if how == "before" else EVER
    return moved.toordinal()


def _longest(duration: Duration | None) -> int:
    """No fewer days than a duration ever has."""
    if duration is None:
        return 4 * EVER
    return duration.count * {"day": 1, "week": 7, "month": 31, "year": 366}[duration.unit] + 1

"""How an event lies to the events of another fact.

The answer is an `or` over all events of that fact. It is false only if the record would have one that lies so, for
which the fact has to say that absence means no. However long both histories are, an event is compared with few others:
they are sorted, and events with one and the same span are asked about once.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from guidelang.calendar import Duration, less, plus
from guidelang.facts.state import NOT_THERE, Cause, Reason, Result
from guidelang.network.events import EventRelation
from guidelang.run.kleene import and_, not_
from guidelang.run.outcome import Truth
from guidelang.run.spans import EVER, End, Span, by_day, earlier_day, inside_other, not_after, overlaps

_SLACK = 2  # days as written and instants differ by less, in whatever zones


@dataclass(frozen=True, slots=True)
class Related:
    """Whether an event is so related; what its own record leaves open of it, and what those of the other fact do."""

    truth: Truth
    own: tuple[Cause, ...] = ()
    others: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Other:
    result: Result
    span: Span
    exists: Truth


class Relating:
    """One relation, prepared for the events of the other fact.

    Args:
        relation: how events have to lie.
        others: the events of the other fact, with their spans and whether they exist.
        closed: whether there are no others than these.
        encounters: whether the other fact is read from encounters, so that one not in the input may be an event of it.
    """

    def __init__(
        self,
        relation: EventRelation,
        others: Sequence[tuple[Result, Span, Truth]],
        closed: bool,
        as_of: dt.date,
        encounters: bool = False,
    ) -> None:
        self.fact = relation.fact
        self._relation = relation
        self._closed = closed
        self._as_of = as_of
        self._by_span: dict[Span, Truth] = {}
        unique: dict[tuple[Span, Truth], _Other] = {}
        for result, span, exists in others:
            unique.setdefault((span, exists), _Other(result, span, exists))
        self._links = {"encounter": _encounters, "practitioner": _practitioners}.get(relation.how)
        self._others = sorted(unique.values(), key=lambda other: other.span.begins.first)
        self._begins = [other.span.begins.first for other in self._others]
        self._reach = list(accumulate((other.span.ends.last for other in self._others), max))
        self._certain: set[str] = set()
        self._possible: set[str] = set()
        self._encounters = encounters
        self._unlinked = False
        self._vague = False
        if self._links is not None:
            for result, _, exists in others:
                keys = self._links(result)
                self._possible.update(keys)
                self._unlinked = self._unlinked or not keys
                self._vague = self._vague or any(map(_is_vague, keys))
                if exists is True:
                    self._certain.update(keys)

    @property
    def impossible(self) -> bool:
        """Whether nothing can be so related, because the other fact certainly has no event at all."""
        return self._closed and not self._others and not self._relation.negated

    def of(self, result: Result, span: Span) -> Related:
        """Whether an event is so related to an event of the other fact; with `negated`, to none."""
        truth = self._to_some(result, span)
        if truth is False and not self._closed:
            truth = None
        if self._relation.negated:
            truth = not_(truth)
        if truth is not None:
            return Related(truth)
        return Related(None, self._own(result, span), self._of_others(result))

    # ---- the question -----------------------------------------------------------------------------------------------

    def _to_some(self, result: Result, span: Span) -> Truth:
        if self._links is not None:
            keys = self._links(result)
            if keys & self._certain:
                return True
            if keys & self._possible or self._unlinked or (not keys and self._others):
                return None
            if self._vague or any(self._may_be_another(key) for key in keys):
                return None
            return False
        if self._relation.edge == "starts":
            span = Span(span.begins, span.begins)
        elif self._relation.edge == "ends":
            span = Span(span.ends, span.ends)
        if span not in self._by_span:
            found: Truth = False
            for other in self._near(span):
                truth = and_((other.exists, self._lies(span, other.span)))
                if truth is True:
                    found = True
                    break
                found = None if truth is None else found
            self._by_span[span] = found
        return self._by_span[span]

    def _may_be_another(self, key: str) -> bool:
        """Whether a key that is none of those of the others may still name what one of them does."""
        return key.startswith(NOT_THERE) and (self._encounters or (_is_vague(key) and bool(self._others)))

    def _lies(self, span: Span, other: Span) -> Truth:
        relation = self._relation
        match relation.how:
            case "during":
                return inside_other(span, other)
            case "overlaps":
                return overlaps(span, other.begins, other.ends)
            case "day":
                return overlaps(_by_days(span), by_day(other.begins), by_day(other.ends))
            case "before" if relation.farthest is None:
                return earlier_day(span.begins, other.begins)
            case "after" if relation.farthest is None:
                return earlier_day(other.begins, span.begins)
        assert relation.farthest is not None  # encounters and practitioners never come here
        far, near = _moved(other.begins, relation.farthest, relation.how), by_day(other.begins)
        if relation.nearest is not None:
            near = _moved(other.begins, relation.nearest, relation.how)
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
        if self._links is not None:
            keys = self._links(result)
            if any(key.startswith(NOT_THERE) for key in keys):
                what = f"{result.reported} names an {self._relation.how} that is not in the input"
                return (Cause(Reason.NO_RECORD, what),)
            if keys or not self._others:
                return ()
            return (Cause(Reason.NO_RECORD, f"{result.reported} names no {self._relation.how}"),)
        if span.begins.is_day and span.ends.is_day:
            return ()
        return (Cause(Reason.IMPRECISE_DATE, f"it is open how {result.reported} lies to {self.fact}"),)

    def _of_others(self, result: Result) -> tuple[Cause, ...]:
        if self._links is not None and not self._links(result) and self._others:
            return ()
        causes: dict[Cause, None] = {}
        for other in self._others:
            if other.exists is None:
                causes.update(dict.fromkeys(other.result.causes))
            if self._links is None and not (other.span.begins.is_day and other.span.ends.is_day):
                causes[Cause(Reason.IMPRECISE_DATE, f"{other.result.reported} has no certain day")] = None
            if len(causes) >= 3:
                break
        if not self._closed or not causes:
            causes[Cause(Reason.NO_RECORD)] = None
        return tuple(causes)


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


def _is_vague(key: str) -> bool:
    """Whether it names what is not in the input, and not by its type and id: other words may name the same."""
    return key.startswith(NOT_THERE) and re.fullmatch(r"\w+/[^/|:#]+", key[len(NOT_THERE) :]) is None


def _encounters(result: Result) -> frozenset[str]:
    return frozenset() if result.encounter is None else frozenset({result.encounter})


def _practitioners(result: Result) -> frozenset[str]:
    return frozenset(result.practitioners)

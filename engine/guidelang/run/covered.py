"""Covered days: how much of a period the courses of a fact's events cover together.

Each course is cut to the period; pieces that overlap or touch (one begins no later than the day after another ends) are
one piece; the days of a piece are its last day less its first. So thirty days of supply from 1 May reach to 31 May and
cover 30 days, and what has one day only covers none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from guidelang.facts.state import Cause
from guidelang.network.ir import Aggregate, NodeId
from guidelang.quantity import Interval
from guidelang.run.occurrences import needs_of
from guidelang.run.outcome import Computed
from guidelang.run.selection import Selection, bounds_of
from guidelang.run.spans import EVER


def covered_days(node: Aggregate, selection: Selection, values: Mapping[NodeId, Computed]) -> Computed:
    """The days covered, at least and at most; unknown without any event unless the record would have one.

    Where it may lack others, they may cover all of the period.
    """
    assert node.time is not None  # the checks let no other through
    bounds = bounds_of(node.time, values)
    first, last = bounds.first, bounds.last
    certain = [event for event in selection.events if event.lies is True]
    none = not certain and not selection.closed
    uncertain = [e for e in selection.events if e.lies is None or not (e.span.begins.is_day and e.span.ends.is_day)]
    least = _days(((e.span.begins.last, e.span.ends.first) for e in certain), first.last, last.first)
    most = _days(((e.span.begins.first, e.span.ends.last) for e in selection.events), first.first, last.last)
    if selection.unseen:
        most = max(most, last.last - first.first)
    if not none and least == most:
        return Computed(Interval.point(Fraction(least)))
    needs = needs_of(selection, uncertain, selection.unseen)
    causes: tuple[Cause, ...] = tuple(dict.fromkeys(cause for each in needs.values() for cause in each))
    open_facts = frozenset(needs) | (frozenset({selection.fact}) if uncertain and not needs else frozenset[str]())
    if none or most >= EVER:
        return Computed(None, open_facts, causes)
    return Computed(Interval(Fraction(least), Fraction(max(most, least))), open_facts, causes)


def _days(spans: Iterable[tuple[int, int]], first: int, last: int) -> int:
    total = 0
    open_piece: tuple[int, int] | None = None
    for begins, ends in sorted((max(begins, first), min(ends, last)) for begins, ends in spans):
        if begins > ends:
            continue
        if open_piece is not None and begins <= open_piece[1] + 1:
            open_piece = (open_piece[0], max(open_piece[1], ends))
            continue
        if open_piece is not None:
            total += open_piece[1] - open_piece[0]
        open_piece = (begins, ends)
    return total if open_piece is None else total + open_piece[1] - open_piece[0]

"""Whether events occur: `any`, `every`, `at least`, and how many there are.

    of the events that lie so      any F …              every F …            count of F …
    some certainly passes          true                                      counts
    all certainly fail             false                false                0
    all certainly pass             true                 true                 how many there are
    some, and the record may       true                 as above             how many there are, or
      lack others                                                              any number more
    none, and the record would     false                unknown              0
      have one
    none, and it might not         unknown              unknown              unknown

"None" is said of events that pass for a yes-or-no fact, whose events are yeses, and of events at all for a measured
one: readings that all fail are an answer. Events that may lie so, or may pass, make of this what all possibilities
agree on.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.facts.state import Cause, FactSet, Reason
from guidelang.network.events import Occurs
from guidelang.network.ir import Aggregate, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.kleene import or_
from guidelang.run.outcome import Computed, Truth
from guidelang.run.selection import Event, Selection, select, told
from guidelang.run.spans import EVER


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The truth of an `Occurs` with the events it was judged by, and the facts whose records leave it open."""

    truth: Truth
    selection: Selection
    needs: Mapping[str, tuple[Cause, ...]]


def occurs(node: Occurs, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]) -> Occurrence:
    """Whether events of a fact occur as an `Occurs` asks."""
    selection = select(node, network, facts, values)
    events = selection.events
    unseen = selection.unseen
    truth: Truth
    if node.quantifier == "every":
        failing = [event for event in events if event.passes is not True]
        truth = False if any(e.lies is True and e.passes is False for e in failing) else None
        if truth is None and not failing and selection.some:
            truth = True
        open_ = failing
        unseen = not selection.some
    elif node.quantifier == "any":
        truth = or_(event.fits for event in events)
        truth = None if truth is False and unseen else truth
        open_ = [event for event in events if event.fits is None]
    else:
        counted = events if node.test.asks else [_usable(event) for event in events]
        number = _number(counted, node.different_days)
        truth = Interval.compare(">=", number, Interval.point(Fraction(node.count)))
        truth = None if truth is False and unseen else truth
        open_ = [event for event in counted if event.fits is None]
        if node.different_days:
            open_ += [_of_some_day(event) for event in counted if event.fits and not event.span.begins.is_day]
    if truth is not None:
        return Occurrence(truth, selection, {})
    return Occurrence(None, selection, needs_of(selection, open_, unseen))


def count(node: Aggregate, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]) -> Computed:
    """How many events there are: those that certainly lie so up to all that may, and without end where the record may
    lack others. Of a usable value are all that count for certain.
    """
    selection = select(node, network, facts, values)
    usable = [_usable(event) for event in selection.events]
    none = not selection.some and not selection.closed
    number = _number(usable, False)
    if selection.unseen:
        number = Interval(number.low, None)
    if number.is_point:
        return Computed(number)
    needs = needs_of(selection, [event for event in usable if event.fits is None], selection.unseen)
    causes = tuple(dict.fromkeys(cause for each in needs.values() for cause in each))
    return Computed(None if none else number, frozenset(needs), causes)


def needs_of(selection: Selection, open_: Iterable[Event], unseen: bool) -> dict[str, tuple[Cause, ...]]:
    """The facts whose records leave a question about events open, each with its reasons.

    Args:
        open_: the events that leave it open.
        unseen: whether there may be events that the record does not have.
    """
    found: dict[str, dict[Cause, None]] = {}
    for event in open_:
        causes = [*event.own]
        if event.passes is None:
            causes.extend(event.result.causes)
            if event.result.value is None and not event.result.causes:
                causes.append(Cause(Reason.VALUE_ABSENT, event.result.reported))
        if causes:
            found.setdefault(selection.fact, {}).update(dict.fromkeys(causes))
        for fact, others in event.others.items():
            found.setdefault(fact, {}).update(dict.fromkeys(others))
    if unseen:
        open_dates = found.get(selection.fact)
        if not open_dates:
            found.setdefault(selection.fact, {}).update(dict.fromkeys(selection.nothing))
    return {fact: tuple(causes) for fact, causes in found.items()}


def _usable(event: Event) -> Event:
    """An event of a value that cannot be used may be one or not: a broken result leaves open whether it counts."""
    if event.result.value is not None or event.lies is not True:
        return event
    return replace(event, passes=None)


def _of_some_day(event: Event) -> Event:
    """An event of which it is open on which day it was."""
    cause = Cause(Reason.IMPRECISE_DATE, f"{told(event.result)}, which is not known to the day")
    return replace(event, own=(*event.own, cause))


def _number(events: Sequence[Event], different_days: bool) -> Interval:
    """How many events fit, or on how many different days: what there is at least and at most."""
    certain = [event for event in events if event.fits is True]
    possible = [event for event in events if event.fits is not False]
    if not different_days:
        return Interval(Fraction(len(certain)), Fraction(len(possible)))
    least = _fewest_days([(e.span.begins.first, e.span.begins.last) for e in certain])
    most = _most_days([(e.span.begins.first, e.span.begins.last) for e in possible])
    return Interval(Fraction(least), Fraction(max(most, least)))


def _fewest_days(ranges: Iterable[tuple[int, int]]) -> int:
    """The fewest days on which events can lie of which each may be any day of its range: the ranges that are disjoint,
    taken greedily by their last days.
    """
    fewest, last_day = 0, -4 * EVER
    for first, last in sorted(ranges, key=lambda each: each[1]):
        if first > last_day:
            fewest, last_day = fewest + 1, last
    return fewest


def _most_days(ranges: Iterable[tuple[int, int]]) -> int:
    """The most different days on which such events can lie: each day is given to the range that ends soonest."""
    waiting: list[int] = []
    left = sorted(ranges, reverse=True)
    most, day = 0, -4 * EVER
    while left or waiting:
        if not waiting:
            day = max(day, left[-1][0])
        while left and left[-1][0] <= day:
            heapq.heappush(waiting, left.pop()[1])
        last = heapq.heappop(waiting)
        if last >= day:
            most, day = most + 1, day + 1
    return most

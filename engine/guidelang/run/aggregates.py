"""Values made of a fact's history: latest, highest, count and the like, and the day of an event.

Partial dates and ties leave open which results count. Each function here gives the hull over every way to settle
them, so that a comparison holds only if it holds in each of them.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import accumulate

from guidelang.facts.newest import days, newest_candidates, oldest_candidates
from guidelang.facts.select import tied
from guidelang.facts.state import Cause, FactSet, FactState, Reason, Result, Value
from guidelang.network.ir import Aggregate, FactDefinition, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.covered import covered_days
from guidelang.run.occurrences import count
from guidelang.run.outcome import Computed
from guidelang.run.selection import Selection, is_closed, select
from guidelang.run.window import InWindow, in_window, of_selection


def aggregate(node: Aggregate, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]) -> Computed:
    """The value of an `Aggregate` node; where it is unknown or no point, its causes say why."""
    if node.how == "count":
        return count(node, network, facts, values)
    selection = select(node, network, facts, values)
    if node.how == "covered_days":
        return covered_days(node, selection, values)
    computed = _of_window(node, network.facts[node.fact], of_selection(selection), selection, facts.as_of)
    others = {fact for event in selection.events if event.lies is None for fact in event.others}
    if others and not (isinstance(computed.value, Interval) and computed.value.is_point):
        return replace(computed, open_facts=computed.open_facts | others)
    return computed


def _of_window(
    node: Aggregate, definition: FactDefinition, window: InWindow, selection: Selection, as_of: dt.date
) -> Computed:
    if not window.possible:
        if node.how == "sum" and selection.closed:
            return Computed(Interval.point(Fraction(0)))
        return _unknown(node.fact, selection.nothing)
    if node.how == "latest":
        return _one_of(definition, window, newest_candidates(window.possible, as_of, window.certain))
    if node.how == "earliest":
        return _one_of(definition, window, oldest_candidates(window.possible, as_of, window.certain))
    if node.how == "change":
        return _change(definition, window, as_of)
    if not (window.certain or selection.some) and not (node.how == "sum" and selection.closed):
        return _unknown(node.fact, window.open_dates(window.possible))
    causes = _unusable(window.possible)
    if causes:
        return _unknown(node.fact, causes)
    certain = _numbers(window.certain)
    open_ = _numbers(window.uncertain)
    if not certain and node.how != "sum":  # it is one of them, or several
        possible = Interval.hull(open_)
    elif node.how == "highest":
        possible = _hull_of_choices(certain, open_, Interval.maximum)
    elif node.how == "lowest":
        possible = _hull_of_choices(certain, open_, Interval.minimum)
    elif node.how == "sum":
        possible = reduce(lambda a, b: a + b, [*certain, *(_or_nothing(v) for v in open_)])
    else:
        possible = _hull_of_choices(certain, open_, operator.add, _mean)
    return _known(node.fact, possible, causes_of(window.possible) + window.open_dates(window.possible))


def _change(definition: FactDefinition, window: InWindow, as_of: dt.date) -> Computed:
    """The newest value less the oldest; of fewer than two results nothing is known."""
    if len(window.certain) < 2:
        causes = window.open_dates(window.possible)
        found = f"{len(window.certain)} of 2 results"
        return _unknown(definition.name, (*causes, Cause(Reason.NO_RECORD, found)))
    newest = _one_of(definition, window, newest_candidates(window.possible, as_of, window.certain))
    oldest = _one_of(definition, window, oldest_candidates(window.possible, as_of, window.certain))
    causes = tuple(dict.fromkeys((*newest.causes, *oldest.causes)))
    if not isinstance(newest.value, Interval) or not isinstance(oldest.value, Interval):
        return _unknown(definition.name, causes)
    return _known(definition.name, newest.value - oldest.value, causes)


def _or_nothing(value: Interval) -> Interval:
    """What a result adds to a sum that may be one of it or not."""
    return Interval.hull([value, Interval.point(Fraction(0))])


def event_day(fact: str, definition: FactDefinition, state: FactState, as_of: dt.date) -> Computed:
    """The day of the newest event, as ordinals: the newest "yes" of a yes-or-no fact, else the newest result.

    Of a quantity the newest result counts even if its value is of no use: it was measured that day. For a date fact
    it is the fact's own value. A record that may be an event may be the newest one. So may one that the record lacks,
    up to the evaluation day, where absence means no and cannot be trusted.
    """
    if definition.type == "date":
        return _unknown(fact, state.causes) if state.value is None else _known(fact, state.value, state.causes)
    yes_no = definition.type == "yes_no"
    events = [r for r in state.history if (r.value is True if yes_no else True)]
    window = in_window(events, None, as_of)
    if not window.possible:
        causes = state.causes if state.value is None and state.causes else (Cause(Reason.NO_RECORD),)
        return _unknown(fact, causes)
    if not window.certain:
        return _unknown(fact, window.open_dates(window.possible))
    first = max(days(r, as_of)[0] for r in window.certain)
    last = max(min(days(r, as_of)[1], as_of) for r in window.possible)
    open_day: tuple[Cause, ...] = (Cause(Reason.IMPRECISE_DATE),)
    for result in state.open:
        day = min(days(result, as_of)[1], as_of)
        if day > last:
            last = day
            open_day = result.causes
    if state.absence and not is_closed(definition, state) and last < as_of:
        last = as_of
        open_day = state.absence
    interval = Interval(Fraction(first.toordinal()), Fraction(last.toordinal()))
    return _known(fact, interval, open_day)


def state_value(fact: str, state: FactState) -> Computed:
    """The current value of a fact. Its causes stay with the fact's state."""
    value = state.value
    closed = value is not None and (not isinstance(value, Interval) or value.is_point)
    return Computed(value, frozenset() if closed else frozenset({fact}))


def _one_of(definition: FactDefinition, window: InWindow, candidates: Sequence[Result]) -> Computed:
    """The value of the one candidate, or what becomes of several, exactly as for the current value of a fact."""
    open_dates = window.open_dates(candidates)
    if open_dates:
        return _unknown(definition.name, open_dates)
    value, causes = tied(definition, candidates)
    return _unknown(definition.name, causes) if value is None else _known(definition.name, value, causes)


def _mean(total: Interval, count: int) -> Interval:
    return total.scaled(Fraction(1, count), Fraction(0))


def _itself(value: Interval, _: int) -> Interval:
    return value


def _hull_of_choices(
    certain: Sequence[Interval],
    open_: Sequence[Interval],
    join: Callable[[Interval, Interval], Interval],
    made: Callable[[Interval, int], Interval] = _itself,
) -> Interval:
    """The hull over all subsets of `open_` that may join `certain`.

    Highest, lowest and mean are extreme where the open results that join are the lowest few or the highest few, so
    it is enough to let them join one by one from either end. `made` is what becomes of so many that are joined.
    """
    joined = reduce(join, certain)
    results = [made(joined, len(certain))]
    for ordered in (sorted(open_, key=_low), sorted(open_, key=_high, reverse=True)):
        each = accumulate(ordered, join, initial=joined)
        results.extend(made(total, len(certain) + more) for more, total in enumerate(each))
    return Interval.hull(results)


def _low(value: Interval) -> tuple[int, Fraction]:
    return (0, Fraction(0)) if value.low is None else (1, value.low)


def _high(value: Interval) -> tuple[int, Fraction]:
    return (1, Fraction(0)) if value.high is None else (0, value.high)


def _numbers(results: Iterable[Result]) -> list[Interval]:
    return [r.value for r in results if isinstance(r.value, Interval)]


def _unusable(results: Iterable[Result]) -> tuple[Cause, ...]:
    return tuple(dict.fromkeys(cause for r in results if r.value is None for cause in _own_causes(r)))


def _own_causes(result: Result) -> Iterator[Cause]:
    yield from result.causes or (Cause(Reason.VALUE_ABSENT, result.reported),)


def causes_of(results: Iterable[Result]) -> tuple[Cause, ...]:
    return tuple(dict.fromkeys(cause for r in results for cause in r.causes))


def _known(fact: str, value: Value, causes: tuple[Cause, ...]) -> Computed:
    """A known value; what made it an interval is told only where it is one."""
    if isinstance(value, Interval) and not value.is_point:
        return Computed(value, frozenset({fact}), tuple(dict.fromkeys(causes)))
    return Computed(value)


def _unknown(fact: str, causes: tuple[Cause, ...]) -> Computed:
    return Computed(None, frozenset({fact}), causes)

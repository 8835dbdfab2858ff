"""Values made of a fact's history: latest, highest, count and the like, and the day of an event.

Partial dates and ties leave open which results count. Each function here gives the hull over every way to settle
them, so that a comparison holds only if it holds in each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce

from guidelang.facts.newest import days, newest_candidates, oldest_candidates, without_superseded
from guidelang.facts.place import dated
from guidelang.facts.select import tied
from guidelang.facts.state import Cause, FactState, Reason, Result, Value
from guidelang.network.ir import Aggregate, FactDefinition
from guidelang.quantity import Interval
from guidelang.run.outcome import Computed
from guidelang.run.window import InWindow, in_window


def aggregate(node: Aggregate, definition: FactDefinition, state: FactState, as_of: dt.date) -> Computed:
    """The value of an `Aggregate` node; where it is unknown or no point, its causes say why."""
    window = in_window(without_superseded(state.history), node.window, as_of)
    if node.how == "count":
        return _count(node.fact, window, definition, state, as_of)
    if not window.possible:
        return _unknown(node.fact, _nothing_inside(window, state, as_of))
    if node.how == "latest":
        return _one_of(definition, window, newest_candidates(window.possible, as_of))
    if node.how == "earliest":
        return _one_of(definition, window, oldest_candidates(window.possible, window.start, as_of))
    if not window.certain:
        return _unknown(node.fact, window.open_dates(window.possible))
    causes = _unusable(window.possible)
    if causes:
        return _unknown(node.fact, causes)
    certain = _numbers(window.certain)
    open_ = _numbers(window.uncertain)
    if node.how == "highest":
        possible = _hull_of_choices(certain, open_, lambda values: reduce(Interval.maximum, values))
    elif node.how == "lowest":
        possible = _hull_of_choices(certain, open_, lambda values: reduce(Interval.minimum, values))
    else:
        possible = _hull_of_choices(certain, open_, _mean)
    return _known(node.fact, possible, causes_of(window.possible) + window.open_dates(window.possible))


def _count(fact: str, window: InWindow, definition: FactDefinition, state: FactState, as_of: dt.date) -> Computed:
    """How many results lie inside: from those usable and certainly inside up to all that may be.

    Of a yes-or-no fact only the results that say yes are counted. No result at all is zero only where absence means
    no and the record covers the fact, which is the case where its state is "no" by absence.
    """
    counted = [r for r in window.possible if r.value is not False]
    inside = [r for r in window.certain if r.value is not False]
    if not inside:
        covered = definition.absent_means_no and state.value is False and state.how == "absent"
        if not covered and not counted:
            return _unknown(fact, _nothing_inside(window, state, as_of))
        if not covered:
            return _unknown(fact, window.open_dates(counted))
    usable = sum(1 for r in inside if r.value is not None)
    interval = Interval(Fraction(usable), Fraction(len(counted)))
    return _known(fact, interval, causes_of(counted) + window.open_dates(counted))


def event_day(fact: str, definition: FactDefinition, state: FactState, as_of: dt.date) -> Computed:
    """The day of the newest event, as ordinals: the newest "yes" of a yes-or-no fact, else the newest result.

    Of a quantity the newest result counts even if its value is of no use: it was measured that day. For a date fact
    it is the fact's own value.
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
    interval = Interval(Fraction(first.toordinal()), Fraction(last.toordinal()))
    return _known(fact, interval, (Cause(Reason.IMPRECISE_DATE),))


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


def _mean(values: Sequence[Interval]) -> Interval:
    total = reduce(lambda a, b: a + b, values)
    return total.scaled(Fraction(1, len(values)), Fraction(0))


def _hull_of_choices(
    certain: Sequence[Interval], open_: Sequence[Interval], combine: Callable[[Sequence[Interval]], Interval]
) -> Interval:
    """The hull over all subsets of `open_` that may join `certain`.

    Highest, lowest and mean are extreme where the open results that join are the lowest few or the highest few, so
    it is enough to let them join one by one from either end.
    """
    results = [combine(certain)]
    for ordered in (sorted(open_, key=_low), sorted(open_, key=_high, reverse=True)):
        results.extend(combine((*certain, *ordered[: n + 1])) for n in range(len(ordered)))
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


def _nothing_inside(window: InWindow, state: FactState, as_of: dt.date) -> tuple[Cause, ...]:
    if window.older is not None:
        return (Cause(Reason.STALE, dated(window.older, as_of)),)
    if state.value is None and state.causes and not state.history:
        return state.causes
    return (Cause(Reason.NO_RECORD),)


def _known(fact: str, value: Value, causes: tuple[Cause, ...]) -> Computed:
    """A known value; what made it an interval is told only where it is one."""
    if isinstance(value, Interval) and not value.is_point:
        return Computed(value, frozenset({fact}), tuple(dict.fromkeys(causes)))
    return Computed(value)


def _unknown(fact: str, causes: tuple[Cause, ...]) -> Computed:
    return Computed(None, frozenset({fact}), causes)

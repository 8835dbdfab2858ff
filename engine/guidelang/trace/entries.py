"""Which entries of the record stand behind a node that reads a fact."""

from __future__ import annotations

import datetime as dt

from guidelang.facts.newest import newest_candidates, oldest_candidates, without_superseded
from guidelang.facts.state import FactSet, FactState, Result
from guidelang.network.ir import Aggregate, EventDay, LastN
from guidelang.run.window import in_window


def of_state(state: FactState) -> tuple[Result, ...]:
    """The entries that decided the current value; where none could, the newest of the history."""
    return state.used or state.history[-1:]


def of_aggregate(node: Aggregate, facts: FactSet) -> tuple[Result, ...]:
    """The entries that an aggregate is made of: the candidates of `latest` and `earliest`, else all in the window."""
    window = in_window(without_superseded(facts.states[node.fact].history), node.window, facts.as_of)
    if node.how == "latest":
        return newest_candidates(window.possible, facts.as_of)
    if node.how == "earliest":
        return oldest_candidates(window.possible, window.start, facts.as_of)
    return window.possible


def of_event(node: EventDay, facts: FactSet) -> tuple[Result, ...]:
    state = facts.states[node.fact]
    return newest_candidates([r for r in state.history if r.value is not False], facts.as_of) or of_state(state)


def of_last(node: LastN, facts: FactSet) -> tuple[Result, ...]:
    """The newest n entries in the window, newest first; more where ties leave open which they are."""
    window = in_window(without_superseded(facts.states[node.fact].history), node.window, facts.as_of)
    return newest(window.possible, node.count, facts.as_of)


def newest(results: tuple[Result, ...], count: int, as_of: dt.date) -> tuple[Result, ...]:
    """At least `count` of the newest results, if there are so many; tied ones stay together."""
    left = list(results)
    chosen: list[Result] = []
    while left and len(chosen) < count:
        candidates = newest_candidates(left, as_of)
        if not candidates:
            break
        chosen.extend(candidates)
        left = [r for r in left if not any(r is c for c in candidates)]
    return tuple(chosen)

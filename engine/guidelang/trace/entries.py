"""Which entries of the record stand behind a node that reads a fact."""

from __future__ import annotations

import datetime as dt

from guidelang.facts.newest import newest_candidates, oldest_candidates
from guidelang.facts.state import FactSet, FactState, Result
from guidelang.network.events import Occurs
from guidelang.network.ir import Aggregate, EventDay, LastN
from guidelang.run.evaluation import Evaluation
from guidelang.run.occurrences import occurs
from guidelang.run.selection import select
from guidelang.run.window import of_selection


def of_state(state: FactState) -> tuple[Result, ...]:
    """The entries that decided the current value; where none could, the newest of the history, or those passed over."""
    return state.used or state.history[-1:] or state.passed_over


def of_aggregate(node: Aggregate, evaluation: Evaluation) -> tuple[Result, ...]:
    """The entries that an aggregate is made of: the candidates of `latest` and `earliest`, else all that are meant."""
    facts = evaluation.facts
    window = of_selection(select(node, evaluation.network, facts, evaluation.values))
    newest_ones = newest_candidates(window.possible, facts.as_of, window.certain)
    oldest_ones = oldest_candidates(window.possible, facts.as_of, window.certain)
    match node.how:
        case "latest":
            return newest_ones
        case "earliest":
            return oldest_ones
        case "change":
            return tuple(r for r in window.possible if any(r is one for one in (*oldest_ones, *newest_ones)))
        case _:
            return window.possible


def of_occurrence(node: Occurs, evaluation: Evaluation) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
    """The entries that fit what is asked, and those that do not fit or may not."""
    found = occurs(node, evaluation.network, evaluation.facts, evaluation.values)
    events = found.selection.events
    fitting = tuple(event.result for event in events if event.fits is True)
    others = tuple(event.result for event in events if event.fits is not True)
    elsewhere = found.selection.elsewhere
    return fitting, (others if others or fitting or elsewhere is None else (elsewhere,))


def of_event(node: EventDay, facts: FactSet) -> tuple[Result, ...]:
    state = facts.states[node.fact]
    found = newest_candidates([r for r in state.history if r.value is not False], facts.as_of)
    return found or state.used or state.history[-1:]


def of_last(node: LastN, evaluation: Evaluation) -> tuple[Result, ...]:
    """The newest n entries in the window, newest first; more where ties leave open which they are."""
    window = of_selection(select(node, evaluation.network, evaluation.facts, evaluation.values))
    return newest(window.possible, node.count, evaluation.facts.as_of)


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

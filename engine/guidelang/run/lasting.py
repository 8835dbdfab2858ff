"""`C for at least 3 months`: whether a fact's results have passed a test for so long, as far as they were taken.

Let the span reach from the newest result back by the duration.

    the newest passes, and so does every one back to one that lies before the span or on its first day    true
    the newest fails, or another one in the span does                                                     false
    it was not followed so long, or some result between leaves it open                                    unknown
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from guidelang.calendar import minus
from guidelang.facts.newest import days, perhaps_superseded, without_superseded
from guidelang.facts.place import dated
from guidelang.facts.state import Cause, FactSet, Reason, Result
from guidelang.network.events import Lasting
from guidelang.network.ir import NodeId
from guidelang.run.outcome import Computed, Truth
from guidelang.run.selection import passes_test, told


def lasting(node: Lasting, facts: FactSet, values: Mapping[NodeId, Computed]) -> tuple[Truth, Computed]:
    """The truth, and where it is unknown what the results leave open, as for `last_n`."""
    state, as_of = facts.states[node.fact], facts.as_of
    now = passes_test(node.test, Result(state.value, state.causes, "", None, ""), values)
    if now is False:
        return False, Computed(None)
    if now is None or not state.used:
        return None, _open(node, state.causes)
    newest = [days(result, as_of) for result in state.used]
    newest_first, newest_last = min(first for first, _ in newest), min(max(last for _, last in newest), as_of)
    begins_first, begins_last = minus(newest_first, node.duration), minus(newest_last, node.duration)
    current = set(map(id, state.used))
    open_ = set(map(id, (*state.open, *perhaps_superseded(state.history))))
    others = [
        (result, *days(result, as_of), passes_test(node.test, result, values))
        for result in (*without_superseded(state.history), *state.open)
        if id(result) not in current
    ]
    if any(
        passes is False and begins_last <= first and last <= newest_first and id(result) not in open_
        for result, first, last, passes in others
    ):
        return False, Computed(None)
    far = [
        first
        for result, first, last, passes in others
        if passes is True and last <= begins_first and id(result) not in open_
    ]
    if not far:
        oldest = next((result for result, *_ in others), state.used[0])
        short = f"not followed for {node.duration}; the first is {dated(oldest, as_of)}"
        return None, _open(node, (Cause(Reason.NO_RECORD, short),))
    between = [result for result, _, last, passes in others if passes is not True and last >= max(far)]
    if between:
        return None, _open(node, _why_open(between, begins_first))
    return True, Computed(None)


def _open(node: Lasting, causes: tuple[Cause, ...]) -> Computed:
    return Computed(None, frozenset({node.fact}), causes or (Cause(Reason.NO_RECORD),))


def _why_open(results: list[Result], begins: dt.date) -> tuple[Cause, ...]:
    causes: dict[Cause, None] = {}
    for result in results:
        own = result.causes or (Cause(Reason.NO_RECORD, f"{told(result)} does not tell of the days since {begins}"),)
        causes.update(dict.fromkeys(own))
    return tuple(causes)[:3]

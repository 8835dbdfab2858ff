"""Why the record has no event that lies so: none at all, one that is too old, or days that none can lie on yet."""

from __future__ import annotations

import datetime as dt

from guidelang.facts.place import dated
from guidelang.facts.state import Cause, FactState, Reason, Result
from guidelang.network.ir import BeforeEvaluation, DateShift, Network, NodeId
from guidelang.run.spans import EVER, End

BEFORE = "it lies before the days asked about"
AHEAD = "the days asked about lie ahead"


def begins(first: NodeId | None, network: Network) -> bool:
    """Whether a period begins on a day of its own, not one that is counted back from the evaluation day.

    A result from before the days that lead up to today has grown too old. One from before any other period never was in
    it.
    """
    node = None if first is None else network.nodes[first]
    while isinstance(node, DateShift):
        node = network.nodes[node.operand]
    return node is not None and not isinstance(node, BeforeEvaluation)


def ahead(first: End, as_of: dt.date) -> dt.date | None:
    """The day on which a period begins, or the earliest that it may be, if that lies after the evaluation day."""
    return dt.date.fromordinal(first.first) if as_of.toordinal() < first.first < EVER else None


def nothing(state: FactState, elsewhere: Result | None, own_period: End | None, as_of: dt.date) -> tuple[Cause, ...]:
    """Why there is no event.

    Args:
        elsewhere: the newest that lies before the period.
        own_period: the beginning of the period, if it is one that `begins` on a day of its own.
    """
    if own_period is not None and (later := ahead(own_period, as_of)) is not None:
        return (Cause(Reason.NO_RECORD, f"{AHEAD}; they begin on {later}{_or_later(own_period)}"),)
    if state.absence:
        return state.absence
    if elsewhere is not None and own_period is not None and own_period.first > -EVER:
        day = f"{dt.date.fromordinal(own_period.first)}{_or_later(own_period)}"
        return (Cause(Reason.NO_RECORD, f"{dated(elsewhere, as_of)}; {BEFORE}; they begin on {day}"),)
    if elsewhere is not None:
        return (Cause(Reason.STALE, dated(elsewhere, as_of)),)
    if state.value is None and state.causes and not state.history:
        return state.causes
    return (Cause(Reason.NO_RECORD),)


def _or_later(first: End) -> str:
    return "" if first.is_day else " or later"

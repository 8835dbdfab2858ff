"""What nobody can find out today, because it is about days that all lie ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from guidelang.facts.state import FactSet
from guidelang.network.events import Occurs
from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    Affine,
    Aggregate,
    Arithmetic,
    Compare,
    DateShift,
    IsOneOf,
    LastN,
    Network,
    NodeId,
    Round,
    ValueKnown,
)
from guidelang.run.outcome import Computed
from guidelang.run.selection import not_before

_AS_ALL_OPERANDS = (Affine, Arithmetic, DateShift, Round)
"""Values that are unknown as long as one of their operands is."""


def literal_not_before(
    literal: NodeId, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]
) -> dt.date | None:
    """The first day on which a literal can be found out, if that is after the evaluation day; None if it is today."""
    node = network.nodes[literal]
    if isinstance(node, Occurs | LastN):
        return not_before(node, facts.as_of, values)
    if isinstance(node, Compare | IsOneOf | ValueKnown):
        days = (value_not_before(operand, network, facts, values) for operand in operands_of(node))
        return max((day for day in days if day is not None), default=None)
    return None


def value_not_before(
    value: NodeId, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]
) -> dt.date | None:
    """The same of a value, whose operands all have to be found out."""
    latest: dt.date | None = None
    pending, seen = [value], {value}
    while pending:
        current = pending.pop()
        node = network.nodes[current]
        if current not in values or values[current].value is not None:
            continue
        if isinstance(node, Aggregate):
            day = not_before(node, facts.as_of, values)
            latest = day if latest is None or (day is not None and day > latest) else latest
        elif isinstance(node, _AS_ALL_OPERANDS):
            new = [operand for operand in operands_of(node) if operand not in seen]
            seen.update(new)
            pending.extend(new)
    return latest

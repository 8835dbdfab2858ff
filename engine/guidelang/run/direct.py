"""The meaning of a network in its plainest form: one closure for each condition, in topological order.

Every other executor is tested against this one. It does nothing that a reader could not do with a pencil: it goes
through the conditions, operands first, and applies the truth tables of `run.kleene`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import TypeAlias

from guidelang.network.ir import (
    And,
    AtLeast,
    Certainly,
    ConditionKnown,
    FirstKnownCondition,
    Network,
    Node,
    NodeId,
    Not,
    Or,
)
from guidelang.run import kleene
from guidelang.run.outcome import Firing, Truth
from guidelang.run.settled import Settled
from guidelang.run.words import Words, supports

Conditions: TypeAlias = dict[NodeId, Truth]


class Direct:
    """The plain executor of one network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._words = Words(network)
        self._steps = [
            (node_id, step) for node_id, node in network.nodes.items() if (step := _closure(node)) is not None
        ]

    def settle(self, literals: Mapping[NodeId, Truth]) -> Settled:
        """Settle every condition.

        Args:
            literals: the truth of every literal node, as `run.literals` gives it.

        Returns:
            All conditions, the literals included, and a firing for each derived fact and rule that became known.
        """
        conditions: Conditions = dict(literals)
        for node_id, step in self._steps:
            conditions[node_id] = step(conditions)
        return Settled(conditions, lambda: self._firings(conditions))

    def _firings(self, conditions: Conditions) -> Iterator[Firing]:
        for node, truth in conditions.items():
            if truth is not None and self._words.names(node):
                yield from self._words.firings(node, truth, self._because(node, conditions))

    def _because(self, node: NodeId, conditions: Conditions) -> Iterator[tuple[NodeId, bool]]:
        """The nearest known conditions below that a reader knows, among those that make the node what it is."""
        pending = list(reversed(supports(self._network, conditions, node)))
        seen: set[NodeId] = set()
        while pending:
            below = pending.pop()
            truth = conditions[below]
            if truth is None or below in seen:
                continue
            seen.add(below)
            if self._words.is_leaf(below):
                yield below, truth
            else:
                pending.extend(reversed(supports(self._network, conditions, below)))


def _closure(node: Node) -> Callable[[Conditions], Truth] | None:
    """What computes one condition from its operands; None for literals and values, which are given."""
    match node:
        case Not(operand=operand):
            return lambda known: kleene.not_(known[operand])
        case And(operands=operands):
            truths = _truths(operands)
            return lambda known: kleene.and_(truths(known))
        case Or(operands=operands):
            truths = _truths(operands)
            return lambda known: kleene.or_(truths(known))
        case AtLeast(count=count, operands=operands):
            truths = _truths(operands)
            return lambda known: kleene.at_least(count, truths(known))
        case Certainly(operand=operand):
            return lambda known: known[operand] is True
        case ConditionKnown(operand=operand):
            return lambda known: known[operand] is not None
        case FirstKnownCondition(operands=operands):
            truths = _truths(operands)
            return lambda known: kleene.first_known(truths(known))
        case _:
            return None


def _truths(operands: tuple[NodeId, ...]) -> Callable[[Conditions], tuple[Truth, ...]]:
    """What takes the truths of operands out of all conditions."""
    if len(operands) < 2:
        return lambda known: tuple(known[operand] for operand in operands)
    return itemgetter(*operands)

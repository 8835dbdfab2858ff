"""What an undecided condition needs: one pass over the settled values, the same for every executor.

The answer is the flat set of base facts under unknown leaves that remain once decided branches of `and` and `or` are
dropped. If each of them had one usable value and all arithmetic were defined, a network without `certainly`, `is
known` and `first known of` would decide the condition.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from guidelang.facts.state import Cause, FactSet, Reason
from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import facts_of, operands_of
from guidelang.network.ir import (
    LITERALS,
    Age,
    Aggregate,
    Arithmetic,
    CurrentValue,
    DateShift,
    FirstKnownValue,
    Holds,
    LastN,
    Network,
    Node,
    NodeId,
    Score,
    Table,
)
from guidelang.quantity import Interval
from guidelang.run.dates import BIRTH_DATE, birth_causes
from guidelang.run.last_results import last_n
from guidelang.run.lasting import lasting
from guidelang.run.literals import first_known
from guidelang.run.not_yet import literal_not_before, value_not_before
from guidelang.run.occurrences import occurs
from guidelang.run.outcome import Computed, Missing, Truth

Need: TypeAlias = tuple[str, tuple[Cause, ...], dt.date | None]
"""A fact, why it is not there, and the first day on which it can be found out where that lies ahead."""


def missing(
    network: Network,
    facts: FactSet,
    conditions: Mapping[NodeId, Truth],
    values: Mapping[NodeId, Computed],
    node: NodeId,
) -> tuple[Missing, ...]:
    """The base facts that `node` needs to be decided, each with its causes, in the order of their names.

    Args:
        conditions: the settled truth of every condition.
        values: the value of every value node.
        node: a condition; one that is true or false needs nothing.
    """
    needs = _Needs(network, facts, conditions, values)
    found: defaultdict[str, dict[Cause, None]] = defaultdict(dict)
    days: defaultdict[str, set[dt.date | None]] = defaultdict(set)
    for leaf in _unknown_leaves(network, conditions, node):
        for fact, causes, day in needs.of_leaf(leaf):
            found[fact].update(dict.fromkeys(causes))
            days[fact].add(day)
    return tuple(Missing(fact, tuple(found[fact]), _first(days[fact])) for fact in sorted(found))


def _first(days: set[dt.date | None]) -> dt.date | None:
    """The first of several days, of which None is today."""
    return None if None in days else min(day for day in days if day is not None)


def _unknown_leaves(network: Network, conditions: Mapping[NodeId, Truth], node: NodeId) -> Iterator[NodeId]:
    """The unknown literals below, each once, past unknown connectives only."""
    pending, seen = [node], {node}
    while pending:
        current = pending.pop()
        if conditions[current] is not None:
            continue
        below = network.nodes[current]
        if isinstance(below, LITERALS):
            yield current
            continue
        new = [operand for operand in dict.fromkeys(operands_of(below)) if operand not in seen]
        seen.update(new)
        pending.extend(reversed(new))


class _Needs:
    """Finds the facts under a literal that are unknown or no point."""

    def __init__(
        self,
        network: Network,
        facts: FactSet,
        conditions: Mapping[NodeId, Truth],
        values: Mapping[NodeId, Computed],
    ) -> None:
        self._network = network
        self._facts = facts
        self._conditions = conditions
        self._values = values

    def of_leaf(self, leaf: NodeId) -> Iterator[Need]:
        node = self._network.nodes[leaf]
        day = literal_not_before(leaf, self._network, self._facts, self._values)
        if isinstance(node, Holds):
            yield node.fact, self._facts.states[node.fact].causes, None
        elif isinstance(node, LastN):
            results = last_n(node, self._network, self._facts, self._values)[1]
            for fact in sorted(results.open_facts):
                yield fact, results.causes, day
        elif isinstance(node, Occurs):
            for fact, causes in occurs(node, self._network, self._facts, self._values).needs.items():
                yield fact, causes, day
        elif isinstance(node, Lasting):
            results = lasting(node, self._facts, self._values)[1]
            for fact in sorted(results.open_facts):
                yield fact, results.causes, None
        yield from self._of_values(operands_of(node))

    def _of_values(self, nodes: Iterable[NodeId]) -> Iterator[Need]:
        for node_id, node in self._below(nodes):
            computed = self._values[node_id]
            if isinstance(node, Score | Table):
                yield from self._of_premises(node, computed)
            elif isinstance(node, CurrentValue):
                yield node.fact, self._facts.states[node.fact].causes, None
            elif isinstance(node, Age):
                if BIRTH_DATE in computed.open_facts:
                    yield BIRTH_DATE, birth_causes(self._facts), None
            elif isinstance(node, Arithmetic | DateShift) and self._is_undefined(node, computed):
                operands = operands_of(node)
                divisor = operands[1:] if isinstance(node, Arithmetic) and node.operator == "/" else operands
                causes = tuple(cause for cause in computed.causes if cause.reason is Reason.UNDEFINED)
                for fact in sorted(self._facts_under(divisor) or self._facts_under(operands)):
                    yield fact, causes, None
            elif isinstance(node, Aggregate) or not operands_of(node):
                day = value_not_before(node_id, self._network, self._facts, self._values)
                for fact in computed.open_facts:
                    yield fact, computed.causes, day

    def _of_premises(self, node: Score | Table, computed: Computed) -> Iterator[Need]:
        """The facts below the conditions that leave a score or table open; below its columns where it gives nothing."""
        undefined = tuple(cause for cause in computed.causes if cause.reason is Reason.UNDEFINED)
        if isinstance(node, Table) and undefined:
            for fact in sorted(self._facts_under(node.columns)):
                yield fact, undefined, None
            return
        for operand in operands_of(node):
            if operand in self._conditions:
                for leaf in _unknown_leaves(self._network, self._conditions, operand):
                    yield from self.of_leaf(leaf)

    def _below(self, nodes: Iterable[NodeId]) -> Iterator[tuple[NodeId, Node]]:
        """The value nodes at and under these that are unknown or no point, each once."""
        pending = list(nodes)
        seen: set[NodeId] = set()
        while pending:
            node_id = pending.pop()
            value = self._values[node_id].value
            if node_id in seen or (value is not None and not (isinstance(value, Interval) and not value.is_point)):
                continue
            seen.add(node_id)
            node = self._network.nodes[node_id]
            yield node_id, node
            known = first_known(node.operands, self._values) if isinstance(node, FirstKnownValue) else None
            below = operands_of(node) if known is None else (known,)
            pending.extend(operand for operand in below if operand in self._values)

    def _is_undefined(self, node: Arithmetic | DateShift, computed: Computed) -> bool:
        """Whether this very operation has no result, though all its operands have values."""
        return (
            computed.value is None
            and any(cause.reason is Reason.UNDEFINED for cause in computed.causes)
            and all(self._values[operand].value is not None for operand in operands_of(node))
        )

    def _facts_under(self, nodes: Iterable[NodeId]) -> set[str]:
        pending = list(nodes)
        seen: set[NodeId] = set()
        facts: set[str] = set()
        while pending:
            node_id = pending.pop()
            if node_id in seen:
                continue
            seen.add(node_id)
            node = self._network.nodes[node_id]
            facts.update(facts_of(node))
            pending.extend(operands_of(node))
        return facts

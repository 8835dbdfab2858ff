"""The numbers that a guideline compares a fact with, each in the fact's own unit.

A threshold is a constant, or a parameter, that a condition compares with the current value of a fact, with one of its
aggregates, or with its newest results. Comparisons with computed values (a product of two facts, say) have no place on
the scale of one fact and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from guidelang.network.core import without_invariants
from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    Affine,
    Aggregate,
    Comparator,
    Compare,
    Constant,
    CurrentValue,
    LastN,
    Network,
    NodeId,
)

_TURNED: Mapping[Comparator, Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Threshold:
    """`fact operator value`, with the node that compares so and the rules whose conditions it is part of."""

    node: NodeId
    operator: Comparator
    value: Fraction
    parameter: str | None
    rules: tuple[str, ...]


class Thresholds:
    """The thresholds of one network; they are the same for all its patients."""

    def __init__(self, network: Network) -> None:
        network = without_invariants(network)  # what only an invariant compares decides no rule
        self._network = network
        self._by_fact: dict[str, list[Threshold]] = defaultdict(list)
        compared = {
            node_id: found
            for node_id, node in network.nodes.items()
            if isinstance(node, Compare | LastN) and (found := self._read(node)) is not None
        }
        users = _users(network, frozenset(compared))
        for node_id, (fact, operator, value, parameter) in compared.items():
            self._by_fact[fact].append(Threshold(node_id, operator, value, parameter, users[node_id]))

    def of(self, fact: str) -> list[Threshold]:
        """The thresholds of a fact, lowest first."""
        return sorted(self._by_fact.get(fact, ()), key=lambda t: (t.value, t.operator, t.node))

    def _read(self, node: Compare | LastN) -> tuple[str, Comparator, Fraction, str | None] | None:
        if isinstance(node, LastN):
            right = self._constant(node.right)
            if right is None or not node.factor:
                return None
            value = (right[0] - node.offset) / node.factor
            return node.fact, _turned(node.operator, node.factor < 0), value, right[1]
        for measured, other, turned in ((node.left, node.right, False), (node.right, node.left, True)):
            scale, limit = self._fact(measured), self._constant(other)
            if scale is not None and limit is not None:
                fact, factor, offset = scale
                operator = _turned(node.operator, turned is not (factor < 0))
                return fact, operator, (limit[0] - offset) / factor, limit[1]
        return None

    def _fact(self, node_id: NodeId) -> tuple[str, Fraction, Fraction] | None:
        """The fact that a value node is a rescaled value of: node = factor * fact + offset, factor not zero."""
        match self._network.nodes[node_id]:
            case CurrentValue(fact):
                scale = (fact, Fraction(1), Fraction(0))
            case Aggregate(how="latest" | "earliest" | "highest" | "lowest" | "average", fact=fact):
                scale = (fact, Fraction(1), Fraction(0))
            case Affine(operand, factor, offset) if factor:
                inner = self._fact(operand)
                if inner is None:
                    return None
                return inner[0], factor * inner[1], factor * inner[2] + offset
            case _:
                return None
        return scale if self._network.facts[scale[0]].type in ("quantity", "number") else None

    def _constant(self, node_id: NodeId) -> tuple[Fraction, str | None] | None:
        match self._network.nodes[node_id]:
            case Constant(value=value, parameter=parameter):
                return value, parameter
            case Affine(operand, factor, offset):
                inner = self._constant(operand)
                return None if inner is None else (factor * inner[0] + offset, inner[1])
            case _:
                return None


@dataclass(frozen=True, slots=True, eq=False)
class _ByIdentity:
    """A network as the key of a cache: it is found again by being the same object."""

    network: Network

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.network is self.network

    def __hash__(self) -> int:
        return id(self.network)


@lru_cache(maxsize=4)
def _kept(key: _ByIdentity) -> Thresholds:
    return Thresholds(key.network)


def thresholds(network: Network) -> Thresholds:
    """The thresholds of a network; those of the networks used last are kept."""
    return _kept(_ByIdentity(network))


def _turned(operator: Comparator, turned: bool) -> Comparator:
    return _TURNED[operator] if turned else operator


def _users(network: Network, wanted: frozenset[NodeId]) -> dict[NodeId, tuple[str, ...]]:
    """For each wanted node the rules in whose `when` and `unless` it lies, by name."""
    users: dict[NodeId, list[str]] = {node: [] for node in wanted}
    for name in sorted(network.rules):
        seen: set[NodeId] = set()
        waiting = [network.rules[name].base]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in wanted:
                users[node].append(name)
            waiting.extend(operands_of(network.nodes[node]))
    return {node: tuple(names) for node, names in users.items()}

"""What scores and tables stand on: conditions that are settled with the values, before any executor.

They ask for nothing that rules say, so their truth follows from the facts alone. It is what an executor finds too: both
apply the truth tables of `run.kleene`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from guidelang.facts.state import FactSet
from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    LITERALS,
    And,
    AtLeast,
    Certainly,
    Compare,
    ConditionKnown,
    ConditionNode,
    FirstKnownCondition,
    Holds,
    IsOneOf,
    LastN,
    Network,
    Node,
    NodeId,
    Not,
    Or,
    Score,
    Table,
)
from guidelang.run import kleene
from guidelang.run.last_results import last_n
from guidelang.run.lasting import lasting
from guidelang.run.occurrences import occurs
from guidelang.run.outcome import Computed, Truth

Truths: TypeAlias = Mapping[NodeId, Truth]


def premises(network: Network) -> frozenset[NodeId]:
    """The conditions that some score or table stands on, itself or through another condition."""
    found: set[NodeId] = set()
    waiting = [o for node in network.nodes.values() if isinstance(node, Score | Table) for o in operands_of(node)]
    while waiting:
        node_id = waiting.pop()
        node = network.nodes[node_id]
        if node_id not in found and isinstance(node, ConditionNode):
            found.add(node_id)
            waiting.extend(() if isinstance(node, LITERALS) else operands_of(node))
    return frozenset(found)


class Premises:
    """The truth of premises, filled operands first.

    Attributes:
        truths: the truth of each premise so far.
        open_facts: for an unknown premise, the facts that keep it from being decided.
    """

    def __init__(self, network: Network, facts: FactSet) -> None:
        self._network = network
        self._facts = facts
        self.truths: dict[NodeId, Truth] = {}
        self.open_facts: dict[NodeId, frozenset[str]] = {}

    def literal(self, node_id: NodeId, node: Node, truth: Truth, values: Mapping[NodeId, Computed]) -> None:
        self.truths[node_id] = truth
        open_ = open_facts(node, values, self._network, self._facts) if truth is None else frozenset[str]()
        self.open_facts[node_id] = open_

    def connective(self, node_id: NodeId, node: Node) -> None:
        self.truths[node_id] = truth = connected(node, self.truths)
        below = [self.open_facts[o] for o in operands_of(node)] if truth is None else []
        self.open_facts[node_id] = frozenset().union(*below)


def connected(node: Node, truths: Truths) -> Truth:
    """The truth of a connective from that of its operands."""
    match node:
        case Not(operand):
            return kleene.not_(truths[operand])
        case And(operands):
            return kleene.and_(truths[o] for o in operands)
        case Or(operands):
            return kleene.or_(truths[o] for o in operands)
        case AtLeast(count, operands):
            return kleene.at_least(count, (truths[o] for o in operands))
        case Certainly(operand):
            return truths[operand] is True
        case ConditionKnown(operand):
            return truths[operand] is not None
        case FirstKnownCondition(operands):
            return kleene.first_known(truths[o] for o in operands)
        case _:
            raise TypeError(f"{type(node).__name__} is no connective")


def open_facts(literal: Node, values: Mapping[NodeId, Computed], network: Network, facts: FactSet) -> frozenset[str]:
    """The facts that keep an unknown literal from being decided."""
    match literal:
        case Holds(fact):
            return frozenset({fact})
        case Compare(_, left, right):
            return values[left].open_facts | values[right].open_facts
        case IsOneOf(subject):
            return values[subject].open_facts
        case LastN():
            return last_n(literal, network, facts, values)[1].open_facts
        case Occurs():
            needs = occurs(literal, network, facts, values).needs
            return frozenset(needs).union(*(values[operand].open_facts for operand in operands_of(literal)))
        case Lasting():
            return lasting(literal, facts, values)[1].open_facts
        case _:
            return frozenset()

"""Items as conditions of the network, beside the guideline's own.

What is asked of a condition here is true or false, never unknown: that it is true, that it is unknown, that an outcome
would be another one if it were false.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping
from dataclasses import replace

from guidelang.network.graph import operands_of
from guidelang.network.hash import node_id
from guidelang.network.ir import (
    LITERALS,
    And,
    AtLeast,
    Certainly,
    ConditionKnown,
    ConditionNode,
    FactKnown,
    FactStale,
    FirstKnownCondition,
    Network,
    Node,
    NodeId,
    Not,
    Or,
    ValueKnown,
)
from guidelang.run.outcome import Truth
from guidelang.run.premises import connected


class Questions:
    """The nodes of a network and what is asked about them.

    Attributes:
        literals: values and literals that were added, which are settled when a patient is run.
        nodes: conditions that were added, operands before the nodes that use them; settled when somebody asks.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.literals: dict[NodeId, Node] = {}
        self.nodes: dict[NodeId, Node] = {}

    def node(self, node: NodeId) -> Node:
        return self.network.nodes.get(node) or self.literals.get(node) or self.nodes[node]

    def literal(self, node: Node) -> NodeId:
        """A value or a literal of the guideline's facts."""
        identifier = node_id(node)
        if identifier not in self.network.nodes:
            self.literals.setdefault(identifier, node)
        return identifier

    def add(self, node: Node) -> NodeId:
        identifier = node_id(node)
        if identifier not in self.network.nodes:
            self.nodes.setdefault(identifier, node)
        return identifier

    # ---- what is asked ----------------------------------------------------------------------------------------------

    def constant(self, truth: Truth) -> NodeId:
        if truth is None:
            return self.add(FirstKnownCondition(()))
        return self.add(And(())) if truth else self.add(Or(()))

    def all_of(self, *operands: NodeId) -> NodeId:
        unique = tuple(dict.fromkeys(operands))
        return unique[0] if len(unique) == 1 else self.add(And(unique))

    def any_of(self, *operands: NodeId) -> NodeId:
        unique = tuple(dict.fromkeys(operands))
        return unique[0] if len(unique) == 1 else self.add(Or(unique))

    def no(self, operand: NodeId) -> NodeId:
        return self.add(Not(operand))

    def is_(self, condition: NodeId, truth: Truth) -> NodeId:
        """Whether a condition has a truth."""
        if truth is None:
            return self.no(self.add(ConditionKnown(condition)))
        return self.add(Certainly(condition if truth else self.no(condition)))

    def differ(self, a: NodeId, b: NodeId) -> NodeId:
        """Whether one of two questions is answered otherwise than the other."""
        return self.any_of(self.all_of(a, self.no(b)), self.all_of(b, self.no(a)))

    def substituted(self, root: NodeId, changed: Mapping[NodeId, NodeId], kept: Collection[NodeId]) -> NodeId:
        """A condition with others in place of some below it; what stands below those in `kept` is left as it is."""
        made: dict[NodeId, NodeId] = dict(changed)
        pending = [(root, False)]
        while pending:
            current, ready = pending.pop()
            if current in made:
                continue
            node = self.node(current)
            if current in kept or not isinstance(node, ConditionNode) or isinstance(node, LITERALS):
                made[current] = current
            elif ready:
                made[current] = self._with_operands(current, node, made)
            else:
                pending.append((current, True))
                pending.extend((operand, False) for operand in operands_of(node))
        return made[root]

    def _with_operands(self, identifier: NodeId, node: ConditionNode, made: Mapping[NodeId, NodeId]) -> NodeId:
        if all(made[operand] == operand for operand in operands_of(node)):
            return identifier
        match node:
            case Not() | Certainly() | ConditionKnown():
                return self.add(replace(node, operand=made[node.operand]))
            case And() | Or() | AtLeast() | FirstKnownCondition():
                return self.add(replace(node, operands=tuple(made[operand] for operand in node.operands)))
            case _:
                raise TypeError(f"{type(node).__name__} is no connective")

    def never_unknown(self, root: NodeId) -> bool:
        """Whether its form alone makes a condition true or false for everybody."""
        pending = [root]
        while pending:
            node = self.node(pending.pop())
            if isinstance(node, FactKnown | FactStale | ValueKnown | ConditionKnown | Certainly):
                continue
            if not isinstance(node, Not | And | Or | AtLeast):
                return False
            pending.extend(operands_of(node))
        return True

    # ---- answers ----------------------------------------------------------------------------------------------------

    def order(self, root: NodeId) -> tuple[NodeId, ...]:
        """The added conditions that a question stands on and itself, operands first."""
        found: dict[NodeId, None] = {}
        pending = [(root, False)]
        while pending:
            current, ready = pending.pop()
            if current in found or current not in self.nodes:
                continue
            if ready:
                found[current] = None
            else:
                pending.append((current, True))
                pending.extend((operand, False) for operand in operands_of(self.nodes[current]))
        return tuple(found)


class Answers:
    """What one evaluation answers; what several questions share is settled once."""

    def __init__(self, questions: Questions, conditions: Mapping[NodeId, Truth]) -> None:
        self._questions = questions
        self._truths: dict[NodeId, Truth] = {}
        self._conditions = dict(conditions)

    def truth(self, node: NodeId) -> Truth:
        """The truth of a condition of the guideline or of a question."""
        if node in self._conditions:
            return self._conditions[node]
        if node not in self._truths:
            self._settle(node)
        return self._truths[node]

    def _settle(self, root: NodeId) -> None:
        known = ChainMap(self._truths, self._conditions)  # only read
        for node in self._questions.order(root):
            if node not in self._truths:
                self._truths[node] = connected(self._questions.nodes[node], known)

"""The reader's words for nodes of a network, and which nodes a reader knows by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from guidelang.network.ir import (
    LITERALS,
    And,
    AtLeast,
    Certainly,
    ConditionKnown,
    FirstKnownCondition,
    Network,
    NodeId,
    Not,
    Or,
)
from guidelang.run.outcome import Firing, Truth


def rule_words(name: str) -> str:
    """What firings call a rule."""
    return f"rule {name}"


class Words:
    """What firings call the nodes of one network.

    A reader knows a condition that is a derived fact, or decides whether a rule applies; connectives in between have no
    name. Nodes of one meaning are one node, so a node may carry several names.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        names: defaultdict[NodeId, list[str]] = defaultdict(list)
        for name in sorted(network.derived):
            names[network.derived[name].node].append(name)
        for name in sorted(network.rules):
            names[network.rules[name].applies].append(rule_words(name))
        self._names = {node: tuple(words) for node, words in names.items()}

    def names(self, node: NodeId) -> tuple[str, ...]:
        """The derived facts and rules that a node decides, none for a node without a name."""
        return self._names.get(node, ())

    def is_leaf(self, node: NodeId) -> bool:
        """Whether a reader needs nothing below this node to understand it: it is named, or a literal."""
        return node in self._names or isinstance(self._network.nodes[node], LITERALS)

    def say(self, node: NodeId, truth: bool) -> str:
        """One support of a firing: "low_calcium", or "not low_calcium"."""
        words = self._network.names.get(node, node)
        if node in self._names and not isinstance(self._network.nodes[node], LITERALS):
            words = self._names[node][0]
        return words if truth else f"not {words}"

    def firings(self, node: NodeId, truth: bool, because: Iterable[tuple[NodeId, bool]]) -> Iterator[Firing]:
        """A firing for each name of a node."""
        supports = tuple(dict.fromkeys(self.say(*support) for support in because))
        return (Firing(name, truth, supports) for name in self.names(node))


def supports(network: Network, conditions: Mapping[NodeId, Truth], node: NodeId) -> tuple[NodeId, ...]:
    """The conditions that make a known one what it is: all its operands, or the one or few that decide it alone."""
    truth = conditions[node]
    match network.nodes[node]:
        case Not(operand=operand) | Certainly(operand=operand) | ConditionKnown(operand=operand):
            return (operand,)
        case And(operands=operands):
            return operands if truth else tuple(o for o in operands if conditions[o] is False)
        case Or(operands=operands):
            return tuple(o for o in operands if conditions[o] is True) if truth else operands
        case AtLeast(operands=operands):
            return tuple(o for o in operands if conditions[o] is truth)
        case FirstKnownCondition(operands=operands):
            return tuple(o for o in operands if conditions[o] is not None)[:1]
        case _:
            return (node,)  # a literal stands for itself

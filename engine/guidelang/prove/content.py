"""Whether two nodes of two networks mean the same by construction: what most of two editions is.

The identifier of a node is nearly that. It has the names of parameters in it, though, which say nothing about a
patient, and it does not say what the facts below it are.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass

from guidelang.network.graph import operands_of
from guidelang.network.hash import canonical, plain
from guidelang.network.ir import FactDefinition, FirstKnownCondition, FirstKnownValue, Network, Node, NodeId

_COSMETIC_OF_FACTS = ("label", "window_parameter", "modifiable", "effects", "kind")
_PARAMETERS = frozenset({"parameter", "window_parameter", "farthest_parameter", "text", "label", "unconfirmed"})

_IN_ORDER = ("-", "/", "^")


def fact_content(definition: FactDefinition) -> str:
    """What a fact is read from and when it is known, as a key; labels and names of parameters do not count."""
    content = {f.name: plain(getattr(definition, f.name)) for f in fields(definition)}
    for name in _COSMETIC_OF_FACTS:
        del content[name]
    return _digest(_as_sets(_strip(content)))


class Content:
    """The meaning of the nodes of one network, as keys that are equal for equal meaning.

    Args:
        alike: takes facts of one name for the same, however they are read.
    """

    def __init__(self, network: Network, *, alike: bool = False) -> None:
        self._network = network
        self._alike = alike
        self._facts: dict[str, str] = {}
        self._nodes: dict[NodeId, str] = {}

    def fact(self, name: str) -> str:
        """The key of a fact's definition, its name included."""
        if name not in self._facts:
            definition = self._network.facts.get(name)
            content = "" if definition is None or self._alike else fact_content(definition)
            self._facts[name] = f"{name}:{content}"
        return self._facts[name]

    def node(self, node_id: NodeId) -> str:
        """The key of a node with all that stands below it."""
        if node_id not in self._nodes:
            for below in self._below(node_id):
                self._nodes[below] = self._digest_of(self._network.nodes[below])
        return self._nodes[node_id]

    def _below(self, node_id: NodeId) -> list[NodeId]:
        """The node and all below it that have no key yet, operands first, without recursion."""
        order: list[NodeId] = []
        pending = [(node_id, False)]
        while pending:
            current, done = pending.pop()
            if done:
                order.append(current)
            elif current not in self._nodes:
                pending.append((current, True))
                pending.extend((operand, False) for operand in operands_of(self._network.nodes[current]))
        return list(dict.fromkeys(order))

    def _digest_of(self, node: Node) -> str:
        named = {operand: self._nodes[operand] for operand in operands_of(node)}
        content = _renamed(_without_parameters(plain(node)), named)
        content["op"] = type(node).__name__
        content["facts"] = sorted(self.fact(name) for name in _facts_in(node))
        if not isinstance(node, FirstKnownCondition | FirstKnownValue) and content.get("operator") not in _IN_ORDER:
            for name in ("operands", "items", "rows", "values"):
                if isinstance(found := content.get(name), list):
                    content[name] = sorted(found, key=canonical)
        return _digest(content)


def _facts_in(node: object) -> set[str]:
    """All facts that are named anywhere inside a node, in relations and days as well."""
    if isinstance(node, tuple):
        return set().union(*(_facts_in(item) for item in node))
    if not is_dataclass(node) or isinstance(node, type):
        return set()
    named = {fact} if isinstance(fact := getattr(node, "fact", None), str) else set()
    return named.union(*(_facts_in(getattr(node, f.name)) for f in fields(node)))


def _without_parameters(value: object) -> dict[str, object]:
    stripped = _strip(value)
    assert isinstance(stripped, dict)
    return stripped


def _strip(value: object) -> object:
    if isinstance(value, dict):
        return {key: _strip(item) for key, item in value.items() if key not in _PARAMETERS}
    return [_strip(item) for item in value] if isinstance(value, list) else value


def _as_sets(value: object) -> object:
    """Lists in canonical order: of readings, codes and conversions the order says nothing."""
    if isinstance(value, dict):
        return {key: item if key == "plausible" else _as_sets(item) for key, item in value.items()}
    return sorted((_as_sets(item) for item in value), key=canonical) if isinstance(value, list) else value


def _renamed(value: dict[str, object], named: dict[NodeId, str]) -> dict[str, object]:
    changed = _rename(value, named)
    assert isinstance(changed, dict)
    return changed


def _rename(value: object, named: dict[NodeId, str]) -> object:
    if isinstance(value, dict):
        return {key: _rename(item, named) for key, item in value.items()}
    if isinstance(value, list):
        return [_rename(item, named) for item in value]
    return named.get(value, value) if isinstance(value, str) else value


def _digest(content: object) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()[:16]

"""Random networks built in the IR itself, and random truths for their literals."""

from __future__ import annotations

from hypothesis import strategies as st

from guidelang.network.ir import (
    LITERALS,
    And,
    AtLeast,
    Certainly,
    ConditionKnown,
    DerivedDefinition,
    FactDefinition,
    FirstKnownCondition,
    Holds,
    Network,
    Node,
    NodeId,
    Not,
    Or,
    RuleDefinition,
)
from guidelang.run import Truth

from .networks import network, rule

truths = st.sampled_from([True, False, None])


@st.composite
def connectives(draw: st.DrawFn, below: list[NodeId], *, monotone: bool) -> Node:
    """One connective over some of the nodes that are there."""
    kinds = ["not", "and", "or", "at least"] + ([] if monotone else ["certainly", "known", "first known"])
    kind = draw(st.sampled_from(kinds))
    if kind in {"not", "certainly", "known"}:
        operand = draw(st.sampled_from(below))
        return {"not": Not, "certainly": Certainly, "known": ConditionKnown}[kind](operand)
    # Long conjunctions and repeated operands belong to what a layout must bear.
    most = draw(st.sampled_from([3, 3, 3, 40]))
    operands = tuple(draw(st.lists(st.sampled_from(below), max_size=most)))
    if kind == "at least":
        return AtLeast(draw(st.integers(0, len(operands) + 1)), operands)
    return {"and": And, "or": Or, "first known": FirstKnownCondition}[kind](operands)


@st.composite
def networks(draw: st.DrawFn, *, monotone: bool = False) -> Network:
    """A network over two to eight literals; some conditions have names, and rules override rules before them."""
    literal_ids = [f"l{n}" for n in range(draw(st.integers(2, 8)))]
    nodes: dict[NodeId, Node] = {name: Holds(name) for name in literal_ids}
    for n in range(draw(st.integers(1, 20))):
        nodes[f"c{n}"] = draw(connectives(list(nodes), monotone=monotone))
    ids = list(nodes)
    rules: list[RuleDefinition] = []
    for n in range(draw(st.integers(0, 5))):
        base = draw(st.sampled_from(ids))
        over = draw(st.sampled_from([None, *rules]))
        if over is None:
            rules.append(rule(f"r{n}", base))
            continue
        nodes[f"not r{n}"] = Not(over.applies)
        nodes[f"applies r{n}"] = And((base, f"not r{n}"))
        rules.append(rule(f"r{n}", base, applies=f"applies r{n}", overridden_by=(over.name,)))
    derived = [
        DerivedDefinition(f"d{n}", None, node, "yes_no", None)
        for n, node in enumerate(draw(st.lists(st.sampled_from(ids), max_size=4)))
    ]
    definitions = [FactDefinition(name, "yes_no") for name in literal_ids]
    return network(nodes, rules=rules, facts=definitions, derived=derived, scope=draw(st.sampled_from(ids)))


def assignments(of: Network) -> st.SearchStrategy[dict[NodeId, Truth]]:
    """A truth for each literal."""
    return st.fixed_dictionaries({node_id: truths for node_id, node in of.nodes.items() if isinstance(node, LITERALS)})

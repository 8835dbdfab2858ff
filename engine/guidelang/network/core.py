"""The shape of a network: what it stands on, in which order it is settled, and what it is without its invariants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from guidelang.network import ir
from guidelang.network.graph import operands_of


def without_invariants(network: ir.Network) -> ir.Network:
    """The network as it would be without invariants: all that outcomes depend on, and the data that they need."""
    if not network.invariants:
        return network
    kept = reachable(network.nodes, roots(network.rules.values(), network.derived.values(), network.scope))
    nodes = {identifier: node for identifier, node in network.nodes.items() if identifier in kept}
    others = set(network.for_invariants)
    return replace(
        network,
        facts={name: fact for name, fact in network.facts.items() if name not in others},
        parameters=tuple(parameter for parameter in network.parameters if parameter.name not in others),
        nodes=nodes,
        strata=strata(nodes),
        names={identifier: words for identifier, words in network.names.items() if identifier in kept},
        invariants=(),
        for_invariants=(),
        unused_facts=tuple(sorted({*network.unused_facts, *(others & set(network.facts))})),
    )


def roots(
    rules: Iterable[ir.RuleDefinition], derived: Iterable[ir.DerivedDefinition], scope: ir.NodeId
) -> set[ir.NodeId]:
    """The nodes that outcomes and derived values are read from."""
    found = {scope}
    for rule in rules:
        found |= {rule.when, *rule.unless, rule.base, rule.applies}
    return found | {d.node for d in derived}


def reachable(nodes: Mapping[ir.NodeId, ir.Node], roots: Iterable[ir.NodeId]) -> set[ir.NodeId]:
    """These nodes and all that they stand on."""
    seen: set[ir.NodeId] = set()
    waiting = list(roots)
    while waiting:
        identifier = waiting.pop()
        if identifier not in seen:
            seen.add(identifier)
            waiting.extend(operands_of(nodes[identifier]))
    return seen


def strata(nodes: Mapping[ir.NodeId, ir.Node]) -> tuple[tuple[ir.NodeId, ...], ...]:
    """The conditions that are settled together, in order."""
    level: dict[ir.NodeId, int] = {}
    for identifier, node in nodes.items():
        if isinstance(node, (ir.ValueNode, *ir.LITERALS)):
            level[identifier] = 0  # settled before, with all that a score or table stands on
            continue
        below = max((level[o] for o in operands_of(node)), default=0)
        level[identifier] = below + 1 if isinstance(node, ir.NON_MONOTONE) else below
    conditions = [i for i, node in nodes.items() if isinstance(node, ir.ConditionNode)]
    highest = max((level[i] for i in conditions), default=0)
    return tuple(tuple(i for i in conditions if level[i] == stratum) for stratum in range(highest + 1))

"""Whether a patient refutes an invariant of the guideline."""

from __future__ import annotations

from collections.abc import Mapping

from guidelang.network.ir import InvariantDefinition, Network, NodeId
from guidelang.run.outcome import Truth, Violation


def violations(network: Network, conditions: Mapping[NodeId, Truth]) -> tuple[Violation, ...]:
    """The invariants that settled conditions refute, by name."""
    return tuple(
        Violation(each.name, each.words, tuple(rule for rule in each.rules if conditions[network.rules[rule].applies]))
        for each in network.invariants
        if _refuted(each, network, conditions)
    )


def _refuted(invariant: InvariantDefinition, network: Network, conditions: Mapping[NodeId, Truth]) -> bool:
    """In scope, with a true premise, and with what is never to be, or without what always is."""
    if conditions[invariant.premise] is not True or not (invariant.of_scope or conditions[network.scope]):
        return False
    return conditions[invariant.claimed] is (invariant.kind == "never")

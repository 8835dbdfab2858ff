"""How the columns of the output are called."""

from __future__ import annotations

from collections.abc import Mapping

from guidelang.cohort.source import PATIENT
from guidelang.network.graph import facts_of
from guidelang.network.ir import Network

SCOPE = "scope"
"""The column with the scope; where reasons are told, what stands in place of a rule."""

MISSING = "missing"
"""The column with what is needed for whatever is undecided."""

WHY = (PATIENT, "rule", "fact", "reason", "detail")
"""The columns that say why something is undecided, all of them texts."""


def rule_columns(network: Network) -> Mapping[str, str]:
    """The column of each rule in the outcomes, in their order."""
    taken = (PATIENT, SCOPE, MISSING)
    return {name: f"rule {name}" if name in taken else name for name in sorted(network.rules)}


def needable(network: Network) -> tuple[str, ...]:
    """The facts that something may need, in their order: the fields of the column `missing`."""
    return tuple(sorted({fact for node in network.nodes.values() for fact in facts_of(node)}))

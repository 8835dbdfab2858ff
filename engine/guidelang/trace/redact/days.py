"""Whose days a computed value stands on: the patient's, which are moved, or those that the guideline itself names.

A day of the guideline or of one of its parameters is no secret, and must not be moved: who sees it moved, beside the
parameter, knows by how many days the patient's own dates were moved. A value made of both, such as the later of a day
of the record and the start of a period, can be either; so it is not told. Nor is an age in months, weeks or days at a
day of the guideline, which would tell the birthday.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    Age,
    Aggregate,
    BeforeEvaluation,
    CurrentValue,
    DateConstant,
    EventDay,
    Network,
    Node,
    NodeId,
)
from guidelang.trace.words import Words

Whose: TypeAlias = Literal["patient", "guideline", "both"]


class Days:
    """The days behind the value nodes of one network."""

    def __init__(self, network: Network) -> None:
        self._behind: dict[NodeId, frozenset[str]] = {}
        self._by_words: dict[str, set[Whose]] = {}
        words = Words(network) if any(isinstance(node, DateConstant) for node in network.nodes.values()) else None
        for node_id, node in network.nodes.items():  # operands come before what uses them
            self._behind[node_id] = _own(node).union(*(self._behind[operand] for operand in operands_of(node)))
            if words is not None:
                told: Whose = "patient" if isinstance(node, Age) and node.unit == "year" else self.whose(node_id)
                self._by_words.setdefault(words.spelled(node_id), set()).add(told)

    def whose(self, node: NodeId) -> Whose:
        """Whose days a node stands on; the patient's, too, if it stands on none."""
        behind = self._behind[node]
        return "both" if len(behind) == 2 else "guideline" if "guideline" in behind else "patient"

    def whose_by_words(self, words: str) -> Whose:
        """The same of the nodes that have these words; both, if they differ."""
        found = self._by_words.get(words, {"patient"})
        return next(iter(found)) if len(found) == 1 else "both"


def _own(node: Node) -> frozenset[str]:
    match node:
        case DateConstant():
            return frozenset({"guideline"})
        case CurrentValue() | Aggregate() | EventDay() | BeforeEvaluation() | Age():
            return frozenset({"patient"})
        case _:
            return frozenset()

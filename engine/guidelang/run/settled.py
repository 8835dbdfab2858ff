"""What an executor yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidelang.network.ir import NodeId
from guidelang.run.outcome import Firing, Truth


@dataclass(frozen=True, slots=True)
class Settled:
    """The truth of every condition node, the literals included, and the steps of the executor in its order."""

    conditions: Mapping[NodeId, Truth]
    firings: tuple[Firing, ...]

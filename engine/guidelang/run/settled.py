"""What an executor yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from guidelang.network.ir import NodeId
from guidelang.run.outcome import Firing, Truth


class Settled:
    """The truth of every condition node, the literals included, and the steps of the executor in its order.

    Args:
        conditions: the truth of every condition node.
        steps: gives the firings; an executor without steps of its own makes them up when they are asked for.
    """

    def __init__(self, conditions: Mapping[NodeId, Truth], steps: Callable[[], Iterable[Firing]]) -> None:
        self.conditions = conditions
        self._steps = steps

    @cached_property
    def firings(self) -> tuple[Firing, ...]:
        """The steps of the executor."""
        return tuple(self._steps())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Settled):
            return NotImplemented
        return self.conditions == other.conditions and self.firings == other.firings

    def __hash__(self) -> int:
        return hash(frozenset(self.conditions.items()))

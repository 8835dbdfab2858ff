"""What a table with one row a patient cannot answer: it has the current values of facts, and no histories."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.network.events import Lasting, Occurs
from guidelang.network.ir import Aggregate, EventDay, FactStale, LastN, Network, Node


class ColumnarError(ValueError):
    """A guideline that the columnar executor cannot run. `conditions` are what it cannot answer, in readers' words."""

    def __init__(self, network: Network, conditions: tuple[str, ...]) -> None:
        self.conditions = conditions
        count = f"{len(conditions)} condition{'' if len(conditions) == 1 else 's'}"
        super().__init__(
            f"guideline {network.name} asks {count} that need an event table, which is not read yet; "
            f"one row a patient has current values and no history: {'; '.join(conditions)}"
        )


def unanswerable(network: Network) -> tuple[str, ...]:
    """What the guideline asks of histories, each once, in the order of the words."""
    return tuple(sorted(set(_unanswerable(network))))


def _unanswerable(network: Network) -> Iterator[str]:
    for node_id, node in network.nodes.items():
        asked = _asked(node, network)
        if asked is not None:
            yield network.names.get(node_id) or asked


def _asked(node: Node, network: Network) -> str | None:
    match node:
        case Aggregate(how=how, fact=fact):
            return f"{how.replace('_', ' ')} of {fact}"
        case EventDay(fact=fact) if network.facts[fact].type != "date":
            return f"the day of {fact}"
        case LastN(count=count, fact=fact):
            return f"last {count} of {fact}"
        case FactStale(fact=fact):
            return f"{fact} is stale"
        case Occurs(fact=fact):
            return f"events of {fact}"
        case Lasting(fact=fact):
            return f"how long {fact} lasts"
        case _:
            return None

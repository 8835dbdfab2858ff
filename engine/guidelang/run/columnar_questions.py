"""What is asked of histories, answered for all patients at once: one answer a node.

columnar_selection    which events a question is about
columnar_relations    how they lie to those of another fact
columnar_occurs       whether events occur, how many there are, the last n, how long something lasts
columnar_aggregates   values made of a history
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guidelang.network.events import Lasting, Occurs
from guidelang.network.ir import Aggregate, EventDay, FactStale, LastN, Network, Node, NodeId
from guidelang.run.columnar_aggregates import aggregate, event_day
from guidelang.run.columnar_answer import Answer
from guidelang.run.columnar_history import History
from guidelang.run.columnar_number import Value
from guidelang.run.columnar_occurs import last_n, lasting, occurs
from guidelang.run.columnar_tests import Asked

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Answer", "answer", "asks_history"]


def asks_history(node: Node, network: Network) -> bool:
    """Whether a node asks more of a fact than its current value."""
    match node:
        case Aggregate() | LastN() | FactStale() | Occurs() | Lasting():
            return True
        case EventDay(fact=fact):
            return network.facts[fact].type != "date"
        case _:
            return False


def answer(
    node: Node, network: Network, history: History, frame: pl.DataFrame, values: Mapping[NodeId, Value]
) -> Answer:
    """The answer of a node for each patient of a table, in its order; `values` are those of the nodes below it."""
    asked = Asked(history, frame, values)
    match node:
        case Aggregate():
            return aggregate(node, asked)
        case EventDay(fact=fact):
            return event_day(fact, history)
        case LastN():
            return last_n(node, asked)
        case Occurs():
            return occurs(node, asked)
        case Lasting():
            return lasting(node, asked)
        case FactStale(fact=fact) if network.facts[fact].patient_field is None:
            return Answer(truth=history.flags(history.facts[fact].stale))
        case FactStale():
            return Answer(truth=history.nobody())
        case _:
            raise TypeError(f"{type(node).__name__} asks nothing of histories")

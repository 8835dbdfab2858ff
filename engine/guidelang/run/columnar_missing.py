"""What undecided conditions need, for all rows of a table at once: `run.reasons` in columns.

Relevance goes from the conditions that are asked about to the facts. A node is relevant in a row if it is unknown
there, or no point, and is asked about or keeps a relevant node from being decided. What relevant nodes read is needed.

Where a literal stands on a value that no double tells, or that may be undefined, the few different cells of these rows
go through the one-patient pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import facts_of, operands_of, relations_of
from guidelang.network.ir import LITERALS, Aggregate, ConditionNode, EventDay, LastN, Network, Node, NodeId, Table
from guidelang.run.columnar_exact import Exact

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Needed:
    """What is needed, by row.

    Attributes:
        facts: for each fact that anybody needs, who does.
        plain: the same, of those needs whose causes are those of the fact itself.
        exact: the literals that were looked up exactly, and in which rows: there, what they need has the causes that
            `Exact` tells, and not those of the facts alone.
        open: the rows that columns do not tell; None if there are none.
    """

    facts: Mapping[str, pl.Series]
    plain: Mapping[str, pl.Series]
    exact: tuple[tuple[NodeId, pl.Series], ...]
    open: pl.Series | None


class Needs:
    """The needs of one network's conditions.

    Args:
        levels: its nodes in groups, each of which stands on earlier groups only.
    """

    def __init__(self, network: Network, levels: list[list[NodeId]]) -> None:
        self._network = network
        self._levels = levels
        self._below = {node_id: self._values_below(node_id) for node_id in network.nodes}
        self._historic = {
            node_id: any(_asks_history(network.nodes[below], network) for below in (node_id, *values))
            for node_id, values in self._below.items()
        }

    def of(
        self, frame: pl.DataFrame, asked: Mapping[NodeId, pl.Series], exact: Callable[[NodeId], Exact] | None
    ) -> Needed:
        """What these conditions need.

        Args:
            frame: the settled columns of all nodes.
            asked: of each condition, the rows where it matters. Where it is known, it needs nothing.
            exact: reads one literal exactly; None where no cells tell all of it, as of histories.
        """
        import polars as pl

        waiting: defaultdict[NodeId, list[pl.Series]] = defaultdict(list)
        found: defaultdict[str, list[pl.Series]] = defaultdict(list)
        apart: list[tuple[NodeId, pl.Series]] = []
        open_: list[pl.Series] = []
        there = frozenset(frame.columns)  # made anew each time that they are asked for
        for node_id, rows in asked.items():
            waiting[node_id].append(rows)
        for level in reversed(self._levels):
            columns = {node_id: self._column(node_id) for node_id in level if node_id in waiting}
            columns = {node_id: column for node_id, column in columns.items() if column in there}  # constants have none
            unknown = frame.select(pl.col(columns.values()).is_null())  # of all at once: each alone takes its time
            for node_id, column in columns.items():
                rows = reduce(or_, waiting[node_id]) & unknown[column]
                node = self._network.nodes[node_id]
                if isinstance(node, LITERALS):
                    untold = self._untold(node_id, frame, there)
                    if untold is not None and (untold := untold & rows).any():
                        rows = rows & ~untold
                        if exact is None or self._historic[node_id]:
                            open_.append(untold)
                        else:
                            apart.append((node_id, untold))
                if not rows.any():
                    continue
                for fact in facts_of(node):
                    found[fact].append(rows)
                for operand in operands_of(node):
                    waiting[operand].append(rows)
        plain = {fact: reduce(or_, rows) for fact, rows in found.items()}
        for node_id, rows in apart:
            assert exact is not None, "else it would be open"
            for fact, needing in exact(node_id).needs(frame, rows).items():
                found[fact].append(needing)
        return Needed(
            {fact: reduce(or_, rows) for fact, rows in found.items()},
            plain,
            tuple(apart),
            reduce(or_, open_) if open_ else None,
        )

    def _untold(self, literal: NodeId, frame: pl.DataFrame, there: frozenset[str]) -> pl.Series | None:
        """The rows where columns do not tell what an unknown literal needs; `there` are the columns of the frame."""
        import polars as pl

        found: list[pl.Series] = []
        for node_id in (literal, *self._below[literal]):
            node = self._network.nodes[node_id]
            if f"odd:{node_id}" in there:
                found.append(frame[f"odd:{node_id}"])
            if isinstance(node, Table):
                found.append(self._gives_nothing(node_id, node, frame))
            if relations_of(node):
                found.append(pl.repeat(True, len(frame), dtype=pl.Boolean, eager=True))
            elif isinstance(node, LastN | Occurs | Lasting | Aggregate):
                known = [c for o in operands_of(node) if (c := self._column(o)) in there]
                found += [frame[column].is_null() for column in known]
        return reduce(or_, found) if found else None

    def _gives_nothing(self, node_id: NodeId, node: Table, frame: pl.DataFrame) -> pl.Series:
        """Where a table is undefined, or may be: no row holds, or one that gives nothing."""
        unknown = frame[self._column(node_id)].is_null()
        if any(row.number is None and row.word is None for row in node.rows):
            return unknown
        open_ = [frame[self._column(row.condition)].is_null() for row in node.rows]
        return unknown & ~reduce(or_, open_)

    def _column(self, node_id: NodeId) -> str:
        kind = "truth" if isinstance(self._network.nodes[node_id], ConditionNode) else "value"
        return f"{kind}:{node_id}"

    def _values_below(self, node_id: NodeId) -> frozenset[NodeId]:
        """The value nodes below that are reached through values alone."""
        found: set[NodeId] = set()
        pending = list(operands_of(self._network.nodes[node_id]))
        while pending:
            below = pending.pop()
            if below not in found and not isinstance(self._network.nodes[below], ConditionNode):
                found.add(below)
                pending.extend(operands_of(self._network.nodes[below]))
        return frozenset(found)


def _asks_history(node: Node, network: Network) -> bool:
    if isinstance(node, EventDay):
        return network.facts[node.fact].type != "date"
    return isinstance(node, Aggregate | LastN | Occurs | Lasting)

"""The few rows whose doubles do not decide: the same cells, read and computed exactly, once for all who share them.

This is the one-patient reader and the arithmetic of `run.literals` on the part of a network below one node, so a value
that lies at a threshold means here what it means for one patient. Many patients share cells (5.5 mg/dL is one value,
whoever has it), and their answer is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.table import as_given
from guidelang.network.graph import facts_below, operands_of
from guidelang.network.ir import LITERALS, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.columnar_newest import TIED
from guidelang.run.columnar_table import BIRTH_KEYS, FactTable
from guidelang.run.literals import Literals

if TYPE_CHECKING:
    import polars as pl

Answer: TypeAlias = bool | float | str | None
Row: TypeAlias = tuple[object, ...]


class Exact:
    """One node of a network, computed exactly for the rows of a table that need it.

    Args:
        network: the whole network.
        node: a literal, whose answer is its truth; or a value node, whose answer is its word or the double nearest to
            its number, and None where it is unknown or no point.
        table: where the cells are; of several tables of one input, any.
    """

    def __init__(self, network: Network, node: NodeId, table: FactTable) -> None:
        self._node = node
        self._is_literal = isinstance(network.nodes[node], LITERALS)
        facts = facts_below(network, node)
        below = _below(network, node)
        keys = {key for fact in facts if fact in table.facts for key in table.facts[fact].keys}
        if "birth_date" in facts:
            keys.update(BIRTH_KEYS)
        self._network = replace(
            network,
            facts={name: definition for name, definition in network.facts.items() if name in facts},
            nodes={name: inner for name, inner in network.nodes.items() if name in below},
        )
        self._literals = Literals(self._network)
        self._setting = Setting(self._network, table.as_of)
        self._given = [(key, table.cells[key]) for key in sorted(keys) if key in table.cells]
        self._answers: dict[Row, Answer] = {}

    def fill(self, frame: pl.DataFrame, column: str, odd: str) -> pl.DataFrame:
        """The frame with `column` filled where `odd` is true."""
        import polars as pl

        where = frame[odd].arg_true()
        if where.is_empty():
            return frame
        keys = [cells.column for _, cells in self._given]
        if not keys:
            return frame.with_columns(frame[column].scatter(where, self._answer(())))
        asked = self._cells(frame, where)
        distinct = asked.unique()
        answers = pl.Series("answer", [self._answer(row) for row in distinct.iter_rows()], frame[column].dtype)
        found = asked.join(distinct.with_columns(answers), on=keys, how="left", nulls_equal=True, maintain_order="left")
        return frame.with_columns(frame[column].scatter(where, found["answer"]))

    def _cells(self, frame: pl.DataFrame, where: pl.Series) -> pl.DataFrame:
        import polars as pl

        made = [pl.col(cells.column) if cells.made is None else cells.made for _, cells in self._given]
        roots = sorted({name for expr in made for name in expr.meta.root_names()})
        named = [expr.alias(cells.column) for expr, (_, cells) in zip(made, self._given, strict=True)]
        return frame.select(roots)[where].select(named)

    def _answer(self, row: Row) -> Answer:
        if row not in self._answers:
            self._answers[row] = self._computed(row)
        return self._answers[row]

    def _computed(self, row: Row) -> Answer:
        content: Mapping[str, object] = {
            key: cell.split(TIED) if isinstance(cell, str) and TIED in cell else as_given(key, cells.unit, cell)
            for (key, cells), cell in zip(self._given, row, strict=True)
            if cell is not None
        }
        facts = fact_set(self._setting, content, "", "")
        values = self._literals.values(facts)
        if self._is_literal:
            return self._literals.truths(facts, values)[self._node]
        value = values[self._node].value
        if isinstance(value, Interval):
            return _double(value.value) if value.is_point else None
        return value


def _double(number: Fraction) -> float | None:
    try:
        return float(number)
    except OverflowError:  # beyond what a double holds
        return None


def _below(network: Network, node: NodeId) -> frozenset[NodeId]:
    found: set[NodeId] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending.extend(operands_of(network.nodes[current]))
    return frozenset(found)

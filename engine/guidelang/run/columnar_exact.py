"""The few rows whose doubles do not decide: the same cells, read and computed exactly, once for all who share them.

This is the one-patient reader and the arithmetic of `run.literals` on the part of a network below one node, so a value
that lies at a threshold means here what it means for one patient. Many patients share cells (5.5 mg/dL is one value,
whoever has it), and their answer is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import repeat
from typing import TYPE_CHECKING, TypeAlias

from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet
from guidelang.facts.table import as_given
from guidelang.network.graph import facts_below, operands_of
from guidelang.network.ir import LITERALS, ConditionNode, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.columnar_newest import TIED
from guidelang.run.columnar_table import BIRTH_KEYS, Cells, FactTable
from guidelang.run.dates import birth_causes
from guidelang.run.literals import Literals
from guidelang.run.outcome import Missing
from guidelang.run.premises import connected
from guidelang.run.reasons import missing

if TYPE_CHECKING:
    import polars as pl

Answer: TypeAlias = bool | float | str | None
Row: TypeAlias = tuple[object, ...]

MOST_KEPT = 500_000
"""Different cells of which the answer is kept."""


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
        self._missing: dict[Row, tuple[Missing, ...]] = {}

    def fill(self, frame: pl.DataFrame, column: str, odd: str) -> pl.DataFrame:
        """The frame with `column` filled where `odd` is true."""
        import polars as pl

        where = frame[odd].arg_true()
        if where.is_empty():
            return frame
        keys = [cells.column for _, cells in self._given]
        if not keys:
            return frame.with_columns(frame[column].scatter(where, self._answer(())))
        asked = _cells(self._given, frame, where)
        distinct = asked.unique()
        answers = pl.Series("answer", [self._answer(row) for row in distinct.iter_rows()], frame[column].dtype)
        found = asked.join(distinct.with_columns(answers), on=keys, how="left", nulls_equal=True, maintain_order="left")
        return frame.with_columns(frame[column].scatter(where, found["answer"]))

    def needs(self, frame: pl.DataFrame, rows: pl.Series) -> dict[str, pl.Series]:
        """For each fact that the literal needs in one of these rows, where it is needed."""
        import polars as pl

        where = rows.arg_true()
        keys = [cells.column for _, cells in self._given]
        nobody = pl.repeat(False, len(frame), dtype=pl.Boolean, eager=True)  # to be cloned: `scatter` works in place
        if not keys:
            return {each.fact: nobody.clone().scatter(where, True) for each in self.missing(())}
        asked = _cells(self._given, frame, where)
        distinct = asked.unique()
        needing = [{each.fact for each in self.missing(row)} for row in distinct.iter_rows()]
        facts = sorted(set().union(*needing))
        answers = [pl.Series(f"needs:{fact}", [fact in each for each in needing]) for fact in facts]
        found = asked.join(distinct.with_columns(answers), on=keys, how="left", nulls_equal=True, maintain_order="left")
        return {fact: nobody.clone().scatter(where, found[f"needs:{fact}"]) for fact in facts}

    def causes(self, frame: pl.DataFrame, rows: pl.Series) -> dict[str, pl.DataFrame]:
        """For each fact that the literal needs in one of these rows: `row`, `reason` and `detail` of each cause."""
        import polars as pl

        keys = [cells.column for _, cells in self._given]
        where = rows.arg_true()
        asked = _cells(self._given, frame, where) if keys else pl.DataFrame()
        told: dict[str, list[tuple[int, str, str]]] = {}
        for place, row in zip(where, asked.iter_rows() if keys else repeat(()), strict=False):
            for each in self.missing(row):
                found = told.setdefault(each.fact, [])
                found += [(place, cause.reason.value, cause.detail) for cause in each.causes]
        return {
            fact: pl.DataFrame(found, schema={"row": pl.UInt32, "reason": pl.String, "detail": pl.String}, orient="row")
            for fact, found in told.items()
        }

    def missing(self, row: Row) -> tuple[Missing, ...]:
        """What the literal needs, for these cells."""
        if row not in self._missing:
            if len(self._missing) >= MOST_KEPT:
                self._missing.clear()
            facts = _read(self._setting, self._given, row)
            values = self._literals.values(facts)
            conditions = self._literals.truths(facts, values)
            for node_id, node in self._network.nodes.items():
                if isinstance(node, ConditionNode) and node_id not in conditions:
                    conditions[node_id] = connected(node, conditions)
            self._missing[row] = missing(self._network, facts, conditions, values, self._node)
        return self._missing[row]

    def _answer(self, row: Row) -> Answer:
        if row not in self._answers:
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            self._answers[row] = self._computed(row)
        return self._answers[row]

    def _computed(self, row: Row) -> Answer:
        facts = _read(self._setting, self._given, row)
        values = self._literals.values(facts)
        if self._is_literal:
            return self._literals.truths(facts, values)[self._node]
        value = values[self._node].value
        if isinstance(value, Interval):
            return _double(value.value) if value.is_point else None
        return value


class FactCauses:
    """Why a fact is unknown or no point: the causes of its state, by its cells."""

    def __init__(self, network: Network, fact: str, table: FactTable) -> None:
        self._fact = fact
        facts = {fact: network.facts[fact]} if fact in network.facts else {}
        self._setting = Setting(replace(network, facts=facts), table.as_of)
        keys = table.facts[fact].keys if fact in table.facts else BIRTH_KEYS
        self._given = [(key, table.cells[key]) for key in keys if key in table.cells]

    def told(self, frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
        """For these rows `row`, `reason` and `detail` of each cause."""
        import polars as pl

        where = rows.arg_true().alias("row")
        keys = [cells.column for _, cells in self._given]
        struct = pl.List(pl.Struct({"reason": pl.String, "detail": pl.String}))
        if not keys:
            causes = pl.Series("causes", [self._named(())], dtype=struct)
            told = where.to_frame().join(causes.to_frame(), how="cross")
        else:
            asked = _cells(self._given, frame, where).with_columns(where)
            distinct = asked.select(keys).unique()
            causes = pl.Series("causes", [self._named(row) for row in distinct.iter_rows()], dtype=struct)
            told = asked.join(
                distinct.with_columns(causes), on=keys, how="left", nulls_equal=True, maintain_order="left"
            )
        return told.select("row", "causes").explode("causes").unnest("causes").drop_nulls("reason")

    def _named(self, row: Row) -> list[dict[str, str]]:
        facts = _read(self._setting, self._given, row)
        causes = facts.states[self._fact].causes if self._fact in facts.states else birth_causes(facts)
        return [{"reason": cause.reason.value, "detail": cause.detail} for cause in causes]


def _cells(given: Sequence[tuple[str, Cells]], frame: pl.DataFrame, where: pl.Series) -> pl.DataFrame:
    """The cells of these rows, those that are made of other columns too."""
    import polars as pl

    made = [pl.col(cells.column) if cells.made is None else cells.made for _, cells in given]
    roots = sorted({name for expr in made for name in expr.meta.root_names()})
    named = [expr.alias(cells.column) for expr, (_, cells) in zip(made, given, strict=True)]
    return frame.select(roots)[where].select(named)


def _read(setting: Setting, given: Sequence[tuple[str, Cells]], row: Row) -> FactSet:
    """The fact set that these cells make."""
    content: Mapping[str, object] = {
        key: cell.split(TIED) if isinstance(cell, str) and TIED in cell else as_given(key, cells.unit, cell)
        for (key, cells), cell in zip(given, row, strict=True)
        if cell is not None
    }
    return fact_set(setting, content, "", "")


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

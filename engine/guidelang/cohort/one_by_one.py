"""A chunk of patients settled: in columns, and one by one whom the columns leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from guidelang.cohort.source import PATIENT, REJECTED, Chunk
from guidelang.facts.state import FactSet, Reason
from guidelang.network.ir import ConditionNode, Network
from guidelang.quantity import Interval
from guidelang.run import evaluate
from guidelang.run.columnar import Columnar, Settled
from guidelang.run.outcome import ScopeStatus

if TYPE_CHECKING:
    import polars as pl

Cell: TypeAlias = bool | float | str | None


@dataclass(frozen=True, slots=True)
class SettledChunk:
    """What became of a chunk of patients.

    Attributes:
        facts: the value of each fact, days as ordinals; NULL is unknown, or no point.
        rejected: what could not be used, with the columns of `source.REJECTED`.
        alone: how many patients were evaluated one by one.
    """

    settled: Settled
    facts: pl.DataFrame
    rejected: pl.DataFrame
    alone: int


@dataclass(frozen=True, slots=True)
class Single:
    """What became of one patient, a cell a column; small, so that processes may hand it over.

    Attributes:
        outcomes: the scope, and the status of each rule by name.
        derived, facts: in the order of the network.
        conditions: in the order of `condition_nodes`.
        rejected: cells of `REJECTED`.
    """

    outcomes: tuple[str | None, ...]
    derived: tuple[Cell, ...]
    conditions: tuple[bool | None, ...]
    facts: tuple[Cell, ...]
    rejected: tuple[tuple[str | None, ...], ...]


def settle_chunk(executor: Columnar, network: Network, chunk: Chunk) -> SettledChunk:
    """Settles every condition for every patient of a chunk."""
    import polars as pl

    settled = executor.settle(chunk.table)
    columns = chunk.table.facts
    facts = chunk.table.frame.select(pl.col(columns[name].values).alias(name) for name in network.facts)
    rows = _alone(chunk, settled)
    if rows.is_empty():
        return SettledChunk(settled, facts, chunk.rejected, 0)
    singles = [single(network, chunk.fact_set(row)) for row in rows]
    settled, facts = _merged(network, settled, facts, rows, singles)
    told = [cells for one in singles for cells in one.rejected]
    rejected = pl.concat(
        [
            chunk.rejected.filter(~pl.col(PATIENT).is_in(chunk.names.gather(rows).implode()).fill_null(False)),
            pl.DataFrame(told, schema=dict.fromkeys(REJECTED, pl.String), orient="row"),
        ]
    )
    return SettledChunk(settled, facts, rejected, len(rows))


def _alone(chunk: Chunk, settled: Settled) -> pl.Series:
    """The rows to be evaluated one by one: whom the source or the executor leaves open."""
    import polars as pl

    rows = [each.cast(pl.UInt32) for each in (chunk.odd, None if settled.open is None else settled.open.arg_true())
            if each is not None]  # fmt: skip
    return pl.concat([pl.Series("row", [], pl.UInt32), *(each.alias("row") for each in rows)]).unique().sort()


def condition_nodes(network: Network) -> list[str]:
    return [node_id for node_id, node in network.nodes.items() if isinstance(node, ConditionNode)]


def single(network: Network, facts: FactSet) -> Single:
    """One patient, by the one-patient executor."""
    evaluation = evaluate(network, facts, "direct")
    statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
    applies = evaluation.scope is ScopeStatus.APPLIES
    conditions, values = evaluation.conditions, evaluation.values
    return Single(
        (evaluation.scope.value, *(statuses[name] if applies else None for name in sorted(network.rules))),
        tuple(
            conditions[derived.node] if derived.node in conditions else _cell(values[derived.node].value)
            for derived in network.derived.values()
        ),
        tuple(conditions[node] for node in condition_nodes(network)),
        tuple(_cell(facts.states[name].value) for name in network.facts),
        tuple(
            (
                facts.patient,
                problem.resource,
                problem.fact or problem.field,
                None,
                None,
                (problem.reason or Reason.VALUE_ABSENT).value,
                problem.message,
            )
            for problem in facts.problems
            if problem.kind == "unusable"
        ),
    )


def _cell(value: Interval | bool | str | None) -> Cell:
    if not isinstance(value, Interval):
        return value
    if not value.is_point:
        return None
    try:
        return float(value.value)
    except OverflowError:  # beyond what a double holds
        return None


def _merged(
    network: Network, settled: Settled, facts: pl.DataFrame, rows: pl.Series, singles: Sequence[Single]
) -> tuple[Settled, pl.DataFrame]:
    """The columns with the rows of the patients who were evaluated one by one put in."""
    return (
        replace(
            settled,
            outcomes=_put(settled.outcomes, rows, [one.outcomes for one in singles]),
            derived=_put(settled.derived, rows, [one.derived for one in singles]),
            conditions=_put(
                settled.conditions.select(condition_nodes(network)), rows, [one.conditions for one in singles]
            ),
        ),
        _put(facts, rows, [one.facts for one in singles]),
    )


def _put(frame: pl.DataFrame, rows: pl.Series, found: Sequence[tuple[Cell, ...]]) -> pl.DataFrame:
    import polars as pl

    if not frame.width:
        return frame
    made = pl.DataFrame(found, schema=frame.schema, orient="row")
    places = pl.int_range(len(frame), dtype=pl.UInt32, eager=True)
    places = places.scatter(rows, pl.int_range(len(frame), len(frame) + len(made), dtype=pl.UInt32, eager=True))
    return pl.concat([frame, made])[places]

"""A chunk of patients settled: in columns, and one by one whom the columns leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guidelang.cohort.processes import Processes
from guidelang.cohort.single import Cell, Single, condition_nodes, single
from guidelang.cohort.source import PATIENT, REJECTED, Chunk
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar, Settled

if TYPE_CHECKING:
    import polars as pl


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


def settle_chunk(
    executor: Columnar, network: Network, chunk: Chunk, processes: Processes[Single] | None = None
) -> SettledChunk:
    """Settles every condition for every patient of a chunk; `processes` evaluate whom columns leave open."""
    import polars as pl

    settled = executor.settle(chunk.table)
    columns = chunk.table.facts
    facts = chunk.table.frame.select(pl.col(columns[name].values).alias(name) for name in network.facts)
    rows = _alone(chunk, settled)
    if rows.is_empty():
        return SettledChunk(settled, facts, chunk.rejected, 0)
    alone = Processes(network, single) if processes is None else processes
    singles = alone.of(chunk.fact_set, rows.to_list())
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

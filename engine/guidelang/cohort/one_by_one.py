"""A chunk of patients settled: in columns, and one by one whom the columns leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from guidelang.cohort.naming import WHY, needable
from guidelang.cohort.processes import Processes
from guidelang.cohort.single import Cell, Single, condition_nodes, single
from guidelang.cohort.source import PATIENT, REJECTED, Chunk
from guidelang.cohort.why import Why, no_reasons
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar, Settled
from guidelang.run.columnar_missing import Needed

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class SettledChunk:
    """What became of a chunk of patients.

    Attributes:
        facts: the value of each fact, days as ordinals; NULL is unknown, or no point.
        missing: for each fact that something may need, whether it is needed for something that is undecided; NULL where
            columns of histories do not tell and nobody asked why.
        why: the reasons, with the columns `naming.WHY`; None if nobody asked.
        rejected: what could not be used, with the columns of `source.REJECTED`.
        alone: how many patients were evaluated one by one.
    """

    settled: Settled
    facts: pl.DataFrame
    missing: pl.DataFrame
    why: pl.DataFrame | None
    rejected: pl.DataFrame
    alone: int


def settle_chunk(
    executor: Columnar,
    network: Network,
    chunk: Chunk,
    processes: Processes[Single] | None = None,
    *,
    why: Why | None = None,
    needs: bool = True,
) -> SettledChunk:
    """Settles every condition for every patient of a chunk, and what undecided ones need; with `why`, the reasons.

    `processes` evaluate whom columns leave open. Without `needs` nothing is told of what undecided ones need.
    """
    import polars as pl

    settled = executor.settle(chunk.table)
    needed = executor.needed(settled, chunk.table) if needs else Needed({}, {}, (), None)
    columns, names = chunk.table.facts, needable(network)
    facts = chunk.table.frame.select(pl.col(columns[name].values).alias(name) for name in network.facts)
    nobody = pl.repeat(False, len(chunk.names), dtype=pl.Boolean, eager=True)
    missing = pl.DataFrame([needed.facts.get(fact, nobody).alias(fact) for fact in names])
    apart = [] if settled.open is None else [settled.open]
    if needed.open is not None:
        if why is None:
            missing = missing.with_columns(pl.when(~needed.open).then(pl.all()))
        else:
            apart.append(needed.open)
    if chunk.odd is not None:
        apart.append(nobody.clone().scatter(chunk.odd, True))  # in place, else
    if why is not None and not chunk.cells_tell_why:
        apart.append(reduce(or_, needed.facts.values(), nobody))
    rows = (reduce(or_, apart) if apart else nobody).arg_true()
    reasons = None
    if why is not None:
        reasons = why.rows(settled, chunk.table, chunk.names) if chunk.cells_tell_why else no_reasons()
    if rows.is_empty():
        return SettledChunk(settled, facts, missing, reasons, chunk.rejected, 0)
    alone = Processes(network, single) if processes is None else processes
    singles = alone.of(chunk.fact_set, rows.to_list())
    settled, facts = _merged(network, settled, facts, rows, singles)
    missing = _put(missing, rows, [tuple(fact in one.missing for fact in names) for one in singles])
    others = ~pl.col(PATIENT).is_in(chunk.names.gather(rows).implode()).fill_null(False)
    if reasons is not None:
        reasons = pl.concat([reasons.filter(others), _rows(WHY, [row for one in singles for row in one.why])])
    rejected = [chunk.rejected.filter(others), _rows(REJECTED, [cells for one in singles for cells in one.rejected])]
    return SettledChunk(settled, facts, missing, reasons, pl.concat(rejected), len(rows))


def _rows(columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


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

"""A chunk of histories settled: in columns, and one by one whom the columns leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from guidelang.cohort.history import Histories
from guidelang.cohort.history_table import prepared
from guidelang.cohort.wide import PATIENT
from guidelang.facts.state import FactSet, Reason
from guidelang.network.ir import ConditionNode, Network
from guidelang.quantity import Interval
from guidelang.run import evaluate
from guidelang.run.columnar import Columnar, Settled
from guidelang.run.outcome import ScopeStatus

if TYPE_CHECKING:
    import polars as pl

Cell: TypeAlias = bool | float | str | None

REJECTED = (PATIENT, "fact", "value", "unit", "reason", "message")
"""The columns of what could not be used."""


@dataclass(frozen=True, slots=True)
class SettledHistories:
    """What became of a chunk of patients.

    Attributes:
        settled: as for tables of current values.
        facts: the value of each fact, days as ordinals; NULL is unknown, or no point.
        one_by_one: for each patient, whether he or she was read one by one.
        rejected: what could not be used, with the columns of `REJECTED`.
    """

    settled: Settled
    facts: pl.DataFrame
    one_by_one: pl.Series
    rejected: tuple[pl.DataFrame, ...]


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


def settle_histories(executor: Columnar, network: Network, histories: Histories) -> SettledHistories:
    """Settles every condition for every patient of a chunk."""
    import polars as pl

    ready = prepared(network, histories)
    settled = executor.settle(ready.table)
    facts = ready.table.frame.select(
        pl.col(column.values).alias(name) for name, column in ready.table.facts.items()
    ).select(list(network.facts))
    apart = ready.odd if settled.open is None else ready.odd | settled.open
    rows = apart.arg_true()
    names = histories.patients.gather(rows)
    rejected = [part.filter(~pl.col(PATIENT).is_in(names.implode())) for part in ready.rejected]
    if len(rows):
        singles = [single(network, histories.fact_set(row)) for row in rows]
        settled, facts = _merged(network, settled, facts, rows, singles)
        told = [cells for one in singles for cells in one.rejected]
        rejected.append(pl.DataFrame(told, schema=dict.fromkeys(REJECTED, pl.String), orient="row"))
    return SettledHistories(settled, facts, apart, tuple(rejected))


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
            (facts.patient, problem.fact or problem.field, None, None, _reason(problem.reason), problem.message)
            for problem in facts.problems
            if problem.kind == "unusable"
        ),
    )


def _reason(reason: Reason | None) -> str:
    return (reason or Reason.VALUE_ABSENT).value


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
    """The columns with the rows of the patients who were read one by one put in."""
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

"""Patients whom the columns do not tell surely: each read and evaluated alone, and put into the columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from guidelang.cohort.naming import SCOPE, WHY, rule_columns
from guidelang.facts.state import FactSet
from guidelang.network.ir import Network
from guidelang.quantity import Interval
from guidelang.run import evaluate
from guidelang.run.outcome import Missing

if TYPE_CHECKING:
    import polars as pl

Cell: TypeAlias = bool | float | str | None


@dataclass(frozen=True, slots=True)
class Alone:
    """What became of one patient, as rows of the tables of a `run.Part`; small, so that processes may hand it over.

    Attributes:
        outcomes: the scope, and the status of each rule by name.
        facts: the facts in the order of the network, and the derived ones.
        missing: the facts that are needed for something that is undecided.
        why: rows of `naming.WHY` without the patient: rule, fact, reason, detail.
    """

    outcomes: tuple[str | None, ...]
    facts: tuple[Cell, ...]
    missing: frozenset[str]
    why: tuple[tuple[str, str, str, str], ...]


def alone(network: Network, facts: FactSet) -> Alone:
    """One patient, by the one-patient executor."""
    evaluation = evaluate(network, facts, "direct")
    statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
    columns = rule_columns(network)
    needs = [(SCOPE, evaluation.scope_missing), *((columns[o.rule], o.missing) for o in evaluation.outcomes)]
    derived = (
        evaluation.conditions[each.node]
        if each.node in evaluation.conditions
        else _cell(evaluation.values[each.node].value)
        for each in network.derived.values()
    )
    return Alone(
        (evaluation.scope.value, *(statuses.get(name) for name in columns)),
        (*(_cell(facts.states[name].value) for name in network.facts), *derived),
        frozenset(each.fact for _, missing in needs for each in missing),
        tuple(row for rule, missing in needs for each in missing for row in _rows(rule, each)),
    )


def _cell(value: Interval | bool | str | None) -> Cell:
    """As columns have it: a truth, a word, or the double nearest to a number or day that is one."""
    if not isinstance(value, Interval):
        return value
    try:
        return float(value.value) if value.is_point else None
    except OverflowError:  # beyond what a double holds
        return None


def _rows(rule: str, missing: Missing) -> Iterator[tuple[str, str, str, str]]:
    for cause in missing.causes:
        yield rule, missing.fact, cause.reason.value, cause.detail


def put(frame: pl.DataFrame, rows: pl.Series, cells: Sequence[Sequence[Cell]]) -> pl.DataFrame:
    """The frame with these rows replaced."""
    import polars as pl

    if not frame.width or not len(rows):
        return frame
    made = pl.DataFrame(cells, schema=frame.schema, orient="row")
    places = pl.int_range(len(frame), dtype=pl.UInt32, eager=True)
    return pl.concat([frame, made])[
        places.scatter(rows, pl.int_range(len(frame), len(frame) + len(made), dtype=pl.UInt32, eager=True))
    ]


def why_rows(names: pl.Series, rows: pl.Series, found: Sequence[Alone]) -> pl.DataFrame:
    """What these patients say of why they are undecided."""
    import polars as pl

    told = [(name, *each) for name, one in zip(names.gather(rows), found, strict=True) for each in one.why]
    return pl.DataFrame(told, schema=dict.fromkeys(WHY, pl.String), orient="row")

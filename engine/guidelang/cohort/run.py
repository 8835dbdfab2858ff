"""From a file with one row a patient to what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.fact_columns import FactColumns, ordinals_to_dates
from guidelang.cohort.wide import PATIENT, Wide, read_wide
from guidelang.diagnostics import Report
from guidelang.facts.complete import declared
from guidelang.facts.setting import Setting
from guidelang.facts.table import TIME, check_columns
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar
from guidelang.run.columnar_limits import unanswerable
from guidelang.run.columnar_table import FactTable

if TYPE_CHECKING:
    import polars as pl

SLICE = 262_144
"""Patients that are settled together: enough that columns pay, few enough that what lies between stays small."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of all patients of a file.

    Attributes:
        outcomes: `patient`, `scope`, and a column for each rule with its status, NULL where the guideline does not
            apply. A rule that is called `patient` or `scope` has the column `rule NAME`.
        facts: `patient`, each fact and each derived fact; NULL is unknown, or a number that is no point.
        rejected: what could not be used: patient, fact, value, unit, reason, message.
        read: rows of the file; those without the name of a patient are in `rejected` and in nothing else.
        notes: what is worth a word about the columns.
    """

    network: Network
    source: str
    as_of: dt.date
    complete: tuple[str, ...]
    outcomes: pl.DataFrame
    facts: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    notes: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        """Rows without the name of a patient."""
        return self.read - len(self.outcomes)

    def scopes(self) -> Mapping[str, int]:
        """How many patients the guideline applies to, and so on."""
        return _counted(self.outcomes["scope"])

    def statuses(self) -> Mapping[str, Mapping[str, int]]:
        """How many patients have each status, by rule."""
        return {name: _counted(self.outcomes[column]) for name, column in rule_columns(self.network).items()}


def rule_columns(network: Network) -> Mapping[str, str]:
    """The column of each rule in the outcomes."""
    return {name: f"rule {name}" if name in (PATIENT, "scope") else name for name in sorted(network.rules)}


def run_cohort(
    network: Network,
    path: Path,
    as_of: dt.date,
    report: Report,
    complete: Iterable[str] = (),
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Cohort | None:
    """Runs a guideline on all patients of a CSV, TSV or Parquet file.

    Args:
        report: takes errors (an unreadable file, a missing column, one patient in two rows, a guideline that asks for
            histories) and warnings.
        complete: record types, or facts, whose columns may be left out; none then means no where the fact says so.
        on_progress: is told how many patients of how many are settled.

    Returns:
        None if there is an error in the report.

    Raises:
        ImportError: polars and narwhals are not installed.
    """
    words = tuple(complete)
    if asked := unanswerable(network):
        report.error(
            "G670",
            f"{len(asked)} of its conditions ask for the history of a fact: {'; '.join(asked)}",
            expected="a guideline that asks for current values: one row a patient holds no more",
            suggestion="`guidelang run` reads histories, patient by patient; tables of events are not read yet",
            file=network.name,
        )
    everything = declared(words, network, report)
    if report.has_errors:
        return None
    executor = Columnar(network)
    wide = read_wide(path, report)
    if wide is None or not _fits(wide, network, str(path), report):
        return None
    if check_columns(set(wide.cells), network, everything, str(path), report) is None:
        return None
    read = len(wide.frame)
    wide, unnamed = _named(wide)
    if not _once(wide, str(path), report):
        return None
    columns = FactColumns(Setting(network, as_of), wide)
    table = columns.table()
    outcomes, facts = _settled(executor, network, table, wide, on_progress)
    return Cohort(
        network,
        str(path),
        as_of,
        words,
        outcomes,
        facts,
        _rejected([*columns.rejected, unnamed]),
        read,
        _notes(network, wide),
    )


def _settled(
    executor: Columnar,
    network: Network,
    table: FactTable,
    wide: Wide,
    on_progress: Callable[[int, int], None] | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    import polars as pl

    outcomes, derived = [], []
    total = len(table.frame)
    for start in range(0, max(total, 1), SLICE):
        if on_progress is not None:
            on_progress(start, total)
        part = executor.settle(replace(table, frame=table.frame.slice(start, SLICE)))
        renamed = {f"rule:{name}": column for name, column in rule_columns(network).items()}
        outcomes.append(part.outcomes.rename(renamed))
        derived.append(part.derived)
    patients = table.frame[wide.cells[PATIENT].column].cast(pl.String).alias(PATIENT)
    facts = [
        _shown(table.frame[column.values].alias(name), network.facts[name].type) for name, column in table.facts.items()
    ]
    formulas = pl.concat(derived)
    facts += [_shown(formulas[name], derived_.type) for name, derived_ in network.derived.items()]
    return pl.concat(outcomes).insert_column(0, patients), pl.DataFrame([patients, *facts])


def _shown(values: pl.Series, type_: str) -> pl.Series:
    return ordinals_to_dates(values) if type_ == "date" else values


def _fits(wide: Wide, network: Network, source: str, report: Report) -> bool:
    """Whether the table names its patients and gives no days beside values, which nothing here would heed."""
    if PATIENT not in wide.cells:
        told = "the table has no column `patient`"
        report.error("G620", told, expected="a column with the name of each patient", file=source)
        return False
    timed = sorted(n for n in wide.cells if n.endswith(TIME) and n.removesuffix(TIME) in network.facts)
    if timed:
        report.error(
            "G671",
            f"the table gives days of values, in {', '.join(f'`{name}`' for name in timed)}",
            expected="current values: what is too old on the evaluation day is left out",
            suggestion="`guidelang run` heeds them, patient by patient",
            file=source,
        )
        return False
    return True


def _named(wide: Wide) -> tuple[Wide, pl.DataFrame]:
    """The rows with the name of a patient, and what is to be told of the others."""
    import polars as pl

    column = wide.cells[PATIENT].column
    frame = wide.frame.with_row_index("row", 1)
    without = frame.filter(pl.col(column).is_null())
    unnamed = without.select(
        pl.format("row {}", "row").alias(PATIENT),
        pl.lit(PATIENT).alias("fact"),
        *(pl.lit(None, pl.String).alias(name) for name in ("value", "unit")),
        pl.lit("no patient").alias("reason"),
        pl.lit("the row names no patient and is left out").alias("message"),
    )
    return replace(wide, frame=frame.filter(pl.col(column).is_not_null()).drop("row")), unnamed


def _once(wide: Wide, source: str, report: Report) -> bool:
    import polars as pl

    patients = wide.frame[wide.cells[PATIENT].column]
    if patients.n_unique() == len(patients):
        return True
    twice = patients.filter(patients.is_duplicated()).unique().sort().cast(pl.String)
    named = ", ".join(f"`{name}`" for name in twice.head(5))
    more = f" and {len(twice) - 5} more" if len(twice) > 5 else ""
    report.error("G622", f"a table has one row a patient; {named}{more} have several", file=source)
    return False


def _rejected(parts: list[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat([part.select(pl.all().cast(pl.String)) for part in parts])


def _notes(network: Network, wide: Wide) -> tuple[str, ...]:
    return tuple(
        f"the column `{name}` has no unit and is taken as {definition.unit}"
        for name, definition in sorted(network.facts.items())
        if definition.patient_field is None
        and definition.unit is not None
        and not definition.unit.startswith("{")
        and name in wide.cells
        and wide.cells[name].unit is None
    )


def _counted(values: pl.Series) -> Mapping[str, int]:
    counts = values.drop_nulls().value_counts(sort=False)
    return {str(word): count for word, count in sorted(counts.iter_rows())}

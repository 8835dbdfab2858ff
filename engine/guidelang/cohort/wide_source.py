"""A file with one row a patient as a source: its slices as tables of facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.fact_columns import FactColumns
from guidelang.cohort.read_cells import CellReader
from guidelang.cohort.source import CHUNK, PATIENT, REJECTED, Chunk
from guidelang.cohort.wide import ROW, Wide, WideFile, open_wide
from guidelang.cohort.wide_times import timed
from guidelang.diagnostics import Report
from guidelang.facts.complete import Declared
from guidelang.facts.plain import PERSON_KEYS, fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet
from guidelang.facts.table import TIME, as_given, check_columns
from guidelang.facts.table_units import units_file
from guidelang.network.ir import Network
from guidelang.run.columnar_table import Cells

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class WideSource:
    """One row a patient, each value current on the evaluation day or of the day beside it (see `source.Source`)."""

    setting: Setting
    file: WideFile
    chunk: int = CHUNK
    unit: str = "patients"
    _readers: dict[tuple[str, str | None], CellReader] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.file.path)

    @property
    def size(self) -> int:
        return self.file.rows

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(
            f"the column `{name}` has no unit and is taken as {definition.unit}"
            for name, definition in sorted(self.setting.network.facts.items())
            if definition.patient_field is None
            and definition.unit is not None
            and not definition.unit.startswith("{")
            and name in self.file.columns
            and self.file.columns[name].unit is None
        )

    def fingerprint(self) -> str:
        path = self.file.path
        beside = units_file(path)
        told = [(each.stat().st_size, each.stat().st_mtime_ns) for each in (path, beside) if each.exists()]
        return f"{path.resolve()} {' '.join(f'{size} {time}' for size, time in told)} {self.chunk}"

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        for wide in self.file.slices(self.keys, self.chunk, after):
            yield self.chunk_of(wide)

    def fact_set(self, patient: str) -> FactSet | None:
        import polars as pl

        for wide in self.file.slices(self.keys, self.chunk):
            found = (wide.frame[wide.cells[PATIENT].column].cast(pl.String) == patient).arg_true()
            if len(found):
                return self._reader(wide)(int(found[0]))
        return None

    @property
    def keys(self) -> set[str]:
        """The names of the columns that are read."""
        facts = self.setting.network.facts
        return {*PERSON_KEYS, *facts, *(f"{name}{TIME}" for name in facts)}

    def chunk_of(self, wide: Wide) -> Chunk:
        """Some rows of the file as a chunk."""
        import polars as pl

        wide, unnamed = _named(wide)
        current, odd = timed(wide, self.setting)
        columns = FactColumns(self.setting, current, self._readers)
        table = columns.table()
        names = wide.frame[wide.cells[PATIENT].column].cast(pl.String).alias(PATIENT)
        rejected = pl.concat([part.select(pl.col(REJECTED).cast(pl.String)) for part in (*columns.rejected, unnamed)])
        dated = odd is not None  # then it is not the cells alone that tell why
        reader = self._reader(wide)
        return Chunk(names, table, rejected, len(unnamed), reader, odd, wide.reached, cells_tell_why=not dated)

    def _reader(self, wide: Wide) -> Callable[[int], FactSet]:
        def read(row: int) -> FactSet:
            cells = wide.frame.row(row, named=True)
            content = _content(wide.cells, cells)
            return fact_set(self.setting, content, str(content[PATIENT]), f"{self.name}: row {cells[ROW]}")

        return read


def open_wide_source(
    network: Network, path: Path, setting: Setting, complete: Declared, report: Report, *, chunk: int = CHUNK
) -> WideSource | None:
    """A file with one row a patient; None, and errors in the report, if it cannot be read or lacks a column."""
    file = open_wide(path, report)
    return None if file is None else wide_source(network, file, setting, complete, report, chunk=chunk)


def wide_source(
    network: Network, file: WideFile, setting: Setting, complete: Declared, report: Report, *, chunk: int = CHUNK
) -> WideSource | None:
    """A file whose columns are known; None, and errors in the report, if it lacks one."""
    path = file.path
    if not _fits(file, report):
        return None
    if nested := sorted(name for name in file.nested if name in network.facts or name in PERSON_KEYS):
        told = f"{', '.join(f'`{name}`' for name in nested)} of the table holds lists or bytes"
        report.error("G621", told, expected="one value in a cell: a number, a truth, a date or a text", file=str(path))
        return None
    if check_columns(set(file.columns), network, complete, str(path), report) is None:
        return None
    return WideSource(setting, file, chunk)


def _content(cells: Mapping[str, Cells], row: Mapping[str, object]) -> dict[str, object]:
    given: dict[str, object] = {}
    for key, each in cells.items():
        if key.endswith(TIME) or (cell := row[each.column]) is None:
            continue
        given[key] = as_given(key, each.unit, cell)
        time = row[cells[f"{key}{TIME}"].column] if f"{key}{TIME}" in cells else None
        if time is not None:
            value = given[key]
            given[key] = {**(value if isinstance(value, dict) else {"value": value}), "time": _time(time)}
    return given


def _time(cell: object) -> object:
    """A time without a zone is one of UTC, as elsewhere in Parquet."""
    if isinstance(cell, dt.datetime) and cell.tzinfo is None:
        return cell.replace(tzinfo=dt.UTC)
    return cell


def _fits(file: WideFile, report: Report) -> bool:
    """Whether the table names its patients."""
    if PATIENT not in file.columns:
        told = "the table has no column `patient`"
        report.error("G620", told, expected="a column with the name of each patient", file=str(file.path))
        return False
    return True


def _named(wide: Wide) -> tuple[Wide, pl.DataFrame]:
    """The rows with the name of a patient, and what is to be told of the others."""
    import polars as pl

    column = wide.cells[PATIENT].column
    without = wide.frame.filter(pl.col(column).is_null())
    unnamed = without.select(
        *(pl.lit(None, pl.String).alias(name) for name in (PATIENT, "value", "unit")),
        pl.format("row {}", ROW).alias("where"),
        pl.lit(PATIENT).alias("fact"),
        pl.lit("no patient").alias("reason"),
        pl.lit("the row names no patient and is left out").alias("message"),
    )
    if without.is_empty():
        return wide, unnamed
    return replace(wide, frame=wide.frame.filter(pl.col(column).is_not_null())), unnamed

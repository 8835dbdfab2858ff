"""A file with one row a patient as a source: its slices as tables of facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.fact_columns import FactColumns
from guidelang.cohort.read_cells import CellReader
from guidelang.cohort.source import CHUNK, PATIENT, REJECTED, Chunk
from guidelang.cohort.wide import ROW, Wide, WideFile, open_wide
from guidelang.diagnostics import Report
from guidelang.facts.complete import Declared
from guidelang.facts.plain import PERSON_KEYS, fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet
from guidelang.facts.table import TIME, as_given, check_columns
from guidelang.network.ir import Network
from guidelang.run.columnar_table import Cells

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class WideSource:
    """One row a patient, each value current on the evaluation day (see `source.Source`)."""

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
        told = self.file.path.stat()
        return f"{self.file.path.resolve()} {told.st_size} {told.st_mtime_ns} {self.chunk}"

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
        return {*PERSON_KEYS, *self.setting.network.facts}

    def chunk_of(self, wide: Wide) -> Chunk:
        """Some rows of the file as a chunk."""
        import polars as pl

        wide, unnamed = _named(wide)
        columns = FactColumns(self.setting, wide, self._readers)
        table = columns.table()
        names = wide.frame[wide.cells[PATIENT].column].cast(pl.String).alias(PATIENT)
        rejected = pl.concat([part.select(pl.col(REJECTED).cast(pl.String)) for part in (*columns.rejected, unnamed)])
        return Chunk(names, table, rejected, len(unnamed), self._reader(wide), None, wide.reached, cells_tell_why=True)

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
    if not _fits(file, network, report):
        return None
    if nested := sorted(name for name in file.nested if name in network.facts or name in PERSON_KEYS):
        told = f"{', '.join(f'`{name}`' for name in nested)} of the table holds lists or bytes"
        report.error("G621", told, expected="one value in a cell: a number, a truth, a date or a text", file=str(path))
        return None
    if check_columns(set(file.columns), network, complete, str(path), report) is None:
        return None
    return WideSource(setting, file, chunk)


def _content(cells: Mapping[str, Cells], row: Mapping[str, object]) -> dict[str, object]:
    return {
        key: as_given(key, each.unit, cell) for key, each in cells.items() if (cell := row[each.column]) is not None
    }


def _fits(file: WideFile, network: Network, report: Report) -> bool:
    """Whether the table names its patients and gives no days beside values, which nothing here would heed."""
    if PATIENT not in file.columns:
        told = "the table has no column `patient`"
        report.error("G620", told, expected="a column with the name of each patient", file=str(file.path))
        return False
    timed = sorted(n for n in file.columns if n.endswith(TIME) and n.removesuffix(TIME) in network.facts)
    if timed:
        report.error(
            "G671",
            f"the table gives days of values, in {', '.join(f'`{name}`' for name in timed)}",
            expected="current values: what is too old on the evaluation day is left out",
            suggestion="`guidelang run` heeds them, patient by patient",
            file=str(file.path),
        )
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

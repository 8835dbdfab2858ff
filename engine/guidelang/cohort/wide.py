"""A file with one row a patient as tables of cells: CSV, TSV or Parquet; nothing of it is interpreted here.

A file is read in slices. Columns that no fact asks for are not read from Parquet at all.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity
from guidelang.facts.decode import Unreadable
from guidelang.facts.decode_csv import Column, columns_of, separator_of
from guidelang.facts.table_units import units_beside, units_file, units_of, with_units
from guidelang.run.columnar_table import Cells

if TYPE_CHECKING:
    import polars as pl

SUFFIXES = (".csv", ".tsv", ".parquet")

UNITS = "units"
"""The key of Parquet's metadata that has the units of columns, as a JSON object."""

ROW = "row"
"""The column with the number of each row in the file, from 1; in CSV without the header."""


@dataclass(frozen=True, slots=True)
class Wide:
    """Rows of a file. A cell is NULL where it is empty; blanks around a text are gone.

    Attributes:
        frame: a column of cells for each name, under the name that `cells` says, and `row`.
        cells: by the name of a fact or of a person's key.
        reached: the last row of the file that was read for it.
    """

    frame: pl.DataFrame
    cells: Mapping[str, Cells]
    reached: int


@dataclass(frozen=True, slots=True)
class WideFile:
    """A file whose header is read.

    Attributes:
        columns: as written, by the name of a fact or of a person's key.
        rows: how many rows it has; for CSV as many as are not blank lines.
        nested: the names of columns whose cells are no single values.
    """

    path: Path
    written: Mapping[str, str]
    columns: Mapping[str, Column]
    rows: int
    nested: frozenset[str] = frozenset()

    @property
    def cells(self) -> Mapping[str, Cells]:
        return {name: Cells(_name(column), column.unit) for name, column in self.columns.items()}

    def slices(self, names: Collection[str], size: int, after: int = 0) -> Iterator[Wide]:
        """The file in slices of `size` rows, without the first `after`; of the columns those with these names.

        Raises:
            GuidelineError: the file cannot be read to its end.
        """
        import polars as pl

        wanted = self.wanted(names)
        try:
            for number, frame in enumerate(self._frames(wanted, size, after), after):
                start = number * size
                end = start + len(frame)
                yield self.read(frame, wanted, pl.int_range(start + 1, end + 1, dtype=pl.UInt32), end)
        except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
            raise GuidelineError([unreadable(self.path, error)]) from error

    def wanted(self, names: Collection[str]) -> list[str]:
        """Those of the columns that have one of these names."""
        return [name for name in self.columns if name in names]

    def read(self, frame: pl.DataFrame, wanted: Collection[str], rows: pl.Expr, reached: int) -> Wide:
        """Rows of the file as cells.

        Args:
            frame: the columns `wanted`, as they are in the file.
            rows: the number of each row in the file, or the words that tell where it stands.
        """
        import polars as pl

        cells = {name: found for name, found in self.cells.items() if name in wanted}
        read = frame.select(
            rows.alias(ROW),
            *(_cell(pl.col(self.written[n]), frame.schema[self.written[n]], self.columns[n]) for n in wanted),
        )
        return Wide(read, cells, reached)

    def _frames(self, wanted: Collection[str], size: int, after: int) -> Iterator[pl.DataFrame]:
        import polars as pl

        if self.path.suffix.lower() == ".parquet":
            scan = pl.scan_parquet(self.path, glob=False).select([self.written[name] for name in wanted])
            for start in range(after * size, max(self.rows, 1), size):
                yield scan.slice(start, size).collect()
            return
        yield from _csv_frames(self.path, list(self.written.values()), size, after)


def open_wide(path: Path, report: Report, *, rows: bool = True) -> WideFile | None:
    """A file with its header read and its rows counted; None, and an error in the report, if it is no table.

    Args:
        rows: count the rows, and see to it that each has as many cells as the header; else there are 0.
    """
    import polars as pl

    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        report.error(
            "G600",
            "its name does not say what it is",
            file=str(path),
            expected=f"a table with one row a patient, named *{', *'.join(SUFFIXES)}",
        )
        return None
    try:
        if suffix == ".parquet":
            scan = pl.scan_parquet(path, glob=False)
            schema = scan.collect_schema()
            return wide_file(path, schema, int(scan.select(pl.len()).collect().item()), report)
        names, count = _csv_shape(path, tabs=suffix == ".tsv", rows=rows)
        columns = with_units(columns_of(names, 1), units_beside(path), units_file(path).name)
    except Unreadable as fault:
        place = f"{path}:{fault.line}" if fault.line else str(path)
        report.error("G621", fault.message, suggestion=fault.help, file=place)
        return None
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        report.add(unreadable(path, error))
        return None
    written = {column.name: name for column, name in zip(columns, names, strict=True)}
    return WideFile(path, written, {column.name: column for column in columns}, count)


def wide_file(path: Path, schema: Mapping[str, pl.DataType], rows: int, report: Report) -> WideFile | None:
    """A table of Parquet by its columns; None, and an error in the report, if two of them are the same, or have units
    that contradict each other.

    Args:
        path: a file, or a folder of files.
    """
    import polars as pl

    try:
        columns = with_units(columns_of(list(schema), None), units_beside(path), units_file(path).name)
        for file in sorted(path.rglob("*.parquet")) if path.is_dir() else [path]:
            units = pl.read_parquet_metadata(file).get(UNITS)
            if units is not None:
                columns = with_units(columns, units_of(units, f"the metadata of {file.name}"), "its metadata")
    except Unreadable as fault:
        report.error("G621", fault.message, suggestion=fault.help, file=str(path))
        return None
    except (OSError, pl.exceptions.PolarsError) as error:
        report.add(unreadable(path, error))
        return None
    nested = {name for name, dtype in schema.items() if dtype.is_nested() or dtype in (pl.Binary, pl.Object)}
    written = {column.name: name for column, name in zip(columns, schema, strict=True)}
    odd = frozenset(name for name, column in written.items() if column in nested)
    return WideFile(path, written, {column.name: column for column in columns}, rows, odd)


def unreadable(path: Path, error: Exception) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        told = "there is no such file or folder"
    else:
        said = error.strerror if isinstance(error, OSError) else None
        lines = (said or str(error)).splitlines()
        told = f"it cannot be read: {lines[0] if lines else type(error).__name__}"
    return Diagnostic("G600", Severity.ERROR, told, file=str(path))


def _csv_shape(path: Path, *, tabs: bool, rows: bool) -> tuple[list[str], int]:
    """The names of the header, and how many rows follow. Raises Unreadable for a row of another width."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        separator = "\t" if tabs else separator_of(header)
        file.seek(0)
        try:
            names = next(csv.reader(file, delimiter=separator, strict=True), [])
        except csv.Error as error:
            raise Unreadable(f"this is not CSV: {error}", 1) from error
    if not any(name.strip() for name in names):
        raise Unreadable("the table is empty: it has no header", 1)
    columns_of(names, 1)
    return names, _same_width(path, separator, len(names)) - 1 if rows else 0


def separator(path: Path) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return separator_of(file.readline())


def _csv_frames(path: Path, names: list[str], size: int, after: int) -> Iterator[pl.DataFrame]:
    """The rows of a CSV, all cells as text, without those that are blank."""
    import polars as pl

    scan = pl.scan_csv(path, separator=separator(path), infer_schema=False, glob=False)
    if len(scan.collect_schema()) != len(names):
        raise GuidelineError([_ragged(path, f"the rows have {len(scan.collect_schema())} cells, not {len(names)}")])
    scan = scan.rename(dict(zip(scan.collect_schema().names(), names, strict=True)))
    blank = pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))
    kept = scan.filter(~blank)
    if after:
        kept = kept.slice(after * size)
    held = kept.head(0).collect()
    empty = not after
    for batch in kept.collect_batches(chunk_size=size, maintain_order=True):
        held = pl.concat([held, batch])
        while len(held) >= size:  # batches may be of any length, and slices are the same at each reading
            yield held.head(size)
            held, empty = held.slice(size), False
    if len(held) or empty:
        yield held


def _ragged(path: Path, message: str) -> Diagnostic:
    return Diagnostic("G621", Severity.ERROR, message, file=str(path))


def _same_width(path: Path, separator: str, width: int) -> int:
    """How many lines are not blank.

    Raises Unreadable at the first row that is short of cells, which would else count as absent, or has too many.
    """
    import polars as pl

    line = pl.col("line")
    scan = pl.scan_csv(
        path, separator="\x1f", quote_char=None, has_header=False, infer_schema=False, new_columns=["line"], glob=False
    )
    unquoted = line.str.replace_all('"(?:[^"]|"")*"', "_")
    found = unquoted.str.count_matches(separator, literal=True) + 1
    there = (line.str.strip_chars(f" {separator}\r") != "").fill_null(False)
    wrong = there & (found != width)
    first = pl.when(wrong).then(pl.struct(pl.col("at"), found.alias("found"))).drop_nulls().first()
    told = (
        scan.with_row_index("at", 1)
        .select(
            first.alias("first"),
            there.sum().alias("rows"),
            unquoted.str.contains('"', literal=True).fill_null(False).any().alias("open"),
        )
        .collect(engine="streaming")
        .row(0, named=True)
    )
    if told["open"]:  # a quoted cell that goes over several lines: cells have to be counted as CSV has them
        return _same_width_of_rows(path, separator, width)
    if told["first"] is not None:
        _refuse(told["first"]["found"], width, told["first"]["at"])
    return int(told["rows"])


def _same_width_of_rows(path: Path, separator: str, width: int) -> int:
    rows = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows += 1
                if len(cells) != width:
                    _refuse(len(cells), width, reader.line_num)
    return rows


def _refuse(found: int, width: int, line: int) -> None:
    raise Unreadable(f"this row has {found} cells, the header has {width}", line)


def _cell(expr: pl.Expr, dtype: pl.DataType, column: Column) -> pl.Expr:
    import polars as pl

    if dtype in (pl.String, pl.Categorical, pl.Enum):
        text = expr.cast(pl.String).str.strip_chars()
        expr = pl.when(text != "").then(text)
    elif dtype == pl.Int64:
        pass
    elif dtype in (pl.UInt64, pl.Int128, pl.UInt128):
        expr = expr.cast(pl.String)  # may not fit into what integers are held in
    elif dtype.is_integer():
        expr = expr.cast(pl.Int64)
    elif dtype.is_float() and column.name == "age":  # 67.0 years are 67
        whole = pl.when(expr == expr.floor()).then(expr).cast(pl.Int64, strict=False).cast(pl.String)
        expr = pl.coalesce(whole, expr.cast(pl.String))
    elif dtype in (pl.Float32, pl.Null) or dtype.is_decimal():
        expr = expr.cast(pl.String)  # of a Float32 its own shortest decimal is meant, not that of the double it becomes
    return expr.alias(_name(column))


def _name(column: Column) -> str:
    return f"cell:{column.name}"

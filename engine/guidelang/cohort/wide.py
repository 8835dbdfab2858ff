"""A file with one row a patient as a table of cells: CSV, TSV or Parquet; nothing of it is interpreted here."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.diagnostics import Report
from guidelang.facts.decode import Unreadable
from guidelang.facts.decode_csv import Column, columns_of, separator_of
from guidelang.run.columnar_table import Cells

if TYPE_CHECKING:
    import polars as pl

PATIENT = "patient"
SUFFIXES = (".csv", ".tsv", ".parquet")


@dataclass(frozen=True, slots=True)
class Wide:
    """The cells of a file. A cell is NULL where it is empty; blanks around a text are gone.

    Attributes:
        frame: a column of cells for each name, under the name that `cells` says.
        cells: by the name of a fact or of a person's key.
    """

    frame: pl.DataFrame
    cells: Mapping[str, Cells]


def read_wide(path: Path, report: Report) -> Wide | None:
    """The cells of a file; None, and an error in the report, if it cannot be read as a table."""
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
            return _wide(pl.read_parquet(path))
        return _wide(_read_csv(path, tabs=suffix == ".tsv"))
    except Unreadable as fault:
        report.error("G621", fault.message, file=f"{path}:{fault.line}" if fault.line else str(path))
    except FileNotFoundError:
        report.error("G600", "there is no such file or folder", file=str(path))
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        report.error("G600", f"it cannot be read: {told}", file=str(path))
    return None


def _read_csv(path: Path, *, tabs: bool) -> pl.DataFrame:
    """All cells as text. Raises Unreadable for a row with another number of cells than the header."""
    import polars as pl

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
    _same_width(path, separator, len(names))
    frame = pl.read_csv(path, separator=separator, infer_schema=False)
    if frame.width != len(names):
        raise Unreadable(f"the rows have {frame.width} cells, the header has {len(names)}", 2)
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _same_width(path: Path, separator: str, width: int) -> None:
    """Raises Unreadable at the first row that is short of cells, which would else count as absent, or has too many."""
    import polars as pl

    lines = pl.read_csv(
        path, separator="\x1f", quote_char=None, has_header=False, infer_schema=False, new_columns=["line"]
    )["line"]
    if lines.str.contains('"', literal=True).any():
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=separator)
            for cells in reader:
                if any(cell.strip() for cell in cells) and len(cells) != width:
                    _refuse(len(cells), width, reader.line_num)
        return
    counts = lines.str.count_matches(separator, literal=True) + 1
    wrong = ((counts != width) & (lines.str.strip_chars(f" {separator}") != "")).fill_null(False).arg_true()
    if len(wrong):
        _refuse(counts[wrong[0]], width, wrong[0] + 1)


def _refuse(found: int, width: int, line: int) -> None:
    raise Unreadable(f"this row has {found} cells, the header has {width}", line)


def _wide(frame: pl.DataFrame) -> Wide:
    import polars as pl

    columns = columns_of(frame.columns, None)
    frame = frame.select(
        _cell(pl.col(written), frame.schema[written], column)
        for written, column in zip(frame.columns, columns, strict=True)
    )
    frame = frame.filter(~pl.all_horizontal(pl.all().is_null())) if frame.width else frame
    return Wide(frame, {column.name: Cells(_name(column), column.unit) for column in columns})


def _cell(expr: pl.Expr, dtype: pl.DataType, column: Column) -> pl.Expr:
    import polars as pl

    if dtype in (pl.String, pl.Categorical, pl.Enum):
        text = expr.cast(pl.String).str.strip_chars()
        expr = pl.when(text != "").then(text)
    elif dtype.is_integer():
        expr = expr.cast(pl.Int64, strict=False)
    elif dtype.is_float() and column.name == "age":  # 67.0 years are 67
        whole = pl.when(expr == expr.floor()).then(expr).cast(pl.Int64, strict=False).cast(pl.String)
        expr = pl.coalesce(whole, expr.cast(pl.String))
    elif dtype in (pl.Float32, pl.Null) or dtype.is_decimal():
        expr = expr.cast(pl.String)  # of a Float32 its own shortest decimal is meant, not that of the double it becomes
    return expr.alias(_name(column))


def _name(column: Column) -> str:
    return f"cell:{column.name}"

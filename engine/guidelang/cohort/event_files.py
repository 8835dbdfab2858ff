"""Event tables as files: one or a folder of them, beside them perhaps a table of the patients; nothing is interpreted.

patient, fact | record, system, code, value, unit, time | start, end, status, …      a row a result
patient, birth_date, age, sex, deceased                                              `patients.csv`, .tsv, .parquet
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.source import PATIENT
from guidelang.cohort.wide import SUFFIXES, WideFile, open_wide, separator
from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.event_codes import CODE_PARTS
from guidelang.facts.event_rows import PARTS

if TYPE_CHECKING:
    import polars as pl

FACT = "fact"
WHERE = "where"
PEOPLE = "patients"
"""How the table of the patients is called, in a folder."""

PERSON = ("birth_date", "age", "sex", "deceased")


@dataclass(frozen=True, slots=True)
class EventFiles:
    """The files of an input, with their headers read.

    Attributes:
        path: the input, a file or a folder.
        events: the tables of events.
        people: the table of the patients, if there is one.
        rows: of all tables of events.
    """

    path: Path
    events: tuple[WideFile, ...]
    people: WideFile | None

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.events)

    def scan(self) -> pl.LazyFrame:
        """The rows of all tables of events: `patient`, `fact`, the parts that any has, and `where` each stands.

        A table that says by codes what its rows are about has these as texts, too.
        """
        import polars as pl

        frames = [_scan(file, file.path.name if len(self.events) > 1 else None) for file in self.events]
        scan = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")
        if FACT not in scan.collect_schema():
            scan = scan.with_columns(pl.lit(None, pl.String).alias(FACT))
        return scan.with_columns(pl.col(CODE_PARTS).cast(pl.String)) if self.coded else scan

    @property
    def coded(self) -> bool:
        """Whether a table says by codes what its rows are about."""
        return any(set(CODE_PARTS) <= set(file.columns) for file in self.events)

    def persons(self) -> pl.DataFrame:
        """The table of the patients, all cells as texts, and `where`; without one, no rows."""
        import polars as pl

        if self.people is None:
            return pl.DataFrame(schema={WHERE: pl.UInt32, **dict.fromkeys((PATIENT, *PERSON), pl.String)})
        return person_texts(_scan(self.people, None, PERSON).collect())

    def fingerprint(self) -> str:
        """Another text if one of the files is another one."""
        files = [*self.events, *([] if self.people is None else [self.people])]
        told = [(file.path.resolve(), file.path.stat()) for file in files]
        return " ".join(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in told)


def is_events(path: Path) -> bool:
    """Whether an input is a table of events, or a folder with tables: whether a header has `patient`, and `fact` or
    `record`, `system` and `code`.
    """
    if path.is_dir():
        return bool(_tables(path))
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    file = open_wide(path, Report(), rows=False)
    return file is not None and PATIENT in file.columns and _is_about(file)


def open_events(path: Path, report: Report) -> EventFiles | None:
    """The files of an input; None, and errors in the report, if one cannot be read or lacks a column."""
    tables = _tables(path) if path.is_dir() else [path]
    events = [open_wide(table, report) for table in tables if table.stem.lower() != PEOPLE or not path.is_dir()]
    people = [open_wide(table, report) for table in tables if table.stem.lower() == PEOPLE and path.is_dir()]
    if len(people) > 1:
        report.error("G622", f"there are {len(people)} tables of patients", expected="one", file=str(path))
    if not events:
        report.error("G602", "there is no table of events, only one of patients", file=str(path))
    for file in events:
        if file is not None:
            coded = set(CODE_PARTS) <= set(file.columns)
            fits(file, (PATIENT, *CODE_PARTS) if coded else (PATIENT, FACT), (FACT, *PARTS) if coded else PARTS, report)
    for file in people:
        if file is not None:
            fits(file, (PATIENT,), PERSON, report)
    if report.has_errors:
        return None
    person = people[0] if people else None
    return EventFiles(path, tuple(file for file in events if file is not None), person)


def person_texts(read: pl.DataFrame) -> pl.DataFrame:
    """Cells of the table of the patients as texts, and `where` they stand; a row of empty ones is none."""
    import polars as pl

    names = (PATIENT, *PERSON)
    texts = [
        _text(read[name]) if name in read.columns else pl.repeat(None, len(read), dtype=pl.String, eager=True)
        for name in names
    ]
    frame = pl.DataFrame([text.alias(name) for text, name in zip(texts, names, strict=True)])
    return frame.with_columns(read[WHERE]).filter(~pl.all_horizontal(pl.col(names).is_null()))


def _is_about(file: WideFile) -> bool:
    """Whether its rows say what they are about."""
    return FACT in file.columns or set(CODE_PARTS) <= set(file.columns)


def _tables(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


def fits(file: WideFile, needed: Sequence[str], known: Sequence[str], report: Report) -> None:
    """Tells of needed columns that are not there, and of those that are not read."""
    lacking = [name for name in needed if name not in file.columns]
    if lacking:
        listed = " and ".join(f"`{name}`" for name in lacking)
        report.error(
            "G620",
            f"the table has no column {listed}",
            expected=f"{', '.join(needed)}, and of {', '.join(known)} those that there are",
            file=str(file.path),
        )
        return
    for name in sorted(set(file.columns).difference((*needed, *known))):
        suggestion = did_you_mean(name, known)
        report.warning("G623", f"the column `{name}` is not read", suggestion=suggestion, file=str(file.path))


def _scan(file: WideFile, name: str | None, parts: Sequence[str] = (FACT, *CODE_PARTS, *PARTS)) -> pl.LazyFrame:
    import polars as pl

    if file.path.suffix.lower() == ".parquet":
        scan = pl.scan_parquet(file.path, glob=False, row_index_name=WHERE, row_index_offset=1)
    else:
        scan = pl.scan_csv(
            file.path,
            separator=separator(file.path),
            infer_schema=False,
            glob=False,
            row_index_name=WHERE,
            row_index_offset=1,
        )
    return cells(scan, file, name, parts, stripped=file.path.suffix != ".parquet")


def cells(
    scan: pl.LazyFrame,
    file: WideFile,
    name: str | None,
    parts: Sequence[str] = (FACT, *PARTS),
    *,
    stripped: bool = False,
) -> pl.LazyFrame:
    """Rows of a file as cells: `where` each stands, `patient`, and those of the parts that there are.

    Args:
        scan: the columns as they are in the file, and the number of the row as `where`.
        name: of the file, to be told with the number of the row; None: the number alone.
        stripped: blanks around a text are no part of it.
    """
    import polars as pl

    schema = scan.collect_schema()
    columns = []
    for part in (PATIENT, *parts):
        if part in file.written:
            written = file.written[part]
            columns.append(_cell(pl.col(written), schema[written], stripped=stripped).alias(part))
    where = pl.col(WHERE) if name is None else pl.format("{}: row {}", pl.lit(name), WHERE)
    return scan.select(where.alias(WHERE), *columns)


def _cell(expr: pl.Expr, dtype: pl.DataType, *, stripped: bool) -> pl.Expr:
    """A cell, of which an empty text is none; of a Float32 its own shortest decimal is meant."""
    import polars as pl

    if dtype in (pl.String, pl.Categorical, pl.Enum):
        text = expr.cast(pl.String)
        text = text.str.strip_chars() if stripped else text
        return pl.when(text.str.len_bytes() > 0).then(text)
    return expr.cast(pl.String) if dtype in (pl.Float32, pl.Null) else expr


def _text(cells: pl.Series) -> pl.Series:
    import polars as pl

    if isinstance(cells.dtype, pl.Datetime):
        return cells.dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z" if cells.dtype.time_zone else "%Y-%m-%dT%H:%M:%S%.f")
    if cells.dtype.is_float():  # 67.0 years are 67
        whole = (cells == cells.floor()).all()
        return cells.cast(pl.Int64).cast(pl.String) if whole else cells.cast(pl.String)
    return cells.cast(pl.String)

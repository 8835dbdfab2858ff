"""The expected results of a deck: a table with a header and one row a case."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from guidelang.diagnostics import Report
from guidelang.facts.decode import Unreadable, decode_text


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line in the file, counted from 1, and its cells by the names of the columns."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Deck:
    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_deck(path: Path, report: Report) -> Deck | None:
    """The table of a file; None, with errors in the report (G600, G705), if it cannot be read as one."""
    name = str(path)
    try:
        text = decode_text(path.read_bytes())
    except OSError as error:
        report.error("G600", f"it cannot be read: {(error.strerror or str(error)).lower()}", file=name)
        return None
    except Unreadable as fault:
        report.error("G705", fault.message, file=name if fault.line is None else f"{name}:{fault.line}")
        return None
    header = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    before = len(report.findings)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if not columns:
                columns = tuple(stripped)
                for twice in sorted({column for column in columns if columns.count(column) > 1}):
                    report.error("G705", f"the column `{twice}` stands twice in the header", file=f"{name}:1")
            elif len(cells) != len(columns):
                message = f"this row has {len(cells)} cells, the header has {len(columns)}"
                report.error("G705", message, file=f"{name}:{reader.line_num}")
            else:
                rows.append(Row(reader.line_num, dict(zip(columns, stripped, strict=True))))
    except csv.Error as error:
        report.error("G705", f"this is no table: {error}", file=f"{name}:{reader.line_num}")
    if len(report.findings) > before:
        return None
    if not rows:
        report.error("G705", "the table has no rows", file=name, expected="a header and one row a case")
        return None
    return Deck(name, columns, tuple(rows))

"""Tables of patients: one row a patient, a header with the names of facts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.facts.decode import Unreadable

MOST_COLUMNS = 5000
"""Of a table. One with more is no table of patients, and a message for each column would help nobody."""

_WITH_UNIT = re.compile(r"(?P<name>[^\[(]+?)\s*(?:\[(?P<square>.*)\]|\((?P<round>.*)\))\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the fact it names and the unit in its header, `phosphorus [mg/dL]` or `phosphorus (mg/dL)`."""

    name: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line in the file (from 1) and its cells, as many as there are columns."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    ragged: tuple[Unreadable, ...]  # rows with another number of cells than the header; they cannot be read


def decode_csv(text: str, *, tabs: bool = False) -> Table:
    """A table from CSV with commas, semicolons or tabs, whichever the header uses. Raises Unreadable."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    separator = "\t" if tabs else separator_of(header)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: tuple[Column, ...] = ()
    rows: list[Row] = []
    ragged: list[Unreadable] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = columns_of(cells, reader.line_num)
            elif len(cells) != len(columns):
                message = f"this row has {len(cells)} cells, the header has {len(columns)}"
                ragged.append(Unreadable(message, reader.line_num))
            else:
                rows.append(Row(reader.line_num, tuple(cell.strip() for cell in cells)))
    except csv.Error as error:
        raise Unreadable(f"this is not CSV: {error}", reader.line_num) from error
    if not columns:
        raise Unreadable("the table is empty: it has no header")
    return Table(columns, tuple(rows), tuple(ragged))


def separator_of(header: str) -> str:
    """The separator that occurs most in the header; a comma where they are level."""
    return max((",", ";", "\t"), key=header.count)


def columns_of(cells: Sequence[str], line: int | None) -> tuple[Column, ...]:
    """The columns that a header names. Raises Unreadable."""
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(f"the table has {len(cells)} columns; at most {MOST_COLUMNS} are read", line)
    columns: list[Column] = []
    seen: set[str] = set()
    for cell in cells:
        match = _WITH_UNIT.match(cell.strip())
        if match:
            column = Column(match["name"].strip(), (match["square"] or match["round"] or "").strip() or None)
        else:
            column = Column(cell.strip(), None)
        if not column.name:
            raise Unreadable("a column has no name", line)
        if column.name in seen:
            raise Unreadable(f"the column `{column.name}` is there twice", line)
        seen.add(column.name)
        columns.append(column)
    return tuple(columns)

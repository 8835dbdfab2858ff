"""What the columnar executor is given: a table with the facts of many patients, one row a patient.

For each fact there is a column of values, unknown as NULL (never NaN); of numbers and days, the double that is nearest
to the exact value. A second column flags the rows whose value a single double does not tell (a censored result, a
partial date, more digits than a double keeps): what depends on them is computed exactly, from the cells as they were
given, which the table keeps.

polars holds the tables. It is an extra of the installation and is imported when a table is first made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from guidelang.run.columnar_history import History

if TYPE_CHECKING:
    import polars as pl

Kind: TypeAlias = Literal["number", "truth", "word"]

BORN = "born"
"""The column with the day of birth, a date, where it is known, is one day, and lies no later than the evaluation."""

BIRTH_KEYS = ("birth_date", "age")
"""The keys of a fact set that say when somebody was born."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """The column of one fact; days are numbers, as `datetime.date.toordinal` counts them.

    Attributes:
        values: its name in the table.
        odd: the name of the column that flags rows whose value is not told by a double; None if there is no such row.
        error: None where each value is the double nearest to the exact one; else the bound of the distance between
            them, as a share of the value and as an absolute number.
        keys: the keys of a fact set that the fact is read from.
    """

    kind: Kind
    values: str
    odd: str | None
    error: tuple[float, float] | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one key of a fact set, as they were given.

    Attributes:
        column: the name of their column.
        unit: that of its header.
        made: makes the cells of other columns, where there is no column of this name; only the few that have to be
            read exactly are made.
    """

    column: str
    unit: str | None
    made: pl.Expr | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FactTable:
    """The facts of many patients at one evaluation day.

    Attributes:
        frame: one row a patient, with all the columns that are named here.
        facts: the column of every fact of the network.
        cells: for each key that the input has, its cells.
        born_odd: the column that flags who has no single day of birth and is not without any.
        history: the histories of the facts; None for a table that has current values only.
    """

    frame: pl.DataFrame
    facts: Mapping[str, FactColumn]
    cells: Mapping[str, Cells]
    born_odd: str
    as_of: dt.date
    history: History | None = None

"""From cells to the columns of facts: parsed, converted and checked for all patients at once.

Ordinary numbers are read in columns. Every other cell (a comparator, a unit of its own, a word, a date, a value outside
the plausible range) is read by the one-patient reader, once for each different cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from guidelang.cohort.read_cells import CellReader, Meaning, kind_of
from guidelang.cohort.source import PATIENT
from guidelang.cohort.wide import ROW, Wide
from guidelang.facts.setting import Setting
from guidelang.network.ir import Age, FactDefinition
from guidelang.quantity import Interval, from_number
from guidelang.run.columnar_number import ROUNDING, SMALLEST
from guidelang.run.columnar_table import BIRTH_KEYS, BORN, Cells, FactColumn, FactTable
from guidelang.run.columnar_values import completed_since

if TYPE_CHECKING:
    import polars as pl

DIGITS = "0123456789.+-"
MOST_CHARACTERS = 15
"""Of an ordinary number: the digits that a double tells apart."""

LARGEST = 1e15
"""Doubles beyond are read one by one."""

BORN_ODD = "odd:born"
_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class FactColumns:
    """Columns of facts under construction.

    Attributes:
        readers: of cells, by key and fact; to be handed on from slice to slice of one file.
        rejected: what could not be used: tables with the columns `source.REJECTED`.
    """

    setting: Setting
    wide: Wide
    readers: dict[tuple[str, str | None], CellReader] = field(default_factory=dict)
    frame: pl.DataFrame = field(init=False)
    facts: dict[str, FactColumn] = field(default_factory=dict)
    rejected: list[pl.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.frame = self.wide.frame

    def table(self) -> FactTable:
        """The table with the columns of all facts of the network."""
        network = self.setting.network
        needs_birth = any(isinstance(node, Age) for node in network.nodes.values())
        if needs_birth or any(d.patient_field == "age" for d in network.facts.values()):
            self._born()
        numbers = [
            name
            for name, definition in network.facts.items()
            if definition.patient_field is None
            and definition.type in {"quantity", "number"}
            and name in self.wide.cells
        ]
        self._numbers(numbers)
        for name, definition in network.facts.items():
            match definition.patient_field:
                case "age":
                    self._age(name, definition)
                case None if name in numbers:
                    pass
                case None:
                    self._by_cell(name, definition, name)
                case key:
                    self._by_cell(name, definition, key)
        return FactTable(self.frame, self.facts, self.wide.cells, BORN_ODD, self.setting.as_of)

    def _reader(self, key: str, unit: str | None, fact: str | None) -> CellReader:
        if (key, fact) not in self.readers:
            self.readers[key, fact] = CellReader(self.setting, key, unit, fact)
        return self.readers[key, fact]

    # ---- numbers ----------------------------------------------------------------------------------------------------

    def _numbers(self, names: Sequence[str]) -> None:
        """Quantities and numbers: ordinary cells as doubles, converted, all columns at once; other cells one by one."""
        found = {name: number for name in names if (number := self._number(name)) is not None}
        self.frame = self.frame.with_columns(number.expr.alias(f"fact:{name}") for name, number in found.items())
        for name in names:
            if name not in found:
                self._by_cell(name, self.setting.network.facts[name], name)
                continue
            cells, values, odd = self.wide.cells[name], f"fact:{name}", None
            raw, read = self.frame[cells.column], self.frame[values]
            if raw.null_count() != read.null_count():
                others = raw.filter(read.is_null() & raw.is_not_null()).unique()
                meanings = self._reader(name, cells.unit, name).meanings(others)
                odd = self._fill(name, cells, meanings, "number", values)
            self.facts[name] = FactColumn("number", values, odd, found[name].error, (name,))

    def _number(self, name: str) -> _Number | None:
        """The ordinary cells of a quantity or number; None if its column has none."""
        import polars as pl

        cells, definition = self.wide.cells[name], self.setting.network.facts[name]
        conversion = self._reader(name, cells.unit, name).conversion
        raw, dtype = pl.col(cells.column), self.frame.schema[cells.column]
        if conversion is None or not (dtype == pl.String or dtype.is_numeric()):
            return None
        number = _ordinary(raw) if dtype == pl.String else raw.cast(pl.Float64)
        factor, offset = conversion
        error = None
        if factor != 1 or offset != 0:
            number = number * float(factor) + float(offset)
            error = (8 * ROUNDING, 8 * ROUNDING * abs(float(offset)) + SMALLEST)
        usable = [] if dtype == pl.String else [raw.is_finite() & (raw.abs() < LARGEST)]
        if definition.plausible is not None:
            low, high = definition.plausible
            if error is None and _is_decimal(low) and _is_decimal(high):
                usable = usable if max(abs(low), abs(high)) >= LARGEST else []  # what lies between is no larger
                usable.append(number.is_between(float(low), float(high)))
            else:
                margin = pl.lit((abs(float(low)) + abs(float(high))) * ROUNDING)
                if error is not None:
                    margin = margin + number.abs() * error[0] + error[1]
                usable += [number - margin > float(low), number + margin < float(high)]
        return _Number(pl.when(*usable).then(number) if usable else number, error)

    # ---- all else, by different cells -------------------------------------------------------------------------------

    def _by_cell(self, name: str, definition: FactDefinition, key: str) -> None:
        """A fact of which every different cell is read once; where there is no column, all cells are empty."""
        import polars as pl

        kind = kind_of(definition.type)
        values = f"fact:{name}"
        cells = self.wide.cells.get(key)
        reader = self._reader(key, cells.unit if cells else None, name)
        absent = reader.meaning(None).value
        dtype = {"number": pl.Float64, "truth": pl.Boolean, "word": pl.String}[kind]
        odd = None
        if cells is None:
            self.frame = self.frame.with_columns(pl.lit(absent, dtype).alias(values))
        else:
            raw = pl.col(cells.column)
            if kind == "truth" and self.frame.schema[cells.column] == pl.Boolean:
                self.frame = self.frame.with_columns(raw.alias(values))
            else:
                self.frame = self.frame.with_columns(pl.lit(None, dtype).alias(values))
                meanings = reader.meanings(self.frame[cells.column].drop_nulls().unique())
                odd = self._fill(key, cells, meanings, kind, values)
            if absent is not None:
                filled = pl.when(raw.is_null()).then(pl.lit(absent, dtype)).otherwise(pl.col(values))
                self.frame = self.frame.with_columns(filled.alias(values))
        self.facts[name] = FactColumn(kind, values, odd, None, (key,))

    def _fill(self, key: str, cells: Cells, meanings: dict[object, Meaning], kind: str, values: str) -> str | None:
        """Fills in what cells mean; returns the column that flags what no double tells, if there is any."""
        import polars as pl

        dtype = {"number": pl.Float64, "truth": pl.Boolean, "word": pl.String}[kind]
        known = {cell: meaning.value for cell, meaning in meanings.items() if meaning.value is not None}
        odd = [cell for cell, meaning in meanings.items() if meaning.odd]
        self._reject(key, cells, meanings)
        raw = self.frame[cells.column]
        if known:
            filled = raw.replace_strict(list(known), list(known.values()), default=None, return_dtype=dtype)
            column = self.frame[values].zip_with(self.frame[values].is_not_null(), filled)
            self.frame = self.frame.with_columns(column.alias(values))
        if not odd:
            return None
        name = f"odd:{values}"
        self.frame = self.frame.with_columns(raw.is_in(odd).fill_null(False).alias(name))
        return name

    def _reject(self, key: str, cells: Cells, meanings: dict[object, Meaning]) -> None:
        """Notes every patient whose cell cannot be used, with the reason."""
        import polars as pl

        faults = {cell: meaning for cell, meaning in meanings.items() if meaning.reason is not None}
        if not faults:
            return
        rows = self.frame.filter(pl.col(cells.column).is_in(list(faults)))
        raw = rows[cells.column]
        self.rejected.append(
            pl.DataFrame(
                {
                    PATIENT: rows[self.wide.cells[PATIENT].column].cast(pl.String),
                    "where": pl.select(pl.format("row {}", rows[ROW])).to_series(),
                    "fact": pl.repeat(key, len(rows), dtype=pl.String, eager=True),
                    "value": raw.cast(pl.String),
                    "unit": pl.repeat(cells.unit, len(rows), dtype=pl.String, eager=True),
                    "reason": _mapped(raw, {cell: meaning.reason for cell, meaning in faults.items()}),
                    "message": _mapped(raw, {cell: meaning.message for cell, meaning in faults.items()}),
                }
            )
        )

    # ---- birth and age ----------------------------------------------------------------------------------------------

    def _born(self) -> None:
        """The day of birth, and the flag of who has none that is one day, but a partial one or an age."""
        import polars as pl

        birth, age = (self.wide.cells.get(key) for key in BIRTH_KEYS)
        born: pl.Series = pl.repeat(None, len(self.frame), dtype=pl.Date, eager=True)
        known: pl.Series = pl.repeat(False, len(self.frame), dtype=pl.Boolean, eager=True)
        if birth is not None:
            raw = self.frame[birth.column]
            reader = self._reader("birth_date", birth.unit, None)
            births = {cell: reader.facts(cell).birth for cell in raw.drop_nulls().unique()}
            days = {cell: day for cell, interval in births.items() if (day := self._day(interval)) is not None}
            if days:
                born = raw.replace_strict(list(days), list(days.values()), default=None, return_dtype=pl.Date)
            known = raw.is_in([cell for cell, interval in births.items() if interval is not None]).fill_null(False)
            if "birth_date" not in self.setting.network.facts:
                self._reject("birth_date", birth, reader.meanings(births))
        odd = known & born.is_null()
        if age is not None:
            odd = odd | (~known & self.frame[age.column].is_not_null())
        self.frame = self.frame.with_columns(born.alias(BORN), odd.alias(BORN_ODD))

    def _day(self, birth: Interval | None) -> dt.date | None:
        if birth is None or not birth.is_point or birth.value > self.setting.as_of.toordinal():
            return None
        return dt.date.fromordinal(int(birth.value))

    def _age(self, name: str, definition: FactDefinition) -> None:
        """The age in years: by the day of birth, else as given. In another unit, and of partial dates, exactly."""
        import narwhals as nw
        import polars as pl

        values, odd = f"fact:{name}", f"odd:fact:{name}"
        years = completed_since(nw.col(BORN), self.setting.as_of, "year")
        made = nw.from_native(self.frame, eager_only=True).with_columns(**{values: years})
        self.frame = made.to_native()
        flag = pl.col(BORN_ODD)
        if definition.unit not in (None, "a"):
            flag = flag | pl.col(BORN).is_not_null()
        self.frame = self.frame.with_columns(flag.alias(odd))
        cells = self.wide.cells.get("age")
        if cells is not None:
            given = self.frame.filter(pl.col(BORN).is_null())[cells.column].drop_nulls().unique()
            reader = self._reader("age", cells.unit, name)
            self._reject("age", cells, reader.meanings(given))
        self.facts[name] = FactColumn("number", values, odd, None, BIRTH_KEYS)


@dataclass(frozen=True, slots=True)
class _Number:
    """The ordinary cells of a column as doubles, NULL elsewhere; and their error, as `FactColumn` has it."""

    expr: pl.Expr
    error: tuple[float, float] | None


def _ordinary(text: pl.Expr) -> pl.Expr:
    """Texts such as `-6.1` as doubles, all others as NULL. (Faster than a regular expression for each of them.)"""
    import polars as pl

    plain = (text.str.strip_chars(DIGITS) == "") & (text.str.len_bytes() <= MOST_CHARACTERS) & ~text.str.ends_with(".")
    return pl.when(plain).then(text).cast(pl.Float64, strict=False)


def _is_decimal(number: Fraction) -> bool:
    return from_number(float(number))[0] == number


def _mapped(raw: pl.Series, words: dict[object, str | None]) -> pl.Series:
    import polars as pl

    return raw.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)


def ordinals_to_dates(values: pl.Series) -> pl.Series:
    """Days as tables have them, from ordinals."""
    import polars as pl

    return (values - _EPOCH).cast(pl.Int32).cast(pl.Date)

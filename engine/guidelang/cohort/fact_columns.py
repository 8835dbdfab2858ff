"""From cells to the columns of facts: parsed, converted and checked for all patients at once.

Ordinary numbers are read in columns. Every other cell (a comparator, a unit of its own, a word, a date, a value outside
the plausible range) is read by the one-patient reader, once for each different cell.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from guidelang.cohort.read_cells import CellReader, Meaning, kind_of
from guidelang.cohort.source import PATIENT
from guidelang.cohort.wide import ROW, Wide
from guidelang.facts.measured import Reported, measure
from guidelang.facts.setting import Setting
from guidelang.network.ir import Age, FactDefinition
from guidelang.quantity import Interval, from_number
from guidelang.run.columnar_number import ROUNDING, SMALLEST
from guidelang.run.columnar_table import BIRTH_KEYS, BORN, Cells, FactColumn, FactTable
from guidelang.run.columnar_values import completed_since

if TYPE_CHECKING:
    import polars as pl

ORDINARY = r"^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$"
MOST_CHARACTERS = 15
"""Of an ordinary number: the digits that a double tells apart."""

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
        for name, definition in network.facts.items():
            match definition.patient_field:
                case "age":
                    self._age(name, definition)
                case None if definition.type in {"quantity", "number"} and name in self.wide.cells:
                    self._number(name, definition)
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

    def _number(self, name: str, definition: FactDefinition) -> None:
        """A quantity or number: ordinary cells as doubles, converted; the others one by one."""
        import polars as pl

        cells = self.wide.cells[name]
        raw = pl.col(cells.column)
        dtype = self.frame.schema[cells.column]
        if dtype == pl.String:
            ordinary = raw.str.contains(ORDINARY) & (raw.str.len_bytes() <= MOST_CHARACTERS)
            number = pl.when(ordinary).then(raw).cast(pl.Float64, strict=False)
        elif dtype.is_numeric():
            number = raw.cast(pl.Float64)
            number = pl.when(number.is_finite() & (number.abs() < 1e15)).then(number)
        else:
            self._by_cell(name, definition, name)
            return
        conversion = _conversion(definition, cells.unit)
        if conversion is None:
            self._by_cell(name, definition, name)
            return
        factor, offset = conversion
        error = None
        if factor != 1 or offset != 0:
            number = number * float(factor) + float(offset)
            error = (8 * ROUNDING, 8 * ROUNDING * abs(float(offset)) + SMALLEST)
        if definition.plausible is not None:
            low, high = definition.plausible
            margin = pl.lit(0.0) if error is None else number.abs() * error[0] + error[1]
            if not (_is_decimal(low) and _is_decimal(high)):
                margin = margin + (abs(float(low)) + abs(float(high))) * ROUNDING
            strictly = error is not None or not (_is_decimal(low) and _is_decimal(high))
            above = number - margin > float(low) if strictly else number >= float(low)
            below = number + margin < float(high) if strictly else number <= float(high)
            number = pl.when(above & below).then(number)
        values = f"fact:{name}"
        self.frame = self.frame.with_columns(number.alias(values))
        others = self.frame.filter(pl.col(values).is_null() & raw.is_not_null())[cells.column].unique()
        meanings = self._reader(name, cells.unit, name).meanings(others)
        odd = self._fill(name, cells, meanings, "number", values)
        self.facts[name] = FactColumn("number", values, odd, error, (name,))

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


def _conversion(definition: FactDefinition, unit: str | None) -> tuple[Fraction, Fraction] | None:
    """Factor and offset from the unit of a header to that of the fact; None if it cannot be converted."""
    if unit is None:
        unit = definition.unit  # a bare number takes the declared unit
    anything = replace(definition, plausible=None)
    zero = measure(anything, Reported(Fraction(0), 0, unit)).value
    one = measure(anything, Reported(Fraction(1), 0, unit)).value
    if zero is None or one is None:
        return None
    return one.value - zero.value, zero.value


def _is_decimal(number: Fraction) -> bool:
    return from_number(float(number))[0] == number


def _mapped(raw: pl.Series, words: dict[object, str | None]) -> pl.Series:
    import polars as pl

    return raw.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)


def ordinals_to_dates(values: pl.Series) -> pl.Series:
    """Days as tables have them, from ordinals."""
    import polars as pl

    return (values - _EPOCH).cast(pl.Int32).cast(pl.Date)

"""The results of one fact as they are compared: numbers in the fact's own unit, what lies in the future left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from guidelang.calendar import minus
from guidelang.facts.measured import COMPARATORS, Measured, Reported, measure
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval, from_number
from guidelang.run.columnar_number import ROUNDING, SMALLEST

if TYPE_CHECKING:
    import polars as pl

MEASURED = frozenset({"quantity", "number"})

_KEY = ("number", "unit", "comparator")


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one fact up to the evaluation day.

    Attributes:
        frame: the columns of `cohort.history`, all of them, and
            value      a Float64 in the fact's own unit (of a date, its ordinal), a Boolean or a String; NULL: of no use
            censored   Boolean: it can be used, and is no point
            number     of a quantity or number: as the record has it, in `unit`
            converted  Boolean: `value` is no nearest double, as it was converted from another unit
            place      UInt32: which result it is
        error: as that of `run.columnar_table.FactColumn`.
        unusable: the results that cannot be used: row, where, value, unit, reason, message.
    """

    frame: pl.DataFrame
    error: tuple[float, float] | None = None
    unusable: pl.DataFrame | None = None


def results_of(definition: FactDefinition, given: pl.DataFrame, as_of: dt.date) -> Results:
    """The results of a fact from the frame that a source gives."""
    import polars as pl

    frame = with_all_columns(given, definition, as_of)
    frame = frame.filter(pl.col("first").is_null() | (pl.col("first") <= as_of.toordinal()))
    frame = frame.with_row_index("place")
    if definition.type in MEASURED:
        return _measured(definition, frame)
    value = pl.col("value").cast(pl.Float64) if definition.type == "date" else pl.col("value")
    return Results(frame.with_columns(value, censored=pl.lit(False), converted=pl.lit(False)))


def with_all_columns(given: pl.DataFrame, definition: FactDefinition, as_of: dt.date) -> pl.DataFrame:
    """The frame with the columns that a source has left out."""
    import polars as pl

    columns = {
        "unit": pl.lit(None, pl.String), "comparator": pl.lit(None, pl.String), "timed": pl.lit(False),
        "standing": pl.lit(False), "corrected": pl.lit(False), "course": pl.lit(None, pl.String),
        "encounter": pl.lit(None, pl.String), "practitioners": pl.lit(None, pl.List(pl.String)),
        "where": pl.lit(None, pl.String),
    }  # fmt: skip
    for end in ("begins", "ends"):
        columns[f"{end}_first"] = columns[f"{end}_last"] = pl.lit(None, pl.Int32)
        columns[f"{end}_earliest"] = columns[f"{end}_latest"] = pl.lit(None, pl.Int64)
        columns[f"{end}_timed"] = pl.lit(False)
    since = None if definition.window is None else minus(as_of, definition.window).toordinal()
    columns["since"] = pl.lit(since, pl.Int32)
    lacking = [expr.alias(name) for name, expr in columns.items() if name not in given.columns]
    return given.with_columns(lacking)


def _measured(definition: FactDefinition, frame: pl.DataFrame) -> Results:
    """Ordinary numbers converted in columns; each different one of the others by the one-patient reader."""
    import polars as pl

    frame = frame.rename({"value": "number"})
    number = pl.col("number")
    units: list[str | None] = frame["unit"].unique().to_list()
    conversions = {unit: conversion for unit in units if (conversion := conversion_of(definition, unit)) is not None}
    value = pl.lit(None, pl.Float64)
    own: list[str | None] = []
    error = None
    for unit, (factor, offset) in conversions.items():
        converted = number
        if factor != 1 or offset != 0:
            converted = number * float(factor) + float(offset)
            absolute = 8 * ROUNDING * abs(float(offset)) + SMALLEST
            error = (8 * ROUNDING, absolute if error is None else max(absolute, error[1]))
        else:
            own.append(unit)
        alone = len(units) == 1
        value = (
            converted if alone else pl.when(pl.col("unit").eq_missing(pl.lit(unit))).then(converted).otherwise(value)
        )
    converted = pl.lit(False) if error is None else ~pl.col("unit").is_in(own, nulls_equal=True)
    frame = frame.with_columns(value.alias("value"), converted.alias("converted"))
    frame = frame.with_columns(
        pl.when(_plainly_plausible(definition, error) & pl.col("comparator").is_null()).then("value").alias("value"),
        pl.lit(False).alias("censored"),
    )
    others = frame.filter(pl.col("value").is_null() & number.is_not_null())
    if others.is_empty():
        return Results(frame, error)
    meanings = _meanings(definition, others.select(_KEY).unique())
    read = frame.select(_KEY).join(meanings, on=_KEY, how="left", nulls_equal=True, maintain_order="left")
    frame = frame.with_columns(
        pl.coalesce("value", read["read"]).alias("value"), read["interval"].fill_null(False).alias("censored")
    )
    unusable = others.select("row", "where", *_KEY).join(
        meanings.filter(pl.col("reason").is_not_null()), on=_KEY, how="inner", nulls_equal=True
    )
    return Results(frame, error, unusable.select("row", "where", "value", "unit", "reason", "message"))


def conversion_of(definition: FactDefinition, unit: str | None) -> tuple[Fraction, Fraction] | None:
    """Factor and offset from a unit as reported to that of the fact; None if it cannot be converted."""
    anything = replace(definition, plausible=None)
    zero = measure(anything, Reported(Fraction(0), 0, unit)).value
    one = measure(anything, Reported(Fraction(1), 0, unit)).value
    if zero is None or one is None:
        return None
    return one.value - zero.value, zero.value


def _plainly_plausible(definition: FactDefinition, error: tuple[float, float] | None) -> pl.Expr:
    """Whether doubles decide that a value is finite and inside the plausible range."""
    import polars as pl

    value = pl.col("value")
    finite = value.is_finite() & (value.abs() < 1e15)
    if definition.plausible is None:
        return finite
    low, high = definition.plausible
    decimals = _is_decimal(low) and _is_decimal(high)
    if error is None and decimals:
        return finite & (value >= float(low)) & (value <= float(high))
    margin = pl.lit(0.0) if error is None else value.abs() * error[0] + error[1]
    if not decimals:
        margin = margin + (abs(float(low)) + abs(float(high))) * ROUNDING
    return finite & (value - margin > float(low)) & (value + margin < float(high))


def _is_decimal(number: Fraction) -> bool:
    return from_number(float(number))[0] == number


def _meanings(definition: FactDefinition, keys: pl.DataFrame) -> pl.DataFrame:
    """What each number with its unit and comparator means."""
    import polars as pl

    read, interval, shown, reasons, messages = [], [], [], [], []
    for number, unit, comparator in keys.iter_rows():
        measured, text = _measure(definition, number, unit, comparator)
        value = measured.value
        read.append(float(value.value) if isinstance(value, Interval) and value.is_point else None)
        interval.append(value is not None and not value.is_point)
        cause = measured.causes[0] if value is None and measured.causes else None
        shown.append(text)
        reasons.append(None if cause is None else cause.reason.value)
        detail = f" ({cause.detail})" if cause is not None and cause.detail else ""
        told = None if cause is None else f"{text}{f' {unit}' if unit else ''} cannot be used: {cause.reason}{detail}"
        messages.append(None if told is None else f"`{definition.name}`: {told}")
    schema = {"read": pl.Float64, "interval": pl.Boolean, "value": pl.String, "reason": pl.String, "message": pl.String}
    found = pl.DataFrame([read, interval, shown, reasons, messages], schema=schema)
    return keys.hstack(found)


def _measure(
    definition: FactDefinition, number: float, unit: str | None, comparator: str | None
) -> tuple[Measured, str]:
    value, places = from_number(number)
    reported = Reported(value, places, unit, None if comparator is None else COMPARATORS[comparator])
    return measure(definition, reported), str(replace(reported, unit=None))

"""From a number and a unit as reported to a value in the fact's own unit. Units are converted here and nowhere else.

Numbers are the decimals as written, conversions exact rationals. A comparator makes an interval, a value outside the
fact's plausible range is unknown unless somebody attests it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from guidelang.facts.state import Cause, Reason
from guidelang.network.ir import Conversion, FactDefinition
from guidelang.quantity import (
    Affine,
    AnalyteConversion,
    Interval,
    Unit,
    UnitError,
    analyte_conversion,
    format_number,
    from_number,
    parse_unit,
)

Comparator: TypeAlias = Literal["<", "<=", ">", ">="]

COMPARATORS: dict[str, Comparator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Reported:
    """A measured value as the record has it.

    Attributes:
        number, places: its exact value and count of decimal places.
        unit: None if the record gives none.
        written: the number as written, so that 6.10 stays 6.10; no part of what the value is.
    """

    number: Fraction
    places: int = field(compare=False)
    unit: str | None
    comparator: Comparator | None = None
    attested: bool = field(default=False, compare=False)
    written: str = field(default="", compare=False)

    def __str__(self) -> str:
        return (
            f"{self.comparator or ''}{self.written or format_number(self.number)}{f' {self.unit}' if self.unit else ''}"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in the fact's unit, or None with the causes. `precision` is half a unit of the last reported place."""

    value: Interval | None
    causes: tuple[Cause, ...] = ()
    precision: Fraction | None = None
    suggestion: str | None = None


def read_number(
    number: int | float | Decimal | str, unit: str | None, comparator: Comparator | None = None
) -> Reported:
    """A number exactly as written, with its unit. Raises ValueError for what is no finite decimal number."""
    value, places = from_number(number)
    return Reported(value, places, unit, comparator, written=str(number).strip())


def measure(definition: FactDefinition, reported: Reported) -> Measured:
    """The value of a quantity or number fact.

    A reported value without a unit is unknown for that reason unless the fact is a plain number; a reader that may
    supply the declared unit (a fact set) does so before.
    """
    affine, cause, suggestion = _to_fact_unit(definition, reported.unit)
    if affine is None:
        return Measured(None, (cause,) if cause else (), None, suggestion)
    point = reported.number if affine is _IDENTITY else affine(reported.number)
    value = _censored(definition, point, reported.comparator, affine.factor < 0)
    causes = [Cause(Reason.CENSORED, str(reported))] if reported.comparator else []
    if definition.plausible is not None and not reported.attested and not _is_within(value, *definition.plausible):
        return Measured(None, (_implausible(definition, reported, point),))
    precision = None
    if reported.comparator is None:
        precision = _half_a_place(reported.places)
        if affine is not _IDENTITY:
            precision *= abs(affine.factor)
    return Measured(value, tuple(causes), precision)


def _is_within(value: Interval, low: Fraction, high: Fraction) -> bool:
    """Whether some member lies in a range."""
    if value.low is not None and value.is_point:
        return low <= value.low <= high
    return value.overlaps(Interval(low, high))


@lru_cache(maxsize=64)
def _half_a_place(places: int) -> Fraction:
    return Fraction(1, 2 * 10**places)


def _censored(definition: FactDefinition, point: Fraction, comparator: Comparator | None, turned: bool) -> Interval:
    if comparator is None:
        return Interval.point(point)
    is_open = len(comparator) == 1
    if (comparator[0] == "<") != turned:
        low = Fraction(0) if definition.cannot_be_negative and point > 0 else None
        return Interval(low, point, low_open=False, high_open=is_open)
    return Interval(point, None, low_open=is_open, high_open=False)


def _implausible(definition: FactDefinition, reported: Reported, point: Fraction) -> Cause:
    low, high = definition.plausible or (Fraction(0), Fraction(0))
    unit = f" {definition.unit}" if definition.unit else ""
    converted = "" if reported.unit in (None, definition.unit) else f" is {format_number(point)}{unit},"
    return Cause(
        Reason.IMPLAUSIBLE, f"{reported}{converted} outside {format_number(low)} to {format_number(high)}{unit}"
    )


_IDENTITY = Affine(Fraction(1), Fraction(0))


def _to_fact_unit(definition: FactDefinition, unit: str | None) -> tuple[Affine | None, Cause | None, str | None]:
    if definition.unit is None:
        if unit is None or _counts_only(unit):
            return _IDENTITY, None, None
        return None, Cause(Reason.UNIT_NOT_CONVERTIBLE, f"{unit}, where a plain number is meant"), None
    if unit is None:
        if _counts_only(definition.unit):
            return _IDENTITY, None, None
        return None, Cause(Reason.NO_UNIT, "a bare number"), None
    if unit == definition.unit:
        return _IDENTITY, None, None
    try:
        affine = _conversion(unit, definition.unit, definition.conversions)
    except UnitError as error:
        return None, Cause(Reason.UNIT_NOT_CONVERTIBLE, f"`{unit}` is no UCUM unit"), _meant(error)
    if affine is None:
        return None, Cause(Reason.UNIT_NOT_CONVERTIBLE, f"{unit} to {definition.unit}"), None
    return affine, None, None


def _counts_only(unit: str) -> bool:
    """Whether a unit only names what is counted (`1`, `{score}`), so that a bare number says the same."""
    return unit == "1" or bool(re.fullmatch(r"\{[^{}]*\}", unit))


def suggested_unit(text: str | None) -> str | None:
    """What to say of a text that is no unit but near one; None if there is nothing to say."""
    try:
        if text is not None:
            parse_unit(text)
    except UnitError as error:
        return _meant(error)
    return None


def _meant(error: UnitError) -> str | None:
    return f"did you mean `{error.suggestion}`?" if error.suggestion else None


def is_unit(text: str) -> bool:
    return _unit(text) is not None


@lru_cache(maxsize=4096)
def _unit(code: str) -> Unit | None:
    try:
        return parse_unit(code)
    except UnitError:
        return None


@lru_cache(maxsize=4096)
def _conversion(reported: str, wanted: str, conversions: tuple[Conversion, ...]) -> Affine | None:
    return analyte_conversion(
        parse_unit(reported),
        parse_unit(wanted),
        [AnalyteConversion(parse_unit(c.unit), parse_unit(wanted), Affine(c.factor, c.offset)) for c in conversions],
    )

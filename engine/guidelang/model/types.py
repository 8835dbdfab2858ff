"""The types of values: what may be compared with, added to or asked of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from guidelang.quantity import Unit


@dataclass(frozen=True, slots=True)
class ConditionType:
    """True, false or unknown."""

    def __str__(self) -> str:
        return "a condition"


@dataclass(frozen=True, slots=True)
class MeasureType:
    """A number, plain (`unit` None) or in a unit.

    `kind` is the kind of quantity (the analyte and how it is measured); sums and comparisons need the same kind. None
    mixes with any: constants, products, quotients. `multiple_of` is the kind of a quantity that was multiplied or
    divided by a plain number: it mixes with any too, but adding it to another kind is suspicious. `derived_unit` marks
    the unit of a product or quotient, which compares by its cancelled dimension. `bare` is a numeral without a unit,
    which takes the unit of what it meets.
    """

    unit: Unit | None
    kind: str | None = None
    derived_unit: bool = False
    bare: bool = False
    multiple_of: str | None = None

    def __str__(self) -> str:
        if self.unit is None:
            return "a plain number"
        kind = f"{self.kind} " if self.kind else "a quantity "
        return f"{kind}in {self.unit.code}"


@dataclass(frozen=True, slots=True)
class ChoiceType:
    """One of the values of a fact."""

    fact: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"one of {', '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class TextType:
    def __str__(self) -> str:
        return "a text"


@dataclass(frozen=True, slots=True)
class DateType:
    def __str__(self) -> str:
        return "a date"


@dataclass(frozen=True, slots=True)
class PeriodType:
    """The days from one date to another, both included: `A to B`, or a parameter with such a value."""

    def __str__(self) -> str:
        return "a period"


@dataclass(frozen=True, slots=True)
class DurationType:
    """A length of time in calendar units: `3 months`, or a parameter with such a value."""

    def __str__(self) -> str:
        return "a duration"


@dataclass(frozen=True, slots=True)
class ElapsedType:
    """`time since X` and `time from A to B`: compared with durations only, by calendar days."""

    def __str__(self) -> str:
        return "a time between two days"


@dataclass(frozen=True, slots=True)
class AgeType:
    """`age`: completed years, or completed months, weeks or days where it is compared with such a duration."""

    def __str__(self) -> str:
        return "an age"


Type: TypeAlias = (
    ConditionType | MeasureType | ChoiceType | TextType | DateType | PeriodType | DurationType | ElapsedType | AgeType
)  # fmt: skip

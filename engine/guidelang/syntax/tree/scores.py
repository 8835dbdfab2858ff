"""Scores and tables: points for conditions, and rows that say what follows from which values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from guidelang.syntax.tree.node import Identifier, Node

if TYPE_CHECKING:
    from guidelang.syntax.tree.expressions import Comparator, Expression, Quantity
    from guidelang.syntax.tree.facts import ChoiceType, NumberType, QuantityType

MissingWord: TypeAlias = Literal["unknown", "zero", "bounds"]


@dataclass(frozen=True, slots=True)
class ScoreItem(Node):
    """``2 when age >= 75 years "Age"``: points for a condition; or ``add bilirubin_points``, a number (points None)."""

    points: str | None  # signed, as written
    value: Expression
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreSum(Node):
    """What a ``score`` statement adds up. ``missing`` None only in a score that does not say it, which is an error."""

    items: tuple[ScoreItem, ...]
    missing: MissingWord | None


@dataclass(frozen=True, slots=True)
class Column(Node):
    """``egfr in mL/min/{1.73_m2}``: what the cells of a column ask about; with a unit, their numbers are bare."""

    value: Expression
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class CompareCell(Node):
    operator: Comparator
    bound: Quantity


@dataclass(frozen=True, slots=True)
class RangeCell(Node):
    """``60 to below 90``, ``above 60 to 90``: an end is included unless its word leaves it out."""

    low: Quantity
    high: Quantity
    above: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class WordsCell(Node):
    """``G1 or G2``"""

    values: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class YesNoCell(Node):
    yes: bool


@dataclass(frozen=True, slots=True)
class AnyCell(Node):
    pass


Cell: TypeAlias = CompareCell | RangeCell | WordsCell | YesNoCell | AnyCell


@dataclass(frozen=True, slots=True)
class Row(Node):
    """``row 60 to below 90, no gives G2``; `gives` None is ``gives unknown``."""

    cells: tuple[Cell, ...]
    gives: Quantity | Identifier | None


@dataclass(frozen=True, slots=True)
class Otherwise(Node):
    gives: Quantity | Identifier | None


@dataclass(frozen=True, slots=True)
class TableLookup(Node):
    """What a ``table`` statement looks up."""

    name: Identifier  # of the table, whose choices are its own
    type: QuantityType | NumberType | ChoiceType
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    otherwise: Otherwise | None = None

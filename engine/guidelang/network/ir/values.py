"""Value nodes: what yields a number, a date, a text or one of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Duration
from guidelang.network.events import DayOf, EventRelation, EventTime, NodeId


@dataclass(frozen=True, slots=True)
class Constant:
    """A number in the unit of the node that uses it; `text` is how the guideline writes it ("5.5 mg/dL")."""

    value: Fraction
    unit: str | None
    text: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class DateConstant:
    """A day as the guideline or a parameter writes it; of a period its first or its last."""

    ordinal: int
    text: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class BeforeEvaluation:
    """The evaluation day less a duration, in calendar units (31 May less 3 months is the last of February).

    Less 0 days it is the evaluation day itself.
    """

    duration: Duration
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """The current value of a quantity, number, choice, date or text fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Over the fact's results whose status counts, within a window (None: all of them up to the evaluation day).

    With `relations`, `time` or `day` over those alone that lie so; `window` is then None. `covered_days` are the days
    of the union of their courses, cut to `time`; `change` is the newest value less the oldest.
    """

    how: Literal["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered_days", "change"]
    fact: str
    window: Duration | None
    window_parameter: str | None = None
    relations: tuple[EventRelation, ...] = ()
    time: EventTime | None = None
    day: DayOf | None = None


@dataclass(frozen=True, slots=True)
class EventDay:
    """The day of the newest event of a fact, whatever its window; for a date fact, its value."""

    fact: str


@dataclass(frozen=True, slots=True)
class DateShift:
    """A day moved by a duration in calendar units, later (+) or earlier (-)."""

    operand: NodeId
    sign: Literal["+", "-"]
    duration: Duration
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, months, weeks or days at a day; `at` None: at the evaluation day."""

    unit: Literal["day", "week", "month", "year"]
    at: NodeId | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operands` has two members for - / ^, two or more for + * min max, one for negate ln log10 exp abs.

    Dates have `min` and `max`, and `-`, which gives the number of days between two of them.
    """

    operator: Literal["+", "-", "*", "/", "^", "negate", "min", "max", "ln", "log10", "exp", "abs"]
    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """Half-even, to a number of decimal places."""

    operand: NodeId
    digits: int


@dataclass(frozen=True, slots=True)
class Affine:
    """factor * operand + offset: a change of unit."""

    operand: NodeId
    factor: Fraction
    offset: Fraction
    to_unit: str | None


@dataclass(frozen=True, slots=True)
class FirstKnownValue:
    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """Points for a condition; or, with `points` None, a number that is added as it is."""

    points: Fraction | None
    operand: NodeId  # a condition, or a value
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of its items. `missing`: what an item counts that is unknown.

    unknown: the score is unknown then; zero: it counts nothing; bounds: the score is the interval from the least to the
    greatest that it may be.
    """

    items: tuple[ScoreItem, ...]
    missing: Literal["unknown", "zero", "bounds"]


@dataclass(frozen=True, slots=True)
class Row:
    """What a table gives where `condition` holds: a number in the table's unit, or a word; neither for `unknown`."""

    condition: NodeId
    number: Fraction | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class TableChoice:
    value: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """Gives what its one row that holds gives.

    `columns` are the values and conditions that its rows ask about. Rows exclude each other, and one of them holds for
    every plausible value of the columns; `otherwise` is the row whose condition is that no other holds.
    """

    columns: tuple[NodeId, ...]
    rows: tuple[Row, ...]
    choices: tuple[TableChoice, ...] = ()


ValueNode: TypeAlias = (
    Constant | DateConstant | BeforeEvaluation | DateShift | CurrentValue | Aggregate | EventDay | Age | Arithmetic
    | Round | Affine | FirstKnownValue | Score | Table
)  # fmt: skip

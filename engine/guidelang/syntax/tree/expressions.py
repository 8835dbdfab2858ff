"""Values and conditions, as they stand in rules and derived facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from guidelang.source import Span
from guidelang.syntax.tree.events import Change, Happened, Lasting, Phrase, Quantified
from guidelang.syntax.tree.node import Identifier, Node
from guidelang.syntax.tree.scores import ScoreSum, TableLookup

ActionWord: TypeAlias = Literal[
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate"
]
ACTION_WORDS: tuple[ActionWord, ...] = (
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A fact, parameter or derived fact, used in an expression."""

    name: str


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """A number as written, with or without a unit: ``5.5 mg/dL``, ``31 days``, ``2``."""

    number: str
    unit: str | None
    unit_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DateLiteral(Node):
    text: str  # 2024-06-01, 2024-06


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text, unescaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: Literal["+", "-", "*", "/", "^"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``min(a, b)``, ``max``, ``round(x, digits)``, ``ln``, ``log10``, ``exp``, ``abs``."""

    function: Identifier
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """``latest phosphorus within 90 days``; ``count of F``, ``sum of F`` and ``covered days of F`` have an ``of``."""

    how: Literal["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered days"]
    fact: Identifier
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeSince(Node):
    fact: Identifier


@dataclass(frozen=True, slots=True)
class TimeFrom(Node):
    """``time from A to B``: compared with lengths of time, by calendar days."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class DaysFrom(Node):
    """``days from A to B``: how many days the second lies after the first, as a number."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class Age(Node):
    """The patient's age in completed years, or in the unit it is compared with; today, or ``age at`` a day."""

    at: Expression | None = None


@dataclass(frozen=True, slots=True)
class Today(Node):
    """The evaluation day."""


@dataclass(frozen=True, slots=True)
class EndOf(Node):
    """``start of P`` or ``end of P``: the first or last day of a period."""

    end: Literal["start", "end"]
    period: Expression


@dataclass(frozen=True, slots=True)
class Period(Node):
    """``A to B``: the days from one date to another, both included."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Certainly(Node):
    operand: Expression


Comparator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: Comparator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Closed at both ends. A unit on the upper bound alone serves both."""

    subject: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class IsOneOf(Node):
    """``sex is female`` (one value), ``stage is one of (g4, g5)``, ``sex is not female`` (negated)."""

    subject: Expression
    values: tuple[Identifier | Text, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsState(Node):
    subject: Expression
    state: Literal["known", "missing", "stale"]


@dataclass(frozen=True, slots=True)
class LastN(Node):
    """``last 2 phosphorus within 90 days >= 5.5 mg/dL``: each of the newest results."""

    count: str
    fact: Identifier
    phrases: tuple[Phrase, ...]
    operator: Comparator
    right: Expression


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    count: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class FirstKnown(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Recommended(Node):
    """``recommended start cinacalcet``: some applying rule advises it. No action: starting is meant."""

    action: ActionWord | None
    target: Identifier


Expression: TypeAlias = (
    Name | Quantity | DateLiteral | Text | Arithmetic | Negate | Call | Aggregate | TimeSince | TimeFrom | DaysFrom
    | Age | Today | EndOf | Period | And | Or | Not | Certainly | Compare | Between | IsOneOf | IsState | LastN
    | AtLeast | FirstKnown | Recommended | ScoreSum | TableLookup | Happened | Quantified | Change | Lasting
)  # fmt: skip
Duration: TypeAlias = Quantity | Name  # `31 days`, or a parameter

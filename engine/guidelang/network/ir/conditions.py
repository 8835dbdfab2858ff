"""Condition nodes: what is true, false or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from guidelang.calendar import Duration
from guidelang.network.events import Comparator, DayOf, EventRelation, EventTime, Lasting, NodeId, Occurs
from guidelang.network.ir.values import ValueNode


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-or-no fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Comparator
    left: NodeId
    right: NodeId


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """A choice or text is one of these values."""

    subject: NodeId
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LastN:
    """Each of the newest `count` results of a fact compares so with `right`."""

    count: int
    fact: str
    window: Duration | None
    operator: Comparator
    right: NodeId
    window_parameter: str | None = None
    factor: Fraction = Fraction(1)  # from the fact's unit to the unit of `right`
    offset: Fraction = Fraction(0)
    relations: tuple[EventRelation, ...] = ()  # of those results alone that lie so; `window` is then None
    time: EventTime | None = None
    day: DayOf | None = None


@dataclass(frozen=True, slots=True)
class FactKnown:
    """`F is known` of a fact: it has a usable current value. Always true or false."""

    fact: str


@dataclass(frozen=True, slots=True)
class FactStale:
    """`F is stale`: unknown for that one reason. Always true or false."""

    fact: str


@dataclass(frozen=True, slots=True)
class ValueKnown:
    """`X is known` of a computed value. Always true or false."""

    operand: NodeId


@dataclass(frozen=True, slots=True)
class ConditionKnown:
    """`C is known` of a condition: true or false, not unknown. Not monotone: settled only in a later stratum."""

    operand: NodeId


@dataclass(frozen=True, slots=True)
class Certainly:
    """True if its operand is true, else false. Not monotone: settled only in a later stratum."""

    operand: NodeId


@dataclass(frozen=True, slots=True)
class Not:
    operand: NodeId


@dataclass(frozen=True, slots=True)
class And:
    """No operands: true."""

    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """No operands: false."""

    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    count: int
    operands: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class FirstKnownCondition:
    """The first operand that is true or false. Not monotone: settled only in a later stratum."""

    operands: tuple[NodeId, ...]


ConditionNode: TypeAlias = (
    Holds | Compare | IsOneOf | LastN | Occurs | Lasting | FactKnown | FactStale | ValueKnown | ConditionKnown
    | Certainly | Not | And | Or | AtLeast | FirstKnownCondition
)  # fmt: skip
Node: TypeAlias = ValueNode | ConditionNode

LITERALS = (Holds, Compare, IsOneOf, LastN, Occurs, Lasting, FactKnown, FactStale, ValueKnown)
"""Conditions decided by facts and exact arithmetic alone; executors share their values (`run.literals`).

What a `Score` or `Table` stands on is settled with the values, before any executor, and asks for no literal of theirs.
"""

NON_MONOTONE = (ConditionKnown, Certainly, FirstKnownCondition)
"""Conditions whose operands must be settled first; each lies in a later stratum than its operands."""

"""Event phrases: nodes of the syntax tree that ask about the results of one fact over time.

`before X` and `during X` are the same form for a date, a period and a fact: what X is tells whether a time or a
relation is meant, and that is found out when names are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from guidelang.syntax.tree.node import Identifier, Node

if TYPE_CHECKING:
    from guidelang.syntax.tree.expressions import Between, Compare, Duration, Expression, IsOneOf, Quantity

Edge: TypeAlias = Literal["starts", "ends"]


@dataclass(frozen=True, slots=True)
class Within(Node):
    """``within 90 days``: up to today."""

    duration: Duration
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Ago(Node):
    """``1 to 90 days ago``, ``1 day to 12 months ago``; both ends included."""

    nearest: Quantity
    farthest: Quantity
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Since(Node):
    """``since D``: from that day up to today."""

    day: Expression
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Beside(Node):
    """``during X``, ``overlaps X``, ``before X``, ``after X``, ``by X``; X is a date, a period or a fact.

    ``farthest`` and ``nearest`` say how far before or after: ``within 31 days before X``, ``1 to 31 days after X``.
    ``negated`` stands before the relation to a fact: ``not during any X``. X may be the ``end of`` a fact; with
    ``test`` it is a fact, and only those of its events are meant that pass: ``after any potassium > 6 mmol/L``.
    """

    how: Literal["during", "overlaps", "before", "after", "by"]
    to: Expression
    edge: Edge | None = None
    nearest: Quantity | None = None
    farthest: Duration | None = None
    negated: bool = False
    test: Compare | Between | IsOneOf | None = None


@dataclass(frozen=True, slots=True)
class Together(Node):
    """``in the same encounter as F``, ``by the same practitioner as F``, ``on a day of F``, ``together with F``.

    ``test`` as for `Beside`.
    """

    how: Literal["encounter", "practitioner", "day", "reading"]
    fact: Identifier
    negated: bool = False
    test: Compare | Between | IsOneOf | None = None


@dataclass(frozen=True, slots=True)
class OnDay(Node):
    """``on the last day with F``, ``on the first day with F > 5 mg/dL during P``: the phrases are about F."""

    which: Literal["last", "first"]
    fact: Identifier
    test: Compare | Between | IsOneOf | None = None
    phrases: tuple[Phrase, ...] = ()


Phrase: TypeAlias = Within | Ago | Since | Beside | Together | OnDay


@dataclass(frozen=True, slots=True)
class Happened(Node):
    """``dialysis within 90 days``: some event of a yes-or-no fact lies so."""

    fact: Identifier
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``any phosphorus > 5.5 mg/dL within 90 days``, ``every …``, ``at least 2 … on different days``.

    ``test`` is a comparison whose subject is the fact; None: the events themselves.
    """

    quantifier: Literal["any", "every", "at least"]
    fact: Identifier
    test: Compare | Between | IsOneOf | None
    phrases: tuple[Phrase, ...] = ()
    count: str | None = None  # with `at least`
    different_days: bool = False


@dataclass(frozen=True, slots=True)
class Change(Node):
    """``change in weight over 3 months``: the newest value less the oldest one of that time."""

    fact: Identifier
    over: Duration


@dataclass(frozen=True, slots=True)
class Lasting(Node):
    """``egfr < 60 mL/min/{1.73_m2} for at least 3 months``."""

    test: Expression
    duration: Duration


def phrase_parts(phrase: Phrase) -> tuple[Expression, ...]:
    """The expressions in a phrase that have a value of their own; lengths of time are not among them."""
    match phrase:
        case Since(day=day):
            return (day,)
        case Beside(to=to):
            return (to,) if phrase.test is None else (to, phrase.test)
        case Together(test=test):
            return () if test is None else (test,)
        case OnDay(test=test):
            inner = tuple(part for each in phrase.phrases for part in phrase_parts(each))
            return inner if test is None else (test, *inner)
        case _:
            return ()


def durations(phrase: Phrase) -> tuple[Duration, ...]:
    """The lengths of time in a phrase."""
    match phrase:
        case Within(duration=duration):
            return (duration,)
        case Ago():
            return (phrase.nearest, phrase.farthest)
        case Beside():
            return tuple(each for each in (phrase.nearest, phrase.farthest) if each is not None)
        case OnDay():
            return tuple(length for each in phrase.phrases for length in durations(each))
        case _:
            return ()

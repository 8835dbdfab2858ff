"""What a network says of events: which results of a fact are meant, by their value, their time and another fact.

An event is one result of a fact that counts, with the course it took or the one time it has. Everything here is part
of a node of `network.ir`; bounds and thresholds are nodes of their own, so parameters and dates of the record may be
among them. Periods are closed: their first and last day belong to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Duration

NodeId: TypeAlias = str
Comparator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The value of an event, as factor * value + offset in the unit of `right`, compares so with `right`."""

    operator: Comparator
    right: NodeId
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class EventTest:
    """What an event's value has to be: all comparisons hold, and it is one of `words` (or, `excluded`, none of them).

    Without comparisons and words every event passes, whatever its value.
    """

    comparisons: tuple[Comparison, ...] = ()
    words: tuple[str, ...] = ()
    excluded: bool = False

    @property
    def asks(self) -> bool:
        return bool(self.comparisons or self.words)


@dataclass(frozen=True, slots=True)
class EventTime:
    """Where an event lies, by days: from the day of `first` (None: without limit) to that of `last`.

    `inside`: the whole event; `overlaps`: some part of it; `starts`, `ends`: its first or its last day.
    """

    how: Literal["inside", "overlaps", "starts", "ends"]
    first: NodeId | None
    last: NodeId | None


@dataclass(frozen=True, slots=True)
class EventRelation:
    """How an event lies to an event of another fact, or to another one of its own; `negated`: to none of them so.

    `during` and `overlaps` go by instants where both have a time of day, else by days; `before` and `after` by first
    days, where `nearest` and `farthest` bound how far (both included), in calendar units counted from the other event.
    With `edge` it is not the event as a whole but its first or last day that lies so; with `anchor` it lies so to the
    first or the last day of the other one. `day`: they have some calendar day in common, whatever their times of day.
    `reading`: they were read together, from one record or at one time of day. `encounter` and `practitioner` say that
    both belong to the same one. Only events of the other fact are looked at that pass `test`.
    """

    how: Literal["during", "overlaps", "before", "after", "day", "reading", "encounter", "practitioner"]
    fact: str
    edge: Literal["starts", "ends"] | None = None
    nearest: Duration | None = None
    farthest: Duration | None = None
    farthest_parameter: str | None = None
    negated: bool = False
    anchor: Literal["starts", "ends"] | None = None
    test: EventTest = EventTest()


@dataclass(frozen=True, slots=True)
class DayOf:
    """The last or the first day with an event of a fact that passes the test and lies so.

    An event of a course is there on the last of its days up to today, or on its first.
    """

    which: Literal["last", "first"]
    fact: str
    test: EventTest = EventTest()
    relations: tuple[EventRelation, ...] = ()
    time: EventTime | None = None


@dataclass(frozen=True, slots=True)
class Occurs:
    """Events of a fact that pass the test: some do, each does, or at least `count` do (on different days).

    Only those are looked at that lie so in `time` and in each of the `relations`, and on `day`.

    Over events of a measured fact, where there is none nothing is known; of a yes-or-no fact, none is false only
    where absence means no.
    """

    quantifier: Literal["any", "every", "at_least"]
    fact: str
    test: EventTest = EventTest()
    relations: tuple[EventRelation, ...] = ()
    time: EventTime | None = None
    count: int = 1
    different_days: bool = False
    day: DayOf | None = None


@dataclass(frozen=True, slots=True)
class Lasting:
    """The newest result of a fact passes the test, and so does every one back to one `duration` or more before it."""

    fact: str
    test: EventTest
    duration: Duration
    parameter: str | None = None

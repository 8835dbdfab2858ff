"""Examples: a patient in a few words, and what is expected of the guideline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.syntax.tree.expressions import ActionWord, DateLiteral, Quantity, Text
from guidelang.syntax.tree.head import ParameterValue
from guidelang.syntax.tree.node import Identifier, Node


@dataclass(frozen=True, slots=True)
class When(Node):
    """When a given was recorded: ``40 days ago`` or ``on 2024-05-03`` (also ``2024-05``, ``2024``).

    ``at`` is a time of that day as written, with or without an offset: ``08:30``, ``08:30:00+02:00``.
    """

    ago: Quantity | None = None
    on: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Course(Node):
    """From when to when a given went on: ``from 2020-01-01 to 2024-03``; ``from 2 years ago`` goes on."""

    begins: When
    ends: When | None


@dataclass(frozen=True, slots=True)
class GivenValue(Node):
    """One result of a given fact.

    ``value`` holds a Quantity (its number may be signed), a DateLiteral, a Text, an Identifier (one of a choice), or
    a bool for yes and no, or None for ``unknown F``.
    """

    value: Quantity | DateLiteral | Text | Identifier | bool | None
    comparator: Literal["<", "<=", ">", ">="] | None = None
    when: When | Course | None = None
    attested: bool = False
    encounter: Identifier | None = None
    practitioner: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Given(Node):
    """A fact of an example's patient; several values are a history."""

    fact: Identifier
    values: tuple[GivenValue, ...]


@dataclass(frozen=True, slots=True)
class Setting(Node):
    """``with phosphorus_ceiling = 5 mg/dL``: a parameter as a site would set it."""

    parameter: Identifier
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class Needs(Node):
    facts: tuple[Identifier, ...]
    only: bool = False


@dataclass(frozen=True, slots=True)
class ExpectTruth(Node):
    """``NAME``, ``not NAME``, ``unknown NAME``: a rule applies or not; a derived condition is true, false, unknown.

    ``reason`` is why something is unknown, in the words of traces: ``unknown pth because no unit``.
    """

    name: Identifier
    truth: bool | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectValue(Node):
    name: Identifier
    value: Quantity | DateLiteral


@dataclass(frozen=True, slots=True)
class ExpectBetween(Node):
    """``child_pugh 6 to 8``: a value that is known as far as these two ends, both included."""

    name: Identifier
    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class ExpectWord(Node):
    """``gfr_stage is G3a``"""

    name: Identifier
    value: Identifier


@dataclass(frozen=True, slots=True)
class ExpectUndecided(Node):
    """``undecided RULE needs …``; name None: ``undecided scope``."""

    name: Identifier | None
    needs: Needs | None = None


@dataclass(frozen=True, slots=True)
class ExpectOverridden(Node):
    name: Identifier
    by: Identifier | None = None


@dataclass(frozen=True, slots=True)
class ExpectAdvice(Node):
    """``recommend reduce phosphorus strength strong``: this advice is given; what is not said may be anything."""

    kind: Literal["recommend", "suggest"]
    against: bool
    action: ActionWord | None
    target: Identifier
    negated: bool = False
    to: Identifier | Quantity | None = None
    strength: Literal["strong", "conditional"] | None = None
    certainty: Literal["high", "moderate", "low", "very low"] | None = None
    grade: str | None = None
    urgency: Literal["routine", "soon", "urgent"] | None = None


@dataclass(frozen=True, slots=True)
class ExpectScope(Node):
    """``in scope`` or ``not for this patient``."""

    applies: bool


@dataclass(frozen=True, slots=True)
class ExpectConflict(Node):
    target: Identifier | None  # None: `no conflict`


@dataclass(frozen=True, slots=True)
class ExpectStack(Node):
    direction: Literal["lowers", "raises"] | None  # None: `no stack`
    quantity: Identifier | None


Expectation: TypeAlias = (
    ExpectTruth | ExpectValue | ExpectBetween | ExpectWord | ExpectUndecided | ExpectOverridden | ExpectAdvice
    | ExpectScope | ExpectConflict | ExpectStack
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example(Node):
    """``patient`` is the path of a file with a patient, seen from the file that the example stands in."""

    name: Text
    on: DateLiteral | None
    givens: tuple[Given, ...] = ()
    settings: tuple[Setting, ...] = ()
    expects: tuple[Expectation, ...] = ()
    patient: Text | None = None

"""Derived facts, scores, tables, rules, and what is to be true of the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.syntax.tree.expressions import ActionWord, Expression, Quantity, Text
from guidelang.syntax.tree.head import Cite
from guidelang.syntax.tree.node import Identifier, Node
from guidelang.syntax.tree.scores import ScoreSum, TableLookup


@dataclass(frozen=True, slots=True)
class WithUnit(Node):
    """``calcium in mg/dL`` or ``result in mg/dL`` (name None)."""

    name: Identifier | None
    unit: str


@dataclass(frozen=True, slots=True)
class Define(Node):
    name: Identifier
    label: str | None
    value: Expression
    units: tuple[WithUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Score(Node):
    name: Identifier
    label: str | None
    value: ScoreSum
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Node):
    name: Identifier
    label: str | None
    value: TableLookup
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice(Node):
    kind: Literal["recommend", "suggest"]
    against: bool
    action: ActionWord | None  # None only with `against`: starting is meant
    target: Identifier
    to: Identifier | Quantity | None
    text: Text | None


@dataclass(frozen=True, slots=True)
class Evidence(Node):
    source: Identifier
    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class Erratum(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Rule(Node):
    name: Identifier
    label: str | None
    when: Expression | None  # None only in a rule that has no `when`, which is an error
    unless: tuple[Expression, ...] = ()
    advice: tuple[Advice, ...] = ()
    concludes: tuple[Identifier, ...] = ()
    overrides: tuple[Identifier, ...] = ()
    strength: Literal["strong", "conditional"] | None = None
    certainty: Literal["high", "moderate", "low", "very low"] | None = None
    grade: str | None = None
    urgency: Literal["routine", "soon", "urgent"] | None = None
    cautions: tuple[Text, ...] = ()
    cites: tuple[Cite, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    errata: tuple[Erratum, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedAdvice(Node):
    """``recommend start warfarin``: this advice is given. No action, only with `against`: starting is meant."""

    kind: Literal["recommend", "suggest"]
    against: bool
    action: ActionWord | None
    target: Identifier


@dataclass(frozen=True, slots=True)
class SomeAdvice(Node):
    """``some advice``, after `never` ``any advice``: there is a piece of advice, whatever it is."""


@dataclass(frozen=True, slots=True)
class ClaimedScope(Node):
    """``in scope``: the guideline is for the patient."""


Claimed: TypeAlias = ClaimedAdvice | SomeAdvice | ClaimedScope | Expression
"""What an invariant speaks of. An expression that is one name may be the name of a rule, which then applies."""


@dataclass(frozen=True, slots=True)
class Invariant(Node):
    """``invariant "text" never recommend start warfarin when calciphylaxis``"""

    label: Text | None
    kind: Literal["never", "always"]
    claimed: Claimed
    when: Expression | None

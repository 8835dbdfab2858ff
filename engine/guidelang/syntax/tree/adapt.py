"""Local adaptation: which guideline is adapted, and what is changed in it, each change with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.syntax.tree.examples import Example
from guidelang.syntax.tree.expressions import Expression, Text
from guidelang.syntax.tree.facts import Fact
from guidelang.syntax.tree.head import Cite, Codes, Intervention, Parameter
from guidelang.syntax.tree.node import Identifier, Node
from guidelang.syntax.tree.rules import Define, Evidence, Invariant, Rule, Score, Table

Replaced: TypeAlias = Fact | Codes | Intervention | Define | Score | Table | Rule | Invariant | Example
"""What a change puts in the place of what the adapted guideline says."""


@dataclass(frozen=True, slots=True)
class Adapt(Node):
    """``adapt calciphylaxis version 1.0.0``"""

    base: Identifier
    version: str


@dataclass(frozen=True, slots=True)
class SetParameter(Node):
    """``set parameter phosphorus_ceiling = 5.0 mg/dL``"""

    parameter: Parameter


@dataclass(frozen=True, slots=True)
class RemoveRules(Node):
    names: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class RemoveTexts(Node):
    """``remove example "PTH above 300"``: what has a text for its name."""

    sort: Literal["example", "invariant"]
    names: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Replace(Node):
    statement: Replaced


@dataclass(frozen=True, slots=True)
class Add(Node):
    statement: Parameter | Replaced


@dataclass(frozen=True, slots=True)
class Amend(Node):
    """``amend rule start_cinacalcet only when … unless …``: a rule with more conditions, or said otherwise."""

    rule: Identifier
    only_when: tuple[Expression, ...] = ()
    unless: tuple[Expression, ...] = ()
    overrides: tuple[Identifier, ...] = ()
    strength: Literal["strong", "conditional"] | None = None
    certainty: Literal["high", "moderate", "low", "very low"] | None = None
    grade: str | None = None
    urgency: Literal["routine", "soon", "urgent"] | None = None
    cautions: tuple[Text, ...] = ()
    cites: tuple[Cite, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrow(Node):
    """``applies only to age >= 18 years``"""

    condition: Expression


ChangeItem: TypeAlias = SetParameter | RemoveRules | RemoveTexts | Replace | Add | Amend | Narrow


@dataclass(frozen=True, slots=True)
class LocalChange(Node):
    """``change "No cinacalcet" because "Not on formulary." remove rule start_cinacalcet``"""

    name: Text
    reason: Text | None  # None only in a change that has no `because`, which is an error
    items: tuple[ChangeItem, ...] = ()

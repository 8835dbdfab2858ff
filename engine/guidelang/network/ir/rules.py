"""Rules, derived names, parameters and sources, and the network that they make together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from guidelang.network.events import NodeId
from guidelang.network.ir.conditions import Node
from guidelang.network.ir.facts import Effect, FactDefinition, ValueType
from guidelang.terminology import Code, ListedCode

Action: TypeAlias = Literal[
    "start", "stop", "continue", "switch", "increase", "reduce", "measure", "order", "refer", "discuss", "educate"
]


@dataclass(frozen=True, slots=True)
class Citation:
    source: str
    locator: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    source: str
    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of advice text: literal words, or a placeholder that names a fact, derived fact or parameter."""

    words: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AdviceDefinition:
    kind: Literal["recommend", "suggest"]
    against: bool
    action: Action
    target: str
    to: str | None
    text: tuple[TextPart, ...]


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A rule. Its outcome follows from two condition nodes.

    `base` is `when` and not `unless`. `applies` is base and none of the rules that override this one applies: the
    rule applies where it is true, is undecided where it is unknown; where it is false, or the overriding rule
    applies, the rule is overridden if base is not false, else not applicable (language.md 5).
    """

    name: str
    label: str | None
    when: NodeId
    unless: tuple[NodeId, ...]
    base: NodeId
    applies: NodeId
    advice: tuple[AdviceDefinition, ...] = ()
    concludes: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    overridden_by: tuple[str, ...] = ()
    strength: Literal["strong", "conditional"] | None = None
    certainty: Literal["high", "moderate", "low", "very low"] | None = None
    grade: str | None = None
    urgency: Literal["routine", "soon", "urgent"] | None = None
    cautions: tuple[tuple[TextPart, ...], ...] = ()
    cites: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    errata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedDefinition:
    """A defined or concluded name. `concluded` derived facts are the `Or` of `applies` of the rules in `rules`."""

    name: str
    label: str | None
    node: NodeId
    type: ValueType
    unit: str | None
    concluded_by: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A parameter as it took part: its text as written, and whether a site set it."""

    name: str
    label: str | None
    text: str
    set_by_site: bool
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class InterventionDefinition:
    name: str
    label: str | None
    codes: tuple[ListedCode, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDefinition:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ValueSetDefinition:
    """A value set that a code list of the loaded files names, as it was found; `size` counts its codes."""

    url: str
    version: str | None
    title: str | None
    size: int


@dataclass(frozen=True, slots=True)
class InvariantDefinition:
    """What is to be true of the guideline for every patient.

    It is refuted by a patient in scope for whom `premise` is true and `claimed` is true (of `never`) or false (of
    `always`). Unknown refutes nothing. An invariant about the scope itself (`of_scope`) is about patients outside too.
    `rules` are those whose advice or outcome it speaks of.
    """

    name: str
    words: str
    kind: Literal["never", "always"]
    premise: NodeId
    claimed: NodeId
    of_scope: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TouchedDefinition:
    """One thing that a local change touches; `words` say what is done: "phosphorus_ceiling = 5.0 mg/dL, was …"."""

    how: Literal["set", "removed", "replaced", "added", "amended", "narrowed"]
    sort: Literal["parameter", "fact", "code list", "intervention", "derived", "rule", "invariant", "scope"]
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class LocalChange:
    """A change that `guideline` makes in what it adapts.

    `rules` are those of the network that it touches: it changes or adds them, or what they stand on.
    """

    guideline: str
    name: str
    reason: str
    touched: tuple[TouchedDefinition, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdaptationDefinition:
    """The guideline that was adapted, the version that was found, and all local changes."""

    base: str
    version: str
    changes: tuple[LocalChange, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """A compiled guideline.

    Attributes:
        hash: SHA-256 of the meaning, 64 hexadecimal digits; comments, layout and order do not take part.
        scope: the condition of `applies to` together with "not deceased" where the guideline does not speak of it.
        nodes: every node by identifier, operands before the nodes that use them.
        strata: condition nodes that an executor settles together, in order; all literals are in the first.
        names: for a derived fact, rule or literal node, the words a reader knows it by ("phosphorus >= 5.5 mg/dL").
        invariants: what is to be true of every patient; they change no outcome and are no part of the hash.
        for_invariants: the facts and parameters that nothing but invariants asks for.
        adaptation: what is adapted and changed; the changes are made already, so this is no part of the hash.
        known_codes: every code of the loaded files, also of lists that no fact reads: a code outside it is unlisted.
    """

    name: str
    version: str
    title: str | None
    effective: dt.date | None
    retired: dt.date | None
    hash: str
    sources: tuple[SourceDefinition, ...]
    parameters: tuple[ParameterValue, ...]
    facts: Mapping[str, FactDefinition]
    derived: Mapping[str, DerivedDefinition]
    interventions: Mapping[str, InterventionDefinition]
    rules: Mapping[str, RuleDefinition]
    scope: NodeId
    nodes: Mapping[NodeId, Node]
    strata: tuple[tuple[NodeId, ...], ...]
    names: Mapping[NodeId, str] = field(default_factory=dict)
    known_codes: frozenset[Code] = frozenset()
    value_sets: tuple[ValueSetDefinition, ...] = ()
    invariants: tuple[InvariantDefinition, ...] = ()
    for_invariants: tuple[str, ...] = ()
    unused_facts: tuple[str, ...] = ()  # declared in the loaded files, read by no rule of this guideline
    adaptation: AdaptationDefinition | None = None

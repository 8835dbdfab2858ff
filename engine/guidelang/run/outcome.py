"""What an evaluation yields: one outcome for each rule, the same from every executor.

Executors differ in how they settle condition nodes; everything here is computed from the settled values by one pass
that they share (`run.evaluation`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from guidelang.facts.state import Cause, Value
from guidelang.network.ir import Action, Citation, Evidence, NodeId

Truth: TypeAlias = bool | None
"""true, false or unknown (None), under strong Kleene logic."""


class Status(StrEnum):
    """The outcome of one rule."""

    APPLIES = "applies"
    NOT_APPLICABLE = "not_applicable"
    UNDECIDED = "undecided"
    OVERRIDDEN = "overridden"


class ScopeStatus(StrEnum):
    """Whether the guideline speaks about this patient at all."""

    APPLIES = "applies"
    NOT_FOR_THIS_PATIENT = "not_for_this_patient"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Computed:
    """The value of a value node.

    `value` None is unknown. `open_facts` are the base facts that keep it from being a point, each unknown or an
    interval; empty for a point. `causes` holds what belongs to no single fact (division by zero).
    """

    value: Value | None
    open_facts: frozenset[str] = frozenset()
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A base fact that an undecided rule needs, and why it is not there.

    `not_before` is the first day on which it can be found out, where it is only asked about days that all lie ahead.
    """

    fact: str
    causes: tuple[Cause, ...]
    not_before: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """A piece of advice as a reader sees it. `text` has its placeholders filled ("unknown" for an unknown value).

    In the result's own list one piece stands for all rules that give it; `strength` is then the strongest stated.
    """

    kind: Literal["recommend", "suggest"]
    against: bool
    action: Action
    target: str
    to: str | None
    text: str
    strength: str | None
    certainty: str | None
    grade: str | None
    urgency: str | None
    cautions: tuple[str, ...]
    rules: tuple[str, ...]
    cites: tuple[Citation, ...]
    evidence: tuple[Evidence, ...] = ()
    errata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one outcome of one rule.

    `missing` is empty unless the rule is undecided. `exceptions` are the nodes of those `unless` clauses that are true;
    `overridden_by` the rules that override it, where the status is overridden.
    """

    rule: str
    status: Status
    advice: tuple[Advice, ...]
    missing: tuple[Missing, ...]
    exceptions: tuple[NodeId, ...] = ()
    overridden_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Firing:
    """One step of an executor, in its order: what it derived and from what, in the reader's words."""

    concludes: str
    truth: bool
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two opposed pieces of advice about one target, neither rule overriding the other."""

    target: str
    first: Advice
    second: Advice


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant of the guideline that is refuted by this patient. `rules` are those that apply of its own rules."""

    invariant: str
    words: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Several pieces of advice that push one quantity the same way."""

    quantity: str
    direction: Literal["lowers", "raises"]
    advice: tuple[Advice, ...]

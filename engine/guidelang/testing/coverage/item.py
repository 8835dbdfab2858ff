"""One thing that examples should cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.network.ir import NodeId
from guidelang.run.outcome import Truth
from guidelang.source import Span
from guidelang.terminology import Code

Kind: TypeAlias = Literal["rule", "condition", "decision", "threshold", "row", "unit", "code"]

KINDS: tuple[Kind, ...] = ("rule", "condition", "decision", "threshold", "row", "unit", "code")


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement that an item belongs to; `name` of the scope is "scope"."""

    sort: Literal["rule", "define", "scope", "fact"]
    name: str


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A fact was read in this unit."""

    fact: str
    unit: str


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A fact was read from a record by one of these codes.

    Attributes:
        reading: which `from` of the fact they are of.
        value: the value of a choice that they stand for, where they are of no `from`.
    """

    fact: str
    codes: frozenset[Code]
    reading: int | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be covered, and what an evaluation has to be like to do so.

    Attributes:
        statement: the rule, derived fact, scope or fact that it is part of.
        span: the place in the text that it is about.
        subject: what it is about, as the text has it.
        asks: what is asked of the subject: `applied`, `true`, `true, not false`, `at`.
        title: both in words of one sentence, which is also the name of an example that covers it.
        node: the condition that is true where it is covered (`coverage.questions`); None of a unit or a code.
        gate: a condition of the guideline and its truth, without which it is not covered: asked first, being quick.
        rules: those whose status it may decide, each with the condition that is true where it does.
    """

    kind: Kind
    statement: Statement
    span: Span
    subject: str
    asks: str
    title: str
    node: NodeId | None
    gate: tuple[NodeId, Truth] | None = None
    rules: tuple[tuple[str, NodeId], ...] = ()
    unit: ReadUnit | None = None
    code: ReadCode | None = None

    @property
    def key(self) -> str:
        """The same for the same item of the same text, whatever the parameters are set to."""
        place = f"{self.span.source.name}:{self.span.start}"
        return f"{self.kind} {self.statement.name} {place} {self.subject}: {self.asks}"

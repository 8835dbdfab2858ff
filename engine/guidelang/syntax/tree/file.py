"""A file: its statements, its comments, and where the clauses stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from guidelang.syntax.tree.adapt import Adapt, LocalChange
from guidelang.syntax.tree.examples import Example
from guidelang.syntax.tree.facts import Fact
from guidelang.syntax.tree.head import Codes, Guideline, Intervention, Parameter, Part, System, Use, Vocabulary
from guidelang.syntax.tree.node import Node
from guidelang.syntax.tree.rules import Define, Invariant, Rule, Score, Table

Statement: TypeAlias = (
    Guideline
    | Vocabulary
    | Part
    | Use
    | System
    | Parameter
    | Codes
    | Intervention
    | Fact
    | Define
    | Score
    | Table
    | Rule
    | Invariant
    | Example
    | Adapt
    | LocalChange
)


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """``# …`` up to the end of its line; the text includes the hash, without trailing blanks."""

    text: str


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """Where a clause of a statement stands, for the printer, which keeps each comment beside its clause.

    ``statement`` counts the statements of the file, ``index`` the clauses of one kind in the statement, both from 0;
    the words that open a statement are its clause ``head``.
    """

    statement: int
    kind: str
    index: int


@dataclass(frozen=True, slots=True)
class File(Node):
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    clauses: tuple[Clause, ...] = field(default=(), compare=False, repr=False)

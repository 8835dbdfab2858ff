"""What a guideline changes of another one that it adapts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.source import Span
from guidelang.syntax import tree

How: TypeAlias = Literal["set", "removed", "replaced", "added", "amended", "narrowed"]
Sort: TypeAlias = Literal[
    "parameter", "fact", "code list", "intervention", "derived", "rule", "invariant", "example", "scope"
]


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that a change touches.

    Attributes:
        how: what is done with it.
        sort: which sort of declaration it is; a score or table is `derived`.
        name: of the declaration; of the scope, the name of the guideline whose scope it is.
        span: where the change says so.
        was: what the adapted guideline declares; None for what is added and for the scope.
        words: what is done in a clause: "phosphorus_ceiling = 5.0 mg/dL, was 5.5 mg/dL".
    """

    how: How
    sort: Sort
    name: str
    span: Span
    was: tree.Statement | None
    words: str


@dataclass(frozen=True, slots=True)
class LocalChange:
    """A named change with its reason. `guideline` is the one that states it: an adapted guideline may adapt another."""

    guideline: str
    name: str
    reason: str
    span: Span
    touched: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Which guideline is adapted, and what is changed.

    Attributes:
        base: the adapted guideline.
        version: the whole version that was found.
        span: where `adapt` stands.
        changes: in their order; those that the adapted guideline makes of another one stand before.
        own: the names of the adapting guideline's own files.
        scopes: for each file of all these guidelines, by its name, the scope for which its examples are written.
    """

    base: str
    version: str
    span: Span
    changes: tuple[LocalChange, ...]
    own: frozenset[str] = frozenset()
    scopes: tuple[tuple[str, tree.Expression | None], ...] = ()

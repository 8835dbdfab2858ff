"""One change of text between two editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.source import Span

Kind: TypeAlias = Literal["added", "removed", "changed", "renamed", "split", "merged"]
Part: TypeAlias = Literal[
    "head", "source", "scope", "parameter", "system", "code list", "fact", "intervention", "derived", "invariant",
    "rule", "example",
]  # fmt: skip

PARTS: tuple[Part, ...] = (
    "head", "source", "scope", "parameter", "system", "code list", "fact", "intervention", "derived", "invariant",
    "rule", "example",
)  # fmt: skip
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class TextChange:
    """What somebody would say of one change.

    Attributes:
        kind: what happened to the thing that `aspect` names. "split": one old rule is several new ones; "merged": the
            other way round.
        part: which sort of declaration it is about.
        name: what it is called in the new edition; of what was removed, in the old one.
        aspect: what of the declaration: "threshold", "condition", "exception", "certainty", "unit" …; empty for the
            declaration as a whole.
        sentence: the change in one sentence, without a full stop; language in it stands in backquotes.
        old: the text before, None where there was none.
        new: the text now, None where there is none.
        old_place: `file:line` in the old edition.
        new_place: the same in the new one.
    """

    kind: Kind
    part: Part
    name: str
    aspect: str
    sentence: str
    old: str | None = None
    new: str | None = None
    old_place: str | None = None
    new_place: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A change before it is known of what: `words` follow "Rule start_iron: " or the like."""

    kind: Kind
    aspect: str
    words: str
    old: str | None = None
    new: str | None = None
    old_span: Span | None = None
    new_span: Span | None = None

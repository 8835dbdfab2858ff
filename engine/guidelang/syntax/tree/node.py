"""What all nodes of the syntax tree share."""

from __future__ import annotations

from dataclasses import dataclass, field

from guidelang.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What all nodes share: where they stand."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Identifier(Node):
    """A name where it is written (declared or used)."""

    name: str

    def __str__(self) -> str:
        return self.name

"""The head of a file, and the names that other statements use: systems, parameters, codes, interventions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.syntax.tree.codes import CodeItem, CodeRef
from guidelang.syntax.tree.expressions import DateLiteral, Expression, Period, Quantity, Text
from guidelang.syntax.tree.node import Identifier, Node


@dataclass(frozen=True, slots=True)
class SourceDocument(Node):
    name: Identifier
    title: str


@dataclass(frozen=True, slots=True)
class Guideline(Node):
    name: Identifier
    version: str
    title: Text | None = None
    effective: DateLiteral | None = None
    retired: DateLiteral | None = None
    sources: tuple[SourceDocument, ...] = ()
    applies_to: Expression | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary(Node):
    name: Identifier
    version: str
    title: Text | None = None
    effective: DateLiteral | None = None
    retired: DateLiteral | None = None
    sources: tuple[SourceDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Part(Node):
    """``part of calciphylaxis``: this file belongs to the guideline that stands in the same folder."""

    of: Identifier


@dataclass(frozen=True, slots=True)
class Use(Node):
    vocabulary: Identifier
    version: str | None = None


@dataclass(frozen=True, slots=True)
class System(Node):
    """A code system of the project's own: ``system guidelang "urn:guidelang:codes"``."""

    name: Identifier
    uri: str


@dataclass(frozen=True, slots=True)
class Plausible(Node):
    low: str  # signed numbers as written
    high: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Cite(Node):
    source: Identifier
    locator: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class CodeLiteral(Node):
    """The value of a code-list parameter; empty for ``no codes``."""

    codes: tuple[CodeRef, ...]


ParameterValue: TypeAlias = Quantity | DateLiteral | Period | CodeLiteral


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: Identifier
    label: str | None
    value: ParameterValue
    plausible: Plausible | None = None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes(Node):
    """A list of codes: the union of its items, less those of `excepted`."""

    name: Identifier
    label: str | None
    codes: tuple[CodeItem, ...]
    excepted: tuple[CodeItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect(Node):
    direction: Literal["lowers", "raises"]
    quantity: Identifier


@dataclass(frozen=True, slots=True)
class Intervention(Node):
    name: Identifier
    label: str | None
    codes: tuple[CodeRef, ...] = ()
    effects: tuple[Effect, ...] = ()

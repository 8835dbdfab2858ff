"""Codes, and where they stand together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from guidelang.syntax.tree.expressions import Quantity
from guidelang.syntax.tree.node import Node


@dataclass(frozen=True, slots=True)
class CodeRef(Node):
    """``RxNorm 855332 "warfarin sodium 5 MG Oral Tablet"``; own systems as ``guidelang:calciphylaxis``.

    ``system`` is the word as written (``SNOMED CT`` in its full form); codes that share one system word with the
    code before them carry that word too, so that order and layout alone decide how it is printed.
    """

    system: str
    code: str
    label: str | None = None
    unconfirmed: bool = False
    strength: Quantity | None = None


@dataclass(frozen=True, slots=True)
class ListRef(Node):
    """``in warfarin_products``: a code list or a code-list parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class ValueSetRef(Node):
    """``valueset "http://example.org/ValueSet/statins" version "2.0"``: the codes of a published value set.

    ``url`` is as written; it may carry a version after ``|``, as FHIR's canonical references do.
    """

    url: str
    version: str | None = None


CodeItem: TypeAlias = CodeRef | ListRef | ValueSetRef

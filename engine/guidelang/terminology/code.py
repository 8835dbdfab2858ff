"""One code of one code system, and one entry of a list of codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """`system` is the canonical URI of the code system (FHIR's), `code` the code in it, compared as written."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code as a list names it: with its label, and whether somebody has confirmed it."""

    code: Code
    label: str | None = None
    unconfirmed: bool = False

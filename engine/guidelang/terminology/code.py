"""One code of one code system, and one entry of a list of codes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """`system` is the canonical URI of the code system (FHIR's), `code` the code in it, compared as written."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Strength:
    """How much of a substance one unit of a product holds; of a patch, how much it gives in a time (`mg/h`)."""

    number: Fraction
    unit: str  # UCUM


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code as a list names it: with its label, whether somebody has confirmed it, and a product's strength."""

    code: Code
    label: str | None = None
    unconfirmed: bool = False
    strength: Strength | None = None

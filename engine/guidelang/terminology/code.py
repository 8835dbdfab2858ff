"""One code of one code system, and one entry of a list of codes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.terminology.system import is_public

Standing: TypeAlias = Literal["stated", "unconfirmed", "project"]
"""`stated` by the guideline; stated, and `unconfirmed`; of a system that is a `project`'s own and in no record unless a
site puts it there."""


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

    @property
    def standing(self) -> Standing:
        """How far the code can be relied on: the guideline states it, and nobody here has looked it up for a site."""
        if not is_public(self.code.system):
            return "project"
        return "unconfirmed" if self.unconfirmed else "stated"

"""The unit table: prefixes and atoms of UCUM with exact factors, read once from `units.json` when first needed.

`tools/generate_units.py` writes the file; nothing here computes a factor.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeAlias

Powers: TypeAlias = tuple[tuple[str, int], ...]
"""Base dimensions with their exponents, sorted by name, none of them 0."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One unit atom: value in base units = factor * value + offset. Only `metric` atoms take a prefix."""

    factor: Fraction
    powers: Powers
    metric: bool
    offset: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Table:
    prefixes: dict[str, Fraction]
    atoms: dict[str, Atom]
    common: tuple[str, ...]


@cache
def table() -> Table:
    """The table of the package."""
    data = json.loads(Path(__file__).with_name("units.json").read_text(encoding="utf-8"))
    return Table(
        prefixes={code: Fraction(factor) for code, factor in data["prefixes"].items()},
        atoms={
            code: Atom(
                Fraction(entry["factor"]),
                tuple(sorted(entry["dimension"].items())),
                entry["metric"],
                Fraction(entry.get("offset", "0")),
            )
            for code, entry in data["atoms"].items()
        },
        common=tuple(data["common"]),
    )


def find_atom(symbol: str) -> Atom | None:
    """An atom, with a metric prefix or without: `mg`, `m[IU]`, `min` (never milli-inch). None if there is none."""
    known = table()
    if symbol in known.atoms:
        return known.atoms[symbol]
    for length in (1, 2):
        prefix, rest = symbol[:length], symbol[length:]
        atom = known.atoms.get(rest)
        if atom is not None and atom.metric and prefix in known.prefixes:
            return Atom(known.prefixes[prefix] * atom.factor, atom.powers, metric=False)
    return None

"""From tree to typed guideline: names, types, units and parameters resolved; every check without a patient.

`load` reads a guideline whole: its file, the parts in its folder, the vocabularies it uses. `declare` gathers what the
files declare, `infer` finds the type of every expression and the unit in which operands meet, and `rules`, `cycles`,
`plausibility` and `examples` check what a type cannot say. All faults of all files land in one report.

Finding a guideline's files (`locate`) needs neither the parser nor the checks, so those are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.model.locate import shipped_editions, shipped_guidelines, vocabulary_names

if TYPE_CHECKING:
    from guidelang.model.loading import load
    from guidelang.model.symbols import Guideline, Symbols

__all__ = ["Guideline", "Symbols", "load", "shipped_editions", "shipped_guidelines", "vocabulary_names"]


def __getattr__(name: str) -> object:
    if name == "load":
        from guidelang.model.loading import load

        return load
    if name in ("Guideline", "Symbols"):
        from guidelang.model import symbols

        return symbols.Guideline if name == "Guideline" else symbols.Symbols
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

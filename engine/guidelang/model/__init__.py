"""From tree to typed guideline: names, types, units and parameters resolved; every check without a patient.

`load` reads a guideline whole: its file, the parts in its folder, the vocabularies it uses. `declare` gathers what the
files declare, `infer` finds the type of every expression and the unit in which operands meet, and `rules`, `cycles`,
`plausibility` and `examples` check what a type cannot say. All faults of all files land in one report.
"""

from guidelang.model.load import load
from guidelang.model.locate import shipped_guidelines, vocabulary_names
from guidelang.model.symbols import Guideline, Symbols

__all__ = ["Guideline", "Symbols", "load", "shipped_guidelines", "vocabulary_names"]

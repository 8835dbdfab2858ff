"""Two editions of a guideline: what is different between them, in its text, in its meaning, and for whom.

By text, two editions are compared declaration by declaration. `pairing` finds out which name is which, `same` whether
two pieces of text say the same whatever their layout and order, `conditions` takes two conditions apart, and a module
each knows what may change in facts, rules, scores … `text` puts the sentences together. By meaning (`meaning`), each
piece of advice is compared by proofs and patients, whatever the text. `comparison` has both, and `build` makes of them
the published document, from which all pages are made.

An edition is read from a path, a shipped guideline, or what git has kept (`revisions`).
"""

from guidelang.diff.change import PARTS, Kind, Part, TextChange
from guidelang.diff.edition import Edition
from guidelang.diff.read import read_edition
from guidelang.diff.text import compare_text

__all__ = ["PARTS", "Edition", "Kind", "Part", "TextChange", "compare_text", "read_edition"]

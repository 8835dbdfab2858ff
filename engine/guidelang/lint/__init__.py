"""Lints: what is legal in a guideline and most likely not meant.

`model` finds what is wrong; this stage reads the checked model and looks for what a careful reviewer would ask about:
a rule that names no source, a limit that two rules leave to nobody, advice to start something because nobody wrote down
why not. Nothing downstream depends on it, so a guideline runs the same whatever it finds. Each finding has a code of
group G9 with a level that a caller sets, and a comment in the text can accept it, with a reason.
"""

from guidelang.lint.levels import Level, with_levels
from guidelang.lint.stage import lint

__all__ = ["Level", "lint", "with_levels"]

"""Codes and code systems: which URI a system's name stands for, and when two codes are the same.

Codes match on system and code, never on a display text.
"""

from guidelang.terminology.code import Code, ListedCode
from guidelang.terminology.system import BUILT_IN_SYSTEMS, canonical_uri, system_uri, word_for

__all__ = ["BUILT_IN_SYSTEMS", "Code", "ListedCode", "canonical_uri", "system_uri", "word_for"]

"""Names that durable_rules can tell apart.

It compares the identifiers of facts and the names of fields by their 32-bit FNV-1a hash alone: to it the names
"costarring" and "liquid" are one. So every name of a network's vocabulary is checked against all others before use.
"""

from __future__ import annotations

_OFFSET_BASIS = 0x811C9DC5
_PRIME = 0x01000193

FIELDS = ("id", "sid", "b", "f")
"""The fields of a fact: its identifier, the session (left to its default), its bucket and its constant."""


def fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash of an ASCII text, as durable_rules computes it."""
    value = _OFFSET_BASIS
    for byte in text.encode("ascii"):
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFF
    return value


class Vocabulary:
    """A closed set of names, of which no two have one hash."""

    def __init__(self) -> None:
        self._taken = {fnv1a(field): field for field in FIELDS}

    def name(self, wanted: str) -> str:
        """The name itself, or with a suffix where its hash is taken; asking twice gives two names."""
        name, suffix = wanted, 0
        while fnv1a(name) in self._taken:
            suffix += 1
            name = f"{wanted}.{suffix}"
        self._taken[fnv1a(name)] = name
        return name

"""Pairs of small guidelines, one a file: the old text, the new text, and what is said of the difference.

A text without a head of its own is appended to `preamble.guide`, which has facts, sources and interventions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from guidelang.diff import Edition, TextChange, compare_text, read_edition
from guidelang.source import Source

HERE = Path(__file__).parent
PAIRS = sorted((HERE / "pairs").glob("*.txt"))
MARKS = ("---- old\n", "---- new\n", "---- changes\n")


@dataclass(frozen=True)
class Pair:
    """A pair as it stands in its file."""

    about: str
    old: str
    new: str
    changes: str

    def text(self, changes: str) -> str:
        parts = zip(("", *MARKS), (self.about, self.old, self.new, changes), strict=True)
        return "".join(f"{mark}{part}" for mark, part in parts)


def pair(path: Path) -> Pair:
    text = path.read_text(encoding="utf-8")
    parts = []
    for mark in MARKS:
        before, _, text = text.partition(mark)
        parts.append(before)
    return Pair(*parts, text)


def edition(text: str, name: str = "text") -> Edition:
    """A guideline of these statements."""
    whole = text if "guideline" in text.partition(" version ")[0] else preamble() + text
    return read_edition(Source(name, whole))


def preamble() -> str:
    return (HERE / "preamble.guide").read_text(encoding="utf-8")


def told(old: str, new: str) -> tuple[TextChange, ...]:
    """What changed from one text to another."""
    return compare_text(edition(old, "old"), edition(new, "new"))


def lines(changes: tuple[TextChange, ...]) -> str:
    """A line a change: what happened to what, and the sentence."""
    return "".join(f"{c.kind} {c.part}{f' {c.aspect}' if c.aspect else ''}: {c.sentence}\n" for c in changes)

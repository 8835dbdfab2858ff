"""Misspelled words of the language."""

from __future__ import annotations

from collections.abc import Iterable

_ENDINGS = ("s", "d", "ed")


def nearest_word(word: str, words: Iterable[str]) -> str | None:
    """The word most likely meant: one slip away, or two in a long word, or with an ending. Capitals are no slip."""
    lowered = word.lower()
    best: tuple[int, str] | None = None
    for candidate in sorted(words):
        allowed = 0 if len(candidate) < 3 else 1 if len(candidate) <= 6 else 2
        if abs(len(candidate) - len(lowered)) > max(allowed, 2):
            continue
        slips = 1 if lowered in (f"{candidate}{ending}" for ending in _ENDINGS) else distance(lowered, candidate)
        if slips <= allowed and (best is None or slips < best[0]):
            best = (slips, candidate)
    return best[1] if best else None


def distance(a: str, b: str) -> int:
    """Letters left out, added, changed, or swapped with a neighbour (optimal string alignment)."""
    two_above: list[int] = []
    above = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, two_above[j - 2] + 1)
            row.append(cost)
        two_above, above = above, row
    return above[-1]

"""What changed in the invariants: they have no names, and are paired by what they say, then by their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.diff.change import Fragment
from guidelang.diff.pairing import best
from guidelang.diff.same import Same
from guidelang.diff.wording import text
from guidelang.syntax import tree
from guidelang.syntax.print_invariant import invariant_words


def invariant_changes(
    old: Sequence[tree.Invariant], new: Sequence[tree.Invariant], same: Same
) -> Iterator[tuple[str, Fragment]]:
    """The changes, each with what the invariant is called."""
    left, right = list(old), list(new)

    def alike(a: tree.Invariant, b: tree.Invariant) -> float:
        claim = a.kind == b.kind and same(a.claimed, b.claimed)
        return 3.0 * same.but(a, b, "label") + 2.0 * _labelled(a, b) + claim

    for a, b in best(left, right, alike, invariant_words):
        left.remove(a)
        right.remove(b)
        yield from ((_called(b), each) for each in _changes(a, b, same))
    for each in right:
        words = f"Invariant {_described(each)} is added"
        yield _called(each), Fragment("added", "", words, None, invariant_words(each), None, each.span)
    for each in left:
        words = f"Invariant {_described(each)} is removed"
        yield _called(each), Fragment("removed", "", words, invariant_words(each), None, each.span, None)


def _changes(a: tree.Invariant, b: tree.Invariant, same: Same) -> Iterator[Fragment]:
    spans = (a.span, b.span)
    if not same.but(a, b, "label"):
        before, now = invariant_words(a), invariant_words(b)
        called = f" {text(b.label.text)}:" if b.label else ""
        yield Fragment("changed", "claim", f"Invariant{called} `{before}` becomes `{now}`", before, now, *spans)
    labels = [None if each.label is None else each.label.text for each in (a, b)]
    if labels[0] != labels[1]:
        before, now = (f"{text(label)}" if label else "no label" for label in labels)
        words = f"Invariant `{invariant_words(b)}`: label {before} becomes {now}"
        yield Fragment("changed", "label", words, labels[0], labels[1], *spans)


def _labelled(a: tree.Invariant, b: tree.Invariant) -> bool:
    return a.label is not None and b.label is not None and a.label.text == b.label.text


def _called(invariant: tree.Invariant) -> str:
    return invariant.label.text if invariant.label else invariant_words(invariant)


def _described(invariant: tree.Invariant) -> str:
    words = f"`{invariant_words(invariant)}`"
    return f"{text(invariant.label.text)} ({words})" if invariant.label else words

"""What changed in the examples: they are paired by name, and under another name by what they give and expect."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.diff.change import Fragment
from guidelang.diff.clauses import stated
from guidelang.diff.pairing import best
from guidelang.diff.same import Same, matched
from guidelang.syntax import tree
from guidelang.syntax.print_example import example_pieces
from guidelang.syntax.print_expression import quote

_PARTS = (("givens", "given"), ("settings", "setting"), ("expects", "expectation"))


def pair_examples(
    old: list[tree.Example], new: list[tree.Example], same: Same
) -> tuple[list[tuple[tree.Example, tree.Example]], list[tree.Example], list[tree.Example]]:
    """Examples in both editions, those that are gone, those that are new. Several of one name are told by content."""
    left, right = list(old), list(new)
    pairs: list[tuple[tree.Example, tree.Example]] = []

    def alike(a: tree.Example, b: tree.Example) -> float:
        named = a.name.text == b.name.text
        return 3.0 * named + _content(a, b, same)

    for a, b in best(left, right, alike, _text):
        pairs.append((a, b))
    for a, b in pairs:
        left.remove(a)
        right.remove(b)
    order = {id(each): number for number, each in enumerate(new)}
    pairs.sort(key=lambda pair: order[id(pair[1])])
    return pairs, left, right


def example_changes(a: tree.Example, b: tree.Example, same: Same) -> Iterator[Fragment]:
    spans = (a.span, b.span)
    yield from stated("day", *_days(a, b), spans, what="day")
    yield from stated("patient", _patient(a), _patient(b), spans, what="patient")
    old, new = _pieces(a), _pieces(b)
    for field, word in _PARTS:
        some, others = getattr(a, field), getattr(b, field)
        pairs = matched(some, others, same)
        left = [i for i in range(len(some)) if i not in {i for i, _ in pairs}]
        right = [j for j in range(len(others)) if j not in {j for _, j in pairs}]
        before, now = [old[field][i] for i in left], [new[field][j] for j in right]
        spans = (some[left[0]].span if left else a.span, others[right[0]].span if right else b.span)
        told = tuple(", ".join(f"`{each}`" for each in texts) or None for texts in (before, now))
        yield from stated(word, told[0], told[1], spans)


def _content(a: tree.Example, b: tree.Example, same: Same) -> float:
    """1 for one content; half of it for one day, one expectation, and at least half of what is given."""
    before, now = _days(a, b)
    if before != now or not same.unordered(a.expects, b.expects):
        return 0
    given = len(matched(a.givens, b.givens, same))
    if _patient(a) != _patient(b):
        return 0
    if given == len(a.givens) == len(b.givens) and same.unordered(a.settings, b.settings):
        return 1
    return 0.5 if 2 * given >= max(len(a.givens), len(b.givens)) > 0 else 0


def _days(a: tree.Example, b: tree.Example) -> tuple[str | None, str | None]:
    return None if a.on is None else a.on.text, None if b.on is None else b.on.text


def _patient(example: tree.Example) -> str | None:
    """The file with the patient, as it is printed."""
    return None if example.patient is None else quote(example.patient.text)


def _pieces(example: tree.Example) -> dict[str, list[str]]:
    """What an example gives, sets and expects, each as it is printed."""
    sorts = {"given": "givens", "setting": "settings", "expect": "expects"}
    found: dict[str, list[str]] = {field: [] for field, _ in _PARTS}
    for piece in example_pieces(example):
        if piece.kind in sorts:
            found[sorts[piece.kind]].append(" ".join(line.strip() for line in piece.lines).removeprefix("with "))
    return found


def _text(example: tree.Example) -> str:
    return example.name.text

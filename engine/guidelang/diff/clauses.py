"""What changed in clauses that several sorts of declarations have: labels, ranges, citations, effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.diff.change import Fragment
from guidelang.diff.pairing import best
from guidelang.diff.same import Same, matched
from guidelang.diff.wording import becomes, cited, text
from guidelang.source import Span
from guidelang.syntax import tree


def stated(
    aspect: str,
    old: str | None,
    new: str | None,
    spans: tuple[Span | None, Span | None],
    *,
    what: str | None = None,
    words: tuple[str, str] = ("is added", "is dropped"),
) -> Iterator[Fragment]:
    """A clause with one value: stated now, no longer stated, or another value."""
    what = what or aspect
    if old == new:
        return
    if old is None:
        yield Fragment("added", aspect, f"{what} {new} {words[0]}", old, new, *spans)
    elif new is None:
        yield Fragment("removed", aspect, f"{what} {old} {words[1]}", old, new, *spans)
    else:
        yield Fragment("changed", aspect, becomes(what, old, new), old, new, *spans)


def label(a: str | None, b: str | None, spans: tuple[Span | None, Span | None]) -> Iterator[Fragment]:
    yield from stated("label", a and text(a), b and text(b), spans)


def flag(
    aspect: str, old: bool, new: bool, words: tuple[str, str], spans: tuple[Span | None, Span | None]
) -> Iterator[Fragment]:
    """A clause that stands there or not; `words` say that it stands there now, and that it no longer does."""
    if old != new:
        yield Fragment("added" if new else "removed", aspect, words[0 if new else 1], None, None, *spans)


def plausible(a: tree.Plausible | None, b: tree.Plausible | None, same: Same, what: Span) -> Iterator[Fragment]:
    if a is not None and b is not None and same(a, b):
        return
    spans = (a.span if a else what, b.span if b else what)
    yield from stated("plausible range", _range(a), _range(b), spans)


def _range(bounds: tree.Plausible | None) -> str | None:
    return None if bounds is None else f"{bounds.low} to {bounds.high}{f' {bounds.unit}' if bounds.unit else ''}"


def citations(old: Sequence[tree.Cite], new: Sequence[tree.Cite], same: Same) -> Iterator[Fragment]:
    """Citations: added, dropped, another place of the same source, another fingerprint of the same place."""
    yield from _references("citation", old, new, same)


def evidence(old: Sequence[tree.Evidence], new: Sequence[tree.Evidence], same: Same) -> Iterator[Fragment]:
    yield from _references("evidence", old, new, same)


def _references(
    aspect: str,
    old: Sequence[tree.Cite] | Sequence[tree.Evidence],
    new: Sequence[tree.Cite] | Sequence[tree.Evidence],
    same: Same,
) -> Iterator[Fragment]:
    pairs = matched(old, new, same)
    before: list[tree.Cite | tree.Evidence] = [*old]
    now: list[tree.Cite | tree.Evidence] = [*new]
    left = [e for i, e in enumerate(before) if i not in {i for i, _ in pairs}]
    right = [e for j, e in enumerate(now) if j not in {j for _, j in pairs}]

    def alike(a: tree.Cite | tree.Evidence, b: tree.Cite | tree.Evidence) -> float:
        return 1 + 2 * same(a.source, b.source) + (a.locator == b.locator)

    for a, b in best(left, right, alike, _text):
        left.remove(a)
        right.remove(b)
        yield from _reference(aspect, a, b)
    for each in left:
        told = f"{aspect} {_text(each)} is dropped"
        yield Fragment("removed", aspect, told, _text(each), None, each.span, None)
    for each in right:
        told = f"{aspect} {_text(each)} is added"
        yield Fragment("added", aspect, told, None, _text(each), None, each.span)


def _reference(aspect: str, a: tree.Cite | tree.Evidence, b: tree.Cite | tree.Evidence) -> Iterator[Fragment]:
    if a.locator != b.locator or a.source.name != b.source.name:
        words = becomes(aspect, cited(a), cited(b))
    elif isinstance(a, tree.Evidence) and isinstance(b, tree.Evidence):
        words = becomes(f"evidence {cited(a)}:", text(a.text), text(b.text))
    elif isinstance(a, tree.Cite) and isinstance(b, tree.Cite) and a.fingerprint and b.fingerprint:
        words = f"the text that {cited(a)} cites is another one (fingerprint {a.fingerprint} becomes {b.fingerprint})"
    else:
        added = isinstance(b, tree.Cite) and b.fingerprint is not None
        words = f"the citation {cited(a)} {'now has a' if added else 'no longer has a'} fingerprint"
    yield Fragment("changed", aspect, words, _text(a), _text(b), a.span, b.span)


def _text(each: tree.Cite | tree.Evidence) -> str:
    return f"{cited(each)} {text(each.text)}" if isinstance(each, tree.Evidence) else cited(each)


def effects(old: Sequence[tree.Effect], new: Sequence[tree.Effect], same: Same) -> Iterator[Fragment]:
    """Effects: added, dropped, or another direction for the same quantity."""
    pairs = matched(old, new, same)
    left = [each for i, each in enumerate(old) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(new) if j not in {j for _, j in pairs}]
    for a, b in best(left, right, lambda a, b: float(same(a.quantity, b.quantity)), _effect):
        left.remove(a)
        right.remove(b)
        words = becomes("effect", f"`{_effect(a)}`", f"`{_effect(b)}`")
        yield Fragment("changed", "effect", words, _effect(a), _effect(b), a.span, b.span)
    for each in left:
        words = f"effect `{_effect(each)}` is dropped"
        yield Fragment("removed", "effect", words, _effect(each), None, each.span, None)
    for each in right:
        words = f"effect `{_effect(each)}` is added"
        yield Fragment("added", "effect", words, None, _effect(each), None, each.span)


def _effect(effect: tree.Effect) -> str:
    return f"{effect.direction} {effect.quantity}"

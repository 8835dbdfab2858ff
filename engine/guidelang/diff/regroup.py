"""Rules of two editions: which is which, which are new under another name, which were split or merged.

All of it is recognized by content. A split rule is one old rule whose alternatives, advice or cases are spread over
several new ones; a merge is a split read backwards, and is found in that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

from guidelang.diff.conditions import ALIKE, overlap
from guidelang.diff.naming import Pairs
from guidelang.diff.pairing import pairs_of
from guidelang.diff.rules import acting, exceptions, same_advice
from guidelang.diff.same import Same, flat, matched
from guidelang.diff.wording import said
from guidelang.syntax import print_expression, tree

By: TypeAlias = Literal["alternatives", "advice", "cases"]
MOST_PARTS = 12
"""More rules than this that might be parts of one are not tried in all ways."""


@dataclass(frozen=True, slots=True)
class Split:
    """One rule that is several on the other side, and what is in which: the text of alternatives, advice or cases."""

    whole: str
    parts: tuple[str, ...]
    by: By
    shares: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regrouped:
    pairs: Pairs
    split: tuple[Split, ...]
    merged: tuple[Split, ...]


def regroup(old: Mapping[str, tree.Rule], new: Mapping[str, tree.Rule], same: Same) -> Regrouped:
    """Pairs the rules of two editions."""
    found = [(each, True) for each in _splits(old, new, same)]
    found += [(each, False) for each in _splits(new, old, same.reversed())]
    found.sort(key=lambda each: (-len(each[0].parts), each[0].whole, each[0].parts))
    taken: tuple[set[str], set[str]] = (set(), set())
    split: list[Split] = []
    merged: list[Split] = []
    for each, is_split in found:
        wholes, parts = taken if is_split else (taken[1], taken[0])
        if each.whole not in wholes and not parts & {*each.parts}:
            wholes.add(each.whole)
            parts |= {*each.parts}
            (split if is_split else merged).append(each)
    left = {name: rule for name, rule in old.items() if name not in taken[0]}
    right = {name: rule for name, rule in new.items() if name not in taken[1]}
    everything = frozenset(left), frozenset(right)
    pairs = pairs_of(left, right, everything, lambda a, b: _likeness(a, b, same))
    return Regrouped(pairs, tuple(split), tuple(merged))


def _likeness(a: tree.Rule, b: tree.Rule, same: Same) -> float:
    """How alike two rules with different names are: they advise or conclude the same, and conditions overlap."""
    advised = _same_advices(a, b, same) and bool(a.advice)
    concluded = same.unordered(a.concludes, b.concludes) and bool(a.concludes)
    if not advised and not concluded:
        return 0
    when = overlap(_conjuncts(a), _conjuncts(b), same)
    unless = overlap(exceptions(a), exceptions(b), same)
    return 1 + when + 0.5 * unless if when >= ALIKE else 0


def _splits(old: Mapping[str, tree.Rule], new: Mapping[str, tree.Rule], same: Same) -> Iterator[Split]:
    for name, whole in old.items():
        if name in new and _same_rule(whole, new[name], same):
            continue
        candidates = {n: rule for n, rule in new.items() if n not in old or n == name}
        for by in ("alternatives", "advice", "cases"):
            shares = {n: share for n, rule in candidates.items() if (share := _share(whole, rule, by, same))}
            parts = _covering(shares, _all(whole, by)) if len(shares) > 1 else ()
            kept = name not in new or name in parts  # a rule that goes on under its name is a part of what it was
            if parts and kept and any(part not in old for part in parts):
                yield Split(name, parts, by, tuple(_told(whole, new[part], by, shares[part], same) for part in parts))
                break


def _share(whole: tree.Rule, part: tree.Rule, by: By, same: Same) -> frozenset[int]:
    """What of a rule another one may be: the numbers of its alternatives or advice; 0 for a case of it."""
    if by == "advice":
        if whole.when is None or part.when is None or not same(whole.when, part.when) or len(whole.advice) < 2:
            return frozenset()
        pairs = matched(whole.advice, part.advice, lambda a, b: same_advice(a, b, same))
        return frozenset(i for i, _ in pairs) if len(pairs) == len(part.advice) else frozenset()
    if not _same_advices(whole, part, same) or not same.unordered(whole.concludes, part.concludes):
        return frozenset()
    pairs = matched(_conjuncts(whole), _conjuncts(part), same)
    rest = [each for i, each in enumerate(_conjuncts(whole)) if i not in {i for i, _ in pairs}]
    others = [each for j, each in enumerate(_conjuncts(part)) if j not in {j for _, j in pairs}]
    if by == "cases":
        return frozenset({0}) if not rest and others and pairs else frozenset()
    if len(rest) != 1 or len(others) != 1 or rest[0] is not _choice(whole):
        return frozenset()
    some, alternatives = flat(others[0], tree.Or), flat(rest[0], tree.Or)
    pairs = matched(alternatives, some, same)
    return frozenset(i for i, _ in pairs) if len(pairs) == len(some) < len(alternatives) else frozenset()


def _all(whole: tree.Rule, by: By) -> frozenset[int]:
    if by == "cases":
        return frozenset({0})
    choice = _choice(whole)
    parts: Sequence[object] = whole.advice if by == "advice" else flat(choice, tree.Or) if choice is not None else ()
    return frozenset(range(len(parts)))


def _covering(shares: Mapping[str, frozenset[int]], everything: frozenset[int]) -> tuple[str, ...]:
    """The rules that make up the whole without an overlap; of cases all, which share the one number."""
    names = tuple(shares)
    if everything == {0}:
        return names
    if len(names) > MOST_PARTS:
        names = names[:MOST_PARTS]
    for size in range(len(names), 1, -1):
        for some in combinations(names, size):
            together = [number for name in some for number in shares[name]]
            if len(together) == len(everything) and set(together) == everything:
                return some
    return ()


def _told(whole: tree.Rule, part: tree.Rule, by: By, share: frozenset[int], same: Same) -> str:
    if by == "advice":
        return ", ".join(f"`{said(whole.advice[i])}`" for i in sorted(share))
    if by == "alternatives":
        choice = _choice(whole)
        assert choice is not None
        alternatives = flat(choice, tree.Or)
        return ", ".join(f"`{print_expression(alternatives[i])}`" for i in sorted(share))
    pairs = matched(_conjuncts(whole), _conjuncts(part), same)
    others = [each for j, each in enumerate(_conjuncts(part)) if j not in {j for _, j in pairs}]
    return ", ".join(f"`{print_expression(each)}`" for each in others)


def _choice(rule: tree.Rule) -> tree.Expression | None:
    """The only `or` among the conditions of a rule."""
    found = [each for each in _conjuncts(rule) if len(flat(each, tree.Or)) > 1]
    return found[0] if len(found) == 1 else None


def _conjuncts(rule: tree.Rule) -> list[tree.Expression]:
    return [] if rule.when is None else flat(rule.when, tree.And)


def _same_advices(a: tree.Rule, b: tree.Rule, same: Same) -> bool:
    left, right = list(map(acting, a.advice)), list(map(acting, b.advice))
    return len(left) == len(right) == len(matched(left, right, lambda x, y: same_advice(x, y, same)))


def _same_rule(a: tree.Rule, b: tree.Rule, same: Same) -> bool:
    """Whether condition and advice are the same."""
    if a.when is None or b.when is None or not same(a.when, b.when):
        return False
    return _same_advices(a, b, same)

"""Making a patient plain: fewer facts, no dates, round values at the threshold, as long as the point is still made.

Whether the point is made is asked of executors, never of the solver, so a patient is as true at the end as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from guidelang.network.events import EventTest, Lasting, Occurs
from guidelang.network.graph import relations_of
from guidelang.network.ir import Affine, Compare, Constant, CurrentValue, LastN, Network, NodeId
from guidelang.prove.draft import Draft, Entry

Point: TypeAlias = Callable[[Draft], bool]


def shrink(
    draft: Draft, holds: Point, limits: Mapping[str, Sequence[Fraction]], days: Sequence[int] = ()
) -> Draft | None:
    """The plainest patient found for whom the point holds; None if it does not hold of this one, however rounded.

    Args:
        limits: for each fact the numbers that guidelines compare it with, in the fact's unit.
        days: how many days ago something changes.
    """
    rounded = _rounded(draft, holds)
    if rounded is None:
        return None
    draft = _fewer(rounded, holds)
    draft = _redated(draft, holds, days)
    draft = _at_limits(draft, holds, limits)
    return _fewer(draft, holds)


def limits_of(networks: Iterable[Network]) -> dict[str, tuple[Fraction, ...]]:
    """The numbers that facts are compared with, in the facts' units."""
    found: dict[str, dict[Fraction, None]] = {}
    for network in networks:
        for node in network.nodes.values():
            for fact, limit in _limits(network, node):
                found.setdefault(fact, {})[limit] = None
    return {fact: tuple(sorted(limits)) for fact, limits in found.items()}


def step_of(limit: Fraction) -> Fraction:
    """One in the last decimal of a number, and a tenth of a whole one."""
    places = 1
    while (limit * 10**places).denominator != 1 and places < 6:
        places += 1
    return Fraction(1, 10**places)


def _limits(network: Network, node: object) -> Iterator[tuple[str, Fraction]]:
    match node:
        case Compare(left=left, right=right):
            for side, other in ((left, right), (right, left)):
                yield from _compared(network, side, other)
        case LastN(fact=fact, right=right, factor=factor, offset=offset):
            yield from _constant(network, fact, right, factor, offset)
        case Occurs(fact=fact, test=test) | Lasting(fact=fact, test=test):
            yield from _tested(network, fact, test)
    for relation in relations_of(node) if isinstance(node, LastN | Occurs) else ():
        yield from _tested(network, relation.fact, relation.test)


def _compared(network: Network, side: NodeId, other: NodeId) -> Iterator[tuple[str, Fraction]]:
    factor, offset = Fraction(1), Fraction(0)
    node = network.nodes[side]
    if isinstance(node, Affine):
        factor, offset, node = node.factor, node.offset, network.nodes[node.operand]
    fact = getattr(node, "fact", None)
    if isinstance(fact, str) and (isinstance(node, CurrentValue) or getattr(node, "how", "") in _VALUES):
        yield from _constant(network, fact, other, factor, offset)


_VALUES = frozenset({"latest", "earliest", "highest", "lowest", "average"})


def _tested(network: Network, fact: str, test: EventTest) -> Iterator[tuple[str, Fraction]]:
    for comparison in test.comparisons:
        yield from _constant(network, fact, comparison.right, comparison.factor, comparison.offset)


def _constant(
    network: Network, fact: str, limit: NodeId, factor: Fraction, offset: Fraction
) -> Iterator[tuple[str, Fraction]]:
    node = network.nodes[limit]
    if isinstance(node, Constant) and factor != 0:
        yield fact, (node.value - offset) / factor


def _rounded(draft: Draft, holds: Point) -> Draft | None:
    """With as few decimals as do."""
    for places in (0, 1, 2, 3, 4, 6, 9):
        candidate = replace(
            draft,
            entries={f: tuple(_round(e, places) for e in each) for f, each in draft.entries.items()},
        )
        if holds(candidate):
            return candidate
    return None


def _round(entry: Entry, places: int) -> Entry:
    if isinstance(entry.value, Fraction):
        high = None if entry.high is None else round(entry.high, places)
        return replace(entry, value=Fraction(round(entry.value, places)), high=high)
    return entry


def _fewer(draft: Draft, holds: Point) -> Draft:
    """Without each fact, entry and detail that can be left out."""
    for fact in sorted(draft.entries):
        if holds(candidate := draft.without(fact)):
            draft = candidate
            continue
        for entry in draft.entries[fact]:
            rest = tuple(e for e in draft.entries[fact] if e is not entry)
            if rest and holds(candidate := draft.with_entries(fact, rest)):
                draft = candidate
    for key in sorted(draft.person):
        if holds(candidate := replace(draft, person={k: e for k, e in draft.person.items() if k != key})):
            draft = candidate
    return candidate if holds(candidate := replace(draft, months=None)) else draft


def _redated(draft: Draft, holds: Point, days: Sequence[int]) -> Draft:
    """Without a date where one value alone says it; else as late as can be, where something changes."""
    for fact in sorted(draft.entries):
        if len(draft.entries[fact]) == 1 and draft.entries[fact][0].age is not None:
            candidate = draft.with_entries(fact, (replace(draft.entries[fact][0], age=None),))
            if holds(candidate):
                draft = candidate
                continue
        for i, entry in enumerate(draft.entries[fact]):
            newer = draft.entries[fact][i - 1].age if i else None
            for age in days if entry.age is not None and entry.ends is None else ():
                if age >= (entry.age or 0) or (newer is not None and age <= newer):
                    continue
                entries = draft.entries[fact]
                candidate = draft.with_entries(fact, (*entries[:i], replace(entry, age=age), *entries[i + 1 :]))
                if holds(candidate):
                    draft = candidate
                    break
    return draft


def _at_limits(draft: Draft, holds: Point, limits: Mapping[str, Sequence[Fraction]]) -> Draft:
    """Each value at a threshold or a step beside it, if it can be; the nearest to where it is."""
    for fact in sorted(draft.entries):
        for i, entry in enumerate(draft.entries[fact]):
            value = entry.value
            if not isinstance(value, Fraction) or fact in draft.dates or value in limits.get(fact, ()):
                continue
            for other in _near(value, limits.get(fact, ())):
                entries = draft.entries[fact]
                candidate = draft.with_entries(fact, (*entries[:i], replace(entry, value=other), *entries[i + 1 :]))
                if holds(candidate):
                    draft = candidate
                    break
    return draft


def _near(value: Fraction, limits: Sequence[Fraction]) -> Iterator[Fraction]:
    nearest = sorted(limits, key=lambda each: abs(each - value))[:4]
    yield from nearest
    for limit in nearest:
        step = step_of(limit)
        yield from (limit - step, limit + step) if value < limit else (limit + step, limit - step)

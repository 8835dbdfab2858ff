"""Making a patient plain: fewer facts, no dates, round values at the threshold, as long as the point is still made.

Whether the point is made is asked of executors, never of the solver, so a patient is as true at the end as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from typing import TypeAlias

from guidelang.prove.draft import Draft, Entry
from guidelang.prove.usual import Usual, step_of

Point: TypeAlias = Callable[[Draft], bool]


def shrink(draft: Draft, holds: Point, usual: Usual, days: Sequence[int] = ()) -> Draft | None:
    """The plainest patient found for whom the point holds; None if it does not hold of this one, however rounded.

    Args:
        usual: values that a reader expects.
        days: how many days ago something changes.
    """
    rounded = _rounded(draft, holds)
    if rounded is None:
        return None
    draft = _fewer(rounded, holds)
    draft = _redated(draft, holds, days)
    draft = _of_usual_age(_expected(draft, holds, usual), holds)
    return _fewer(draft, holds)


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
        if fact in draft.dates:
            draft = _nearer(draft, holds, fact, days)
            continue
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


def _nearer(draft: Draft, holds: Point, fact: str, days: Sequence[int]) -> Draft:
    """A date as near to the evaluation day as can be, where something changes: before it, or after it."""
    today = draft.as_of.toordinal()
    for day in days:
        for value in (Fraction(today - day), Fraction(today + day)):
            before = draft.entries[fact][0].value
            nearer = isinstance(before, Fraction) and abs(before - today) > day
            if nearer and holds(candidate := _with_value(draft, fact, 0, value)):
                return candidate
    return draft


def _expected(draft: Draft, holds: Point, usual: Usual) -> Draft:
    """Each value one that a reader expects: at a threshold, a step beside it, or what formulas set it against."""
    for fact in sorted(draft.entries):
        for i, entry in enumerate(draft.entries[fact]):
            value = entry.value
            limits, beside = usual.limits.get(fact, ()), usual.beside.get(fact, ())
            if not isinstance(value, Fraction) or fact in draft.dates or value in (limits or beside):
                continue
            middle = (usual.middle[fact],) if fact in usual.middle else ()
            for other in (*_near(value, limits), *_near(value, beside), *middle):
                candidate = _with_value(draft, fact, i, other)
                if holds(candidate):
                    draft = candidate
                    break
            else:
                if middle:
                    draft = _toward(draft, holds, fact, i, middle[0])
    for facts in usual.formulas:
        draft = _together(draft, holds, usual, facts)
    return draft


def _toward(draft: Draft, holds: Point, fact: str, place: int, middle: Fraction) -> Draft:
    """A value as near to the usual one as holds, to a tenth: beside a limit that no constant shows."""
    value = draft.entries[fact][place].value
    assert isinstance(value, Fraction)
    good, bad = round(value * 10), round(middle * 10)
    if not holds(_with_value(draft, fact, place, Fraction(good, 10))):
        return draft
    while abs(good - bad) > 1:
        between = (good + bad) // 2
        if holds(_with_value(draft, fact, place, Fraction(between, 10))):
            good = between
        else:
            bad = between
    return _with_value(draft, fact, place, Fraction(good, 10))


MOST_TOGETHER = 80


def _together(draft: Draft, holds: Point, usual: Usual, facts: Sequence[str]) -> Draft:
    """Values of the facts of one formula, where changing one alone would not do."""
    known = [fact for fact in facts if fact in draft.entries and len(draft.entries[fact]) == 1]
    values = {fact: draft.entries[fact][0].value for fact in known}
    expected = {fact: (*usual.limits.get(fact, ()), *usual.beside.get(fact, ())) for fact in known}
    expected = {fact: numbers or (usual.middle.get(fact, Fraction(1)),) for fact, numbers in expected.items()}
    if len(known) < 2 or all(values[fact] in expected[fact] for fact in known):
        return draft
    choices = [
        [(fact, other) for other in dict.fromkeys((*_near(value, expected[fact]), value))]
        for fact, value in values.items()
        if isinstance(value, Fraction)
    ]
    for chosen in islice(product(*choices), MOST_TOGETHER):
        candidate = draft
        for fact, value in chosen:
            candidate = _with_value(candidate, fact, 0, value)
        if holds(candidate):
            return candidate
    return draft


def _with_value(draft: Draft, fact: str, place: int, value: Fraction) -> Draft:
    entries = draft.entries[fact]
    entry = replace(entries[place], value=value)
    return draft.with_entries(fact, (*entries[:place], entry, *entries[place + 1 :]))


def _of_usual_age(draft: Draft, holds: Point) -> Draft:
    """A grown-up, if the age as such does not matter."""
    if draft.months is not None and holds(candidate := replace(draft, months=USUAL_AGE * 12)):
        return candidate
    return draft


USUAL_AGE = 60


def _near(value: Fraction, limits: Sequence[Fraction]) -> Iterator[Fraction]:
    nearest = sorted(limits, key=lambda each: abs(each - value))[:4]
    yield from nearest
    for limit in nearest:
        step = step_of(limit)
        yield from (limit - step, limit + step) if value < limit else (limit + step, limit - step)

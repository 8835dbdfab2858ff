"""A short history as terms: a few results of one fact, newest first, each on a day of its own.

What a question to such a history gives can be written down as a term: which results lie in a window, which of them is
the highest. A handful of results is enough to tell two questions apart, hardly ever to prove anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from guidelang.prove.smt import (
    FALSE,
    TRUE,
    Bool,
    Num,
    all_of,
    any_of,
    boolean,
    choose,
    greater,
    implies,
    negated,
    number,
    quotient,
    real,
    smaller,
    whole,
)
from guidelang.prove.terms import Rails, Range


@dataclass(frozen=True, slots=True)
class Slot:
    """A result, if it is there: its value in the unit of the question, or the code of its word; its age in days.

    With `high` there are two results of that time, and nobody knows which of `value` and `high` holds. One that
    `is_censored` is a single one, below `high` or above `value`, if these differ.
    """

    there: Bool
    value: Num
    age: Num
    high: Num | None = None
    is_censored: bool = False

    @property
    def range(self) -> Range:
        """The value as one that is known; a censored one does not reach the number that it is written with."""
        if self.high is None:
            return Range(TRUE, self.value, self.value)
        if not self.is_censored:
            return Range(TRUE, self.value, self.high)
        beside, below = number(Fraction(1, 1000)), self.value != self.high
        low = choose(self.high == UNBOUNDED, self.value + beside, self.value)
        return Range(TRUE, low, choose(all_of((below, self.high < UNBOUNDED)), self.high - beside, self.high))


UNBOUNDED = 10**9
"""The high end of a result of which only the low one is known."""

FAR = 4000
"""The oldest result that is tried, in days."""


def slots(name: str, count: int, *, words: bool = False) -> tuple[tuple[Slot, ...], list[Bool]]:
    """So many slots of a fact, and what holds of them: a later one is there only if those before it are, and older."""
    unknown = whole if words else real
    made = tuple(
        Slot(boolean(f"there {name} {i}"), unknown(f"value {name} {i}"), whole(f"age {name} {i}")) for i in range(count)
    )
    holds = [all_of((made[0].age >= 0, made[-1].age <= FAR))]
    for newer, older in pairwise(made):
        holds += [implies(older.there, newer.there), older.age > newer.age]
    return made, holds


def newest(chosen: Sequence[tuple[Slot, Bool]]) -> Range:
    """The value of the first that is chosen."""
    value = number(0)
    for slot, here in reversed(chosen):
        value = choose(here, slot.value, value)
    return Range(any_of(here for _, here in chosen), value, value)


def extreme(chosen: Sequence[tuple[Slot, Bool]], *, highest: bool) -> Range:
    """The highest or the lowest value of those that are chosen."""
    join = greater if highest else smaller
    value, begun = number(0), FALSE
    for slot, here in chosen:
        value = choose(here, choose(begun, join(value, slot.value), slot.value), value)
        begun = any_of((begun, here))
    return Range(begun, value, value)


def total(chosen: Sequence[tuple[Slot, Bool]]) -> Num:
    """The sum of those that are chosen."""
    return reduce(lambda a, b: a + b, (choose(here, slot.value, number(0)) for slot, here in chosen), number(0))


def how_many(chosen: Sequence[tuple[Slot, Bool]]) -> Num:
    """The number of those that are chosen."""
    return reduce(lambda a, b: a + b, (choose(here, number(1), number(0)) for _, here in chosen), number(0))


def mean(chosen: Sequence[tuple[Slot, Bool]]) -> Range:
    """The average of those that are chosen, case by case: a solver divides by a constant with ease."""
    there, sum_ = how_many(chosen), total(chosen)
    value = sum_
    for count in range(2, len(chosen) + 1):
        value = choose(there == count, quotient(sum_, number(count)), value)
    return Range(any_of(here for _, here in chosen), value, value)


def all_newest(count: int, chosen: Sequence[tuple[Slot, Bool]], passes: Callable[[Slot], Rails]) -> Rails:
    """Whether each of the newest `count` passes: Kleene `and`, where one that is not there is unknown."""
    among = []
    for i, (slot, here) in enumerate(chosen):
        before = how_many(chosen[:i])
        among.append((slot, all_of((here, before < count))))
    enough = how_many(chosen) >= count
    return Rails(
        all_of((enough, *(implies(here, passes(slot).true) for slot, here in among))),
        any_of(all_of((here, passes(slot).false)) for slot, here in among),
    )


def lasting(chosen: Sequence[Slot], days: int, passes: Callable[[Slot], Rails]) -> Rails:
    """Whether the newest passes, and so does every one back to one that is `days` older or more."""
    true, false = [], []
    for i, slot in enumerate(chosen):
        back = slot.age - chosen[0].age
        up_to = [all_of((s.there, passes(s).true)) for s in chosen[: i + 1]]
        true.append(all_of((*up_to, back >= days)))
        false.append(all_of((slot.there, passes(slot).false, negated(back > days))))
    return Rails(all_of((any_of(true), negated(any_of(false)))), any_of(false))

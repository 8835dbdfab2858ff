"""What a node is to the solver: two rails for a condition, an interval for a number, a code for a word.

A value is an interval, as everywhere in this project. Closed ends are enough here: an open interval is told from a
closed one by no comparison that a slightly smaller closed one would not answer alike, and there are always numbers
between two reals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from guidelang.prove.smt import TRUE, Bool, Num, all_of, any_of, negated


@dataclass(frozen=True, slots=True)
class Rails:
    """A condition: known true, known false; neither is unknown, and never both."""

    true: Bool
    false: Bool

    @property
    def known(self) -> Bool:
        return any_of((self.true, self.false))

    @property
    def unknown(self) -> Bool:
        return all_of((negated(self.true), negated(self.false)))

    def swapped(self) -> Rails:
        """Its negation."""
        return Rails(self.false, self.true)


@dataclass(frozen=True, slots=True)
class Range:
    """A number or day: where it is known, all from `low` to `high`. A point for certain has one term for both."""

    known: Bool
    low: Num
    high: Num

    @property
    def is_point(self) -> Bool:
        return TRUE if self.low is self.high else self.low == self.high


@dataclass(frozen=True, slots=True)
class Word:
    """One of a choice, or a text: where it is known, the number that stands for the word."""

    known: Bool
    code: Num


Term: TypeAlias = Rails | Range | Word


def conjunction(operands: list[Rails]) -> Rails:
    """Kleene `and`."""
    return Rails(all_of(o.true for o in operands), any_of(o.false for o in operands))


def disjunction(operands: list[Rails]) -> Rails:
    """Kleene `or`."""
    return Rails(any_of(o.true for o in operands), all_of(o.false for o in operands))


def decided(condition: Bool) -> Rails:
    """What is always true or false."""
    return Rails(condition, negated(condition))

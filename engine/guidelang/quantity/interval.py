"""Intervals of exact numbers: what is known of a value that is no single point.

A censored result, values tied in time and a partial date are intervals. Ends are open or closed; an end without
bound is None. Every operation gives exactly the set of results over all members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Comparator: TypeAlias = Literal["<", "<=", ">", ">=", "=", "!="]


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`. None is without bound; an unbounded end has no openness.

    Raises:
        ValueError: if no number lies in it.
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if self.low is self.high and not (self.low_open or self.high_open):
            return  # a point, or all numbers
        if self.low is None and self.low_open:
            object.__setattr__(self, "low_open", False)
        if self.high is None and self.high_open:
            object.__setattr__(self, "high_open", False)
        if self.low is None or self.high is None:
            return
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise ValueError("an interval has at least one member")

    @classmethod
    def point(cls, value: Fraction) -> Interval:
        """The one number `value`."""
        return cls(value, value)

    @staticmethod
    def hull(intervals: Iterable[Interval]) -> Interval:
        """The smallest interval that holds all of them.

        Raises:
            ValueError: for none.
        """
        result: Interval | None = None
        for each in intervals:
            result = each if result is None else _hull_of_two(result, each)
        if result is None:
            raise ValueError("the hull of no interval at all")
        return result

    @property
    def is_point(self) -> bool:
        return self.low is not None and (self.low is self.high or self.low == self.high)

    @property
    def _is_one_number(self) -> bool:
        """A point that was made as one, which most values are: seen without comparing exact numbers."""
        return self.low is self.high and self.low is not None

    @property
    def value(self) -> Fraction:
        """The one member.

        Raises:
            ValueError: if there is more than one.
        """
        if self.low is None or (self.low is not self.high and self.low != self.high):
            raise ValueError("this interval is no point")
        return self.low

    def contains(self, value: Fraction) -> bool:
        if self.low is not None and (value < self.low or (value == self.low and self.low_open)):
            return False
        return self.high is None or not (value > self.high or (value == self.high and self.high_open))

    def overlaps(self, other: Interval) -> bool:
        """Whether they have a member in common."""
        return not (_before(self, other) or _before(other, self))

    def __add__(self, other: Interval) -> Interval:
        if self._is_one_number and other._is_one_number:
            return Interval.point(self.value + other.value)
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + other.negate()

    def negate(self) -> Interval:
        if self._is_one_number:
            return Interval.point(-self.value)
        return Interval(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.high_open,
            self.low_open,
        )

    def scaled(self, factor: Fraction, offset: Fraction = Fraction(0)) -> Interval:
        """Each member times `factor` plus `offset`; a negative factor turns the ends round, 0 leaves a point."""
        if factor == 0:
            return Interval.point(offset)
        if self._is_one_number:
            return Interval.point(self.value * factor + offset)
        turned = self if factor > 0 else self.negate()
        size = abs(factor)
        return Interval(
            None if turned.low is None else turned.low * size + offset,
            None if turned.high is None else turned.high * size + offset,
            turned.low_open,
            turned.high_open,
        )

    def minimum(self, other: Interval) -> Interval:
        """The smaller of a member of each, for all pairs."""
        return self.negate().maximum(other.negate()).negate()

    def maximum(self, other: Interval) -> Interval:
        """The greater of a member of each, for all pairs."""
        low, low_open = _greater_low(self, other)
        # The greatest value is reached if either interval reaches it.
        if self.high is None or other.high is None:
            return Interval(low, None, low_open)
        if self.high == other.high:
            return Interval(low, self.high, low_open, self.high_open and other.high_open)
        upper = self if self.high > other.high else other
        return Interval(low, upper.high, low_open, upper.high_open)

    @staticmethod
    def compare(operator: Comparator, a: Interval, b: Interval) -> bool | None:
        """True if `x operator y` for every member x of `a` and y of `b`, False if for none, else None."""
        if a._is_one_number and b._is_one_number:
            x, y = a.value, b.value
            return _HOLDS[operator](x.numerator * y.denominator, y.numerator * x.denominator)
        if operator == "<":
            return _decide(_before(a, b), _not_after(b, a))
        if operator == "<=":
            return _decide(_not_after(a, b), _before(b, a))
        if operator == ">":
            return _decide(_before(b, a), _not_after(a, b))
        if operator == ">=":
            return _decide(_not_after(b, a), _before(a, b))
        equal = _decide(a.is_point and a == b, not a.overlaps(b))
        if operator == "=":
            return equal
        return None if equal is None else not equal


_HOLDS: Mapping[Comparator, Callable[[int, int], bool]] = {
    "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__, "=": int.__eq__, "!=": int.__ne__,
}  # fmt: skip


def _decide(every: bool, none: bool) -> bool | None:
    return True if every else False if none else None


def _before(a: Interval, b: Interval) -> bool:
    """Whether x < y for all members."""
    if a.high is None or b.low is None:
        return False
    return a.high < b.low or (a.high == b.low and (a.high_open or b.low_open))


def _not_after(a: Interval, b: Interval) -> bool:
    """Whether x <= y for all members."""
    return a.high is not None and b.low is not None and a.high <= b.low


def _greater_low(a: Interval, b: Interval) -> tuple[Fraction | None, bool]:
    """The lower end of the intersection, which is the lower end of the maximum too."""
    if a.low is None:
        return b.low, b.low_open
    if b.low is None:
        return a.low, a.low_open
    if a.low == b.low:
        return a.low, a.low_open or b.low_open
    lower = a if a.low > b.low else b
    return lower.low, lower.low_open


def _hull_of_two(a: Interval, b: Interval) -> Interval:
    low, low_open = a.low, a.low_open
    if a.low is not None:
        if b.low is None or b.low < a.low:
            low, low_open = b.low, b.low_open
        elif b.low == a.low:
            low_open = a.low_open and b.low_open
    high, high_open = a.high, a.high_open
    if a.high is not None:
        if b.high is None or b.high > a.high:
            high, high_open = b.high, b.high_open
        elif b.high == a.high:
            high_open = a.high_open and b.high_open
    return Interval(low, high, low_open, high_open)

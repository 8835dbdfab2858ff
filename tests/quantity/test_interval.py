"""Intervals against brute force over sampled members."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction as F
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.quantity import Interval

SMALL = st.integers(-4, 4).map(F)
EPSILON = F(1, 1000)


@st.composite
def intervals(draw: st.DrawFn, bounded: bool = False) -> Interval:
    low, high = sorted((draw(SMALL), draw(SMALL)))
    if low == high:
        return Interval.point(low)
    unbounded = st.just(False) if bounded else st.booleans()
    return Interval(
        None if draw(unbounded) else low, None if draw(unbounded) else high, draw(st.booleans()), draw(st.booleans())
    )


def members(interval: Interval) -> list[F]:
    """The closed ends, points very near the open ones, points far out where there is no end, and some between."""
    low = interval.low if interval.low is not None else (interval.high or F(0)) - 100
    high = interval.high if interval.high is not None else low + 200
    found = {low + (high - low) * F(step, 8) for step in range(9)} | {low + EPSILON, high - EPSILON}
    return sorted(value for value in found if interval.contains(value))


OPERATORS: dict[Any, Callable[[F, F], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@given(intervals(), intervals())
def test_compare_is_for_every_pair_or_for_none(a: Interval, b: Interval) -> None:
    for symbol, holds in OPERATORS.items():
        pairs = [holds(x, y) for x, y in product(members(a), members(b))]
        expected = True if all(pairs) else False if not any(pairs) else None
        if symbol in {"=", "!="} and a.overlaps(b) and not (a.is_point and b.is_point):
            expected = None  # samples of two open intervals may miss each other
        assert Interval.compare(symbol, a, b) is expected


@pytest.mark.parametrize(
    ("symbol", "expected"), [("<", True), ("<=", True), (">", False), (">=", False), ("=", False), ("!=", True)]
)
def test_open_ends_decide(symbol: Any, expected: bool) -> None:
    censored = Interval(F(0), F(2), high_open=True)
    assert Interval.compare(symbol, censored, Interval.point(F(2))) is expected


BINARY = st.sampled_from(
    [
        (Interval.__add__, operator.add),
        (Interval.__sub__, operator.sub),
        (Interval.minimum, min),
        (Interval.maximum, max),
    ]
)


@given(intervals(), intervals(), BINARY)
def test_results_of_members_lie_within_and_reach_the_ends(
    a: Interval, b: Interval, both: tuple[Callable[[Interval, Interval], Interval], Callable[[F, F], F]]
) -> None:
    of_intervals, of_numbers = both
    result = of_intervals(a, b)
    values = [of_numbers(x, y) for x, y in product(members(a), members(b))]
    assert all(result.contains(value) for value in values)
    for end, is_open, nearest in (
        (result.low, result.low_open, min(values)),
        (result.high, result.high_open, max(values)),
    ):
        if end is None:
            assert abs(nearest) > 50
        elif is_open:
            assert 0 < abs(nearest - end) <= 2 * EPSILON
        else:
            assert nearest == end


@given(intervals(), SMALL, SMALL)
def test_scaling_maps_members_onto_members(a: Interval, factor: F, offset: F) -> None:
    result = a.scaled(factor, offset)
    assert all(result.contains(factor * x + offset) for x in members(a))
    if factor == 0:
        assert result == Interval.point(offset)
    else:
        assert result.scaled(1 / factor, -offset / factor) == a


@given(st.lists(intervals(), min_size=1, max_size=4))
def test_the_hull_holds_all_and_no_more(many: list[Interval]) -> None:
    hull = Interval.hull(many)
    assert all(hull.contains(x) for each in many for x in members(each))
    lows, highs = [each.low for each in many], [each.high for each in many]
    assert hull.low == (None if None in lows else min(low for low in lows if low is not None))
    assert hull.high == (None if None in highs else max(high for high in highs if high is not None))
    assert hull.low_open == (hull.low is not None and all(each.low_open for each in many if each.low == hull.low))
    assert hull.high_open == (hull.high is not None and all(each.high_open for each in many if each.high == hull.high))
    assert Interval.hull(reversed(many)) == hull


@given(intervals())
def test_negation_turns_round(a: Interval) -> None:
    assert a.negate().negate() == a
    assert a.negate() == a.scaled(F(-1))


def test_points() -> None:
    point = Interval.point(F("5.5"))
    assert point.is_point
    assert point.value == F("5.5")
    wide = Interval(F(0), None)
    assert not wide.is_point
    with pytest.raises(ValueError, match="no point"):
        _ = wide.value


@pytest.mark.parametrize("ends", [(F(2), F(1), False, False), (F(1), F(1), True, False), (F(1), F(1), False, True)])
def test_an_interval_is_never_empty(ends: tuple[F, F, bool, bool]) -> None:
    with pytest.raises(ValueError, match="at least one member"):
        Interval(*ends)
    with pytest.raises(ValueError, match="no interval"):
        Interval.hull([])


def test_an_end_without_bound_has_no_openness() -> None:
    assert Interval(None, F(1), low_open=True) == Interval(None, F(1))

"""Arithmetic on values that may be intervals or unknown.

A value is an interval (a point, most often) or a word. Sums, differences, `min`, `max` and products with a point map
intervals; a quotient by a point is a product with its reciprocal. Any other operation on a non-point is unknown.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from guidelang.facts.state import Cause, Reason
from guidelang.quantity import Interval, exp, ln, log10, power, round_half_even
from guidelang.run.outcome import Computed


def arithmetic(operator: str, operands: list[Computed]) -> Computed:
    """What an `Arithmetic` node makes of its operands."""
    intervals = [c.value for c in operands if isinstance(c.value, Interval)]
    if len(intervals) < len(operands):
        return computed(None, operands)
    points = [value.value for value in intervals if value.is_point]
    match operator:
        case "+":
            return computed(reduce(lambda a, b: a + b, intervals), operands)
        case "-":
            return computed(intervals[0] - intervals[1], operands)
        case "negate":
            return computed(intervals[0].negate(), operands)
        case "min":
            return computed(reduce(Interval.minimum, intervals), operands)
        case "max":
            return computed(reduce(Interval.maximum, intervals), operands)
        case "*":
            return computed(_product(intervals), operands)
        case "/" if intervals[1].is_point and intervals[1].value != 0:
            return computed(intervals[0].scaled(1 / intervals[1].value, Fraction(0)), operands)
        case "/" if intervals[1].is_point:
            return _undefined("division by zero", operands)
    if len(points) < len(operands):
        return computed(None, operands)
    result, fault = _of_points(operator, points)
    return _undefined(fault, operands) if result is None else computed(Interval.point(result), operands)


def _product(intervals: list[Interval]) -> Interval | None:
    """Exact for points and one interval at most; several intervals are unknown."""
    factor = reduce(lambda a, b: a * b, (i.value for i in intervals if i.is_point), Fraction(1))
    others = [i for i in intervals if not i.is_point]
    if not others:
        return Interval.point(factor)
    return others[0].scaled(factor, Fraction(0)) if len(others) == 1 else None


def _of_points(operator: str, points: list[Fraction]) -> tuple[Fraction | None, str]:
    """An operation that is defined on points alone, and the words for what is wrong where it is undefined."""
    match operator:
        case "^":
            return power(points[0], points[1]), "a power that is no real number"
        case "ln":
            return ln(points[0]), "logarithm of a number that is not positive"
        case "log10":
            return log10(points[0]), "logarithm of a number that is not positive"
        case "exp":
            return exp(points[0]), "exponential out of range"
        case "abs":
            return abs(points[0]), ""
        case _:
            return None, "interval divided by interval"


def computed(value: Interval | None, operands: list[Computed]) -> Computed:
    """A result with what its operands leave open; a point leaves nothing open."""
    if value is not None and value.is_point:
        return Computed(value)
    open_facts = frozenset().union(*(operand.open_facts for operand in operands))
    return Computed(value, open_facts, tuple(dict.fromkeys(c for operand in operands for c in operand.causes)))


def _undefined(fault: str, operands: list[Computed]) -> Computed:
    unknown = computed(None, operands)
    return Computed(None, unknown.open_facts, (*unknown.causes, Cause(Reason.UNDEFINED, fault)))


def _point(computed: Computed) -> Fraction | None:
    value = computed.value
    return value.value if isinstance(value, Interval) and value.is_point else None


def rounded(operand: Computed, digits: int) -> Computed:
    """A point, rounded half-even; of anything else nothing is known."""
    point = _point(operand)
    return computed(None if point is None else Interval.point(round_half_even(point, digits)), [operand])


def affine(operand: Computed, factor: Fraction, offset: Fraction) -> Computed:
    """A change of unit."""
    value = operand.value
    return computed(value.scaled(factor, offset) if isinstance(value, Interval) else None, [operand])

"""Arithmetic and comparisons of intervals as terms: `run.formulas` and `quantity.Interval` for all patients."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from guidelang.network.ir import Comparator
from guidelang.prove.smt import (
    TRUE,
    Bool,
    Num,
    all_of,
    any_of,
    at_least,
    choose,
    floor,
    greater,
    negated,
    number,
    quotient,
    smaller,
)
from guidelang.prove.terms import Rails, Range


def point(value: Num) -> Range:
    """A number that is known."""
    return Range(TRUE, value, value)


def compared(operator: Comparator, a: Range, b: Range) -> Rails:
    """True if it holds of every pair of members, false if of none."""
    known = all_of((a.known, b.known))
    every, none = _decides(operator, a, b)
    return Rails(all_of((known, every)), all_of((known, none)))


def _decides(operator: Comparator, a: Range, b: Range) -> tuple[Bool, Bool]:
    if a.low is a.high and b.low is b.high:
        holds = _holds(operator, a.low, b.low)
        return holds, negated(holds)
    match operator:
        case "<":
            return a.high < b.low, a.low >= b.high
        case "<=":
            return a.high <= b.low, a.low > b.high
        case ">":
            return a.low > b.high, a.high <= b.low
        case ">=":
            return a.low >= b.high, a.high < b.low
    equal, apart = all_of((a.low == b.high, a.high == b.low)), any_of((a.high < b.low, b.high < a.low))
    return (equal, apart) if operator == "=" else (apart, equal)


def _holds(operator: Comparator, a: Num, b: Num) -> Bool:
    match operator:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b
        case "=":
            return a == b
        case "!=":
            return negated(a == b)


def arithmetic(operator: str, operands: list[Range]) -> Range:
    """Sums, differences, `min`, `max` and products with a point map intervals; all else is unknown but for points."""
    first = operands[0]
    match operator:
        case "+":
            return reduce(_sum, operands)
        case "-":
            return _sum(first, _minus(operands[1]))
        case "negate":
            return _minus(first)
        case "min":
            return reduce(lambda a, b: _each(a, b, smaller), operands)
        case "max":
            return reduce(lambda a, b: _each(a, b, greater), operands)
        case "*":
            return _product(operands)
        case "/":
            return _quotient(first, operands[1])
        case "abs":
            size = choose(first.low >= 0, first.low, -first.low)
            return Range(all_of((first.known, first.is_point)), size, size)
    raise TypeError(f"{operator} is no arithmetic of the solver's")


def scaled(value: Range, factor: Fraction, offset: Fraction) -> Range:
    """A change of unit."""
    low, high = (value.low, value.high) if factor >= 0 else (value.high, value.low)
    return _of(value.known, low, high, lambda end: end * number(factor) + number(offset))


def rounded(value: Range, digits: int) -> Range:
    """A point, rounded half-even; of anything else nothing is known."""
    places = number(Fraction(10) ** digits)
    up = value.low * places + number(Fraction(1, 2))
    down = floor(up)
    half_even = choose(all_of((up == down, down % 2 == 1)), down - 1, down)
    result = quotient(half_even, places)
    return Range(all_of((value.known, value.is_point)), result, result)


def _of(known: Bool, low: Num, high: Num, change: object) -> Range:
    assert callable(change)
    if low is high:
        both = change(low)
        return Range(known, both, both)
    return Range(known, change(low), change(high))


def _sum(a: Range, b: Range) -> Range:
    return _each(a, b, lambda x, y: x + y)


def _minus(a: Range) -> Range:
    return _of(a.known, a.high, a.low, lambda end: -end)


def _each(a: Range, b: Range, join: object) -> Range:
    """Both lower ends joined, and both upper ones."""
    assert callable(join)
    known = all_of((a.known, b.known))
    low = join(a.low, b.low)
    return Range(known, low, low if a.low is a.high and b.low is b.high else join(a.high, b.high))


def _product(operands: list[Range]) -> Range:
    """Exact for points and one interval at most; a product of several intervals is unknown."""
    several = at_least(2, [negated(o.is_point) for o in operands if o.low is not o.high])
    known = all_of((*(o.known for o in operands), negated(several)))
    low, high = operands[0].low, operands[0].high
    for operand in operands[1:]:
        low, high = _times(Range(TRUE, low, high), operand)
    return Range(known, low, high)


def _times(a: Range, b: Range) -> tuple[Num, Num]:
    """The ends of the product of two of which one at least is a point."""
    if a.low is a.high and b.low is b.high:
        both = a.low * b.low
        return both, both
    first, last = a.low * b.low, a.high * b.high
    if a.low is a.high or b.low is b.high:
        return smaller(first, last), greater(first, last)
    crossed, back = a.low * b.high, a.high * b.low
    return smaller(smaller(first, last), smaller(crossed, back)), greater(greater(first, last), greater(crossed, back))


def _quotient(a: Range, by: Range) -> Range:
    """Known for a divisor that is a point and not zero."""
    known = all_of((a.known, by.known, by.is_point, negated(by.low == 0)))
    first = quotient(a.low, by.low)
    if a.low is a.high:
        return Range(known, first, first)
    last = quotient(a.high, by.low)
    return Range(known, smaller(first, last), greater(first, last))

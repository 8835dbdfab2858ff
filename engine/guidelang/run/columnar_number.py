"""Numbers in doubles that know how wrong they may be.

Each value has a bound of its distance from the exact one, and a comparison is decided in doubles only where the two
sides lie further apart than their bounds; all other rows are flagged, to be computed exactly. Two cases need no bound:

- *nearest*: the value is the double nearest to a decimal of at most 15 significant digits, or to the shortest decimal
  of a double. Rounding to doubles keeps order, and two such decimals with one double are the same; so two nearest
  values compare as the decimals do. Measured values and most thresholds are of this kind.
- *whole*: the value is a multiple of 1/16 of moderate size and the double is exactly it, also after sums. Ages, days
  and the points of scores are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from guidelang.quantity import from_number

if TYPE_CHECKING:
    import narwhals as nw

ROUNDING = 2.0**-52
"""Twice the relative error of one operation, so that the bounds may themselves be computed in doubles."""

SMALLEST = 1e-290
"""Far more than what is lost near zero, where doubles no longer have a relative error."""

_WHOLE_PARTS = 16
_WHOLE_SIZE = 2**30


@dataclass(frozen=True, slots=True)
class Value:
    """A value node over a table.

    Attributes:
        expr: a double or a word; NULL is unknown.
        error: a bound of the distance from the exact number; None for one that is nearest, and for words.
        odd: true where `expr` says nothing; None for nowhere. Where it is true, `expr` is of no account.
        whole: the double is the exact number.
        constant: the number, if it is the same in all rows.
        nearest: where there is an `error`, the rows in which the double is nearest all the same; None for nowhere.
    """

    expr: nw.Expr
    error: nw.Expr | None = None
    odd: nw.Expr | None = None
    whole: bool = False
    constant: Fraction | None = None
    nearest: nw.Expr | None = None

    def bound(self) -> nw.Expr:
        """The bound of the distance from the exact number, of a nearest one too."""
        if self.error is not None:
            return self.error
        if self.constant is not None:
            import narwhals as nw

            return nw.lit(abs(float(self.constant)) * ROUNDING)
        return self.expr.abs() * ROUNDING


def constant(number: Fraction) -> Value:
    import narwhals as nw

    try:
        double = float(number)
    except OverflowError:
        return unknowable(nw.lit(None, nw.Float64))
    nearest = from_number(double)[0] == number
    error = None if nearest else nw.lit(abs(double) * ROUNDING + SMALLEST)
    return Value(nw.lit(double), error, None, is_whole(number), number)


def is_whole(number: Fraction) -> bool:
    return _WHOLE_PARTS % number.denominator == 0 and abs(number) <= _WHOLE_SIZE


def unknowable(expr: nw.Expr) -> Value:
    """A value that has to be computed exactly in every row."""
    import narwhals as nw

    return Value(expr, None, nw.lit(True))


def any_odd(odds: Sequence[nw.Expr | None]) -> nw.Expr | None:
    there = [odd for odd in odds if odd is not None]
    return reduce(or_, there) if there else None


def arithmetic(operator: str, operands: Sequence[Value]) -> Value:
    """An operation on doubles with its bound. What is rounded to decimal digits is left to exact arithmetic."""
    import narwhals as nw

    odd = any_odd([operand.odd for operand in operands])
    match operator:
        case "negate":
            return replace(operands[0], expr=-operands[0].expr, constant=None)
        case "abs":
            return replace(operands[0], expr=operands[0].expr.abs(), constant=None)
        case "+":
            return replace(reduce(_sum, operands), odd=odd)
        case "-":
            return replace(_sum(operands[0], arithmetic("negate", operands[1:])), odd=odd)
        case "*":
            return replace(reduce(_product, operands), odd=odd)
        case "/":
            return _quotient(operands[0], operands[1], odd)
        case "min" | "max":
            choose = nw.min_horizontal if operator == "min" else nw.max_horizontal
            known = nw.all_horizontal(*(~operand.expr.is_null() for operand in operands), ignore_nulls=False)
            expr = nw.when(known).then(choose(*(operand.expr for operand in operands)))
            error = None
            if any(operand.error is not None for operand in operands):
                error = nw.max_horizontal(*(operand.bound() for operand in operands))
            return Value(expr, error, odd, all(operand.whole for operand in operands))
        case _:
            known = nw.all_horizontal(*(~operand.expr.is_null() for operand in operands), ignore_nulls=False)
            needed = known if odd is None else known | odd
            return Value(nw.lit(None, nw.Float64), None, needed)


def affine(operand: Value, factor: Fraction, offset: Fraction) -> Value:
    """A change of unit."""
    scaled = _product(operand, constant(factor)) if factor != 1 else operand
    moved = _sum(scaled, constant(offset)) if offset != 0 else scaled
    return replace(moved, odd=operand.odd)


def _sum(a: Value, b: Value) -> Value:
    expr = a.expr + b.expr
    if a.whole and b.whole:
        return Value(expr, None, None, True)
    return Value(expr, a.bound() + b.bound() + expr.abs() * ROUNDING + SMALLEST)


def _product(a: Value, b: Value) -> Value:
    expr = a.expr * b.expr
    ea, eb = a.bound(), b.bound()
    return Value(expr, a.expr.abs() * eb + b.expr.abs() * ea + ea * eb + expr.abs() * ROUNDING + SMALLEST)


def _quotient(a: Value, b: Value, odd: nw.Expr | None) -> Value:
    """A divisor that may be zero has to be computed exactly: division by zero is unknown."""
    expr = a.expr / b.expr
    eb = b.bound() + SMALLEST
    least = b.expr.abs() - eb
    error = (a.bound() + expr.abs() * eb) / least + expr.abs() * ROUNDING + SMALLEST
    near_zero = (least <= eb).fill_null(False)
    return Value(expr, error, any_odd([odd, near_zero]))


def compare(operator: str, a: Value, b: Value) -> tuple[nw.Expr, nw.Expr | None]:
    """The truth of a comparison, and where it has to be decided exactly instead."""
    odd = any_odd([a.odd, b.odd])
    truth = _compared(operator, a.expr, b.expr)
    if a.error is None and b.error is None:
        return truth, odd
    distance = (a.expr - b.expr).abs()
    margin = (a.bound() + b.bound()) * 1.01 + SMALLEST
    decided = (distance > margin) & (distance < float("inf"))  # NaN is greater than all numbers, and decides nothing
    close = ~decided.fill_null(True)  # NULL is unknown on either side, and unknown it stays
    rounded = [each for each in (a, b) if each.error is not None]
    nearest = [each.nearest for each in rounded if each.nearest is not None]
    if len(nearest) == len(rounded):
        close = close & ~reduce(and_, nearest)
    return truth, any_odd([odd, close])


def _compared(operator: str, a: nw.Expr, b: nw.Expr) -> nw.Expr:
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
        case _:
            return a != b


def total(values: Sequence[Value]) -> Value:
    """The sum of what the items of a score count."""
    summed = reduce(_sum, values) if values else constant(Fraction(0))
    return replace(summed, odd=any_odd([value.odd for value in values]), constant=None)

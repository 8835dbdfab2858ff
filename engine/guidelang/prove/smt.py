"""z3 as the rest of this stage sees it: typed, and with constants folded before z3 sees them.

Building terms is most of the time of an easy question, so what is known to hold or to fail never becomes a term.
Numbers are exact: a threshold enters as the quotient of two whole numbers, never as a double, since z3 would tell
5.5 from the double nearest to 5.6 by 1e-16.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

import z3

Bool: TypeAlias = z3.BoolRef
Num: TypeAlias = z3.ArithRef

TRUE: Bool = z3.BoolVal(True)
FALSE: Bool = z3.BoolVal(False)


def truth(value: bool) -> Bool:
    """The constant."""
    return TRUE if value else FALSE


def boolean(name: str) -> Bool:
    """An unknown truth; the same name is the same one."""
    return z3.Bool(name)


def real(name: str) -> Num:
    """An unknown real number."""
    return z3.Real(name)


def whole(name: str) -> Num:
    """An unknown whole number."""
    return z3.Int(name)


def number(value: Fraction | int) -> Num:
    """A constant; a whole one is of the sort of whole numbers, which mix with reals."""
    value = Fraction(value)
    if value.denominator == 1:
        return z3.IntVal(value.numerator)
    return z3.RealVal(f"{value.numerator}/{value.denominator}")


def all_of(conditions: Iterable[Bool]) -> Bool:
    """Conjunction; of nothing it is true."""
    open_ = [each for each in conditions if each is not TRUE]
    if any(each is FALSE for each in open_):
        return FALSE
    return TRUE if not open_ else open_[0] if len(open_) == 1 else z3.And(open_)


def any_of(conditions: Iterable[Bool]) -> Bool:
    """Disjunction; of nothing it is false."""
    open_ = [each for each in conditions if each is not FALSE]
    if any(each is TRUE for each in open_):
        return TRUE
    return FALSE if not open_ else open_[0] if len(open_) == 1 else z3.Or(open_)


def negated(condition: Bool) -> Bool:
    if condition is TRUE:
        return FALSE
    return TRUE if condition is FALSE else z3.Not(condition)


def implies(condition: Bool, consequence: Bool) -> Bool:
    return any_of((negated(condition), consequence))


def at_least(count: int, conditions: Iterable[Bool]) -> Bool:
    """At least so many of them hold."""
    each = list(conditions)
    certain = sum(1 for condition in each if condition is TRUE)
    open_ = [condition for condition in each if condition is not TRUE and condition is not FALSE]
    needed = count - certain
    if needed <= 0:
        return TRUE
    return FALSE if needed > len(open_) else z3.PbGe([(condition, 1) for condition in open_], needed)


def choose(condition: Bool, yes: Num, no: Num) -> Num:
    """A number that depends on a condition."""
    if condition is TRUE:
        return yes
    return no if condition is FALSE else z3.If(condition, yes, no)


def choose_truth(condition: Bool, yes: Bool, no: Bool) -> Bool:
    """A truth that depends on a condition."""
    return any_of((all_of((condition, yes)), all_of((negated(condition), no))))


def smaller(a: Num, b: Num) -> Num:
    return a if a is b else choose(a <= b, a, b)


def greater(a: Num, b: Num) -> Num:
    return a if a is b else choose(a >= b, a, b)


def floor_division(a: Num, by: int) -> Num:
    """Of a whole number."""
    return a / by  # whole numbers divide as Python's // does where the divisor is positive


def quotient(a: Num, b: Num) -> Num:
    """Of two numbers as reals; whole numbers would divide to a whole one."""
    return _as_real(a) / _as_real(b)


def _as_real(a: Num) -> Num:
    return z3.ToReal(a) if a.is_int() else a


def floor(a: Num) -> Num:
    """The greatest whole number that is not above."""
    return a if a.is_int() else z3.ToInt(a)


def fraction(value: z3.ExprRef) -> Fraction:
    """A number of a model; an irrational one to 12 decimals."""
    if z3.is_int_value(value):
        return Fraction(value.as_long())
    if z3.is_rational_value(value):
        return Fraction(value.numerator_as_long(), value.denominator_as_long())
    if z3.is_algebraic_value(value):
        return fraction(value.approx(12))
    raise TypeError(f"{value} is no number")

"""Powers, logarithms and the exponential function, rounded half-even to 12 significant digits (language rule 12).

Rounding is correct, not merely close: the argument is enclosed between two decimals, the function is computed at
both, and the precision is doubled until both round to the same 12 digits. So every machine gives the same digits.
What is undefined is None, and so is what leaves the range of 10^-1000 to 10^1000 or has numbers of absurd size as
arguments: a hostile guideline costs no time.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import isqrt

from guidelang.quantity.number import round_significant

SIGNIFICANT = 12
MAX_EXPONENT10 = 1000
MAX_BITS = 4096
"""Of numerator and denominator of an argument."""

_FIRST_PRECISION = 40
_LAST_PRECISION = 5120
_MAX_DECIMAL_EXPONENT = 1_000_000

_Enclosure = tuple[Decimal, Decimal]


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """`base` to `exponent`; 0 to the power 0 is 1. None: 0 to a negative, a negative number to a broken power."""
    if not _usable(base) or not _usable(exponent):
        return None
    if exponent == 0 or base == 1:
        return Fraction(1)
    if base == 0:
        return Fraction(0) if exponent > 0 else None
    if base < 0:
        if exponent.denominator != 1:
            return None
        size = power(-base, exponent)
        return size if size is None or exponent.numerator % 2 == 0 else -size
    magnitude = _approximate_log10(base) * exponent
    if abs(magnitude) > MAX_EXPONENT10:
        return None
    exact = _exact_power(base, exponent)
    if exact is not None:
        return round_significant(exact, SIGNIFICANT)

    def enclose(precision: int) -> _Enclosure:
        down, up = _contexts(precision)
        low, high = _around(base, precision)
        logs = _widened(down.ln(low), up.ln(high), precision)
        factors = _around(exponent, precision)
        products = [(a, b) for a in logs for b in factors]
        least = min(down.multiply(a, b) for a, b in products)
        most = max(up.multiply(a, b) for a, b in products)
        return _widened(down.exp(least), up.exp(most), precision)

    return _rounded(enclose)


def ln(value: Fraction) -> Fraction | None:
    """The natural logarithm; None for 0 and below."""
    return _logarithm(value, Context.ln)


def log10(value: Fraction) -> Fraction | None:
    """The logarithm to base 10; None for 0 and below."""
    return _logarithm(value, Context.log10)


def exp(value: Fraction) -> Fraction | None:
    """The exponential function: Euler's number to the power `value`."""
    if not _usable(value) or abs(value) > MAX_EXPONENT10 * Fraction(23, 10):
        return None
    if value == 0:
        return Fraction(1)

    def enclose(precision: int) -> _Enclosure:
        down, up = _contexts(precision)
        low, high = _around(value, precision)
        return _widened(down.exp(low), up.exp(high), precision)

    return _rounded(enclose)


def _logarithm(value: Fraction, function: Callable[[Context, Decimal], Decimal]) -> Fraction | None:
    if value <= 0 or not _usable(value):
        return None
    if value == 1:
        return Fraction(0)

    def enclose(precision: int) -> _Enclosure:
        down, up = _contexts(precision)
        low, high = _around(value, precision)
        return _widened(function(down, low), function(up, high), precision)

    return _rounded(enclose)


def _usable(value: Fraction) -> bool:
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS


def _rounded(enclose: Callable[[int], _Enclosure]) -> Fraction | None:
    """The number that both ends of an enclosure round to, once it is narrow enough; None out of range."""
    precision = _FIRST_PRECISION
    while precision <= _LAST_PRECISION:
        low, high = enclose(precision)
        precision *= 2
        if low.is_nan() or high.is_nan() or low.is_signed() != high.is_signed():
            continue
        sizes = sorted(MAX_EXPONENT10 + 1 if end.is_infinite() else end.adjusted() for end in (low, high))
        if sizes[0] > MAX_EXPONENT10 or sizes[1] < -MAX_EXPONENT10:
            return None
        if sizes[1] > MAX_EXPONENT10 or sizes[0] < -MAX_EXPONENT10:
            continue  # too wide; as a fraction, an end might have millions of digits
        lower, upper = round_significant(low, SIGNIFICANT), round_significant(high, SIGNIFICANT)
        if lower == upper:
            return lower
    return None


def _contexts(precision: int) -> tuple[Context, Context]:
    """Contexts that round down and up, without traps, whatever the thread's own context is."""
    down = Context(
        prec=precision, rounding=ROUND_FLOOR, Emax=_MAX_DECIMAL_EXPONENT, Emin=-_MAX_DECIMAL_EXPONENT, traps=[]
    )
    up = down.copy()
    up.rounding = ROUND_CEILING
    return down, up


def _around(value: Fraction, precision: int) -> _Enclosure:
    """Decimals just below and above, equal if the value has that few digits."""
    down, up = _contexts(precision)
    numerator, denominator = Decimal(value.numerator), Decimal(value.denominator)
    return down.divide(numerator, denominator), up.divide(numerator, denominator)


def _widened(low: Decimal, high: Decimal, precision: int) -> _Enclosure:
    """One unit in the last place further out: ln, log10 and exp of `decimal` round to the nearest, not outwards."""
    down, up = _contexts(precision)
    return down.next_minus(low), up.next_plus(high)


def _approximate_log10(value: Fraction) -> Fraction:
    """Off by less than 1e-9 relative to 1, and of the right sign near 1."""
    context = Context(prec=30, Emax=_MAX_DECIMAL_EXPONENT, Emin=-_MAX_DECIMAL_EXPONENT, traps=[])
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(context.log10(quotient))


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """The power where it is rational and of reasonable size, so that a tie in the 13th digit is seen as one."""
    root = _exact_root(base, exponent.denominator)
    if root is None:
        return None
    bits = max(root.numerator.bit_length(), root.denominator.bit_length())
    return root**exponent.numerator if bits * abs(exponent.numerator) <= 40_000 else None


def _exact_root(value: Fraction, degree: int) -> Fraction | None:
    if degree == 1:
        return value
    numerator, denominator = _integer_root(value.numerator, degree), _integer_root(value.denominator, degree)
    return None if numerator is None or denominator is None else Fraction(numerator, denominator)


def _integer_root(number: int, degree: int) -> int | None:
    """The root of a positive integer if it is an integer."""
    if number == 1:
        return 1
    if degree >= number.bit_length():
        return None
    if degree == 2:
        root = isqrt(number)
    else:
        root = 1 << -(-number.bit_length() // degree)  # above the root; Newton's steps go down to its floor
        while True:
            step = ((degree - 1) * root + number // root ** (degree - 1)) // degree
            if step >= root:
                break
            root = step
    return root if root**degree == number else None

"""Decimals as written, exact rationals inside, and decimals again for a reader."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

MAX_DIGITS = 200
"""Characters of a number. No measured value has more, and bounding them bounds the work of a hostile record."""

MAX_SCALE = 400
"""Powers of ten in an exponent: every binary double has its decimal within these."""

PLAIN_DIGITS = 30
"""Numbers that need more digits than this, with their zeros, are printed with a power of ten."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.(?P<decimals>\d+))?|\.(?P<bare>\d+))(?:[eE](?P<scale>[+-]?\d{1,3}))?", re.ASCII)


def parse_decimal(text: str) -> Fraction:
    """The exact value of a decimal number ("5.50", "-0.3", "1e-3"); blanks around it are ignored.

    Raises:
        ValueError: for anything else, `NaN` and infinities included.
    """
    return _read(text)[0]


def from_number(number: int | float | Decimal | str) -> tuple[Fraction, int]:
    """The exact value of a number as it was meant, and how many decimal places it reports.

    A binary double stands for its shortest decimal: 0.1 is 1/10. A double cannot tell 5 from 5.0, so 5.0 has no
    decimal place; text and `Decimal` keep theirs, so "5.50" has two.

    Raises:
        ValueError: for booleans, NaN, infinities and texts that are no number.
    """
    if isinstance(number, bool):
        raise ValueError("yes or no is no number")
    if isinstance(number, int):
        if number.bit_length() > 4 * MAX_DIGITS:
            raise ValueError(f"a number has at most {MAX_DIGITS} digits")
        return Fraction(number), 0
    if isinstance(number, float):
        value, places = _read(repr(number))
        return value, 0 if value.denominator == 1 else places
    return _read(str(number))


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Fraction, int]:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number has at most {MAX_DIGITS} characters")
    stripped = text.strip()
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        raise ValueError(f"`{stripped}` is no decimal number")
    scale = int(match["scale"] or 0)
    if abs(scale) > MAX_SCALE:
        raise ValueError(f"`{stripped}` is too large or too small for a measured value")
    decimals = len(match["decimals"] or match["bare"] or "")
    return Fraction(stripped), max(0, decimals - scale)


def format_number(value: Fraction, significant: int = 6) -> str:
    """A number for a reader: all its digits if they end within 30, else half-even to `significant` digits.

    Plain decimals without trailing zeros ("5.513372", "0.5", "-3"); a number whose digits and zeros would exceed 30
    is written with a power of ten ("1.5e40"). The text is no input to any computation.
    """
    if value == 0:
        return "0"
    places = _decimal_places(value.denominator)
    exponent = exponent10(value)
    if places is None or places > PLAIN_DIGITS or exponent >= PLAIN_DIGITS:
        value = round_significant(value, significant)
        exponent = exponent10(value)
        if abs(exponent) >= PLAIN_DIGITS:
            return f"{format_number(value / _power10(exponent), significant)}e{exponent}"
        places = _decimal_places(value.denominator) or 0
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def round_half_even(value: Fraction, digits: int) -> Fraction:
    """Rounded to `digits` decimal places (negative: tens, hundreds), a tie to the even neighbour.

    Raises:
        ValueError: for more than 400 places either way.
    """
    if abs(digits) > MAX_SCALE:
        raise ValueError(f"rounding goes to at most {MAX_SCALE} places")
    return round(value, digits)


def round_significant(value: Fraction | Decimal, digits: int = 12) -> Fraction:
    """Rounded to `digits` significant decimal digits, a tie to the even neighbour; exact, 0 stays 0."""
    exact = Fraction(value)
    if exact == 0:
        return exact
    return _round_to_place(exact, digits - 1 - exponent10(exact))


def exponent10(value: Fraction) -> int:
    """The power of ten of the first digit: 0 for 5.5, 2 for 412, -1 for 0.3. `value` is not 0."""
    size = abs(value)
    # 30103/100000 is a little above log10(2), so the estimate is off by one or two at most in usual sizes.
    estimate = (size.numerator.bit_length() - size.denominator.bit_length()) * 30103 // 100000
    while _power10(estimate) > size:
        estimate -= 1
    while _power10(estimate + 1) <= size:
        estimate += 1
    return estimate


def _power10(exponent: int) -> Fraction:
    return Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)


def _round_to_place(value: Fraction, place: int) -> Fraction:
    scale = _power10(place)
    return round(value * scale) / scale


def _decimal_places(denominator: int) -> int | None:
    """How many decimal places a fraction in lowest terms needs, None if its decimals never end."""
    twos = (denominator & -denominator).bit_length() - 1
    rest = denominator >> twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
        if fives > 4 * MAX_SCALE:
            return None
    return max(twos, fives) if rest == 1 else None

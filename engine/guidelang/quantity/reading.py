"""Numbers for a reader: no more digits than anybody reads, and never on another side of a limit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

MOST_DIGITS = 6  # that are told as they are
FEWEST_DIGITS = 4  # that are left of more

_DECIMAL = re.compile(r"-?\d+\.\d+", re.ASCII)


def rounded(number: str, limits: Iterable[str] = ()) -> str:
    """A decimal with more than six significant digits, rounded half to even; anything else as it is.

    It keeps two digits more than the limits that it is compared with, four at least, and all before the point; and it
    stays on its side of each limit: 10.2000004 is never told as 10.2 where it is above 10.2.
    """
    if not _DECIMAL.fullmatch(number) or _digits(number) <= MOST_DIGITS:
        return number
    limits = list(limits)
    exact, against = Decimal(number), [Decimal(limit) for limit in limits]
    for digits in range(max([FEWEST_DIGITS, *(_digits(limit) + 2 for limit in limits)]), _digits(number)):
        step = Decimal(1).scaleb(-max(digits - 1 - exact.adjusted(), 0))
        near = exact.quantize(step, ROUND_HALF_EVEN)
        if all(near.compare(limit) == exact.compare(limit) for limit in against):
            text = format(near, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
    return number


def _digits(number: str) -> int:
    """How many significant digits a decimal has."""
    return len(number.lstrip("-").replace(".", "").lstrip("0"))

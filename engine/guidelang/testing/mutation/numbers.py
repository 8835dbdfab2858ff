"""Numbers one step beside where they are, and units that somebody could have taken for the right one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from guidelang.calendar import DURATION_WORDS
from guidelang.quantity import UnitError, conversion, parse_unit

_UNITS = (
    "g/L", "g/dL", "mg/dL", "mg/L", "ug/mL", "ug/dL", "ug/L", "ng/mL", "ng/dL", "ng/L", "pg/mL", "mol/L", "mmol/L",
    "umol/L", "nmol/L", "pmol/L", "eq/L", "meq/L", "kg", "g", "mg", "ug", "m", "cm", "mm", "L", "dL", "mL", "h", "min",
    "d", "s", "kPa", "mm[Hg]", "Cel", "[degF]", "U/L", "U/mL", "mL/min", "mL/s", "L/min", "mg/g", "g/g", "10*9/L",
    "10*3/uL", "10*6/uL", "mg/d", "g/d", "mg/kg", "g/kg",
)  # fmt: skip
"""Units of everyday use; of those that measure the same, the nearest is the likeliest slip."""

_BESIDE = {"day": "weeks", "week": "days", "month": "weeks", "year": "months"}


def steps(number: str, *, signed: bool = False) -> Iterator[str]:
    """The number one step of its precision higher and lower: 5.5 becomes 5.6 and 5.4, 300 becomes 301 and 299."""
    try:
        value = Decimal(number)
    except InvalidOperation:
        return
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return
    step = Decimal(1).scaleb(min(exponent, 0))
    for other in (value + step, value - step):
        if signed or other >= 0:
            yield f"{other:f}"


def beside(unit: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    """Units in whose place this one might stand: the nearest that measures the same, then `others` that do not.

    Args:
        others: units that a fact itself says how to convert.
    """
    if unit in DURATION_WORDS:
        return (_BESIDE[DURATION_WORDS[unit]],)
    try:
        own = parse_unit(unit)
    except UnitError:
        return ()
    found: list[tuple[float, str]] = []
    for code in _UNITS:
        change = conversion(parse_unit(code), own)
        if change is not None and not (change.factor == 1 and change.offset == 0):
            found.append((abs(math.log(float(abs(change.factor)))), code))
    nearest = (min(found)[1],) if found else ()
    return (*nearest, *(other for other in dict.fromkeys(others) if other != unit and other not in nearest))


def counted(number: str, unit: str | None) -> str:
    """A number with its unit; words for lengths of time in singular or plural."""
    if unit is None:
        return number
    if unit in DURATION_WORDS:
        return f"{number} {DURATION_WORDS[unit]}{'' if number == '1' else 's'}"
    return f"{number} {unit}"

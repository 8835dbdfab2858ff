"""Values as people write them: `6.1 mg/dL`, `>2500`, `yes`, `67 years`."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

from guidelang.facts.measured import COMPARATORS, Reported, read_number

YES = frozenset({"yes", "true"})
NO = frozenset({"no", "false"})
UNKNOWN = "unknown"

_MEASURE = re.compile(
    r"(?P<comparator><=|>=|<|>|≤|≥)?\s*(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\w*]))?)(?P<unit>.*)\Z",
    re.ASCII | re.DOTALL,
)
_POWER_OF_TEN = re.compile(r"10[*^]\d", re.ASCII)
_AGE = re.compile(r"(?P<count>\d{1,4})\s*(?P<unit>years?|months?|y|a|mo)?\Z", re.ASCII)


def plain(value: object) -> bool:
    """Whether a value is a single word, number or date, as opposed to a mapping or a list."""
    return isinstance(value, str | int | float | Decimal | Fraction | dt.date)


def text_of(value: object) -> str:
    """A word or number as text, a truth as the word that the language has for it, a date as records write it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def is_unknown(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() == UNKNOWN


def truth(value: object) -> bool | None:
    """Yes or no, in any case of letters; None for anything else. 1 and 0 are not understood: some code no as 2."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in YES else False if word in NO else None


def measure_text(value: object) -> Reported:
    """A number with an optional comparator and unit. Raises ValueError with what is wrong in words."""
    if isinstance(value, Fraction):
        return Reported(value, 0, None)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return read_number(value, None)
    text = text_of(value)
    match = _MEASURE.match(text)
    if match is None:
        raise ValueError(f"`{text[:60]}` is no number")
    unit = match["unit"].strip()
    counted = match["unit"][:1].isspace() and _POWER_OF_TEN.match(unit)  # `40 10*9/L`
    if re.match(r"[,.\d]", unit) and not counted:
        raise ValueError(f"`{text[:60]}` is no number; write decimals with a point and thousands without a separator")
    comparator = COMPARATORS[match["comparator"]] if match["comparator"] else None
    return read_number(match["number"], unit or None, comparator)


def years(value: object) -> int | None:
    """Completed years of an age: `67`, `67 years`, `20 months`; None if it is no age."""
    if isinstance(value, bool):
        return None
    match = _AGE.match(text_of(value))
    if match is None:
        return None
    count = int(match["count"])
    return count // 12 if (match["unit"] or "").startswith("mo") else count

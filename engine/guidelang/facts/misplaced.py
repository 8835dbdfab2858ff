"""What stands where a yes, a no or a word was expected, in words, and how it may have been meant."""

from __future__ import annotations

import datetime as dt

from guidelang.calendar import parse_moment
from guidelang.facts.written import measure_text

YES_OR_NO = "yes, no or unknown"


_LONGEST_NUMBER = 40
"""What is longer is no answer in numbers, and may be megabytes of digits."""


def described(text: str) -> str:
    """A text as what it is: "the date `2024-04-18`", "the number `3`", "`ja`"."""
    kind = "the date " if is_date(text) else "the number " if _is_number(text) else ""
    return f"{kind}`{text[:40]}`"


def meant(text: str, fact: str) -> str:
    """How a yes-or-no fact is told, in place of what stands there; nothing where that is plain.

    A year alone is a number rather than a day.
    """
    if is_date(text):
        return (
            f"; that it was so on that day is a yes with the day as its time: `{fact}: {{value: yes, time: {text}}}`, "
            f"in a table a column `{fact}.time`"
        )
    if _is_number(text):
        return "; numbers are not taken for answers, since some code no as 0 and some as 2"
    return "; `true` and `false` are understood too"


def is_date(text: str) -> bool:
    """Whether a text is a day, a month or a time, more than a year."""
    try:
        parse_moment(text, dt.UTC)
    except ValueError:
        return False
    return len(text) > len("2024")


def _is_number(text: str) -> bool:
    if len(text) > _LONGEST_NUMBER:
        return False
    try:
        measure_text(text)
    except ValueError:
        return False
    return True

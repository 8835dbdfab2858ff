"""Days written in a guideline: whole ones, where a month or a year alone has no meaning."""

from __future__ import annotations

import datetime as dt

from guidelang.diagnostics import Report
from guidelang.syntax import tree


def check_day(literal: tree.DateLiteral, report: Report) -> bool:
    """Whether a date names a day; a month alone is the error G407. That the day exists, the parser has checked."""
    if len(literal.text) == len("2024-06-01"):
        return True
    report.error("G407", f"{literal.text} does not say which day", literal.span, expected="a date such as 2024-06-01")
    return False


def day_of(literal: tree.DateLiteral, report: Report) -> dt.date | None:
    """The day that a date names, or None after an error: G407, or one that the parser has reported."""
    if not check_day(literal, report):
        return None
    try:
        return dt.date.fromisoformat(literal.text)
    except ValueError:
        return None

"""Days written in a guideline: whole ones, where a month or a year alone has no meaning."""

from __future__ import annotations

from guidelang.diagnostics import Report
from guidelang.syntax import tree


def check_day(literal: tree.DateLiteral, report: Report) -> bool:
    """Whether a date names a day; a month alone is the error G407. That the day exists, the parser has checked."""
    if len(literal.text) == len("2024-06-01"):
        return True
    report.error("G407", f"{literal.text} does not say which day", literal.span, expected="a date such as 2024-06-01")
    return False

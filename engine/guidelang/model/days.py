"""Days written in a guideline: they must exist, and be whole where a partial date has no meaning."""

from __future__ import annotations

import datetime as dt

from guidelang.diagnostics import Report
from guidelang.source import Span


def check_day(text: str, span: Span, report: Report, *, partial: bool = False) -> bool:
    """Whether a text is a day of the calendar; a month or year alone counts only where `partial` allows it (G407)."""
    padded = text + "-01-01"[len(text) - 4 :] if partial and len(text) in (4, 7) else text
    try:
        dt.date.fromisoformat(padded)
    except ValueError:
        whole = len(text) == len("2024-06-01")
        report.error(
            "G407",
            f"there is no day {text}" if whole else f"{text} does not say which day",
            span,
            expected="a date such as 2024-06-01",
        )
        return False
    return True

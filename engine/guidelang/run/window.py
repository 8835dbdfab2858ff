"""Which results of a fact lie in a window, for certain or possibly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.calendar import Duration, minus
from guidelang.facts.newest import days
from guidelang.facts.state import Result


@dataclass(frozen=True, slots=True)
class InWindow:
    """Results by their place; the window is closed at both ends and counts the days that the record writes.

    Attributes:
        start: first day of the window, None where it has no limit.
        certain: those that lie inside, whatever their dates mean.
        possible: those that may lie inside, the certain ones included, in the order given.
        older: the last result given that lies before the window, if any does.
    """

    start: dt.date | None
    certain: tuple[Result, ...]
    possible: tuple[Result, ...]
    older: Result | None

    @property
    def uncertain(self) -> tuple[Result, ...]:
        """Those that may lie inside or outside."""
        inside = set(map(id, self.certain))
        return tuple(result for result in self.possible if id(result) not in inside)


def in_window(results: Sequence[Result], window: Duration | None, as_of: dt.date) -> InWindow:
    """Sort out results for the window from `as_of` less `window` (None: no limit) up to `as_of`."""
    start = None if window is None else minus(as_of, window)
    certain: list[Result] = []
    possible: list[Result] = []
    older: Result | None = None
    for result in results:
        first, last = days(result, as_of)
        if first > as_of:
            continue
        if start is not None and last < start:
            older = result
            continue
        possible.append(result)
        if last <= as_of and (start is None or first >= start):
            certain.append(result)
    return InWindow(start, tuple(certain), tuple(possible), older)

"""A window of days, closed at both ends, and whether something happened within it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from guidelang.calendar.duration import Duration, minus
from guidelang.calendar.moment import Moment


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both included; `first` None goes back without limit.

    Days are those of the record as written, so a result at 23:30 on the last day in another zone lies within.

    Raises:
        ValueError: if `first` lies after `last`.
    """

    first: dt.date | None
    last: dt.date

    def __post_init__(self) -> None:
        if self.first is not None and self.first > self.last:
            raise ValueError("a window ends no earlier than it begins")

    @classmethod
    def up_to(cls, as_of: dt.date, duration: Duration | None = None) -> Window:
        """The window that ends with the evaluation day and goes back by a duration, None for without limit."""
        return cls(None if duration is None else minus(as_of, duration), as_of)

    def contains(self, moment: Moment) -> bool | None:
        """True if every day the moment may mean lies within, False if none does, else None."""
        older, newer = self.is_older(moment), self.is_newer(moment)
        if older or newer:
            return False
        return None if older is None or newer is None else True

    def is_older(self, moment: Moment) -> bool | None:
        """Whether the moment lies before the window, None if it may."""
        if self.first is None or moment.first_day >= self.first:
            return False
        return True if moment.last_day < self.first else None

    def is_newer(self, moment: Moment) -> bool | None:
        """Whether the moment lies after the window, in the future of the evaluation; None if it may."""
        if moment.last_day <= self.last:
            return False
        return True if moment.first_day > self.last else None

"""Which results of a fact lie in a window, for certain or possibly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.calendar import Duration
from guidelang.facts.place import Place, imprecise, place
from guidelang.facts.state import Cause, Reason, Result
from guidelang.run.selection import Selection


@dataclass(frozen=True, slots=True)
class InWindow:
    """Results by their place; the window is closed at both ends and counts the days that the record writes.

    Attributes:
        certain: those that lie inside, whatever their dates mean.
        possible: those that may lie inside, the certain ones included, in the order given.
        older: the last result given that lies before the window, if any does.
        unsure: for each result that may lie inside or outside, by its `id`, what its date leaves open.
    """

    certain: tuple[Result, ...]
    possible: tuple[Result, ...]
    older: Result | None
    unsure: dict[int, Cause]

    @property
    def uncertain(self) -> tuple[Result, ...]:
        """Those that may lie inside or outside."""
        return tuple(result for result in self.possible if id(result) in self.unsure)

    def open_dates(self, results: Sequence[Result]) -> tuple[Cause, ...]:
        """What the dates of these results leave open."""
        return tuple(self.unsure[id(result)] for result in results if id(result) in self.unsure)


def in_window(results: Sequence[Result], window: Duration | None, as_of: dt.date) -> InWindow:
    """Sort out results for the window from `as_of` less `window` (None: no limit) up to `as_of`."""
    places = [(result, place(result, window, as_of)) for result in results]
    older = [result for result, where in places if where is Place.OLDER]
    return InWindow(
        certain=tuple(result for result, where in places if where is Place.INSIDE),
        possible=tuple(result for result, where in places if where in {Place.INSIDE, Place.UNSURE}),
        older=older[-1] if older else None,
        unsure={id(r): imprecise(r, window, as_of) for r, where in places if where is Place.UNSURE},
    )


def of_selection(selection: Selection) -> InWindow:
    """The results that a question is about, which certainly or possibly lie so in time and to another fact."""
    unsure: dict[int, Cause] = {}
    for event in selection.events:
        if event.lies is None:
            causes = (*event.own, *(cause for others in event.others.values() for cause in others))
            unsure[id(event.result)] = causes[0] if causes else Cause(Reason.IMPRECISE_DATE)
    return InWindow(
        certain=tuple(event.result for event in selection.events if event.lies is True),
        possible=tuple(event.result for event in selection.events),
        older=selection.elsewhere,
        unsure=unsure,
    )

"""From the entries of a fact to its state: which result is current, and if none is, why not (language: current value).

The newest result in the window whose status counts is current. If that one cannot be used, or leaves open whether it
counts, the fact is unknown for its reason, and no older one stands in. Results that may each be the newest are tied:
their hull, or what the fact declares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.facts.entry import Entry
from guidelang.facts.newest import newest_candidates, perhaps_superseded
from guidelang.facts.place import Place, dated, imprecise, place
from guidelang.facts.state import Cause, FactState, Reason, Result, Value
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval
from guidelang.terminology import ANY

_MOST_DETAILS = 3
_NOT_YET = frozenset({"registered", "preliminary"})  # of an observation


def current_value(definition: FactDefinition, entries: Sequence[Entry], as_of: dt.date) -> FactState:
    """The state of a quantity, number, choice, date or text. Entries after the evaluation day must be gone already."""
    left_open = [entry for entry in entries if may_count(definition, entry)]
    return replace(_current(definition, entries, left_open, as_of), open=in_order(e.result for e in left_open))


def may_count(definition: FactDefinition, entry: Entry) -> bool:
    """Whether an entry that does not count leaves open that it does: no status, one that says nothing, an open filter.

    A result that is registered or preliminary is none yet, so it stays out for certain, unless a reading asks for it.
    """
    if entry.counts or not entry.matches:
        return False
    asked = {status for reading in definition.readings for status in reading.status}
    return entry.result.status not in _NOT_YET or not asked.isdisjoint({entry.result.status, ANY})


def _current(
    definition: FactDefinition, entries: Sequence[Entry], left_open: Sequence[Entry], as_of: dt.date
) -> FactState:
    counting = [entry for entry in entries if entry.counts and entry.matches]
    history = in_order(entry.result for entry in counting)
    if not counting:
        others = in_order(entry.result for entry in entries if entry.matches)
        return FactState(definition.name, None, no_result(others), used=others)
    windows = {id(entry.result): entry.window for entry in (*counting, *left_open)}
    places = {id(entry.result): place(entry.result, entry.window, as_of) for entry in (*counting, *left_open)}
    certain = [entry.result for entry in counting if places[id(entry.result)] is not Place.OLDER]
    possible = [*certain, *(entry.result for entry in left_open if places[id(entry.result)] is not Place.OLDER)]
    if not possible:
        return FactState(
            definition.name, None, (stale(definition, counting, as_of),), used=history[-1:], history=history
        )
    candidates = newest_candidates(possible, as_of, certain)
    unsure = [result for result in candidates if places[id(result)] is Place.UNSURE]
    if unsure:
        causes = merged(imprecise(result, windows[id(result)], as_of) for result in unsure)
        return FactState(definition.name, None, causes, used=candidates, history=history)
    value, causes = tied(definition, candidates)
    return FactState(definition.name, value, causes, "recorded" if value is not None else None, candidates, history)


def tied(definition: FactDefinition, candidates: Sequence[Result]) -> tuple[Value | None, tuple[Cause, ...]]:
    """One value of results that may each be the newest, and what keeps it from being a point or known.

    Of those that a corrected result may have replaced it is open whether they are among them.
    """
    replaced = set(map(id, perhaps_superseded(candidates)))
    if not replaced:
        return _tied(definition, candidates)
    first, causes = _tied(definition, candidates)
    second, other_causes = _tied(definition, [result for result in candidates if id(result) not in replaced])
    if first == second:
        return first, merged((*causes, *other_causes))
    listed = ", ".join(sorted({result.reported for result in candidates}))
    conflict = Cause(Reason.CONFLICTING, f"one may be a correction of another: {listed}")
    if isinstance(first, Interval) and isinstance(second, Interval):
        return Interval.hull([first, second]), merged((conflict, *causes, *other_causes))
    return None, merged((conflict, *causes, *other_causes))


def _tied(definition: FactDefinition, candidates: Sequence[Result]) -> tuple[Value | None, tuple[Cause, ...]]:
    unusable = [cause for result in candidates if result.value is None for cause in result.causes]
    if unusable:
        return None, merged(unusable)
    causes = [cause for result in candidates for cause in result.causes]
    values = [result.value for result in candidates if result.value is not None]
    if all(value == values[0] for value in values):
        return values[0], merged(causes)
    listed = ", ".join(sorted({result.reported for result in candidates}))
    conflict = Cause(Reason.CONFLICTING, f"tied in time: {listed}")
    intervals = [value for value in values if isinstance(value, Interval)]
    if len(intervals) < len(values):
        return None, (conflict,)
    match definition.ties:
        case "lowest":
            value = _least(intervals)
        case "highest":
            value = _least([interval.negate() for interval in intervals]).negate()
        case "average":
            total = intervals[0]
            for interval in intervals[1:]:
                total = total + interval
            value = total.scaled(Fraction(1, len(intervals)), Fraction(0))
        case _:
            return Interval.hull(intervals), merged([*causes, conflict])
    return value, () if value.is_point else merged(causes)


def _least(intervals: Sequence[Interval]) -> Interval:
    least = intervals[0]
    for interval in intervals[1:]:
        least = least.minimum(interval)
    return least


def no_result(others: Sequence[Result]) -> tuple[Cause, ...]:
    """Why there is no result that counts: those there are have another status, or there is none."""
    return merged(cause for result in others for cause in result.causes) or (Cause(Reason.NO_RECORD),)


def stale(definition: FactDefinition, entries: Sequence[Entry], as_of: dt.date) -> Cause:
    """The cause of a fact whose results are all too old: the newest of them, and how long it would have counted."""
    windows = {id(entry.result): entry.window for entry in entries}
    newest = in_order(entry.result for entry in entries)[-1]
    window = windows[id(newest)]
    if window is None:
        return Cause(Reason.STALE, dated(newest, as_of))
    said = [(definition.window, definition.window_parameter)]
    said += [(reading.window, reading.window_parameter) for reading in definition.readings]
    parameter = next((name for length, name in said if name is not None and length == window), None)
    return Cause(
        Reason.STALE, f"{dated(newest, as_of)}; counts for {window}" + (f" ({parameter})" if parameter else "")
    )


@dataclass(frozen=True, slots=True)
class Later:
    """How many results of a fact lie after the evaluation day, and the warning about them."""

    count: int
    told: str

    def remarked(self, state: FactState) -> FactState:
        """The state, with a word about them where it would else say that there is no record."""
        what = "1 result lies" if self.count == 1 else f"{self.count} results lie"
        return remarked(state, f"{what} after the evaluation day")


def remarked(state: FactState, remark: str) -> FactState:
    """The state, with a remark where it says that there is no record."""
    causes = tuple(
        replace(cause, detail="; ".join(part for part in (cause.detail, remark) if part))
        if cause.reason is Reason.NO_RECORD
        else cause
        for cause in state.causes
    )
    return replace(state, causes=causes)


def without_future(
    definition: FactDefinition, entries: Sequence[Entry], as_of: dt.date
) -> tuple[list[Entry], Later | None]:
    """The entries up to the evaluation day, and a warning if some of the fact's own lie after it."""
    kept: list[Entry] = []
    later: list[Result] = []
    for entry in entries:
        if place(entry.result, None, as_of) is not Place.FUTURE:
            kept.append(entry)
        elif entry.matches and entry.counts:
            later.append(entry.result)
    if not later:
        return kept, None
    first = in_order(later)[0]
    day = first.moment.text if first.moment else ""
    what = f"{first.reported} of {day} ({first.source})"
    if len(later) == 1:
        return kept, Later(1, f"{definition.name}: {what} lies after {as_of} and is left out")
    told = f"{definition.name}: {len(later)} results after {as_of} are left out, the first is {what}"
    return kept, Later(len(later), told)


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """Oldest first, by the latest instant a result may mean; those without a moment are current, so they come last."""

    def key(result: Result) -> tuple[bool, dt.datetime, int, str]:
        moment = result.moment
        latest = dt.datetime.max.replace(tzinfo=dt.UTC) if moment is None else moment.latest
        return (moment is None, latest, result.order, result.source)

    return tuple(sorted(results, key=key))


def merged(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """One cause for each reason, with the first few details, in an order that no input order changes."""
    details: dict[Reason, set[str]] = {}
    for cause in causes:
        known = details.setdefault(cause.reason, set())
        if cause.detail:
            known.add(cause.detail)
    found = []
    for reason in sorted(details):
        listed = sorted(details[reason])
        text = "; ".join(listed[:_MOST_DETAILS])
        if len(listed) > _MOST_DETAILS:
            text += f"; and {len(listed) - _MOST_DETAILS} more"
        found.append(Cause(reason, text))
    return tuple(found)

"""The state of a yes-or-no fact: recorded, asserted as a negative, absent, or unknown with its reasons.

A record that counts makes it yes, whatever else is undecidable. A negative that the record asserts (refuted, not
taken, not done, no known allergy) makes it no. Both at once are conflicting. Absence means no only where the fact says
so, every record type it reads was there to be read, and no record left open whether it matches.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from guidelang.facts.entry import Coverage, Entry, obstacles_to_absence
from guidelang.facts.newest import newest_candidates
from guidelang.facts.place import Place, imprecise, place
from guidelang.facts.select import in_order, merged, stale
from guidelang.facts.state import Cause, FactState, Reason
from guidelang.network.ir import FactDefinition


def current_answer(
    definition: FactDefinition, entries: Sequence[Entry], as_of: dt.date, coverage: Coverage
) -> FactState:
    """The state of a yes-or-no fact. Entries after the evaluation day must be gone already."""
    if not definition.absent_means_no:  # where absence says nothing, records of other things say nothing either
        entries = [entry for entry in entries if entry.matches]
    return replace(
        _answer(definition, entries, as_of, coverage),
        open=in_order(entry.result for entry in entries if entry.result.value is None),
        absence=obstacles_to_absence(definition, coverage) if definition.absent_means_no else None,
    )


def _answer(definition: FactDefinition, entries: Sequence[Entry], as_of: dt.date, coverage: Coverage) -> FactState:
    name = definition.name
    history = in_order(entry.result for entry in entries if entry.counts)
    bearing = _bearing(definition, entries, as_of)
    yes = [entry.result for entry in bearing if entry.result.value is True]
    no = [entry.result for entry in bearing if entry.result.value is False]
    if yes and no:
        listed = ", ".join(sorted({f"{result.reported} ({result.source})" for result in (*yes, *no)}))
        cause = Cause(Reason.CONFLICTING, f"yes and no both recorded: {listed}")
        return FactState(name, None, (cause,), used=in_order((*yes, *no)), history=history)
    if yes:
        return FactState(name, True, (), "recorded", in_order(yes), history)
    undecidable = [entry.result for entry in bearing if entry.result.value is None and entry.matches]
    if undecidable:
        causes = merged(cause for result in undecidable for cause in result.causes)
        return FactState(name, None, causes, used=in_order(undecidable), history=history)
    if no:
        return FactState(name, False, (), "asserted", in_order(no), history)
    if not definition.absent_means_no:
        counting = [entry for entry in entries if entry.counts]
        too_old = [entry for entry in counting if place(entry.result, entry.window, as_of) is Place.OLDER]
        older = in_order(entry.result for entry in too_old)
        cause = stale(definition, too_old, as_of) if older else Cause(Reason.NO_RECORD)
        return FactState(name, None, (cause,), used=older[-1:], history=history)
    unlisted = [entry.result for entry in bearing if not entry.matches]
    causes = obstacles_to_absence(definition, coverage)
    causes += merged(cause for result in unlisted for cause in result.causes)
    if causes:
        return FactState(name, None, causes, used=in_order(unlisted), history=history)
    return FactState(name, False, (), "absent", (), history)


def _bearing(definition: FactDefinition, entries: Sequence[Entry], as_of: dt.date) -> list[Entry]:
    """The entries that bear on today: in the window, not replaced by a newer one; undecidable where the date is."""
    found = []
    for entry in entries:
        match place(entry.result, entry.window, as_of):
            case Place.INSIDE:
                found.append(entry)
            case Place.UNSURE if entry.result.value is None:
                found.append(entry)
            case Place.UNSURE if entry.result.value is False and definition.absent_means_no:
                pass  # whether it still holds or not, nothing here says yes
            case Place.UNSURE:
                cause = imprecise(entry.result, entry.window, as_of)
                found.append(replace(entry, result=replace(entry.result, value=None, causes=(cause,))))
    measured = [entry for entry in found if entry.replaced_by_newer]
    if any(entry.counts for entry in measured):
        measured = [entry for entry in measured if entry.counts]
    current = newest_candidates([entry.result for entry in measured], as_of)
    unusable = [result for result in current if result.value is None]
    # As for numbers: where the newest one cannot be used, or may be one that cannot, no other stands in.
    leading = {id(result) for result in unusable or current}
    return [entry for entry in found if not entry.replaced_by_newer or id(entry.result) in leading]

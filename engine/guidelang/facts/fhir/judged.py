"""What the readings of one fact make of one record: which of them count, and from when and how far back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guidelang.calendar import Duration
from guidelang.facts.entry import window_of
from guidelang.facts.fhir.listing import Hit
from guidelang.facts.fhir.standing import Standing, Verdict
from guidelang.network.ir import FactDefinition, Reading
from guidelang.terminology import TimeElement


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer for the readings that agree about it.

    Attributes:
        hits: those readings, with the record's code in their lists.
        timed_by: which element says when, None for the default of the type of record.
        window: how far back they look.
    """

    verdict: Verdict
    hits: tuple[Hit, ...]
    timed_by: TimeElement | None
    window: Duration | None


def judged(definition: FactDefinition, hits: Sequence[Hit], judge: Callable[[Reading], Verdict]) -> Iterator[Judged]:
    """One answer for each time that readings ask for, because a record is one result however many readings match it.

    The standing that leads decides (counts, denies, undecidable). An undecidable reading that looks back farther than
    those that count gives an answer beside them: it may reach a record that they do not.
    """
    if len(hits) == 1:  # most often
        reading = hits[0].reading
        yield Judged(judge(reading), tuple(hits), reading.timed_by, reading.window or definition.window)
        return
    for timed_by in dict.fromkeys(hit.reading.timed_by for hit in hits):
        by_standing: dict[Standing, list[tuple[Hit, Verdict]]] = {}
        for hit in hits:
            if hit.reading.timed_by == timed_by:
                verdict = judge(hit.reading)
                by_standing.setdefault(verdict.standing, []).append((hit, verdict))
        told: Duration | None = None
        for standing in sorted(by_standing, reverse=True):
            members = by_standing[standing]
            window = window_of(definition, [hit.reading for hit, _ in members])
            first = standing is max(by_standing)
            if first or (standing is Standing.UNDECIDABLE and _is_longer(window, told)):
                yield Judged(members[0][1], tuple(hit for hit, _ in members), timed_by, window)
            told = window if first else told


def _is_longer(one: Duration | None, other: Duration | None) -> bool:
    return other is not None and (one is None or one.about_days > other.about_days)

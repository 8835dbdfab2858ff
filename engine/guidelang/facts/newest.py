"""Which of several results is the newest, when times are partial or tied.

A record may say "2024-05", or give two results one time. Then no single result is the newest for certain, and every
result that may be the newest is a candidate; what becomes of several candidates (a hull, a declared tie-break, unknown)
is the caller's to say. The current value of a fact and `latest … within` choose by these functions alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from guidelang.facts.state import Result

_BEATEN_BY_CORRECTION = frozenset({"final", "amended"})


def without_superseded(results: Sequence[Result]) -> tuple[Result, ...]:
    """The results, less those final or amended ones for whose very time there is a corrected one."""
    corrected = {_time(result) for result in results if result.status == "corrected"}
    if not corrected:
        return tuple(results)
    return tuple(r for r in results if r.status not in _BEATEN_BY_CORRECTION or _time(r) not in corrected)


def newest_candidates(results: Sequence[Result], as_of: dt.date) -> tuple[Result, ...]:
    """The results that may be the newest, in the order given; none of them superseded by a correction.

    Pass only results that lie in the window, certainly or possibly. A result falls out if another is newer for
    certain: if its latest instant lies before the earliest instant of the other. A result whose partial date reaches
    past `as_of` may be a future one, so it displaces no other. A result without a moment is one of the evaluation day.
    """
    kept = without_superseded(results)
    begins = [r.moment.earliest for r in kept if r.moment is not None and r.moment.last_day <= as_of]
    newest = max(begins, default=None)
    some_today = any(r.moment is None for r in kept)

    def may_be_newest(result: Result) -> bool:
        if result.moment is None:
            return True
        if some_today and result.moment.last_day < as_of:
            return False
        return newest is None or result.moment.latest >= newest

    return tuple(r for r in kept if may_be_newest(r))


def oldest_candidates(results: Sequence[Result], start: dt.date | None, as_of: dt.date) -> tuple[Result, ...]:
    """The mirror image: the results that may be the oldest of a window whose first day is `start` (None: no limit)."""
    kept = without_superseded(results)
    within = [r.moment for r in kept if r.moment is not None and (start is None or r.moment.first_day >= start)]
    oldest = min((moment.latest for moment in within), default=None)
    some_earlier_day = any(moment.last_day < as_of for moment in within)

    def may_be_oldest(result: Result) -> bool:
        if result.moment is None:
            return not some_earlier_day
        return oldest is None or result.moment.earliest <= oldest

    return tuple(r for r in kept if may_be_oldest(r))


def days(result: Result, as_of: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day on which a result may lie; one without a moment lies on the evaluation day."""
    if result.moment is None:
        return as_of, as_of
    return result.moment.first_day, result.moment.last_day


def _time(result: Result) -> object:
    moment = result.moment
    return None if moment is None else (moment.earliest, moment.latest)

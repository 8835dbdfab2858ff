"""Which of several results is the newest, when times are partial or tied.

A record may say "2024-05", or give two results one time. Then no single result is the newest for certain, and every
result that may be the newest is a candidate; what becomes of several candidates (a hull, a declared tie-break, unknown)
is the caller's to say. The current value of a fact and `latest … within` choose by these functions alone.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from guidelang.facts.state import Result

_BEATEN_BY_CORRECTION = frozenset({"final", "amended"})


def without_superseded(results: Sequence[Result]) -> tuple[Result, ...]:
    """The results, less those final or amended ones that a corrected one surely replaces.

    It replaces one of the very same time, with a time of day, and one that is another version of the same record.
    """
    corrected = [result for result in results if result.status == "corrected"]
    if not corrected:
        return tuple(results)
    times = {_time(result) for result in corrected if _has_time_of_day(result)}
    sources = {result.source for result in corrected}
    return tuple(
        r
        for r in results
        if r.status not in _BEATEN_BY_CORRECTION or (_time(r) not in times and r.source not in sources)
    )


def perhaps_superseded(results: Sequence[Result]) -> tuple[Result, ...]:
    """Those that a corrected one may replace: nobody knows if a day or a part of one is the very same time."""
    corrected = [result for result in results if result.status == "corrected"]
    if not corrected:
        return ()
    undated = any(result.moment is None for result in corrected)
    spans = sorted((m.earliest, m.latest) for m in (result.moment for result in corrected) if m is not None)
    begins = [begin for begin, _ in spans]
    reach = list(accumulate((end for _, end in spans), max))

    def may_be_of_one_time(result: Result) -> bool:
        if result.moment is None:
            return undated
        index = bisect_right(begins, result.moment.latest)
        return index > 0 and reach[index - 1] >= result.moment.earliest

    kept = without_superseded(results)
    return tuple(r for r in kept if r.status in _BEATEN_BY_CORRECTION and may_be_of_one_time(r))


def newest_candidates(
    results: Sequence[Result], as_of: dt.date, certain: Sequence[Result] | None = None
) -> tuple[Result, ...]:
    """The results that may be the newest, in the order given; none of them superseded by a correction.

    Pass only results that lie in the window, certainly or possibly. A result falls out if another is newer for
    certain: if its latest instant lies before the earliest instant of the other. Only one that certainly counts
    displaces others: `certain` are those that do; without it all but those whose partial date reaches past `as_of`,
    which may be future ones. A result without a moment is one of the evaluation day.
    """
    kept = without_superseded(results)
    sure = _sure(kept, certain)
    begins = [r.moment.earliest for r in sure if r.moment is not None and r.moment.last_day <= as_of]
    newest = max(begins, default=None)
    some_today = any(r.moment is None for r in sure)

    def may_be_newest(result: Result) -> bool:
        if result.moment is None:
            return True
        if some_today and result.moment.last_day < as_of:
            return False
        return newest is None or result.moment.latest >= newest

    return tuple(r for r in kept if may_be_newest(r))


def oldest_candidates(
    results: Sequence[Result], as_of: dt.date, certain: Sequence[Result] | None = None
) -> tuple[Result, ...]:
    """The mirror image: the results that may be the oldest. Only those of `certain` (None: all) displace others."""
    kept = without_superseded(results)
    within = [r.moment for r in _sure(kept, certain) if r.moment is not None]
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


def _sure(results: Sequence[Result], certain: Sequence[Result] | None) -> Sequence[Result]:
    if certain is None:
        return results
    ids = set(map(id, certain))
    return [result for result in results if id(result) in ids]


def _time(result: Result) -> object:
    moment = result.moment
    return None if moment is None else (moment.earliest, moment.latest)


def _has_time_of_day(result: Result) -> bool:
    return result.moment is not None and "T" in result.moment.text

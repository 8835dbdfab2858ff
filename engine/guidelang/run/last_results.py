"""`last n F > x`: whether each of the newest n results compares so."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from guidelang.facts.newest import without_superseded
from guidelang.facts.place import dated
from guidelang.facts.state import Cause, FactSet, Reason, Result
from guidelang.network.ir import LastN, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.aggregates import causes_of
from guidelang.run.outcome import Computed, Truth
from guidelang.run.selection import select
from guidelang.run.window import InWindow, of_selection


def last_n(
    node: LastN, network: Network, facts: FactSet, values: Mapping[NodeId, Computed], *, why: bool = True
) -> tuple[Truth, Computed]:
    """Kleene `and` over the newest n results, where one that is not there is unknown.

    Ties and partial dates may leave open which results are the newest: the answer is true only if every choice gives
    true, and false only if every choice gives false.

    Returns:
        The truth, and for an unknown one what the results leave open: `open_facts` has the fact unless it is only
        `right` that is unknown, and `causes` say what is wrong with the results. Without `why`, the truth alone.
    """
    as_of, right = facts.as_of, values[node.right]
    selection = select(node, network, facts, values)
    window = of_selection(selection)
    sure, perhaps = _among_newest(window, node.count, as_of)
    bound = right.value if isinstance(right.value, Interval) else None

    def compare(result: Result) -> Truth:
        if bound is None or not isinstance(result.value, Interval):
            return None
        return Interval.compare(node.operator, result.value.scaled(node.factor, node.offset), bound)

    enough = len(window.certain) >= node.count
    sure_truths = [compare(result) for result in sure]
    perhaps_truths = [compare(result) for result in perhaps]
    places_left = node.count - len(sure)
    not_false = sum(1 for truth in perhaps_truths if truth is not False)
    if any(truth is False for truth in sure_truths) or (enough and not_false < places_left):
        return False, Computed(None)
    if enough and all((*sure_truths, *perhaps_truths)):
        return True, Computed(None)
    if not why:
        return None, Computed(None)

    causes = [*causes_of((*sure, *perhaps)), *window.open_dates(perhaps)]
    if perhaps:
        causes.append(Cause(Reason.CONFLICTING, "it is open which results are the newest"))
    if not enough:
        causes.append(_too_few(window, node, selection.nothing, as_of))
    points = all(isinstance(r.value, Interval) and r.value.is_point for r in (*sure, *perhaps))
    open_facts = frozenset({node.fact}) if not enough or perhaps or not points else frozenset[str]()
    open_facts |= {fact for event in selection.events if event.lies is None for fact in event.others}
    return None, Computed(None, open_facts, tuple(dict.fromkeys(causes)))


def _among_newest(window: InWindow, count: int, as_of: dt.date) -> tuple[list[Result], list[Result]]:
    """The results that are among the newest `count` however dates fall, and those that may be."""
    results = _not_replaced(_recent(window, count), window)
    certain = set(map(id, window.certain))
    if len(results) <= count:  # nothing has `count` others before it
        return [r for r in results if id(r) in certain], [r for r in results if id(r) not in certain]
    order = _Order(results, [result for result in results if id(result) in certain], as_of)
    sure: list[Result] = []
    perhaps: list[Result] = []
    for result in results:
        if order.surely_newer(result) >= count:
            continue
        (sure if id(result) in certain and order.perhaps_newer(result) < count else perhaps).append(result)
    return sure, perhaps


class _Order:
    """How many of some results are newer than one of them, by the rules of `newest_candidates`.

    Two results are of one time if their instants may be. One without a moment is of the evaluation day; one whose
    partial date reaches past that day may be a future one, and is newer than nothing for certain.
    """

    def __init__(self, results: Sequence[Result], certain: Sequence[Result], as_of: dt.date) -> None:
        moments = [result.moment for result in results if result.moment is not None]
        surely = [result.moment for result in certain if result.moment is not None]
        self._as_of = as_of
        self._current = len(results) - len(moments)
        self._surely_current = len(certain) - len(surely)
        self._latest = sorted(moment.latest for moment in moments)
        self._may_be_today = sum(1 for moment in moments if moment.last_day >= as_of)
        self._surely_earliest = sorted(moment.earliest for moment in surely if moment.last_day <= as_of)

    def surely_newer(self, result: Result) -> int:
        """How many of those that certainly count are newer, however dates fall."""
        moment = result.moment
        if moment is None:
            return 0
        later = len(self._surely_earliest) - bisect_right(self._surely_earliest, moment.latest)
        return later + (self._surely_current if moment.last_day < self._as_of else 0)

    def perhaps_newer(self, result: Result) -> int:
        """How many others may be as new or newer."""
        moment = result.moment
        if moment is None:
            return self._current - 1 + self._may_be_today
        if moment.last_day > self._as_of:
            return self._current + len(self._latest) - 1
        return self._current + len(self._latest) - bisect_left(self._latest, moment.earliest) - 1


def _not_replaced(results: Sequence[Result], window: InWindow) -> Sequence[Result]:
    """Leave out what a corrected result that certainly counts takes the place of."""
    corrected = [result for result in window.certain if result.status == "corrected"]
    if not corrected:
        return results
    kept = set(map(id, without_superseded([*corrected, *results])))
    return [result for result in results if id(result) in kept]


def _recent(window: InWindow, count: int) -> Sequence[Result]:
    """Leave out at once what lies before `count` results that are certainly inside; long histories stay cheap."""
    begins = sorted((r.moment.earliest for r in window.certain if r.moment is not None), reverse=True)
    if len(begins) < count:
        return window.possible
    return [r for r in window.possible if r.moment is None or r.moment.latest >= begins[count - 1]]


def _too_few(window: InWindow, node: LastN, nothing: Sequence[Cause], as_of: dt.date) -> Cause:
    there, when = len(window.certain), "" if node.window is None else f" of the last {node.window}"
    missing = node.count - there
    one = "1 more result" if missing == 1 else f"{missing} more results"
    found = f"{one}{when} needed, {node.count} asked for and {there} found"
    if window.certain:
        return Cause(Reason.NO_RECORD, found)
    if window.older is not None and any(cause.reason is Reason.STALE for cause in nothing):
        return Cause(Reason.STALE, f"{found}; before them {dated(window.older, as_of)}")
    return Cause(
        Reason.NO_RECORD, "; ".join([found, *(c.detail for c in nothing if c.reason is Reason.NO_RECORD and c.detail)])
    )

"""`last n F > x`: whether each of the newest n results compares so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from guidelang.calendar import Duration
from guidelang.facts.newest import newest_candidates
from guidelang.facts.place import dated
from guidelang.facts.state import Cause, FactSet, Reason, Result
from guidelang.network.ir import LastN, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.aggregates import causes_of
from guidelang.run.outcome import Computed, Truth
from guidelang.run.selection import select
from guidelang.run.window import InWindow, of_selection


def last_n(node: LastN, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]) -> tuple[Truth, Computed]:
    """Kleene `and` over the newest n results, where one that is not there is unknown.

    Ties and partial dates may leave open which results are the newest: the answer is true only if every choice gives
    true, and false only if every choice gives false.

    Returns:
        The truth, and for an unknown one what the results leave open: `open_facts` has the fact unless it is only
        `right` that is unknown, and `causes` say what is wrong with the results.
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

    causes = [*causes_of((*sure, *perhaps)), *window.open_dates(perhaps)]
    if perhaps:
        causes.append(Cause(Reason.CONFLICTING, "it is open which results are the newest"))
    if not enough:
        causes.append(_too_few(window, node.count, node.window, as_of))
    points = all(isinstance(r.value, Interval) and r.value.is_point for r in (*sure, *perhaps))
    open_facts = frozenset({node.fact}) if not enough or perhaps or not points else frozenset[str]()
    open_facts |= {fact for event in selection.events if event.lies is None for fact in event.others}
    return None, Computed(None, open_facts, tuple(dict.fromkeys(causes)))


def _among_newest(window: InWindow, count: int, as_of: dt.date) -> tuple[list[Result], list[Result]]:
    """The results that are among the newest `count` however dates fall, and those that may be."""
    results = _recent(window, count)
    certain = set(map(id, window.certain))
    sure: list[Result] = []
    perhaps: list[Result] = []
    for result in results:
        others = [other for other in results if other is not result]
        surely_newer = sum(1 for o in others if id(o) in certain and not _may_be_newer(result, o, as_of))
        perhaps_newer = sum(1 for other in others if _may_be_newer(other, result, as_of))
        if surely_newer >= count:
            continue
        (sure if id(result) in certain and perhaps_newer < count else perhaps).append(result)
    return sure, perhaps


def _recent(window: InWindow, count: int) -> Sequence[Result]:
    """Leave out at once what lies before `count` results that are certainly inside; long histories stay cheap."""
    begins = sorted((r.moment.earliest for r in window.certain if r.moment is not None), reverse=True)
    if len(begins) < count:
        return window.possible
    return [r for r in window.possible if r.moment is None or r.moment.latest >= begins[count - 1]]


def _may_be_newer(result: Result, other: Result, as_of: dt.date) -> bool:
    """Whether `result` may be as new as `other` or newer, if `result` lies in the window at all."""
    return any(candidate is result for candidate in newest_candidates((result, other), as_of))


def _too_few(window: InWindow, count: int, length: Duration | None, as_of: dt.date) -> Cause:
    there, when = len(window.certain), "" if length is None else f" of the last {length}"
    one = "1 more result" if count - there == 1 else f"{count - there} more results"
    found = f"{one}{when} needed, {count} asked for and {there} found"
    if window.certain or window.older is None:
        return Cause(Reason.NO_RECORD, found)
    return Cause(Reason.STALE, f"{found}; before them {dated(window.older, as_of)}")

"""Event phrases in words, for nodes whose own words the compiler did not keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guidelang.network.events import DayOf, EventRelation, EventTest, EventTime, Lasting, Occurs
from guidelang.network.ir import NodeId

_TIMES = {"inside": "during", "overlaps": "overlaps", "starts": "starts during", "ends": "ends during"}
_ANCHORS = {"starts": "start of", "ends": "end of"}
_LIMITS = {"inside": "", "overlaps": "", "starts": "starts ", "ends": "ends "}


def occurs_words(node: Occurs, of: Callable[[NodeId], str]) -> str:
    """`any phosphorus > 5.5 mg/dL during 2024-01-01 to 2024-06-01`; `of` gives the words of a node."""
    how = {"any": "any ", "every": "every ", "at_least": f"at least {node.count} "}[node.quantifier]
    if node.quantifier == "any" and not node.test.asks:
        how = ""
    phrases = phrase_words(node.relations, node.time, of, node.day)
    days = " on different days" if node.different_days else ""
    return f"{how}{node.fact}{_test_words(node.test, of)}{phrases}{days}"


def lasting_words(node: Lasting, of: Callable[[NodeId], str]) -> str:
    return f"{node.fact}{_test_words(node.test, of)} for at least {node.parameter or node.duration}"


def phrase_words(
    relations: Sequence[EventRelation],
    time: EventTime | None,
    of: Callable[[NodeId], str],
    day: DayOf | None = None,
) -> str:
    """What is said of relations, time and day, each with a blank before it."""
    said = "".join(f" {_relation_words(relation, of)}" for relation in relations)
    said = said if time is None else f"{said} {_time_words(time, of)}"
    if day is None:
        return said
    inner = phrase_words(day.relations, day.time, of)
    return f"{said} on the {day.which} day with {day.fact}{_test_words(day.test, of)}{inner}"


def _test_words(test: EventTest, of: Callable[[NodeId], str]) -> str:
    if test.words:
        listed = test.words[0] if len(test.words) == 1 else f"one of ({', '.join(test.words)})"
        return f" is {'not ' if test.excluded else ''}{listed}"
    return " and".join(f" {comparison.operator} {of(comparison.right)}" for comparison in test.comparisons)


def _relation_words(relation: EventRelation, of: Callable[[NodeId], str]) -> str:
    fact = f"{relation.fact}{_test_words(relation.test, of)}"
    if relation.how == "day":
        said = "on a day of"
    elif relation.how == "reading":
        said = "together with"
    elif relation.how in ("encounter", "practitioner"):
        preposition = "in" if relation.how == "encounter" else "by"
        said = f"{preposition} the same {relation.how} as"
    else:
        edge = f"{relation.edge} " if relation.edge is not None else ""
        far = relation.farthest_parameter or relation.farthest
        distance = ""
        if relation.nearest is not None:
            distance = f"{relation.nearest} to {far} "
        elif far is not None:
            distance = f"within {far} "
        said = f"{edge}{distance}{relation.how}"
    if relation.anchor is not None:
        said = f"{said} {_ANCHORS[relation.anchor]}"
    any_ = "any " if relation.test.asks and relation.how != "reading" else ""
    return f"not {said} any {fact}" if relation.negated else f"{said} {any_}{fact}"


def _time_words(time: EventTime, of: Callable[[NodeId], str]) -> str:
    if time.first is not None and time.last is not None:
        return f"{_TIMES[time.how]} {of(time.first)} to {of(time.last)}"
    if time.last is not None:
        return f"{_LIMITS[time.how]}by {of(time.last)}"
    return f"{_LIMITS[time.how]}since {of(time.first)}" if time.first is not None else ""

"""The values of scores and tables, and what each of their parts adds to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from operator import add
from typing import TypeAlias

from guidelang.facts.state import Cause, Reason
from guidelang.network.ir import NodeId, Row, Score, ScoreItem, Table
from guidelang.quantity import Interval
from guidelang.run.outcome import Computed, Truth
from guidelang.run.premises import Premises

Truths: TypeAlias = Mapping[NodeId, Truth]
Values: TypeAlias = Mapping[NodeId, Computed]

_NOTHING = Interval.point(Fraction(0))


def score(node: Score, premises: Premises, values: Values) -> Computed:
    """The sum of what the items count; unknown if one of them counts nobody knows what."""
    counts = [counted(node, item, premises.truths, values) for item in node.items]
    known = [count for count in counts if count is not None]
    total = reduce(add, known, _NOTHING) if len(known) == len(counts) else None
    if total is not None and total.is_point:
        return Computed(total)
    open_facts: set[str] = set()
    causes: dict[Cause, None] = {}
    for item, count in zip(node.items, counts, strict=True):
        if count is not None and count.is_point:
            continue
        if item.points is None:
            open_facts |= values[item.operand].open_facts
            causes.update(dict.fromkeys(values[item.operand].causes))
        else:
            open_facts |= premises.open_facts[item.operand]
    return Computed(total, frozenset(open_facts), tuple(causes))


def counted(node: Score, item: ScoreItem, truths: Truths, values: Values) -> Interval | None:
    """What one item counts under the score's policy; None where it makes the score unknown."""
    if item.points is None:
        value = values[item.operand].value
        if isinstance(value, Interval) and (value.is_point or node.missing == "bounds"):
            return value
        return _NOTHING if node.missing == "zero" else None
    truth = truths[item.operand]
    if truth is not None:
        return Interval.point(item.points) if truth else _NOTHING
    if node.missing == "zero":
        return _NOTHING
    if node.missing == "unknown":
        return None
    return Interval(min(item.points, Fraction(0)), max(item.points, Fraction(0)))


def table(node: Table, premises: Premises) -> Computed:
    """What the row that holds gives. Where several may hold: their common value, or for numbers the hull."""
    possible = list(possible_rows(node, premises.truths))
    given = list(dict.fromkeys(_given(row) for row in possible))
    if not possible:
        return _undefined("no row holds for these values")
    if len(given) == 1:
        return _undefined("the table gives no value for these values") if given[0] is None else Computed(given[0])
    numbers = [value for value in given if isinstance(value, Interval)]
    hull = Interval.hull(numbers) if len(numbers) == len(given) else None
    undecided = [row.condition for row in possible if premises.truths[row.condition] is None]
    return Computed(hull, frozenset().union(*(premises.open_facts[condition] for condition in undecided)))


def possible_rows(node: Table, truths: Truths) -> Iterator[Row]:
    """The row that holds; or, as long as that is open, all that may."""
    certain = [row for row in node.rows if truths[row.condition] is True]
    yield from certain or (row for row in node.rows if truths[row.condition] is None)


def _given(row: Row) -> Interval | str | None:
    return row.word if row.number is None else Interval.point(row.number)


def _undefined(fault: str) -> Computed:
    return Computed(None, frozenset(), (Cause(Reason.UNDEFINED, fault),))

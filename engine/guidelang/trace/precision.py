"""Borderline comparisons: those that another value inside the reported precision would decide differently.

A result reported as 1.78 stands for all values from 1.775 up to, not including, 1.785. These half-open intervals are
carried through the arithmetic of a comparison; if both true and false lie inside, the comparison is decided by its
value and marked. Unlike the values that decide (`guidelang.run`), this propagation goes through every operation, also
where two intervals meet: a mark that is missing would be worse than a rough one. What is counted or scored, in a unit
that is an annotation alone ({score}), is exact as reported, and so is a plain number without decimals (three sessions).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from guidelang.facts.state import Result
from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    Affine,
    Aggregate,
    Arithmetic,
    Compare,
    CurrentValue,
    FirstKnownValue,
    LastN,
    NodeId,
    Round,
)
from guidelang.quantity import Interval, exp, ln, log10, power, round_half_even
from guidelang.run.evaluation import Evaluation
from guidelang.run.literals import first_known
from guidelang.trace import entries

_HALF = Fraction(1, 2)  # the precision of a whole number


@dataclass(frozen=True, slots=True)
class Borderline:
    """A marked comparison: the facts whose precision matters, and what the compared value may be."""

    node: NodeId
    facts: tuple[str, ...]
    interval: Interval


@dataclass(frozen=True, slots=True)
class _Wide:
    """A value with its reported precision: None where the precision has no meaning."""

    interval: Interval | None
    facts: frozenset[str] = frozenset()


class Precision:
    """The borderline marks of one evaluation."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._network = evaluation.network
        self._wide: dict[NodeId, _Wide] = {}

    def mark(self, node_id: NodeId) -> Borderline | None:
        """The mark of a comparison, or None: it is no comparison, or undecided, or every reported value agrees."""
        truth = self._evaluation.conditions.get(node_id)
        node = self._network.nodes[node_id]
        if truth is None:
            return None
        if isinstance(node, LastN):
            return self._mark_last(node_id, node, truth)
        if not isinstance(node, Compare):
            return None
        left, right = self._of(node.left), self._of(node.right)
        facts = left.facts | right.facts
        if not facts or left.interval is None or right.interval is None:
            return None
        if Interval.compare(node.operator, left.interval, right.interval) is truth:
            return None
        return Borderline(node_id, tuple(sorted(facts)), left.interval if left.facts else right.interval)

    def _mark_last(self, node_id: NodeId, node: LastN, truth: bool) -> Borderline | None:
        """Marked if the newest results, each within its precision, could decide otherwise."""
        right = self._of(node.right).interval
        if right is None or self._is_exact(node.fact):
            return None
        truths: list[bool | None] = []
        doubtful: Interval | None = None
        for result in self._measured(node.fact, entries.of_last(node, self._evaluation)):
            wide = _widened(result)
            scaled = None if wide is None else wide.scaled(node.factor, node.offset)
            truths.append(None if scaled is None else Interval.compare(node.operator, scaled, right))
            if truths[-1] is None and scaled is not None:
                doubtful = doubtful or scaled
        settled = False if any(t is False for t in truths) else (None if None in truths else True)
        if doubtful is None or settled is truth:
            return None
        return Borderline(node_id, (node.fact,), doubtful)

    def _is_exact(self, fact: str) -> bool:
        return (self._network.facts[fact].unit or "").startswith("{")

    def _measured(self, fact: str, results: Sequence[Result]) -> list[Result]:
        """Results, with no precision where a plain number was reported without decimals: that is a count."""
        is_number = self._network.facts[fact].type == "number"
        return [
            replace(r, precision=None) if is_number and r.precision is not None and r.precision >= _HALF else r
            for r in results
        ]

    def _of(self, node_id: NodeId) -> _Wide:
        """The operands are widened first, without recursion: definitions may stand on each other in long chains."""
        pending = [node_id]
        while pending:
            current = pending[-1]
            node = self._network.nodes[current]
            below = operands_of(node) if isinstance(node, Affine | Round | FirstKnownValue | Arithmetic) else ()
            missing = [operand for operand in below if operand not in self._wide]
            if missing:
                pending += missing
                continue
            pending.pop()
            if current not in self._wide:
                self._wide[current] = self._widen(current)
        return self._wide[node_id]

    def _widen(self, node_id: NodeId) -> _Wide:
        node = self._network.nodes[node_id]
        computed = self._evaluation.values.get(node_id)
        value = computed.value if computed is not None else None
        own = _Wide(value if isinstance(value, Interval) else None)
        match node:
            case CurrentValue(fact) if not self._is_exact(fact):
                return _around(own, self._measured(fact, self._evaluation.facts.states[fact].used), fact)
            case Aggregate() if node.how not in ("count", "covered_days") and not self._is_exact(node.fact):
                # Each of these aggregates moves by no more than the results that it is made of.
                results = self._measured(node.fact, entries.of_aggregate(node, self._evaluation))
                return _around(own, results, node.fact)
            case Affine():
                operand = self._of(node.operand)
                return operand if operand.interval is None else _Wide(
                    operand.interval.scaled(node.factor, node.offset), operand.facts
                )  # fmt: skip
            case Round():
                operand = self._of(node.operand)
                return _corners(lambda c: round_half_even(c[0], node.digits), [operand])
            case FirstKnownValue(operands):
                known = first_known(operands, self._evaluation.values)
                return own if known is None else self._of(known)
            case Arithmetic():
                return _arithmetic(node, [self._of(o) for o in node.operands])
            case _:
                return own


def _widened(result: Result) -> Interval | None:
    value = result.value
    if not isinstance(value, Interval):
        return None
    if not value.is_point or not result.precision:
        return value
    return Interval(value.value - result.precision, value.value + result.precision, False, True)


def _around(own: _Wide, results: Sequence[Result], fact: str) -> _Wide:
    """A point, give or take the coarsest precision of the results it comes from."""
    precision = max((r.precision for r in results if r.precision), default=None)
    if own.interval is None or not own.interval.is_point or precision is None:
        return own
    value = own.interval.value
    return _Wide(Interval(value - precision, value + precision, False, True), frozenset({fact}))


def _arithmetic(node: Arithmetic, operands: list[_Wide]) -> _Wide:
    facts = frozenset[str]().union(*(o.facts for o in operands))
    intervals = [o.interval for o in operands if o.interval is not None]
    if len(intervals) < len(operands):
        return _Wide(None, facts)
    first = intervals[0]
    match node.operator:
        case "+":
            for other in intervals[1:]:
                first = first + other
            return _Wide(first, facts)
        case "-":
            return _Wide(first - intervals[1], facts)
        case "negate":
            return _Wide(first.negate(), facts)
        case "min":
            for other in intervals[1:]:
                first = first.minimum(other)
            return _Wide(first, facts)
        case "max":
            for other in intervals[1:]:
                first = first.maximum(other)
            return _Wide(first, facts)
        case "*":
            wide = operands[0]
            for operand in operands[1:]:
                wide = _corners(lambda c: c[0] * c[1], [wide, operand])
            return wide
        case "/":
            divisor = intervals[1]
            if divisor.contains(Fraction(0)):
                return _Wide(None, facts)
            return _corners(lambda c: c[0] / c[1] if c[1] else None, operands)
        case "^":
            return _corners(lambda c: power(c[0], c[1]), operands)
        case "ln":
            return _corners(lambda c: ln(c[0]), operands)
        case "log10":
            return _corners(lambda c: log10(c[0]), operands)
        case "exp":
            return _corners(lambda c: exp(c[0]), operands)
        case "abs":
            wide = _corners(lambda c: abs(c[0]), operands)
            if wide.interval is not None and first.contains(Fraction(0)) and not first.is_point:
                return _Wide(Interval(Fraction(0), wide.interval.high), facts)
            return wide


def _corners(compute: Callable[[Sequence[Fraction]], Fraction | None], operands: Sequence[_Wide]) -> _Wide:
    """The range of an operation that is monotone in each operand: it is reached at the ends of the operands.

    An end counts as excluded if the corner that reaches it has an excluded end. Where an operand is unbounded or the
    operation undefined at a corner, nothing can be said.
    """
    facts = frozenset[str]().union(*(o.facts for o in operands))
    ends: list[list[tuple[Fraction, bool]]] = []
    for operand in operands:
        interval = operand.interval
        if interval is None or interval.low is None or interval.high is None:
            return _Wide(None, facts)
        ends.append([(interval.low, interval.low_open), (interval.high, interval.high_open)])
    reached: list[tuple[Fraction, bool]] = []
    for corner in product(*ends):
        value = compute([end for end, _ in corner])
        if value is None:
            return _Wide(None, facts)
        reached.append((value, any(is_open for _, is_open in corner)))
    low, high = min(value for value, _ in reached), max(value for value, _ in reached)
    low_open = all(is_open for value, is_open in reached if value == low)
    high_open = all(is_open for value, is_open in reached if value == high)
    if low == high:
        low_open = high_open = False
    return _Wide(Interval(low, high, low_open, high_open), facts)

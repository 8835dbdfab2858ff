"""Each threshold with somebody at it, just below it and just above it.

A threshold is where a value is compared with a constant: a number, a parameter, a day, a length of time. "At" is
exactly at it. "Just" is at most one step away, and a step is one in the last place that the constant is written with:
0.1 for 5.5 mg/dL, 0.01 for 5.50, 1 for 150; one day for days and lengths of time. So a threshold that is a step off, or
has the wrong one of `>` and `>=`, gives somebody another answer.

It is asked through the comparison as a whole. Somebody is at the threshold L of `last 2 phosphorus >= L` for whom that
is true and `last 2 phosphorus > L` is false; just below, for whom the former is false, and true with L less a step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from guidelang.calendar import Duration
from guidelang.model.symbols import Guideline
from guidelang.model.types import ElapsedType
from guidelang.network.events import Comparator, EventTest, Lasting, Occurs
from guidelang.network.ir import (
    BeforeEvaluation,
    Compare,
    Constant,
    DateConstant,
    DateShift,
    LastN,
    Node,
    NodeId,
)
from guidelang.quantity import format_number, parse_decimal
from guidelang.syntax import print_expression, tree
from guidelang.testing.coverage.decisions import DecisionItems
from guidelang.testing.coverage.item import Item
from guidelang.testing.coverage.places import Decision, Placed
from guidelang.testing.coverage.questions import Questions

Asked = Callable[[Comparator, NodeId], Node]
"""A literal with another comparator and another limit in it."""

_NUMBER = re.compile(r"\d+(?:\.(\d+))?")
_MIRRORED: dict[Comparator, Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def threshold_items(
    decision: Decision, guideline: Guideline, questions: Questions, items: DecisionItems
) -> Iterator[Item]:
    """The thresholds in a decision's own conditions."""
    for placed in decision.conditions.values():
        if isinstance(placed.expression, tree.Name | tree.Recommended):
            continue  # what a name stands for has thresholds of its own
        elapsed = isinstance(guideline.meeting.get(id(placed.expression)), ElapsedType)
        for operator, limit, asked in _comparisons(questions, placed.node, elapsed=elapsed):
            limits = _beside(questions, limit)
            if limits is not None:
                yield from _items(
                    decision, placed, questions, items, _Limit(operator, limit, *limits, asked), elapsed=elapsed
                )


class _Limit:
    """A comparison with a limit, and the limits one step below and above it."""

    def __init__(self, operator: Comparator, at: NodeId, lower: NodeId, higher: NodeId, asked: Asked) -> None:
        self.at, self.lower, self.higher, self.asked = at, lower, higher, asked
        self.strict: Comparator = "<" if operator in ("<", "<=") else ">"
        self.closed: Comparator = "<=" if operator in ("<", "<=") else ">="

    def sides(self) -> dict[str, tuple[Node, Node]]:
        """For each side the two literals that have different answers for whom stands there."""
        strict, closed = self.strict, self.closed
        below, above = (strict, closed) if strict == "<" else (closed, strict)
        return {
            "just below": (self.asked(below, self.lower), self.asked(below, self.at)),
            "at": (self.asked(strict, self.at), self.asked(closed, self.at)),
            "just above": (self.asked(above, self.at), self.asked(above, self.higher)),
        }


def _items(
    decision: Decision, placed: Placed, questions: Questions, items: DecisionItems, limit: _Limit, *, elapsed: bool
) -> Iterator[Item]:
    mirrored = {"just below": "just above", "just above": "just below", "at": "at"}
    for side, (first, second) in limit.sides().items():
        asks = mirrored[side] if elapsed else side
        known = [questions.literal(first), questions.literal(second)]
        differ = questions.differ(questions.is_(known[0], True), questions.is_(known[1], True))
        opposed = questions.differ(questions.is_(known[0], False), questions.is_(known[1], False))
        yield Item(
            "threshold",
            decision.statement,
            placed.span,
            placed.words,
            asks,
            f"{decision.statement.name}: {_told(placed, questions, limit.at, 'exactly at' if asks == 'at' else asks)}",
            items.in_scope(decision, placed.node, questions.all_of(differ, opposed)),
        )


def _told(placed: Placed, questions: Questions, limit: NodeId, side: str) -> str:
    """Where somebody stands: `phosphorus just below phosphorus_ceiling (5.5 mg/dL)`."""
    node, expression = questions.node(limit), placed.expression
    text = node.text if isinstance(node, Constant | DateConstant) else ""
    named = isinstance(node, Constant) and node.parameter is not None
    if not isinstance(expression, tree.Compare) or isinstance(expression.left, tree.Quantity):
        return f"{placed.words}, {side} the limit" + (f" of {text}" if named else "")
    left, right = (" ".join(print_expression(each).split()) for each in (expression.left, expression.right))
    return f"{left} {side} {right}" + (f" ({text})" if named and text != right else "")


def _comparisons(questions: Questions, node_id: NodeId, *, elapsed: bool) -> Iterator[tuple[Comparator, NodeId, Asked]]:
    """The comparisons with a constant that a literal makes."""
    node = questions.node(node_id)
    match node:
        case Compare(operator, left, right) if _is_limit(questions, right) or elapsed:
            yield operator, right, lambda other, limit: Compare(other, left, limit)
        case Compare(operator, left, right) if _is_limit(questions, left):
            yield _MIRRORED[operator], left, lambda other, limit: Compare(other, right, limit)
        case LastN(operator=operator, right=right) if _is_limit(questions, right):
            yield operator, right, lambda other, limit: replace(node, operator=other, right=limit)
        case Occurs(test=test) | Lasting(test=test):
            for i, comparison in enumerate(test.comparisons):
                if _is_limit(questions, comparison.right):
                    yield comparison.operator, comparison.right, _tested(node, test, i)


def _tested(node: Occurs | Lasting, test: EventTest, place: int) -> Asked:
    def asked(operator: Comparator, limit: NodeId) -> Node:
        changed = replace(test.comparisons[place], operator=operator, right=limit)
        comparisons = (*test.comparisons[:place], changed, *test.comparisons[place + 1 :])
        return replace(node, test=replace(test, comparisons=comparisons))

    return asked


def _is_limit(questions: Questions, node: NodeId) -> bool:
    return isinstance(questions.node(node), Constant | DateConstant | BeforeEvaluation)


def _beside(questions: Questions, limit: NodeId) -> tuple[NodeId, NodeId] | None:
    """The limits one step below and above; None for a constant whose step cannot be told."""
    node = questions.node(limit)
    match node:
        case Constant():
            step = step_of(node)
            if step is None:
                return None
            lower, higher = (
                replace(node, value=value, text=format_number(value), parameter=None)
                for value in (node.value - step, node.value + step)
            )
            return questions.literal(lower), questions.literal(higher)
        case DateConstant(ordinal=ordinal):
            lower_day, higher_day = (DateConstant(other, node.text) for other in (ordinal - 1, ordinal + 1))
            return questions.literal(lower_day), questions.literal(higher_day)
        case _:
            day_long = Duration(1, "day")
            return questions.literal(DateShift(limit, "-", day_long)), questions.literal(
                DateShift(limit, "+", day_long)
            )


def step_of(constant: Constant) -> Fraction | None:
    """One in the last place that a constant is written with, in the unit that it has in the network."""
    found = _NUMBER.search(constant.text)
    if found is None:
        return None
    written, step = parse_decimal(found[0]), Fraction(1, 10 ** len(found[1] or ""))
    if abs(constant.value) == written or written == 0:
        return step
    return step * abs(constant.value / written)  # the constant was put into another unit

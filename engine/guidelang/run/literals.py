"""Exact arithmetic and the truth of literals: what every executor takes as given.

A value is an interval (a point, most often) or a word. Sums, differences, `min`, `max` and products with a point map
intervals; a quotient by a point is a product with its reciprocal. Any other operation on a non-point is unknown. A
comparison is true if it is true for every pair of members, false if for none, else unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from guidelang.calendar import minus
from guidelang.facts.state import Cause, FactSet, Reason
from guidelang.network.events import Lasting, Occurs
from guidelang.network.ir import (
    LITERALS,
    Affine,
    Age,
    Aggregate,
    Arithmetic,
    BeforeEvaluation,
    Compare,
    Constant,
    CurrentValue,
    DateConstant,
    DateShift,
    EventDay,
    FactKnown,
    FactStale,
    FirstKnownValue,
    Holds,
    IsOneOf,
    LastN,
    Network,
    Node,
    NodeId,
    Round,
    Score,
    Table,
    ValueKnown,
)
from guidelang.quantity import Interval, exp, ln, log10, power, round_half_even
from guidelang.run.aggregates import aggregate, event_day, state_value
from guidelang.run.dates import age, shifted
from guidelang.run.last_results import last_n
from guidelang.run.lasting import lasting
from guidelang.run.occurrences import occurs
from guidelang.run.outcome import Computed, Truth
from guidelang.run.premises import Premises, premises
from guidelang.run.scores import score, table


def evaluate_values(network: Network, facts: FactSet) -> dict[NodeId, Computed]:
    """The value of every value node, operands first; the conditions below scores and tables are settled on the way."""
    values: dict[NodeId, Computed] = {}
    wanted, settled = premises(network), Premises(network, facts)
    for node_id, node in network.nodes.items():
        if isinstance(node, Score):
            values[node_id] = score(node, settled, values)
        elif isinstance(node, Table):
            values[node_id] = table(node, settled)
        elif (computed := _value(node, values, network, facts)) is not None:
            values[node_id] = computed
        elif node_id not in wanted:
            continue
        elif isinstance(node, LITERALS):
            settled.literal(node_id, node, _literal(node, values, network, facts), values)
        else:
            settled.connective(node_id, node)
    return values


def literals(network: Network, facts: FactSet, values: Mapping[NodeId, Computed]) -> dict[NodeId, Truth]:
    """The truth of every literal node (`network.ir.LITERALS`), from the values of `evaluate_values`."""
    return {
        node_id: _literal(node, values, network, facts)
        for node_id, node in network.nodes.items()
        if isinstance(node, LITERALS)
    }


def _value(node: Node, values: Mapping[NodeId, Computed], network: Network, facts: FactSet) -> Computed | None:
    """The value of one node; None for a condition."""
    match node:
        case Constant(value=number):
            return Computed(Interval.point(number))
        case DateConstant(ordinal=ordinal):
            return Computed(Interval.point(Fraction(ordinal)))
        case BeforeEvaluation(duration=duration):
            return Computed(Interval.point(Fraction(minus(facts.as_of, duration).toordinal())))
        case CurrentValue(fact=fact):
            return state_value(fact, facts.states[fact])
        case Aggregate():
            return aggregate(node, network, facts, values)
        case EventDay(fact=fact):
            return event_day(fact, network.facts[fact], facts.states[fact], facts.as_of)
        case DateShift(operand=operand, sign=sign, duration=duration):
            return shifted(values[operand], sign, duration)
        case Age(unit=unit, at=at):
            return age(unit, facts, None if at is None else values[at])
        case Arithmetic(operator=operator, operands=operands):
            return _arithmetic(operator, [values[operand] for operand in operands])
        case Round(operand=operand, digits=digits):
            operands_ = [values[operand]]
            point = _point(operands_[0])
            return _computed(None if point is None else Interval.point(round_half_even(point, digits)), operands_)
        case Affine(operand=operand, factor=factor, offset=offset):
            value = values[operand].value
            mapped = value.scaled(factor, offset) if isinstance(value, Interval) else None
            return _computed(mapped, [values[operand]])
        case FirstKnownValue(operands=operands):
            known = first_known(operands, values)
            return values[known] if known is not None else _computed(None, [values[operand] for operand in operands])
        case _:
            return None


def first_known(operands: tuple[NodeId, ...], values: Mapping[NodeId, Computed]) -> NodeId | None:
    """The operand that decides a `FirstKnownValue`: the first whose value is known; it alone counts."""
    return next((operand for operand in operands if values[operand].value is not None), None)


def _arithmetic(operator: str, operands: list[Computed]) -> Computed:
    intervals = [c.value for c in operands if isinstance(c.value, Interval)]
    if len(intervals) < len(operands):
        return _computed(None, operands)
    points = [value.value for value in intervals if value.is_point]
    match operator:
        case "+":
            return _computed(reduce(lambda a, b: a + b, intervals), operands)
        case "-":
            return _computed(intervals[0] - intervals[1], operands)
        case "negate":
            return _computed(intervals[0].negate(), operands)
        case "min":
            return _computed(reduce(Interval.minimum, intervals), operands)
        case "max":
            return _computed(reduce(Interval.maximum, intervals), operands)
        case "*":
            return _computed(_product(intervals), operands)
        case "/" if intervals[1].is_point and intervals[1].value != 0:
            return _computed(intervals[0].scaled(1 / intervals[1].value, Fraction(0)), operands)
        case "/" if intervals[1].is_point:
            return _undefined("division by zero", operands)
    if len(points) < len(operands):
        return _computed(None, operands)
    result, fault = _of_points(operator, points)
    return _undefined(fault, operands) if result is None else _computed(Interval.point(result), operands)


def _product(intervals: list[Interval]) -> Interval | None:
    """Exact for points and one interval at most; several intervals are unknown."""
    factor = reduce(lambda a, b: a * b, (i.value for i in intervals if i.is_point), Fraction(1))
    others = [i for i in intervals if not i.is_point]
    if not others:
        return Interval.point(factor)
    return others[0].scaled(factor, Fraction(0)) if len(others) == 1 else None


def _of_points(operator: str, points: list[Fraction]) -> tuple[Fraction | None, str]:
    """An operation that is defined on points alone, and the words for what is wrong where it is undefined."""
    match operator:
        case "^":
            return power(points[0], points[1]), "a power that is no real number"
        case "ln":
            return ln(points[0]), "logarithm of a number that is not positive"
        case "log10":
            return log10(points[0]), "logarithm of a number that is not positive"
        case "exp":
            return exp(points[0]), "exponential out of range"
        case "abs":
            return abs(points[0]), ""
        case _:
            return None, "interval divided by interval"


def _computed(value: Interval | None, operands: list[Computed]) -> Computed:
    """A result with what its operands leave open; a point leaves nothing open."""
    if value is not None and value.is_point:
        return Computed(value)
    open_facts = frozenset().union(*(operand.open_facts for operand in operands))
    return Computed(value, open_facts, tuple(dict.fromkeys(c for operand in operands for c in operand.causes)))


def _undefined(fault: str, operands: list[Computed]) -> Computed:
    unknown = _computed(None, operands)
    return Computed(None, unknown.open_facts, (*unknown.causes, Cause(Reason.UNDEFINED, fault)))


def _point(computed: Computed) -> Fraction | None:
    value = computed.value
    return value.value if isinstance(value, Interval) and value.is_point else None


def _literal(node: Node, values: Mapping[NodeId, Computed], network: Network, facts: FactSet) -> Truth:
    match node:
        case Holds(fact=fact):
            value = facts.states[fact].value
            return value if isinstance(value, bool) else None
        case Compare(operator=operator, left=left, right=right):
            a, b = values[left].value, values[right].value
            return Interval.compare(operator, a, b) if isinstance(a, Interval) and isinstance(b, Interval) else None
        case IsOneOf(subject=subject, values=words):
            word = values[subject].value
            return word in words if isinstance(word, str) else None
        case LastN():
            return last_n(node, network, facts, values)[0]
        case Occurs():
            return occurs(node, network, facts, values).truth
        case Lasting():
            return lasting(node, facts, values)[0]
        case FactKnown(fact=fact):
            return facts.states[fact].value is not None
        case FactStale(fact=fact):
            state = facts.states[fact]
            return state.value is None and any(cause.reason is Reason.STALE for cause in state.causes)
        case ValueKnown(operand=operand):
            return values[operand].value is not None
        case _:
            raise TypeError(f"{type(node).__name__} is no literal")

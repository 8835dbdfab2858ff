"""Values and the truth of literals: what every executor takes as given.

A comparison is true if it is true for every pair of members of the two values, false if for none, else unknown.

Much of a network is the same for every patient: which node follows which, the constants, the sides of a comparison.
`Literals` settles that once, so that a patient costs no more than the questions themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from guidelang.calendar import minus
from guidelang.facts.state import FactSet, Reason
from guidelang.network.events import Lasting, Occurs
from guidelang.network.ir import (
    LITERALS,
    Affine,
    Age,
    Aggregate,
    Arithmetic,
    BeforeEvaluation,
    Comparator,
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
from guidelang.quantity import Interval
from guidelang.run.aggregates import aggregate, event_day, state_value
from guidelang.run.dates import age, shifted
from guidelang.run.formulas import affine, arithmetic, computed, rounded
from guidelang.run.last_results import last_n
from guidelang.run.lasting import lasting
from guidelang.run.occurrences import occurs
from guidelang.run.outcome import Computed, Truth
from guidelang.run.premises import Premises, premises
from guidelang.run.scores import score, table

Values: TypeAlias = Mapping[NodeId, Computed]
ValueStep: TypeAlias = Callable[[Values, FactSet], Computed]
TruthStep: TypeAlias = Callable[[Values, FactSet], Truth]


class Literals:
    """The values and literals of one network, for any number of patients."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._constants = {n: found for n, node in network.nodes.items() if (found := _constant(node)) is not None}
        self._truths = {n: _truth(node, network) for n, node in network.nodes.items() if isinstance(node, LITERALS)}
        self._values = {
            n: step
            for n, node in network.nodes.items()
            if n not in self._constants and (step := _value(node, network)) is not None
        }
        below = premises(network)
        steps = [(n, node) for n, node in network.nodes.items() if n in self._values or n in below or _looks_up(node)]
        self._steps = steps if any(_looks_up(node) for _, node in steps) else []

    def values(self, facts: FactSet) -> dict[NodeId, Computed]:
        """The value of every value node, operands first; the conditions below scores and tables are settled on the way.

        Args:
            facts: a state for every fact of the network.
        """
        values = self._constants.copy()
        if not self._steps:
            for node_id, step in self._values.items():
                values[node_id] = step(values, facts)
            return values
        settled = Premises(self._network, facts)
        for node_id, node in self._steps:
            if isinstance(node, Score):
                values[node_id] = score(node, settled, values)
            elif isinstance(node, Table):
                values[node_id] = table(node, settled)
            elif node_id in self._values:
                values[node_id] = self._values[node_id](values, facts)
            elif node_id in self._truths:
                settled.literal(node_id, node, self._truths[node_id](values, facts), values)
            else:
                settled.connective(node_id, node)
        return values

    def truths(self, facts: FactSet, values: Values) -> dict[NodeId, Truth]:
        """The truth of every literal node (`network.ir.LITERALS`), from the values of `values`."""
        return {node_id: step(values, facts) for node_id, step in self._truths.items()}


def evaluate_values(network: Network, facts: FactSet) -> dict[NodeId, Computed]:
    """`Literals.values` for one patient alone."""
    return Literals(network).values(facts)


def literals(network: Network, facts: FactSet, values: Values) -> dict[NodeId, Truth]:
    """`Literals.truths` for one patient alone."""
    return Literals(network).truths(facts, values)


def first_known(operands: tuple[NodeId, ...], values: Values) -> NodeId | None:
    """The operand that decides a `FirstKnownValue`: the first whose value is known; it alone counts."""
    return next((operand for operand in operands if values[operand].value is not None), None)


# ---- values ---------------------------------------------------------------------------------------------------------


def _constant(node: Node) -> Computed | None:
    match node:
        case Constant(value=number):
            return Computed(Interval.point(number))
        case DateConstant(ordinal=ordinal):
            return Computed(Interval.point(Fraction(ordinal)))
        case _:
            return None


def _value(node: Node, network: Network) -> ValueStep | None:
    """What computes one value node; None for a condition, and for what stands on conditions."""
    match node:
        case BeforeEvaluation(duration=duration):
            return lambda _, facts: Computed(Interval.point(Fraction(minus(facts.as_of, duration).toordinal())))
        case CurrentValue(fact=fact):
            return lambda _, facts: state_value(fact, facts.states[fact])
        case Aggregate():
            return lambda values, facts: aggregate(node, network, facts, values)
        case EventDay(fact=fact):
            return lambda _, facts: event_day(fact, network.facts[fact], facts.states[fact], facts.as_of)
        case DateShift(operand=operand, sign=sign, duration=duration):
            return lambda values, _: shifted(values[operand], sign, duration)
        case Age(unit=unit, at=None):
            return lambda _, facts: age(unit, facts, None)
        case Age(unit=unit, at=str(at)):
            return lambda values, facts: age(unit, facts, values[at])
        case Arithmetic(operator=operator, operands=operands):
            return lambda values, _: arithmetic(operator, [values[operand] for operand in operands])
        case Round(operand=operand, digits=digits):
            return lambda values, _: rounded(values[operand], digits)
        case Affine(operand=operand, factor=factor, offset=offset):
            return lambda values, _: affine(values[operand], factor, offset)
        case FirstKnownValue(operands=operands):
            return lambda values, _: _first_known(operands, values)
        case _:
            return None


def _looks_up(node: Node) -> bool:
    """Whether its value stands on conditions."""
    return isinstance(node, Score | Table)


def _first_known(operands: tuple[NodeId, ...], values: Values) -> Computed:
    known = first_known(operands, values)
    return values[known] if known is not None else computed(None, [values[operand] for operand in operands])


# ---- literals -------------------------------------------------------------------------------------------------------


def _truth(node: Node, network: Network) -> TruthStep:
    match node:
        case Holds(fact=fact):
            return lambda _, facts: _holds(facts, fact)
        case Compare(operator=operator, left=left, right=right):
            return lambda values, _: _compared(operator, values[left], values[right])
        case IsOneOf(subject=subject, values=words):
            return lambda values, _: _is_one_of(values[subject], words)
        case LastN():
            return lambda values, facts: last_n(node, network, facts, values, why=False)[0]
        case Occurs():
            return lambda values, facts: occurs(node, network, facts, values).truth
        case Lasting():
            return lambda values, facts: lasting(node, facts, values)[0]
        case FactKnown(fact=fact):
            return lambda _, facts: facts.states[fact].value is not None
        case FactStale(fact=fact):
            return lambda _, facts: _is_stale(facts, fact)
        case ValueKnown(operand=operand):
            return lambda values, _: values[operand].value is not None
        case _:
            raise TypeError(f"{type(node).__name__} is no literal")


def _holds(facts: FactSet, fact: str) -> Truth:
    value = facts.states[fact].value
    return value if isinstance(value, bool) else None


def _compared(operator: Comparator, left: Computed, right: Computed) -> Truth:
    a, b = left.value, right.value
    return Interval.compare(operator, a, b) if isinstance(a, Interval) and isinstance(b, Interval) else None


def _is_one_of(subject: Computed, words: tuple[str, ...]) -> Truth:
    word = subject.value
    return word in words if isinstance(word, str) else None


def _is_stale(facts: FactSet, fact: str) -> bool:
    state = facts.states[fact]
    return state.value is None and any(cause.reason is Reason.STALE for cause in state.causes)

"""Values that a reader expects: the numbers that a guideline itself names for a fact, and what formulas set it against.

limits    what a fact is compared with, in its own unit
usual     beside these, constants that stand next to it in a formula (4.0 in `4.0 - albumin`), and the limits of
formulas that it is part of
formulas  facts that one formula is made of, whose values have to be chosen together
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from guidelang.network.events import EventTest, Lasting, Occurs
from guidelang.network.graph import facts_below, nodes_below, relations_of
from guidelang.network.ir import (
    Affine,
    Aggregate,
    Arithmetic,
    Compare,
    Constant,
    CurrentValue,
    LastN,
    Network,
    NodeId,
)
from guidelang.quantity import Interval
from guidelang.run.formulas import arithmetic
from guidelang.run.outcome import Computed


@dataclass(frozen=True, slots=True)
class Usual:
    """What values of facts may be, in the facts' units, in the order in which a reader expects them."""

    limits: Mapping[str, tuple[Fraction, ...]]
    beside: Mapping[str, tuple[Fraction, ...]]
    middle: Mapping[str, Fraction]
    formulas: tuple[tuple[str, ...], ...]


def usual_of(networks: Iterable[Network], roots: Iterable[Iterable[NodeId]]) -> Usual:
    """The usual values of the facts that some nodes of each network stand on."""
    limits: dict[str, dict[Fraction, None]] = {}
    beside: dict[str, dict[Fraction, None]] = {}
    formulas: dict[tuple[str, ...], None] = {}
    middle: dict[str, Fraction] = {}
    for network, own in zip(networks, roots, strict=True):
        middle |= {name: _middle(*f.plausible) for name, f in network.facts.items() if f.plausible is not None}
        below = nodes_below(network, own)
        for node_id, node in network.nodes.items():
            if node_id not in below:
                continue
            for fact, limit in _limits(network, node):
                limits.setdefault(fact, {})[limit] = None
            for fact, number in _beside(network, node):
                beside.setdefault(fact, {})[number] = None
            if isinstance(node, Arithmetic):
                facts = sorted(fact for fact in facts_below(network, node_id) if fact in network.facts)
                if len(facts) > 1:
                    formulas[tuple(facts)] = None
    return Usual(
        limits={fact: tuple(sorted(numbers)) for fact, numbers in limits.items()},
        beside={fact: tuple(sorted(numbers)) for fact, numbers in beside.items()},
        middle=middle,
        formulas=tuple(formulas),
    )


def step_of(limit: Fraction) -> Fraction:
    """One in the last decimal of a number, and a tenth of a whole one."""
    places = 1
    while (limit * 10**places).denominator != 1 and places < 6:
        places += 1
    return Fraction(1, 10**places)


def _limits(network: Network, node: object) -> Iterator[tuple[str, Fraction]]:
    match node:
        case Compare(left=left, right=right):
            for side, other in ((left, right), (right, left)):
                yield from _compared(network, side, other)
        case LastN(fact=fact, right=right, factor=factor, offset=offset):
            yield from _constant(network, fact, right, factor, offset)
        case Occurs(fact=fact, test=test) | Lasting(fact=fact, test=test):
            yield from _tested(network, fact, test)
    for relation in relations_of(node) if isinstance(node, LastN | Occurs | Aggregate) else ():
        yield from _tested(network, relation.fact, relation.test)


def _compared(network: Network, side: NodeId, other: NodeId) -> Iterator[tuple[str, Fraction]]:
    factor, offset = Fraction(1), Fraction(0)
    node = network.nodes[side]
    if isinstance(node, Affine):
        factor, offset, node = node.factor, node.offset, network.nodes[node.operand]
    fact = getattr(node, "fact", None)
    if isinstance(fact, str) and (isinstance(node, CurrentValue) or getattr(node, "how", "") in _VALUES):
        yield from _constant(network, fact, other, factor, offset)


_VALUES = frozenset({"latest", "earliest", "highest", "lowest", "average"})


def _tested(network: Network, fact: str, test: EventTest) -> Iterator[tuple[str, Fraction]]:
    for comparison in test.comparisons:
        yield from _constant(network, fact, comparison.right, comparison.factor, comparison.offset)


def _constant(
    network: Network, fact: str, limit: NodeId, factor: Fraction, offset: Fraction
) -> Iterator[tuple[str, Fraction]]:
    number = _number(network, limit)
    if number is not None and factor != 0:
        yield fact, (number - offset) / factor


def _number(network: Network, node_id: NodeId) -> Fraction | None:
    """A constant, or what is computed from constants alone."""
    node = network.nodes[node_id]
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Affine) and (inner := _number(network, node.operand)) is not None:
        return node.factor * inner + node.offset
    if not isinstance(node, Arithmetic) or node.operator not in ("+", "-", "*", "/"):
        return None
    numbers = [_number(network, operand) for operand in node.operands]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    value = arithmetic(node.operator, [Computed(Interval.point(number)) for number in known]).value
    return value.value if isinstance(value, Interval) else None


def _middle(low: Fraction, high: Fraction) -> Fraction:
    """Two digits of the geometric mean; of a range from zero a quarter of its end."""
    size = float(low * high) ** 0.5 if low > 0 else float(high) / 4
    return Fraction(f"{size:.2g}")


def _beside(network: Network, node: object) -> Iterator[tuple[str, Fraction]]:
    match node:
        case Arithmetic(operator="+" | "-", operands=operands):
            numbers = [n.value for o in operands if isinstance(n := network.nodes[o], Constant)]
            for operand in operands:
                fact = getattr(network.nodes[operand], "fact", None)
                if isinstance(fact, str):
                    yield from ((fact, number) for number in numbers)
        case Compare(left=left, right=right):
            limit = _number(network, right)
            if isinstance(network.nodes[left], Arithmetic) and limit is not None:
                for fact in facts_below(network, left):
                    definition = network.facts.get(fact)
                    if definition is not None and _is_plausible(definition.plausible, limit):
                        yield fact, limit


def _is_plausible(bounds: tuple[Fraction, Fraction] | None, value: Fraction) -> bool:
    return bounds is not None and bounds[0] <= value <= bounds[1]

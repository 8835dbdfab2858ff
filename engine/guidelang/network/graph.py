"""What the nodes of a network stand on."""

from __future__ import annotations

from collections.abc import Iterable

from guidelang.network import ir
from guidelang.network.events import DayOf, EventRelation, EventTest, EventTime, Lasting, Occurs


def nodes_below(network: ir.Network, roots: Iterable[ir.NodeId]) -> set[ir.NodeId]:
    """Some nodes and all that they stand on."""
    found: set[ir.NodeId] = set()
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending.extend(operands_of(network.nodes[node]))
    return found


def facts_below(network: ir.Network, node: ir.NodeId) -> frozenset[str]:
    """The base facts that a node stands on."""
    found: set[str] = set()
    for below in nodes_below(network, [node]):
        inner = network.nodes[below]
        if isinstance(inner, ir.Age):
            found.add("birth_date")
        elif (fact := getattr(inner, "fact", None)) is not None:
            found.add(fact)
    return frozenset(found)


def operands_of(node: ir.Node) -> tuple[ir.NodeId, ...]:
    """The nodes a node is computed from."""
    match node:
        case ir.Compare():
            return (node.left, node.right)
        case ir.IsOneOf():
            return (node.subject,)
        case ir.LastN():
            return (node.right, *_of_phrases(node))
        case ir.Aggregate():
            return _of_phrases(node)
        case Occurs():
            return (*_bounds_of(node.test), *_of_phrases(node))
        case Lasting():
            return _bounds_of(node.test)
        case ir.Age(at=str() as day):
            return (day,)
        case ir.ValueKnown() | ir.ConditionKnown() | ir.Certainly() | ir.Not():
            return (node.operand,)
        case ir.Round() | ir.Affine() | ir.DateShift():
            return (node.operand,)
        case ir.And() | ir.Or() | ir.AtLeast() | ir.FirstKnownCondition() | ir.FirstKnownValue() | ir.Arithmetic():
            return node.operands
        case ir.Score():
            return tuple(item.operand for item in node.items)
        case ir.Table():
            return (*node.columns, *(row.condition for row in node.rows))
        case _:
            return ()


def facts_of(node: ir.Node) -> tuple[str, ...]:
    """The facts that a node itself reads, without those of its operands."""
    if isinstance(node, ir.Age):
        return ("birth_date",)
    fact = getattr(node, "fact", None)
    day = day_of(node)
    named = (fact, *(relation.fact for relation in relations_of(node)), None if day is None else day.fact)
    return tuple(dict.fromkeys(name for name in named if name is not None))


def relations_of(node: ir.Node) -> tuple[EventRelation, ...]:
    """The relations to other facts in which a node asks for events, also those of the events of its day."""
    if not isinstance(node, ir.Aggregate | ir.LastN | Occurs):
        return ()
    return node.relations if node.day is None else (*node.relations, *node.day.relations)


def day_of(node: ir.Node) -> DayOf | None:
    """The day with events of a fact on which a node asks for events."""
    return node.day if isinstance(node, ir.Aggregate | ir.LastN | Occurs) else None


def parameters_of(node: ir.Node) -> tuple[str, ...]:
    """The parameters whose values stand in a node itself."""
    named = (
        getattr(node, "parameter", None),
        getattr(node, "window_parameter", None),
        *(relation.farthest_parameter for relation in relations_of(node)),
    )
    return tuple(name for name in named if name is not None)


def _bounds_of(test: EventTest) -> tuple[ir.NodeId, ...]:
    return tuple(comparison.right for comparison in test.comparisons)


def _of_phrases(node: ir.Aggregate | ir.LastN | Occurs | DayOf) -> tuple[ir.NodeId, ...]:
    """The days and limits in what is asked of where events lie."""
    days = _days_of(node.time)
    tested = tuple(limit for relation in node.relations for limit in _bounds_of(relation.test))
    if isinstance(node, DayOf):
        return (*_bounds_of(node.test), *days, *tested)
    return (*days, *tested, *(() if node.day is None else _of_phrases(node.day)))


def _days_of(time: EventTime | None) -> tuple[ir.NodeId, ...]:
    return () if time is None else tuple(day for day in (time.first, time.last) if day is not None)

"""Faults in conditions and formulas. Each puts another expression where one stands, and the rest of the text stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from guidelang.syntax import print_expression, print_phrase, tree
from guidelang.testing.mutation.change import Change, Kind
from guidelang.testing.mutation.numbers import beside, counted, steps
from guidelang.testing.mutation.parts import children, everything, with_part

Converts: TypeAlias = Mapping[str, Sequence[str]]
"""For each fact the units that it says how to convert."""

_BORDER: Mapping[tree.Comparator, tree.Comparator] = {
    ">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "!=", "!=": "=",
}  # fmt: skip
_TURNED: Mapping[tree.Comparator, tree.Comparator] = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
_Sign: TypeAlias = Literal["+", "-", "*", "/", "^"]
_How: TypeAlias = Literal["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered days"]
_Lying: TypeAlias = Literal["during", "overlaps", "before", "after", "by"]
_ARITHMETIC: Mapping[_Sign, _Sign] = {"+": "-", "-": "+", "*": "/", "/": "*"}
_FUNCTIONS = {"min": "max", "max": "min"}
_SELECTED: Mapping[_How, _How] = {
    "latest": "earliest", "earliest": "latest", "highest": "lowest", "lowest": "highest", "average": "latest",
}  # fmt: skip
_LYING: Mapping[_Lying, _Lying] = {
    "before": "after", "after": "before", "during": "before", "overlaps": "during", "by": "after",
}  # fmt: skip
_CONNECTIVES = (tree.And, tree.Or, tree.Not, tree.Certainly, tree.AtLeast, tree.FirstKnown)
_PHRASES = (tree.Within, tree.Ago, tree.Since, tree.Beside, tree.Together, tree.OnDay)
_NEGATABLE = (
    tree.Name, tree.IsState, tree.Happened, tree.Quantified, tree.Lasting, tree.LastN, tree.Recommended,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, what it is told as part of, whether it is a condition, and whether a length of time is looked back."""

    node: tree.Node
    told: tree.Node
    is_condition: bool
    is_window: bool


def expression_changes(root: tree.Expression, converts: Converts, *, is_condition: bool = True) -> Iterator[Change]:
    """The faults of an expression, outer before inner, in the order of the text."""
    waiting = [_Place(root, root, is_condition, False)]
    while waiting:
        place = waiting.pop()
        yield from _here(place, converts)
        waiting.extend(reversed(list(_inside(place))))


def quantity_changes(
    quantity: tree.Quantity, told: tree.Node, kind: Kind, converts: Converts, *, opening: str = ""
) -> Iterator[Change]:
    """A number a step beside where it is, and in another unit.

    Args:
        told: what the number is told as part of.
        converts: under "" the units for a number that stands with no fact.
        opening: words before that, such as the name of a parameter.
    """
    for number in steps(quantity.number):
        yield _put(kind, quantity, replace(quantity, number=number), told, opening)
    if quantity.unit is not None:
        facts = {each.name for each in everything(told) if isinstance(each, tree.Name | tree.Identifier)} or {""}
        others = [unit for fact in sorted(facts) for unit in converts.get(fact, ())]
        for unit in beside(quantity.unit, others):
            yield _put("unit", quantity, replace(quantity, unit=unit), told, opening)


def _inside(place: _Place) -> Iterator[_Place]:
    node = place.node
    connects = isinstance(node, _CONNECTIVES)
    looks_back = isinstance(node, (*_PHRASES, tree.Change))
    for child in children(node):
        if not isinstance(child, tree.Identifier):
            told = child if connects else place.told
            is_window = looks_back or (isinstance(node, tree.Lasting) and child is node.duration)
            yield _Place(child, told, connects and not isinstance(node, tree.Not), is_window)


def _here(place: _Place, converts: Converts) -> Iterator[Change]:
    node = place.node
    if place.is_condition:
        yield from _negations(place)
    match node:
        case tree.Quantity():
            yield from quantity_changes(node, place.told, "window" if place.is_window else "threshold", converts)
        case tree.And(operands):
            yield _put("connective", node, tree.Or(operands, span=node.span), node)
            yield from _without_operands(node)
        case tree.Or(operands):
            yield _put("connective", node, tree.And(operands, span=node.span), node)
            yield from _without_operands(node)
        case tree.Not(operand):
            yield _put("negation", node, operand, place.told)
        case tree.Certainly(operand):
            yield _put("negation", node, operand, place.told)
        case tree.Compare(operator=operator):
            for other in dict.fromkeys((_BORDER[operator], _TURNED.get(operator, _BORDER[operator]))):
                yield _put("comparison", node, replace(node, operator=other), place.told)
        case tree.LastN(operator=operator):
            for other in dict.fromkeys((_BORDER[operator], _TURNED.get(operator, _BORDER[operator]))):
                yield _put("comparison", node, replace(node, operator=other), place.told)
            for count in steps(node.count):
                yield _put("count", node, replace(node, count=count), place.told)
            yield from _without_phrases(node, place)
        case tree.AtLeast(count, _):
            for other_count in steps(count):
                yield _put("count", node, replace(node, count=other_count), node)
            yield from _without_operands(node)
        case tree.FirstKnown():
            yield from _without_operands(node)
            if len(node.operands) > 1:
                first, second, *rest = node.operands
                yield _put("selection", node, replace(node, operands=(second, first, *rest)), node)
        case tree.IsOneOf(values=values):
            if len(values) > 1:
                for value in values:
                    rest_values = tuple(each for each in values if each is not value)
                    yield _put("value", node, replace(node, values=rest_values), place.told)
        case tree.Arithmetic(operator=sign) if sign in _ARITHMETIC:
            yield _put("arithmetic", node, replace(node, operator=_ARITHMETIC[sign]), place.told)
        case tree.Call(function) if function.name in _FUNCTIONS:
            other_function = replace(function, name=_FUNCTIONS[function.name])
            yield _put("arithmetic", node, replace(node, function=other_function), place.told)
        case tree.Aggregate(how=how):
            if how in _SELECTED:
                yield _put("selection", node, replace(node, how=_SELECTED[how]), place.told)
            yield from _without_phrases(node, place)
        case tree.Quantified():
            yield from _quantified(node, place)
        case tree.Happened():
            yield from _without_phrases(node, place)
        case tree.Beside(how=lying):
            yield _put("window", node, replace(node, how=_LYING[lying]), place.told)
        case _:
            return


def _negations(place: _Place) -> Iterator[Change]:
    node = place.node
    if isinstance(node, tree.IsOneOf):
        yield _put("negation", node, replace(node, negated=not node.negated), place.told)
    elif isinstance(node, _NEGATABLE):
        yield _put("negation", node, tree.Not(node, span=node.span), place.told)


def _quantified(node: tree.Quantified, place: _Place) -> Iterator[Change]:
    if node.count is not None:
        for count in steps(node.count):
            yield _put("count", node, replace(node, count=count), place.told)
    elif node.quantifier == "any":
        yield _put("selection", node, replace(node, quantifier="every"), place.told)
    else:
        yield _put("selection", node, replace(node, quantifier="any"), place.told)
    if node.different_days:
        yield _put("selection", node, replace(node, different_days=False), place.told)
    yield from _without_phrases(node, place)


def _without_operands(node: tree.And | tree.Or | tree.AtLeast | tree.FirstKnown) -> Iterator[Change]:
    if len(node.operands) < 2:
        return
    for operand in node.operands:
        rest = tuple(each for each in node.operands if each is not operand)
        single = len(rest) == 1 and isinstance(node, tree.And | tree.Or)
        other: tree.Expression = rest[0] if single else replace(node, operands=rest)
        yield _put("condition", node, other, node)


def _without_phrases(
    node: tree.LastN | tree.Aggregate | tree.Quantified | tree.Happened, place: _Place
) -> Iterator[Change]:
    for phrase in node.phrases:
        rest = tuple(each for each in node.phrases if each is not phrase)
        other: tree.Expression = replace(node, phrases=rest)
        if isinstance(node, tree.Happened) and not rest:
            other = tree.Name(node.fact.name, span=node.span)
        yield _put("window", node, other, place.told)


def _put(kind: Kind, old: tree.Node, new: tree.Node, told: tree.Node, opening: str = "") -> Change:
    after = opening + words(with_part(told, old, new))
    loose = isinstance(new, tree.And | tree.Or) and isinstance(old, tree.Not | tree.Certainly)
    text = f"({words(new)})" if loose else words(new)  # what it stands in may bind more tightly
    return Change(kind, old.span, text, opening + words(told), after, told.span)


def words(node: tree.Node) -> str:
    """An expression or a phrase as the language writes it, on one line."""
    if isinstance(node, _PHRASES):
        return print_phrase(node)
    if isinstance(node, tree.Quantity):
        return counted(node.number, node.unit)
    return print_expression(node)  # type: ignore[arg-type]  # all else that is changed is an expression

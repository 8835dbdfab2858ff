"""Conditions of a network as expressions of an infix language, on two rails: known true and known false."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from guidelang.network.ir import (
    LITERALS,
    Affine,
    And,
    Arithmetic,
    AtLeast,
    Certainly,
    Compare,
    ConditionKnown,
    Constant,
    CurrentValue,
    FactKnown,
    FirstKnownCondition,
    Holds,
    IsOneOf,
    LastN,
    Network,
    Node,
    NodeId,
    Not,
    Or,
)


@dataclass(frozen=True)
class Syntax:
    """How a language says a few things. `{}` is the operand."""

    is_known: str
    is_true: str
    is_false: str
    equal: str
    variable: str = "{}"


@dataclass(frozen=True)
class Condition:
    """One condition: when it is known to be true, and when to be false; `literal` asks for facts alone."""

    node: NodeId
    true: str
    false: str
    literal: bool


def identifier(node: NodeId) -> str:
    return "".join(c if c.isalnum() else "_" for c in node)


def history_fact(node: NodeId) -> str:
    """The name under which a patient has the answer to a question about a history, which no peer keeps."""
    return f"history_{identifier(node)}"


def conditions(network: Network, syntax: Syntax, reference: str = "{}") -> list[Condition]:
    """All conditions, operands first. `reference` is how the expression of one condition names another's column."""
    found: list[Condition] = []
    values: dict[NodeId, tuple[str, list[str]]] = {}
    for node_id, node in network.nodes.items():
        if (value := _value(node, values, syntax)) is not None:
            values[node_id] = value
            continue
        true, false = _condition(node_id, node, values, syntax, reference)
        found.append(Condition(node_id, true, false, isinstance(node, LITERALS)))
    return found


def column(node: NodeId, truth: bool) -> str:
    return f"{identifier(node)}_{'t' if truth else 'f'}"


def _value(node: Node, values: dict[NodeId, tuple[str, list[str]]], syntax: Syntax) -> tuple[str, list[str]] | None:
    match node:
        case Constant(value=number):
            return _number(number), []
        case CurrentValue(fact=fact):
            return syntax.variable.format(fact), [fact]
        case Arithmetic(operator="+" | "-" | "*" as operator, operands=operands):
            parts = [values[o] for o in operands]
            return f"({f' {operator} '.join(text for text, _ in parts)})", [f for _, facts in parts for f in facts]
        case Affine(operand=operand, factor=factor, offset=offset):
            text, facts = values[operand]
            return f"({text} * {_number(factor)} + {_number(offset)})", facts
        case _:
            return None


def _number(number: Fraction) -> str:
    return repr(float(number))


def _condition(
    node_id: NodeId, node: Node, values: dict[NodeId, tuple[str, list[str]]], syntax: Syntax, reference: str
) -> tuple[str, str]:
    def of(operand: NodeId, truth: bool) -> str:
        return reference.format(column(operand, truth))

    def joined(word: str, operands: Sequence[NodeId], truth: bool) -> str:
        return "(" + f" {word} ".join(of(o, truth) for o in operands) + ")"

    match node:
        case Holds(fact=fact):
            return _holds(fact, syntax)
        case LastN():
            return _holds(history_fact(node_id), syntax)
        case FactKnown(fact=fact):
            known = syntax.is_known.format(syntax.variable.format(fact))
            return known, f"not ({known})"
        case Compare(operator=operator, left=left, right=right):
            (a, facts), (b, more) = values[left], values[right]
            sign = {"=": "=="}.get(operator, operator)
            known = _known([*facts, *more], syntax)
            return f"{known} and {a} {sign} {b}", f"{known} and not ({a} {sign} {b})"
        case IsOneOf(subject=subject, values=words):
            text, facts = values[subject]
            one = " or ".join(syntax.equal.format(text, word) for word in words)
            known = _known(facts, syntax)
            return f"{known} and ({one})", f"{known} and not ({one})"
        case Not(operand=operand):
            return of(operand, False), of(operand, True)
        case And(operands=operands):
            return joined("and", operands, True), joined("or", operands, False)
        case Or(operands=operands):
            return joined("or", operands, True), joined("and", operands, False)
        case Certainly(operand=operand):
            return of(operand, True), f"not ({of(operand, True)})"
        case ConditionKnown(operand=operand):
            known = f"({of(operand, True)} or {of(operand, False)})"
            return known, f"not {known}"
        case FirstKnownCondition(operands=operands):
            return tuple(_first(operands, truth, of) for truth in (True, False))  # type: ignore[return-value]
        case AtLeast():
            raise NotImplementedError("`at least` is in none of the guidelines that are measured")
        case _:
            raise NotImplementedError(type(node).__name__)


def _holds(fact: str, syntax: Syntax) -> tuple[str, str]:
    name = syntax.variable.format(fact)
    return syntax.is_true.format(name), syntax.is_false.format(name)


def _known(facts: Sequence[str], syntax: Syntax) -> str:
    return " and ".join(syntax.is_known.format(syntax.variable.format(fact)) for fact in dict.fromkeys(facts)) or "True"


def _first(operands: Sequence[NodeId], truth: bool, of: object) -> str:
    assert callable(of)
    text = of(operands[-1], truth)
    for operand in reversed(operands[:-1]):
        text = f"({of(operand, truth)} or (not {of(operand, not truth)} and {text}))"
    return text

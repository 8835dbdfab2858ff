"""What is inside an expression."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.syntax.tree.events import Happened, Lasting, Phrase, Quantified, phrase_parts
from guidelang.syntax.tree.expressions import (
    Age,
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Between,
    Call,
    Certainly,
    Compare,
    DaysFrom,
    EndOf,
    Expression,
    FirstKnown,
    IsOneOf,
    IsState,
    LastN,
    Negate,
    Not,
    Or,
    Period,
    TimeFrom,
)
from guidelang.syntax.tree.node import Node
from guidelang.syntax.tree.scores import ScoreSum, TableLookup


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside an expression, in the order of the text."""
    match expression:
        case Arithmetic() | Compare():
            return (expression.left, expression.right)
        case Negate() | Not() | Certainly():
            return (expression.operand,)
        case Call():
            return expression.arguments
        case And() | Or() | AtLeast() | FirstKnown():
            return expression.operands
        case Between():
            return (expression.subject, expression.low, expression.high)
        case IsOneOf() | IsState():
            return (expression.subject,)
        case LastN():
            return (*_in_phrases(expression.phrases), expression.right)
        case Aggregate() | Happened():
            return _in_phrases(expression.phrases)
        case Quantified(test=None):
            return _in_phrases(expression.phrases)
        case Quantified():
            assert expression.test is not None
            return (expression.test, *_in_phrases(expression.phrases))
        case Lasting():
            return (expression.test,)
        case Period() | TimeFrom() | DaysFrom():
            return (expression.first, expression.last)
        case Age(at=Node() as day):
            return (day,)
        case EndOf():
            return (expression.period,)
        case ScoreSum():
            return tuple(item.value for item in expression.items)
        case TableLookup():
            return tuple(column.value for column in expression.columns)
        case _:
            return ()


def _in_phrases(phrases: tuple[Phrase, ...]) -> tuple[Expression, ...]:
    return tuple(part for phrase in phrases for part in phrase_parts(phrase))


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and everything inside it, outer before inner, in the order of the text. Uses no recursion."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(parts(node)))

"""How long exact numbers may get: a formula that multiplies itself over and over has more digits than anybody needs.

Arithmetic is exact, so a product has as many digits as its factors together. Definitions that square each other double
them each time: thirty of them would fill a memory. What a name stands for is seen as a fraction of two products of
facts and numbers, and the factors are counted; powers and logarithms have 12 digits (language.md, exact numbers) and
begin anew.
"""

from __future__ import annotations

from typing import TypeAlias

from guidelang.diagnostics import Report
from guidelang.model.cycles import dependency_order
from guidelang.model.symbols import Symbols
from guidelang.syntax import tree

MOST_FACTORS = 1000

_Size: TypeAlias = tuple[int, int]
"""The factors of numerator and denominator."""
_ONE: _Size = (1, 0)


def check(symbols: Symbols, report: Report) -> None:
    """Reports the first definitions whose numbers may get too long (G514). There must be no cycles."""
    sizes: dict[str, _Size] = {}
    for name in dependency_order(symbols):
        if name not in symbols.defines:
            continue
        declaration = symbols.defines[name].declaration
        size = _of(declaration.value, sizes)
        if max(size) > MOST_FACTORS:
            report.error(
                "G514",
                f"`{name}` multiplies more than {MOST_FACTORS} numbers with each other",
                declaration.name.span,
                suggestion="write a power: `x ^ 8` is rounded to 12 digits",
            )
            size = _ONE  # what stands on it is told for itself
        sizes[name] = size


def _of(expression: tree.Expression, sizes: dict[str, _Size]) -> _Size:
    match expression:
        case tree.Name(name):
            return sizes.get(name, _ONE)
        case tree.Negate(operand):
            return _of(operand, sizes)
        case tree.FirstKnown(operands):
            return _greater(*(_of(operand, sizes) for operand in operands))
        case tree.Call(tree.Identifier("min" | "max" | "abs"), arguments) if arguments:
            return _greater(*(_of(argument, sizes) for argument in arguments))
        case tree.Call(tree.Identifier("round"), (number, *_)):
            return _of(number, sizes)[0], 0  # what stands before the point stays as long as it is
        case tree.Arithmetic(operator, left, right) if operator != "^":
            (over, under), (other_over, other_under) = _of(left, sizes), _of(right, sizes)
            if operator == "*":
                return over + other_over, under + other_under
            if operator == "/":
                return over + other_under, under + other_over
            return max(over + other_under, other_over + under), under + other_under
        case _:
            return _ONE


def _greater(*sizes: _Size) -> _Size:
    return max(over for over, _ in sizes), max(under for _, under in sizes)

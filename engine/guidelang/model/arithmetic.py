"""Arithmetic: sums, products, powers and functions of numbers, and the unit that comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.diagnostics import did_you_mean
from guidelang.model.measures import power_unit, product, quotient
from guidelang.model.types import AgeType, DateType, DurationType, MeasureType, PeriodType, Type
from guidelang.quantity import UnitError, parse_decimal
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference

_FUNCTIONS = {
    "min": (2, 99), "max": (2, 99), "round": (1, 2), "ln": (1, 1), "log10": (1, 1), "exp": (1, 1), "abs": (1, 1),
}  # fmt: skip
"""The least and the greatest number of values that each function takes."""


class Numbers:
    """Infers arithmetic for an `Inference`, which infers its operands."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.report = inference.report

    def measure(self, expression: tree.Expression) -> MeasureType | None:
        return self.as_measure(expression, self.inference.infer(expression))

    def as_measure(self, expression: tree.Expression, found: Type | None) -> MeasureType | None:
        if isinstance(found, AgeType):
            return MeasureType(None)
        if found is None or isinstance(found, MeasureType):
            return found
        words = print_expression(expression)
        self.report.error(
            "G306",
            f"arithmetic needs numbers, and this is {found}",
            expression.span,
            expected="a number or quantity",
            suggestion=f"if it belongs to what stands before it, close that in parentheses: `(… {words})`"
            if isinstance(found, PeriodType)
            else None,
        )
        return None

    def arithmetic(self, expression: tree.Arithmetic) -> Type | None:
        found = self.inference.infer(expression.left), self.inference.infer(expression.right)
        if expression.operator in ("+", "-") and any(isinstance(t, DateType) for t in found):
            return (
                None
                if found[0] is None or found[1] is None
                else self.inference.dates.shift(expression, found[0], found[1])
            )
        if None in found and any(isinstance(t, DurationType) for t in found):
            return None  # of a day that has an error of its own
        left, right = self.as_measure(expression.left, found[0]), self.as_measure(expression.right, found[1])
        if left is None or right is None:
            return None
        match expression.operator:
            case "+" | "-":
                return self.inference.meeting_point.meet(
                    expression, (expression.left, expression.right), (left, right), "added"
                )
            case _:
                try:
                    return self._scale(expression, left, right)
                except UnitError as error:
                    self.report.error("G303", error.message, expression.span)
                    return None

    def _scale(self, expression: tree.Arithmetic, left: MeasureType, right: MeasureType) -> Type | None:
        if expression.operator == "*":
            return product(left, right)
        return quotient(left, right) if expression.operator == "/" else self._power(expression, left, right)

    def _power(self, expression: tree.Arithmetic, base: MeasureType, exponent: MeasureType) -> Type | None:
        if exponent.unit is not None:
            self.report.error("G303", "an exponent is a plain number", expression.right.span)
            return None
        if base.unit is None:
            return MeasureType(None)
        value = _small_integer(expression.right)
        if value is None:
            self.report.error(
                "G303",
                f"a quantity in {base.unit.code} can only be raised to a small whole number",
                expression.right.span,
                suggestion="state the units of an empirical formula with `with … in …, result in …`",
            )
            return None
        return power_unit(base, value)

    def call(self, call: tree.Call) -> Type | None:
        name = call.function.name
        if name not in _FUNCTIONS:
            self.report.error(
                "G201",
                f"there is no function `{name}`",
                call.function.span,
                expected=", ".join(_FUNCTIONS),
                suggestion=did_you_mean(name, _FUNCTIONS),
            )
            return None
        least, most = _FUNCTIONS[name]
        if not least <= len(call.arguments) <= most:
            words = f"{least}" if least == most else f"{least} to {most}" if most < 99 else f"at least {least}"
            self.report.error("G309", f"`{name}` takes {words} values, not {len(call.arguments)}", call.span)
            return None
        types = [self.inference.infer(argument) for argument in call.arguments]
        if name in ("min", "max") and all(isinstance(t, DateType) for t in types):
            self.inference.meeting_point.types[id(call)] = DateType()
            return DateType()
        measures = [self.as_measure(argument, t) for argument, t in zip(call.arguments, types, strict=True)]
        if any(m is None for m in measures):
            return None
        found = [m for m in measures if m is not None]
        if name in ("min", "max"):
            return self.inference.meeting_point.meet(call, call.arguments, found, "compared")
        if name == "round":
            if len(call.arguments) == 2 and _small_integer(call.arguments[1]) is None:
                self.report.error(
                    "G309", "`round` takes a whole number of decimal places", call.arguments[1].span, expected="0 to 12"
                )
                return None
            return found[0]
        if name == "abs":
            return found[0]
        if found[0].unit is not None:
            self.report.error(
                "G303",
                f"`{name}` needs a plain number, and this is {found[0]}",
                call.arguments[0].span,
                suggestion="state the units of an empirical formula with `with … in …, result in …`",
            )
            return None
        return MeasureType(None)


def _small_integer(expression: tree.Expression) -> int | None:
    """The value of a whole numeral from -12 to 12."""
    negative = isinstance(expression, tree.Negate)
    inner = expression.operand if isinstance(expression, tree.Negate) else expression
    if not isinstance(inner, tree.Quantity) or inner.unit is not None:
        return None
    value = parse_decimal(inner.number)
    if value.denominator != 1 or value > 12:
        return None
    return -int(value) if negative else int(value)

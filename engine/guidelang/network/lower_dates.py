"""Days, periods, ages and lengths of time to nodes."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from guidelang.calendar import DURATION_WORDS, Duration, DurationUnit
from guidelang.model.compare import WORD_OF_UCUM
from guidelang.model.symbols import DefineSymbol, ParameterSymbol
from guidelang.network import ir
from guidelang.quantity import parse_decimal
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.network.lower import Lowering


class DateLowering:
    """Makes the nodes of days for a `Lowering`."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering

    def period(self, expression: tree.Expression) -> tuple[ir.NodeId, ir.NodeId]:
        """The nodes of the first and the last day of a period, which both belong to it."""
        if isinstance(expression, tree.Period):
            return self._lowering.value(expression.first), self._lowering.value(expression.last)
        assert isinstance(expression, tree.Name)
        symbol = self._lowering.symbols.named(expression.name)
        if isinstance(symbol, DefineSymbol):
            return self.period(symbol.declaration.value)
        assert isinstance(symbol, ParameterSymbol)
        assert symbol.days is not None
        first, last = symbol.days
        return (
            self.day(first, symbol.name, f"start of {symbol.name}"),
            self.day(last, symbol.name, f"end of {symbol.name}"),
        )

    def day(self, day: dt.date, parameter: str | None, words: str) -> ir.NodeId:
        return self._lowering.add(ir.DateConstant(day.toordinal(), day.isoformat(), parameter), words)

    def shifted(
        self, day: tree.Expression, sign: Literal["+", "-"], duration: Duration, parameter: str | None
    ) -> ir.NodeId:
        """A day moved by a duration."""
        operand = self._lowering.value(day)
        words = f"{self._lowering.names.get(operand, print_expression(day))} {sign} {parameter or duration}"
        if isinstance(day, tree.Today) and sign == "-":
            return self._lowering.add(ir.BeforeEvaluation(duration, parameter), words)
        return self._lowering.add(ir.DateShift(operand, sign, duration, parameter), words)

    def age(self, age: tree.Age, unit: DurationUnit) -> ir.NodeId:
        at = None if age.at is None or isinstance(age.at, tree.Today) else self._lowering.value(age.at)
        return self._lowering.add(ir.Age(unit, at), "age" if at is None else print_expression(age))

    def duration(self, expression: tree.Expression, whole: tree.Expression) -> tuple[Duration, str | None]:
        if isinstance(expression, tree.Name):
            parameter = self._lowering.symbols.parameters[expression.name]
            assert parameter.duration is not None
            return parameter.duration, parameter.name
        assert isinstance(expression, tree.Quantity)
        unit = expression.unit
        if unit is None and isinstance(whole, tree.Between) and isinstance(whole.high, tree.Quantity):
            unit = whole.high.unit
        return Duration(int(parse_decimal(expression.number)), DURATION_WORDS[unit or ""]), None

    def age_unit(self, left: tree.Expression, right: tree.Expression, whole: tree.Expression) -> DurationUnit:
        sides = (left, right, *((whole.low, whole.high) if isinstance(whole, tree.Between) else ()))
        for side in sides:
            if isinstance(side, tree.Quantity) and side.unit in DURATION_WORDS:
                return DURATION_WORDS[side.unit]
            if isinstance(side, tree.Quantity) and side.unit is not None:
                return WORD_OF_UCUM[side.unit]
            if isinstance(side, tree.Name):
                parameter = self._lowering.symbols.parameters.get(side.name)
                if parameter is not None and parameter.duration is not None:
                    return parameter.duration.unit
        return "year"

    def age_side(self, side: tree.Expression, unit: DurationUnit) -> ir.NodeId:
        if isinstance(side, tree.Age):
            return self.age(side, unit)
        if isinstance(side, tree.Quantity):
            text = side.number if side.unit is None else f"{side.number} {side.unit}"
            return self._lowering.add(ir.Constant(parse_decimal(side.number), None, text), text)
        if isinstance(side, tree.Name):
            parameter = self._lowering.symbols.parameters.get(side.name)
            if parameter is not None and parameter.duration is not None:
                number = Fraction(parameter.duration.count)
                return self._lowering.add(ir.Constant(number, None, parameter.text, parameter.name), parameter.text)
        return self._lowering.value(side)

"""Operands that meet: the one kind and unit in which a sum, a comparison or `min` takes its operands."""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.diagnostics import Fix, Note, Report
from guidelang.model.measures import can_meet
from guidelang.model.symbols import Symbols
from guidelang.model.types import MeasureType, Type
from guidelang.quantity import Unit
from guidelang.source import Span
from guidelang.syntax import print_expression, tree


class MeetingPoint:
    """Finds and notes where operands meet.

    Attributes:
        types: for each sum, comparison, `min`, `max` or `first known of`, the type in whose unit its operands meet.
        of_expression: the type of each expression; a bare numeral gets its unit here.
    """

    def __init__(self, symbols: Symbols, report: Report, of_expression: dict[int, Type]) -> None:
        self.symbols = symbols
        self.report = report
        self.of_expression = of_expression
        self.types: dict[int, Type] = {}

    def meet(
        self,
        whole: tree.Expression,
        operands: Sequence[tree.Expression],
        types: Sequence[MeasureType],
        verb: str,
    ) -> MeasureType | None:
        """The type in whose unit all operands meet, noted for the compiler; None after an error."""
        leader = next((t for t in types if t.kind is not None), None) or next(
            (t for t in types if t.unit is not None), types[0]
        )
        for operand, found in zip(operands, types, strict=True):
            if found.bare and leader.unit is not None:
                if not self._take_unit(operand, leader.unit):
                    return None
                continue
            problem = can_meet(leader, found, self.symbols)
            if problem is not None:
                first = operands[types.index(leader)]
                self._refuse(whole, (first, leader), (operand, found), verb, problem)
                return None
            mixed = {t.kind or t.multiple_of for t in (leader, found)} - {None}
            if len(mixed) > 1:
                self.report.warning(
                    "G906",
                    f"{' and a multiple of '.join(f'`{kind}`' for kind in sorted(mixed, key=str))} are {verb}, each "
                    "converted to one unit",
                    whole.span,
                    suggestion="if this is an empirical formula, state its units: with … in …, result in …",
                )
        bare = all(t.bare for t in types)
        self.types[id(whole)] = leader
        return MeasureType(leader.unit, leader.kind, leader.derived_unit, bare)

    def _take_unit(self, operand: tree.Expression, unit: Unit) -> bool:
        """A bare numeral takes the unit of what it meets, with a hint that `fmt --fix` can carry out."""
        number = operand.operand if isinstance(operand, tree.Negate) else operand
        if not isinstance(number, tree.Quantity):
            self.report.error(
                "G303",
                f"this has no unit, and meets a quantity in {unit.code}",
                operand.span,
                suggestion=f"write the unit {unit.code} after its numbers",
            )
            return False
        end = Span(number.span.source, number.span.end, number.span.end)
        self.report.hint(
            "G901",
            f"{number.number} has no unit; it is taken to be in {unit.code}",
            number.span,
            suggestion=f"write {number.number} {unit.code}",
            fix=Fix(end, f" {unit.code}"),
        )
        self.of_expression[id(number)] = self.of_expression[id(operand)] = MeasureType(unit)
        return True

    def _refuse(
        self,
        whole: tree.Expression,
        first: tuple[tree.Expression, MeasureType],
        second: tuple[tree.Expression, MeasureType],
        verb: str,
        problem: str,
    ) -> None:
        (left, left_type), (right, right_type) = first, second
        if problem == "kind":
            self.report.error(
                "G304",
                f"`{print_expression(left)}` and `{print_expression(right)}` are different kinds of quantity "
                f"and cannot be {verb}",
                whole.span,
                expected=f"two quantities of the kind {left_type.kind}",
                suggestion="if they are the same measured in two ways, give both facts the same `kind`; "
                "for an empirical formula, state its units with `with … in …, result in …`",
            )
            return
        if right_type.unit is None:
            parameter = self.symbols.parameters.get(right.name) if isinstance(right, tree.Name) else None
            notes = [Note("declared here", parameter.declaration.name.span)] if parameter else []
            unit_code = left_type.unit.code if left_type.unit else ""
            self.report.error(
                "G303",
                f"`{print_expression(right)}` has no unit and cannot be {verb} with {left_type}",
                right.span,
                expected=f"a quantity in {unit_code} or a unit that converts into it",
                notes=notes,
            )
            return
        left_unit = left_type.unit.code if left_type.unit else "no unit"
        one, other = print_expression(right), print_expression(left)
        message = f"{one} does not convert into {left_unit}, the unit of `{other}`"
        if not isinstance(right, tree.Quantity) or isinstance(left, tree.Quantity):
            message = f"`{one}` is in {right_type.unit.code}, `{other}` in {left_unit}; "
            message += "one does not convert into the other"
        self.report.error(
            "G302",
            message,
            right.span,
            expected=f"a unit that converts into {left_unit}",
            suggestion=self._conversion_hint(left_type, right_type),
        )

    def _conversion_hint(self, left: MeasureType, right: MeasureType) -> str | None:
        if left.kind is None or right.unit is None or left.unit is None:
            return None
        return (
            f"if the two are the same amount of {left.kind}, say so in the fact: "
            f"convert 1 {right.unit.code} = … {left.unit.code}"
        )

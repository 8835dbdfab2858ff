"""Scores and tables: the types of their parts, and that they wait for nothing that rules say.

The cells of a table become conditions on the value of their column (`60 to below 90` of `by egfr in U` is
`egfr >= 60 U and egfr < 90 U`), which are inferred and compiled like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidelang.calendar import DURATION_WORDS
from guidelang.diagnostics import Severity, did_you_mean
from guidelang.model.coverage import age_unit, bounds_of, check_coverage
from guidelang.model.measures import conversion_between
from guidelang.model.parameters import unit_of
from guidelang.model.types import AgeType, ChoiceType, ConditionType, MeasureType, Type
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference


class Scores:
    """Infers scores and tables for an `Inference`.

    Attributes:
        cells: the condition that each cell states, by `id` of the cell; none for `any`.
    """

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.symbols = inference.symbols
        self.report = inference.report
        self.cells: dict[int, tree.Expression] = {}

    # ---- scores -----------------------------------------------------------------------------------------------------

    def score(self, score: tree.ScoreSum) -> Type:
        for item in score.items:
            self._before_rules(item.value, "score")
            if item.points is not None:
                self.inference.condition(item.value)
                continue
            found = self.inference.infer(item.value)
            if found is not None and not (isinstance(found, MeasureType) and found.unit is None):
                condition = isinstance(found, ConditionType)
                self.report.error(
                    "G306",
                    f"`add` adds a number, and this is {found}",
                    item.value.span,
                    expected="a score, a table of numbers, or another plain number",
                    suggestion=f"write `1 when {print_expression(item.value)}`" if condition else None,
                )
        return MeasureType(None)

    # ---- tables -----------------------------------------------------------------------------------------------------

    def table(self, table: tree.TableLookup) -> Type | None:
        before = self._errors()
        types = [self._column(column) for column in table.columns]
        for row in table.rows:
            self._row(row, table, types)
        for number, (column, found) in enumerate(zip(table.columns, types, strict=True)):
            if isinstance(found, AgeType):
                self._ages(column, [row.cells[number] for row in table.rows if number < len(row.cells)])
        found = self._type(table)
        for gives in (*(row.gives for row in table.rows), table.otherwise.gives if table.otherwise else None):
            if gives is not None and found is not None:
                self._gives(gives, found)
        known = [t for t in types if t is not None]
        if self._errors() == before and len(known) == len(types):
            check_coverage(table, known, self.inference)
        return found

    def _errors(self) -> int:
        return sum(1 for finding in self.report.findings if finding.severity is Severity.ERROR)

    def _column(self, column: tree.Column) -> Type | None:
        self._before_rules(column.value, "table")
        found = self.inference.infer(column.value)
        if found is None:
            return None
        words = print_expression(column.value)
        if not isinstance(found, MeasureType | AgeType | ChoiceType | ConditionType):
            self.report.error(
                "G306",
                f"a table cannot look up `{words}`: it is {found}",
                column.value.span,
                expected="a number, a quantity, an age, one of a choice, or a condition",
            )
            return None
        if column.unit is None:
            return found
        if isinstance(found, AgeType) and column.unit in DURATION_WORDS:
            return found
        unit = None if isinstance(found, AgeType) else unit_of(column.unit, column.span, self.report)
        if isinstance(found, MeasureType) and found.unit is not None:
            if unit is None:
                return None
            if conversion_between(MeasureType(unit), found, self.symbols) is not None:
                return found
            self.report.error(
                "G302", f"`{words}` is in {found.unit.code}, which does not convert to {column.unit}", column.span
            )
            return None
        self.report.error(
            "G303",
            f"`{words}` has no unit {column.unit}: it is {found}",
            column.span,
            suggestion=f"write `by {words} in years`" if isinstance(found, AgeType) else f"write `by {words}`",
        )
        return None

    def _row(self, row: tree.Row, table: tree.TableLookup, types: list[Type | None]) -> None:
        if len(row.cells) != len(table.columns):
            self.report.error(
                "G309",
                f"the row has {_counted(len(row.cells), 'cell')}, and the table {_counted(len(types), 'column')}",
                row.span,
                expected="one cell a column, separated by commas; `any` where it makes no difference",
            )
            return
        for cell, column, found in zip(row.cells, table.columns, types, strict=True):
            if found is None or isinstance(cell, tree.AnyCell):
                continue
            condition = self._condition(cell, column, found)
            if condition is not None:
                self.cells[id(cell)] = condition
                self.inference.condition(condition)

    def _ages(self, column: tree.Column, cells: list[tree.Cell]) -> None:
        """Completed months and completed years do not share a scale, so a column of ages is in one of them."""
        stated = age_unit(column, cells)
        for number in (number for cell in cells for number in bounds_of(cell)):
            if number.unit is not None and DURATION_WORDS.get(number.unit) != DURATION_WORDS.get(stated or ""):
                self.report.error("G306", "the ages of a column are in one unit", number.span, expected=stated)

    def _condition(self, cell: tree.Cell, column: tree.Column, found: Type) -> tree.Expression | None:
        """What a cell says of its column, as an expression of the language."""
        value, span = column.value, cell.span
        match cell:
            case tree.YesNoCell(yes) if isinstance(found, ConditionType):
                return value if yes else tree.Not(value, span=span)
            case tree.WordsCell(words) if isinstance(found, ChoiceType):
                return tree.IsOneOf(value, words, span=span)
            case tree.CompareCell(operator, bound) if isinstance(found, MeasureType | AgeType):
                limit = self._number(bound, column, found)
                return None if limit is None else tree.Compare(operator, value, limit, span=span)
            case tree.RangeCell() if isinstance(found, MeasureType | AgeType):
                high = self._number(cell.high, column, found)
                low = cell.low
                if low.unit is None and column.unit is None and high is not None and _unit(high) is not None:
                    low = tree.Quantity(low.number, _unit(high), None, span=low.span)  # the last unit serves both
                bottom = self._number(low, column, found)
                if bottom is None or high is None:
                    return None
                return tree.And(
                    (
                        tree.Compare(">" if cell.above else ">=", value, bottom, span=span),
                        tree.Compare("<" if cell.below else "<=", value, high, span=span),
                    ),
                    span=span,
                )
        expected = {
            ConditionType: "`yes`, `no` or `any`",
            ChoiceType: "values of the choice, such as `A or B`, or `any`",
        }.get(type(found), "a comparison such as `< 15`, a range such as `60 to below 90`, or `any`")
        self.report.error(
            "G306",
            f"this cell does not fit its column: `{print_expression(value)}` is {found}",
            span,
            expected=expected,
        )
        return None

    def _number(self, bound: tree.Quantity, column: tree.Column, found: Type) -> tree.Expression | None:
        """A bound in the unit of its column. A negative one is a negated numeral, as in any expression."""
        unit, unit_span = bound.unit, bound.unit_span
        if unit is not None and isinstance(found, MeasureType) and found.unit is None:
            self.report.error(
                "G303", f"`{print_expression(column.value)}` has no unit", bound.span, suggestion="remove the unit"
            )
            return None
        if column.unit is not None:
            if unit is not None and unit != column.unit:
                self.report.error(
                    "G303",
                    f"the cells of this column are in {column.unit}, which `by` says",
                    bound.span,
                    suggestion=f"write the number alone, in {column.unit}",
                )
                return None
            unit = column.unit
        number = tree.Quantity(bound.number.removeprefix("-"), unit, unit_span, span=bound.span)
        return tree.Negate(number, span=bound.span) if bound.number.startswith("-") else number

    def _type(self, table: tree.TableLookup) -> Type | None:
        match table.type:
            case tree.QuantityType(code):
                unit = unit_of(code, table.type.span, self.report)
                return None if unit is None else MeasureType(unit, kind=table.name.name)
            case tree.NumberType():
                return MeasureType(None)
            case tree.ChoiceType(choices):
                names = [choice.name for choice in choices]
                for number, name in enumerate(names):
                    if name in names[:number]:
                        self.report.error("G202", f"the value `{name}` stands twice", name.span)
                return ChoiceType(table.name.name, tuple(str(name) for name in names))

    def _gives(self, gives: tree.Quantity | tree.Identifier, found: Type) -> None:
        if isinstance(found, ChoiceType) and isinstance(gives, tree.Identifier):
            if gives.name not in found.values:
                self.report.error(
                    "G212",
                    f"`{found.fact}` has no value `{gives.name}`",
                    gives.span,
                    expected=f"one of: {', '.join(found.values)}",
                    suggestion=did_you_mean(gives.name, found.values),
                )
            return
        if isinstance(found, MeasureType) and isinstance(gives, tree.Quantity):
            self._gives_number(gives, found)
            return
        expected = "a number" if isinstance(found, MeasureType) else f"one of: {', '.join(_values(found))}"
        self.report.error("G306", f"the table gives {found}", gives.span, expected=f"{expected}, or `unknown`")

    def _gives_number(self, gives: tree.Quantity, found: MeasureType) -> None:
        if found.unit is None:
            if gives.unit is not None:
                self.report.error("G303", "the table gives plain numbers", gives.span, suggestion="remove the unit")
            return
        unit = found.unit if gives.unit is None else unit_of(gives.unit, gives.unit_span or gives.span, self.report)
        if unit is not None and conversion_between(MeasureType(unit), found, self.symbols) is None:
            self.report.error("G302", f"{gives.unit} does not convert into {found.unit.code}", gives.span)

    # ---- what they may stand on -------------------------------------------------------------------------------------

    def _before_rules(self, expression: tree.Expression, form: str) -> None:
        """Reports G508 if an expression asks, itself or through derived facts, what rules conclude or recommend."""
        for node, chain in self._behind(expression):
            asked = f"the conclusion `{node.name}`" if isinstance(node, tree.Name) else f"`{print_expression(node)}`"
            through = f" (through `{'`, `'.join(chain)}`)" if chain else ""
            self.report.error(
                "G508",
                f"a {form} is settled before any rule, and this asks for {asked}{through}",
                expression.span,
                expected="facts, derived facts, other scores and tables",
                suggestion="ask for what the rule itself asks for, or let another rule put the two together",
            )
            return

    def _behind(self, expression: tree.Expression) -> Iterator[tuple[tree.Name | tree.Recommended, tuple[str, ...]]]:
        seen: set[str] = set()
        waiting: list[tuple[tree.Expression, tuple[str, ...]]] = [(expression, ())]
        while waiting:
            outer, chain = waiting.pop()
            for node in tree.walk(outer):
                if isinstance(node, tree.Recommended) or (
                    isinstance(node, tree.Name) and node.name in self.symbols.conclusions
                ):
                    yield node, chain
                elif isinstance(node, tree.Name) and node.name in self.symbols.defines and node.name not in seen:
                    seen.add(node.name)
                    waiting.append((self.symbols.defines[node.name].declaration.value, (*chain, node.name)))


def _unit(expression: tree.Expression) -> str | None:
    inner = expression.operand if isinstance(expression, tree.Negate) else expression
    return inner.unit if isinstance(inner, tree.Quantity) else None


def _values(found: Type) -> tuple[str, ...]:
    return found.values if isinstance(found, ChoiceType) else ()


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

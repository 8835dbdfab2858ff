"""Scores and tables to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.calendar import DURATION_WORDS
from guidelang.model.coverage import age_unit
from guidelang.model.measures import conversion_between
from guidelang.model.types import AgeType, ConditionType, MeasureType
from guidelang.network import ir
from guidelang.quantity import parse_decimal, parse_unit
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.network.lower import Lowering


class ScoreLowering:
    """Makes the nodes of scores and tables for a `Lowering`, which makes those of their conditions and columns."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering

    def score(self, score: tree.ScoreSum) -> ir.NodeId:
        items = []
        for item in score.items:
            if item.points is None:
                operand = self._lowering.value_in(item.value, MeasureType(None))
            else:
                operand = self._lowering.condition(item.value)
            points = None if item.points is None else parse_decimal(item.points)
            items.append(ir.ScoreItem(points, operand, item.label))
        assert score.missing is not None
        return self._lowering.add(ir.Score(tuple(items), score.missing))

    def table(self, table: tree.TableLookup) -> ir.NodeId:
        columns = []
        for number, column in enumerate(table.columns):
            found = self._lowering.type_of(column.value)
            if isinstance(found, ConditionType):
                columns.append(self._lowering.condition(column.value))
            elif isinstance(found, AgeType):
                unit = age_unit(column, [row.cells[number] for row in table.rows])
                columns.append(self._lowering.dates.age_side(column.value, DURATION_WORDS.get(unit or "", "year")))
            else:
                columns.append(self._lowering.value(column.value))
        rows = [self._given(self._all_cells(row), row.gives, table) for row in table.rows]
        if table.otherwise is not None:
            no_row = self._lowering.negate(
                self._lowering.any_of([row.condition for row in rows], "another row"), "otherwise"
            )
            rows.append(self._given(no_row, table.otherwise.gives, table))
        choices = table.type.choices if isinstance(table.type, tree.ChoiceType) else ()
        return self._lowering.add(
            ir.Table(
                tuple(dict.fromkeys(columns)),
                tuple(rows),
                tuple(ir.TableChoice(str(choice.name), choice.label) for choice in choices),
            )
        )

    def _all_cells(self, row: tree.Row) -> ir.NodeId:
        stated = [
            self._lowering.guideline.cells[id(cell)] for cell in row.cells if id(cell) in self._lowering.guideline.cells
        ]
        words = " and ".join(print_expression(condition) for condition in stated)
        return self._lowering.all_of(
            [self._lowering.condition(condition) for condition in stated], words or "in any case"
        )

    def _given(
        self, condition: ir.NodeId, gives: tree.Quantity | tree.Identifier | None, table: tree.TableLookup
    ) -> ir.Row:
        if isinstance(gives, tree.Identifier):
            return ir.Row(condition, word=gives.name)
        if gives is None:
            return ir.Row(condition)
        number = parse_decimal(gives.number)
        if isinstance(table.type, tree.QuantityType) and gives.unit is not None:
            own = MeasureType(parse_unit(table.type.unit))
            change = conversion_between(MeasureType(parse_unit(gives.unit)), own, self._lowering.symbols)
            assert change is not None
            number = change(number)
        return ir.Row(condition, number)

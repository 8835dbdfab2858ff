"""The parts of a computed value: the items of a score, what a table looked up and where, the operands of a formula."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.network.ir import (
    Affine,
    Age,
    Aggregate,
    Arithmetic,
    BeforeEvaluation,
    Constant,
    CurrentValue,
    DateConstant,
    DateShift,
    EventDay,
    FirstKnownValue,
    NodeId,
    Round,
    Row,
    Score,
    ScoreItem,
    Table,
    ValueType,
)
from guidelang.quantity import Interval
from guidelang.run.evaluation import Evaluation
from guidelang.run.literals import first_known
from guidelang.run.outcome import Computed
from guidelang.run.scores import counted, possible_rows
from guidelang.trace.document import DerivedForm, PartDocument, PartKind
from guidelang.trace.values import interval_document, number_text, truth_word, value_text
from guidelang.trace.words import Words


class Parts:
    """The parts of one evaluation's computed values."""

    def __init__(self, evaluation: Evaluation, words: Words) -> None:
        self._evaluation = evaluation
        self._network = evaluation.network
        self._words = words

    def form(self, name: str) -> DerivedForm:
        """What sort of thing a derived fact is."""
        definition = self._network.derived[name]
        if definition.concluded_by:
            return "conclusion"
        match self._network.nodes[definition.node]:
            case Score():
                return "score"
            case Table():
                return "table"
            case Arithmetic() | Affine() | Round() | FirstKnownValue() if definition.type in ("quantity", "number"):
                return "formula"
            case _:
                return "condition" if definition.node in self._evaluation.conditions else "value"

    def of(self, name: str) -> list[PartDocument]:
        """The parts of a derived fact; none for a condition."""
        node_id = self._network.derived[name].node
        node = self._network.nodes[node_id]
        match node:
            case Score():
                return [self.item(node, item) for item in node.items]
            case Table():
                columns = [self._told(column, "column") for column in node.columns]
                unit = self._network.derived[name].unit
                return [*columns, *(self.row(row, unit) for row in possible_rows(node, self._evaluation.conditions))]
            case _ if self.form(name) == "formula":
                return [self._told(operand, "operand") for operand in dict.fromkeys(self._operands(node_id, True))]
            case _:
                return []

    def item(self, node: Score, item: ScoreItem) -> PartDocument:
        """An item of a score, with what it counts."""
        count = counted(node, item, self._evaluation.conditions, self._evaluation.values)
        points = None if item.points is None else number_text(item.points, "number")
        if item.points is None:
            found = self._evaluation.values[item.operand].value
            truth = None if isinstance(found, Interval) and found.is_point else truth_word(None)
        else:
            truth = truth_word(self._evaluation.conditions[item.operand])
        return PartDocument(
            kind="item",
            words=self._words.name(item.operand),
            label=item.label,
            truth=truth,
            points=points,
            value=value_text(count, "number"),
            interval=interval_document(count, "number"),
        )

    def row(self, row: Row, unit: str | None) -> PartDocument:
        """A row that holds, or may hold, with what it gives."""
        return PartDocument(
            kind="row",
            words=self._words.spelled(row.condition),
            truth=truth_word(self._evaluation.conditions[row.condition]),
            value=row.word if row.number is None else number_text(row.number, "number"),
            unit=unit,
        )

    def _told(self, node_id: NodeId, kind: PartKind) -> PartDocument:
        """A column of a table or an operand of a formula, by its name, with its value."""
        words = self._words.name(node_id)
        if node_id in self._evaluation.conditions:
            return PartDocument(kind=kind, words=words, truth=truth_word(self._evaluation.conditions[node_id]))
        type_, unit = self._type(node_id, words)
        value = self._evaluation.values.get(node_id, Computed(None)).value
        return PartDocument(
            kind=kind, words=words, value=value_text(value, type_), interval=interval_document(value, type_), unit=unit
        )

    def _type(self, node_id: NodeId, words: str) -> tuple[ValueType, str | None]:
        if words in self._network.derived:
            derived = self._network.derived[words]
            return derived.type, derived.unit
        match self._network.nodes[node_id]:
            case CurrentValue(fact):
                definition = self._network.facts[fact]
                return definition.type, definition.unit
            case Aggregate(how, fact) if how != "count":
                definition = self._network.facts[fact]
                return definition.type, definition.unit
            case EventDay() | DateConstant() | DateShift() | BeforeEvaluation():
                return "date", None
            case Age(unit):
                return "number", f"{unit}s"
            case Constant(_, unit):
                return "number", unit
            case Affine(operand=operand, to_unit=unit):
                return self._type(operand, "")[0], unit
            case _:
                return "number", None

    def _operands(self, node_id: NodeId, top: bool = False) -> Iterator[NodeId]:
        """The nearest things below a formula that a reader knows by name: facts, derived values, parameters."""
        if not top and node_id in self._words.derived_at:
            yield node_id
            return
        node = self._network.nodes[node_id]
        match node:
            case Constant(parameter=None):
                return
            case Arithmetic(operands=operands):
                for operand in operands:
                    yield from self._operands(operand)
            case FirstKnownValue(operands=operands):
                known = first_known(operands, self._evaluation.values)
                for operand in operands if known is None else operands[: operands.index(known) + 1]:
                    yield from self._operands(operand)
            case Affine(operand=operand) | Round(operand=operand):
                yield from self._operands(operand)
            case _ if not top:
                yield node_id
            case _:
                return

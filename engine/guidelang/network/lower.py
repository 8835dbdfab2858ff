"""Expressions to nodes: each expression of the typed guideline becomes one node of the network.

Units end here. Every number is put into the unit in which operands meet, with the analyte's own conversion; constants
are converted at once, other values get an `Affine` node.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from guidelang.calendar import Duration
from guidelang.model.measures import conversion_between
from guidelang.model.symbols import ConclusionSymbol, DefineSymbol, FactSymbol, Guideline, ParameterSymbol
from guidelang.model.types import AgeType, ConditionType, DateType, ElapsedType, MeasureType, Type
from guidelang.network import ir
from guidelang.network.hash import node_id
from guidelang.network.lower_dates import DateLowering
from guidelang.network.lower_events import EventLowering
from guidelang.network.lower_scores import ScoreLowering
from guidelang.quantity import Affine, Unit, parse_decimal, parse_unit
from guidelang.syntax import print_expression, tree

_MIRRORED: dict[str, ir.Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Lowering:
    """Builds the nodes of one guideline.

    Attributes:
        nodes: all nodes so far, operands before the nodes that use them.
        names: for each node, the words a reader knows it by.
        applies: the node that says whether a rule applies, by rule; filled by `compile` in order of dependency.
    """

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.symbols = guideline.symbols
        self.nodes: dict[ir.NodeId, ir.Node] = {}
        self.names: dict[ir.NodeId, str] = {}
        self.applies: dict[str, ir.NodeId] = {}
        self._defined: dict[str, ir.NodeId] = {}
        self._formula: Mapping[str, Unit] | None = None
        self.dates = DateLowering(self)
        self.events = EventLowering(self)
        self.scores = ScoreLowering(self)

    # ---- nodes ------------------------------------------------------------------------------------------------------

    def add(self, node: ir.Node, words: str | None = None) -> ir.NodeId:
        identifier = node_id(node)
        self.nodes.setdefault(identifier, node)
        if words is not None:
            self.names.setdefault(identifier, words)
        return identifier

    def all_of(self, operands: Sequence[ir.NodeId], words: str | None = None) -> ir.NodeId:
        unique = tuple(dict.fromkeys(operands))
        return unique[0] if len(unique) == 1 else self.add(ir.And(unique), words)

    def any_of(self, operands: Sequence[ir.NodeId], words: str | None = None) -> ir.NodeId:
        unique = tuple(dict.fromkeys(operands))
        return unique[0] if len(unique) == 1 else self.add(ir.Or(unique), words)

    def negate(self, operand: ir.NodeId, words: str | None = None) -> ir.NodeId:
        return self.add(ir.Not(operand), words or f"not {self.names.get(operand, operand)}")

    def define(self, symbol: DefineSymbol) -> ir.NodeId:
        """The node of a derived fact; made once."""
        if symbol.name not in self._defined:
            outer = self._formula
            self._formula = _stated_units(symbol.declaration) if symbol.declaration.units else None
            if isinstance(self.type_of(symbol.declaration.value), ConditionType):
                node = self.condition(symbol.declaration.value)
            else:
                node = self.value(symbol.declaration.value)
            self._formula = outer
            self._defined[symbol.name] = node
        return self._defined[symbol.name]

    def conclusion(self, symbol: ConclusionSymbol) -> ir.NodeId:
        """A concluded fact: the `or` of the rules that conclude it."""
        return self.any_of([self.applies[rule] for rule in symbol.rules], symbol.name)

    def type_of(self, expression: tree.Expression) -> Type:
        return self.guideline.types[id(expression)]

    # ---- conditions -------------------------------------------------------------------------------------------------

    def condition(self, expression: tree.Expression) -> ir.NodeId:
        words = print_expression(expression)
        match expression:
            case tree.Name():
                return self._condition_name(expression.name)
            case tree.And():
                return self.all_of([self.condition(e) for e in expression.operands], words)
            case tree.Or():
                return self.any_of([self.condition(e) for e in expression.operands], words)
            case tree.Not():
                return self.negate(self.condition(expression.operand), words)
            case tree.Certainly():
                return self.add(ir.Certainly(self.condition(expression.operand)), words)
            case tree.AtLeast():
                operands = tuple(self.condition(e) for e in expression.operands)
                return self.add(ir.AtLeast(int(parse_decimal(expression.count)), operands), words)
            case tree.FirstKnown():
                return self.add(ir.FirstKnownCondition(tuple(self.condition(e) for e in expression.operands)), words)
            case tree.Compare():
                return self._compare(expression, expression.operator, expression.left, expression.right, words)
            case tree.Between():
                low = self._half(expression, ">=", expression.low)
                high = self._half(expression, "<=", expression.high)
                return self.all_of([low, high], words)
            case tree.IsOneOf():
                values = tuple(v.name if isinstance(v, tree.Identifier) else v.text for v in expression.values)
                node = self.add(
                    ir.IsOneOf(self.value(expression.subject), tuple(sorted(set(values)))),
                    _positive_words(expression) if expression.negated else words,
                )
                return self.negate(node, words) if expression.negated else node
            case tree.IsState():
                return self._state(expression, words)
            case tree.LastN():
                return self._last_n(expression, words)
            case tree.Happened():
                return self.events.happened(expression, words)
            case tree.Quantified():
                return self.events.quantified(expression, words)
            case tree.Lasting():
                return self.events.lasting(expression, words)
            case tree.Recommended():
                givers = self.symbols.givers(expression.action or "start", expression.target.name)
                return self.any_of([self.applies[rule] for rule in givers], words)
            case _:
                raise AssertionError(f"not a condition: {words}")  # the checks let none through

    def _condition_name(self, name: str) -> ir.NodeId:
        symbol = self.symbols.named(name)
        if isinstance(symbol, DefineSymbol):
            return self.define(symbol)
        if isinstance(symbol, ConclusionSymbol):
            return self.conclusion(symbol)
        return self.add(ir.Holds(name), name)

    def _half(self, between: tree.Between, operator: ir.Comparator, bound: tree.Expression) -> ir.NodeId:
        words = f"{print_expression(between.subject)} {operator} {print_expression(bound)}"
        if operator == ">=" and isinstance(bound, tree.Quantity) and bound.unit is None:
            high = between.high  # the unit after the upper bound serves both
            if isinstance(high, tree.Quantity) and high.unit is not None:
                words += f" {high.unit}"
        return self._compare(between, operator, between.subject, bound, words)

    def _compare(
        self,
        whole: tree.Expression,
        operator: ir.Comparator,
        left: tree.Expression,
        right: tree.Expression,
        words: str,
    ) -> ir.NodeId:
        meeting = self.guideline.meeting[id(whole)]
        if isinstance(meeting, ElapsedType):
            if not isinstance(left, tree.TimeSince | tree.TimeFrom):
                left, right, operator = right, left, _MIRRORED[operator]
            duration, parameter = self.dates.duration(right, whole)
            if isinstance(left, tree.TimeFrom):
                last = self.dates.shifted(left.last, "-", duration, parameter)
                return self.add(ir.Compare(_MIRRORED[operator], self.value(left.first), last), words)
            assert isinstance(left, tree.TimeSince)
            day = self.add(ir.EventDay(left.fact.name), f"day of the last {left.fact.name}")
            bound = self.add(ir.BeforeEvaluation(duration, parameter), f"evaluation day less {duration}")
            return self.add(ir.Compare(_MIRRORED[operator], day, bound), words)
        if isinstance(meeting, AgeType):
            unit = self.dates.age_unit(left, right, whole)
            sides = [self.dates.age_side(side, unit) for side in (left, right)]
            return self.add(ir.Compare(operator, *sides), words)
        if isinstance(meeting, DateType):
            return self.add(ir.Compare(operator, self.value(left), self.value(right)), words)
        assert isinstance(meeting, MeasureType)
        return self.add(ir.Compare(operator, self.value_in(left, meeting), self.value_in(right, meeting)), words)

    def _state(self, expression: tree.IsState, words: str) -> ir.NodeId:
        subject = expression.subject
        subject_words = print_expression(subject)
        if expression.state == "stale":
            assert isinstance(subject, tree.Name)
            return self.add(ir.FactStale(subject.name), words)
        if isinstance(subject, tree.Name) and subject.name in self.symbols.facts:
            known = self.add(ir.FactKnown(subject.name), f"{subject.name} is known")
        elif isinstance(self.type_of(subject), ConditionType):
            known = self.add(ir.ConditionKnown(self.condition(subject)), f"{subject_words} is known")
        else:
            known = self.add(ir.ValueKnown(self.value(subject)), f"{subject_words} is known")
        return known if expression.state == "known" else self.negate(known, words)

    def _last_n(self, last: tree.LastN, words: str) -> ir.NodeId:
        meeting = self.guideline.meeting[id(last)]
        assert isinstance(meeting, MeasureType)
        fact = self.symbols.facts[last.fact.name]
        change = conversion_between(MeasureType(fact.unit, fact.kind), meeting, self.symbols)
        assert change is not None
        window, relations, time, day = self.events.place(last.phrases, fact)
        return self.add(
            ir.LastN(
                count=int(parse_decimal(last.count)),
                fact=fact.name,
                window=window.duration if window else None,
                operator=last.operator,
                right=self.value_in(last.right, meeting),
                window_parameter=window.parameter if window else None,
                factor=change.factor,
                offset=change.offset,
                relations=relations,
                time=time,
                day=day,
            ),
            words,
        )

    # ---- values -----------------------------------------------------------------------------------------------------

    def value_in(self, expression: tree.Expression, meeting: MeasureType) -> ir.NodeId:
        """A number in the unit of `meeting`."""
        node = self.value(expression)
        found = self.type_of(expression)
        own = found if isinstance(found, MeasureType) else MeasureType(None)
        change = conversion_between(own, meeting, self.symbols)
        assert change is not None  # the checks let no other pair through
        return self._converted(node, change, meeting.unit.code if meeting.unit else None, self.names.get(node))

    def _converted(self, node: ir.NodeId, change: Affine, unit: str | None, words: str | None) -> ir.NodeId:
        """A number in another unit: constants are converted at once."""
        if change.factor == 1 and change.offset == 0:
            return node
        constant = self.nodes[node]
        if isinstance(constant, ir.Constant):
            return self.add(ir.Constant(change(constant.value), unit, constant.text, constant.parameter), constant.text)
        return self.add(ir.Affine(node, change.factor, change.offset, unit), words)

    def value(self, expression: tree.Expression) -> ir.NodeId:
        """A value in the unit of its own type."""
        words = print_expression(expression)
        match expression:
            case tree.Quantity():
                found = self.type_of(expression)
                unit = found.unit.code if isinstance(found, MeasureType) and found.unit else None
                return self.add(ir.Constant(parse_decimal(expression.number), unit, words), words)
            case tree.DateLiteral():
                return self.dates.day(dt.date.fromisoformat(expression.text), None, expression.text)
            case tree.Today():
                return self.add(ir.BeforeEvaluation(Duration(0, "day")), words)
            case tree.EndOf():
                first, last = self.dates.period(expression.period)
                return first if expression.end == "start" else last
            case tree.Name():
                return self._value_name(expression)
            case tree.Age():
                return self.dates.age(expression, "year")
            case tree.DaysFrom():
                days = (self.value(expression.last), self.value(expression.first))
                return self.add(ir.Arithmetic("-", days), words)
            case tree.Aggregate():
                node = self.events.aggregate(expression, words)
                counts = expression.how in ("count", "covered days")
                return node if counts else self._in_formula(node, expression.fact.name)
            case tree.Change():
                return self._in_formula(self.events.change(expression, words), expression.fact.name)
            case tree.Negate():
                operand = self.value(expression.operand)
                constant = self.nodes[operand]
                if isinstance(constant, ir.Constant):
                    return self.add(ir.Constant(-constant.value, constant.unit, words, constant.parameter), words)
                return self.add(ir.Arithmetic("negate", (operand,)), words)
            case tree.Arithmetic("+" | "-" as sign, left, right) if isinstance(self.type_of(expression), DateType):
                return self.dates.shifted(left, sign, *self.dates.duration(right, expression))
            case tree.Arithmetic():
                return self._arithmetic(expression, words)
            case tree.Call():
                return self._call(expression, words)
            case tree.FirstKnown():
                meeting = self.guideline.meeting.get(id(expression))
                if isinstance(meeting, MeasureType):
                    operands = [self.value_in(e, meeting) for e in expression.operands]
                else:
                    operands = [self.value(e) for e in expression.operands]
                return self.add(ir.FirstKnownValue(tuple(operands)), words)
            case tree.ScoreSum():
                return self.scores.score(expression)
            case tree.TableLookup():
                return self.scores.table(expression)
            case _:
                raise AssertionError(f"not a value: {words}")

    def _value_name(self, name: tree.Name) -> ir.NodeId:
        symbol = self.symbols.named(name.name)
        if isinstance(symbol, DefineSymbol):
            node = self.define(symbol)
        elif isinstance(symbol, ParameterSymbol):
            if symbol.days is not None:
                return self.dates.day(symbol.days[0], symbol.name, symbol.name)
            assert symbol.number is not None
            unit = symbol.unit.code if symbol.unit else None
            node = self.add(ir.Constant(symbol.number, unit, symbol.text, symbol.name), symbol.name)
        else:
            node = self.add(ir.CurrentValue(name.name), name.name)
        return self._in_formula(node, name.name)

    def _in_formula(self, node: ir.NodeId, name: str) -> ir.NodeId:
        """Inside a formula with stated units a name is a plain number in the unit stated for it."""
        stated = self._formula.get(name) if self._formula is not None else None
        if stated is None:
            return node
        symbol = self.symbols.named(name)
        if isinstance(symbol, FactSymbol):
            own = MeasureType(symbol.unit, symbol.kind)
        elif isinstance(symbol, ParameterSymbol):
            own = MeasureType(symbol.unit)
        else:
            own = self._type_of_define(name)
        change = conversion_between(own, MeasureType(stated), self.symbols)
        assert change is not None
        return self._converted(node, change, stated.code, name)

    def _type_of_define(self, name: str) -> MeasureType:
        found = self.guideline.define_types[name]
        assert isinstance(found, MeasureType)
        return found

    def _arithmetic(self, expression: tree.Arithmetic, words: str) -> ir.NodeId:
        if expression.operator in ("+", "-"):
            meeting = self.guideline.meeting[id(expression)]
            assert isinstance(meeting, MeasureType)
            operands = (self.value_in(expression.left, meeting), self.value_in(expression.right, meeting))
        else:
            operands = (self.value(expression.left), self.value(expression.right))
        return self.add(ir.Arithmetic(expression.operator, operands), words)

    def _call(self, call: tree.Call, words: str) -> ir.NodeId:
        match call.function.name:
            case "round":
                digits = call.arguments[1] if len(call.arguments) == 2 else None
                places = int(parse_decimal(digits.number)) if isinstance(digits, tree.Quantity) else 0
                return self.add(ir.Round(self.value(call.arguments[0]), places), words)
            case "min" | "max" as function:
                meeting = self.guideline.meeting[id(call)]
                if isinstance(meeting, MeasureType):
                    operands = tuple(self.value_in(argument, meeting) for argument in call.arguments)
                else:
                    operands = tuple(self.value(argument) for argument in call.arguments)
                return self.add(ir.Arithmetic(function, operands), words)
            case "ln" | "log10" | "exp" | "abs" as function:
                return self.add(ir.Arithmetic(function, (self.value(call.arguments[0]),)), words)
            case other:
                raise AssertionError(f"no function {other}")


def _stated_units(define: tree.Define) -> dict[str, Unit]:
    return {item.name.name: parse_unit(item.unit) for item in define.units if item.name is not None}


def _positive_words(expression: tree.IsOneOf) -> str:
    positive = tree.IsOneOf(span=expression.span, subject=expression.subject, values=expression.values)
    return print_expression(positive)

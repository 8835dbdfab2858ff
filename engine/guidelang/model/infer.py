"""The type of every expression, and the unit in which operands meet.

Types are inferred from the leaves up. Nothing is converted here: the compiler reads, for each comparison or sum, the
type in whose unit its operands meet, and puts the conversions in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guidelang.calendar import DURATION_WORDS
from guidelang.diagnostics import Report, did_you_mean
from guidelang.model.compare import Comparisons
from guidelang.model.cycles import dependency_order
from guidelang.model.dates import Dates
from guidelang.model.days import day_of
from guidelang.model.events import Events
from guidelang.model.formula import formula_type, stated_units
from guidelang.model.locate import vocabulary_with
from guidelang.model.measures import power_unit, product, quotient
from guidelang.model.meet import MeetingPoint
from guidelang.model.parameters import duration_of, unit_of
from guidelang.model.rules import text_parts
from guidelang.model.scores import Scores
from guidelang.model.symbols import ConclusionSymbol, DefineSymbol, FactSymbol, ParameterForm, ParameterSymbol, Symbols
from guidelang.model.types import (
    AgeType,
    ChoiceType,
    ConditionType,
    DateType,
    DurationType,
    ElapsedType,
    MeasureType,
    PeriodType,
    TextType,
    Type,
)
from guidelang.quantity import Unit, UnitError, parse_decimal, parse_unit
from guidelang.source import Span
from guidelang.syntax import print_expression, tree

_FUNCTIONS = {
    "min": (2, 99), "max": (2, 99), "round": (1, 2), "ln": (1, 1), "log10": (1, 1), "exp": (1, 1), "abs": (1, 1),
}  # fmt: skip
"""The least and the greatest number of values that each function takes."""

_OF_FORM: Mapping[ParameterForm, Type] = {"duration": DurationType(), "date": DateType(), "period": PeriodType()}
"""The types of parameters that are no numbers."""


class Inference:
    """Infers types for all expressions of a guideline, reporting each fault once.

    Attributes:
        types: the type of each expression by `id` of its node; missing where it has an error.
        define_types: the type of each derived fact.
        meeting_point: notes, for comparisons, sums, `min` …, the type in whose unit their operands meet.
    """

    def __init__(self, symbols: Symbols, report: Report) -> None:
        self.symbols = symbols
        self.report = report
        self.types: dict[int, Type] = {}
        self.meeting_point = MeetingPoint(symbols, report, self.types)
        self.comparisons = Comparisons(self)
        self.dates = Dates(self)
        self.scores = Scores(self)
        self.events = Events(self)
        self.define_types: dict[str, Type] = {}
        self._formula: Mapping[str, Unit] | None = None  # the stated units of the formula being inferred

    def infer_all(self) -> None:
        """Derived facts before what uses them, then the rules and the scope."""
        for name in dependency_order(self.symbols):
            if name in self.symbols.defines:
                self._infer_define(self.symbols.defines[name])
        for rule in self.symbols.rules.values():
            for expression in (rule.when, *rule.unless):
                if expression is not None:
                    self.condition(expression)
            self._check_texts(rule)
        if self.symbols.head.applies_to is not None:
            self.condition(self.symbols.head.applies_to)

    def _check_texts(self, rule: tree.Rule) -> None:
        """What a text prints has a value of its own; a derived period has none."""
        for text in (*(a.text for a in rule.advice if a.text is not None), *rule.cautions):
            for _, name in text_parts(text.text):
                if name is not None and isinstance(self.define_types.get(name), PeriodType):
                    self.report.error(
                        "G306",
                        f"a text cannot print `{name}`, which is a period",
                        text.span,
                        suggestion=f"define its ends, e.g. define first_day = start of {name}",
                    )

    def type_of_name(self, name: str) -> Type | None:
        """The type a name has outside formulas; None where it is unknown or has an error."""
        symbol = self.symbols.named(name)
        if isinstance(symbol, DefineSymbol):
            return self.define_types.get(name)
        if isinstance(symbol, FactSymbol | ConclusionSymbol):
            return None if isinstance(symbol, FactSymbol) and symbol.has_wrong_unit else symbol.type
        if isinstance(symbol, ParameterSymbol):
            return None if symbol.form == "codes" else _OF_FORM.get(symbol.form, MeasureType(symbol.unit))
        return None

    def condition(self, expression: tree.Expression) -> None:
        """Infers an expression that must be a condition."""
        found = self.infer(expression)
        if found is not None and not isinstance(found, ConditionType):
            self._not_a_condition(expression, found)

    def infer(self, expression: tree.Expression) -> Type | None:
        """The type of an expression, or None if it has an error, which is then in the report."""
        found = self._infer(expression)
        if found is not None:
            self.types[id(expression)] = found
        return found

    # ---- forms ------------------------------------------------------------------------------------------------------

    def _infer(self, expression: tree.Expression) -> Type | None:
        match expression:
            case tree.Name():
                return self._name(expression)
            case tree.Quantity():
                return self._quantity(expression)
            case tree.DateLiteral():
                return DateType() if day_of(expression, self.report) is not None else None
            case tree.Text():
                return TextType()
            case tree.Age():
                return self._age(expression)
            case tree.Today():
                return DateType()
            case tree.EndOf():
                return self.dates.end_of(expression)
            case tree.Period():
                return self.dates.between_days(expression)
            case tree.TimeFrom():
                return self.dates.time_from(expression)
            case tree.TimeSince():
                self.fact(expression.fact)
                return ElapsedType()
            case tree.Aggregate():
                return self._aggregate(expression)
            case tree.Negate():
                return self._measure(expression.operand)
            case tree.Arithmetic():
                return self._arithmetic(expression)
            case tree.Call():
                return self._call(expression)
            case tree.And() | tree.Or() | tree.AtLeast():
                return self._connective(expression)
            case tree.Not() | tree.Certainly():
                self.condition(expression.operand)
                return ConditionType()
            case tree.FirstKnown():
                return self._first_known(expression)
            case tree.Compare():
                return self.comparisons.compare(expression)
            case tree.Between():
                return self.comparisons.between(expression)
            case tree.IsOneOf():
                return self.comparisons.is_one_of(expression)
            case tree.IsState():
                return self.comparisons.is_state(expression)
            case tree.LastN():
                return self.comparisons.last_n(expression)
            case tree.Recommended():
                self._recommended(expression)
                return ConditionType()
            case tree.ScoreSum():
                return self.scores.score(expression)
            case tree.TableLookup():
                return self.scores.table(expression)
            case tree.Happened():
                return self.events.happened(expression)
            case tree.Quantified():
                return self.events.quantified(expression)
            case tree.Lasting():
                return self.events.lasting(expression)
            case tree.Change():
                return self._in_formula(expression.fact, self.events.change(expression))

    def _name(self, name: tree.Name) -> Type | None:
        symbol = self.symbols.named(name.name)
        if symbol is None:
            self.unknown(name.name, name.span)
            return None
        found = self.type_of_name(name.name)
        if isinstance(symbol, ParameterSymbol) and symbol.form == "codes":
            self.report.error(
                "G306",
                f"`{name.name}` is a list of codes; a condition asks about a fact that reads it",
                name.span,
                suggestion=f"declare a fact: fact F is yes or no from medication in {name.name}",
            )
            return None
        if self._formula is None or not isinstance(found, MeasureType):
            if self._formula is not None and found is not None:
                self.report.error(
                    "G307", f"`{name.name}` is {found}; a formula with stated units takes numbers", name.span
                )
                return None
            return found
        return self._name_in_formula(name, found)

    def _name_in_formula(self, name: tree.Name, found: MeasureType) -> Type | None:
        assert self._formula is not None
        stated = self._formula.get(name.name)
        if stated is None:
            if found.unit is None:
                return MeasureType(None)
            self.report.error(
                "G308",
                f"the formula does not say in which unit it takes `{name.name}`",
                name.span,
                suggestion=f"add to its `with`: {name.name} in {found.unit.code}",
            )
            return None
        return MeasureType(None)

    def _quantity(self, quantity: tree.Quantity) -> Type | None:
        if quantity.unit is None:
            return MeasureType(None, bare=True)
        if quantity.unit in DURATION_WORDS:
            return DurationType() if duration_of(quantity, self.report) is not None else None
        unit = unit_of(quantity.unit, quantity.unit_span or quantity.span, self.report)
        if unit is not None and self._formula is not None:
            self.report.error(
                "G308",
                "inside a formula with stated units all numbers are plain",
                quantity.unit_span or quantity.span,
                suggestion="remove the unit, or the `with` line",
            )
            return None
        return MeasureType(unit) if unit is not None else None

    def _aggregate(self, aggregate: tree.Aggregate) -> Type | None:
        fact = self.fact(aggregate.fact)
        self.events.phrases(aggregate.phrases)
        if aggregate.how == "covered days":
            self.events.covered(aggregate)
        if fact is None:
            return None
        if aggregate.how in ("count", "covered days"):
            return MeasureType(None)
        if aggregate.how in ("latest", "earliest"):
            found: Type = fact.type
            if isinstance(found, ConditionType):
                self.report.error(
                    "G306",
                    f"`{aggregate.how}` gives a value, and `{fact.name}` is yes or no",
                    aggregate.span,
                    suggestion=f"write `{fact.name}`, `count of {fact.name}` or `time since {fact.name}`; "
                    "its day is a fact of its own, that `is date`",
                )
                return None
        elif isinstance(fact.type, MeasureType):
            found = fact.type
        else:
            self.report.error(
                "G306",
                f"`{aggregate.how}` needs numbers, and `{fact.name}` is {fact.type}",
                aggregate.span,
                suggestion=f"write `count of {fact.name}`"
                if isinstance(fact.type, ConditionType)
                else f"write `latest {fact.name}` or `count of {fact.name}`",
            )
            return None
        return self._in_formula(aggregate.fact, found)

    def _in_formula(self, fact: tree.Identifier, found: Type | None) -> Type | None:
        """Inside a formula with stated units what is made of a fact is a number in the unit stated for it."""
        if self._formula is not None and isinstance(found, MeasureType):
            return self._name_in_formula(tree.Name(name=fact.name, span=fact.span), found)
        return found

    def infer_outside_formulas(self, expression: tree.Expression) -> Type | None:
        """The type of a day or period: inside a formula with stated units it stays one."""
        formula, self._formula = self._formula, None
        found = self.infer(expression)
        self._formula = formula
        return found

    def _age(self, age: tree.Age) -> Type | None:
        """Inside a formula with stated units an age is a number of years; its day stays a day."""
        formula, self._formula = self._formula, None
        found = self.dates.age(age)
        self._formula = formula
        return MeasureType(None) if found is not None and formula is not None else found

    def _measure(self, expression: tree.Expression) -> MeasureType | None:
        return self._as_measure(expression, self.infer(expression))

    def _as_measure(self, expression: tree.Expression, found: Type | None) -> MeasureType | None:
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

    def _arithmetic(self, expression: tree.Arithmetic) -> Type | None:
        found = self.infer(expression.left), self.infer(expression.right)
        if expression.operator in ("+", "-") and any(isinstance(t, DateType) for t in found):
            return None if found[0] is None or found[1] is None else self.dates.shift(expression, found[0], found[1])
        if None in found and any(isinstance(t, DurationType) for t in found):
            return None  # of a day that has an error of its own
        left, right = self._as_measure(expression.left, found[0]), self._as_measure(expression.right, found[1])
        if left is None or right is None:
            return None
        match expression.operator:
            case "+" | "-":
                return self.meeting_point.meet(expression, (expression.left, expression.right), (left, right), "added")
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

    def _call(self, call: tree.Call) -> Type | None:
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
        types = [self.infer(argument) for argument in call.arguments]
        if name in ("min", "max") and all(isinstance(t, DateType) for t in types):
            self.meeting_point.types[id(call)] = DateType()
            return DateType()
        measures = [self._as_measure(argument, t) for argument, t in zip(call.arguments, types, strict=True)]
        if any(m is None for m in measures):
            return None
        found = [m for m in measures if m is not None]
        if name in ("min", "max"):
            return self.meeting_point.meet(call, call.arguments, found, "compared")
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

    def _connective(self, expression: tree.And | tree.Or | tree.AtLeast) -> Type | None:
        for operand in expression.operands:
            self.condition(operand)
        if isinstance(expression, tree.AtLeast):
            wanted = parse_decimal(expression.count)
            if wanted.denominator != 1 or not 1 <= wanted <= len(expression.operands):
                self.report.error(
                    "G309",
                    f"`at least {expression.count} of` {len(expression.operands)} conditions",
                    expression.span,
                    expected=f"a whole number from 1 to {len(expression.operands)}",
                )
        return ConditionType()

    def _first_known(self, expression: tree.FirstKnown) -> Type | None:
        found = [self.infer(operand) for operand in expression.operands]
        if any(t is None for t in found):
            return None
        types = [t for t in found if t is not None]
        if all(isinstance(t, ConditionType) for t in types):
            return ConditionType()
        measures = [t for t in types if isinstance(t, MeasureType)]
        if len(measures) == len(types):
            return self.meeting_point.meet(expression, expression.operands, measures, "taken for one another")
        if all(t == types[0] for t in types) and isinstance(types[0], ChoiceType | TextType | DateType):
            return types[0]
        self.report.error(
            "G306",
            "`first known of` takes values of one sort",
            expression.span,
            expected="all conditions, or all quantities of one kind",
        )
        return None

    def _recommended(self, expression: tree.Recommended) -> None:
        action, target = expression.action or "start", expression.target.name
        if self.symbols.givers(action, target):
            return
        advised = {f"{a.action or 'start'} {a.target.name}" for r in self.symbols.rules.values() for a in r.advice}
        self.report.warning(
            "G503",
            f"no rule recommends or suggests `{action} {target}`, so this is always false",
            expression.span,
            suggestion=did_you_mean(f"{action} {target}", advised),
        )

    # ---- shared parts -----------------------------------------------------------------------------------------------

    def _infer_define(self, symbol: DefineSymbol) -> None:
        define = symbol.declaration
        if not define.units:
            found = self.infer(define.value)
            if isinstance(found, DurationType | ElapsedType | AgeType):
                self.report.error(
                    "G306",
                    f"`{symbol.name}` would be {found}, which has no value of its own",
                    define.value.span,
                    suggestion="define the comparison instead, e.g. `define recent = time since X <= 3 months`",
                )
            elif found is not None:
                self.define_types[symbol.name] = found
            return
        self._formula = stated_units(symbol, self)
        inner = self.infer(define.value)
        self._formula = None
        formula = formula_type(symbol, inner, self.report)
        if formula is not None:
            self.define_types[symbol.name] = formula

    def fact(self, name: tree.Identifier) -> FactSymbol | None:
        fact = self.symbols.facts.get(name.name)
        if fact is None:
            if self.symbols.named(name.name) is not None:
                self.report.error(
                    "G306",
                    f"`{name.name}` is derived; only a fact that is read from the record has results over time",
                    name.span,
                )
            else:
                self.unknown(name.name, name.span)
        return None if fact is not None and fact.has_wrong_unit else fact

    def unknown(self, name: str, span: Span) -> None:
        names = self.symbols.expression_names()
        suggestion = did_you_mean(name, names)
        if suggestion is None and name in self.symbols.rules:
            suggestion = f"`{name}` is a rule; to use its conclusion, let it `conclude` a name"
        self.report.error(
            "G201",
            f"unknown fact `{name}`",
            span,
            expected="a fact, a derived fact or a parameter of the loaded files",
            suggestion=suggestion or _declaration(name, span),
        )

    def _not_a_condition(self, expression: tree.Expression, found: Type) -> None:
        words = print_expression(expression)
        suggestions = {
            MeasureType: f"compare it, e.g. `{words} > …`, or ask `{words} is known`",
            ChoiceType: f"compare it, e.g. `{words} is …`",
            DateType: f"compare it, or ask `{words} is known`",
            TextType: f"compare it, or ask `{words} is known`",
            AgeType: f"compare it, e.g. `{words} >= 18 years`",
            ElapsedType: f"compare it, e.g. `{words} >= 3 months`",
        }
        self.report.error(
            "G306",
            f"`{words}` is {found}, not a condition",
            expression.span,
            expected="something that is true or false",
            suggestion=suggestions.get(type(found)),
        )


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


_BESIDE = re.compile(
    r"\s*(?:[<>=≤≥≠!]=?|between\b)\s*(?P<number>-?\d[\d.]*)[ \t]*(?P<unit>[^\s,()#]*)|\s+is\s+(?P<value>\w+)"
)


def _declaration(name: str, span: Span) -> str:
    """How an unknown fact may be declared: in a shipped vocabulary, or as what stands beside it says."""
    vocabulary = vocabulary_with(name)
    if vocabulary is not None:
        return f"the vocabulary `{vocabulary}` declares it: write `use vocabulary {vocabulary}` below the head"
    beside = _BESIDE.match(span.source.text, span.end)
    form = "yes or no"
    if beside is not None and beside["number"]:
        try:
            form = f"quantity in {parse_unit(beside['unit']).code}" if beside["unit"] else "number"
        except UnitError:
            form = "number"
    elif beside is not None and beside["value"] not in ("known", "missing", "stale", "not", "one"):
        form = f"one of {beside['value']}, …"
    return f"declare it: fact {name} is {form}"

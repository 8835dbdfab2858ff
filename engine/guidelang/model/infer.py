"""The type of every expression, and the unit in which operands meet.

Types are inferred from the leaves up. Nothing is converted here: the compiler reads, for each comparison or sum, the
type in whose unit its operands meet, and puts the conversions in.
"""

from __future__ import annotations

from collections.abc import Mapping

from guidelang.calendar import DURATION_WORDS
from guidelang.diagnostics import Report, did_you_mean
from guidelang.model.arithmetic import Numbers
from guidelang.model.compare import Comparisons
from guidelang.model.cycles import dependency_order
from guidelang.model.dates import Dates
from guidelang.model.days import day_of
from guidelang.model.events import Events
from guidelang.model.formula import formula_type, stated_units
from guidelang.model.invariants import conditions_of
from guidelang.model.meet import MeetingPoint
from guidelang.model.misread import report_no_condition, report_unknown
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
from guidelang.quantity import Unit, parse_decimal
from guidelang.syntax import tree

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
        self.numbers = Numbers(self)
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
        for invariant in self.symbols.invariants:
            for condition in conditions_of(invariant, self.symbols):
                self.condition(condition)

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
            report_no_condition(expression, found, self.report)

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
            case tree.DaysFrom():
                return self._days_from(expression)
            case tree.TimeSince():
                self.fact(expression.fact)
                return ElapsedType()
            case tree.Aggregate():
                return self._aggregate(expression)
            case tree.Negate():
                return self.numbers.measure(expression.operand)
            case tree.Arithmetic():
                return self.numbers.arithmetic(expression)
            case tree.Call():
                return self.numbers.call(expression)
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
            report_unknown(name.name, name.span, self.symbols, self.report)
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

    def _days_from(self, days: tree.DaysFrom) -> Type | None:
        """Inside a formula with stated units its days stay days."""
        formula, self._formula = self._formula, None
        found = self.dates.days_from(days)
        self._formula = formula
        return found

    def _age(self, age: tree.Age) -> Type | None:
        """Inside a formula with stated units an age is a number of years; its day stays a day."""
        formula, self._formula = self._formula, None
        found = self.dates.age(age)
        self._formula = formula
        return MeasureType(None) if found is not None and formula is not None else found

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
                report_unknown(name.name, name.span, self.symbols, self.report)
        return None if fact is not None and fact.has_wrong_unit else fact

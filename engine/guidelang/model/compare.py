"""Comparisons: what may be compared with what, and in which unit the sides meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guidelang.calendar import DURATION_WORDS, DurationUnit
from guidelang.diagnostics import did_you_mean, nearest
from guidelang.model.parameters import unit_of
from guidelang.model.plausibility import check_threshold
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
from guidelang.quantity import parse_decimal
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference

_UCUM_OF_WORD: dict[DurationUnit, str] = {"day": "d", "week": "wk", "month": "mo", "year": "a"}
WORD_OF_UCUM = {code: word for word, code in _UCUM_OF_WORD.items()}

_STATES = ("known", "missing", "stale")


class Comparisons:
    """Infers comparisons for an `Inference`, which infers their sides. Every form yields a condition."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.meeting = inference.meeting_point
        self.symbols = inference.symbols
        self.report = inference.report

    def compare(self, compare: tree.Compare) -> ConditionType:
        left = self.inference.infer(compare.left)
        if isinstance(left, ChoiceType) and self._names_a_value(compare, left):
            return ConditionType()
        right = self.inference.infer(compare.right)
        if left is None or right is None:
            return ConditionType()
        self._comparable(compare, ((compare.left, left), (compare.right, right)))
        return ConditionType()

    def _names_a_value(self, compare: tree.Compare, choice: ChoiceType) -> bool:
        """`sex = female`: a value of the choice, where any comparison would look for a fact."""
        value = compare.right
        if not isinstance(value, tree.Name) or value.name not in choice.values or self.symbols.named(value.name):
            return False
        verb = "is not" if compare.operator == "!=" else "is"
        self.report.error(
            "G306",
            f"a choice is not compared with `{compare.operator}`",
            compare.span,
            suggestion=f"write `{print_expression(compare.left)} {verb} {value.name}`",
        )
        return True

    def between(self, between: tree.Between) -> Type | None:
        low, high = between.low, between.high
        found = [self.inference.infer(between.subject), self.inference.infer(low), self.inference.infer(high)]
        if any(t is None for t in found):
            return ConditionType()
        subject_type, low_type, high_type = (t for t in found if t is not None)
        if isinstance(low_type, MeasureType) and low_type.bare and isinstance(low, tree.Quantity):
            # "between 8.4 and 10.2 mg/dL": the last unit serves both, so the lower bound is no numeral without a unit
            if isinstance(high_type, MeasureType) and high_type.unit is not None:
                low_type = self.inference.types[id(low)] = MeasureType(high_type.unit)
            elif isinstance(high_type, DurationType) and isinstance(high, tree.Quantity):
                low_type = self.inference.types[id(low)] = DurationType()
        self._comparable(between, ((between.subject, subject_type), (low, low_type), (high, high_type)))
        return ConditionType()

    def _comparable(
        self, whole: tree.Compare | tree.Between | tree.LastN, sides: Sequence[tuple[tree.Expression, Type]]
    ) -> None:
        """Checks that the sides can be compared and notes in which unit they meet."""
        types = [t for _, t in sides]
        if any(isinstance(t, ElapsedType) for t in types):
            self._compare_elapsed(whole, sides)
        elif any(isinstance(t, AgeType) for t in types):
            self._compare_age(whole, sides)
        elif all(isinstance(t, DateType) for t in types):
            self.meeting.types[id(whole)] = DateType()
        elif all(isinstance(t, MeasureType | DurationType) for t in types):
            measures = [self._as_measure(expression, t) for expression, t in sides]
            if all(m is not None for m in measures):
                meeting = self.meeting.meet(
                    whole, [e for e, _ in sides], [m for m in measures if m is not None], "compared"
                )
                if meeting is not None:
                    check_threshold(self.symbols, sides, meeting, self.inference.types, self.report)
        else:
            self._incomparable(whole, sides)

    def _as_measure(self, expression: tree.Expression, found: Type) -> MeasureType | None:
        """`2 years` beside a quantity in years is that quantity, not a calendar duration."""
        if isinstance(found, MeasureType):
            return found
        if isinstance(expression, tree.Quantity) and expression.unit in DURATION_WORDS:
            unit = unit_of(_UCUM_OF_WORD[DURATION_WORDS[expression.unit]], expression.span, self.report)
            self.inference.types[id(expression)] = MeasureType(unit)
            return MeasureType(unit)
        self.report.error(
            "G306", "a duration is compared with `time since …`, `time from … to …` or `age`", expression.span
        )
        return None

    def _compare_elapsed(self, whole: tree.Expression, sides: Sequence[tuple[tree.Expression, Type]]) -> None:
        for expression, found in sides:
            if not isinstance(found, ElapsedType | DurationType):
                self.report.error(
                    "G306",
                    f"a time between two days is compared with a duration, and this is {found}",
                    expression.span,
                    expected="a number of days, weeks, months or years, e.g. 3 months",
                )
                return
        if sum(isinstance(t, ElapsedType) for _, t in sides) != 1:
            self.report.error(
                "G306", "two times between days cannot be compared; compare each with a duration", whole.span
            )
            return
        self.meeting.types[id(whole)] = ElapsedType()

    def _compare_age(self, whole: tree.Expression, sides: Sequence[tuple[tree.Expression, Type]]) -> None:
        units = set()
        for expression, found in sides:
            if isinstance(found, DurationType):
                units.add(self._duration_unit(expression))
            elif isinstance(found, MeasureType) and found.unit is None:
                units.add("year")
            elif isinstance(found, MeasureType) and found.unit is not None and found.unit.code in WORD_OF_UCUM:
                units.add(WORD_OF_UCUM[found.unit.code])
            elif not isinstance(found, AgeType):
                self.report.error(
                    "G306",
                    f"`age` is compared with a length of time, and this is {found}",
                    expression.span,
                    expected="e.g. 18 years or 6 months",
                )
                return
        if len(units) > 1:
            self.report.error("G306", "an age is compared in one unit at a time", whole.span)
            return
        self.meeting.types[id(whole)] = AgeType()

    def _duration_unit(self, expression: tree.Expression) -> str:
        if isinstance(expression, tree.Quantity):
            return DURATION_WORDS.get(expression.unit or "", "year")
        if isinstance(expression, tree.Name):
            parameter = self.symbols.parameters.get(expression.name)
            if parameter is not None and parameter.duration is not None:
                return parameter.duration.unit
        return "year"

    def last_n(self, last: tree.LastN) -> Type | None:
        fact = self.inference.fact(last.fact)
        count = parse_decimal(last.count)
        if count.denominator != 1 or not 1 <= count <= 100:
            self.report.error("G309", f"`last {last.count}` results", last.span, expected="a number from 1 to 100")
        self.inference.events.phrases(last.phrases)
        right = self.inference.infer(last.right)
        if fact is None or right is None:
            return ConditionType()
        subject = tree.Name(name=fact.name, span=last.fact.span)
        self.inference.types[id(last.fact)] = fact.type
        if not isinstance(fact.type, MeasureType):
            self.report.error(
                "G306", f"`last {last.count}` compares numbers, and `{fact.name}` is {fact.type}", last.fact.span
            )
            return ConditionType()
        self._comparable(last, ((subject, fact.type), (last.right, right)))
        return ConditionType()

    def is_one_of(self, expression: tree.IsOneOf) -> Type | None:
        found = self.inference.infer(expression.subject)
        if found is None:
            return ConditionType()
        if isinstance(found, ChoiceType):
            for value in expression.values:
                word = value.name if isinstance(value, tree.Identifier) else value.text
                if word not in found.values:
                    self.report.error(
                        "G212",
                        f"`{found.fact}` has no value `{word}`",
                        value.span,
                        expected=f"one of: {', '.join(found.values)}",
                        suggestion=did_you_mean(word, found.values),
                    )
        elif isinstance(found, TextType):
            for value in expression.values:
                if isinstance(value, tree.Identifier):
                    self.report.error(
                        "G212", "a text is compared with a quoted text", value.span, suggestion=f'write "{value.name}"'
                    )
        else:
            state = nearest(str(expression.values[0]), _STATES) if len(expression.values) == 1 else None
            if state is not None:
                self.report.error(
                    "G306",
                    f"{found} has no value `{expression.values[0]}`",
                    expression.values[0].span,
                    expected="`known`, `missing` or `stale`",
                    suggestion=f"did you mean `{state}`?",
                )
                return ConditionType()
            self.report.error(
                "G306",
                f"`is` names one value of a choice, and this is {found}",
                expression.subject.span,
                expected="a fact that is `one of …`",
                suggestion="compare numbers with =, <, <=, > or >=; ask `is known` or `is missing`",
            )
        return ConditionType()

    def is_state(self, expression: tree.IsState) -> Type | None:
        subject = expression.subject
        found = self.inference.infer(subject)
        if found is not None and expression.state == "stale":
            is_fact = isinstance(subject, tree.Name) and subject.name in self.symbols.facts
            if not is_fact:
                self.report.error("G306", "only a fact can be stale", subject.span, expected="the name of a fact")
        if isinstance(found, DurationType | ElapsedType | PeriodType):
            self.report.error("G306", f"{found} is neither known nor missing", subject.span)
        return ConditionType()

    def _incomparable(self, whole: tree.Expression, sides: Sequence[tuple[tree.Expression, Type]]) -> None:
        first, second = sides[0][1], next((t for _, t in sides[1:] if type(t) is not type(sides[0][1])), sides[1][1])
        suggestion = None
        if isinstance(first, ConditionType):
            suggestion = f"write `{print_expression(sides[0][0])}` or `not {print_expression(sides[0][0])}` alone"
        elif isinstance(first, ChoiceType | TextType):
            suggestion = f"write `{print_expression(sides[0][0])} is …`"
        elif {type(first), type(second)} == {DateType, DurationType}:
            day = next(e for e, t in sides if isinstance(t, DateType))
            suggestion = f"compare with `today - 3 months`, or write `time from {print_expression(day)} to today`"
        elif {type(first), type(second)} == {DateType, PeriodType}:
            period = next(e for e, t in sides if isinstance(t, PeriodType))
            suggestion = f"compare with `start of {print_expression(period)}` or `end of {print_expression(period)}`"
        self.report.error("G306", f"{first} cannot be compared with {second}", whole.span, suggestion=suggestion)

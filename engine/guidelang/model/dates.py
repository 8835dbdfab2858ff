"""Dates, periods and lengths of time in expressions: what may be moved by what, and where a day or period is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from guidelang.model.types import (
    AgeType,
    ConditionType,
    DateType,
    DurationType,
    ElapsedType,
    MeasureType,
    PeriodType,
    Type,
)
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference

_WORD_OF_UCUM = {"d": "days", "wk": "weeks", "mo": "months", "a": "years"}


class Dates:
    """Infers the forms that are about days, for an `Inference`, which infers what is inside them."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.report = inference.report

    def age(self, age: tree.Age) -> Type | None:
        if age.at is not None and not self.day(age.at, "`age at` is followed by a date"):
            return None
        return AgeType()

    def time_from(self, time: tree.TimeFrom) -> Type | None:
        words = "`time from … to …` lies between two dates"
        if self._takes_too_much(time, tree.DaysFrom(time.first, time.last, span=time.span)):
            return None
        days = [self.day(time.first, words), self.day(time.last, words)]
        return ElapsedType() if all(days) else None

    def days_from(self, days: tree.DaysFrom) -> Type | None:
        words = "`days from … to …` lies between two dates"
        if self._takes_too_much(days, days):
            return None
        found = [self.day(days.first, words), self.day(days.last, words)]
        return MeasureType(None) if all(found) else None

    def end_of(self, end: tree.EndOf) -> Type | None:
        return DateType() if self.is_period(end.period, f"`{end.end} of` is followed by a period") else None

    def between_days(self, period: tree.Period) -> Type | None:
        words = "a period goes from one date to another"
        days = [self.day(period.first, words), self.day(period.last, words)]
        return PeriodType() if all(days) else None

    def day(self, expression: tree.Expression, wanted: str) -> bool:
        """Whether an expression is a date; if it is anything else, `wanted` begins the error."""
        found = self.inference.infer(expression)
        if found is not None and not isinstance(found, DateType):
            words = print_expression(expression)
            suggestion = f"write `start of {words}` or `end of {words}`" if isinstance(found, PeriodType) else None
            if isinstance(found, ConditionType) and self._is_fact(expression):
                suggestion = f"declare the day beside it: fact day_of_{words} is date, read from the same records"
            self._wrong(
                expression, f"{wanted}, and `{words}` is {found}", "a date such as 2024-06-01 or `today`", suggestion
            )
        return isinstance(found, DateType)

    def is_period(self, expression: tree.Expression, wanted: str) -> bool:
        """Whether an expression is a period; if it is anything else, `wanted` begins the error."""
        found = self.inference.infer(expression)
        if found is not None and not isinstance(found, PeriodType):
            words = print_expression(expression)
            suggestion = "a date has neither start nor end" if isinstance(found, DateType) else None
            if isinstance(found, ConditionType) and self._is_fact(expression):
                suggestion = f"such a day stands in a phrase of an event: `… after end of {words}`"
            self._wrong(
                expression,
                f"{wanted}, and `{words}` is {found}",
                "a parameter such as 2024-01-01 to 2024-12-31",
                suggestion,
            )
        return isinstance(found, PeriodType)

    def shift(self, expression: tree.Arithmetic, left: Type, right: Type) -> Type | None:
        """A sum or difference with a date on one side: a date moved by a length of time."""
        if isinstance(left, DateType) and isinstance(right, DurationType):
            return DateType()
        one, other = print_expression(expression.left), print_expression(expression.right)
        if isinstance(left, DateType) and isinstance(right, DateType):
            verb = "added" if expression.operator == "+" else "subtracted"
            self._wrong(
                expression,
                f"two dates cannot be {verb}",
                "a length of time such as 3 months",
                f"compare the time between them: time from {other} to {one} >= 3 months; its days are a number: "
                f"days from {other} to {one}",
            )
        elif isinstance(right, DateType):
            turned = isinstance(left, DurationType) and expression.operator == "+"
            suggestion = f"write `{other} + {one}`" if turned else None
            self._wrong(expression, f"a date is moved by what stands after it, and `{one}` is {left}", None, suggestion)
        else:
            self._wrong(
                expression.right,
                f"a date is moved by a length of time, and `{other}` is {right}",
                "a number of days, weeks, months or years",
                _in_words(expression.right, right),
            )
        return None

    def _takes_too_much(self, between: tree.TimeFrom | tree.DaysFrom, number: tree.DaysFrom) -> bool:
        """Whether `days from A to B / 7` stands where `(days from A to B) / 7` is meant, which is then said.

        All of a sum behind `to` belongs to the second day, and a day can neither be multiplied nor divided.
        """
        last = meant = between.last
        while isinstance(last, tree.Arithmetic) and last.operator in ("*", "/"):
            last = last.left
        if last is meant or not isinstance(self.inference.infer(last), DateType):
            return False
        whole = _with_first(meant, replace(number, last=last))
        self._wrong(
            between.last,
            f"`{print_expression(last)}` is a date, which can neither be multiplied nor divided",
            None,
            f"all that stands behind `to` belongs to the second date; write `{print_expression(whole)}`",
        )
        return True

    def _is_fact(self, expression: tree.Expression) -> bool:
        return isinstance(expression, tree.Name) and expression.name in self.inference.symbols.facts

    def _wrong(
        self, expression: tree.Expression, message: str, expected: str | None, suggestion: str | None = None
    ) -> None:
        self.report.error("G306", message, expression.span, expected=expected, suggestion=suggestion)


def _with_first(product: tree.Expression, first: tree.Expression) -> tree.Expression:
    """A product or quotient with something else as its first factor."""
    if not isinstance(product, tree.Arithmetic) or product.operator not in ("*", "/"):
        return first
    return replace(product, left=_with_first(product.left, first))


def _in_words(expression: tree.Expression, found: Type) -> str | None:
    """A quantity of time in the words of the calendar: `90 d` is `90 days`."""
    if not isinstance(expression, tree.Quantity) or not isinstance(found, MeasureType):
        return None
    unit = expression.unit or "d"
    return f"write `{expression.number} {_WORD_OF_UCUM[unit]}`" if unit in _WORD_OF_UCUM else None

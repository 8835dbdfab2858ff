"""Event phrases: what may be asked of which fact, and whether `before X` and the like mean a time or another fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guidelang.model.parameters import duration_of
from guidelang.model.readings import resolve_window
from guidelang.model.symbols import FactSymbol, Symbols
from guidelang.model.types import ChoiceType, ConditionType, DateType, MeasureType, PeriodType, Type
from guidelang.quantity import parse_decimal
from guidelang.source import Span
from guidelang.syntax import print_expression, print_phrase, tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference

MOST_EVENTS = 1000


def other_fact(phrase: tree.Phrase, symbols: Symbols) -> FactSymbol | None:
    """The fact that a phrase relates events to; None for a phrase that says when. A date fact says when."""
    if isinstance(phrase, tree.Together | tree.OnDay):
        return symbols.facts.get(phrase.fact.name)
    if not isinstance(phrase, tree.Beside):
        return None
    to = phrase.to.period if isinstance(phrase.to, tree.EndOf) else phrase.to
    fact = symbols.facts.get(to.name) if isinstance(to, tree.Name) else None
    return fact if fact is not None and not isinstance(fact.type, DateType) else None


class Events:
    """Infers the forms that ask about events, for an `Inference`, which infers what is inside them."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.symbols = inference.symbols
        self.report = inference.report

    # ---- forms ------------------------------------------------------------------------------------------------------

    def happened(self, happened: tree.Happened) -> Type | None:
        fact = self.inference.fact(happened.fact)
        self.phrases(happened.phrases)
        if fact is not None and not isinstance(fact.type, ConditionType):
            name = fact.name
            sort, suggestion = (
                f"`{name}` has values, and may have several of them in that time",
                (f"write `any {name} …`, `every {name} …`, `at least 2 {name} …` or `latest {name} …`"),
            )
            if isinstance(fact.type, DateType):
                sort = f"`{name}` is a date and no event"
                suggestion = f"compare the date: `{name} >= today - 3 months`, `time since {name} <= 3 months`"
            self.report.error(
                "G310",
                sort,
                happened.span,
                expected="the name of a yes-or-no fact, or a word that says which results are meant",
                suggestion=suggestion,
            )
        return ConditionType()

    def quantified(self, asked: tree.Quantified) -> Type | None:
        fact = self.inference.fact(asked.fact)
        if asked.count is not None:
            count = parse_decimal(asked.count)
            if count.denominator != 1 or not 1 <= count <= MOST_EVENTS:
                self.report.error(
                    "G309", f"`at least {asked.count}` events", asked.span, expected=f"a number from 1 to {MOST_EVENTS}"
                )
        if fact is not None and asked.test is not None:
            how = f"{asked.quantifier}{f' {asked.count}' if asked.count else ''}"
            self._test(fact, asked.test, f"write `{how} {fact.name} …`")
        self.phrases(asked.phrases)
        for phrase in asked.phrases if asked.quantifier == "every" else ():
            if isinstance(phrase, tree.Together) and phrase.how == "reading" and phrase.test is not None:
                both = f"every {print_expression(asked.test)}" if asked.test is not None else "every …"
                self.report.error(
                    "G311",
                    f"`every … {print_phrase(phrase)}` may mean all readings, or those alone where that holds",
                    phrase.span,
                    suggestion=f"of all readings, write `{both} … and every {print_expression(phrase.test)} …`",
                )
        return ConditionType()

    def _test(self, fact: FactSymbol, test: tree.Expression, instead: str) -> None:
        """A test of the values of a fact's events."""
        if isinstance(fact.type, ConditionType):
            message = f"`{fact.name}` is yes or no, and its events have no value to compare"
            self.report.error("G306", message, test.span, suggestion=instead)
        else:
            self.inference.infer_outside_formulas(test)

    def change(self, change: tree.Change) -> Type | None:
        fact = self.inference.fact(change.fact)
        resolve_window(change.over, self.symbols, self.report)
        if fact is None:
            return None
        if not isinstance(fact.type, MeasureType):
            self.report.error("G306", f"`change in` needs numbers, and `{fact.name}` is {fact.type}", change.fact.span)
            return None
        return fact.type

    def lasting(self, lasting: tree.Lasting) -> Type | None:
        self.inference.infer(lasting.test)
        resolve_window(lasting.duration, self.symbols, self.report)
        test = lasting.test
        assert isinstance(test, tree.Compare | tree.IsOneOf)
        subject = test.left if isinstance(test, tree.Compare) else test.subject
        fact = self.symbols.facts.get(subject.name) if isinstance(subject, tree.Name) else None
        if fact is None or not isinstance(fact.type, MeasureType | ChoiceType):
            words = print_expression(subject)
            yes_no = fact is not None and isinstance(fact.type, ConditionType)
            self.report.error(
                "G311",
                f"`for at least` follows the results of one fact, and `{words}` has none of its own",
                subject.span,
                expected="a fact that is a quantity, a number or `one of`, compared with a limit",
                suggestion=f"write `{words} starts before today - 3 months`" if yes_no else None,
            )
        return ConditionType()

    def covered(self, aggregate: tree.Aggregate) -> None:
        """Covered days are days of a period: one has to be said, and it has to have a beginning and an end."""
        times = [p for p in aggregate.phrases if other_fact(p, self.symbols) is None]
        bounded = [p for p in times if _is_bounded(p)]
        if not bounded:
            place = times[0].span if times else aggregate.span
            self.report.error(
                "G311",
                "it is not said between which days covered days are counted",
                place,
                expected="`within 3 months`, `1 to 90 days ago`, `since D` or `during P`",
            )
        for phrase in bounded:
            if not isinstance(phrase, tree.Together | tree.OnDay) and phrase.edge is not None:
                self.report.error(
                    "G311",
                    f"covered days are those of the whole course, not of the day on which it {phrase.edge}",
                    phrase.span,
                    suggestion=f"leave out `{phrase.edge}`",
                )

    # ---- phrases ----------------------------------------------------------------------------------------------------

    def phrases(self, phrases: Sequence[tree.Phrase]) -> None:
        """Checks the phrases of one form: each by itself, and that there is one time at most."""
        times = [phrase for phrase in phrases if not self._phrase(phrase)]
        if len(times) > 1:
            self.report.error(
                "G311",
                f"two times: `{print_phrase(times[0])}` and `{print_phrase(times[1])}`",
                times[1].span,
                expected="one time at most, and any number of relations to other facts",
                suggestion="one phrase says when; use a period `A to B` of the days that both mean",
            )
        days = [phrase for phrase in phrases if isinstance(phrase, tree.OnDay)]
        if len(days) > 1:
            self.report.error(
                "G311",
                f"two days: `{print_phrase(days[0])}` and `{print_phrase(days[1])}`",
                days[1].span,
                expected="one day at most",
            )

    def _phrase(self, phrase: tree.Phrase) -> bool:
        """Checks one phrase; whether it is a relation to another fact."""
        match phrase:
            case tree.Within(duration=duration):
                resolve_window(duration, self.symbols, self.report)
            case tree.Ago(nearest=nearest, farthest=farthest):
                self._distance(nearest, farthest, phrase.span)
            case tree.Since(day=day):
                self._day_or_period(day, "since")
            case tree.Together(fact=fact):
                other = self.inference.fact(fact)
                if other is not None and isinstance(other.type, DateType) and phrase.how == "day":
                    self._is_a_day(fact)
                elif other is not None and phrase.test is not None:
                    self._test(other, phrase.test, f"leave the test out, or name another fact than `{fact.name}`")
                return True
            case tree.OnDay(fact=fact):
                other = self.inference.fact(fact)
                if other is not None and isinstance(other.type, DateType):
                    self._is_a_day(fact)
                elif other is not None and phrase.test is not None:
                    self._test(other, phrase.test, f"write `on the {phrase.which} day with {fact.name}`")
                self.phrases(phrase.phrases)
                return True
            case tree.Beside():
                return self._beside(phrase)
        return False

    def _is_a_day(self, fact: tree.Identifier) -> None:
        message = f"`{fact.name}` is a date and has no days of its own"
        self.report.error("G311", message, fact.span, suggestion=f"write `overlaps {fact.name}`")

    def _beside(self, phrase: tree.Beside) -> bool:
        if phrase.nearest is not None and isinstance(phrase.farthest, tree.Quantity):
            self._distance(phrase.nearest, phrase.farthest, phrase.span)
        elif phrase.farthest is not None:
            resolve_window(phrase.farthest, self.symbols, self.report)
        if phrase.how == "overlaps" and phrase.edge is not None:
            self.report.error(
                "G311",
                f"a day does not overlap: `{print_phrase(phrase)}`",
                phrase.span,
                suggestion=f"write `{phrase.edge} during …`",
            )
        fact = other_fact(phrase, self.symbols)
        if fact is None:
            self._day_or_period(phrase.to, phrase.how, negated=phrase.negated)
            if phrase.test is not None:
                words = print_expression(phrase.to)
                message = f"`{words}` has no events whose value could be asked for"
                self.report.error("G311", message, phrase.test.span, expected="a fact that is read from the record")
            return False
        self.inference.types[id(phrase.to)] = fact.type
        if isinstance(phrase.to, tree.EndOf):
            self.inference.types[id(phrase.to.period)] = fact.type
        if phrase.test is not None:
            self._test(fact, phrase.test, f"write `{phrase.how} {fact.name}`")
        if phrase.how == "by":
            self.report.error(
                "G311",
                f"`by {fact.name}`: `by` names a day, and `{fact.name}` is a fact with events of its own",
                phrase.span,
                suggestion=f"write `before {fact.name}`",
            )
        return True

    def _day_or_period(self, expression: tree.Expression, word: str, *, negated: bool = False) -> None:
        found = self.inference.infer_outside_formulas(expression)
        if found is None:
            return
        words = print_expression(expression)
        if not isinstance(found, DateType | PeriodType):
            derived = isinstance(expression, tree.Name) and expression.name not in self.symbols.facts
            self.report.error(
                "G311",
                f"`{word} {words}`: `{words}` is {found}, which is neither a time nor a fact with events",
                expression.span,
                expected="a date, a period, or a fact that is read from the record",
                suggestion="a derived fact has no events; name one of the facts that it is made of"
                if derived and isinstance(found, ConditionType)
                else None,
            )
        elif negated:
            self.report.error(
                "G311",
                f"`not {word} any` is said of the events of another fact, and `{words}` is {found}",
                expression.span,
                suggestion=f"put `not` before the whole condition, or ask for the events outside of `{words}`",
            )

    def _distance(self, nearest: tree.Quantity, farthest: tree.Quantity, span: Span) -> None:
        far = duration_of(farthest, self.report)
        near = duration_of(distance(nearest, farthest), self.report) if far is not None else None
        if near is not None and far is not None and near.about_days > far.about_days:
            self.report.error(
                "G402",
                f"{near} is farther than {far}",
                span,
                expected="the nearer day first, as in `1 to 90 days ago`",
                suggestion=f"write `{far.count if far.unit == near.unit else far} to {near} …`",
            )


def distance(nearest: tree.Quantity, farthest: tree.Quantity) -> tree.Quantity:
    """The nearer of two distances; the unit after the farther one serves both."""
    if nearest.unit is not None:
        return nearest
    return tree.Quantity(nearest.number, farthest.unit, farthest.unit_span, span=nearest.span)


def _is_bounded(phrase: tree.Phrase) -> bool:
    if isinstance(phrase, tree.Beside):
        return phrase.how in ("during", "overlaps") or phrase.farthest is not None
    return isinstance(phrase, tree.Within | tree.Ago | tree.Since)

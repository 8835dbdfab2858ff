"""Event phrases to nodes: which days a time means, and how events lie to those of another fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from guidelang.calendar import Duration
from guidelang.diagnostics import Report
from guidelang.model.events import distance, other_fact
from guidelang.model.measures import conversion_between
from guidelang.model.parameters import duration_of
from guidelang.model.readings import resolve_window
from guidelang.model.symbols import FactSymbol, Window
from guidelang.model.types import MeasureType, PeriodType
from guidelang.network import ir
from guidelang.network.events import Comparison, DayOf, EventRelation, EventTest, EventTime, Lasting, Occurs
from guidelang.quantity import parse_decimal
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.network.lower import Lowering

_TODAY = Duration(0, "day")
_ONE_DAY = Duration(1, "day")


class EventLowering:
    """Makes the nodes of event phrases for a `Lowering`, which makes those of the dates and limits in them."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._symbols = lowering.symbols

    # ---- forms ------------------------------------------------------------------------------------------------------

    def happened(self, happened: tree.Happened, words: str) -> ir.NodeId:
        relations, time, day = self.phrases(happened.phrases)
        return self._lowering.add(Occurs("any", happened.fact.name, EventTest(), relations, time, day=day), words)

    def quantified(self, asked: tree.Quantified, words: str) -> ir.NodeId:
        relations, time, day = self.phrases(asked.phrases)
        quantifiers: dict[str, Literal["any", "every", "at_least"]] = {"at least": "at_least"}
        quantifier = quantifiers.get(asked.quantifier) or ("any" if asked.quantifier == "any" else "every")
        node = Occurs(
            quantifier,
            asked.fact.name,
            self._test(asked.test),
            relations,
            time,
            1 if asked.count is None else int(parse_decimal(asked.count)),
            asked.different_days,
            day,
        )
        return self._lowering.add(node, words)

    def lasting(self, lasting: tree.Lasting, words: str) -> ir.NodeId:
        test = lasting.test
        assert isinstance(test, tree.Compare | tree.IsOneOf)
        subject = test.left if isinstance(test, tree.Compare) else test.subject
        assert isinstance(subject, tree.Name)
        window = self._window(lasting.duration)
        return self._lowering.add(Lasting(subject.name, self._test(test), window.duration, window.parameter), words)

    def aggregate(self, aggregate: tree.Aggregate, words: str) -> ir.NodeId:
        fact = self._symbols.facts[aggregate.fact.name]
        how: Literal["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered_days"]
        how = "covered_days" if aggregate.how == "covered days" else aggregate.how
        window, relations, time, day = self.place(aggregate.phrases, fact, windows=how != "covered_days")
        if how == "covered_days" and time is not None:
            time = EventTime("overlaps", time.first, time.last)
        node = ir.Aggregate(
            how,
            fact.name,
            window.duration if window else None,
            window.parameter if window else None,
            relations,
            time,
            day,
        )
        return self._lowering.add(node, words)

    def change(self, change: tree.Change, words: str) -> ir.NodeId:
        window = self._window(change.over)
        return self._lowering.add(ir.Aggregate("change", change.fact.name, window.duration, window.parameter), words)

    def place(
        self, phrases: Sequence[tree.Phrase], fact: FactSymbol, *, windows: bool = True
    ) -> tuple[Window | None, tuple[EventRelation, ...], EventTime | None, DayOf | None]:
        """A window alone, where nothing more is said than `within` or nothing at all; else relations and time."""
        if windows and not phrases:
            return fact.window, (), None, None
        if windows and len(phrases) == 1:
            only = phrases[0]
            if isinstance(only, tree.Within) and only.edge is None:
                return self._window(only.duration), (), None, None
        return None, *self.phrases(phrases)

    # ---- tests ------------------------------------------------------------------------------------------------------

    def _test(self, test: tree.Compare | tree.Between | tree.IsOneOf | None) -> EventTest:
        if test is None:
            return EventTest()
        if isinstance(test, tree.IsOneOf):
            words = {value.name if isinstance(value, tree.Identifier) else value.text for value in test.values}
            return EventTest(words=tuple(sorted(words)), excluded=test.negated)
        if isinstance(test, tree.Compare):
            return EventTest((self._comparison(test, test.left, test.operator, test.right),))
        return EventTest(
            (
                self._comparison(test, test.subject, ">=", test.low),
                self._comparison(test, test.subject, "<=", test.high),
            )
        )

    def _comparison(
        self, whole: tree.Expression, subject: tree.Expression, operator: ir.Comparator, right: tree.Expression
    ) -> Comparison:
        lowering = self._lowering
        meeting = lowering.guideline.meeting[id(whole)]
        if not isinstance(meeting, MeasureType):
            return Comparison(operator, lowering.value(right))
        own = lowering.type_of(subject)
        assert isinstance(own, MeasureType)
        change = conversion_between(own, meeting, self._symbols)
        assert change is not None  # the checks let no other pair through
        return Comparison(operator, lowering.value_in(right, meeting), change.factor, change.offset)

    # ---- phrases ----------------------------------------------------------------------------------------------------

    def phrases(
        self, phrases: Sequence[tree.Phrase]
    ) -> tuple[tuple[EventRelation, ...], EventTime | None, DayOf | None]:
        """The relations, in an order that does not depend on how they are written, the time, and the day."""
        relations: set[EventRelation] = set()
        time: EventTime | None = None
        day: DayOf | None = None
        for phrase in phrases:
            fact = other_fact(phrase, self._symbols)
            if isinstance(phrase, tree.OnDay):
                inner, when, _ = self.phrases(phrase.phrases)
                day = DayOf(phrase.which, phrase.fact.name, self._test(phrase.test), inner, when)
            elif fact is not None:
                relations.add(self._relation(phrase, fact))
            else:
                time = self._time(phrase)
        return tuple(sorted(relations, key=str)), time, day

    def _relation(self, phrase: tree.Phrase, fact: FactSymbol) -> EventRelation:
        if isinstance(phrase, tree.Together):
            return EventRelation(phrase.how, fact.name, negated=phrase.negated, test=self._test(phrase.test))
        assert isinstance(phrase, tree.Beside)
        assert phrase.how != "by"
        nearest, far = self._distance(phrase)
        anchor: Literal["starts", "ends"] | None = None
        if isinstance(phrase.to, tree.EndOf):
            anchor = "ends" if phrase.to.end == "end" else "starts"
        if anchor == "starts" and phrase.how in ("before", "after"):
            anchor = None  # which is from where these count
        return EventRelation(
            phrase.how,
            fact.name,
            phrase.edge,
            nearest,
            far.duration if far is not None else None,
            far.parameter if far is not None else None,
            phrase.negated,
            anchor,
            self._test(phrase.test),
        )

    def _time(self, phrase: tree.Phrase) -> EventTime:
        match phrase:
            case tree.Within(duration=duration):
                window = self._window(duration)
                return EventTime(phrase.edge or "overlaps", self._ago(window), self._ago(Window(_TODAY, None)))
            case tree.Ago():
                near, far = distance(phrase.nearest, phrase.farthest), phrase.farthest
                return EventTime(phrase.edge or "overlaps", self._ago(self._window(far)), self._ago(self._window(near)))
            case tree.Since(day=day):
                return EventTime(phrase.edge or "overlaps", self._days(day)[0], self._ago(Window(_TODAY, None)))
            case tree.Beside():
                return self._beside(phrase)
            case _:
                raise AssertionError("not a time")

    def _beside(self, phrase: tree.Beside) -> EventTime:
        first, last = self._days(phrase.to)
        how = phrase.edge or "overlaps"
        nearest, far = self._distance(phrase)
        near = Window(nearest, None) if nearest is not None else None
        match phrase.how:
            case "during":
                return EventTime(phrase.edge or "inside", first, last)
            case "overlaps":
                return EventTime("overlaps", first, last)
            case "by":
                return EventTime(how, None, last)
            case "before" if far is None:
                return EventTime(how, None, self._moved(first, "-", Window(_ONE_DAY, None)))
            case "after" if far is None:
                return EventTime(how, self._moved(last, "+", Window(_ONE_DAY, None)), None)
            case "before":
                return EventTime(how, self._moved(first, "-", far), self._moved(first, "-", near))
            case "after":
                return EventTime(how, self._moved(last, "+", near), self._moved(last, "+", far))

    def _distance(self, phrase: tree.Beside) -> tuple[Duration | None, Window | None]:
        nearest: Duration | None = None
        if phrase.nearest is not None:
            assert isinstance(phrase.farthest, tree.Quantity)
            nearest = duration_of(distance(phrase.nearest, phrase.farthest), Report())
        return nearest, None if phrase.farthest is None else self._window(phrase.farthest)

    def _days(self, expression: tree.Expression) -> tuple[ir.NodeId, ir.NodeId]:
        """The first and the last day of a period; of a date, that day twice."""
        if isinstance(self._lowering.type_of(expression), PeriodType):
            return self._lowering.dates.period(expression)
        day = self._lowering.value(expression)
        return day, day

    def _ago(self, window: Window) -> ir.NodeId:
        words = "today" if window.duration.count == 0 else f"today - {window.parameter or window.duration}"
        return self._lowering.add(ir.BeforeEvaluation(window.duration, window.parameter), words)

    def _moved(self, day: ir.NodeId, sign: Literal["+", "-"], window: Window | None) -> ir.NodeId:
        if window is None or window.duration.count == 0:
            return day
        words = f"{self._lowering.names.get(day, day)} {sign} {window.parameter or window.duration}"
        return self._lowering.add(ir.DateShift(day, sign, window.duration, window.parameter), words)

    def _window(self, duration: tree.Duration) -> Window:
        window = resolve_window(duration, self._symbols, Report())  # checked before; nothing new can come of it
        assert window is not None, print_expression(duration)
        return window

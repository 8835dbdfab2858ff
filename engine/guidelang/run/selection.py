"""The events that a node asks about: which results of a fact lie so in time and so to another fact.

Whether an event belongs to them is true, false or unknown, with the reasons kept apart by the fact that they lie with.
An event after the evaluation day is none. A record that leaves open whether it is an event at all may be one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from guidelang.calendar import minus
from guidelang.facts.newest import perhaps_superseded, without_superseded
from guidelang.facts.place import UNDATED
from guidelang.facts.state import Cause, FactSet, FactState, Reason, Result
from guidelang.network.events import DayOf, EventRelation, EventTest, EventTime, Occurs
from guidelang.network.ir import Aggregate, FactDefinition, LastN, Network, NodeId
from guidelang.quantity import Interval
from guidelang.run.kleene import and_
from guidelang.run.last_day import OnDay
from guidelang.run.links import Linking
from guidelang.run.no_event import ahead, begins, nothing
from guidelang.run.outcome import Computed, Truth
from guidelang.run.relations import Relating
from guidelang.run.spans import EVER, End, Span, days_of, inside, not_after, overlaps, span_of

Candidates: TypeAlias = list[tuple[Result, Span, Truth]]
"""What may be events of a fact, each with its span and whether it is one, in the order of the history."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A period of days and how an event has to lie to it."""

    how: str
    first: End
    last: End

    def judge(self, span: Span) -> Truth:
        ordered = not_after(self.first, self.last)
        match self.how:
            case "inside":
                return and_((inside(span, self.first, self.last), ordered))
            case "starts":
                return and_((inside(Span(span.begins, span.begins), self.first, self.last), ordered))
            case "ends":
                return and_((inside(Span(span.ends, span.ends), self.first, self.last), ordered))
            case _:
                return and_((overlaps(span, self.first, self.last), ordered))


@dataclass(frozen=True, slots=True)
class Event:
    """One result as it bears on the question.

    Attributes:
        exists: unknown where the record leaves open whether it is one of the fact, or whether it lies in the future.
        lies: whether it exists and lies so in time and to other facts.
        passes: whether its value passes the test.
        own: what its own record leaves open of that; `others` what the records of other facts do.
    """

    result: Result
    span: Span
    exists: Truth
    lies: Truth
    passes: Truth = True
    own: tuple[Cause, ...] = ()
    others: Mapping[str, tuple[Cause, ...]] = field(default_factory=dict)

    @property
    def fits(self) -> Truth:
        return and_((self.lies, self.passes))


@dataclass(frozen=True, slots=True)
class Selection:
    """The events of a fact that lie so, or may.

    Attributes:
        events: those that do not lie elsewhere for certain, in the order of the history.
        elsewhere: the newest one that does, and before the period that is asked about if there is such a period.
        closed: whether no further event can be: the record would have it.
        nothing: why the record does not tell, where it is not closed.
        some: whether one of the events certainly lies so, though it may be open which.
        listed: whether the events that the record has are taken for all there are, as the results of a fact of which
            absence says nothing are where there is one. Of a fact that says that absence means no, they are only where
            absence can be trusted.
    """

    fact: str
    events: tuple[Event, ...]
    elsewhere: Result | None
    closed: bool
    nothing: tuple[Cause, ...]
    some: bool = False
    listed: bool = True

    @property
    def unseen(self) -> bool:
        """Whether there may be events that the record does not have."""
        return not self.closed and not (self.some and self.listed)


def select(
    node: Occurs | Aggregate | LastN, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]
) -> Selection:
    """The events that an `Occurs`, `Aggregate` or `LastN` asks about."""
    definition, state = network.facts[node.fact], facts.states[node.fact]
    bounds = _bounds(node, facts.as_of, values)
    relating: list[Relating | Linking | OnDay] = [
        _relating(relation, node.fact, network, facts, values) for relation in node.relations
    ]
    on_day = None if node.day is None else _on_day(node.day, network, facts, values)
    if on_day is not None:
        relating.append(on_day)
    test = node.test if isinstance(node, Occurs) else EventTest()
    events: list[Event] = []
    elsewhere: Result | None = None
    today = facts.as_of.toordinal()
    before = -EVER if bounds is None else bounds.first.first
    after = EVER if bounds is None else bounds.last.last
    for result, span, exists in _prepared(definition, state, facts):
        when: Truth
        if span.ends.last < before or span.begins.first > after:
            when = False  # as `judge` has it, of whatever kind the bounds are
        else:
            when = bounds.judge(span) if bounds is not None else True
        if when is None and bounds is not None and bounds.first.first > today:
            one_time = result.course is None and result.moment is not None
            if one_time or bounds.how in ("inside", "starts"):
                when = False  # it would begin in the future, and then it is no event
        if when is False:
            if exists is True and (bounds is None or span.ends.last < bounds.first.first):
                elsewhere = result
            continue
        passes = passes_test(test, result, values)
        related = [(each.fact, each.of(result, span)) for each in relating]
        lies = and_((exists, when, *(each.truth for _, each in related)))
        if lies is False:
            continue
        own: list[Cause] = []
        others: dict[str, tuple[Cause, ...]] = {}
        if exists is None:
            own.extend(result.causes or _replaced(result, span, today))
        if exists is None or when is None:
            own.extend(_unsure(result, span, bounds, today))
        for fact, each in related:
            if each.truth is None:
                own.extend(each.own)
                if each.others:
                    others[fact] = tuple(dict.fromkeys((*others.get(fact, ()), *each.others)))
        events.append(Event(result, span, exists, lies, passes, tuple(dict.fromkeys(own)), others))
    closed = is_closed(definition, state) or any(each.impossible for each in relating)
    some = any(event.lies is True for event in events)
    if on_day is not None and on_day.fact == node.fact and on_day.answered and len(relating) == 1 and bounds is None:
        some = some or not on_day.selection.unseen  # the day is that of one of them
    period = None if bounds is None or node.time is None or not begins(node.time.first, network) else bounds.first
    causes = nothing(state, elsewhere, period, facts.as_of)
    if elsewhere is None and on_day is not None and on_day.fact == node.fact:
        elsewhere, causes = on_day.selection.elsewhere, on_day.selection.nothing
    return Selection(node.fact, tuple(events), elsewhere, closed, causes, some, not state.absence)


def _relating(
    relation: EventRelation, fact: str, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]
) -> Relating | Linking:
    """A relation of the events of `fact`."""
    definition, state = network.facts[relation.fact], facts.states[relation.fact]
    others = [
        (result, span, exists, passes_test(relation.test, result, values))
        for result, span, exists in _prepared(definition, state, facts)
    ]
    closed, own = is_closed(definition, state), relation.fact == fact
    if relation.how in ("encounter", "practitioner"):
        encounters = any(reading.record == "encounter" for reading in definition.readings)
        return Linking(relation, others, closed, own, encounters)
    return Relating(relation, others, closed, own)


def _on_day(day: DayOf, network: Network, facts: FactSet, values: Mapping[NodeId, Computed]) -> OnDay:
    asked = Occurs("any", day.fact, day.test, day.relations, day.time)
    return OnDay(day, select(asked, network, facts, values), _bounds(asked, facts.as_of, values), facts.as_of)


def _prepared(definition: FactDefinition, state: FactState, facts: FactSet) -> Candidates:
    """The candidates of a fact of this fact set, made once."""
    found = facts.prepared.get(definition.name)
    if not isinstance(found, list):
        found = candidates(definition, state, facts.as_of)
        facts.prepared[definition.name] = found
    return found


def candidates(definition: FactDefinition, state: FactState, as_of: dt.date) -> Candidates:
    """All that may be events of a fact up to the evaluation day, each with its span and whether it is one."""
    yes_no = definition.type == "yes_no"
    seen = {id(result) for result in state.history}
    replaced = {id(result) for result in perhaps_superseded(state.history)}
    results = [r for r in without_superseded(state.history) if r.value is not False]
    results += [r for r in state.open if id(r) not in seen]
    today = as_of.toordinal()
    found: Candidates = []
    for result in results:
        span = span_of(result, as_of, lasts=yes_no)
        begun = True if span.begins.last <= today else None if span.begins.first <= today else False
        if begun is not False:
            surely = id(result) in seen and id(result) not in replaced and not (yes_no and result.value is None)
            is_one = True if surely else None
            found.append((result, span, and_((is_one, begun))))
    return found


def is_closed(definition: FactDefinition, state: FactState) -> bool:
    """Whether the record says that there are no more events of a fact than those it has.

    It does where absence means no and all of it was read, and where somebody answered "no" without a date.
    """
    denied = any(r.value is False and r.moment is None and r.course is None for r in state.history)
    return denied or (definition.absent_means_no and state.absence == ())


def _bounds(node: Occurs | Aggregate | LastN, as_of: dt.date, values: Mapping[NodeId, Computed]) -> Bounds | None:
    today = as_of.toordinal()
    if node.time is not None:
        return bounds_of(node.time, values)
    if isinstance(node, Occurs) or node.window is None:
        return None
    first = minus(as_of, node.window).toordinal()
    return Bounds("overlaps", End(first, first), End(today, today))


def not_before(node: Occurs | Aggregate | LastN, as_of: dt.date, values: Mapping[NodeId, Computed]) -> dt.date | None:
    """The first day of the days that a node asks about, if all of them lie after the evaluation day."""
    times = [node.time, node.day.time if node.day is not None else None]
    begin = [ahead(bounds_of(time, values).first, as_of) for time in times if time is not None]
    return max((day for day in begin if day is not None), default=None)


def bounds_of(time: EventTime, values: Mapping[NodeId, Computed]) -> Bounds:
    """The days that a time means."""
    first = values[time.first] if time.first is not None else None
    last = values[time.last] if time.last is not None else None
    return Bounds(time.how, *days_of(first, last))


def passes_test(test: EventTest, result: Result, values: Mapping[NodeId, Computed]) -> Truth:
    """Whether the value of a result passes; unknown where it cannot be used."""
    if not test.asks:
        return True
    value = result.value
    if value is None:
        return None
    if isinstance(value, str):
        return (value in test.words) is not test.excluded
    truths: list[Truth] = []
    for comparison in test.comparisons:
        bound = values[comparison.right].value
        if not isinstance(value, Interval) or not isinstance(bound, Interval):
            truths.append(None)
            continue
        own = comparison.factor == 1 and comparison.offset == 0
        scaled = value if own else value.scaled(comparison.factor, comparison.offset)
        truths.append(Interval.compare(comparison.operator, scaled, bound))
    return and_(truths)


def _replaced(result: Result, span: Span, today: int) -> list[Cause]:
    """That a result of known value and day may be no event can only be because a corrected one may have replaced it."""
    if span.begins.last > today:
        return []
    return [Cause(Reason.CONFLICTING, f"{told(result)}, of which another may be a correction")]


def _unsure(result: Result, span: Span, bounds: Bounds | None, today: int) -> list[Cause]:
    """What the days of an event leave open; nothing where they are known and it is the period that is not."""
    if span.begins.is_day and span.ends.is_day:
        return []
    if result.moment is not None and result.moment.text == UNDATED and result.course is None:
        return [Cause(Reason.IMPRECISE_DATE, f"{result.reported} has no date")]
    sides = []
    first = bounds.first.last if bounds is not None else -EVER
    last = min(today, bounds.last.first) if bounds is not None else today
    if span.begins.first < first and first != EVER:
        sides.append(f"before {dt.date.fromordinal(first)}")
    if span.ends.last > last and last != -EVER:
        sides.append(f"after {dt.date.fromordinal(last)}")
    if not sides:
        return []
    return [Cause(Reason.IMPRECISE_DATE, f"{told(result)}, which may lie {' or '.join(sides)}")]


def told(result: Result) -> str:
    """A result with its time or course: `6.1 mg/dL on 2024-05`, `Hemodialysis from 2020-01-01`."""
    course = result.course
    if course is None:
        return result.reported if result.moment is None else f"{result.reported} on {result.moment.text}"
    begins = f" from {course.begins.text}" if course.begins is not None else ""
    if course.end == "dated" and course.ends is not None:
        return f"{result.reported}{begins} to {course.ends.text}"
    return f"{result.reported}{begins}" + (", end not recorded" if course.end == "unknown" else "")

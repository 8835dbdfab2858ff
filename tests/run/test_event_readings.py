"""Event phrases read a second time: every day that a record may mean is tried, and the answers are compared.

The second reading knows nothing of spans and bounds. It takes a record apart into all the days that its events may
have, asks the plain two-valued question of each, and calls true what is true each time, false what never is, and the
rest unknown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guidelang.calendar import Moment
from guidelang.facts.state import Cause, Course, FactState, Reason, Result
from guidelang.network import ir
from guidelang.network.events import Comparison, EventRelation, EventTest, EventTime, Occurs
from guidelang.quantity import Interval
from guidelang.run import Direct, Durable, Truth, evaluate_values, literals

from .networks import AS_OF, facts, network, state

TODAY = AS_OF.toordinal()
FOREVER = 10**6  # of days from today
OPEN, CLOSED = ir.FactDefinition("f", "yes_no"), ir.FactDefinition("f", "yes_no", absent_means_no=True)
MEASURED = ir.FactDefinition("f", "quantity", unit="mg/dL")


@dataclass(frozen=True)
class Told:
    """A record as days from today: from when to when an event may be, each a range; `value` None cannot be used."""

    begins: tuple[int, int]
    ends: tuple[int, int] | str | None = None  # None: it has one time; else a range, "running" or "unknown"
    value: int | None = 1

    def worlds(self) -> list[tuple[int, int]]:
        """All pairs of a first and a last day that it may mean; what lies in the future is no event, hence no pair."""
        firsts = range(self.begins[0], self.begins[1] + 1)
        if self.ends is None:
            found = [(day, day) for day in firsts]
        elif self.ends == "running":
            found = [(day, FOREVER) for day in firsts]
        elif self.ends == "unknown":
            found = [(first, last) for first in firsts for last in (*range(first, 12), FOREVER)]
        else:
            lasts = range(self.ends[0], self.ends[1] + 1)
            found = [(first, last) for first, last in product(firsts, lasts) if first <= last]
        return found

    def result(self, *, yes_no: bool) -> Result:
        value = None if self.value is None else True if yes_no else Interval.point(Fraction(self.value))
        moment, course = _moment(*self.begins), None
        if self.ends is not None:
            end = self.ends if isinstance(self.ends, str) else "dated"
            course = Course(moment, end, None if isinstance(self.ends, str) else _moment(*self.ends))
        causes = () if value is not None else (Cause(Reason.IMPLAUSIBLE),)
        return Result(value, causes, "an event", moment, "test", course=course)


def _moment(first: int, last: int) -> Moment:
    days = [AS_OF + dt.timedelta(days=day) for day in (first, last)]
    earliest = dt.datetime.combine(days[0], dt.time.min, tzinfo=dt.UTC)
    latest = dt.datetime.combine(days[1], dt.time.max, tzinfo=dt.UTC)
    return Moment(f"{days[0]} or later", days[0], days[1], earliest, latest)


def ranges(low: int = -8, high: int = 1) -> st.SearchStrategy[tuple[int, int]]:
    return st.builds(lambda first, more: (first, first + more), st.integers(low, high), st.sampled_from([0, 0, 1, 3]))


def told(*values: int | None) -> st.SearchStrategy[Told]:
    value = st.sampled_from(values or (1,))
    point = st.builds(Told, ranges(), st.none(), value)
    course = st.builds(
        lambda begins, more, width, value: Told(begins, (begins[1] + more, begins[1] + more + width), value),
        ranges(),
        st.integers(-1, 4),
        st.integers(0, 2),
        value,
    )
    open_ended = st.builds(Told, ranges(), st.sampled_from(["running", "unknown"]), value)
    return st.one_of(point, course, open_ended)


def histories(*values: int | None) -> st.SearchStrategy[list[Told]]:
    return st.lists(told(*values), max_size=3)


HOW = st.sampled_from(["inside", "overlaps", "starts", "ends"])
BOUNDS = st.builds(lambda first, last: (first, last), st.none() | st.integers(-7, 1), st.none() | st.integers(-7, 1))


def ask(
    node: Occurs | ir.Aggregate, states: list[FactState], definitions: list[ir.FactDefinition]
) -> tuple[Truth, object]:
    """The truth of an `Occurs` on both executors; or the value of an aggregate."""
    nodes: dict[str, ir.Node] = {f"day{day}": ir.DateConstant(TODAY + day, f"today + {day}") for day in range(-10, 3)}
    nodes["five"] = ir.Constant(Fraction(5), "mg/dL", "5 mg/dL")
    nodes["ten"] = ir.Constant(Fraction(10), "mg/dL", "10 mg/dL")
    of = network({**nodes, "asked": node}, facts=definitions)
    patient = facts(*states)
    values = evaluate_values(of, patient)
    if isinstance(node, ir.Aggregate):
        return None, values["asked"].value
    truths = literals(of, patient, values)
    direct, durable = Direct(of).settle(truths).conditions, Durable(of).settle(truths).conditions
    assert direct == durable
    return direct["asked"], None


def record(name: str, events: list[Told], *, yes_no: bool = True, closed: bool = True) -> FactState:
    history = tuple(event.result(yes_no=yes_no) for event in events)
    return state(name, None, history=history, absence=() if closed else None)


def time(how: str, bounds: tuple[int | None, int | None]) -> EventTime:
    first, last = (None if day is None else f"day{day}" for day in bounds)
    return EventTime(how, first, last)


def lies(how: str, first: int, last: int, bounds: tuple[int | None, int | None]) -> bool:
    """The two-valued question: the event goes from `first` to `last`; nothing lies in a period that is none."""
    low, high = -FOREVER if bounds[0] is None else bounds[0], FOREVER if bounds[1] is None else bounds[1]
    if low > high or first > 0:
        return False
    match how:
        case "inside":
            return low <= first and last <= high
        case "starts":
            return low <= first <= high
        case "ends":
            return low <= last <= high
        case _:
            return first <= high and last >= low


def settled(answers: set[bool]) -> Truth:
    return answers.pop() if len(answers) == 1 else None


def each(event: Told, question: object) -> Truth:
    assert callable(question)
    return settled({question(*world) for world in event.worlds()})


def some(answers: list[Truth]) -> Truth:
    if True in answers:
        return True
    return None if None in answers else False


@settings(max_examples=300, deadline=None)
@given(histories(), HOW, BOUNDS, st.booleans())
def test_some_event_lies_so(events: list[Told], how: str, bounds: tuple[int | None, int | None], closed: bool) -> None:
    events = [event for event in events if event.worlds()]
    definition = CLOSED if closed else OPEN
    node = Occurs("any", "f", time=time(how, bounds))
    truth, _ = ask(node, [record("f", events, closed=closed)], [definition])
    expected = some([each(event, lambda first, last: lies(how, first, last, bounds)) for event in events])
    assert truth is (None if expected is False and not closed else expected)


@settings(max_examples=300, deadline=None)
@given(histories(3, 9, None), HOW, BOUNDS)
def test_any_every_and_how_many_results(events: list[Told], how: str, bounds: tuple[int | None, int | None]) -> None:
    events = [event for event in events if event.worlds()]
    test = EventTest((Comparison(">", "five"),))
    when = time(how, bounds)
    given_state = [record("f", events, yes_no=False, closed=False)]
    placed = [(each(event, lambda first, last: lies(how, first, last, bounds)), event.value) for event in events]
    there = any(lie is True for lie, _ in placed)
    passing = [
        False if lie is False or value == 3 else True if lie is True and value == 9 else None for lie, value in placed
    ]
    expected_any = some(passing)
    failing = [
        False if lie is False or value == 9 else True if lie is True and value == 3 else None for lie, value in placed
    ]
    expected_every = None if some(failing) is None else not some(failing)
    for quantifier, expected in (
        ("any", None if expected_any is False and not there else expected_any),
        ("every", None if expected_every is True and not there else expected_every),
    ):
        assert ask(Occurs(quantifier, "f", test, (), when), given_state, [MEASURED])[0] is expected, quantifier
    low, high = passing.count(True), len(passing) - passing.count(False)
    for wanted in (1, 2, 3):
        enough = True if low >= wanted else False if high < wanted else None
        node = Occurs("at_least", "f", test, (), when, wanted)
        assert ask(node, given_state, [MEASURED])[0] is (None if enough is False and not there else enough)


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(1, 3))
def test_how_many_different_days(events: list[Told], wanted: int) -> None:
    events = [event for event in events if event.worlds() and event.begins[1] <= 0]
    node = Occurs("at_least", "f", count=wanted, different_days=True)
    truth, _ = ask(node, [record("f", events)], [CLOSED])
    answers = {len({first for first, _ in world}) >= wanted for world in product(*(event.worlds() for event in events))}
    assert truth is settled(answers)


LYING = st.one_of(
    st.tuples(st.sampled_from(["during", "overlaps", "before", "after"]), st.sampled_from([None, "starts", "ends"])),
    st.just(("day", None)),
)


def is_related(lying: tuple[str, str | None], mine: tuple[int, int], its: tuple[int, int]) -> bool:
    """The two-valued question of two events, each from its first day to its last."""
    how, edge = lying
    first, last = {"starts": (mine[0], mine[0]), "ends": (mine[1], mine[1])}.get(edge or "", mine)
    match how:
        case "during":
            return its[0] <= first and last <= its[1]
        case "overlaps" | "day":
            return first <= its[1] and last >= its[0]
        case "before":
            return first < its[0]
        case _:
            return first > its[0]


@settings(max_examples=250, deadline=None)
@given(
    st.lists(told(), max_size=2),
    st.lists(told(), max_size=2),
    st.lists(st.tuples(LYING, st.sampled_from(["g", "h"]), st.booleans()), min_size=2, max_size=3, unique=True),
    BOUNDS,
)
def test_several_relations_are_to_hold_of_one_and_the_same_event(
    events: list[Told],
    others: list[Told],
    asked: list[tuple[tuple[str, str | None], str, bool]],
    bounds: tuple[int | None, int | None],
) -> None:
    events, others = ([each for each in told_ if each.worlds() and each.begins[1] <= 0] for told_ in (events, others))
    of = {"g": others[:1], "h": others[1:]}
    relations = tuple(EventRelation(how, fact, edge, negated=negated) for (how, edge), fact, negated in asked)
    node = Occurs("any", "f", relations=relations, time=time("overlaps", bounds))
    states = [record("f", events), record("g", of["g"]), record("h", of["h"])]
    closed = [ir.FactDefinition(name, "yes_no", absent_means_no=True) for name in "fgh"]
    truth, _ = ask(node, states, closed)

    def fits(mine: tuple[int, int], its: dict[str, list[tuple[int, int]]]) -> bool:
        return lies("overlaps", *mine, bounds) and all(
            any(is_related(lying, mine, each) for each in its[fact]) is not negated for lying, fact, negated in asked
        )

    answers = {
        any(fits(mine, {"g": list(gs), "h": list(hs)}) for mine in world)
        for world in product(*(event.worlds() for event in events))
        for gs in product(*(other.worlds() for other in of["g"]))
        for hs in product(*(other.worlds() for other in of["h"]))
    }
    if truth is not None:  # what two relations leave open together need not be seen
        assert truth is settled(answers)
    elif all(len(each.worlds()) == 1 for each in (*events, *others)):
        raise AssertionError("nothing is open here")


@settings(max_examples=250, deadline=None)
@given(
    told(),
    st.lists(told(), max_size=2),
    LYING,
    st.booleans(),
    st.booleans(),
)
@example(Told((-1, -1), (0, 0)), [Told((-3, 0))], ("during", None), False, True)  # two days in one
def test_relations_to_the_events_of_another_fact(
    event: Told, others: list[Told], lying: tuple[str, str | None], negated: bool, closed: bool
) -> None:
    how, edge = lying
    if not event.worlds() or event.begins[1] > 0:
        return
    others = [other for other in others if other.worlds() and other.begins[1] <= 0]
    other_fact = ir.FactDefinition("g", "yes_no", absent_means_no=closed)
    node = Occurs("any", "f", relations=(EventRelation(how, "g", edge, negated=negated),))
    truth, _ = ask(node, [record("f", [event]), record("g", others, closed=closed)], [CLOSED, other_fact])

    answers = {
        any(is_related(lying, mine, its) for its in world)
        for mine in event.worlds()
        for world in product(*(other.worlds() for other in others))
    }
    expected = settled(answers)
    if expected is False and not closed:
        expected = None
    if expected is not None and negated:
        expected = not expected
    # One event with a span of its own: what is certain is found; that both ends lie with one event need not be seen.
    if truth is not None:
        assert truth is expected
    elif len(others) <= 1:
        assert expected is None


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(-7, -3), st.integers(-2, 1))
def test_covered_days(events: list[Told], first: int, last: int) -> None:
    events = [event for event in events if event.worlds() and event.begins[1] <= 0]
    node = ir.Aggregate("covered_days", "f", None, time=time("overlaps", (first, last)))
    _, value = ask(node, [record("f", events)], [CLOSED])
    assert isinstance(value, Interval)

    def days(world: tuple[tuple[int, int], ...]) -> int:
        covered = {day for begins, ends in world for day in range(max(begins, first), min(ends, last) + 1)}
        return sum(1 for day in covered if day + 1 in covered)  # each piece: its last day less its first

    found = [days(world) for world in product(*(event.worlds() for event in events))]
    assert value.low is not None
    assert value.high is not None
    assert value.low <= min(found)
    assert max(found) <= value.high
    if all(len(event.worlds()) == 1 for event in events):
        assert value == Interval.point(Fraction(found[0]))


# ---- laws -----------------------------------------------------------------------------------------------------------

TIMES = st.builds(time, HOW, BOUNDS)


@settings(max_examples=150, deadline=None)
@given(st.data(), histories(3, 9, None), TIMES, st.sampled_from(["any", "every", "at_least"]))
def test_the_order_of_events_never_matters(data: st.DataObject, events: list[Told], when: EventTime, how: str) -> None:
    node = Occurs(how, "f", EventTest((Comparison(">", "five"),)), (), when, 2, how == "at_least")
    shuffled = data.draw(st.permutations(events))
    one, other = (ask(node, [record("f", each_, yes_no=False)], [MEASURED])[0] for each_ in (events, shuffled))
    assert one is other


@settings(max_examples=150, deadline=None)
@given(histories(3, 9, None), told(3, 9, None), TIMES)
def test_one_more_event_makes_any_no_less_true_and_every_no_less_false(
    events: list[Told], more: Told, when: EventTime
) -> None:
    test = EventTest((Comparison(">", "five"),))
    for quantifier, lasting in (("any", True), ("at_least", True), ("every", False)):
        node = Occurs(quantifier, "f", test, (), when, 2)
        before, after = (
            ask(node, [record("f", each_, yes_no=False)], [MEASURED])[0] for each_ in (events, [*events, more])
        )
        if before is lasting:
            assert after is lasting


@settings(max_examples=150, deadline=None)
@given(histories(), TIMES)
def test_a_day_that_becomes_known_never_turns_an_answer(events: list[Told], when: EventTime) -> None:
    node = Occurs("any", "f", time=when)
    vague = ask(node, [record("f", events)], [CLOSED])[0]
    for event in events:
        for first, last in event.worlds()[:3]:
            ends = None if event.ends is None else "running" if last == FOREVER else (last, last)
            known = [Told((first, first), ends) if each_ is event else each_ for each_ in events]
            answer = ask(node, [record("f", known)], [CLOSED])[0]
            if vague is not None:
                assert answer is vague

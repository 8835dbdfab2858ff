"""Relations to either end of another event, to the others of the same fact, and to the last day, each read twice.

The second reading tries every day that a record may mean, as in `test_event_readings`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from guidelang.calendar import Duration
from guidelang.facts.state import Result
from guidelang.network import ir
from guidelang.network.events import Comparison, DayOf, EventRelation, EventTest, EventTime, Occurs
from guidelang.quantity import Interval
from guidelang.run import Truth

from .networks import result, state
from .test_event_readings import CLOSED, FOREVER, Told, ask, lies, record, settled, time, told

World = tuple[int, int]
FACTS = [CLOSED, ir.FactDefinition("g", "yes_no", absent_means_no=True)]
MEASURED = ir.FactDefinition("f", "quantity", unit="mg/dL", absent_means_no=True)


def there(events: list[Told]) -> list[Told]:
    """Events that certainly are some: they may have a day, and do not begin in the future."""
    return [event for event in events if event.worlds() and event.begins[1] <= 0]


def few(*events: Told) -> bool:
    """Whether all that the events may mean together is tried in no time."""
    return math.prod(len(event.worlds()) for event in events) <= 1500


def relations(fact: str) -> st.SearchStrategy[EventRelation]:
    edges, anchors = st.sampled_from([None, "starts", "ends"]), st.sampled_from([None, "starts", "ends"])
    plain = st.builds(
        lambda how, edge, anchor: EventRelation(how, fact, edge, anchor=anchor),
        st.sampled_from(["during", "overlaps", "before", "after"]),
        edges,
        anchors,
    )
    near = st.builds(
        lambda how, edge, anchor, nearest, more: EventRelation(
            how, fact, edge, nearest, Duration((nearest.count if nearest else 0) + more, "day"), anchor=anchor
        ),
        st.sampled_from(["before", "after"]),
        edges,
        anchors,
        st.none() | st.builds(Duration, st.integers(0, 2), st.just("day")),
        st.integers(0, 3),
    )
    return plain | near


def is_related(relation: EventRelation, mine: World, its: World) -> bool:
    """The two-valued question of two events, each from its first day to its last."""
    first, last = {"starts": (mine[0], mine[0]), "ends": (mine[1], mine[1])}.get(relation.edge or "", mine)
    begins, ends = {"starts": (its[0], its[0]), "ends": (its[1], its[1])}.get(relation.anchor or "", its)
    match relation.how:
        case "during":
            return begins <= first and last <= ends
        case "overlaps":
            return first <= ends and last >= begins
    base = ends if relation.anchor == "ends" else begins
    if relation.farthest is None:
        return first < base if relation.how == "before" else first > base
    if FOREVER in (base, first):  # an end that has not come lies at no distance from anything
        return False
    nearest = relation.nearest.count if relation.nearest is not None else 0
    distance = base - first if relation.how == "before" else first - base
    return nearest <= distance <= relation.farthest.count


@settings(max_examples=300, deadline=None)
@given(told(), st.lists(told(), max_size=2), relations("g"), st.booleans())
def test_relations_to_either_end_of_another_event(
    event: Told, others: list[Told], relation: EventRelation, negated: bool
) -> None:
    others = there(others)
    assume(there([event]) and few(event, *others))
    node = Occurs("any", "f", relations=(replace(relation, negated=negated),))
    truth, _ = ask(node, [record("f", [event]), record("g", others)], FACTS)
    answers = {
        any(is_related(relation, mine, its) for its in world) is not negated
        for mine in event.worlds()
        for world in product(*(other.worlds() for other in others))
    }
    if truth is not None:
        assert truth is settled(answers)
    elif len(event.worlds()) == 1 and len(others) <= 1:
        assert settled(answers) is None


RUNNING = [Told((-3, -3), "running"), Told((-1, -1), "running")]


@settings(max_examples=300, deadline=None)
@given(st.lists(told(), max_size=3), relations("f"), st.booleans())
@example(RUNNING, EventRelation("before", "f", "ends", anchor="ends"), False)
@example(RUNNING, EventRelation("before", "f", "ends", None, Duration(3, "day"), anchor="ends"), False)
@example(RUNNING, EventRelation("after", "f", "ends", None, Duration(3, "day"), anchor="ends"), True)
def test_an_event_is_not_related_to_itself(events: list[Told], relation: EventRelation, negated: bool) -> None:
    events = there(events)
    assume(few(*events))
    node = Occurs("any", "f", relations=(replace(relation, negated=negated),))
    truth, _ = ask(node, [record("f", events)], [CLOSED])
    answers = {
        any(
            any(is_related(relation, mine, its) for j, its in enumerate(world) if j != i) is not negated
            for i, mine in enumerate(world)
        )
        for world in product(*(event.worlds() for event in events))
    }
    if truth is not None:
        assert truth is settled(answers)
    elif all(len(event.worlds()) == 1 for event in events):
        raise AssertionError("nothing is open here")


@pytest.mark.parametrize(("count", "truth"), [(1, False), (2, True)])
def test_two_events_of_one_day_are_related_to_each_other(count: int, truth: bool) -> None:
    same_day = EventRelation("after", "f", None, None, Duration(0, "day"))
    node = Occurs("any", "f", relations=(same_day,))
    assert ask(node, [record("f", [Told((-3, -3))] * count)], [CLOSED])[0] is truth


@pytest.mark.parametrize(("count", "truth"), [(1, False), (2, True)])
@pytest.mark.parametrize("how", ["encounter", "practitioner"])
def test_an_event_does_not_share_an_encounter_with_itself(how: str, count: int, truth: bool) -> None:
    history = tuple(
        result(True, "2024-05-01", encounter="e1", practitioners=("p1",), order=number) for number in range(count)
    )
    node = Occurs("any", "f", relations=(EventRelation(how, "f"),))
    assert ask(node, [state("f", True, history=history, absence=())], [CLOSED])[0] is truth


# ---- the last day ---------------------------------------------------------------------------------------------------


def day(world: World, which: str) -> int:
    return min(world[1], 0) if which == "last" else world[0]


def on_day(mine: World, members: list[World], which: str) -> bool:
    if not members:
        return False
    days = [day(world, which) for world in members]
    wanted = max(days) if which == "last" else min(days)
    return mine[0] <= wanted <= mine[1]


WHICH = st.sampled_from(["last", "first"])


@settings(max_examples=300, deadline=None)
@given(told(), st.lists(told(), max_size=3), WHICH)
def test_on_the_last_day_with_another_fact(event: Told, others: list[Told], which: str) -> None:
    others = there(others)
    assume(there([event]) and few(event, *others))
    node = Occurs("any", "f", day=DayOf(which, "g"))
    truth, _ = ask(node, [record("f", [event]), record("g", others)], FACTS)
    answers = {
        on_day(mine, list(world), which)
        for mine in event.worlds()
        for world in product(*(other.worlds() for other in others))
    }
    assert truth is settled(answers)


@settings(max_examples=300, deadline=None)
@given(st.lists(told(), min_size=1, max_size=3), st.integers(0, 2), WHICH)
def test_which_of_the_events_of_a_fact_lies_on_their_last_day(events: list[Told], asked: int, which: str) -> None:
    events = there(events)
    assume(asked < len(events) and few(*events))
    events = [replace(event, value=9 if i == asked else 3) for i, event in enumerate(events)]
    node = Occurs("any", "f", EventTest((Comparison(">", "five"),)), day=DayOf(which, "f"))
    truth, _ = ask(node, [record("f", events, yes_no=False)], [MEASURED])
    answers = {on_day(world[asked], list(world), which) for world in product(*(event.worlds() for event in events))}
    assert truth is settled(answers)


BOUNDS = st.tuples(st.integers(-7, 0), st.integers(-7, 0)).map(lambda each: (min(each), max(each)))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(told(), max_size=3),
    st.lists(told(), max_size=2),
    st.tuples(st.sampled_from(["inside", "overlaps", "starts", "ends"]), BOUNDS),
    st.tuples(st.sampled_from(["f", "g"]), WHICH, st.integers(1, 2)),
)
def test_how_many_lie_on_the_last_day_of_a_period(
    events: list[Told], others: list[Told], period: tuple[str, tuple[int, int]], asked: tuple[str, str, int]
) -> None:
    (how, bounds), (of, which, wanted) = period, asked
    events, others = there(events), there(others)
    assume(few(*events, *others))
    when: EventTime = time(how, bounds)
    node = Occurs("at_least", "f", count=wanted, day=DayOf(which, of, time=when))
    truth, _ = ask(node, [record("f", events), record("g", others)], FACTS)
    answers = set()
    for world in product(*(event.worlds() for event in events)):
        for its in product(*(other.worlds() for other in others)):
            members = [each for each in (world if of == "f" else its) if lies(how, *each, bounds)]
            answers.add(sum(on_day(mine, members, which) for mine in world) >= wanted)
    if truth is not None:
        assert truth is settled(answers)
    elif all(len(event.worlds()) == 1 for event in (*events, *others)):
        raise AssertionError("nothing is open here")


def test_the_lowest_value_of_the_last_day_is_that_of_no_other_day() -> None:
    events = [Told((-9, -9), value=1), Told((-2, -2), value=7), Told((-2, -2), value=4)]
    node = ir.Aggregate("lowest", "f", None, day=DayOf("last", "f"))
    assert ask(node, [record("f", events, yes_no=False)], [MEASURED])[1] == Interval.point(Fraction(4))
    vague = [*events, Told((-4, -1), value=2)]
    assert ask(node, [record("f", vague, yes_no=False)], [MEASURED])[1] == Interval(Fraction(2), Fraction(7))
    below = Occurs("every", "f", EventTest((Comparison("<", "ten"),)), day=DayOf("last", "f"))
    assert ask(below, [record("f", vague, yes_no=False, closed=False)], [MEASURED])[0] is True


# ---- read together, and asked about their values --------------------------------------------------------------------


def reading(value: int, when: str | None, **fields: object) -> Result:
    return result(Interval.point(Fraction(value)), when, **fields)


def both(f: Result, g: Result) -> Truth:
    above = EventTest((Comparison(">", "five"),))
    measured = [replace(MEASURED, name=name) for name in "fg"]
    node = Occurs("any", "f", above, (EventRelation("reading", "g", test=above),))
    states = [state(name, 9, history=(each,), absence=()) for name, each in (("f", f), ("g", g))]
    return ask(node, states, measured)[0]


@pytest.mark.parametrize(
    ("f", "g", "truth"),
    [
        (reading(9, "2024-05-03T08:30"), reading(9, "2024-05-03T08:30"), True),
        (reading(9, "2024-05-03T08:30Z"), reading(9, "2024-05-03T10:30+02:00"), True),
        (reading(9, "2024-05-03T08:30"), reading(3, "2024-05-03T08:30"), False),
        (reading(9, "2024-05-03T08:30"), reading(9, "2024-05-03T08:31"), False),
        (reading(9, "2024-05-03T08:30"), reading(9, "2024-05-03T08:30:10"), None),
        (reading(9, "2024-05-03T08:30"), reading(9, "2024-05-03"), None),
        (reading(9, "2024-05-03"), reading(9, "2024-05-03"), None),
        (reading(9, "2024-05-03"), reading(9, "2024-05-04"), False),
        (reading(9, "2024-05"), reading(9, "2024-05-04"), None),
        (reading(9, None), reading(9, None), True),
        (reading(9, "2024-05-03", record="o1"), reading(9, "2024-05-03", record="o1"), True),
        (reading(9, "2024-05-03", record="o1"), reading(9, "2024-05-03", record="o2"), None),
        (reading(9, "2024-05-03", record="o1"), reading(3, "2024-05-03", record="o1"), False),
    ],
)
def test_two_values_of_one_reading(f: Result, g: Result, truth: Truth) -> None:
    assert both(f, g) is truth


@settings(max_examples=200, deadline=None)
@given(told(), st.lists(told(3, 9, None), max_size=2), relations("g"), st.booleans())
def test_only_events_count_that_pass_the_test_of_their_value(
    event: Told, others: list[Told], relation: EventRelation, closed: bool
) -> None:
    others = there(others)
    assume(there([event]) and few(event, *others))
    definitions = [CLOSED, replace(MEASURED, name="g", absent_means_no=closed)]
    tested = replace(relation, test=EventTest((Comparison(">", "five"),)))
    node = Occurs("any", "f", relations=(tested,))
    truth, _ = ask(node, [record("f", [event]), record("g", others, yes_no=False, closed=closed)], definitions)
    answers, certain = set(), set()
    for mine in event.worlds():
        for world in product(*(other.worlds() for other in others)):
            for values in product(*((3, 9) if other.value is None else (other.value,) for other in others)):
                lying = [value for its, value in zip(world, values, strict=True) if is_related(relation, mine, its)]
                answers.add(9 in lying)
                certain.add(bool(lying))
    expected = settled(answers)
    if truth is not None:
        assert truth is expected
        assert truth or closed or certain == {True}
    elif len(event.worlds()) == 1 and len(others) <= 1 and closed:
        assert expected is None

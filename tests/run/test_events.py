"""Event phrases on networks written by hand: what occurs, how many times, and what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from guidelang.calendar import Duration, parse_moment
from guidelang.facts.state import Cause, Course, FactState, Reason, Result
from guidelang.network import ir
from guidelang.network.events import Comparison, DayOf, EventRelation, EventTest, EventTime, Lasting, Occurs
from guidelang.quantity import Interval
from guidelang.run import Computed, Direct, Durable, Truth, evaluate_values, literals, missing

from .networks import facts, network, point, result, state

F = ir.FactDefinition("f", "yes_no", absent_means_no=True)
OPEN = ir.FactDefinition("f", "yes_no")
MEASURED = ir.FactDefinition("f", "quantity", unit="mg/dL")
G = ir.FactDefinition("g", "yes_no", absent_means_no=True)
NODES: dict[str, ir.Node] = {
    "today": ir.BeforeEvaluation(Duration(0, "day")),
    "back": ir.BeforeEvaluation(Duration(31, "day")),  # 2024-05-01
    "first": ir.DateConstant(dt.date(2024, 1, 1).toordinal(), "2024-01-01"),
    "last": ir.DateConstant(dt.date(2024, 3, 31).toordinal(), "2024-03-31"),
    "five": ir.Constant(Fraction(5), "mg/dL", "5 mg/dL"),
    "someday": ir.CurrentValue("d"),
}
QUARTER = {"first": "first", "last": "last"}
HIGH = EventTest((Comparison(">", "five"),))


def time(how: str, first: str | None = "first", last: str | None = "last") -> EventTime:
    return EventTime(how, first, last)


def course(begins: str | None, ends: str | None = None, end: str | None = None, **fields: object) -> Result:
    """A yes that went on: until `ends`, or running, or until nobody knows when."""
    return result(
        True,
        None,
        course=Course(
            None if begins is None else parse_moment(begins, dt.UTC),
            end or ("running" if ends is None else "dated"),
            None if ends is None else parse_moment(ends, dt.UTC),
        ),
        **fields,
    )


def yes_no(name: str, *history: Result, closed: bool = True, **fields: object) -> FactState:
    return state(name, None, Reason.NO_RECORD, history=history, absence=() if closed else None, **fields)


def ask(
    node: Occurs | Lasting,
    f: FactState,
    g: FactState | None = None,
    *,
    fact: ir.FactDefinition = F,
    other: ir.FactDefinition = G,
    day: FactState | None = None,
) -> tuple[Truth, set[str]]:
    """The truth, which both executors have to agree on, and the facts that are missing."""
    definitions = [fact, other, ir.FactDefinition("d", "date")]
    nodes = {**NODES, "asked": node, "not": ir.Not("asked")}
    of = network(nodes, facts=definitions)
    given = facts(f, g or yes_no("g"), day or state("d", None))
    values = evaluate_values(of, given)
    truths = literals(of, given, values)
    direct, durable = Direct(of).settle(truths), Durable(of).settle(truths)
    assert direct.conditions == durable.conditions
    truth = direct.conditions["asked"]
    assert direct.conditions["not"] == (None if truth is None else not truth)
    return truth, {m.fact for m in missing(of, given, direct.conditions, values, "asked")}


def holds(node: Occurs | Lasting, *events: Result, fact: ir.FactDefinition = F, closed: bool = True) -> Truth:
    return ask(node, yes_no("f", *events, closed=closed), fact=fact)[0]


@pytest.mark.parametrize(
    ("event", "inside", "overlaps", "starts", "ends"),
    [
        (result(True, "2024-02-01"), True, True, True, True),
        (result(True, "2024-01-01"), True, True, True, True),
        (result(True, "2024-03-31"), True, True, True, True),
        (result(True, "2024-04-01"), False, False, False, False),
        (result(True, "2024-03"), True, True, True, True),
        (result(True, "2024"), None, None, None, None),
        (result(True, "2023"), False, False, False, False),
        (course("2023-12-31", "2024-01-01"), False, True, False, True),
        (course("2024-01-01", "2024-03-31"), True, True, True, True),
        (course("2024-03-31", "2024-04-01"), False, True, True, False),
        (course("2020", "2024-05-30"), False, True, False, False),
        (course("2024-02-01"), False, True, True, False),
        (course("2020"), False, True, False, False),
        (course("2024-02-01", end="unknown"), None, True, True, None),
        (course("2020", end="unknown"), False, None, False, None),
        (course("2024-04-15", end="unknown"), False, False, False, False),
        (course(None, "2024-02-01"), None, True, None, True),
        (course(None, "2023-12-31"), False, False, False, False),
        (course("2023", "2024"), False, True, False, None),
        (course("2023-12", "2024-04"), False, True, False, False),
        (course("2024-03-01", "2024-02-01"), None, None, None, None),
    ],
)
def test_where_an_event_lies(event: Result, inside: Truth, overlaps: Truth, starts: Truth, ends: Truth) -> None:
    for how, expected in (("inside", inside), ("overlaps", overlaps), ("starts", starts), ("ends", ends)):
        assert holds(Occurs("any", "f", time=time(how)), event) is expected, how


def test_a_course_of_which_only_the_ends_are_uncertain_still_has_its_middle() -> None:
    during_february = EventTime("overlaps", "first", "last")
    assert holds(Occurs("any", "f", time=during_february), course("2023", "2024-04")) is True


def test_an_answer_without_a_date_is_about_today_and_may_have_begun_before() -> None:
    now = result(True)
    assert holds(Occurs("any", "f", time=time("overlaps", "back", "today")), now) is True
    assert holds(Occurs("any", "f", time=time("starts", "back", "today")), now) is None
    assert holds(Occurs("any", "f", time=time("overlaps")), now) is None
    assert holds(Occurs("any", "f", time=time("inside")), now) is False


@pytest.mark.parametrize("fact", [F, OPEN])
def test_no_event_is_a_no_only_where_absence_means_no(fact: ir.FactDefinition) -> None:
    node = Occurs("any", "f", time=time("inside"))
    expected = False if fact is F else None
    assert holds(node, fact=fact) is expected
    assert holds(node, result(True, "2020"), fact=fact) is expected
    assert holds(node, closed=False, fact=fact) is None
    assert holds(node, result(False), fact=fact) is False  # a person's answer: there was none
    assert holds(node, result(False, "2024-02-01"), fact=fact) is expected  # a negative of one day tells of that day


LACKING = (Cause(Reason.NO_RECORD, "no such record was read"),)


def values_of(node: ir.Aggregate | ir.EventDay, f: FactState) -> object:
    of = network({**NODES, "asked": node}, facts=[F, G, ir.FactDefinition("d", "date")])
    return evaluate_values(of, facts(f, yes_no("g"), state("d", None)))["asked"].value


@pytest.mark.parametrize(("count", "truth"), [(1, True), (2, True), (3, None)])
@pytest.mark.parametrize("different_days", [False, True])
def test_where_the_record_may_lack_events_there_may_be_more_of_them(
    count: int, truth: Truth, different_days: bool
) -> None:
    events = [result(True, "2024-02-01"), result(True, "2024-02-03")]
    node = Occurs("at_least", "f", time=time("inside"), count=count, different_days=different_days)
    lacking = replace(yes_no("f", *events), absence=LACKING)
    assert ask(node, lacking) == (truth, set() if truth else {"f"})
    assert ask(node, yes_no("f", *events))[0] is (count < 3)
    assert ask(node, yes_no("f", *events, closed=False), fact=OPEN)[0] is (count < 3)  # what is there is all there is


def test_how_many_and_how_long_where_the_record_may_lack_events() -> None:
    count = ir.Aggregate("count", "f", None, time=time("inside"))
    covered = ir.Aggregate("covered_days", "f", None, time=time("overlaps"))
    whole = yes_no("f", course("2024-02-01", "2024-02-11"))
    denied = yes_no("f", course("2024-02-01", "2024-02-11"), result(False))
    for node, known, most in ((count, 1, None), (covered, 10, Fraction(90))):
        assert values_of(node, whole) == Interval.point(Fraction(known))
        assert values_of(node, replace(whole, absence=LACKING)) == Interval(Fraction(known), most)
        assert values_of(node, replace(denied, absence=LACKING)) == Interval.point(Fraction(known))


def test_the_newest_event_may_be_a_later_one_where_the_record_may_lack_events() -> None:
    one = yes_no("f", result(True, "2024-02-01"))
    day, today = Fraction(dt.date(2024, 2, 1).toordinal()), Fraction(dt.date(2024, 6, 1).toordinal())
    assert values_of(ir.EventDay("f"), one) == Interval.point(day)
    assert values_of(ir.EventDay("f"), replace(one, absence=LACKING)) == Interval(day, today)
    unlisted = result(None, "2024-03-01", reported="a text")
    assert values_of(ir.EventDay("f"), replace(one, open=(unlisted,))) == Interval(day, day + 29)


def test_the_last_day_may_be_a_later_one_where_the_record_may_lack_events() -> None:
    node = Occurs("any", "g", day=DayOf("last", "f"))
    on_last = [yes_no("f", result(True, "2024-02-01")), yes_no("g", result(True, "2024-02-01"))]
    assert ask(node, *on_last)[0] is True
    assert ask(node, replace(on_last[0], absence=LACKING), on_last[1]) == (None, {"f"})
    earlier = yes_no("g", result(True, "2024-01-01"))
    assert ask(node, replace(on_last[0], absence=LACKING), earlier)[0] is False


def test_a_record_that_may_be_of_the_fact_leaves_it_open_where_it_may_lie() -> None:
    node = Occurs("any", "f", time=time("inside"))
    unlisted = [result(None, when, reported="a text") for when in ("2024-02-01", "2023-02-01")]
    assert ask(node, yes_no("f", open=(unlisted[0],))) == (None, {"f"})
    assert ask(node, yes_no("f", open=(unlisted[1],)))[0] is False
    assert ask(node, yes_no("f", result(None), open=()))[0] is None  # recorded as unknown, of no day: of any day


def test_the_future_holds_no_events() -> None:
    everything = Occurs("any", "f")
    assert holds(everything, course("2024-07-01", "2024-08-01")) is False
    assert holds(everything, result(True, "2024")) is None
    assert holds(everything, result(True, "2024-06-01")) is True


def test_an_unknown_day_leaves_open_only_what_it_decides() -> None:
    since = Occurs("any", "f", time=time("overlaps", "someday", "today"))
    assert ask(since, yes_no("f", result(True, "2024-02-01"))) == (None, {"d"})
    assert ask(since, yes_no("f"))[0] is False
    february = state("d", Interval(Fraction(738917), Fraction(738945)), Reason.IMPRECISE_DATE)  # 2024-02-01 to -29
    assert ask(since, yes_no("f", result(True, "2024-03-01")), day=february)[0] is True
    assert ask(since, yes_no("f", result(True, "2024-02-10")), day=february) == (None, {"d"})
    assert ask(since, yes_no("f", result(True, "2024-01-31")), day=february)[0] is False


def measured(quantifier: str, *history: Result, count: int = 1, days: bool = False) -> Truth:
    window = time("overlaps", "back", "today")
    node = Occurs(quantifier, "f", HIGH, (), window, count, days)
    return ask(node, state("f", None, history=history), fact=MEASURED)[0]


@pytest.mark.parametrize(
    ("history", "some", "each"),
    [
        ((), None, None),
        ((result(9, "2024-04-30"),), None, None),
        ((result(9, "2024-05-01"),), True, True),
        ((result(3, "2024-05-01"),), False, False),
        ((result(3, "2024-05-01"), result(9, "2024-05-02")), True, False),
        ((result(None, "2024-05-01"), result(9, "2024-05-02")), True, None),
        ((result(None, "2024-05-01"), result(3, "2024-05-02")), None, False),
        ((result(9, "2024"), result(9, "2024-05-02")), True, True),
        ((result(3, "2024"), result(9, "2024-05-02")), True, None),
        ((result(9, "2024"), result(3, "2024-05-02")), None, False),
        ((result(9, "2024"),), None, None),
        ((result(3, "2024"),), None, None),
        ((result(9),), True, True),
        ((result(Interval(Fraction(4), Fraction(6)), "2024-05-02"),), None, None),
    ],
)
def test_any_and_every_result(history: tuple[Result, ...], some: Truth, each: Truth) -> None:
    assert measured("any", *history) is some
    assert measured("every", *history) is each


@pytest.mark.parametrize(
    ("days", "two", "two_days"),
    [
        (["2024-05-02"], False, False),
        (["2024-05-02", "2024-05-02"], True, False),
        (["2024-05-02", "2024-05-03"], True, True),
        (["2024-05-02T23:00:00Z", "2024-05-02T08:00:00Z"], True, False),
        (["2024-05", "2024-05-02"], True, None),
        (["2024-05", "2024-05"], True, None),
        (["2024", "2024-05-02"], None, None),
        (["2024", "2024-05-02", "2024-05-03"], True, True),
        ([], None, None),
    ],
)
def test_at_least_two_and_on_different_days(days: list[str], two: Truth, two_days: Truth) -> None:
    history = tuple(result(9, day) for day in days)
    assert measured("at_least", *history, count=2) is two
    assert measured("at_least", *history, count=2, days=True) is two_days


@pytest.mark.parametrize(
    ("value", "day", "some", "each", "number"),
    [
        (9, "2024-05-20", True, None, (1, 2)),
        (3, "2024-05-20", None, False, (1, 2)),
        (9, "2024-03-20", True, True, (1, 1)),
        (3, "2024-03-20", False, False, (1, 1)),
    ],
)
def test_a_result_that_leaves_open_whether_it_counts_matters_where_it_lies(
    value: int, day: str, some: Truth, each: Truth, number: tuple[int, int]
) -> None:
    history, open_ = (result(value, "2024-05-10"),), (result(None, day, causes=(Cause(Reason.UNSUPPORTED_STATUS),)),)
    given_state = state("f", None, history=history, open=open_)
    window = time("overlaps", "back", "today")
    for quantifier, expected in (("any", some), ("every", each)):
        assert ask(Occurs(quantifier, "f", HIGH, (), window), given_state, fact=MEASURED)[0] is expected, quantifier
    of = network(
        {
            **NODES,
            **{how: ir.Aggregate(how, "f", None, time=window) for how in ("count", "latest", "highest", "sum")},
            "day": ir.EventDay("f"),
        },
        facts=[MEASURED, G, ir.FactDefinition("d", "date")],
    )
    values = evaluate_values(of, facts(given_state, yes_no("g"), state("d", None)))
    assert values["count"].value == between(*number)
    settled = number == (1, 1)
    for how in ("latest", "highest", "sum"):
        assert values[how].value == (point(value) if settled else None), how
    days = values["day"].value
    assert isinstance(days, Interval)
    assert days.is_point is settled


def test_a_result_of_no_use_may_be_one_of_those_that_count() -> None:
    assert measured("at_least", result(9, "2024-05-02"), result(None, "2024-05-03"), count=2) is None
    assert measured("at_least", result(9, "2024-05-02"), result(3, "2024-05-03"), count=2) is False


def related(relation: EventRelation, f: Result, *g: Result, closed: bool = True) -> Truth:
    other = G if closed else ir.FactDefinition("g", "yes_no")
    node = Occurs("any", "f", relations=(relation,))
    return ask(node, yes_no("f", f), yes_no("g", *g, closed=closed), other=other)[0]


@pytest.mark.parametrize(
    ("how", "f", "g", "expected"),
    [
        ("during", result(True, "2024-02-01"), course("2024-01-31", "2024-02-02"), True),
        ("during", result(True, "2024-02-01"), course("2024-02-01", "2024-02-01"), True),
        ("during", result(True, "2024-02-03"), course("2024-01-31", "2024-02-02"), False),
        ("during", course("2024-02-01", "2024-02-03"), course("2024-01-31", "2024-02-02"), False),
        ("overlaps", course("2024-02-01", "2024-02-03"), course("2024-01-31", "2024-02-02"), True),
        ("overlaps", course("2024-02-03", "2024-02-05"), course("2024-01-31", "2024-02-02"), False),
        ("during", result(True, "2024-02"), course("2024-01-31", "2024-02-02"), None),
        ("during", result(True, "2024-02-10"), course("2024-01", "2024-02"), None),
        ("during", result(True, "2024-02-01"), course("2024-01", "2024-03"), True),
        ("overlaps", course("2024-01-01", "2024-04-09"), course("2024-02", "2024-02"), True),
        # by instants where both have a time of day, else by days
        (
            "during",
            result(True, "2024-02-01T09:30:00Z"),
            course("2024-02-01T10:00:00Z", "2024-02-01T11:00:00Z"),
            False,
        ),
        (
            "during",
            result(True, "2024-02-01T12:30:00+02:00"),
            course("2024-02-01T10:00:00Z", "2024-02-01T11:00:00Z"),
            True,
        ),
        ("during", result(True, "2024-02-01"), course("2024-02-01T10:00:00Z", "2024-02-01T11:00:00Z"), True),
        # whatever the times of day, and in whatever zones they are written
        (
            "day",
            result(True, "2024-02-01T09:30:00Z"),
            course("2024-02-01T10:00:00Z", "2024-02-01T11:00:00Z"),
            True,
        ),
        ("day", result(True, "2024-02-01T23:30:00-05:00"), course("2024-02-02T01:00:00Z", "2024-02-03"), False),
        ("day", course("2024-01-30", "2024-02-01"), course("2024-02-01T10:00:00Z"), True),
        ("day", course("2024-01-30", "2024-02"), course("2024-02-02T10:00:00Z"), None),
        ("before", result(True, "2024-02-01"), result(True, "2024-02-02"), True),
        ("before", result(True, "2024-02-02"), result(True, "2024-02-02"), False),
        ("before", course("2024-02-01"), result(True, "2024-02-02"), True),
        ("after", result(True, "2024-02-03"), result(True, "2024-02-02"), True),
        ("after", result(True, "2024-02-03"), result(True, "2024-02"), None),
    ],
)
def test_how_an_event_lies_to_another(how: str, f: Result, g: Result, expected: Truth) -> None:
    assert related(EventRelation(how, "g"), f, g) is expected
    turned = None if expected is None else not expected
    assert related(EventRelation(how, "g", negated=True), f, g) is turned


@pytest.mark.parametrize(
    ("how", "day", "expected"),
    [
        ("before", "2024-03-15", True),
        ("before", "2024-03-14", False),
        ("before", "2024-04-14", True),
        ("before", "2024-04-15", False),
        ("after", "2024-04-15", False),
        ("after", "2024-04-16", True),
        ("after", "2024-05-16", True),
        ("after", "2024-05-17", False),
        ("after", "2024-05", None),
    ],
)
def test_one_to_thirty_one_days_before_and_after(how: str, day: str, expected: Truth) -> None:
    relation = EventRelation(how, "g", nearest=Duration(1, "day"), farthest=Duration(31, "day"))
    assert related(relation, result(True, day), result(True, "2024-04-15")) is expected


def test_several_relations_are_to_one_event_of_the_first_fact() -> None:
    stay, other_stay = course("2024-02-01", "2024-02-03"), course("2024-02-10", "2024-02-12")
    relations = (EventRelation("during", "g"), EventRelation("day", "g2", negated=True))
    fact = ir.FactDefinition("g2", "yes_no", absent_means_no=True)

    def asked(f: Result, *g2: Result, closed: bool = True) -> tuple[Truth, set[str]]:
        of = network({"asked": Occurs("any", "f", relations=relations)}, facts=[F, G, fact])
        patient = facts(yes_no("f", f), yes_no("g", stay, other_stay), yes_no("g2", *g2, closed=closed))
        values = evaluate_values(of, patient)
        truths = literals(of, patient, values)
        direct, durable = Direct(of).settle(truths).conditions, Durable(of).settle(truths).conditions
        assert direct == durable
        return direct["asked"], {m.fact for m in missing(of, patient, direct, values, "asked")}

    day = result(True, "2024-02-02")
    assert asked(day)[0] is True
    assert asked(day, result(True, "2024-02-02T10:00:00Z"))[0] is False
    assert asked(day, result(True, "2024-02-03"))[0] is True
    assert asked(day, closed=False) == (None, {"g2"})
    assert asked(result(True, "2024-02-05"), closed=False)[0] is False
    assert asked(day, result(True, "2024-02"))[0] is None


def test_months_are_counted_from_the_other_event() -> None:
    relation = EventRelation("after", "g", farthest=Duration(1, "month"))
    assert related(relation, result(True, "2024-02-29"), result(True, "2024-01-31")) is True
    assert related(relation, result(True, "2024-03-01"), result(True, "2024-01-31")) is False
    assert related(relation, result(True, "2024-01-31"), result(True, "2024-01-31")) is True


def test_nothing_of_the_other_fact() -> None:
    f = result(True, "2024-02-01")
    assert related(EventRelation("during", "g"), f) is False
    assert related(EventRelation("during", "g", negated=True), f) is True
    assert related(EventRelation("during", "g"), f, closed=False) is None
    assert related(EventRelation("during", "g", negated=True), f, closed=False) is None
    node = Occurs("any", "f", relations=(EventRelation("during", "g", negated=True),))
    other = ir.FactDefinition("g", "yes_no")
    assert ask(node, yes_no("f", f), yes_no("g", closed=False), other=other) == (None, {"g"})


def test_encounters_and_practitioners() -> None:
    visit, elsewhere = result(True, "2024-02-01", encounter="e1"), result(True, "2024-02-01", encounter="e2")
    nowhere = result(True, "2024-02-01")
    same = EventRelation("encounter", "g")
    assert related(same, visit, elsewhere, visit) is True
    assert related(same, visit, elsewhere) is False
    assert related(same, visit, nowhere) is None
    assert related(same, nowhere, visit) is None
    assert related(same, nowhere) is False
    by = EventRelation("practitioner", "g")
    one, both = result(True, "2024-02-01", practitioners=("a",)), result(True, "2024-02-01", practitioners=("a", "b"))
    assert related(by, one, both) is True
    assert related(by, result(True, "2024-02-01", practitioners=("c",)), both) is False


def test_an_encounter_that_is_not_in_the_input_may_be_any() -> None:
    reading = ir.Reading("encounter", (), any_code=True)
    visits = ir.FactDefinition("g", "yes_no", absent_means_no=True, readings=(reading,))
    day = "2024-02-01"
    here, there = result(True, day, encounter="Encounter/1"), result(True, day, encounter="?Encounter/9")
    by_identifier = result(True, day, encounter="?urn:x|9")

    def same(f: Result, *g: Result, other: ir.FactDefinition = G, negated: bool = False) -> Truth:
        node = Occurs("any", "f", relations=(EventRelation("encounter", "g", negated=negated),))
        return ask(node, yes_no("f", f), yes_no("g", *g), other=other)[0]

    for negated in (False, True):
        assert same(there, here, other=visits, negated=negated) is None
        assert same(there, other=visits, negated=negated) is None
        assert same(by_identifier, here, negated=negated) is None
        assert same(here, by_identifier, negated=negated) is None
        assert same(there, here, negated=negated) is negated  # of two ids: not the same one
        assert same(here, there, negated=negated) is negated
        assert same(there, there, negated=negated) is not negated
        assert same(by_identifier, by_identifier, negated=negated) is not negated
        assert same(by_identifier, negated=negated) is negated
    needs = ask(Occurs("any", "f", relations=(EventRelation("encounter", "g"),)), yes_no("f", there), yes_no("g", here),
                other=visits)[1]  # fmt: skip
    assert "f" in needs


def value(node: ir.Aggregate, *history: Result, fact: ir.FactDefinition = F, closed: bool = True) -> object:
    of = network({**NODES, "a": node}, facts=[fact, G, ir.FactDefinition("d", "date")])
    given = facts(yes_no("f", *history, closed=closed), yes_no("g"), state("d", None))
    return evaluate_values(of, given)["a"].value


def between(low: int, high: int) -> Interval:
    return Interval(Fraction(low), Fraction(high))


def covered(*history: Result, closed: bool = True) -> object:
    return value(ir.Aggregate("covered_days", "f", None, time=time("overlaps")), *history, closed=closed)


def test_covered_days_are_those_of_the_union_cut_to_the_period() -> None:
    assert covered(course("2024-01-10", "2024-01-20")) == point(10)
    assert covered(course("2023-12-01", "2024-01-20")) == point(19)
    assert covered(course("2023-12-01")) == point(90)
    assert covered(course("2024-01-10", "2024-01-20"), course("2024-01-15", "2024-01-25")) == point(15)
    assert covered(course("2024-01-10", "2024-01-20"), course("2024-01-20", "2024-01-25")) == point(15)
    assert covered(course("2024-01-10", "2024-01-20"), course("2024-01-21", "2024-01-25")) == point(15)
    assert covered(course("2024-01-10", "2024-01-20"), course("2024-01-22", "2024-01-25")) == point(13)
    assert covered(result(True, "2024-01-10")) == point(0)


def test_covered_days_of_what_is_not_known_to_the_day() -> None:
    assert covered(course("2024-01-10", "2024-02")) == between(22, 50)
    assert covered(course("2024-01-10", end="unknown")) == between(0, 81)
    assert covered(course("2023-12", "2024-01-20"), course("2024-02-01", "2024-02-02")) == point(20)
    assert covered() == point(0)
    assert covered(closed=False) is None
    assert covered(course("2024-05-01", "2024-05-10")) == point(0)


def test_covered_days_that_only_another_fact_leaves_open_need_that_fact_alone() -> None:
    node = ir.Aggregate("covered_days", "f", None, time=time("overlaps"), relations=(EventRelation("during", "g"),))
    of = network({**NODES, "a": node}, facts=[F, G, ir.FactDefinition("d", "date")])

    def during(f: Result, g: Result) -> Computed:
        return evaluate_values(of, facts(yes_no("f", f), yes_no("g", g), state("d", None)))["a"]

    own, of_the_other = course("2024-01-10", "2024-01-20"), course("2024-01-10", "2024-01")
    assert during(own, course("2024-01-10", "2024-01-31")).value == point(10)
    assert during(own, of_the_other).value == between(0, 10)
    assert during(own, of_the_other).open_facts == {"g"}
    assert during(course("2024-01-10", "2024-01"), course("2024-01-01", "2024-02-10")).open_facts == {"f"}


def test_a_sum_over_what_lies_so() -> None:
    total = ir.Aggregate("sum", "f", None, time=time("overlaps"))
    assert value(
        total, result(3, "2024-01-01"), result(4, "2024-03-31"), result(9, "2024-04-01"), fact=MEASURED
    ) == point(7)
    assert value(total, result(3, "2024-01-01"), result(4, "2024"), fact=MEASURED) == between(3, 7)
    assert value(total, result(3, "2024-01-01"), result(None, "2024-02-01"), fact=MEASURED) is None
    assert value(total, fact=MEASURED, closed=False) is None


def test_a_change_is_the_newest_less_the_oldest() -> None:
    change = ir.Aggregate("change", "f", Duration(31, "day"))
    history = (result(1, "2024-04-01"), result(3, "2024-05-01"), result(8, "2024-05-10"), result(7, "2024-05-20"))
    assert value(change, *history, fact=MEASURED) == point(4)
    assert value(change, history[3], fact=MEASURED) is None
    assert value(change, history[0], history[3], fact=MEASURED) is None
    assert value(change, history[1], result(7, "2024-05-20"), result(9, "2024-05-20"), fact=MEASURED) == between(4, 6)
    assert value(change, history[1], result(None, "2024-05-20"), fact=MEASURED) is None


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((("2024-02-01", 6), ("2024-05-01", 7)), True),
        ((("2024-02-02", 6), ("2024-05-01", 7)), None),
        ((("2024-02-01", 6), ("2024-03-01", 4), ("2024-05-01", 7)), False),
        ((("2024-02-01", 4), ("2024-05-01", 7)), False),
        ((("2024-01-31", 4), ("2024-05-01", 7)), None),
        ((("2024-01-31", 4), ("2024-02-01", 6), ("2024-05-01", 7)), True),
        ((("2024-02-01", 6), ("2024-05-01", 4)), False),
        ((("2024-02-01", 6), ("2024-03-01", None), ("2024-05-01", 7)), None),
        ((("2024-01", 6), ("2024-05-01", 7)), True),
        ((("2024-02", 6), ("2024-05-01", 7)), None),
        ((("2023", 4), ("2024-01-15", 6), ("2024-05-01", 7)), True),
        ((("2024", 4), ("2024-01-15", 6), ("2024-05-01", 7)), None),
        ((), None),
    ],
)
def test_for_at_least_three_months(history: tuple[tuple[str, int | None], ...], expected: Truth) -> None:
    node = Lasting("f", HIGH, Duration(3, "month"))
    results = tuple(result(value, when) for when, value in history)
    current = results[-1] if results else None
    now = state("f", None if current is None else current.value, history=results, used=results[-1:])
    assert ask(node, now, fact=MEASURED)[0] is expected

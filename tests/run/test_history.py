"""Aggregates, event days and the newest n, with partial dates, ties and results of no use."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from guidelang.calendar import Duration
from guidelang.facts.newest import newest_candidates, oldest_candidates
from guidelang.facts.state import FactState, Reason, Result, Value
from guidelang.network import ir
from guidelang.quantity import Interval
from guidelang.run import Computed, Truth, evaluate_values, literals

from .networks import AS_OF, facts, network, point, result, state

MONTH = Duration(31, "day")  # from 2024-05-01


def between(low: str | int, high: str | int) -> Interval:
    return Interval(Fraction(low), Fraction(high))


def aggregate(
    how: str,
    *history: Result,
    window: Duration | None = MONTH,
    absent_means_no: bool = False,
    current: FactState | None = None,
) -> Computed:
    definition = ir.FactDefinition("x", "quantity", absent_means_no=absent_means_no)
    of = network({"a": ir.Aggregate(how, "x", window)}, facts=[definition])
    given = current or state("x", None, history=history)
    return evaluate_values(of, facts(given))["a"]


def reasons(computed: Computed) -> set[Reason]:
    return {cause.reason for cause in computed.causes}


THREE = (result(9, "2024-01-01"), result(4, "2024-05-01"), result(6, "2024-05-20"))


@pytest.mark.parametrize(
    ("how", "expected"), [("latest", 6), ("earliest", 4), ("highest", 6), ("lowest", 4), ("average", 5), ("count", 2)]
)
def test_the_window_is_closed_and_leaves_out_older_results(how: str, expected: int) -> None:
    assert aggregate(how, *THREE).value == point(expected)


def test_without_a_window_all_results_count() -> None:
    assert aggregate("highest", *THREE, window=None).value == point(9)


@pytest.mark.parametrize("how", ["latest", "highest", "lowest", "average"])
def test_a_newest_result_of_no_use_leaves_it_unknown(how: str) -> None:
    computed = aggregate(how, result(4, "2024-05-10"), result(None, "2024-05-20"))
    assert computed.value is None
    assert reasons(computed) == {Reason.IMPLAUSIBLE}
    assert computed.open_facts == {"x"}


def test_the_latest_is_known_whatever_is_wrong_with_older_ones() -> None:
    assert aggregate("latest", result(None, "2024-05-10"), result(4, "2024-05-20")).value == point(4)


def test_ties_are_a_hull() -> None:
    computed = aggregate("latest", result(4, "2024-05-20"), result(7, "2024-05-20"))
    assert computed.value == between(4, 7)
    assert reasons(computed) == {Reason.CONFLICTING}


def test_a_correction_beats_what_it_corrects() -> None:
    time = "2024-05-20T10:00:00Z"
    history = (result(4, time, status="final"), result(7, time, status="corrected", source="c"))
    assert aggregate("latest", *history).value == point(7)
    assert aggregate("lowest", *history).value == point(7)
    assert aggregate("count", *history).value == point(1)


@pytest.mark.parametrize("day", ["2024-05-20", "2024-05", "2024-05-20T10:00:00Z"])
def test_of_a_day_or_less_it_is_open_what_a_correction_corrects(day: str) -> None:
    history = (result(4, day, status="final"), result(7, "2024-05-20", status="corrected", source="c"))
    assert aggregate("latest", *history).value is None
    assert aggregate("lowest", *history).value == between(4, 7)
    assert aggregate("highest", *history).value == point(7)
    computed = aggregate("count", *history)
    assert computed.value == between(1, 2)
    assert reasons(computed) == {Reason.CONFLICTING}


def test_a_correction_beats_other_versions_of_its_record_whenever_they_were() -> None:
    history = (result(4, "2024-05-19", status="final"), result(7, "2024-05-20", status="corrected"))
    assert aggregate("lowest", *history).value == point(7)


def test_partial_dates_leave_open_what_lies_inside() -> None:
    history = (result(9, "2024"), result(4, "2024-05-20"))
    assert aggregate("highest", *history).value == between(4, 9)
    assert aggregate("lowest", *history).value == point(4)
    assert aggregate("average", *history).value == between(4, "6.5")
    assert aggregate("count", *history).value == between(1, 2)


@pytest.mark.parametrize("history", [(result(9, "2024"),), (result(9, "2024"), result(4, "2024-05-20"))])
def test_the_latest_is_unknown_if_it_may_lie_outside(history: tuple[Result, ...]) -> None:
    computed = aggregate("latest", *history)
    assert computed.value is None
    assert reasons(computed) == {Reason.IMPRECISE_DATE}


@pytest.mark.parametrize("how", ["highest", "lowest", "average"])
def test_where_nothing_is_certainly_inside_nothing_is_known(how: str) -> None:
    """Also where the record is all there is: no result at all has no highest one."""
    closed = state("x", False, how="absent", absence=(), history=(result(9, "2024"),))
    computed = aggregate(how, absent_means_no=True, current=closed)
    assert computed.value is None
    assert reasons(computed) == {Reason.IMPRECISE_DATE}
    assert aggregate("sum", absent_means_no=True, current=closed).value == between(0, 9)


def test_a_change_takes_two_results() -> None:
    computed = aggregate("change", result(3, "2024"), result(4, "2024-05-20"))
    assert computed.value is None
    assert computed.open_facts == {"x"}
    assert {cause.reason: cause.detail for cause in computed.causes} == {
        Reason.IMPRECISE_DATE: "3 mg/dL on 2024, which may lie before 2024-05-01 or after 2024-06-01",
        Reason.NO_RECORD: "1 of 2 results",
    }


def test_partial_dates_inside_the_window_are_tied() -> None:
    history = (result(9, "2024-05"), result(4, "2024-05-20"))
    assert aggregate("latest", *history).value == between(4, 9)
    assert aggregate("earliest", *history).value == between(4, 9)


def test_a_fact_says_what_becomes_of_ties() -> None:
    history = (result(4, "2024-05-20"), result(7, "2024-05-20"))
    of = network({"a": ir.Aggregate("latest", "x", MONTH)}, facts=[ir.FactDefinition("x", "quantity", ties="lowest")])
    assert evaluate_values(of, facts(state("x", None, history=history)))["a"].value == point(4)


def test_nothing_inside_is_stale_or_no_record() -> None:
    assert reasons(aggregate("latest", result(9, "2024-01-01"))) == {Reason.STALE}
    assert reasons(aggregate("latest")) == {Reason.NO_RECORD}


def test_counting_nothing_is_zero_only_where_absence_means_no() -> None:
    absent = state("x", False, how="absent", absence=())
    assert aggregate("count", absent_means_no=True, current=absent).value == point(0)
    assert aggregate("count", current=absent).value is None
    not_covered = state("x", None, Reason.UNLISTED_CODE)
    assert reasons(aggregate("count", absent_means_no=True, current=not_covered)) == {Reason.UNLISTED_CODE}


def test_counting_leaves_a_result_of_no_use_open_and_a_negative_out() -> None:
    assert aggregate("count", result(4, "2024-05-20"), result(None, "2024-05-21")).value == between(1, 2)
    assert aggregate("count", result(True, "2024-05-20"), result(False, "2024-05-21")).value == point(1)


def test_words_that_differ_at_one_time_are_unknown() -> None:
    history = [_word("a", "2024-05-20"), _word("b", "2024-05-20")]
    assert reasons(aggregate("latest", *history)) == {Reason.CONFLICTING}
    assert aggregate("latest", history[0], history[0]).value == "a"


def _word(value: str, when: str) -> Result:
    return dataclasses.replace(result(0, when), value=value)


# ---- the newest n ----------------------------------------------------------------------------------------------------


def last_two_above_5(*history: Result, window: Duration | None = None) -> Truth:
    return last_above_5(2, *history, window=window)


def last_above_5(count: int, *history: Result, window: Duration | None = None) -> Truth:
    nodes: dict[str, ir.Node] = {
        "five": ir.Constant(Fraction(5), None, "5"),
        "last": ir.LastN(count, "x", window, ">", "five"),
    }
    of = network(nodes, facts=[ir.FactDefinition("x", "quantity")])
    given = facts(state("x", None, history=history))
    return literals(of, given, evaluate_values(of, given))["last"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((9, 9), True),
        ((1, 9, 9), True),
        ((9, 1), False),
        ((9,), None),
        ((1,), False),
        ((), None),
        ((9, None), None),
        ((1, None), False),
    ],
)
def test_the_newest_two(values: tuple[int | None, ...], expected: Truth) -> None:
    assert last_two_above_5(*(result(v, f"2024-05-{10 + n}") for n, v in enumerate(values))) is expected


def test_the_newest_two_of_a_tie() -> None:
    def tied(*values: int) -> Truth:
        return last_two_above_5(result(9, "2024-05-20"), *(result(v, "2024-05-10") for v in values))

    assert tied(9, 9) is True
    assert tied(1, 1) is False
    assert tied(1, 9) is None


def test_results_without_a_time_are_of_one_time() -> None:
    assert last_above_5(1, result(9), result(9)) is True
    assert last_above_5(1, result(1), result(1)) is False
    assert last_above_5(1, result(9), result(1)) is None
    assert last_above_5(2, result(9), result(9), result(1, "2024-05-31")) is True
    assert last_above_5(2, result(9), result(9), result(1)) is None
    assert last_above_5(1, result(9), result(1, "2024-06-01")) is None


def test_a_partial_date_may_be_among_the_newest_two() -> None:
    older = (result(9, "2024-05-10"), result(9, "2024-05-20"))
    assert last_two_above_5(result(1, "2024-05"), *older) is None
    assert last_two_above_5(result(9, "2024-05"), *older) is True
    assert last_two_above_5(result(1, "2024-04"), *older) is True


def test_only_the_window_counts_for_the_newest_two() -> None:
    assert last_two_above_5(result(9, "2024-01-01"), result(9, "2024-05-20"), window=MONTH) is None


def test_results_are_converted_to_the_unit_of_the_threshold() -> None:
    nodes: dict[str, ir.Node] = {
        "five": ir.Constant(Fraction(5), None, "5"),
        "last": ir.LastN(1, "x", None, ">", "five", factor=Fraction(1, 10)),
    }
    of = network(nodes, facts=[ir.FactDefinition("x", "quantity")])
    given = facts(state("x", None, history=(result(9, "2024-05-20"),)))
    assert literals(of, given, evaluate_values(of, given))["last"] is False


# ---- the day of an event ---------------------------------------------------------------------------------------------


def event(type_: str, given: FactState) -> Computed:
    of = network({"day": ir.EventDay("x")}, facts=[ir.FactDefinition("x", type_)])
    return evaluate_values(of, facts(given))["day"]


def day(month: int, number: int) -> int:
    return AS_OF.replace(month=month, day=number).toordinal()


def test_the_newest_yes_is_the_event() -> None:
    history = (result(True, "2024-03-01"), result(True, "2024-05-20"), result(False, "2024-05-25"))
    assert event("yes_no", state("x", True, history=history)).value == point(day(5, 20))


def test_a_partial_date_gives_all_its_days() -> None:
    history = (result(True, "2024-03"), result(True, "2024-03-10"))
    computed = event("yes_no", state("x", True, history=history))
    assert computed.value == between(day(3, 10), day(3, 31))
    assert computed.open_facts == {"x"}


def test_a_measurement_of_no_use_still_took_place() -> None:
    assert event("quantity", state("x", None, history=(result(None, "2024-05-20"),))).value == point(day(5, 20))


def test_a_date_fact_is_its_own_event() -> None:
    value: Value = point(day(4, 1))
    assert event("date", state("x", value)).value == value


def test_no_event_is_no_record() -> None:
    assert reasons(event("yes_no", state("x", False, how="absent"))) == {Reason.NO_RECORD}


# ---- newest and oldest -----------------------------------------------------------------------------------------------


def test_a_result_that_may_be_a_future_one_displaces_none() -> None:
    past, perhaps_future = result(1, "2024-05-20"), result(2, "2024-06")
    assert newest_candidates((past, perhaps_future), AS_OF) == (past, perhaps_future)


def test_a_result_without_a_time_is_todays() -> None:
    earlier, today, current = result(1, "2024-05-31"), result(2, "2024-06-01"), result(3)
    assert newest_candidates((earlier, today, current), AS_OF) == (today, current)
    assert oldest_candidates((earlier, today, current), AS_OF) == (earlier,)


def test_instants_order_results_of_one_day() -> None:
    morning, evening = result(1, "2024-05-20T08:00:00Z"), result(2, "2024-05-20T09:30:00+01:00")
    assert newest_candidates((morning, evening), AS_OF) == (evening,)

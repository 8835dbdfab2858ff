"""What an event phrase about days of its own says of results that lie before them, and of days that lie ahead."""

from __future__ import annotations

import pytest

import guidelang
from guidelang.source import Source
from guidelang.trace import WhyNode
from guidelang.trace.page import as_string
from guidelang.trace.redact import Redaction
from guidelang.trace.text import explain_text, trace_text

HEAD = """
guideline trial version 1.0.0
fact due is date
fact glucose is quantity in mg/dL plausible 20 to 600 mg/dL
fact visit is yes or no
define begins = due - 280 days
define weeks_24_to_28 = begins + 24 weeks to begins + 28 weeks
rule r when CONDITION recommend discuss glucose
"""
HIGH = "any glucose >= 92 mg/dL during weeks_24_to_28"
EARLY = {"value": 95, "unit": "mg/dL", "time": "2024-05-10"}  # the 24th week is completed on 2024-05-18


def result(condition: str, facts: dict[str, object]) -> guidelang.Result:
    guideline = guidelang.load(Source("<trial>", HEAD.replace("CONDITION", condition)))
    return guideline.evaluate({"patient": "p1", **facts}, as_of="2024-06-01", engine="direct")


def reasons(condition: str, facts: dict[str, object]) -> list[tuple[list[str], list[str]]]:
    document = result(condition, facts).why("r").document
    return [(fact.reasons, fact.details) for fact in document.missing if fact.fact in ("glucose", "visit")]


@pytest.mark.parametrize(
    "condition",
    [
        HIGH,
        "any glucose >= 92 mg/dL since begins + 24 weeks",
        "at least 1 glucose >= 92 mg/dL overlaps weeks_24_to_28",
        "latest glucose during weeks_24_to_28 >= 92 mg/dL",
        "lowest glucose on the last day with glucose during weeks_24_to_28 >= 92 mg/dL",
    ],
)
def test_a_result_from_before_a_period_is_not_stale_but_none_of_it(condition: str) -> None:
    detail = "95 mg/dL on 2024-05-10, 22 days old; it lies before the days asked about; they begin on 2024-05-18"
    assert reasons(condition, {"due": "2024-09-07", "glucose": EARLY}) == [(["no record"], [detail])]


def test_so_it_is_of_the_newest_results_of_a_period() -> None:
    facts: dict[str, object] = {"due": "2024-09-07", "glucose": EARLY}
    ((words, details),) = reasons("last 2 glucose during weeks_24_to_28 >= 92 mg/dL", facts)
    assert words == ["no record"]
    assert "it lies before the days asked about" in details[0]


def test_a_result_from_before_the_days_up_to_today_has_grown_stale() -> None:
    for window in ("within 14 days", "7 to 14 days ago", "since today - 14 days"):
        told = reasons(f"any glucose >= 92 mg/dL {window}", {"glucose": EARLY})
        assert told == [(["stale"], ["95 mg/dL on 2024-05-10, 22 days old"])], window


def test_a_period_whose_beginning_is_open_is_told_so() -> None:
    ((_, details),) = reasons(HIGH, {"due": "2024-09", "glucose": EARLY})
    assert details[0].endswith("they begin on 2024-05-12 or later")


def test_events_that_cannot_fit_are_not_told_as_events_that_may() -> None:
    tree = result(HIGH, {"due": "2024-09-07", "glucose": EARLY}).why("r").document.why
    assert "glucose: events that do not fit" in words_of(tree)
    assert "glucose: events that may fit" not in words_of(tree)
    open_day = {"value": 95, "unit": "mg/dL", "time": "2024-05"}
    tree = result(HIGH, {"due": "2024-09-07", "glucose": open_day}).why("r").document.why
    assert "glucose: events that may fit" in words_of(tree)


def words_of(node: WhyNode) -> list[str]:
    return [node.words, *(words for child in node.children for words in words_of(child))]


AT_12_WEEKS: dict[str, object] = {"due": "2024-12-15"}  # the 24th week is completed on 2024-08-25


def later(condition: str, facts: dict[str, object]) -> list[tuple[str, str | None]]:
    return [(one.fact, one.day) for one in result(condition, facts).trace().measure_later]


def first(condition: str, facts: dict[str, object]) -> list[str]:
    return [one.fact for one in result(condition, facts).trace().measure_first]


@pytest.mark.parametrize(
    "condition",
    [
        HIGH,
        "last 2 glucose during weeks_24_to_28 >= 92 mg/dL",
        "latest glucose during weeks_24_to_28 >= 92 mg/dL",
        "lowest glucose on the last day with glucose during weeks_24_to_28 >= 92 mg/dL",
        "10 mg/dL + latest glucose during weeks_24_to_28 >= 92 mg/dL",
        "visit during weeks_24_to_28 and not latest glucose during weeks_24_to_28 < 92 mg/dL",
    ],
)
def test_what_is_asked_about_days_ahead_can_only_be_found_out_later(condition: str) -> None:
    assert first(condition, AT_12_WEEKS) == []
    assert ("glucose", "2024-08-25") in later(condition, AT_12_WEEKS)
    deciding = result(condition, AT_12_WEEKS).why("r").document.deciding
    assert deciding is not None
    assert deciding.sets == []
    for words, details in reasons(condition, AT_12_WEEKS):
        assert words == ["no record"]
        assert "the days asked about lie ahead; they begin on 2024-08-25" in details[0]


def test_an_early_result_does_not_hide_that_the_days_lie_ahead() -> None:
    assert later(HIGH, {**AT_12_WEEKS, "glucose": EARLY}) == [("glucose", "2024-08-25")]


def test_what_is_needed_today_as_well_is_found_out_today() -> None:
    condition = f"({HIGH}) and glucose >= 80 mg/dL"
    assert (first(condition, AT_12_WEEKS), later(condition, AT_12_WEEKS)) == (["glucose"], [])


def test_a_period_that_has_begun_or_may_have_is_no_later_one() -> None:
    for due in ("2024-09-07", "2024-11"):  # the 24th week is completed on 2024-05-18, or on some day from 2024-07-13
        assert bool(later(HIGH, {"due": due})) is (due == "2024-11")
    assert later(HIGH, {"due": "2024-09"}) == []  # 2024-05-12 to 2024-06-10
    assert later(HIGH, {}) == []


def test_other_facts_are_found_out_first_and_the_page_keeps_them_apart() -> None:
    page = as_string(trace_text(result(f"visit and ({HIGH})", AT_12_WEEKS).trace()), width=100)
    assert "Find out first (1)\n  visit: no record" in page
    assert "Only later (1)\n  glucose: from 2024-08-25 on, needed by 1\n" in page


def test_a_redacted_trace_tells_no_day_of_what_is_later() -> None:
    shared = result(HIGH, AT_12_WEEKS).trace(redaction=Redaction(b"a key"))
    assert [(one.fact, one.day) for one in shared.measure_later] == [("glucose", None)]
    assert "2024-08-25" not in shared.model_dump_json()


def test_an_explanation_says_that_nothing_can_decide_today() -> None:
    why = result(HIGH, AT_12_WEEKS).why("r")
    pages = [as_string(explain_text(why.document), width=100), why.to_markdown(), why.to_html()]
    for page in pages:
        assert "none today: the days asked about lie ahead" in page

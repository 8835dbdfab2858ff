"""Borderline: the reported precision straddles the threshold. Decided by the value, and marked."""

from __future__ import annotations

import pytest

from guidelang.trace.page import as_string
from guidelang.trace.text import trace_text

from .written import evaluate, nodes, why

ADVICE = " recommend measure calcium"
CORRECTED = """
define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL
"""


def marks(rules: str, facts: dict[str, object]) -> list[tuple[str | None, str | None]]:
    """The intervals of the marks in the tree of r."""
    found = [node.borderline for node in nodes(why(rules, facts)) if node.borderline is not None]
    return [(mark.interval.low, mark.interval.high) for mark in found]


def reported(value: str, unit: str) -> dict[str, object]:
    return {"value": value, "unit": unit, "time": "2024-05-20"}


def test_a_converted_value_near_its_threshold_is_marked_and_decided_by_its_value() -> None:
    facts: dict[str, object] = {"phosphorus": reported("1.78", "mmol/L")}
    rules = "rule r when phosphorus >= 5.5 mg/dL" + ADVICE
    assert marks(rules, facts) == [("5.497885", "5.528859")]
    assert evaluate(rules, facts).applies == ("r",)


@pytest.mark.parametrize(
    ("value", "condition", "marked"),
    [
        ("5.5", ">= 5.5 mg/dL", True),  # 5.45 up to 5.55: some of it lies below
        ("5.4", ">= 5.5 mg/dL", False),  # ends before 5.45
        ("5.4", ">= 5.45 mg/dL", False),  # 5.45 itself would have been reported as 5.5
        ("5.5", ">= 5.45 mg/dL", False),  # begins at 5.45
        ("5.5", "> 5.45 mg/dL", True),
        ("5.50", ">= 5.496 mg/dL", True),
        ("5.50", ">= 5.494 mg/dL", False),
        ("6", ">= 5.5 mg/dL", False),
        ("6", "> 5.5 mg/dL", True),
        ("5.5", "= 5.5 mg/dL", True),
    ],
)
def test_the_interval_is_half_a_unit_of_the_last_place_and_half_open(value: str, condition: str, marked: bool) -> None:
    assert (
        bool(marks(f"rule r when phosphorus {condition}{ADVICE}", {"phosphorus": reported(value, "mg/dL")})) is marked
    )


def test_precision_goes_through_a_formula() -> None:
    rules = (
        "define corrected = calcium + 0.8 * (4.0 - albumin) with calcium in mg/dL, albumin in g/dL, result in mg/dL\n"
    )
    rules += "rule r when corrected > 10.2 mg/dL" + ADVICE
    facts: dict[str, object] = {"calcium": reported("9.8", "mg/dL"), "albumin": reported("3.5", "g/dL")}
    assert marks(rules, facts) == [("10.11", "10.29")]
    assert evaluate(rules, facts).applies == ()


def test_precision_goes_through_products_and_quotients_of_two_facts() -> None:
    facts: dict[str, object] = {"calcium": reported("10", "mg/dL"), "phosphorus": reported("5.5", "mg/dL")}
    assert marks("rule r when calcium * phosphorus > 55 mg2/dL2" + ADVICE, facts) == [("51.775", "58.275")]
    assert len(marks("rule r when calcium / phosphorus > 1.82" + ADVICE, facts)) == 1
    assert marks("rule r when calcium / phosphorus > 3" + ADVICE, facts) == []


def test_each_result_of_last_n_has_its_own_precision() -> None:
    def history(*values: str) -> dict[str, object]:
        return {
            "phosphorus": [{"value": v, "unit": "mg/dL", "time": f"2024-05-{10 + i}"} for i, v in enumerate(values)]
        }

    rules = "rule r when last 2 phosphorus >= 5.5 mg/dL" + ADVICE
    assert len(marks(rules, history("6.1", "5.5"))) == 1
    assert marks(rules, history("6.1", "5.7")) == []
    assert marks(rules, history("5.5", "4.0")) == []  # false whatever the other one was


def test_what_is_undecided_or_censored_has_no_mark() -> None:
    rules = "rule r when phosphorus >= 5.5 mg/dL" + ADVICE
    assert marks(rules, {}) == []
    assert marks(rules, {"phosphorus": reported(">5.6", "mg/dL")}) == []


def test_a_score_is_exact() -> None:
    rules = "fact pain is quantity in {score} from observation LOINC 72514-3\n"
    rules += "rule r when pain >= 4 {score}" + ADVICE
    assert marks(rules, {"pain": reported("4", "{score}")}) == []


def test_the_fact_carries_the_mark_in_the_document() -> None:
    facts: dict[str, object] = {"phosphorus": reported("5.5", "mg/dL"), "calcium": reported("9.0", "mg/dL")}
    document = evaluate("rule r when phosphorus >= 5.5 mg/dL and calcium < 10 mg/dL" + ADVICE, facts).trace()
    marked = {fact.name: [mark.comparison for mark in fact.borderline] for fact in document.facts if fact.borderline}
    assert marked == {"phosphorus": ["phosphorus >= 5.5 mg/dL"]}


def test_a_whole_number_is_a_count_and_exact() -> None:
    fact = "fact sessions is number from observation LOINC 45668-1 within 31 days plausible 1 to 7\n"
    rule = "rule r when sessions >= 3 or last 2 sessions within 31 days >= 3" + ADVICE
    history = [{"value": value, "time": f"2024-05-{day}"} for value, day in (("3", "10"), ("3", "20"))]
    assert marks(fact + rule, {"sessions": history}) == []
    history = [{"value": value, "time": f"2024-05-{day}"} for value, day in (("3.0", "10"), ("3.0", "20"))]
    assert marks(fact + rule, {"sessions": history}) == [("2.95", "3.05"), ("2.95", "3.05")]


def test_what_carried_advice_says_that_it_is_borderline() -> None:
    result = evaluate("rule r when phosphorus >= 5.5 mg/dL" + ADVICE, {"phosphorus": reported("5.5", "mg/dL")})
    page = as_string(trace_text(result.trace(), brief=True))
    assert "because phosphorus 5.5 mg/dL (borderline)" in page
    assert "phosphorus 5.5 mg/dL (borderline)" in result.to_markdown()
    sure = evaluate("rule r when phosphorus >= 5.5 mg/dL" + ADVICE, {"phosphorus": reported("5.6", "mg/dL")})
    assert "borderline" not in as_string(trace_text(sure.trace(), brief=True))

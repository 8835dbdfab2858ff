"""Thresholds: each in the fact's own unit, with the fact on its left."""

from __future__ import annotations

import pytest

from guidelang.trace.document import ThresholdDocument

from .written import evaluate


def thresholds(condition: str, fact: str = "phosphorus", more: str = "") -> list[ThresholdDocument]:
    rules = f"{more}\nrule r when {condition} recommend measure calcium"
    return next(f for f in evaluate(rules, {"phosphorus": "6 mg/dL"}).trace().facts if f.name == fact).thresholds


@pytest.mark.parametrize(
    ("condition", "operator", "value", "truth"),
    [
        ("phosphorus >= 5.5 mg/dL", ">=", "5.5", "true"),
        ("phosphorus < 1 mmol/L", "<", "3.0974", "false"),
        ("5.5 mg/dL > phosphorus", "<", "5.5", "false"),
        ("phosphorus > 55 mg/L", ">", "5.5", "true"),
        ("highest phosphorus within 31 days > 5 mg/dL", ">", "5", "true"),
        ("last 1 phosphorus within 31 days >= 2 mmol/L", ">=", "6.1948", "false"),
    ],
)
def test_a_threshold(condition: str, operator: str, value: str, truth: str) -> None:
    (found,) = thresholds(condition)
    assert (found.operator, found.value, found.truth, found.rules) == (operator, value, truth, ["r"])


def test_a_parameter_is_named() -> None:
    (found,) = thresholds("phosphorus >= ceiling", more="parameter ceiling = 5.5 mg/dL")
    assert (found.value, found.parameter) == ("5.5", "ceiling")


def test_lowest_first_and_what_is_computed_is_left_out() -> None:
    found = thresholds("phosphorus > 5 mg/dL or phosphorus < 2 mg/dL or phosphorus * calcium > 55 mg2/dL2")
    assert [(t.operator, t.value) for t in found] == [("<", "2"), (">", "5")]


def test_the_plausible_range_is_told() -> None:
    fact = next(
        f for f in evaluate("rule r when phosphorus > 5 mg/dL recommend measure calcium", {}).trace().facts
        if f.name == "phosphorus"
    )  # fmt: skip
    assert fact.plausible is not None
    assert (fact.plausible.low, fact.plausible.high) == ("0.5", "20")

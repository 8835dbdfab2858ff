"""Examples: every form of expectation holds where it should, and says what came instead where it does not."""

from __future__ import annotations

import pytest

from guidelang.diagnostics import Report
from guidelang.facts import Reason
from guidelang.model import shipped_editions
from guidelang.source import Source
from guidelang.syntax.grammar import fits
from guidelang.testing import run_examples
from tests.shipped import sample_value_sets

GUIDELINE = """guideline g version 1
    applies to dialysis

parameter ceiling = 5.5 mg/dL
parameter goal = 2 L

fact dialysis is yes or no
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
    within 31 days
fact calcium is quantity in mg/dL
    plausible 4 to 18 mg/dL
fact warfarin is yes or no
fact sodium is quantity in mmol/L
    plausible 100 to 180 mmol/L

intervention binder
    effect lowers phosphorus
intervention chelator
    effect lowers phosphorus

define product = calcium * phosphorus
define ratio = phosphorus / calcium
define high = phosphorus > ceiling

rule lower
    when high
    recommend start binder
    strength strong
    certainty very low
    grade 2C
    urgency soon

rule drink
    when phosphorus > 1 mg/dL
    recommend increase water to goal

rule chelate
    when high
    suggest start chelator

rule against_binder
    when warfarin
    recommend against binder

rule stronger
    when high and calcium > 10 mg/dL
    overrides lower
    recommend measure calcium
"""


KNOWN = "dialysis, phosphorus 6 mg/dL, calcium 9 mg/dL, not warfarin"


def failures(expectation: str, given: str = KNOWN) -> list[str]:
    text = f'{GUIDELINE}\nexample "e"\n    on 2024-06-01\n    given {given}\n    expect {expectation}\n'
    report = Report()
    results = run_examples(Source("g", text), report)
    assert not report.has_errors, report.sorted()
    return [str(failure) for result in results for failure in result.failures]


@pytest.mark.parametrize(
    ("holds", "fails", "got"),
    [
        ("lower", "not lower", "expected `lower` not to apply, but it applies"),
        ("not stronger", "stronger", "expected `stronger` to apply, but it does not apply"),
        ("high", "not high", "expected `high` to be false, but it is true"),
        ("product 54 mg2/dL2", "product 55 mg2/dL2", "but it is 54 mg2/dL2"),
        ("recommend start binder", "suggest start binder", "expected the advice `suggest start binder`"),
        ("not recommend against binder", "not recommend start binder", "but it is given"),
        ("in scope", "not for this patient", "but the guideline is for this patient"),
        ("no conflict", "conflict binder", "but there is none"),
        ("stack lowers phosphorus", "no stack", "but there is one that lowers phosphorus"),
        ("phosphorus 6 mg/dL", "phosphorus 6 mmol/L", "but it is 6 mg/dL"),
        ("not against_binder", "overridden lower", "expected `lower` to be overridden, but it applies"),
        ("not against_binder", "undecided lower", "expected `lower` to be undecided, but it applies"),
        ("in scope", "undecided scope", "expected the scope to be undecided"),
        ("not warfarin", "warfarin", "expected `warfarin` to be yes, but it is no"),
        ("no conflict", "unknown phosphorus", "expected `phosphorus` to be unknown, but it is 6 mg/dL"),
        ("no conflict", "unknown high because stale", "expected `high` to be unknown because stale, but it is true"),
        ("unknown sodium", "unknown sodium because stale", "but no rule reads it"),
        ("unknown sodium", "sodium 140 mmol/L", "but no rule reads it"),
        (
            "recommend start binder strength strong certainty very low grade 2C urgency soon",
            "recommend start binder strength conditional",
            "but what is given is `recommend start binder strength strong`",
        ),
        (
            "not recommend start binder strength conditional",
            "not recommend start binder grade 2C",
            "expected no advice `recommend start binder grade 2C`",
        ),
        ("suggest start chelator", "suggest start chelator grade 1A", "is `suggest start chelator grade (none)`"),
        ("recommend increase water to goal", "recommend increase water to 3 L", "is `recommend increase water to 2 L`"),
        ("recommend increase water to 2 L", "recommend increase water to limit", "water to 2 L`"),
    ],
)
def test_expectations(holds: str, fails: str, got: str) -> None:
    assert failures(holds) == []
    (failure,) = failures(fails)
    assert got in failure


@pytest.mark.parametrize(
    ("given", "expectation"),
    [
        ("dialysis", "undecided chelate needs only phosphorus"),
        ("dialysis", "undecided lower needs only phosphorus, calcium"),
        ("dialysis", "unknown phosphorus because no record, unknown high because no   record"),
        ("dialysis, phosphorus 6 mg/dL 40 days ago", "unknown phosphorus because stale, unknown product because stale"),
        ("dialysis, phosphorus 30 mg/dL", "unknown phosphorus because implausible value"),
        ("dialysis, unknown warfarin", "unknown warfarin because recorded as unknown"),
        ("dialysis, phosphorus 6 mmol", "unknown phosphorus because unit not convertible"),
        ("dialysis, phosphorus 6 mg/dL, calcium 0 mg/dL attested", "unknown ratio because undefined"),
        ("dialysis", "unknown high, unknown product"),
        ("dialysis, phosphorus 6 mg/dL", "undecided lower needs only calcium"),
        ("dialysis, phosphorus 6 mg/dL, calcium 11 mg/dL", "overridden lower by stronger"),
        ("dialysis, phosphorus 6 mg/dL, calcium 9 mg/dL, warfarin", "conflict binder"),
        ("dialysis, phosphorus 6 mg/dL 40 days ago", "undecided lower needs phosphorus"),
        ("dialysis, phosphorus 6 mg/dL 40 days ago, 5.1 mg/dL 3 days ago", "not lower"),
        ("dialysis, phosphorus 6 mg/dL on 2024-05-20", "chelate"),
        ("dialysis, phosphorus 1.78 mmol/L", "chelate"),
        ("dialysis, phosphorus 30 mg/dL", "undecided chelate"),
        ("dialysis, phosphorus 30 mg/dL attested", "chelate"),
        ("dialysis, phosphorus <2.0 mg/dL", "not chelate"),
        ("dialysis, phosphorus <9 mg/dL", "undecided chelate needs only phosphorus"),
        ("dialysis, unknown phosphorus", "undecided chelate"),
        ("not dialysis", "not for this patient"),
        ("unknown dialysis", "undecided scope needs only dialysis"),
        ("not dialysis, phosphorus 6 mg/dL", "high"),
    ],
)
def test_givens(given: str, expectation: str) -> None:
    assert failures(expectation, given) == []


def test_a_rule_is_not_asked_where_the_guideline_is_not_for_the_patient() -> None:
    (failure,) = failures("not lower", "not dialysis")
    assert "the guideline is not for this patient" in failure


def test_every_reason_can_be_expected() -> None:
    assert [each for each in Reason if not fits("REASON", each) or not fits("REASON", each.replace(" ", "\n"))] == []


def test_a_reason_that_is_another_one_is_told_with_what_is_known_of_it() -> None:
    (failure,) = failures("unknown phosphorus because no unit", "dialysis, phosphorus 6 mg/dL 40 days ago")
    assert failure.startswith("expected `phosphorus` to be unknown because no unit, but it is unknown: stale (6 mg/dL")


@pytest.mark.parametrize(
    ("expectation", "subjects"),
    [
        ("not lower", [("rule", "lower")]),
        ("not high", [("derived", "high")]),
        ("not for this patient", [("scope", "")]),
        ("not recommend start binder", [("rule", "lower")]),
        ("no stack", [("rule", "chelate"), ("rule", "lower")]),
        ("product 1 mg2/dL2", [("derived", "product")]),
    ],
)
def test_a_failure_says_whose_why_explains_it(expectation: str, subjects: list[tuple[str, str]]) -> None:
    text = f'{GUIDELINE}\nexample "e"\n    on 2024-06-01\n    given {KNOWN}\n    expect {expectation}\n'
    (result,) = run_examples(Source("g", text), Report())
    (failure,) = result.failures
    assert [(subject.sort, subject.name) for subject in failure.subjects] == subjects


def test_needs_only_means_equality() -> None:
    (failure,) = failures("undecided stronger needs only phosphorus", "dialysis")
    assert failure == "expected `stronger` to need only phosphorus, but it needs calcium, phosphorus"


def test_an_example_may_set_a_parameter_as_a_site_would() -> None:
    text = (
        GUIDELINE
        + 'example "e"\n    on 2024-06-01\n    with ceiling = 6 mg/dL\n    given dialysis, phosphorus 6 mg/dL\n'
    )
    report = Report()
    assert [r.passed for r in run_examples(Source("g", text + "    expect not chelate\n"), report)] == [True]
    wrong = text.replace("6 mg/dL\n    given", "31 days\n    given") + "    expect not chelate\n"
    assert run_examples(Source("g", wrong), report) == []
    assert [d.code for d in report.sorted()] == ["G405"]


def test_examples_are_chosen_by_name() -> None:
    text = GUIDELINE + "".join(
        f'example "{name}"\n    on 2024-06-01\n    given dialysis\n    expect in scope\n' for name in ("One", "two")
    )
    assert [r.name for r in run_examples(Source("g", text), Report(), select="one")] == ["One"]


@pytest.mark.parametrize("engine", ["direct", "durable"])
@pytest.mark.parametrize("name", sorted(shipped_editions()))
def test_the_examples_of_shipped_guidelines_pass(name: str, engine: str) -> None:
    report = Report()
    results = run_examples(
        name, report, engine="direct" if engine == "direct" else "durable", valuesets=sample_value_sets(name)
    )
    assert report.findings == []
    assert results
    assert [(r.name, [str(f) for f in r.failures]) for r in results if not r.passed] == []

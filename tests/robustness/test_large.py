"""Guidelines of a size that no person writes: a result, or a message that says what is too much.

`benchmarks/hostile.py` measures far larger ones; these hold that nothing is stopped by Python's limit of recursion.
"""

from __future__ import annotations

import pytest

import guidelang
from guidelang.diagnostics import GuidelineError, Report
from guidelang.guideline import Guideline
from guidelang.source import Source
from guidelang.syntax import format_source, parse
from guidelang.syntax.parse import MAX_PIECES

HEAD = """guideline large version 1

fact a is quantity in mg/dL
    plausible 0 to 1000 mg/dL
fact b is yes or no
    absent means no
"""
STEPS = 1500  # Python recurses a thousand deep


def load(text: str) -> Guideline:
    return guidelang.load(Source("large.guide", HEAD + text))


def codes(text: str) -> list[str]:
    with pytest.raises(GuidelineError) as caught:
        load(text)
    return [finding.code for finding in caught.value.diagnostics]


def chain(first: str, step: str, condition: str) -> str:
    steps = "".join(f"define d{n} = {step.format(before=f'd{n - 1}', n=n)}\n" for n in range(1, STEPS + 1))
    return f"define d0 = {first}\n{steps}rule r when {condition.format(last=f'd{STEPS}')} recommend reduce a\n"


@pytest.mark.parametrize("engine", ["direct", "durable"])
@pytest.mark.parametrize(
    "text",
    [
        chain("a", "{before} + a", "{last} > 5 mg/dL"),
        chain("b", "{before} or a > 0.{n} mg/dL", "{last}"),
    ],
    ids=["values", "conditions"],
)
def test_definitions_on_definitions_on_definitions(text: str, engine: guidelang.Engine) -> None:
    result = load(text).evaluate({"a": "7 mg/dL"}, as_of="2024-06-01", engine=engine)
    assert result.applies == ("r",)
    assert "reduce" in str(result)
    assert result.to_json()
    assert str(result.why("r"))


def test_what_a_long_or_stands_on() -> None:
    condition = " or ".join(f"a > {n}.5 mg/dL" for n in range(990))
    guideline = load(f"rule r when {condition} recommend reduce a\n")
    direct, durable = (
        guideline.evaluate({"a": "7 mg/dL"}, as_of="2024-06-01", engine=engine) for engine in ("direct", "durable")
    )
    assert direct.applies == durable.applies == ("r",)
    assert str(direct.why("r")) == str(durable.why("r"))


@pytest.mark.parametrize(
    ("operation", "good"),
    [
        ("{before} * {before}", False),
        ("{before} + 1 / {before}", False),
        ("max({before} * {before}, 1)", False),
        ("first known of ({before} * {before}, 1)", False),
        ("round({before} * {before}, 2)", False),
        ("round(1 / {before}, 2)", True),
        ("{before} ^ 2", True),
        ("{before} + 2 * 3", True),
    ],
)
def test_numbers_that_double_their_digits_are_refused(operation: str, good: bool) -> None:
    steps = "".join(f"define d{n} = {operation.format(before=f'd{n - 1}')}\n" for n in range(1, 40))
    text = f"define d0 = a / (1.37 mg/dL)\n{steps}rule r when d39 > 5 recommend reduce a\n"
    if good:
        load(text).evaluate({"a": "7 mg/dL"}, as_of="2024-06-01", engine="direct")
    else:
        assert set(codes(text)) == {"G514"}


def test_a_long_table_is_checked_for_gaps_and_overlaps() -> None:
    rows = [f"    row {n} to below {n + 1} gives {n % 3}\n" for n in range(999)]
    last = "    row >= 999 gives 3\n"
    rule = "rule r when t > 2 recommend reduce a\n"
    head = "table t is number\n    by a in mg/dL\n"
    load(head + "".join(rows) + last + rule)
    assert codes(head + "".join(rows[:500] + rows[501:]) + last + rule) == ["G509"]
    assert codes(head + "".join(rows) + "    row = 500.5 gives 1\n" + last + rule) == ["G510"]


def test_a_text_with_more_words_than_any_guideline_is_refused_before_it_is_parsed() -> None:
    report = Report()
    many = Source("many.guide", HEAD + "rule r when b recommend reduce a\n" * (MAX_PIECES // 7))
    assert parse(many, report).statements == ()
    assert [finding.code for finding in report.findings] == ["G003"]
    assert format_source(many, report) is None
    assert codes("rule r when b recommend reduce a\n" * (MAX_PIECES // 7)) == ["G003"]


def test_comments_and_texts_are_no_words() -> None:
    report = Report()
    text = HEAD + "# and so on\n" * (MAX_PIECES // 3) + 'rule r when b recommend reduce a "' + "x " * MAX_PIECES + '"\n'
    assert len(parse(Source("commented.guide", text), report).statements) == 4
    assert report.findings == []

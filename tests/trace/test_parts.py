"""Scores, tables and formulas show their parts: in documents, on pages, in trees, and redacted."""

from __future__ import annotations

import pytest

import guidelang
from guidelang.source import Source
from guidelang.trace import TraceDocument
from guidelang.trace.document import DerivedDocument, WhyNode
from guidelang.trace.page import as_string
from guidelang.trace.text import trace_text

TEXT = """guideline parts version 1
    source paper "A paper"
fact a "Fact a" is yes or no
fact b is yes or no
fact x is quantity in mg/dL
    plausible 0 to 10 mg/dL
fact y is quantity in mg/dL
    plausible 0 to 10 mg/dL
    kind x
define ratio "Ratio" = x / (y + 1 mg/dL)
score s "A score"
    2 when a "First"
    -1 when b
    add t "Third"
    missing bounds
    cite paper 3
table t is number
    by x in mg/dL
    row < 3       gives 0
    row 3 to 5    gives 1
    row above 5   to 10 gives 2.5
    cite paper 4
table level "Level" is one of mild "Quite mild", bad
    by s, a
    row < 2,  any gives mild
    row >= 2, yes gives bad
    row >= 2, no  gives mild
    cite paper 5
rule r
    when level is bad
    recommend start treatment "Level {level}, score {s}."
    cite paper 5
"""


@pytest.fixture(scope="module")
def loaded() -> guidelang.Guideline:
    return guidelang.load(Source("parts", TEXT))


def trace(loaded: guidelang.Guideline, facts: dict[str, object]) -> TraceDocument:
    return loaded.evaluate(facts, as_of="2024-06-01", engine="direct").trace()


def derived(document: TraceDocument, name: str) -> DerivedDocument:
    return next(each for each in document.derived if each.name == name)


def nodes(node: WhyNode, kind: str) -> list[WhyNode]:
    return [*([node] if node.kind == kind else []), *(found for child in node.children for found in nodes(child, kind))]


def test_items_of_a_score(loaded: guidelang.Guideline) -> None:
    found = derived(trace(loaded, {"a": True, "x": "4 mg/dL"}), "s")
    assert (found.form, found.status, found.needs) == ("score", "known", ["b"])
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == ("2", "3")
    assert [(p.kind, p.label, p.words, p.truth, p.points, p.value) for p in found.parts] == [
        ("item", "First", "a", "true", "2", "2"),
        ("item", None, "b", "unknown", "-1", None),
        ("item", "Third", "t", None, None, "1"),
    ]
    assert [(c.source, c.locator) for c in found.cites] == [("paper", "3")]


def test_columns_and_rows_of_a_table(loaded: guidelang.Guideline) -> None:
    found = derived(trace(loaded, {"a": True, "b": False, "x": "5.1 mg/dL"}), "level")
    assert (found.form, found.value) == ("table", "bad")
    assert [(p.kind, p.words, p.truth, p.value) for p in found.parts] == [
        ("column", "s", None, "4.5"),
        ("column", "a", "true", None),
        ("row", "s >= 2 and a", "true", "bad"),
    ]
    open_ = derived(trace(loaded, {"b": False, "x": "5.1 mg/dL"}), "level")
    assert [(p.words, p.truth, p.value) for p in open_.parts if p.kind == "row"] == [
        ("s >= 2 and a", "unknown", "bad"),
        ("s >= 2 and not a", "unknown", "mild"),
    ]


def test_operands_of_a_formula(loaded: guidelang.Guideline) -> None:
    found = derived(trace(loaded, {"x": "4 mg/dL"}), "ratio")
    assert found.form == "formula"
    assert [(p.kind, p.words, p.value, p.unit) for p in found.parts] == [
        ("operand", "x", "4", "mg/dL"), ("operand", "y", None, "mg/dL"),
    ]  # fmt: skip


def test_a_table_that_gives_nothing_says_why(loaded: guidelang.Guideline) -> None:
    found = derived(trace(loaded, {"x": {"value": 11, "unit": "mg/dL", "attested": True}}), "t")
    assert (found.status, found.reasons) == ("unknown", ["undefined"])
    assert found.details == ["no row holds for these values"]


def test_the_tree_goes_through_items_and_rows(loaded: guidelang.Guideline) -> None:
    document = trace(loaded, {"a": True, "x": "4 mg/dL"})
    (outcome,) = document.outcomes
    items = nodes(outcome.why, "item")
    assert [(i.label, i.points, i.truth) for i in items] == [
        ("First", "2", "true"), (None, "-1", "unknown"), ("Third", None, None),
    ]  # fmt: skip
    assert [(row.words, row.value) for row in nodes(outcome.why, "row")] == [
        ("x >= 3 mg/dL and x <= 5 mg/dL", "1"), ("s >= 2 and a", "bad"),
    ]  # fmt: skip
    assert "x" in [node.words for node in nodes(outcome.why, "fact")]


def test_the_page_lists_scores_with_their_parts(loaded: guidelang.Guideline) -> None:
    result = loaded.evaluate({"a": True, "x": "4 mg/dL"}, as_of="2024-06-01", engine="direct")
    page = as_string(trace_text(result.trace(), brief=True), width=100)
    assert "Scores, tables and formulas (4)" in page
    assert "  s = 2 to 3  A score\n    First: 2 points\n    b: unknown, -1 to 0 points\n    Third: 1 point\n" in page
    assert "where x >= 3 mg/dL and x <= 5 mg/dL: 1" in page
    assert "Level Quite mild" not in page
    assert "Level bad, score 2 to 3." in page
    for text in (result.to_markdown(), result.to_html()):
        assert "First: 2 points" in text
        assert "-1 to 0 points" in text


def test_a_text_prints_the_label_of_what_a_table_gives(loaded: guidelang.Guideline) -> None:
    text = TEXT.replace("when level is bad", "when level is mild")
    result = guidelang.load(Source("parts", text)).evaluate(
        {"a": False, "b": False, "x": "1 mg/dL"}, as_of="2024-06-01"
    )
    assert [a.text for a in result.advice] == ["Level Quite mild, score 0."]


def test_what_zero_counts_is_said(loaded: guidelang.Guideline) -> None:
    text = TEXT.replace("missing bounds", "missing zero")
    result = guidelang.load(Source("parts", text)).evaluate({"a": True}, as_of="2024-06-01", engine="direct")
    found = derived(result.trace(), "s")
    assert (found.value, found.needs) == ("2", [])
    assert [(p.truth, p.value) for p in found.parts] == [("true", "2"), ("unknown", "0"), ("unknown", "0")]
    assert "b: unknown, counts 0" in as_string(trace_text(result.trace(), brief=True), width=100)


def test_redaction_keeps_points_and_words_of_the_guideline(loaded: guidelang.Guideline) -> None:
    result = loaded.evaluate({"a": True, "b": False, "x": "5.1 mg/dL"}, as_of="2024-06-01", engine="direct")
    document, redacted = result.trace(), result.trace(redaction=guidelang.Redaction())
    for name in ("s", "t", "level", "ratio"):
        assert derived(redacted, name).parts == derived(document, name).parts
        assert derived(redacted, name).value == derived(document, name).value

"""Local changes on the pages of a patient."""

from __future__ import annotations

import json

import pytest

from guidelang import load
from guidelang.result import Result
from guidelang.source import Source
from guidelang.trace.page import as_string
from guidelang.trace.pages.html import explain_page, trace_page
from guidelang.trace.pages.markdown import trace_markdown
from guidelang.trace.text import explain_text, trace_text

WARD = """guideline ward version 1.0.0

adapt calciphylaxis version 1.0.0

change "A <lower> limit"
    because "Agreed in *March*."
    set parameter phosphorus_ceiling = 5.0 mg/dL

change "Pharmacist"
    because "Asked always."
    add rule ask_the_pharmacist when warfarin suggest discuss warfarin
"""


@pytest.fixture(scope="module")
def result() -> Result:
    facts = {"patient": "p", "dialysis": True, "calciphylaxis": True, "phosphorus": "5.2 mg/dL", "warfarin": False}
    return load(Source("ward.guide", WARD)).evaluate(facts, as_of="2024-06-01", engine="direct")


def test_every_page_lists_the_changes_and_marks_the_advice(result: Result) -> None:
    trace = result.trace()
    pages = (as_string(trace_text(trace), width=200), trace_markdown(trace), trace_page([trace]))
    for page in pages:
        assert page.count("Adapted from calciphylaxis 1.0.0: 2 local changes") == 1
        assert "phosphorus_ceiling = 5.0 mg/dL, was 5.5 mg/dL" in page.replace("\\_", "_")
        assert page.count("local change:") == 1
    assert "<lower>" not in pages[2]
    assert "*March*" not in pages[1].replace("\\*March\\*", "")


def test_an_explanation_marks_a_rule_that_a_change_touches(result: Result) -> None:
    touched, other = result.why("lower_phosphorus").document, result.why("check_pth").document
    assert "local change: A <lower> limit" in as_string(explain_text(touched), width=200)
    assert "local change:" not in as_string(explain_text(other), width=200)
    assert "local change: A &lt;lower&gt; limit" in explain_page(touched)


def test_the_document_has_the_changes(result: Result) -> None:
    adaptation = json.loads(result.trace().model_dump_json())["guideline"]["adaptation"]
    assert (adaptation["base"], adaptation["version"]) == ("calciphylaxis", "1.0.0")
    assert [each["rules"] for each in adaptation["changes"]] == [
        ["consider_more_frequent_dialysis", "lower_phosphorus"],
        ["ask_the_pharmacist"],
    ]


def test_a_guideline_that_adapts_nothing_says_nothing_of_it() -> None:
    facts = {"patient": "p", "dialysis": True, "calciphylaxis": True}
    trace = load("calciphylaxis").evaluate(facts, as_of="2024-06-01", engine="direct").trace()
    assert trace.guideline.adaptation is None
    assert "local change" not in trace_page([trace]).lower().partition("<body")[2]

"""The pages, as a terminal shows them. `pytest --record` writes the golden files anew."""

from __future__ import annotations

import re

import pytest

import guidelang
from guidelang.source import Source
from guidelang.trace.page import as_string
from guidelang.trace.text import explain_text, trace_text

from ..golden import Golden
from .written import FACTS, evaluate, guideline

GUIDELINE = (
    FACTS.replace('source book "A book"', 'source book "A book"\n    applies to a')
    + """
parameter ceiling = 5.5 mg/dL
fact sulfite_allergy is yes or no from allergy SNOMED CT 5
fact warfarin is yes or no from medication RxNorm 11289 absent means no
intervention binder "A binder" effect lowers phosphorus
intervention diet "Less phosphorus" effect lowers phosphorus

define corrected = calcium + 0.8 * (4.0 - albumin) with calcium in mg/dL, albumin in g/dL, result in mg/dL
define low_calcium = corrected < 8.4 mg/dL

rule lower_phosphorus "Phosphorus down"
    when phosphorus >= ceiling
    recommend start binder "Phosphorus is {phosphorus}; bring it below {ceiling}."
    strength strong certainty moderate
    urgency urgent
    caution "Constipation."
    cite book 1
    evidence book 7 "A trial found less of it."
    erratum "The book prints g/dL."
rule eat_less when phosphorus >= ceiling suggest start diet grade 2C cite book 2
rule no_binder when b recommend against start binder
rule thiosulfate when a unless sulfite_allergy or low_calcium suggest start thiosulfate cite book 10
rule plain_care when a recommend order plain_care
rule special_care when b overrides plain_care recommend order special_care urgency soon
rule teach when warfarin recommend educate warfarin
rule worse when c and b conclude worsening
rule look when worsening recommend refer surgeon
"""
)
PATIENT: dict[str, object] = {
    "patient": "p1",
    "a": True,
    "b": {"value": True, "time": "2024-03-01"},
    "c": True,
    "phosphorus": [
        {"value": "1.78", "unit": "mmol/L", "time": "2024-05-20"},
        {"value": "6.0", "unit": "mg/dL", "time": "2024-04-02"},
    ],
    "calcium": {"value": "9.1", "unit": "mg/dL", "time": "2024-05-20"},
    "albumin": {"value": "3.4", "unit": "mmHg", "time": "2024-05-03"},
    "phosphorous": 3,
}


@pytest.fixture(scope="module")
def result() -> guidelang.Result:
    return guidelang.load(Source("<trial>", GUIDELINE)).evaluate(PATIENT, as_of="2024-06-01", engine="direct")


def without_hash(page: str) -> str:
    """A page with the hash of the guideline blotted out: it is the network's own matter."""
    return re.sub(r"#[0-9a-f]{12}", "#" + "0" * 12, page)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_page(golden: Golden, result: guidelang.Result, width: int) -> None:
    page = as_string(trace_text(result.trace()), width=width)
    assert max(map(len, page.splitlines())) <= width
    golden.check(f"page_{width}.txt", without_hash(page))


def test_brief_page(golden: Golden, result: guidelang.Result) -> None:
    golden.check("page_brief.txt", without_hash(as_string(trace_text(result.trace(), brief=True))))


def test_colored_page(golden: Golden, result: guidelang.Result) -> None:
    golden.check("page_color.txt", without_hash(as_string(trace_text(result.trace()), color=True)))


def test_page_without_unicode(golden: Golden, result: guidelang.Result) -> None:
    page = as_string(trace_text(result.trace()), encoding="ascii")
    assert page.isascii()
    golden.check("page_ascii.txt", without_hash(page))


@pytest.mark.parametrize("name", ["lower_phosphorus", "thiosulfate", "plain_care", "teach", "worsening", "scope"])
def test_explanation(golden: Golden, result: guidelang.Result, name: str) -> None:
    golden.check(f"explain_{name}.txt", without_hash(as_string(explain_text(result.why(name).document), width=80)))


@pytest.mark.parametrize(("name", "a"), [("not_for_this_patient", False), ("undecided_scope", "unknown")])
def test_page_without_outcomes(golden: Golden, name: str, a: object) -> None:
    patient = guidelang.load(Source("<trial>", GUIDELINE)).evaluate({"a": a}, as_of="2024-06-01", engine="direct")
    golden.check(f"{name}.txt", without_hash(as_string(trace_text(patient.trace()))))
    golden.check(f"{name}_explained.txt", without_hash(as_string(explain_text(patient.why("eat_less").document))))


def test_a_record_cannot_write_to_the_terminal() -> None:
    rules = 'fact note is text from observation LOINC 1\nrule r when note is "x" recommend measure calcium "{note}"'
    result = evaluate(rules, {"note": "\x1b[2Jx\u202ey", "patient": "\x1b]0;p\x07"})
    for text in (str(result), str(result.why("r"))):
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_markup_of_a_guideline_is_text() -> None:
    result = evaluate('rule r when a recommend measure calcium "[bold]now[/bold] :warning:"', {"a": True})
    assert "[bold]now[/bold] :warning:" in str(result)


def test_a_long_list_of_problems_is_shortened_and_says_so() -> None:
    unknown: dict[str, object] = {f"no_fact_{i}": i for i in range(40)}
    page = str(evaluate("rule r when a recommend measure calcium", {"a": True, **unknown}))
    assert "Of the record, left out (40)" in page
    assert "and 28 more" in page


def test_what_is_not_applicable_says_by_how_much_and_where_more_is_told() -> None:
    rules = "parameter low_limit = 0.8 mmol/L\nrule r when phosphorus < low_limit recommend measure phosphorus"
    page = as_string(trace_text(evaluate(rules, {"phosphorus": "6.4 mg/dL"}).trace(), brief=True))
    assert "r  phosphorus 6.4 mg/dL, not < 2.47792 mg/dL" in page
    assert "`guidelang explain` tells why, rule by rule" in page


def test_a_parameter_is_shown_as_it_is_written() -> None:
    rules = "parameter low_limit = 0.8 mmol/L\nrule r when phosphorus < low_limit recommend measure phosphorus"
    told = str(evaluate(rules, {"phosphorus": "6.4 mg/dL"}).why("r"))
    assert "low_limit = 0.8 mmol/L (parameter, which is 2.47792 mg/dL)" in told


def test_what_is_settled_says_what_it_came_to() -> None:
    rules = "rule r when a and phosphorus > 5 mg/dL and b unless c recommend measure phosphorus"
    told = str(evaluate(rules, {"phosphorus": "6.4 mg/dL", "b": True, "c": False}).why("r"))
    assert "settled: phosphorus > 5 mg/dL is true; b is true" in told
    assert "settled: unless c is false" in told


def test_out_of_scope_a_rule_has_a_condition_and_no_outcome() -> None:
    rules = "rule r when phosphorus > 5 mg/dL recommend measure phosphorus"
    document = evaluate(rules, {"phosphorus": "6.4 mg/dL", "deceased": True}).why("r").document
    told = " ".join(as_string(explain_text(document)).split())
    assert "The guideline is not for this patient" in told
    assert "the rule's own condition: true" in told
    assert "r applies" not in told


def test_what_another_rule_showed_is_not_drawn_again() -> None:
    rules = """
define corrected = calcium + 0.8 * (4.0 - albumin) with calcium in mg/dL, albumin in g/dL, result in mg/dL
define high = corrected > 9 mg/dL
rule r when high recommend measure calcium
rule s when not high or corrected > 9.1 mg/dL recommend measure albumin
rule t when high and a recommend measure phosphorus
"""
    result = evaluate(rules, {"a": True, "calcium": "9.0 mg/dL", "albumin": "2.0 g/dL"})
    page = as_string(trace_text(result.trace()))
    assert page.count("calcium = 9 mg/dL") == 1
    assert "corrected = 10.6 mg/dL (shown above)" in page
    assert "high true (shown above)" in page
    alone = as_string(explain_text(result.why("t").document))
    assert "shown above" not in alone


def test_works_that_the_advice_cites_stand_at_the_end_with_their_titles() -> None:
    cited = evaluate("rule r when a recommend measure calcium cite book 3", {"a": True})
    for brief in (True, False):
        assert as_string(trace_text(cited.trace(), brief=brief)).endswith("\nSources\n  book: A book\n")
    uncited = evaluate("rule r when a recommend measure calcium", {"a": True})
    assert "Sources" not in as_string(trace_text(uncited.trace()))


def test_facts_that_wait_for_one_code_are_found_out_together() -> None:
    rules = """
fact heparin is yes or no from medication RxNorm 5224 absent means no
fact warfarin is yes or no from medication RxNorm 11289 absent means no
rule r when heparin recommend discuss heparin
rule s when warfarin recommend discuss warfarin
rule t when warfarin or heparin or phosphorus > 5 mg/dL recommend discuss phosphorus
"""
    coding = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1"}]
    entries = [
        {"resource": {"resourceType": "Patient", "id": "p1"}},
        {
            "resource": {
                "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
                "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"coding": coding},
            }
        },
    ]  # fmt: skip
    record = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    result = guideline(rules).evaluate(record, as_of="2024-06-01")
    told = " ".join(as_string(trace_text(result.trace(), brief=True)).split())
    assert "Find out first (2) heparin, warfarin: unlisted code (RxNorm 1 is in no list" in told
    assert "needed by 3; what helps: a list of the guideline" in told
    assert "`heparin`, `warfarin`: unlisted code" in result.to_markdown()
    assert "what helps: a list of the guideline" in " ".join(as_string(explain_text(result.why("r").document)).split())
    redacted = " ".join(as_string(trace_text(result.trace(redaction=guidelang.Redaction()), brief=True)).split())
    assert "Find out first (3) heparin: unlisted code needed by 2" in redacted  # nobody is told that it is one code

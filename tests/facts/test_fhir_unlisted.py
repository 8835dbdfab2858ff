"""Records whose code is in no list are told of, and what looks like a slip gets a hint; nothing is read from them."""

from __future__ import annotations

from typing import Any

import pytest

import guidelang
from guidelang.facts.fhir.unlisted import MOST_GROUPS
from guidelang.source import Source
from guidelang.trace.page import as_string
from guidelang.trace.text import explain_text, trace_text

TEXT = """
guideline trial version 1.0.0
system house "urn:example:house"
fact magnesium "Magnesium, serum" is quantity in mmol/L
    from observation LOINC 2601-3
    within 90 days
    plausible 0.2 to 5 mmol/L
fact pain is yes or no from observation house:pain
fact diabetes is yes or no from condition ICD-10-CM E11.9
rule lower_magnesium when magnesium > 1 mmol/L or pain recommend reduce magnesium
rule teach when diabetes recommend educate diabetes
"""
LOINC = "http://loinc.org"


@pytest.fixture(scope="module")
def trial() -> guidelang.Guideline:
    return guidelang.load(Source("<trial>", TEXT))


def observation(number: int, coding: dict[str, str] | None, text: str | None = None) -> dict[str, Any]:
    code: dict[str, Any] = {"coding": [coding]} if coding else {}
    if text is not None:
        code["text"] = text
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "subject": {"reference": "Patient/p"},
        "code": code, "effectiveDateTime": "2024-05-30",
        "valueQuantity": {"value": 1.4, "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    }  # fmt: skip


def result(trial: guidelang.Guideline, *observations: dict[str, Any]) -> guidelang.Result:
    return trial.evaluate([{"resourceType": "Patient", "id": "p"}, *observations], as_of="2024-06-01")


@pytest.mark.parametrize(
    ("coding", "text", "fact", "hint"),
    [
        ({"system": LOINC, "code": "2601-4"}, None, None, "LOINC 2601-4 cannot be a code"),
        ({"system": "https://loinc.org", "code": "2601-3"}, None, "magnesium", "has the system `https://loinc.org`"),
        ({"system": "loinc", "code": "2601-3"}, None, "magnesium", "has the system `loinc`"),
        ({"code": "2601-3"}, "Mg", "magnesium", "lists 2601-3 of http://loinc.org, and this has no system"),
        (None, "magnesium,  SERUM", "magnesium", "is called like `magnesium`"),
        ({"system": "urn:lab", "code": "MG", "display": "Magnesium"}, None, "magnesium", "is called like `magnesium`"),
        ({"system": LOINC, "code": "2777-1"}, "Phosphate", None, None),
    ],
)
def test_a_near_miss_has_a_hint_and_is_not_read(
    trial: guidelang.Guideline, coding: dict[str, str] | None, text: str | None, fact: str | None, hint: str | None
) -> None:
    got = result(trial, observation(1, coding, text))
    (one,) = got.trace().unlisted
    assert (one.record, one.count, one.source, one.fact) == ("observation", 1, "Observation/o1", fact)
    assert (one.hint is None) if hint is None else (hint in (one.hint or ""))
    assert got.facts["magnesium"].value is None
    (cause,) = got.facts["magnesium"].causes
    near = "none with one of its codes; perhaps Observation/o1 is one, see what is in no list"
    assert cause.detail == (near if fact else "none with one of its codes, and 1 in no list")


@pytest.mark.parametrize(("text", "what"), [("Mg", "Mg (code 2601-3, no system)"), (None, "code 2601-3, no system")])
def test_a_code_without_its_system_is_told_as_such(trial: guidelang.Guideline, text: str | None, what: str) -> None:
    (one,) = result(trial, observation(1, {"code": "2601-3"}, text)).trace().unlisted
    assert one.what == what


def test_they_are_grouped_and_shown_slips_first(trial: guidelang.Guideline) -> None:
    others = [observation(number, {"system": LOINC, "code": "2777-1"}, "Phosphate") for number in range(3)]
    got = result(trial, *others, observation(9, {"system": LOINC, "code": "2601-4"}, "Mg"))
    page = " ".join(as_string(trace_text(got.trace())).split())
    assert "Of the record, in no list (4) observation Mg (LOINC 2601-4), Observation/o9: LOINC 2601-4 cannot" in page
    assert "observation Phosphate (LOINC 2777-1), 3 of them, first Observation/o0" in page
    brief = " ".join(as_string(trace_text(got.trace(), brief=True)).split())
    assert "in no list (4) observation Mg" in brief
    assert "Phosphate" not in brief
    assert "Of the record, in no list (4)" in got.to_html()
    assert "Of the record, in no list (4)" in got.to_markdown()
    redacted = got.to_json(redaction=guidelang.Redaction())
    assert "Phosphate" not in redacted
    assert got.trace(redaction=guidelang.Redaction()).unlisted[0].count == 4


def test_an_explanation_tells_of_the_kinds_of_record_that_matter(trial: guidelang.Guideline) -> None:
    got = result(trial, observation(1, {"system": LOINC, "code": "2777-1"}, "Phosphate"))
    assert "in no list (1)" in as_string(explain_text(got.why("lower_magnesium").document))
    assert "in no list" not in as_string(explain_text(got.why("teach").document))


def test_a_fact_of_a_project_s_codes_says_so(trial: guidelang.Guideline) -> None:
    (cause,) = result(trial).facts["pain"].causes
    assert cause.detail == "it is read by a project's codes only, which are in no record by themselves"
    assert result(trial).facts["magnesium"].causes[0].detail == ""


def test_what_is_listed_and_kinds_that_nobody_reads_are_not_told(trial: guidelang.Guideline) -> None:
    procedure = {
        "resourceType": "Procedure", "id": "x", "status": "completed", "subject": {"reference": "Patient/p"},
        "code": {"text": "Magnesium"},
    }  # fmt: skip
    assert result(trial, observation(1, {"system": LOINC, "code": "2601-3"}), procedure).trace().unlisted == []


def test_of_very_many_the_rest_is_a_number(trial: guidelang.Guideline) -> None:
    many = [observation(number, {"system": "urn:lab", "code": f"c{number}"}) for number in range(MOST_GROUPS + 5)]
    groups = result(trial, *many).trace().unlisted
    assert len(groups) == MOST_GROUPS + 1
    assert (groups[-1].what, groups[-1].count) == ("5 other codes", 5)


def test_of_several_codings_the_one_that_matched_is_shown(trial: guidelang.Guideline) -> None:
    codings = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code} for code in ("E83.59", "Z99.2", "E11.9")]
    condition = {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "Diabetes", "coding": codings},
    }  # fmt: skip
    (used,) = result(trial, condition).facts["diabetes"].used
    assert used.reported == "Diabetes (ICD-10-CM E11.9)"


@pytest.mark.parametrize(
    ("kind", "clauses", "code", "detail"),
    [
        ("Encounter", "any with discharge house:home", None, "an encounter without a code: no discharge"),
        ("Encounter", "house:visit", None, "an encounter without a code"),
        ("Encounter", "house:visit", [{"coding": [{"code": "v"}]}], "an encounter with a code without its system"),
        ("Encounter", "house:visit", [{"text": "Visit"}], "Visit has no code"),
        ("Procedure", "house:visit", {}, "a procedure without a code"),
        ("Encounter", "house:visit with reason house:why", None, "an encounter without a code"),
    ],
)
def test_what_has_no_code_and_no_name_is_told_by_its_kind(kind: str, clauses: str, code: Any, detail: str) -> None:
    field = "type" if kind == "Encounter" else "code"
    record: dict[str, Any] = {"resourceType": kind, "id": "r", "subject": {"reference": "Patient/p"}}
    record |= {"status": "finished" if kind == "Encounter" else "completed", field: code}
    record |= {"reasonCode": [{"coding": [{"code": "why"}]}]}
    head = f'guideline g version 1\nsystem house "urn:example:house"\nfact seen is yes or no from {kind.lower()} '
    guideline = guidelang.load(
        Source("<g>", f"{head}{clauses} absent means no\nrule r when seen recommend discuss x\n")
    )
    got = guideline.evaluate([{"resourceType": "Patient", "id": "p"}, record], as_of="2024-06-01")
    assert detail in [cause.detail for cause in got.facts["seen"].causes]
    shown = "\n".join((as_string(trace_text(got.trace())), *(one.what for one in got.trace().unlisted)))
    assert "nothing" not in shown


MEDICINES = """
guideline medicines version 1.0.0
fact heparin is yes or no from medication RxNorm 5224 absent means no
fact infusion is yes or no from medication administration RxNorm 7804
fact warfarin is yes or no from medication RxNorm 11289 absent means no
    from medication administration RxNorm 11289
rule thin when not heparin and not warfarin and infusion is missing recommend start enoxaparin
"""


def given(code: str) -> dict[str, Any]:
    coding = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code}
    return {
        "resourceType": "MedicationAdministration", "id": "a1", "status": "in-progress",
        "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2024-05-31",
        "medicationCodeableConcept": {"coding": [coding]},
    }  # fmt: skip


@pytest.mark.parametrize(("code", "told"), [("5224", True), ("11289", False), ("7804", False)])
def test_a_medicine_that_is_read_from_other_records_alone_is_told_of(code: str, told: bool) -> None:
    order = {**given("7804"), "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order"}
    order["authoredOn"] = order.pop("effectiveDateTime")
    got = result(guidelang.load(Source("<medicines>", MEDICINES)), order, given(code))
    hints = [one.hint for one in got.trace().unlisted if one.source == "MedicationAdministration/a1"]
    assert hints == (
        ["`heparin` lists the code for medication, and reads no medication administration"] if told else []
    )
    assert got.facts["heparin"].value is False  # as the guideline says; the page says what it may have missed

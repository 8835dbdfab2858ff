"""Hypotheticals: what changes, and which change does it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guidelang
from guidelang.diagnostics import GuidelineError
from guidelang.result import Result
from guidelang.source import Source

GUIDELINE = """guideline g version 1
    applies to dialysis

parameter ceiling = 5.5 mg/dL

fact dialysis is yes or no
fact phosphorus "Phosphorus" is quantity in mg/dL
    within 31 days
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
    modifiable
fact calcium is quantity in mg/dL
    plausible 4 to 18 mg/dL
    modifiable
fact albumin is quantity in g/dL
    plausible 0.5 to 7 g/dL
fact warfarin is yes or no
    absent means no
    modifiable
fact modality is one of hemo, peritoneal, none_yet
    modifiable
fact lesion is yes or no

intervention apixaban
intervention sevelamer
    effect lowers phosphorus
intervention lanthanum
    effect lowers phosphorus

define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL
define high = phosphorus > ceiling

rule lower when high recommend reduce phosphorus "It is {phosphorus}."
rule bind when high recommend start sevelamer
rule chelate when phosphorus > 7 mg/dL suggest start lanthanum
rule low_calcium when corrected < 8.4 mg/dL recommend measure calcium
rule trend when last 2 phosphorus > ceiling suggest order lesion
rule talk when warfarin and lesion recommend discuss warfarin
rule begin when lesion unless warfarin recommend start apixaban
rule hemo_only when modality is hemo and warfarin suggest discuss modality
rule old when age >= 65 years suggest discuss dialysis
rule nobody when lesion and not dialysis recommend educate dialysis

invariant "Bound or not high" never bind when warfarin
"""
PATIENT: dict[str, object] = {
    "patient": "p",
    "dialysis": True,
    "phosphorus": [
        {"value": "6.1 mg/dL", "time": "2024-05-20"},
        {"value": "5.9 mg/dL", "time": "2024-05-10"},
    ],
    "calcium": "9.4 mg/dL",
    "albumin": "3.5 g/dL",
    "lesion": True,
}
LOADED = guidelang.load(Source("g", GUIDELINE))


def result(**facts: object) -> Result:
    return LOADED.evaluate({**PATIENT, **facts}, as_of="2024-06-01", engine="direct")


def test_what_a_value_changes_is_told() -> None:
    document = result().what_if({"phosphorus": "5.2 mg/dL", "warfarin": "yes"})
    assert {each.rule: (each.before, each.after) for each in document.rules} == {
        "bind": ("applies", "not_applicable"),
        "lower": ("applies", "not_applicable"),
        "trend": ("applies", "not_applicable"),
        "talk": ("not_applicable", "applies"),
        "begin": ("applies", "not_applicable"),
        "hemo_only": ("not_applicable", "undecided"),
    }
    assert [(each.action, each.target) for each in document.advice_gained] == [("discuss", "warfarin")]
    assert {each.target for each in document.advice_lost} == {"phosphorus", "sevelamer", "lesion", "apixaban"}
    assert [(each.name, each.before.value, each.after.value) for each in document.set] == [
        ("phosphorus", "6.1", "5.2"),
        ("warfarin", "no", "yes"),
    ]
    assert [each.name for each in document.derived] == ["high"]
    assert document.same_rules == len(LOADED.rules) - 6


def test_texts_stacks_and_invariants_are_part_of_the_difference() -> None:
    document = result().what_if({"phosphorus": "8 mg/dL", "warfarin": "yes"})
    (changed,) = document.advice_changed
    assert (changed.before.text, changed.after.text) == ("It is 6.1 mg/dL.", "It is 8 mg/dL.")
    assert [each.quantity for each in document.stacks_gained] == ["phosphorus"]
    assert [each.invariant for each in document.violations_gained] == ["Bound or not high"]


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        ({}, {"phosphorus": "6.1 mg/dL", "warfarin": "no", "calcium": "9.4", "lesion": "yes"}),
        ({"phosphorus": "unknown"}, {"phosphorus": "unknown"}),
        ({"age": 70}, {"age": "70"}),
        ({"birth_date": "1950-03", "sex": "female"}, {"birth_date": "1950-03", "sex": "female"}),
        ({"modality": "hemo", "warfarin": True}, {"modality": "hemo", "warfarin": "yes"}),
        ({"calcium": [{"value": "9 mg/dL"}, {"value": "10 mg/dL"}]}, {}),
    ],
)
def test_the_value_that_is_there_changes_nothing(facts: Mapping[str, object], same: Mapping[str, str]) -> None:
    document = result(**facts).what_if(same)
    assert not document.changes_anything
    assert document.same_rules == len(LOADED.rules)


def test_earlier_results_stay() -> None:
    assert [c.rule for c in result(phosphorus="6 mg/dL").what_if({"phosphorus": "7 mg/dL"}).rules] == []
    kept = result().what_if({"phosphorus": "5.6 mg/dL"})
    assert "trend" not in [change.rule for change in kept.rules]
    old = result().what_if({"phosphorus": "6.1 mg/dL on 2024-03-01"})  # before all others, and too old to count
    assert {c.rule: c.after for c in old.rules}["lower"] == "undecided"


def test_the_person_can_be_another() -> None:
    assert {c.rule: c.after for c in result(age=40).what_if({"age": "70"}).rules} == {"old": "applies"}
    assert {c.rule: c.after for c in result(age=40).what_if({"birth_date": "1950-01-01"}).rules} == {"old": "applies"}
    assert result().what_if({"deceased": "yes"}).scope_after == "not_for_this_patient"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"phosphorous": "5 mg/dL"}, "did you mean `phosphorus`?"),
        ({"corrected": "9 mg/dL"}, "set its facts: albumin, calcium"),
        ({"lower": "yes"}, "set its facts: phosphorus"),
        ({"ceiling": "5 mg/dL"}, "--param"),
        ({"phosphorus": "52 mg/dL"}, "implausible value"),
        ({"phosphorus": "5.2 kg"}, "kg"),
        ({"phosphorus": "high"}, "a number from 0.5 to 20 in mg/dL"),
        ({"phosphorus": "5 mg/dL on 2024-07-01"}, "lies after 2024-06-01"),
        ({"warfarin": "maybe"}, "`yes`, `no` or `unknown`"),
        ({"modality": "home"}, "hemo, peritoneal, none_yet"),
        ({"age": "old"}, "completed years"),
    ],
)
def test_what_cannot_be_is_refused(changes: Mapping[str, str], told: str) -> None:
    with pytest.raises(GuidelineError) as raised:
        result().what_if(changes)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "G680"
    assert told in f"{diagnostic.message} {diagnostic.expected} {diagnostic.suggestion}"


def test_an_attested_value_may_be_implausible() -> None:
    assert result().what_if({"phosphorus": "25 mg/dL attested"}).set[0].after.value == "25"


@pytest.mark.parametrize(
    ("wanted", "avoid", "answer", "changes"),
    [
        ("lower", False, "already", {}),
        ("lower", True, "found", {"phosphorus": "5.5"}),
        ("reduce phosphorus", True, "found", {"phosphorus": "5.5"}),
        ("chelate", False, "found", {"phosphorus": "7.1"}),
        ("low_calcium", False, "found", {"calcium": "7.9"}),
        ("recommend discuss warfarin", False, "found", {"warfarin": "yes"}),
        ("begin", True, "found", {"warfarin": "yes"}),
        ("hemo_only", False, "found", {"modality": "hemo", "warfarin": "yes"}),
        ("trend", True, "found", {"phosphorus": "5.5"}),
        ("old", False, "impossible", {}),
        ("nobody", False, "impossible", {}),
    ],
)
def test_the_smallest_change_is_found_or_there_is_none(
    wanted: str, avoid: bool, answer: str, changes: Mapping[str, str]
) -> None:
    pytest.importorskip("z3")
    document = result().what_if(**{"avoid" if avoid else "want": wanted})  # type: ignore[arg-type]
    assert document.sought is not None
    assert document.sought.answer == answer
    assert {each.name: each.after.value for each in document.set} == changes


def test_a_search_begins_where_the_settings_leave_the_patient() -> None:
    pytest.importorskip("z3")
    document = result().what_if({"modality": "hemo"}, want="hemo_only")
    assert {each.name: each.after.value for each in document.set} == {"modality": "hemo", "warfarin": "yes"}


def test_what_nobody_can_change_is_named() -> None:
    pytest.importorskip("z3")
    document = result().what_if(want="old")
    assert document.sought is not None
    assert "it needs birth_date" in document.sought.note


def test_an_open_interval_is_no_proof_of_what_it_does_not_say() -> None:
    pytest.importorskip("z3")
    document = result(phosphorus=">7 mg/dL").what_if(want="chelate")
    assert document.sought is not None
    assert document.sought.answer == "already"


def test_unknown_advice_is_refused() -> None:
    pytest.importorskip("z3")
    with pytest.raises(GuidelineError, match="did you mean `reduce phosphorus`"):
        result().what_if(want="reduce phosphorous")


@settings(deadline=None, max_examples=25)
@given(
    facts=st.fixed_dictionaries(
        {
            "phosphorus": st.just("unknown") | st.integers(5, 200).map(lambda tenths: f"{tenths / 10} mg/dL"),
            "calcium": st.just("unknown") | st.integers(40, 180).map(lambda tenths: f"{tenths / 10} mg/dL"),
            "warfarin": st.sampled_from(["yes", "no", "unknown"]),
            "lesion": st.sampled_from(["yes", "no", "unknown"]),
        }
    ),
    wanted=st.sampled_from(sorted(LOADED.rules)),
    avoid=st.booleans(),
)
def test_what_is_found_reproduces(facts: dict[str, object], wanted: str, avoid: bool) -> None:
    pytest.importorskip("z3")
    start = result(**facts)
    found = start.what_if(**{"avoid" if avoid else "want": wanted})  # type: ignore[arg-type]
    assert found.sought is not None
    if found.sought.answer != "found":
        assert found.set == []
        return
    units = {name: fact.unit for name, fact in LOADED.facts.items()}
    changes = {each.name: f"{each.after.value} {units[each.name] or ''}".strip() for each in found.set}
    again = start.what_if(changes)
    assert again.rules == found.rules
    (change,) = [each for each in again.rules if each.rule == wanted]
    assert (change.after == "applies") is not avoid


def test_a_value_that_nobody_has_measured_is_one_beside_the_limit() -> None:
    text = (
        "guideline g version 1\nfact glucose is quantity in mg/dL\n    plausible 20 to 600 mg/dL\n    modifiable\n"
        "rule insulin when not every glucose < 120 mg/dL within 14 days recommend start insulin\n"
    )
    found = guidelang.load(Source("g", text)).evaluate({"patient": "p"}, as_of="2024-06-01")
    assert [(each.name, each.after.value) for each in found.what_if(avoid="insulin").set] == [("glucose", "119")]


def test_what_was_reported_in_another_unit_is_told_in_a_round_value_of_the_facts_own() -> None:
    rules = """guideline g version 1
fact creatinine is quantity in mg/dL
    plausible 0.2 to 20 mg/dL
    convert 1 mg/dL = 88.42 umol/L
    modifiable
fact weight is quantity in kg
    plausible 30 to 300 kg
define clearance = 66 * weight / (72 * creatinine)
    with creatinine in mg/dL, weight in kg, result in mL/min
rule r when clearance >= 30 mL/min recommend measure weight
"""
    facts = {"weight": "54.4 kg", "creatinine": "160 umol/L"}
    found = guidelang.load(Source("g", rules)).evaluate(facts, as_of="2024-06-01").what_if(want="r")
    assert [(each.name, each.after.value) for each in found.set] == [("creatinine", "1.66")]

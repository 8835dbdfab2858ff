"""The Python interface: load, evaluate, ask why."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import guidelang
from guidelang.source import Source

TEXT = """
guideline trial version 1.2.0
    title "A trial"
    applies to dialysis
parameter ceiling = 5.5 mg/dL
fact dialysis is yes or no from condition SNOMED CT 1
fact lesion is yes or no from condition SNOMED CT 2
fact warfarin is yes or no from medication RxNorm 11289 absent means no
fact phosphorus is quantity in mg/dL from observation LOINC 2777-1 within 31 days plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
rule lower_phosphorus when phosphorus >= ceiling recommend reduce phosphorus "Below {ceiling}."
rule dress when lesion recommend order wound_care
rule teach when warfarin recommend educate warfarin
"""
FACTS = {"patient": "p1", "dialysis": True, "phosphorus": "6.1 mg/dL"}


@pytest.fixture(scope="module")
def guideline() -> guidelang.Guideline:
    return guidelang.load(Source("<trial>", TEXT))


@pytest.fixture(scope="module")
def result(guideline: guidelang.Guideline) -> guidelang.Result:
    return guideline.evaluate(FACTS, as_of="2024-06-01")


def test_a_guideline_says_what_it_is(guideline: guidelang.Guideline) -> None:
    assert (guideline.name, guideline.version, guideline.title) == ("trial", "1.2.0", "A trial")
    assert set(guideline.rules) == {"dress", "lower_phosphorus", "teach"}
    assert guideline.parameters == {"ceiling": "5.5 mg/dL"}
    assert repr(guideline) == f"<Guideline trial 1.2.0, 3 rules, #{guideline.hash[:12]}>"


def test_a_site_sets_a_parameter_and_the_hash_tells(guideline: guidelang.Guideline) -> None:
    site = guidelang.load(Source("<trial>", TEXT), parameters={"ceiling": "2 mmol/L"})
    assert site.evaluate(FACTS, as_of="2024-06-01").not_applicable == ("lower_phosphorus", "teach")
    assert site.hash != guideline.hash


def test_a_result_names_the_rules_by_their_outcome(result: guidelang.Result) -> None:
    assert result.scope is guidelang.ScopeStatus.APPLIES
    assert (result.applies, result.undecided) == (("lower_phosphorus",), ("dress",))
    assert (result.not_applicable, result.overridden) == (("teach",), ())
    assert [(o.rule, o.status.value) for o in result.outcomes] == [
        ("dress", "undecided"),
        ("lower_phosphorus", "applies"),
        ("teach", "not_applicable"),
    ]
    assert [m.fact for m in result["dress"].missing] == ["lesion"]
    assert [(a.action, a.target, a.text) for a in result.advice] == [("reduce", "phosphorus", "Below 5.5 mg/dL.")]
    assert (result.patient, result.as_of) == ("p1", dt.date(2024, 6, 1))
    assert repr(result) == "<Result trial for p1 on 2024-06-01: 1 apply, 1 undecided, 1 not applicable>"


def test_why_is_a_tree_and_a_dict(result: guidelang.Result) -> None:
    why = result.why("lower_phosphorus")
    assert str(why).splitlines()[0] == "lower_phosphorus applies"
    assert "phosphorus = 6.1 mg/dL" in str(why)
    assert why.to_dict()["why"]["children"][0]["kind"] == "when"
    assert repr(why) == "<Explanation lower_phosphorus: applies>"
    assert result.why("dress").deciding == (("lesion",),)


def test_why_of_an_unknown_name_offers_the_nearest(result: guidelang.Result) -> None:
    with pytest.raises(guidelang.GuidelineError, match="did you mean `lower_phosphorus`"):
        result.why("lower_phosphorous")


def test_the_trace_is_the_json(result: guidelang.Result) -> None:
    assert json.loads(result.to_json()) == result.trace().model_dump(mode="json")
    assert "\n" not in result.to_json(indent=None)


def test_both_executors_agree(guideline: guidelang.Guideline, result: guidelang.Result) -> None:
    direct = guideline.evaluate(FACTS, as_of="2024-06-01", engine="direct")
    assert direct.engine == "direct"
    assert direct.outcomes == result.outcomes


def test_a_fhir_resource_and_a_path_are_read_too(guideline: guidelang.Guideline, tmp_path: Path) -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "f1", "gender": "female"}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": "o1",
                    "status": "final",
                    "subject": {"reference": "Patient/f1"},
                    "code": {"coding": [{"system": "http://loinc.org", "code": "2777-1"}]},
                    "effectiveDateTime": "2024-05-20",
                    "valueQuantity": {"value": 6.1, "unit": "mg/dL", "code": "mg/dL"},
                }
            },
        ],
    }
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    for facts in (bundle, path, str(path)):
        read = guideline.evaluate(facts, as_of="2024-06-01")
        assert (read.patient, read.scope.value) == ("f1", "undecided")
        assert read.facts["phosphorus"].used[0].source == "Observation/o1"


def test_several_patients_are_named_and_can_be_chosen_or_iterated(
    guideline: guidelang.Guideline, tmp_path: Path
) -> None:
    path = tmp_path / "patients.ndjson"
    path.write_text('{"patient": "p1", "dialysis": true}\n{"patient": "p2", "dialysis": false}\n', encoding="utf-8")
    with pytest.raises(guidelang.GuidelineError, match="several patients: p1, p2"):
        guideline.evaluate(path)
    assert guideline.evaluate(path, patient="p2").scope.value == "not_for_this_patient"
    assert [r.patient for r in guideline.evaluate_all(path)] == ["p1", "p2"]
    with pytest.raises(guidelang.GuidelineError, match="no patient `p3`"):
        guideline.evaluate(path, patient="p3")


def test_errors_of_an_input_come_after_the_patients_that_could_be_read(
    guideline: guidelang.Guideline, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text('{"patient": "p1", "dialysis": true}', encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    results = guideline.evaluate_all(tmp_path)
    assert next(results).patient == "p1"
    with pytest.raises(guidelang.GuidelineError, match=r"b\.json"):
        next(results)
    report = guidelang.Report()
    assert [r.patient for r in guideline.evaluate_all(tmp_path, report=report)] == ["p1"]
    assert report.has_errors


def test_attested_values_and_complete_record_types(guideline: guidelang.Guideline) -> None:
    high = {**FACTS, "phosphorus": "25 mg/dL"}
    assert guideline.evaluate(high, as_of="2024-06-01").undecided == ("dress", "lower_phosphorus")
    attested = [{"fact": "phosphorus", "value": "25 mg/dL"}]
    assert guideline.evaluate(high, as_of="2024-06-01", attest=attested).applies == ("lower_phosphorus",)
    with pytest.raises(guidelang.GuidelineError, match="did you mean `medication`"):
        guideline.evaluate(FACTS, complete=["medications"])


def test_all_errors_of_a_text_are_in_the_exception() -> None:
    text = TEXT.replace("when lesion", "when lesions").replace("when warfarin", "when warfarine")
    with pytest.raises(guidelang.GuidelineError) as caught:
        guidelang.load(Source("<trial>", text))
    errors = [d.suggestion for d in caught.value.diagnostics if d.severity == "error"]
    assert errors == ["did you mean `lesion`?", "did you mean `warfarin`?"]


@pytest.mark.parametrize(
    "wrong", [{"as_of": "2024-13-01"}, {"as_of": "2024-06"}, {"engine": "rete"}, {"time_zone": "Mars/Olympus"}]
)
def test_wrong_arguments_are_refused(guideline: guidelang.Guideline, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=str(next(iter(wrong.values())))):
        guideline.evaluate(FACTS, **wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_as_of_is_today_in_the_zone_and_a_past_day_is_warned_about(guideline: guidelang.Guideline) -> None:
    zone = dt.timezone(dt.timedelta(hours=14))
    now = guideline.evaluate(FACTS, time_zone=zone)
    assert abs(now.as_of - dt.datetime.now(zone).date()) <= dt.timedelta(days=1)
    assert now.warnings == ()
    past = guideline.evaluate(FACTS, as_of=dt.date(2024, 6, 1))
    assert any("past day" in warning for warning in past.warnings)


def test_importing_loads_no_heavy_library() -> None:
    heavy = "lark", "pydantic", "rich", "typer", "durable", "yaml"
    code = f"import sys, guidelang; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    assert all(getattr(guidelang, name) is not None for name in guidelang.__all__)
    assert not hasattr(guidelang, "nothing_of_that_name")


def test_a_broken_row_of_somebody_else_keeps_no_result_from_the_patient_who_is_named() -> None:
    g = guidelang.load(Source("t", "guideline t version 1\nfact a is yes or no\nrule r when a recommend discuss x\n"))
    table = "patient,a\np1,yes\np2,yes,more\n"
    assert g.evaluate(table, patient="p1").applies == ("r",)
    for name in ("p2", None):
        with pytest.raises(guidelang.GuidelineError):
            g.evaluate(table, patient=name)


@pytest.mark.parametrize(
    "facts",
    [
        [
            {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": record}]}
            for record in (
                {"resourceType": "Patient", "id": "a", "name": [{"family": "Quillfeather"}]},
                {"resourceType": "Patient", "id": "b", "name": [{"family": "Quillfeather"}]},
            )
        ],
        json.dumps([{"patient": "a", "phosphorus": "6.125 mg/dL"}, {"patient": "b", "phosphorus": "6.125 mg/dL"}]),
    ],
)
def test_an_error_about_an_input_without_a_name_never_shows_its_content(
    guideline: guidelang.Guideline, facts: Any
) -> None:
    with pytest.raises(guidelang.GuidelineError) as raised:
        guideline.evaluate(facts, as_of="2024-06-01")
    told = str(raised.value)
    assert told.startswith(("<input>: ", "<text>: "))
    assert not any(content in told for content in ("Quillfeather", "6.125", "phosphorus"))


def test_a_rule_that_is_not_there_is_told_with_the_nearest_name(result: guidelang.Result) -> None:
    with pytest.raises(KeyError, match="did you mean `dress`"):
        result["dres"]
    assert result.why("phosphorus").document.why.value == "6.1"


def test_an_edition_is_named_or_is_the_one_in_force() -> None:
    assert guidelang.load("ckd_mbd@2003").version.startswith("2003.")
    assert guidelang.load("ckd_mbd", as_of="2010-01-01").version.startswith("2009.")
    assert guidelang.load("ckd_mbd", as_of=dt.date(2024, 6, 1)).version.startswith("2017.")
    with pytest.raises(ValueError, match="is no date"):
        guidelang.load("ckd_mbd", as_of="2010")
    with pytest.raises(guidelang.GuidelineError, match="ckd_mbd@2003"):
        guidelang.load("ckd_mbd@1999")

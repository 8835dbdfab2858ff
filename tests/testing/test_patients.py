"""Examples whose patient lies in a file, and files that hold examples only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guidelang.diagnostics import Report
from guidelang.guideline import load
from guidelang.lint import Level, lint
from guidelang.model import load as load_model
from guidelang.testing import ExampleResult, run_examples
from guidelang.testing.mutation import mutate

HEAD = """guideline g version 1

fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1
    plausible 0.5 to 20 mg/dL
    within 31 days
fact warfarin is yes or no
    from medication RxNorm 11289
    absent means no

rule lower
    when phosphorus > 5.5 mg/dL
    recommend reduce phosphorus
rule stop_it
    when warfarin and age >= 18
    recommend stop warfarin
"""
PLAIN = "patient: p1\nbirth_date: 1957-03-20\nphosphorus: 6 mg/dL\nwarfarin: yes\n"
FHIR = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1", "birthDate": "1957-03-20"}},
        {
            "resource": {
                "resourceType": "Observation",
                "id": "o1",
                "status": "final",
                "subject": {"reference": "Patient/p1"},
                "code": {"coding": [{"system": "http://loinc.org", "code": "2777-1"}]},
                "effectiveDateTime": "2024-05-20",
                "valueQuantity": {
                    "value": 6.1,
                    "unit": "mg/dL",
                    "system": "http://unitsofmeasure.org",
                    "code": "mg/dL",
                },
            }
        },
    ],
}


def example(given: str, expect: str, name: str = "e") -> str:
    return f'\nexample "{name}"\n    on 2024-06-01\n    given {given}\n    expect {expect}\n'


def run(folder: Path, text: str, where: str | None = None) -> list[ExampleResult]:
    (folder / "g.guide").write_text(text, encoding="utf-8")
    report = Report()
    results = run_examples(where or folder / "g.guide", report)
    assert not report.has_errors, report.findings
    return results


def failures(results: list[ExampleResult]) -> list[str]:
    return [str(failure) for result in results for failure in result.failures]


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("", "lower, stop_it, phosphorus 6 mg/dL"),
        (", phosphorus 5 mg/dL", "not lower, stop_it"),
        (", not warfarin", "lower, not stop_it"),
        (", phosphorus 5 mg/dL 40 days ago", "undecided lower, unknown phosphorus because stale"),
        (", birth_date 2012-01-01", "lower, not stop_it"),
        (", unknown warfarin", "undecided stop_it needs only warfarin"),
    ],
)
def test_what_an_example_gives_stands_in_place_of_what_the_file_has(tmp_path: Path, given: str, expect: str) -> None:
    (tmp_path / "patients").mkdir()
    (tmp_path / "patients" / "p1.yaml").write_text(PLAIN, encoding="utf-8")
    assert failures(run(tmp_path, HEAD + example(f'patient "patients/p1.yaml"{given}', expect))) == []


def test_a_fhir_record_is_read_as_run_reads_it(tmp_path: Path) -> None:
    (tmp_path / "p1.json").write_text(json.dumps(FHIR), encoding="utf-8")
    text = HEAD + example(
        'patient "p1.json"', "lower, phosphorus 6.1 mg/dL, undecided stop_it needs only warfarin", "as is"
    )
    text += example('patient "p1.json", warfarin', "lower, stop_it", "with a medicine")
    assert failures(run(tmp_path, text)) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("p9.yaml", None, "there is no file or folder"),
        ("p1.yaml", "a: [", "cannot be read"),
        ("p1.yaml", "- patient: p1\n- patient: p2\n", "holds 2 patients: p1, p2"),
    ],
)
def test_a_file_without_one_patient_fails_its_example_where_it_is_named(
    tmp_path: Path, name: str, content: str | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    text = HEAD + example(f'patient "{name}"', "lower") + example("phosphorus 6 mg/dL", "lower", "other")
    wrong, other = run(tmp_path, text)
    (failure,) = wrong.failures
    assert told in failure.got
    assert failure.span.text == f'"{name}"'
    assert other.passed


def test_check_tells_of_a_patient_who_is_not_there_and_run_does_without(tmp_path: Path) -> None:
    (tmp_path / "p1.yaml").write_text(PLAIN, encoding="utf-8")
    guide = tmp_path / "g.guide"
    guide.write_text(HEAD + example('patient "p2.yaml"', "lower"), encoding="utf-8")
    report = Report()
    model = load_model(guide, report)
    assert model is not None
    (found,) = [each for each in lint(model, report, {"G920": Level.OFF}).findings if each.code == "G012"]
    assert found.span is not None
    assert found.span.text == '"p2.yaml"'
    assert found.suggestion == "did you mean `p1.yaml`?"
    assert load(guide).name == "g"


def test_one_patient_an_example(tmp_path: Path) -> None:
    guide = tmp_path / "g.guide"
    guide.write_text(HEAD + example('patient "a.yaml", patient "b.yaml"', "lower"), encoding="utf-8")
    report = Report()
    run_examples(guide, report)
    assert [finding.code for finding in report.findings] == ["G111"]


def test_mutants_are_judged_by_patients_in_files_and_by_strengths(tmp_path: Path) -> None:
    patient = tmp_path / "p1.yaml"
    patient.write_text(PLAIN, encoding="utf-8")
    text = HEAD.replace("reduce phosphorus", "reduce phosphorus\n    strength strong")
    text += example('patient "p1.yaml"', "recommend reduce phosphorus strength strong")
    (tmp_path / "g.guide").write_text(text + example('patient "p1.yaml", phosphorus 5.5 mg/dL', "not lower", "at"))
    (judged,) = mutate(tmp_path, Report())
    fates = {(each.change.kind, each.change.text): each.verdict.fate for each in judged.mutants}
    assert fates["strength", "strength conditional"] == "killed"
    patient.write_text(PLAIN.replace("6 mg/dL", "5 mg/dL"), encoding="utf-8")
    (judged,) = mutate(tmp_path, Report())
    assert judged.failing == ("e",)


# ---- files with examples ---------------------------------------------------------------------------------------------


def test_a_file_of_examples_is_tested_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "g.examples.guide").write_text(
        "part of g\n" + example("phosphorus 6 mg/dL", "lower", "beside"), encoding="utf-8"
    )
    text = HEAD + example("phosphorus 5 mg/dL", "not lower", "inside")
    assert [each.name for each in run(tmp_path, text)] == ["inside", "beside"]
    (tmp_path / "g.examples.guide").write_text(
        "part of g\n" + example("phosphorous 6 mg/dL", "lower"), encoding="utf-8"
    )
    assert load(tmp_path).name == "g"
    report = Report()
    run_examples(tmp_path, report)
    assert [finding.code for finding in report.findings] == ["G201"]


def test_a_file_of_examples_holds_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "g.guide").write_text(HEAD, encoding="utf-8")
    (tmp_path / "more.examples.guide").write_text(
        "part of g\n\nrule more when warfarin recommend discuss warfarin\n", encoding="utf-8"
    )
    report = Report()
    load_model(tmp_path, report)
    assert [finding.code for finding in report.findings] == ["G217"]


@pytest.mark.parametrize(("head", "told"), [("", "it does not say of which"), ("part of h\n", "no guideline here")])
def test_examples_of_no_guideline_are_an_error(tmp_path: Path, head: str, told: str) -> None:
    (tmp_path / "g.guide").write_text(HEAD, encoding="utf-8")
    (tmp_path / "g.examples.guide").write_text(head + example("warfarin", "in scope"), encoding="utf-8")
    report = Report()
    run_examples(tmp_path, report)
    (finding,) = report.findings
    assert finding.code == "G004"
    assert told in finding.message
    assert finding.expected == "a first line `part of g`"

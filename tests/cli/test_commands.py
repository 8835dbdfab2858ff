"""What each command prints, where, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

from .commands import GUIDELINE, PATIENT, Shell

DAY = ("--as-of", "2024-06-01")

PARAMETER = "parameter ceiling = 5.5 mg/dL\n\n"
BARE = GUIDELINE.replace("phosphorus >= ceiling", "phosphorus >= 5.5").replace(PARAMETER, "")


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))

    return put


def test_check_of_a_sound_guideline(shell: Shell, guideline: str) -> None:
    ended = shell.run("check", guideline)
    assert (ended.code, ended.out, ended.err) == (0, "trial 1.0.0: 2 rules, no findings\n", "")


def test_check_prints_every_finding_on_standard_output(shell: Shell) -> None:
    text = GUIDELINE.replace("when phosphorus", "when phosphorous").replace("when lesion", "when lesions")
    ended = shell.run("check", shell.file("wrong.guide", text))
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.count("error[G201]") == 2
    assert "    when phosphorous >= ceiling\n   |          ^^^^^^^^^^^\n" in ended.out
    assert "did you mean `phosphorus`?" in ended.out
    assert ended.out.endswith("2 errors\n")


def test_check_as_json(shell: Shell) -> None:
    path = shell.file("wrong.guide", GUIDELINE.replace("when lesion", "when lesions"))
    ended = shell.run("check", path, "--format", "json")
    (finding,) = json.loads(ended.out)
    place = {"file": path, "line": 27, "column": 10, "end_line": 27, "end_column": 17}
    assert ended.code == 1
    assert {key: finding[key] for key in place} == place
    assert (finding["code"], finding["severity"], finding["suggestion"]) == ("G201", "error", "did you mean `lesion`?")
    assert finding["fix"] is None


def test_check_of_a_hint_has_its_fix_and_ends_well(shell: Shell) -> None:
    path = shell.file("bare.guide", BARE)
    ended = shell.run("check", path, "--format", "json")
    (finding,) = json.loads(ended.out)
    assert ended.code == 0
    assert (finding["severity"], finding["fix"]["replacement"].strip()) == ("hint", "mg/dL")


def test_check_lints_at_the_levels_that_are_set(shell: Shell, guideline: str) -> None:
    text = GUIDELINE.replace("    cite book 2\n", "")
    path = shell.file("uncited.guide", text)
    assert "warning[G920]: rule `dress`" in shell.run("check", path).out
    assert shell.run("check", path, "--lint", "g920=off").out == "trial 1.0.0: 2 rules, no findings\n"
    ended = shell.run("check", path, "--lint", "G920=error")
    assert ended.code == 1
    assert "error[G920]" in ended.out
    assert shell.run("run", path, shell.file("p.yaml", "patient: p1\n"), "--brief").err == ""


@pytest.mark.parametrize("setting", ["G999=off", "G201=off", "G920=loud", "G920", "G920=off,G921"])
def test_a_wrong_lint_setting_is_a_usage_error(shell: Shell, guideline: str, setting: str) -> None:
    ended = shell.run("check", guideline, "--lint", setting)
    assert (ended.code, ended.out) == (2, "")
    assert "--lint" in ended.err


@pytest.mark.parametrize("code", ["G201", "g201"])
def test_check_explains_a_code(shell: Shell, code: str) -> None:
    ended = shell.run("check", "--explain", code)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("G201: An unknown name\n")
    assert "\nWrong:\n\n    rule lower_phosphorus\n" in ended.out
    assert "\nRight:\n\n    rule lower_phosphorus\n" in ended.out
    assert "```" not in ended.out


@pytest.mark.parametrize(("code", "told"), [("G921x", "did you mean `G921`?"), ("phosphorus", "G001 to G9")])
def test_an_unknown_code_is_a_usage_error(shell: Shell, code: str, told: str) -> None:
    ended = shell.run("check", "--explain", code)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_check_holds_citations_against_their_source(shell: Shell, guideline: str) -> None:
    book = shell.file("book.txt", "Keep it low. Wash it.")
    ended = shell.run("check", guideline, "--source", f"book={book}")
    assert ended.code == 0
    assert "hint[G803]" in ended.out
    short = shell.file("cited.guide", GUIDELINE.replace("cite book 1", "cite book 3"))
    ended = shell.run("check", short, "--source", f"book={book}")
    assert (ended.code, "error[G801]" in ended.out) == (1, True)


def test_check_reads_standard_input(shell: Shell, stdin: Callable[[str], None]) -> None:
    stdin(GUIDELINE)
    assert shell.run("check", "-").code == 0


def test_run_prints_a_page(shell: Shell, guideline: str, patient: str) -> None:
    ended = shell.run("run", guideline, patient, *DAY)
    assert (ended.code, ended.err) == (0, "")
    assert "Recommend: reduce phosphorus" in ended.out
    assert "\x1b" not in ended.out
    assert "Why" in ended.out
    assert "Why" not in shell.run("run", guideline, patient, *DAY, "--brief").out


def test_run_as_json_is_one_indented_document_for_one_patient(shell: Shell, guideline: str, patient: str) -> None:
    ended = shell.run("run", guideline, patient, *DAY, "--format", "json", "--engine", "direct")
    document = json.loads(ended.out)
    assert (document["patient"], document["engine"], document["as_of"]) == ("p1", "direct", "2024-06-01")
    assert ended.out.startswith("{\n  ")


def test_run_as_json_is_a_document_a_line_for_several(shell: Shell, guideline: str, patient: str) -> None:
    second = shell.file("p2.json", '{"patient": "p2", "dialysis": false}')
    ended = shell.run("run", guideline, patient, second, *DAY, "--format", "json")
    assert [json.loads(line)["patient"] for line in ended.out.splitlines()] == ["p1", "p2"]


def test_run_takes_the_patient_from_standard_input(shell: Shell, guideline: str, stdin: Callable[[str], None]) -> None:
    stdin(PATIENT)
    assert "Patient p1" in shell.run("run", guideline, "-", *DAY).out


def test_run_chooses_a_patient(shell: Shell, guideline: str) -> None:
    path = shell.file("two.ndjson", '{"patient": "p1"}\n{"patient": "p2"}\n')
    assert "Patient p2" in shell.run("run", guideline, path, "--patient", "p2").out
    ended = shell.run("run", guideline, path, "--patient", "p3")
    assert (ended.code, ended.out) == (2, "")
    assert "p3" in ended.err


def test_run_sets_parameters(shell: Shell, guideline: str, patient: str) -> None:
    ended = shell.run("run", guideline, patient, *DAY, "--param", "ceiling=7 mg/dL", "--format", "json")
    document = json.loads(ended.out)
    assert [(p["value"], p["set_by_site"]) for p in document["parameters"]] == [("7 mg/dL", True)]
    assert {o["rule"]: o["status"] for o in document["outcomes"]}["lower_phosphorus"] == "not_applicable"


def test_unusable_values_are_reported_and_the_run_goes_on(shell: Shell, guideline: str) -> None:
    ended = shell.run("run", guideline, shell.file("p.yaml", "dialysis: yes\nphosphorus: 6 kg\n"), *DAY)
    assert ended.code == 0
    assert "Of the record, not usable (1)" in ended.out


def test_run_goes_on_past_an_input_that_cannot_be_read(shell: Shell, guideline: str, patient: str) -> None:
    broken = shell.file("broken.json", "{")
    ended = shell.run("run", guideline, broken, patient, *DAY)
    assert ended.code == 0
    assert "Patient p1" in ended.out
    assert "broken.json" in ended.err
    alone = shell.run("run", guideline, broken)
    assert (alone.code, alone.out) == (1, "")


def test_run_of_a_wrong_guideline(shell: Shell, patient: str) -> None:
    ended = shell.run("run", shell.file("wrong.guide", GUIDELINE.replace("when lesion", "when lesions")), patient)
    assert (ended.code, ended.out) == (1, "")
    assert "error[G201]" in ended.err


def test_explain_tells_why_and_what_could_decide(shell: Shell, guideline: str, patient: str) -> None:
    ended = shell.run("explain", guideline, patient, "dress", *DAY)
    assert ended.code == 0
    assert "dress is undecided" in ended.out
    assert "lesion  could make it apply or not apply" in ended.out


def test_explain_as_json(shell: Shell, guideline: str, patient: str) -> None:
    document = json.loads(shell.run("explain", guideline, patient, "dress", *DAY, "--format", "json").out)
    assert document["deciding"]["sets"] == [{"facts": ["lesion"], "could_be": ["true", "false"]}]


def test_test_runs_the_examples(shell: Shell, guideline: str) -> None:
    ended = shell.run("test", guideline)
    assert (ended.code, ended.out) == (0, "1 passed, 0 failed\n")


def test_a_failing_example_is_told_with_its_tree(shell: Shell) -> None:
    path = shell.file("wrong.guide", GUIDELINE.replace("expect lower_phosphorus", "expect not lower_phosphorus"))
    ended = shell.run("test", path)
    assert ended.code == 1
    assert f"FAILED high  {path}:31:9" in ended.out
    assert "phosphorus = 6 mg/dL" in ended.out
    assert ended.out.endswith("0 passed, 1 failed\n")
    (file,) = json.loads(shell.run("test", path, "--format", "json").out)["files"]
    (result,) = file["examples"]
    assert (result["passed"], result["failures"][0]["rule"]) == (False, "lower_phosphorus")


def test_test_chooses_by_a_word(shell: Shell, guideline: str) -> None:
    assert shell.run("test", guideline, "-k", "HIGH").out == "1 passed, 0 failed\n"
    assert shell.run("test", guideline, "-k", "low").code == 2


def test_fmt_rewrites_a_file_once(shell: Shell) -> None:
    path = shell.file("loose.guide", GUIDELINE.replace("    when", "  when").replace("lesion\n", "lesion   \n"))
    check = shell.run("fmt", path, "--check")
    assert (check.code, check.out) == (1, f"{path}\n")
    assert shell.run("fmt", path).code == 0
    assert (shell.folder / "loose.guide").read_text(encoding="utf-8") == GUIDELINE
    assert shell.run("fmt", path, "--check").code == 0


def test_fmt_shows_what_would_change(shell: Shell) -> None:
    loose = GUIDELINE.replace("    when lesion", "  when lesion")
    path = shell.file("loose.guide", loose)
    ended = shell.run("fmt", path, "--diff")
    assert ended.code == 0
    assert "-  when lesion\n+    when lesion\n" in ended.out
    assert (shell.folder / "loose.guide").read_text(encoding="utf-8") == loose


def test_fmt_puts_hints_into_the_text(shell: Shell) -> None:
    path = shell.file("bare.guide", BARE)
    assert shell.run("fmt", path, "--fix").code == 0
    assert "when phosphorus >= 5.5 mg/dL\n" in (shell.folder / "bare.guide").read_text(encoding="utf-8")
    assert shell.run("check", path).out == "trial 1.0.0: 2 rules, no findings\n"


def test_fmt_prints_standard_input(shell: Shell, stdin: Callable[[str], None]) -> None:
    stdin(GUIDELINE.replace("    when", "  when"))
    assert shell.run("fmt", "-").out == GUIDELINE


def test_fmt_leaves_a_wrong_file_alone(shell: Shell) -> None:
    text = GUIDELINE.replace("when lesion", "wehn lesion")
    ended = shell.run("fmt", shell.file("wrong.guide", text))
    assert (ended.code, ended.out) == (1, "")
    assert "error[G1" in ended.err
    assert (shell.folder / "wrong.guide").read_text(encoding="utf-8") == text


def test_network_as_text_and_json(shell: Shell, guideline: str) -> None:
    text = shell.run("network", guideline).out
    assert "    when phosphorus >= ceiling\n    recommend reduce phosphorus\n" in text
    document = json.loads(shell.run("network", guideline, "--format", "json").out)
    assert f"hash {document['hash']}\n" in text


@pytest.mark.parametrize("name", ["trace", "explain", "network"])
def test_schema(shell: Shell, name: str) -> None:
    schema = json.loads(shell.run("schema", name).out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "schema_version" in schema["properties"]


@pytest.mark.parametrize("command", ["check", "run", "explain", "test", "fmt", "network", "schema"])
def test_help_has_examples_that_stay_on_their_lines(shell: Shell, command: str) -> None:
    ended = shell.run(command, "--help")
    assert ended.code == 0
    assert f"Examples:\n    guidelang {command} " in ended.out


def test_version(shell: Shell) -> None:
    assert shell.run("--version").out.startswith("guidelang ")


def test_a_patient_in_two_inputs_is_told(shell: Shell, guideline: str, patient: str) -> None:
    other = shell.file("other.yaml", "patient: p1\nphosphorus: 4 mg/dL\n")
    ended = shell.run("run", guideline, patient, other, "--as-of", "2024-06-01", "--brief")
    assert ended.code == 0
    assert "warning[G624]: patient `p1` is in" in ended.err
    assert all(path in ended.err for path in (patient, other))
    nameless = [shell.file(f"{n}.yaml", "phosphorus: 4 mg/dL\n") for n in "ab"]
    assert "G624" not in shell.run("run", guideline, *nameless, "--as-of", "2024-06-01").err
    redacted = shell.run("run", guideline, patient, other, "--as-of", "2024-06-01", "--redact").err
    assert "G624" in redacted
    assert patient not in redacted


def test_a_fact_is_explained_too(shell: Shell, guideline: str, patient: str) -> None:
    told = shell.run("explain", guideline, patient, "phosphorus", "--as-of", "2024-06-01")
    assert told.code == 0
    assert "phosphorus = 6.1 mg/dL" in told.out
    assert "What it needs" not in told.out
    assert "lesion is unknown" in shell.run("explain", guideline, patient, "lesion", "--as-of", "2024-06-01").out


def test_a_header_makes_a_table_that_can_be_read(shell: Shell, guideline: str) -> None:
    header = shell.run("facts", guideline, "--format", "header").out
    assert header == "patient,deceased,dialysis,lesion,phosphorus [mg/dL]\n"
    table = shell.file("patients.csv", header + "p1,,yes,no,6.1\n")
    assert "Recommend: reduce phosphorus" in shell.run("run", guideline, table, "--as-of", "2024-06-01").out

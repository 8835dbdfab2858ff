"""`guidelang verify` at the terminal: exit codes, forms of the report, what is told of a wrong call."""

from __future__ import annotations

import json

import pytest

from tests.cli.commands import GUIDELINE, PATIENT, Shell


@pytest.fixture
def deck(shell: Shell) -> tuple[str, ...]:
    """The call that holds the guideline against a deck which agrees."""
    (shell.folder / "patients").mkdir()
    shell.file("patients/p1.yaml", PATIENT)
    expected = shell.file("expected.csv", "case,as_of,lower_phosphorus\np1,2024-06-01,1\n")
    guideline = shell.file("trial.guide", GUIDELINE)
    return ("verify", guideline, "--patients", str(shell.folder / "patients"), "--expected", expected)


def test_a_deck_that_agrees_ends_with_0(shell: Shell, deck: tuple[str, ...]) -> None:
    ended = shell.run(*deck)
    assert (ended.code, ended.err) == (0, "")
    assert "1 of 1 case exact, 1 of 1 value right" in ended.out


def test_differences_end_with_1_and_say_why(shell: Shell, deck: tuple[str, ...]) -> None:
    shell.file("expected.csv", "case,as_of,lower_phosphorus\np1,2024-06-01,0\n")
    ended = shell.run(*deck)
    assert ended.code == 1
    assert "lower_phosphorus: expected 0, got 1" in ended.out
    assert "phosphorus = 6.1 mg/dL" in ended.out
    unexplained = shell.run(*deck, "--why", "0")
    assert "phosphorus = 6.1 mg/dL" not in unexplained.out
    assert "0 of 1 differences are explained" in unexplained.out
    page = shell.run(*deck, "--format", "markdown")
    assert page.code == 1
    assert page.out.startswith("# trial 1.0.0")
    document = json.loads(shell.run(*deck, "--format", "json").out)
    assert (document["cases"], document["exact"], document["agrees"]) == (1, 0, False)
    assert document["differing"][0]["differences"][0]["why"][0] == "lower_phosphorus applies"


def test_the_ending_of_the_output_says_the_form(shell: Shell, deck: tuple[str, ...]) -> None:
    page, data = shell.folder / "report.md", shell.folder / "report.json"
    assert shell.run(*deck, "--output", str(page)).out == ""
    assert page.read_text(encoding="utf-8").startswith("# trial 1.0.0")
    shell.run(*deck, "--output", str(data))
    assert json.loads(data.read_text(encoding="utf-8"))["exact"] == 1
    refused = shell.run(*deck, "--output", str(shell.folder / "report.html"))
    assert refused.code == 2
    assert ".md, .markdown, .json or .txt" in refused.err
    assert shell.run(*deck, "--output", str(page), "--format", "json").code == 2


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_redacted_reports_name_no_case_and_no_day(shell: Shell, deck: tuple[str, ...], format_: str) -> None:
    record = "patient: Jane Roe\ndialysis: yes\nphosphorus: {value: 6.1, unit: mg/dL, time: 2024-05-28}\nroe: x\n"
    shell.file("patients/jane-roe.yaml", record)
    shell.file("patients/roe-2.yaml", "roe: [")
    shell.file("patients/roe-3.yaml", record)
    rows = "case,as_of,lower_phosphorus\njane-roe,2024-06-01,0\nroe-2,2024-06-01,1\nroe-4,2024-06-01,1\n"
    shell.file("expected.csv", rows)
    ended = shell.run(*deck, "--redact", "--format", format_)
    assert ended.code == 1
    for planted in ("roe", "jane", "2024", "-05-28", "days old"):
        assert planted not in (ended.out + ended.err).lower().replace("#", ""), planted
    assert "case-1" in ended.out
    assert "there is no file of that name" in ended.out
    assert "could not be read or evaluated" in ended.out
    assert "phosphorus = 6.1 mg/dL" in ended.out.replace("**", "")
    if format_ == "json":
        assert json.loads(ended.out)["redacted"] is True
    plain = shell.run(*deck, "--format", format_)
    assert "jane-roe" in plain.out
    assert "2024-05-28" in plain.out


@pytest.mark.parametrize(
    "more", [("-k", "zoe-roe"), ("--map", "roe.yaml"), ("--as-of", "roe"), ("--output", "roe.png")]
)
def test_nor_does_a_redacted_call_repeat_what_is_typed_wrongly(
    shell: Shell, deck: tuple[str, ...], more: tuple[str, ...]
) -> None:
    ended = shell.run(*deck, "--redact", *more)
    assert ended.code == 2
    assert "roe" not in (ended.out + ended.err).lower()
    assert "roe" not in shell.run(*deck[:-1], "roe.csv", "--redact").err


def test_what_is_wrong_with_the_deck_is_told_without_its_cells(shell: Shell, deck: tuple[str, ...]) -> None:
    shell.file("expected.csv", "case,as_of,lower_phosphorus\nroe,2024-06-01,Roe\n")
    ended = shell.run(*deck, "--redact")
    assert "error[G705]: the table of expected results cannot be read, or a cell holds" in ended.err
    assert "roe" not in (ended.out + ended.err).lower()


def test_a_row_without_a_patient_and_a_patient_without_a_row_end_with_1(shell: Shell, deck: tuple[str, ...]) -> None:
    shell.file("expected.csv", "case,as_of,lower_phosphorus\np2,2024-06-01,1\n")
    ended = shell.run(*deck)
    assert ended.code == 1
    assert "p2 (row 2): there is no file of that name" in ended.out
    assert "No row for 1 file of patients: p1.yaml" in ended.out


def test_what_is_typed_wrongly_ends_with_2(shell: Shell, deck: tuple[str, ...]) -> None:
    ended = shell.run(*deck[:-1], "nowhere.csv")
    assert ended.code == 2
    assert "--expected" in ended.err
    assert shell.run(*deck, "--valuesets", "nowhere").code == 2
    assert shell.run("verify", deck[1], "--patients", deck[3]).code == 2
    assert shell.run("verify", "-", *deck[2:]).code == 2
    assert "no case has `zoe` in its name" in shell.run(*deck, "-k", "zoe").err


def test_a_wrong_map_ends_with_1(shell: Shell, deck: tuple[str, ...]) -> None:
    ended = shell.run(*deck, "--map", shell.file("map.yaml", "colums: {a: b}\n"))
    assert ended.code == 1
    assert "error[G701]: `colums` is no key of a map" in ended.err
    assert "did you mean `columns`?" in ended.err

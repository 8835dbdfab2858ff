"""`--redact` and the page formats of `run` and `explain`."""

from __future__ import annotations

import json

import pytest

from .commands import Shell

FORMATS = ("text", "json", "markdown", "html")
RECORD = "patient: Jane Roe\ndialysis: yes\nphosphorus: {value: 6.1, unit: mg/dL, time: 2024-05-28}\nroe: Roe\n"
AS_OF = ("--as-of", "2024-06-01")
PLANTED = ("roe", "jane", "2024-05-28", "2024-06-01")


@pytest.fixture
def record(shell: Shell) -> str:
    return shell.file("jane-roe.yaml", RECORD)


def test_a_page_of_each_format(shell: Shell, guideline: str, record: str) -> None:
    html = shell.run("run", guideline, record, *AS_OF, "--format", "html")
    assert html.code == 0
    assert html.out.startswith("<!DOCTYPE html>")
    assert html.out.endswith("</html>\n")
    markdown = shell.run("run", guideline, record, *AS_OF, "--format", "markdown")
    assert markdown.out.startswith("# A trial\n")
    why = shell.run("explain", guideline, record, "lower_phosphorus", *AS_OF, "--format", "html")
    assert "<h2>lower_phosphorus" in why.out
    why = shell.run("explain", guideline, record, "lower_phosphorus", *AS_OF, "--format", "markdown")
    assert "## lower_phosphorus applies\n" in why.out


def test_several_patients_are_one_page(shell: Shell, guideline: str, record: str, patient: str) -> None:
    html = shell.run("run", guideline, record, patient, *AS_OF, "--format", "html").out
    assert html.count("<!DOCTYPE html>") == 1
    assert html.count("<article") == 2
    markdown = shell.run("run", guideline, record, patient, *AS_OF, "--format", "markdown").out
    assert markdown.count("\n---\n") == 1
    assert markdown.count("# A trial\n") == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_of_the_patient_is_told(shell: Shell, guideline: str, record: str, format_: str) -> None:
    for arguments in (["run", guideline, record], ["explain", guideline, record, "lower_phosphorus"]):
        ended = shell.run(*arguments, *AS_OF, "--redact", "--format", format_)
        assert ended.code == 0
        assert "patient-1" in ended.out
        assert [p for p in PLANTED if p in (ended.out + ended.err).lower()] == []
        plain = shell.run(*arguments, *AS_OF, "--format", format_)
        assert "Jane Roe" in plain.out


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("patient: Jane Roe\nroe: [", ()),
        ("- Roe\n- Jane\n", ()),
        (RECORD, ("--patient", "Roe")),
        (f"{RECORD}---\n{RECORD.replace('Jane Roe', 'Roe 2')}", ()),
        (RECORD, ("--attest", "roe.json")),
        ("", ()),
    ],
)
def test_nor_by_what_went_wrong(shell: Shell, guideline: str, text: str, more: tuple[str, ...]) -> None:
    record = shell.file("jane-roe.yaml", text)
    for arguments in (["run", guideline, record], ["explain", guideline, record, "lower_phosphorus"]):
        ended = shell.run(*arguments, *AS_OF, "--redact", *more)
        assert [p for p in PLANTED if p in (ended.out + ended.err).lower()] == []
        if arguments[0] == "explain":
            assert ended.code != 0
            assert ended.err


def test_a_file_that_is_not_there_is_not_named(shell: Shell, guideline: str, record: str) -> None:
    ended = shell.run("run", guideline, record.replace("roe", "roes"), "--redact")
    assert ended.code == 2
    assert "roe" not in ended.err.lower()


def test_one_name_for_one_patient_through_a_run(shell: Shell, guideline: str, record: str, patient: str) -> None:
    out = shell.run("run", guideline, record, patient, *AS_OF, "--redact", "--format", "json").out
    assert [json.loads(line)["patient"] for line in out.splitlines()] == ["patient-1", "patient-2"]


def test_a_patient_in_the_guidelines_place_is_not_named(shell: Shell, guideline: str, record: str) -> None:
    ended = shell.run("run", record, guideline, "--redact")
    assert ended.code == 2
    assert "roe" not in ended.err.lower()


@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_a_page_goes_to_a_file(shell: Shell, guideline: str, record: str, format_: str) -> None:
    output = shell.folder / "page"
    ended = shell.run("run", guideline, record, *AS_OF, "--format", format_, "--output", str(output))
    assert (ended.code, ended.out) == (0, "")
    assert "Jane Roe" in output.read_text(encoding="utf-8")


@pytest.mark.parametrize("format_", ["mermaid", "dot"])
def test_a_picture_tells_nothing_of_the_patient(shell: Shell, guideline: str, record: str, format_: str) -> None:
    arguments = ("graph", guideline, "--patient", record, *AS_OF, "--format", format_)
    ended = shell.run(*arguments, "--redact")
    assert ended.code == 0
    assert "Patient patient-1" in ended.out
    assert "6.1 mg/dL" in ended.out
    assert [p for p in PLANTED if p in (ended.out + ended.err).lower()] == []
    assert "Jane Roe" in shell.run(*arguments).out


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "{folder}/jane-roe", "{record}"),
        ("run", "{folder}/jane-roe.txt", "{record}"),
        ("explain", "jane roe", "{record}", "lower_phosphorus"),
        ("explain", "{guideline}", "{record}", "jane-roe"),
        ("explain", "{guideline}", "{record}", "lower_phosphorus", "jane-roe"),
        ("graph", "{folder}/jane-roe.guide"),
        ("graph", "{guideline}", "--patient", "{folder}/roe.yaml"),
        ("graph", "{guideline}", "--patient", "{record}", "--rule", "roe"),
        ("graph", "{guideline}", "--patient", "{record}", "--patient-id", "roe"),
        ("run", "{guideline}", "{record}", "--output", "{folder}/none/jane-roe.txt"),
        ("run", "{guideline}", "{record}", "--as-of", "2024-05-28 Roe"),
        ("run", "{guideline}", "{record}", "--engine", "jane-roe"),
    ],
)
def test_what_was_mistyped_may_be_a_patient(
    shell: Shell, guideline: str, record: str, arguments: tuple[str, ...]
) -> None:
    (shell.folder / "jane-roe").mkdir()
    shell.file("jane-roe.txt", "Jane Roe\n")
    names = {"guideline": guideline, "record": record, "folder": str(shell.folder)}
    ended = shell.run(*(argument.format(**names) for argument in arguments), "--redact")
    assert ended.code in (1, 2)
    assert ended.err
    assert [p for p in PLANTED if p in (ended.out + ended.err).lower()] == []


def test_a_wrong_guideline_is_told_of_in_full_all_the_same(shell: Shell, record: str) -> None:
    path = shell.file("wrong.guide", "guideline wrong version 1.0.0\n\nrule a\n    when lesions\n")
    ended = shell.run("run", path, record, "--redact")
    assert ended.code == 1
    assert "wrong.guide:" in ended.err

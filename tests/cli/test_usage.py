"""What was typed wrongly ends with 2, says what would be right, and prints no result."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from guidelang_cli.main import application

from .commands import GUIDELINE, Shell


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "{guideline}", "{folder}/p1.yml"], "did you mean `p1.yaml`?"),
        (["run", "{folder}/trail.guide", "{patient}"], "there is no guideline"),
        (["run", "calcifylaxis", "{patient}"], "did you mean `calciphylaxis`?"),
        (["run", "{guideline}", "{patient}", "--as-of", "2024-6-1"], "YYYY-MM-DD"),
        (["run", "{guideline}", "{patient}", "--as-of", "yesterday"], "YYYY-MM-DD"),
        (["run", "{guideline}", "{patient}", "--time-zone", "Mars"], "unknown time zone"),
        (["run", "{guideline}", "{patient}", "--engine", "rete"], "`rete` is unknown; expected durable or direct\n"),
        (["run", "{guideline}", "{patient}", "--engine", "dirct"], "did you mean `direct`?"),
        (["run", "{guideline}", "{patient}", "--param", "ceiling"], "is not NAME=VALUE"),
        (["run", "{guideline}", "{patient}", "--param", "ceilin=5 mg/dL"], "did you mean `ceiling`?"),
        (["run", "{guideline}", "{patient}", "--param", "ceiling=5 kg"], "kg"),
        (["run", "{guideline}", "{patient}", "--param", "ceiling=five"], "five"),
        (["run", "{guideline}", "{patient}", "--param", "ceiling=5 mg/dL", "--param", "ceiling=6 mg/dL"], "set twice"),
        (["run", "{guideline}", "{patient}", "--complete", "medications"], "did you mean `medication`?"),
        (["run", "{guideline}", "{patient}", "--attest", "{folder}/none.yaml"], "there is no file"),
        (["run", "-", "-"], "only once"),
        (["run", "{patient}", "{guideline}"], "the guideline comes first"),
        (["explain", "{guideline}", "{patient}", "dres"], "did you mean `dress`?"),
        (["explain", "{guideline}", "dress", "{patient}"], "the rule comes last"),
        (["test", "{guideline}", "-k", "zzz"], "no example has `zzz` in its name"),
        (["check", "{folder}/none.guide"], "there is no guideline"),
        (["check", "{guideline}", "--source", "book={folder}/none.txt"], "there is no file"),
        (["check", "{guideline}", "--source", "bok={patient}"], "did you mean `book`?"),
        (["test", "{folder}/none.guide"], "there is no guideline"),
        (["fmt", "{folder}/none.guide"], "there is no file or folder"),
        (["schema", "rule"], "trace"),
        (["run", "{guideline}"], "PATIENT"),
        (["runn"], "runn"),
    ],
)
def test_usage(shell: Shell, guideline: str, patient: str, arguments: list[str], told: str) -> None:
    names = {"guideline": guideline, "patient": patient, "folder": str(shell.folder)}
    ended = shell.run(*(argument.format(**names) for argument in arguments))
    assert ended.code == 2
    assert told in ended.out + ended.err
    if arguments[0] not in ("check", "test"):
        assert ended.out == ""
    assert "Traceback" not in ended.err


def test_a_wrong_guideline_is_no_matter_of_usage_even_with_parameters(shell: Shell, patient: str) -> None:
    path = shell.file("wrong.guide", GUIDELINE.replace("when lesion", "when lesions"))
    assert shell.run("run", path, patient, "--param", "ceiling=6 mg/dL").code == 1


def test_a_mistyped_guideline_and_mistyped_patients_are_told_in_one_run(shell: Shell, guideline: str) -> None:
    absent = [str(shell.folder / name) for name in ("none.guide", "none.yaml", "nobody.yaml")]
    for arguments in (["run", *absent], ["graph", absent[0], "--patient", absent[1], "--attest", absent[2]]):
        ended = shell.run(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert [name for name in absent if name not in ended.err] == []
    wrong = shell.file("wrong.guide", GUIDELINE.replace("when lesion", "when lesions"))
    ended = shell.run("run", wrong, absent[1])
    assert ended.code == 1
    assert "`lesions`" in ended.err
    assert absent[1] in ended.err


def test_the_table_of_options_has_every_command_that_takes_one() -> None:
    """For each option in the table of the documents that not all commands take."""
    commands = typer.main.get_command(application()).commands
    taken = {name: {word for given in command.params for word in given.opts} for name, command in commands.items()}
    listed: dict[str, set[str]] = {}
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    table = page.split("## Options that several commands take", 1)[1].split("\n\n")[1]
    for row in table.splitlines()[2:]:
        options, of = row.split(" | ")[0], re.sub(r"\([^)]*\)", "", row.split(" | ")[1])
        if of == "all":
            continue
        for option in re.findall(r"--[a-z-]+", options):
            listed.setdefault(option, set()).update(word.strip() for word in of.split(","))
    assert "--as-of" in listed
    for option, of in listed.items():
        assert of == {name for name, has in taken.items() if option in has}, option

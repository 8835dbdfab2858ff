"""Commands on a guideline in several editions."""

from __future__ import annotations

import json

import pytest

from .commands import GUIDELINE, PATIENT, Shell

DAY = ("--as-of", "2024-06-01")


@pytest.fixture
def home(shell: Shell) -> str:
    """Two editions, of which the newer one lets phosphorus rise further."""
    for mark, day, ceiling in (("2003", "2003-01-01", "5.5"), ("2017", "2017-01-01", "8.5")):
        text = GUIDELINE.replace("version 1.0.0", f"version {mark}.1.0\n    effective {day}")
        assert "5.5 mg/dL" in text
        (shell.folder / "editions" / mark).mkdir(parents=True)
        shell.file(f"editions/{mark}/trial.guide", text.replace("5.5 mg/dL", f"{ceiling} mg/dL"))
    return str(shell.folder / "editions")


def version(shell: Shell, *arguments: str) -> str:
    done = shell.run(*arguments, "--format", "json")
    assert done.code == 0, done.err
    return str(json.loads(done.out)["guideline"]["version"])


def test_run_takes_the_edition_of_the_evaluation_day(shell: Shell, home: str) -> None:
    patient = shell.file("p1.yaml", PATIENT)
    assert version(shell, "run", home, patient, *DAY) == "2017.1.0"
    assert version(shell, "run", home, patient, "--as-of", "2016-12-31") == "2003.1.0"
    assert version(shell, "run", f"{home}@2003", patient, *DAY) == "2003.1.0"
    assert version(shell, "explain", home, patient, "dialysis", "--as-of", "2016-12-31") == "2003.1.0"


def test_check_and_test_take_all_editions_unless_one_is_named(shell: Shell, home: str) -> None:
    told = shell.run("check", home).out.splitlines()
    assert [line.split(":")[0] for line in told if line.startswith("trial ")] == ["trial 2003.1.0", "trial 2017.1.0"]
    (told_of_one,) = [line for line in shell.run("check", f"{home}@2017").out.splitlines() if line.startswith("trial ")]
    assert told_of_one.startswith("trial 2017.1.0: ")
    both = json.loads(shell.run("test", home, "--format", "json").out)
    assert len({result["file"] for result in both["files"]}) == 2
    one = json.loads(shell.run("test", f"{home}@2003", "--format", "json").out)
    assert {result["file"] for result in one["files"]} == {str(shell.folder / "editions" / "2003" / "trial.guide")}


@pytest.mark.parametrize("command", ["check", "test", "facts", "network", "graph"])
def test_an_edition_that_is_not_there_is_a_usage_error(shell: Shell, home: str, command: str) -> None:
    done = shell.run(command, f"{home}@2010")
    assert done.code == 2
    assert "G010" in done.out + done.err
    assert "@2017" in done.out + done.err


@pytest.mark.parametrize("command", ["facts", "network", "graph"])
def test_other_commands_take_one(shell: Shell, home: str, command: str) -> None:
    assert shell.run(command, home).code == 0
    assert shell.run(command, f"{home}@2003").code == 0
    assert "8.5 mg/dL" in shell.run("network", home).out
    assert "8.5 mg/dL" not in shell.run("network", f"{home}@2003").out


def test_a_parameter_of_another_edition_is_a_usage_error(shell: Shell, home: str) -> None:
    patient = shell.file("p1.yaml", PATIENT)
    done = shell.run("run", home, patient, *DAY, "--param", "ceiling=5 furlong")
    assert done.code == 2

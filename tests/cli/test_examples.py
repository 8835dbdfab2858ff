"""`guidelang test`: what it prints and writes, how it ends, and how it goes on."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from guidelang.testing.document import ExamplesDocument
from guidelang_cli import watching

from .commands import GUIDELINE, Shell

WRONG = GUIDELINE.replace("expect lower_phosphorus", "expect not lower_phosphorus, recommend order wound_care")


def test_each_failure_has_its_place_and_its_why(shell: Shell) -> None:
    ended = shell.run("test", shell.file("wrong.guide", WRONG))
    assert ended.code == 1
    assert "expected `lower_phosphorus` not to apply, but it applies  line 34" in ended.out
    assert "expected the advice `recommend order wound_care`, but it is not given" in ended.out
    assert "dress undecided" in ended.out


def test_nothing_tested_is_an_error(shell: Shell) -> None:
    bare = shell.file("bare.guide", GUIDELINE.partition("example")[0])
    ended = shell.run("test", bare)
    assert (ended.code, ended.out) == (1, "")
    assert f"there is no example in {bare}, so nothing was tested" in ended.err
    other = shell.file("trial.guide", GUIDELINE.replace("trial", "other"))
    ended = shell.run("test", bare, other)
    assert (ended.code, ended.out) == (0, "1 passed, 0 failed\n")
    assert f"{bare}: no examples" in ended.err
    assert shell.run("test", bare, other, "--quiet").err == ""


def test_json_is_what_the_schema_says(shell: Shell) -> None:
    text = shell.run("test", shell.file("wrong.guide", WRONG), "--format", "json").out
    assert ExamplesDocument.model_validate_json(text).failed == 1
    schema = json.loads(shell.run("schema", "test").out)
    assert set(schema["properties"]) == set(json.loads(text)) == {"passed", "failed", "files"}


def test_junit_is_written_beside_the_result(shell: Shell, guideline: str) -> None:
    path = shell.folder / "report.xml"
    ended = shell.run("test", guideline, "--junit", str(path))
    assert (ended.code, ended.out) == (0, "1 passed, 0 failed\n")
    root = ET.parse(path).getroot()
    assert [(case.get("classname"), case.get("name")) for case in root.iter("testcase")] == [("trial 1.0.0", "high")]
    broken = shell.file("broken.guide", GUIDELINE.replace("when lesion", "when lesions"))
    assert shell.run("test", broken, "--junit", str(path)).code == 1
    assert [error.get("type") for error in ET.parse(path).getroot().iter("error")] == ["G201"]
    refused = shell.run("test", guideline, "--junit", str(shell.folder / "none" / "report.xml"))
    assert refused.code == 2
    assert "cannot write" in refused.err


def test_processes_print_what_one_prints(shell: Shell, guideline: str) -> None:
    wrong = shell.file("wrong.guide", WRONG.replace("guideline trial", "guideline wrong"))
    alone = shell.run("test", guideline, wrong)
    assert alone.out.endswith("1 passed, 1 failed\n")
    assert shell.run("test", guideline, wrong, "--jobs", "2") == alone


def test_watching_runs_again_when_a_file_changes(shell: Shell, guideline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(guideline)
    texts = iter([WRONG, "guideline", GUIDELINE])

    def wait(before: object) -> list[Path]:
        text = next(texts, None)
        if text is None:
            raise KeyboardInterrupt
        path.write_text(text, encoding="utf-8")
        return [path]

    monkeypatch.setattr(watching, "wait_for_change", wait)
    ended = shell.run("test", guideline, "--watch")
    told = [line for line in ended.out.splitlines() if line.endswith("failed")]
    assert told == ["1 passed, 0 failed", "0 passed, 1 failed", "1 passed, 0 failed"]
    assert ended.err.count(f"{path} changed") == 3
    assert "error[G101]" in ended.err
    assert ended.code == 0


def test_watching_ends_with_the_code_of_the_last_run(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(before: object) -> list[Path]:
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "wait_for_change", wait)
    wrong = shell.file("wrong.guide", WRONG)
    assert shell.run("test", wrong, "--watch").code == 1
    assert shell.run("test", wrong, "--watch", "-k", "nobody").code == 2
    assert shell.run("test", "-", "--watch").code == 2

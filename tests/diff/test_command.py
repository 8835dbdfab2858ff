"""`guidelang diff`: exit codes, forms, revisions of git, and git's diff driver."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guidelang.diff.document import DiffDocument
from guidelang_cli.main import main

from ..docs.documents import ROOT, blocks

GUIDE = """\
guideline trial version 1.0.0
    source book "A book"

use vocabulary own

rule lower
    when phosphorus > 5.5 mg/dL
    recommend reduce phosphorus "Less `phosphorus` <b>now</b>."
    cite book 1
"""
VOCABULARY = """\
vocabulary own version 1.0.0

fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1
    within 31 days
    plausible 0.5 to 20 mg/dL
"""
PART = "part of trial\n\nrule ask when phosphorus is missing recommend measure phosphorus cite book 2\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits: the second one has another vocabulary, and `>=`; the working tree as committed."""
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    home = tmp_path / "guides" / "trial"
    home.mkdir(parents=True)
    (tmp_path / "guides" / "vocabulary").mkdir()
    (tmp_path / "guides" / "vocabulary" / "own.guide").write_text(VOCABULARY)
    (home / "trial.guide").write_text(GUIDE)
    (home / "part.guide").write_text(PART)
    git("init", "--quiet", "--initial-branch=main")
    git("config", "user.name", "A")
    git("config", "user.email", "a@example.org")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    (tmp_path / "guides" / "vocabulary" / "own.guide").write_text(VOCABULARY.replace("31 days", "62 days"))
    (home / "trial.guide").write_text(GUIDE.replace("> 5.5", ">= 5.5"))
    git("commit", "--quiet", "-am", "second")
    return tmp_path


def git(*words: str, path: str | None = None) -> str:
    environment = {**os.environ, **({"PATH": path} if path else {})}
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True, env=environment).stdout


def diff(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["diff", "--as-of", "2024-06-01", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def written(folder: Path, old: str, new: str) -> tuple[str, str]:
    (folder / "old.guide").write_text(old)
    (folder / "new.guide").write_text(new)
    return str(folder / "old.guide"), str(folder / "new.guide")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("A book", "Another book"), 0),
        (("rule lower", 'rule lower "Less"'), 0),
        (("cite book 1", "cite book 3"), 0),
        (("> 5.5", ">= 5.5"), 1),
        (("recommend reduce", "suggest reduce"), 1),
    ],
)
@pytest.mark.parametrize("by", ["text", "meaning"])
def test_the_exit_code_says_whether_the_meaning_changed(
    folder: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], code: int, by: str
) -> None:
    whole = GUIDE.replace("use vocabulary own\n", VOCABULARY.partition("\n\n")[2])
    names = written(folder, whole, whole.replace(*change))
    assert diff(capsys, *names, *(["--text-only"] if by == "text" else []))[0] == code


def test_usage_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = diff(capsys, "calciphylaxis")
    assert code == 2
    assert "two editions are compared" in err
    assert diff(capsys, "nowhere.guide", "calciphylaxis")[0] == 2
    assert diff(capsys, "calciphylaxis", "calciphylaxis", "--output", "x.csv")[0] == 2


def test_errors_of_both_editions_are_told_in_one_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = diff(capsys, *written(folder, "guideline a version 1\nrule r when x\n", "guideline b\n"))
    assert code == 1
    assert out == ""
    assert "old.guide" in err
    assert "new.guide" in err


def test_json_follows_its_schema(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = diff(capsys, "HEAD~1:guides/trial", "HEAD:guides/trial", "--format", "json")
    document = DiffDocument.model_validate_json(out)
    assert code == 1
    assert document.changed
    assert document.meaning is not None
    assert {each.advice: each.verdict for each in document.meaning.advice}["reduce phosphorus"] != "same"
    assert json.loads(out)["text"][0]["old_place"] == "HEAD~1:guides/vocabulary/own.guide:5"


def test_pages_escape_what_a_guideline_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = GUIDE.replace("use vocabulary own\n", VOCABULARY.partition("\n\n")[2])
    names = written(folder, whole, whole.replace("<b>now</b>", "<script>now</script>"))
    for form in ("html", "markdown"):
        _, out, _ = diff(capsys, *names, "--format", form)
        assert "<script>" not in re.sub(r"`+[^`]*`+", "", out)
    _, out, _ = diff(capsys, *names, "--format", "html")
    assert "&lt;script&gt;" in out
    assert out.startswith("<!DOCTYPE html>")


def test_a_revision_is_read_with_its_own_vocabulary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = diff(capsys, "HEAD~1:guides/trial", "guides/trial", "--text-only")
    assert code == 1
    text = " ".join(out.split())
    assert "Fact phosphorus: window of observation 31 days becomes 62 days guides/vocabulary/own.guide:5" in text
    assert "at or above 5.5 mg/dL" in text
    assert "Text (2)" in text  # the part of another file is read too


@pytest.mark.parametrize(
    "where", ["HEAD:guides/trial", "main:guides/trial/trial.guide", ":guides/trial", "HEAD:./guides/trial"]
)
def test_names_of_revisions(folder: Path, capsys: pytest.CaptureFixture[str], where: str) -> None:
    assert diff(capsys, where, "guides/trial", "--text-only")[0] == 0


def test_a_path_may_begin_at_the_working_folder(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "guides")
    assert diff(capsys, "HEAD~1:./trial", "HEAD:guides/trial", "--text-only")[0] == 1
    code, _, err = diff(capsys, "HEAD:trial", "trial")
    assert code == 2
    assert "write `HEAD:./trial`" in err


def test_a_shipped_vocabulary_is_read_where_the_revision_has_none(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "one.guide").write_text(GUIDE.replace("vocabulary own", "vocabulary nephrology"))
    git("add", ".")
    git("commit", "--quiet", "-m", "third")
    assert diff(capsys, "HEAD:one.guide", "one.guide", "--text-only")[0] == 0


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("HEAD~9:guides/trial", "no revision `HEAD~9`"),
        ("mian:guides/trial", "did you mean `main`?"),
        ("HEAD:guides/trail", "did you mean `guides/trial`?"),
        ("--output=x:guides/trial", "no revision"),
    ],
)
def test_what_git_does_not_have_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], where: str, said: str
) -> None:
    code, _, err = diff(capsys, "--text-only", "--", where, "guides/trial")
    assert code == 2
    assert "G011" in err
    assert said in " ".join(err.split())


def test_no_repository_and_no_git(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "no git repository" in " ".join(diff(capsys, "HEAD:a.guide", "calciphylaxis")[2].split())
    monkeypatch.setenv("PATH", "")
    assert "git is not installed" in diff(capsys, "HEAD:a.guide", "calciphylaxis")[2]


def test_errors_of_a_revision_stand_where_they_were(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "guides" / "trial" / "trial.guide").write_text(GUIDE.replace("phosphorus >", "phosphorous >"))
    git("commit", "--quiet", "-am", "broken")
    code, _, err = diff(capsys, "HEAD:guides/trial", "guides/trial")
    assert code == 1
    assert "--> HEAD:guides/trial/trial.guide:7" in err
    assert "guidelang-" not in err


@pytest.fixture
def path_with_command(folder: Path) -> str:
    """A PATH on which `guidelang` is the one that is tested."""
    command = folder / "bin" / "guidelang"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m guidelang_cli.main "$@"\n')
    command.chmod(0o755)
    os.environ.setdefault("PYTHONPATH", os.pathsep.join(str(ROOT / name) for name in ("engine", "cli")))
    return f"{command.parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.skipif(os.name == "nt" or shutil.which("git") is None, reason="needs a shell and git")
def test_git_shows_guidelines_with_the_driver_of_the_document(folder: Path, path_with_command: str) -> None:
    (block,) = [b for b in blocks(ROOT / "docs" / "diff.md") if "diff.guidelang.command" in b.text]
    subprocess.run(["sh", "-e"], input=block.text, text=True, check=True, cwd=folder)
    home = folder / "guides" / "trial"
    (home / "part.guide").write_text(PART.replace("recommend", "suggest"))
    (folder / "guides" / "new.guide").write_text(GUIDE)
    git("add", "--intent-to-add", "guides/new.guide")
    shown = " ".join(git("diff", path=path_with_command).split())
    assert "diff --guidelang a/guides/trial/part.guide b/guides/trial/part.guide" in shown
    assert "Rule ask: measuring phosphorus: recommended becomes suggested b/guides/trial/part.guide:3" in shown
    assert "a new file" in shown
    shown = " ".join(git("show", "--ext-diff", "HEAD", path=path_with_command).split())
    assert "threshold for reducing phosphorus: above 5.5 mg/dL becomes at or above 5.5 mg/dL" in shown
    assert "Fact phosphorus: window of observation 31 days becomes 62 days" in shown
    (home / "part.guide").write_text(PART.replace("missing", "mising"))
    shown = git("diff", "guides/trial/part.guide", path=path_with_command)
    assert "shown line by line, for b/guides/trial/part.guide has errors" in shown
    assert "-rule ask when phosphorus is missing" in shown


@pytest.mark.parametrize("count", [2, 6, 10])
def test_a_driver_needs_what_git_gives(folder: Path, capsys: pytest.CaptureFixture[str], count: int) -> None:
    assert diff(capsys, "--driver", *(["x"] * count))[0] == 2

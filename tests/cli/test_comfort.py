"""Quiet, plain, complete, patient: what makes a command line pleasant, and never gets in the way."""

from __future__ import annotations

import io
import ntpath
import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.console import Console

from guidelang_cli.paths import completions, is_device, looks_like_path
from guidelang_cli.progress import Work

from .commands import GUIDELINE, Shell, process

DAY = ("--as-of", "2024-06-01")
UNUSED = GUIDELINE.replace("phosphorus >= ceiling", "phosphorus >= 5.5")


def test_quiet_leaves_results_and_errors(shell: Shell, patient: str) -> None:
    path = shell.file("hinted.guide", UNUSED)
    csv = shell.file("p.csv", "patient,phosphorus,nonsense,dialysis,lesion\np1,6.1 mg/dL,1,yes,\n")
    told = shell.run("run", path, csv, *DAY)
    for arguments in (("-q", "run", path, csv, *DAY), ("run", path, csv, *DAY, "--quiet")):
        quiet = shell.run(*arguments)
        assert told.err != ""
        assert (quiet.code, quiet.out, quiet.err) == (0, told.out, "")
    assert "hint[G901]" in shell.run("check", path).out
    assert shell.run("check", path, "-q").out == "trial 1.0.0: 2 rules, 1 warning, 1 hint\n"
    wrong = shell.file("wrong.guide", GUIDELINE.replace("when lesion", "when lesions"))
    assert "error[G201]" in shell.run("-q", "run", wrong, patient).err
    assert "hint[G901]" in shell.run("check", path).out  # the command before was quiet, this one is not


@pytest.mark.parametrize("arguments", [("--no-color", "run"), ("run", "--no-color")])
def test_no_color_even_where_color_is_forced(guideline: str, patient: str, arguments: tuple[str, ...]) -> None:
    variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    variables |= {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    assert b"\x1b[" in process("run", guideline, patient, *DAY, env=variables).stdout
    assert b"\x1b[" not in process(*arguments, guideline, patient, *DAY, env=variables).stdout
    assert b"\x1b[" not in process("run", guideline, patient, *DAY, env={**variables, "NO_COLOR": "1"}).stdout


@pytest.mark.parametrize("columns", ["0", "-5", "wide", "²", "9" * 30])
def test_a_width_that_is_none_is_not_believed(guideline: str, patient: str, columns: str) -> None:
    done = process("run", guideline, patient, *DAY, env={**os.environ, "COLUMNS": columns})
    assert done.returncode == 0
    assert 40 < max(len(line) for line in done.stdout.decode().splitlines()) <= 80


# ---- completion -----------------------------------------------------------------------------------------------------


def _offered(words: str) -> list[str]:
    variables = {
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_GUIDELANG_COMPLETE": "complete_bash",
    }
    done = process(env={**os.environ, **variables})
    return done.stdout.decode().split()


def test_the_shell_completes_guidelines_rules_engines_and_parameters(guideline: str) -> None:
    assert _offered("guidelang run calciphylaxis_") == ["calciphylaxis_transplant"]
    assert _offered("guidelang run ckd") == ["ckd_mbd", "ckd_mbd@2003", "ckd_mbd@2009", "ckd_mbd@2017"]
    assert _offered("guidelang explain ckd_mbd@2003 p.yaml treat") == ["treat_high_pth"]
    assert guideline in _offered(f"guidelang check {guideline[:-6]}")
    assert _offered(f"guidelang explain {guideline} p.yaml d") == ["deceased", "dialysis", "dress"]
    assert _offered(f"guidelang explain {guideline} p.yaml s") == ["scope"]
    assert _offered(f"guidelang graph {guideline} --rule l") == ["lower_phosphorus"]
    assert _offered(f"guidelang run {guideline} --param c") == ["ceiling="]
    assert _offered("guidelang run calciphylaxis --engine d") == ["durable", "direct"]
    assert _offered("guidelang new x --vocabulary n") == ["nephrology"]


def test_completion_of_a_wrong_guideline_offers_nothing(shell: Shell) -> None:
    wrong = shell.file("wrong.guide", "guideline {")
    assert _offered(f"guidelang explain {wrong} p.yaml d") == []


# ---- paths of other systems -----------------------------------------------------------------------------------------

FOLDERS = {
    "": [("Notes.guide", False), ("notes.txt", False), ("north", True), (".git", True)],
    "C:\\work\\": [("Anemia.GUIDE", False), ("data", True)],
    "C:": [("here.guide", False)],
    "C:/notes/": [("data", True)],
    "\\\\server\\share\\": [("far.guide", False)],
    "work/": [("data", True), ("a\\b.guide", False)],
}


def _entries(folder: str) -> Iterable[tuple[str, bool]]:
    return FOLDERS.get(folder, [])


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("no", ["Notes.guide", "north\\"]),
        ("C:\\work\\a", ["C:\\work\\Anemia.GUIDE"]),
        ("C:\\work\\", ["C:\\work\\Anemia.GUIDE", "C:\\work\\data\\"]),
        ("C:h", ["C:here.guide"]),
        ("C:/notes/d", ["C:/notes/data/"]),
        ("\\\\server\\share\\f", ["\\\\server\\share\\far.guide"]),
        ("D:\\nothing", []),
    ],
)
def test_paths_of_windows_are_completed(typed: str, offered: list[str]) -> None:
    assert completions(typed, _entries, (".guide",), ntpath) == offered


def test_paths_of_unix_are_completed() -> None:
    assert completions("no", _entries, (".guide",), posixpath) == ["north/"]
    assert completions("N", _entries, (".guide",), posixpath) == ["Notes.guide"]
    assert completions("work/", _entries, (".guide",), posixpath) == ["work/a\\b.guide", "work/data/"]
    assert completions(".", _entries, (".guide",), posixpath) == [".git/"]


@pytest.mark.parametrize("path", ["C:\\a.guide", "C:a", "a\\b", "a/b", "\\\\server\\share"])
def test_a_path_of_windows_is_no_name(path: str) -> None:
    assert looks_like_path(path, ntpath)
    assert not looks_like_path("calciphylaxis", ntpath)
    assert not looks_like_path("C:a", posixpath)


@pytest.mark.parametrize(("name", "device"), [("con", True), ("NUL.guide", True), ("lpt9", True), ("console", False)])
def test_device_names(name: str, device: bool) -> None:
    assert is_device(name) is device


def test_a_setting_may_hold_a_path_of_windows(shell: Shell, guideline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shell.folder)
    file = shell.file("C:book.txt", "One sentence. Another one.")
    assert shell.run("check", guideline, "--source", f"book={Path(file).name}").code == 0


def test_a_file_whose_name_looks_like_a_text_is_read(
    shell: Shell, guideline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shell.folder)
    shell.file("{a}.yaml", "patient: p1\ndialysis: yes\nphosphorus: 6.1 mg/dL\n")
    assert "lower_phosphorus" in shell.run("run", guideline, "{a}.yaml", *DAY).out


# ---- progress -------------------------------------------------------------------------------------------------------


def _terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=80)


def _written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_long_run_shows_how_many_are_done() -> None:
    console = _terminal()
    work = Work("running trial", console, patience=0)
    work.begun.wait(10)
    work.reached(2, 7, "patients")
    work.reached(3_000_000, 12_000_000, "bytes")
    work.end()
    assert "running trial" in _written(console)
    assert "3 of 12 MB" in _written(console)


def test_a_short_run_shows_nothing() -> None:
    console = _terminal()
    work = Work("running trial", console, patience=1000)
    work.reached(1, 7, "patients")
    work.end()
    work.end()
    assert _written(console) == ""


def test_no_progress_without_a_terminal(guideline: str, patient: str) -> None:
    assert process("run", guideline, *[patient] * 3, *DAY).stderr == b""

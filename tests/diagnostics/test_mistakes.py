"""What the terminal says of typical mistakes: one file each in `mistakes/`, with the answer in `golden/`.

Read a golden file as somebody who has never seen the language: it has to say what is wrong and what to write instead.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang_cli.main import main

from ..golden import Golden

FOLDER = Path(__file__).parent / "mistakes"
FILES = sorted(FOLDER.glob("*.guide"))
LEGAL = ("and_or_mixed", "odd_indentation", "unit_left_out")
"""These are fine, or get a hint."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_said(
    path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("NO_COLOR", "1")
    code = main(["check", path.name, "--lint", "G920=off"])
    printed = capsys.readouterr()
    assert printed.err == ""
    assert code == (0 if path.stem in LEGAL else 1)
    golden.check(f"{path.stem}.txt", printed.out)


def test_every_golden_file_has_its_mistake() -> None:
    golden = sorted(path.stem for path in (FOLDER.parent / "golden").glob("*.txt"))
    assert golden == [path.stem for path in FILES]


@pytest.mark.parametrize("path", [f for f in FILES if f.stem not in LEGAL], ids=lambda path: path.stem)
def test_every_error_says_what_to_do(path: Path, golden: Golden) -> None:
    said = (FOLDER.parent / "golden" / f"{path.stem}.txt").read_text(encoding="utf-8")
    for finding in said.split("\n\n"):
        assert " = help: " in finding or " = expected: " in finding

"""Running commands as a shell does, with files written for these tests."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from guidelang_cli.main import main

GUIDELINE = """\
guideline trial version 1.0.0
    title "A trial"
    source book "A book"
    applies to dialysis

parameter ceiling = 5.5 mg/dL

fact dialysis is yes or no
    from condition SNOMED CT 46177005

fact lesion is yes or no
    from condition SNOMED CT 95320005

fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1
    within 31 days
    plausible 0.5 to 20 mg/dL

intervention wound_care "Wound care"

rule lower_phosphorus
    when phosphorus >= ceiling
    recommend reduce phosphorus
    cite book 1

rule dress
    when lesion
    recommend order wound_care
    cite book 2

example "high"
    on 2024-06-01
    given dialysis, phosphorus 6 mg/dL
    expect lower_phosphorus
    expect undecided dress needs lesion
"""
PATIENT = "patient: p1\ndialysis: yes\nphosphorus: 6.1 mg/dL\n"


@dataclass(frozen=True)
class Ended:
    """What a command gave."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Runs commands in this process; its files are in `folder`."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        return str(path)

    def run(self, *arguments: str) -> Ended:
        self.capsys.readouterr()
        code = main(arguments)
        captured = self.capsys.readouterr()
        return Ended(code, captured.out, captured.err)


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, where streams matter."""
    command = [sys.executable, "-m", "guidelang_cli.main", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload, no-any-return]  # passed on

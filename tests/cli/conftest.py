"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from .commands import GUIDELINE, PATIENT, Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


@pytest.fixture
def guideline(shell: Shell) -> str:
    return shell.file("trial.guide", GUIDELINE)


@pytest.fixture
def patient(shell: Shell) -> str:
    return shell.file("p1.yaml", PATIENT)

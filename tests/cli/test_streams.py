"""Encodings, colors, pipes and interrupts, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import PATIENT, Shell, process

DAY = ("--as-of", "2024-06-01")


def test_a_terminal_without_unicode_gets_trees_of_ascii(guideline: str, patient: str) -> None:
    done = process("run", guideline, patient, *DAY, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"`-- when" in done.stdout
    assert done.stdout.isascii()


def test_json_survives_an_encoding_that_lacks_its_characters(shell: Shell, guideline: str) -> None:
    patient = shell.file("p.yaml", PATIENT.replace("p1", "Zoë 𝔸"))
    done = process("run", guideline, patient, *DAY, "--format", "json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout)["patient"] == "Zoë 𝔸"


def test_pages_are_as_wide_as_the_terminal_says(guideline: str, patient: str) -> None:
    done = process("run", guideline, patient, *DAY, env={**os.environ, "COLUMNS": "40"})
    assert max(len(line) for line in done.stdout.decode().splitlines()) <= 40


@pytest.mark.parametrize(
    ("variables", "colored"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False), ({}, False)]
)
def test_color(guideline: str, patient: str, variables: dict[str, str], colored: bool) -> None:
    plain = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    done = process("run", guideline, patient, *DAY, env={**plain, "TERM": "xterm-256color", **variables})
    assert (b"\x1b[" in done.stdout) is colored


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGPIPE-like end of a pipe")
def test_a_reader_that_goes_away_is_no_error(shell: Shell, guideline: str, patient: str) -> None:
    command = [sys.executable, "-m", "guidelang_cli.main", "run", guideline, *[patient] * 200, *DAY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        errors = running.stderr.read()
        assert running.wait(timeout=60) == 0
    assert errors == b""


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_an_interrupt_ends_with_130_and_no_trace(guideline: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    # A shell's background jobs are deaf to interrupts, and so would be the command that such a job starts here.
    listening = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from guidelang_cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", listening, "run", guideline, str(pipe)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        with pipe.open("w"):  # opens once the command waits for the patient
            running.send_signal(signal.SIGINT)
            out, errors = running.communicate(timeout=60)
        assert running.returncode == 130
    assert b"Traceback" not in errors
    assert out == b""

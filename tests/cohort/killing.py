"""The process of `killable`, as tests start it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def started() -> subprocess.Popen[str]:
    """It answers each line of its input with one of its output, and ends with its input."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cohort.killable"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )

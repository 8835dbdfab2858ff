"""Where the shared test data is, which is not part of this repository; tests that need it are skipped without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "GUIDELANG_DATA"
BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(*parts: str) -> Path:
    """The path of a part of the shared data; skips the test, and says what is missing where, if it is not there."""
    root = Path(os.environ[VARIABLE]) if VARIABLE in os.environ else BESIDE_THE_REPOSITORY
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared test data is missing: looked for {path} (set {VARIABLE} to where it is)")
    return path

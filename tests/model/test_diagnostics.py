"""Each file in `diagnostics/` says on its lines which errors they cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang.model import load
from tests.expected_errors import check_expected_errors

FILES = sorted((Path(__file__).parent / "diagnostics").glob("*.guide"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_errors_stand_on_the_lines_that_cause_them(path: Path) -> None:
    check_expected_errors(path, load)

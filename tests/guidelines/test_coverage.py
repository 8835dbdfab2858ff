"""The examples of these guidelines cover all that somebody can cover."""

from __future__ import annotations

import pytest

from guidelang.diagnostics import Report
from guidelang.testing.coverage.coverage import coverage_of, plans


@pytest.mark.parametrize("name", ["calciphylaxis", "ckd_mbd@2003", "ckd_mbd@2009", "ckd_mbd@2017"])
def test_examples_cover_all_that_can_be_covered(name: str) -> None:
    report = Report()
    (loaded,) = plans(name, report)
    coverage = coverage_of(loaded)
    assert [item.title for item in coverage.plan.items if coverage.state(item) in ("missing", "undecided")] == []
    assert coverage.counts().percent == 100

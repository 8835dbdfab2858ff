"""The examples of these guidelines notice every fault that is made in them, but those proved to make no difference."""

from __future__ import annotations

import pytest

from guidelang.diagnostics import Report
from guidelang.testing.mutation import mutate


@pytest.mark.parametrize("name", ["calciphylaxis", "ckd_mbd@2003", "ckd_mbd@2009", "ckd_mbd@2017"])
def test_examples_notice_every_fault(name: str) -> None:
    report = Report()
    (mutation,) = mutate(name, report)
    assert not report.has_errors
    assert len(mutation.mutants) > 250
    assert mutation.failing == ()
    noticed = ("killed", "equivalent")
    assert [each.change.sentence for each in mutation.mutants if each.verdict.fate not in noticed] == []

"""Values in a reader's words."""

from __future__ import annotations

from guidelang.trace import phrases
from guidelang.trace.document import ResultDocument


def test_an_entry_without_a_date_says_so() -> None:
    entry = ResultDocument(
        reported="yes", value="yes", interval=None, time="no date", age_days=None, course=None,
        source="Condition/c1", status="active", attested=False, reasons=[], details=[], note=None,
    )  # fmt: skip
    assert phrases.result(entry, "yes") == "without a date, active, Condition/c1"

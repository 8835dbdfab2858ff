"""Citations are held against the document they cite, where somebody has it."""

from __future__ import annotations

import pytest

from guidelang.diagnostics import Report
from guidelang.model import load, shipped_guidelines
from guidelang.model.citations import check_citations, fingerprint, sentences
from guidelang.source import Source
from tests.shared_data import shared_data

DOCUMENT = """Keep the value below 2.5 mEq/L. See "table 1." It was seen (p. 4) in many cases!

Is it known?  Then measure again.
"""
GUIDELINE = """guideline g version 1
    source review "A review"

fact dialysis is yes or no

rule r
    when dialysis
    recommend measure dialysis
    cite review {citation}
"""


def findings(citation: str, documents: dict[str, str] | None = None) -> list[tuple[str, str | None]]:
    report = Report()
    guideline = load(Source("g", GUIDELINE.format(citation=citation)), report)
    assert guideline is not None
    check_citations(guideline, {"review": DOCUMENT} if documents is None else documents, report)
    return [(d.code, d.suggestion) for d in report.sorted()]


def test_sentences_are_counted_from_one_in_reading_order() -> None:
    assert sentences(DOCUMENT) == [
        "Keep the value below 2.5 mEq/L.",
        'See "table 1."',
        "It was seen (p. 4) in many cases!",
        "Is it known?",
        "Then measure again.",
    ]


def test_layout_and_case_leave_the_fingerprint_alone_and_words_do_not() -> None:
    assert fingerprint("Then measure\n  again.") == fingerprint("then measure again.")
    assert fingerprint("Then measure again.") != fingerprint("Then measure twice.")


def test_a_passage_that_is_as_it_was_read_is_no_finding() -> None:
    assert findings(f"4 fingerprint {fingerprint('Is it known?')}") == []


@pytest.mark.parametrize(
    ("citation", "code"),
    [("4", "G803"), ("6", "G801"), ("0", "G801"), ("4.1.2", "G804"), ("4 fingerprint 0123456789ab", "G802")],
)
def test_findings(citation: str, code: str) -> None:
    ((found, _),) = findings(citation)
    assert found == code


def test_the_missing_fingerprint_is_offered() -> None:
    ((_, suggestion),) = findings("5")
    assert suggestion is not None
    assert suggestion.endswith(f"fingerprint {fingerprint('Then measure again.')}")


def test_a_source_that_is_not_declared_is_an_error() -> None:
    assert findings("4", {"revew": DOCUMENT}) == [("G805", "did you mean `review`?")]


@pytest.mark.parametrize("name", [n for n in sorted(shipped_guidelines()) if n.startswith("calciphylaxis")])
def test_the_shipped_citations_hold_for_the_document(name: str) -> None:
    text = shared_data("..", "seed", "000_7560032a31b859a8.txt").read_text(encoding="utf-8")
    report = Report()
    guideline = load(name, report)
    assert guideline is not None
    check_citations(guideline, {"review": text}, report)
    assert report.findings == []

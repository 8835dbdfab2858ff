"""The pages of a comparison: terminal, Markdown, HTML. The verdicts are made up, so that all sorts are there."""

from __future__ import annotations

import datetime as dt
import re

import html5lib
import pytest

from guidelang.diff import compare_text
from guidelang.diff.build import diff_document
from guidelang.diff.comparison import Comparison
from guidelang.diff.document import DiffDocument
from guidelang.diff.html import diff_html
from guidelang.diff.markdown import diff_markdown
from guidelang.diff.page import diff_page
from guidelang.diff.verdict import AdviceChange, Meaning, Witness
from guidelang.trace.page import as_string

from ..golden import Golden
from .pairs import PAIRS, edition, pair

DAY = dt.date(2024, 6, 1)
GAINS = Witness(
    facts={"patient": "gains", "phosphorus": "5.5 mg/dL"},
    as_of=DAY,
    summary="phosphorus 5.5 mg/dL",
    old="no",
    new="yes",
    patient='patient: gains\nphosphorus: "5.5 mg/dL"\n',
    example='example "gains"\n    given phosphorus 5.5 mg/dL\n    expect recommend reduce phosphorus\n',
)
LOSES = Witness(
    facts={"patient": "loses"}, as_of=DAY, summary="pth 301 pg/mL", old="yes", new="undecided",
    patient="patient: loses\n", example='example "loses"\n',
)  # fmt: skip
MEANING = Meaning(
    advice=(
        AdviceChange("scope", "same", None, None, True, None, None, (), ()),
        AdviceChange(
            "reduce phosphorus", "broader", GAINS, None, True, "strong becomes conditional", None, ("a",), ("a",)
        ),
        AdviceChange("start cinacalcet", "different", GAINS, LOSES, True, None, None, ("a", "b"), ("c",)),
        AdviceChange("measure pth", "narrower", None, LOSES, True, None, None, ("a",), ()),
        AdviceChange("stop warfarin", "undecided", None, None, False, None, "the solver gave up", (), ("a", "b")),
        AdviceChange("discuss pain", "same", None, None, True, None, None, ("d",), ("d",)),
    ),
    changed_facts=("phosphorus",),
    bump="major",
)


@pytest.fixture(scope="module")
def document() -> DiffDocument:
    (path,) = [path for path in PAIRS if path.stem == "conditions"]
    found = pair(path)
    old, new = edition(found.old, "old.guide"), edition(found.new, "new.guide")
    return diff_document(Comparison(old, new, compare_text(old, new), MEANING, DAY))


def _without_hashes(page: str) -> str:
    return re.sub(r"#[0-9a-f]{12}", "#…", page)


def test_terminal(document: DiffDocument, golden: Golden) -> None:
    golden.check("page.txt", _without_hashes(as_string(diff_page(document))))


def test_markdown(document: DiffDocument, golden: Golden) -> None:
    golden.check("page.md", _without_hashes(diff_markdown(document)))


def test_html_is_valid_and_says_everything(document: DiffDocument) -> None:
    page = diff_html(document)
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    text = " ".join("".join(parsed.itertext()).split())
    for change in document.text:
        assert " ".join(change.sentence.replace("`", "").split()) in text
    assert document.meaning is not None
    for advice in document.meaning.advice:
        assert advice.advice in text
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_nothing_changed() -> None:
    same = edition("rule r when dialysis suggest start binder\n", "same.guide")
    document = diff_document(Comparison(same, same, compare_text(same, same), None, DAY))
    assert not document.changed
    assert "Nothing changed" in as_string(diff_page(document))
    assert "Nothing changed" in diff_markdown(document)


def test_a_document_is_what_its_json_says(document: DiffDocument) -> None:
    assert DiffDocument.model_validate_json(document.model_dump_json()) == document

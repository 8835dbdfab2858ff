"""Local changes in differences, and adaptations held against the next version of what they adapt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from guidelang.diff.against import against
from guidelang.diff.build import diff_document
from guidelang.diff.comparison import compare
from guidelang.diff.document import DiffDocument
from guidelang.diff.html import diff_html
from guidelang.diff.markdown import diff_markdown
from guidelang.diff.page import diff_page
from guidelang.diff.read import read_edition
from guidelang.trace.page import as_string

BASE = """guideline kidney version 1.0.0

use vocabulary nephrology

parameter ceiling = 5.5 mg/dL

rule lower_phosphorus
    when phosphorus >= ceiling
    recommend reduce phosphorus

rule check_pth
    when pth is missing
    recommend measure pth

rule wounds
    when calciphylaxis
    recommend order wound_care

example "high"
    on 2024-06-01
    given phosphorus 5.6 mg/dL, pth 200 pg/mL
    expect lower_phosphorus, not check_pth
"""
WARD = """guideline ward version 1.0.0

adapt kidney version 1.0.0

change "Lower <limit>"
    because "A *new* assay."
    set parameter ceiling = 5.0 mg/dL

change "No PTH"
    because "Not measured here."
    remove rule check_pth

change "Adults"
    because "No children here."
    applies only to age >= 18 years
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kidney").mkdir()
    (tmp_path / "next").mkdir()
    (tmp_path / "kidney" / "kidney.guide").write_text(BASE, encoding="utf-8")
    (tmp_path / "ward.guide").write_text(WARD, encoding="utf-8")
    return tmp_path


def document(folder: Path, old: str, new: str) -> DiffDocument:
    editions = read_edition(folder / old), read_edition(folder / new)
    return diff_document(compare(*editions, as_of=dt.date(2024, 6, 1), meaning=False))


def test_local_changes_stand_apart_with_their_reasons(folder: Path) -> None:
    found = document(folder, "kidney", "ward.guide")
    assert [(each.name, each.reason) for each in found.local_changes] == [
        ("Lower <limit>", "A *new* assay."),
        ("No PTH", "Not measured here."),
        ("Adults", "No children here."),
    ]
    of = {each.name: each.local_change for each in found.text if each.part in ("parameter", "rule", "example", "head")}
    assert of == {"ceiling": "Lower <limit>", "check_pth": "No PTH", "high": "No PTH", "ward": None}
    assert [each.local_change for each in found.text if each.part == "scope"] == ["Adults"]


def test_all_pages_tell_them_before_the_rest_of_the_text(folder: Path) -> None:
    found = document(folder, "kidney", "ward.guide")
    for page in (as_string(diff_page(found), width=200), diff_markdown(found), diff_html(found)):
        assert page.index("Local changes (3)") < page.index("A ") < page.index("Text (1)")
        assert page.count("Rule check_pth is removed") == 1
    assert "<limit>" not in diff_html(found)
    assert "*new*" not in diff_markdown(found).replace("\\*new\\*", "")


def test_two_versions_of_an_adaptation_tell_what_changed_in_a_change(folder: Path) -> None:
    (folder / "later.guide").write_text(WARD.replace("5.0 mg/dL", "4.8 mg/dL"), encoding="utf-8")
    found = document(folder, "ward.guide", "later.guide")
    assert [each.name for each in found.local_changes] == ["Lower <limit>"]
    assert [each.old for each in found.text] == ["5.0 mg/dL"]


def held(folder: Path, *changes: tuple[str, str]) -> tuple[int, int, list[tuple[str, str]]]:
    """How many changes fit no more and are to be read again, and each finding with the text it is about."""
    text = BASE.replace("version 1.0.0", "version 2.0.0")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "next" / "kidney.guide").write_text(text, encoding="utf-8")
    result = against(folder / "ward.guide", folder / "next")
    assert (result.name, result.base, result.changes) == ("ward 1.0.0", "kidney 2.0.0", 3)
    told = [(each.code, each.span.text) for each in result.findings if each.span is not None]
    return result.misfits, result.anew, told


def test_what_was_not_changed_fits_as_before(folder: Path) -> None:
    assert held(folder) == (0, 0, [])
    assert held(folder, ("order wound_care", 'order wound_care "Today."')) == (0, 0, [])


def test_what_a_change_touches_and_was_changed_is_to_be_read_again(folder: Path) -> None:
    misfits, anew, told = held(folder, ("5.5 mg/dL", "5.2 mg/dL"))
    assert (misfits, anew, [code for code, _ in told]) == (0, 1, ["G225"])


def test_what_the_next_version_says_itself_is_no_longer_needed(folder: Path) -> None:
    held(folder, ("5.5 mg/dL", "5.0 mg/dL"))
    (finding,) = against(folder / "ward.guide", folder / "next").findings
    assert "says so itself" in finding.message


def test_what_is_gone_does_not_fit_and_the_rest_is_still_told(folder: Path) -> None:
    gone = "rule check_pth\n    when pth is missing\n    recommend measure pth\n"
    misfits, anew, told = held(folder, (gone, ""), (", not check_pth", ""), ("5.5 mg/dL", "5.2 mg/dL"))
    assert (misfits, anew) == (1, 1)
    assert ("G222", "check_pth") in told


def test_another_guideline_is_no_next_version(folder: Path) -> None:
    (folder / "next" / "kidney.guide").write_text(BASE.replace("kidney", "liver"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"adapts `kidney`, and .* is `liver`"):
        against(folder / "ward.guide", folder / "next")
    with pytest.raises(ValueError, match="adapts no guideline"):
        against(folder / "kidney", folder / "next")

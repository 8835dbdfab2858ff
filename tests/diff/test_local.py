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


STOOD_ON = """guideline renal version 1.0.0

parameter low = 30 mL/min
parameter days = 7 days
codes drugs
    RxNorm 67108
fact creatinine is quantity in mg/dL
    from observation LOINC 2160-0
    within days
fact clearance is quantity in mL/min
    from observation LOINC 33914-3
fact dosed is yes or no
    from medication in drugs

table points is number
    by age in years
    row < 70 gives 0
    row >= 70 gives 1
score risk
    2 when dosed
    add points
    missing bounds
define fit = clearance >= low

intervention enoxaparin
intervention heparin

rule failing
    when creatinine > 2 mg/dL
    conclude weak

rule standard
    when fit
    recommend start enoxaparin "Above {low}."

rule unrelated
    when age > 50 years
    suggest start heparin
"""
STANDS = {
    "a parameter": "add rule own\n        when clearance >= low\n        suggest start heparin",
    "a derived fact": "add rule own\n        when fit\n        suggest start heparin",
    "a local derived fact": "add rule own\n        when mine\n        suggest start heparin\n    add define mine = fit",
    "a score": "add rule own\n        when risk >= 2\n        suggest start heparin",
    "a fact": "add rule own\n        when creatinine > 1 mg/dL\n        suggest start heparin",
    "a list": "add rule own\n        when dosed\n        suggest start heparin",
    "a conclusion": "add rule own\n        when weak\n        suggest start heparin",
    "advice": "add rule own\n        when recommended start enoxaparin\n        suggest start heparin",
    "a text": 'add rule own\n        when age > 90 years\n        suggest start heparin "Above {low}."',
    "an amended rule": "amend rule standard\n        unless dosed",
    "a removed rule": "remove rule standard",
    "a scope": "applies only to fit",
    "an invariant": "add invariant\n        never recommend start heparin\n        when fit",
    "its own value": "set parameter low = 25 mL/min\n    add rule own\n        when fit\n        suggest start heparin",
}
LOWER = ("low = 30 mL/min", "low = 20 mL/min")


def again(folder: Path, stands: str, old: str, new: str) -> tuple[int, list[str]]:
    """How many of the changes are to be read again, and what is said of what they stand on."""
    assert old in STOOD_ON
    (folder / "renal").mkdir()
    (folder / "renal" / "renal.guide").write_text(STOOD_ON, encoding="utf-8")
    (folder / "next" / "renal.guide").write_text(STOOD_ON.replace("1.0.0", "2.0.0").replace(old, new), encoding="utf-8")
    head = "guideline site version 1.0.0\nadapt renal version 1.0.0\n"
    change = f'change "Own"\n    because "Formulary."\n    {STANDS[stands]}\n'
    (folder / "site.guide").write_text(head + change, encoding="utf-8")
    result = against(folder / "site.guide", folder / "next")
    assert result.misfits == 0, result.findings
    told = [each.message for each in result.findings if each.code == "G225"]
    return result.anew, [each.partition(", on which")[0] for each in told if "on which this stands" in each]


@pytest.mark.parametrize(
    ("stands", "old", "new", "told"),
    [
        ("a parameter", *LOWER, "`low`"),
        ("a derived fact", *LOWER, "`low`"),
        ("a derived fact", "clearance >= low", "clearance > low", "`fit`"),
        ("a local derived fact", *LOWER, "`low`"),
        ("a score", "< 70 gives 0\n    row >= 70", "< 75 gives 0\n    row >= 75", "`points`"),
        ("a score", "2 when dosed", "3 when dosed", "`risk`"),
        ("a fact", "days = 7 days", "days = 14 days", "`days`"),
        ("a fact", "2160-0", "38483-4", "`creatinine`"),
        ("a list", "67108", "5224", "`drugs`"),
        ("a conclusion", "> 2 mg/dL", "> 3 mg/dL", "`failing`"),
        ("advice", *LOWER, "`low`"),
        ("advice", "when fit", "when fit and age < 80 years", "`standard`"),
        ("a text", *LOWER, "`low`"),
        ("an amended rule", *LOWER, "`low`"),
        ("a removed rule", *LOWER, "`low`"),
        ("a scope", *LOWER, "`low`"),
        ("an invariant", *LOWER, "`low`"),
    ],
)
def test_what_a_change_stands_on_and_means_something_else_is_told(
    folder: Path, stands: str, old: str, new: str, told: str
) -> None:
    anew, names = again(folder, stands, old, new)
    assert anew == 1
    assert names[0] == told
    assert set(names) == {told}


@pytest.mark.parametrize(
    ("stands", "old", "new"),
    [
        ("a derived fact", "30 mL/min", "0.5 mL/s"),
        ("a derived fact", "clearance >= low", "(clearance >= low)"),
        ("a derived fact", "low = 30", 'low "Lowest" = 30'),
        ("a derived fact", "> 2 mg/dL", "> 3 mg/dL"),
        ("a conclusion", *LOWER),
        ("a score", *LOWER),
        ("a list", "67108", '67108 "enoxaparin"'),
        ("a removed rule", "> 2 mg/dL", "> 3 mg/dL"),
    ],
)
def test_what_means_the_same_or_stands_elsewhere_is_as_good_as_before(
    folder: Path, stands: str, old: str, new: str
) -> None:
    assert again(folder, stands, old, new) == (0, [])


def test_a_rule_on_a_value_that_the_site_sets_stands_as_before(folder: Path) -> None:
    _, names = again(folder, "its own value", *LOWER)
    assert names == []  # the value is told where it is set, as before


def test_what_a_change_stands_on_is_told_where_another_change_no_longer_fits(folder: Path) -> None:
    again(folder, "a derived fact", *LOWER)
    site = folder / "site.guide"
    lost = 'change "Lost"\n    because "Formulary."\n    remove rule unrelated\n'
    site.write_text(site.read_text(encoding="utf-8") + lost, encoding="utf-8")
    then = folder / "next" / "renal.guide"
    then.write_text(then.read_text(encoding="utf-8").partition("rule unrelated")[0], encoding="utf-8")
    result = against(site, folder / "next")
    assert (result.misfits, result.anew) == (1, 1)

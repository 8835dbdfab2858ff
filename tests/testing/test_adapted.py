"""Coverage of a guideline that adapts another one: local changes are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang.diagnostics import Report

pytest.importorskip("z3")

BASE = """guideline kidney version 1.0.0

use vocabulary nephrology

parameter ceiling = 5.5 mg/dL

rule lower_phosphorus
    when phosphorus >= ceiling
    recommend reduce phosphorus

rule order_wound_care
    when calciphylaxis
    recommend order wound_care

example "high"
    on 2024-06-01
    given phosphorus 5.5 mg/dL
    expect lower_phosphorus
"""
WARD = """guideline ward version 1.0.0

adapt kidney version 1.0.0

change "Lower limit"
    because "A new assay."
    set parameter ceiling = 5.0 mg/dL

change "Adults"
    because "No children here."
    applies only to age >= 18 years
"""


def test_local_changes_are_counted_apart_and_examples_of_the_base_count(tmp_path: Path) -> None:
    from guidelang.testing.coverage.coverage import coverage_of, plans
    from guidelang.testing.coverage.document import coverage_document
    from guidelang.testing.coverage.page import coverage_page
    from guidelang.testing.coverage.text import coverage_text

    (tmp_path / "kidney.guide").write_text(BASE, encoding="utf-8")
    (tmp_path / "ward.guide").write_text(WARD, encoding="utf-8")
    (loaded,) = plans(tmp_path / "ward.guide", Report())
    coverage = coverage_of(loaded)
    text = coverage_text(coverage)
    assert "local changes of kidney 1.0.0 (2):" in text
    (guideline,) = coverage_document([coverage])["guidelines"]
    limit, adults = guideline["local_changes"]
    rule = [item for item in guideline["items"] if item["statement"] == "lower_phosphorus"]
    scope = [item for item in guideline["items"] if item["statement"] == "scope"]
    for change, items in ((limit, rule), (adults, scope)):
        assert change["covered"] == sum(item["state"] == "covered" for item in items)
        assert change["missing"] == sum(item["state"] == "missing" for item in items)
    page = coverage_page([coverage])
    assert "Local changes of kidney 1.0.0" in page
    for change in (limit, adults):
        counted = change["covered"] + change["missing"]
        told = f"<td>{change['name']}</td><td>{change['reason']}</td><td>{change['covered']}/{counted}</td>"
        assert told in page.replace("&#39;", "'")
    assert limit["covered"] > 0  # by an example that knows nothing of the narrower scope
    assert guideline["undecided"] == 0  # what would cover the rest passes where it is pasted

"""The shipped guideline on records of other people's making, where they are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import guidelang
from tests.shared_data import shared_data

AS_OF = "2021-04-01"  # after the last observation of the longitudinal records


@pytest.fixture(scope="module")
def calciphylaxis() -> guidelang.Guideline:
    return guidelang.load("calciphylaxis")


def test_nobody_with_a_warfarin_product_is_said_to_take_none(calciphylaxis: guidelang.Guideline) -> None:
    folder = shared_data("patients", "synthea")
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if "warfarin" in row["picked_for"]]
    assert len(rows) == 12
    for row in rows:
        bundle = folder / "bundles" / row["file"]
        assert "855332" in bundle.read_text(encoding="utf-8")
        result = calciphylaxis.evaluate(bundle, as_of=AS_OF)
        assert result.evaluation.facts.states["warfarin"].value is not False, row["file"]


@pytest.mark.parametrize("engine", ["direct", "durable"])
def test_every_bundle_gives_a_result_and_says_what_it_could_not_use(
    calciphylaxis: guidelang.Guideline, engine: guidelang.Engine
) -> None:
    files = sorted(Path(shared_data("patients", "synthea", "bundles")).glob("*.json"))
    files += sorted(shared_data("patients", "ckd-handmade").glob("*.json"))
    assert len(files) == 46
    for file in files:
        result = calciphylaxis.evaluate(file, as_of=AS_OF, engine=engine)
        assert result.scope.value in ("not_for_this_patient", "undecided"), file.name  # none of them is on dialysis
        assert set(result.evaluation.facts.states) == set(calciphylaxis.facts)


def test_a_bulk_export_gives_each_patient_a_result(calciphylaxis: guidelang.Guideline) -> None:
    results = list(calciphylaxis.evaluate_all(shared_data("patients", "ndjson-10"), as_of="1990-11-24"))
    assert len(results) == 13
    scopes = {r.patient: r.scope.value for r in results}
    # the one dialysis patient, on the last day of dialysis: nothing says whether it is calciphylaxis
    assert scopes["79a66c97-6131-3213-f3c9-4606946ab056"] == "undecided"

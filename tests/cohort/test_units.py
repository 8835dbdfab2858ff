"""Units that stand beside a table, or in the metadata of Parquet; a run on one patient reads them alike."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from guidelang.cohort import run_cohort
from guidelang.diagnostics import Report
from guidelang.facts import read_patients
from guidelang_cli.main import main
from tests.cohort.tables import DAY, cohort_of
from tests.cohort.test_wide_times import NETWORK, TEXT

HEADER = "patient,phosphorus,pth [pg/mL],warfarin,smoker,stage\n"
ROWS = "a,1.78,10,,,\nb,1.70,10,,,\n"
UNITS = {"phosphorus": "mmol/L"}


def test_units_beside_a_table(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    assert cohort_of(NETWORK, path).outcomes["high"].to_list() == ["not_applicable", "not_applicable"]
    (tmp_path / "patients.units.json").write_text(json.dumps(UNITS), encoding="utf-8")
    cohort = cohort_of(NETWORK, path)
    assert cohort.outcomes["high"].to_list() == ["applies", "not_applicable"]
    assert cohort.notes == ()
    for source in (path, tmp_path):  # in a folder, too, they are no patient
        found = read_patients(NETWORK, source, as_of=DAY)
        assert [each.states["phosphorus"].used[0].reported for each in found.patients] == ["1.78 mmol/L", "1.70 mmol/L"]


def test_units_in_the_metadata_of_parquet(tmp_path: Path) -> None:
    table = pl.read_csv(f"{HEADER}{ROWS}".encode()).cast({"warfarin": pl.String})
    table.write_parquet(tmp_path / "patients.parquet", metadata={"units": json.dumps(UNITS)})
    assert cohort_of(NETWORK, tmp_path / "patients.parquet").outcomes["high"].to_list() == ["applies", "not_applicable"]


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ({"phosphat": "mmol/L"}, "patients.units.json: the table has no column `phosphat`"),
        ({"pth": "ng/L"}, "`pth` is in pg/mL by the header, and in ng/L by patients.units.json"),
        (["mmol/L"], "patients.units.json is no list of units"),
        ({"pth": 3}, "patients.units.json is no list of units"),
    ],
)
def test_units_that_are_wrong(tmp_path: Path, units: object, told: str) -> None:
    path = tmp_path / "patients.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    (tmp_path / "patients.units.json").write_text(json.dumps(units), encoding="utf-8")
    report = Report()
    assert run_cohort(NETWORK, path, DAY, report) is None
    assert [(finding.code, told in finding.message) for finding in report.findings] == [("G621", True)]
    found = read_patients(NETWORK, path, as_of=DAY)
    assert [(finding.code, told in finding.message) for finding in found.report.findings] == [("G601", True)]


def test_a_run_that_was_stopped_does_not_go_on_with_other_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dated.guide").write_text(TEXT, encoding="utf-8")
    Path("patients.csv").write_text(HEADER + ROWS, encoding="utf-8")
    options = ["cohort", "dated.guide", "--data", "patients.csv", "--out", "out"]
    assert main(options) == 0
    assert "the column `phosphorus` has no unit" in capsys.readouterr().out
    Path("patients.units.json").write_text(json.dumps(UNITS), encoding="utf-8")
    assert main(options) == 0
    assert "has no unit" not in capsys.readouterr().out

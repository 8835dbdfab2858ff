"""Codes are covered by records, not by plain examples; records that would cover the rest are offered and written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("z3")

from guidelang.diagnostics import Report
from guidelang.testing.coverage.coverage import Coverage, coverage_of, plans
from guidelang_cli.main import main

TEXT = """guideline g version 1
    applies to dialysis

fact dialysis is yes or no
    from procedure SNOMED CT 302497006
    from condition SNOMED CT 105502003
    absent means no
fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1, 14879-1
    plausible 0.5 to 20 mg/dL
fact stage is one of g3 (SNOMED CT 700378005), g4 (SNOMED CT 700379002)
    from observation LOINC 69405-9
fact statin is yes or no
    from medication in statins
codes statins
    RxNorm 83367 "atorvastatin"
    RxNorm 301542 "rosuvastatin"
fact infusion is yes or no
    from medication administration RxNorm 7804

rule r
    when phosphorus > 5.5 mg/dL and stage is g4 and statin and not infusion
    recommend reduce phosphorus

example "plain"
    on 2024-06-01
    given dialysis, phosphorus 6 mg/dL, stage g4, statin, not infusion
    expect r
"""
CODES = [
    "dialysis read from SNOMED CT 105502003",
    "dialysis read from SNOMED CT 302497006",
    "infusion read from RxNorm 7804",
    "phosphorus read from LOINC 14879-1",
    "phosphorus read from LOINC 2777-1",
    "stage g3 from SNOMED CT 700378005",
    "stage g4 from SNOMED CT 700379002",
    "stage read from LOINC 69405-9",
    "statin read from a code of statins",
]
PHOSPHORUS = {
    "resourceType": "Observation",
    "status": "final",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "2777-1"}]},
    "effectiveDateTime": "2024-05-30",
    "valueQuantity": {"value": 6, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
}


def covered(folder: Path, text: str) -> tuple[Coverage, list[str]]:
    (folder / "g.guide").write_text(text, encoding="utf-8")
    report = Report()
    (loaded,) = plans(folder / "g.guide", report)
    assert not report.has_errors, report.sorted()
    found = coverage_of(loaded)
    return found, sorted(item.title for item in found.of_kind("code") if found.state(item) == "covered")


def with_record(folder: Path, *resources: object, givens: str = "") -> str:
    entries = [{"resource": each} for each in ({"resourceType": "Patient", "id": "p"}, *resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (folder / "p.json").write_text(json.dumps(bundle), encoding="utf-8")
    return (
        TEXT
        + f'\nexample "record"\n    on 2024-06-01\n    given patient "p.json"{givens}\n    expect phosphorus 6 mg/dL\n'
    )


def test_plain_examples_show_no_codes(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("phosphorus: 6 mg/dL\nstage: g4\n", encoding="utf-8")
    text = TEXT + 'example "file"\n    on 2024-06-01\n    given patient "p.yaml"\n    expect phosphorus 6 mg/dL\n'
    coverage, titles = covered(tmp_path, text)
    assert titles == []
    assert sorted(item.title for item in coverage.of_kind("code")) == CODES


@pytest.mark.parametrize(
    ("change", "givens", "expected"),
    [
        ({}, "", ["phosphorus read from LOINC 2777-1"]),
        ({}, ", phosphorus 6 mg/dL", []),  # stands in place of the record
        ({"code": {"coding": [{"system": "http://loinc.org", "code": "1-1"}]}}, ", phosphorus 6 mg/dL", []),
        ({"valueQuantity": {"value": 600, "unit": "mg/dL"}}, ", phosphorus 6 mg/dL", []),
    ],
)
def test_a_record_shows_the_code_that_it_is_read_by(
    tmp_path: Path, change: dict[str, object], givens: str, expected: list[str]
) -> None:
    assert covered(tmp_path, with_record(tmp_path, PHOSPHORUS | change, givens=givens))[1] == expected


def test_a_code_of_a_list_stands_for_all_of_it(tmp_path: Path) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {
            "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "83367"}]
        },
        "authoredOn": "2024-05-30",
    }
    titles = covered(tmp_path, with_record(tmp_path, PHOSPHORUS, order))[1]
    assert titles == ["phosphorus read from LOINC 2777-1", "statin read from a code of statins"]


def test_the_deck_covers_codes_with_records_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("g.guide").write_text(TEXT, encoding="utf-8")
    assert main(["test", "g.guide", "--generate", "--output", "deck.guide"]) == 0
    coverage, titles = covered(tmp_path, TEXT)
    assert titles == [each for each in CODES if each != "infusion read from RxNorm 7804"]
    assert coverage.counts().percent < 100  # for no record of an administration is written
    (why,) = coverage.undecided.values()
    assert why.startswith("no record of its kind is written here")
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.json")}
    assert main(["test", "g.guide", "--generate", "--output", "deck.guide"]) == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.json")} == written
    Path(min(written)).write_text("mine", encoding="utf-8")
    assert main(["test", "g.guide", "--generate", "--output", "deck.guide"]) == 2
    assert "is there already, and is another file" in capsys.readouterr().err
    assert Path(min(written)).read_text(encoding="utf-8") == "mine"


def test_missing_prints_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "g.guide").write_text(TEXT, encoding="utf-8")
    main(["test", str(tmp_path / "g.guide"), "--missing"])
    out = capsys.readouterr().out
    assert 'given patient "phosphorus-read-from-LOINC-2777-1.json"' in out
    assert '# phosphorus-read-from-LOINC-2777-1.json:\n{"resourceType": "Bundle"' in out

"""Whom a record is about: the patient that it names, or, where a deck says so, the one patient of its file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

import guidelang
from guidelang.source import Source

TEXT = """guideline g version 1
fact stroke is yes or no from condition SNOMED CT 230690007 absent means no
rule r when stroke recommend discuss stroke
"""


def bundle(tmp_path: Path, *subjects: str, patients: int = 1) -> Path:
    people = [{"resourceType": "Patient", "id": f"p{number}"} for number in range(1, patients + 1)]
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "230690007"}]}
    active = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    records = [
        {"resourceType": "Condition", "id": s, "code": code, "clinicalStatus": active, "subject": {"reference": s}}
        for s in subjects
    ]
    path = tmp_path / "b.json"
    entries = [{"resource": each} for each in (*people, *records)]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8")
    return path


def applies(path: Path, whose: str) -> list[tuple[str, ...]]:
    guideline = guidelang.load(Source("g.guide", TEXT))
    day = dt.date(2024, 6, 1)
    if whose == "input":
        return [result.applies for result in guideline.evaluate_all(path, as_of=day, whose="input")]
    return [result.applies for result in guideline.evaluate_all(path, as_of=day)]


def test_a_record_of_somebody_else_is_not_the_patients(tmp_path: Path) -> None:
    assert applies(bundle(tmp_path, "Patient/p9"), "subject") == [()]


@pytest.mark.parametrize(
    ("subject", "others"),
    [
        (None, False),
        ({"display": "Jane"}, False),
        ({"identifier": {"system": "urn:s", "value": "7"}}, False),
        ({"reference": "urn:uuid:5b3ae5f5-1b8b-4e42-9a4f-6d3a2f1b7c11"}, False),
        ({"reference": "#contained"}, False),
        ({"reference": "Patient?identifier=http://a.example/mrn|7"}, False),
        ({"reference": "Group/g"}, False),
        ({"reference": "https://a.example/fhir/Group/g"}, False),
        ({"reference": "Group/here"}, False),
        ({"reference": "Patient/other"}, True),
        ({"reference": "https://a.example/fhir/Patient/other"}, True),
        ({"reference": "Device/d"}, True),
    ],
)
def test_what_may_be_anybodys_leaves_absence_open_and_what_is_anothers_does_not(subject: Any, others: bool) -> None:
    """And the finding tells the two apart."""
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "230690007"}]}
    own: dict[str, Any] = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}
    own["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "9"}]}
    stray = {"resourceType": "Condition", "id": "c2", "code": code, **({"subject": subject} if subject else {})}
    here = [{"resourceType": kind, "id": name} for kind, name in (("Patient", "p1"), ("Group", "here"))]
    entries = [{"resource": each} for each in (*here, own, stray)]
    guideline = guidelang.load(Source("g.guide", TEXT.replace("absent", "codes complete absent")))
    result = guideline.evaluate({"resourceType": "Bundle", "entry": entries}, as_of=dt.date(2024, 6, 1))
    assert result["r"].status.value == ("not_applicable" if others else "undecided")
    (told,) = (each.message for each in result.diagnostics if each.code == "G660")
    assert ("says nothing of the patients here" in told, "no Condition counts as absent" in told) == (
        others,
        not others,
    )


def test_a_deck_may_say_that_all_records_of_a_file_are_its_patients(tmp_path: Path) -> None:
    path = bundle(tmp_path, "Patient/p9")
    assert applies(path, "input") == [("r",)]
    (result,) = guidelang.load(Source("g.guide", TEXT)).evaluate_all(path, as_of=dt.date(2024, 6, 1), whose="input")
    assert any("Patient/p9" in problem.message for problem in result.problems) or result.diagnostics


def test_with_two_patients_in_a_file_nobody_gets_what_names_neither(tmp_path: Path) -> None:
    assert applies(bundle(tmp_path, "Patient/p9", "Patient/p2", patients=2), "input") == [(), ("r",)]


def test_a_period_that_the_evaluation_day_lies_in_is_not_to_come(tmp_path: Path) -> None:
    text = """guideline g version 1
fact survey is yes or no from observation LOINC 45755-6 with any value
rule r when survey overlaps 2024-01-01 to 2024-06-01 recommend discuss survey
"""
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "45755-6"}]},
        "effectivePeriod": {"start": "2024-05-01", "end": "2024-08-01"},
        "subject": {"reference": "Patient/p1"},
    }
    entries = [{"resource": {"resourceType": "Patient", "id": "p1"}}, {"resource": observation}]
    record = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    result = guidelang.load(Source("g.guide", text)).evaluate(record, as_of="2024-06-01")
    assert result.applies == ("r",)

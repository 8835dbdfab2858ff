"""Decks with expected results: every case agrees, on both executors, whoever wrote it.

The sample decks are our own and lie beside the guidelines, with value sets of made-up codes. The published ones are no
part of this repository; their tests are skipped, and say so, where the shared data is absent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from guidelang.resources import folder
from guidelang.run import Engine
from guidelang.verify import Verification, verify
from tests.shared_data import shared_data

ENGINES: tuple[Engine, ...] = ("direct", "durable")


def sample(guideline: str) -> Path:
    return folder("guidelines") / guideline / "sample"


def different(found: Verification) -> list[str]:
    """The cases that are not exact, and files that no case asks for."""
    return [case.case for case in found.cases if not case.exact] + [str(path) for path in found.without_row]


def test_the_published_measure_of_statin_therapy() -> None:
    deck = shared_data("decks", "cms347")
    for engine in ENGINES:
        found = verify("statin_therapy", deck / "patients", deck / "expected.csv", engine=engine)
        assert (len(found.cases), different(found)) == (180, [])


def test_the_published_decision_support_for_opioid_prescribing() -> None:
    deck = shared_data("decks", "opioid")
    for engine in ENGINES:
        found = verify("opioid_prescribing", deck / "requests", deck / "expected.csv", engine=engine)
        assert (len(found.cases), different(found)) == (29, [])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("guideline", "patients"), [("statin_therapy", "patients"), ("opioid_prescribing", "requests")]
)
def test_the_sample_decks(guideline: str, patients: str, engine: Engine) -> None:
    found = verify(guideline, sample(guideline) / patients, sample(guideline) / "expected.csv", engine=engine)
    assert found.cases
    assert different(found) == []


@pytest.mark.parametrize(
    ("guideline", "patients"), [("statin_therapy", "patients"), ("opioid_prescribing", "requests")]
)
def test_each_sample_case_would_be_missed(tmp_path: Path, guideline: str, patients: str) -> None:
    """A deck whose expectations are turned round agrees in no case: nothing agrees by being left out."""
    with (sample(guideline) / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    turned = {"0": "1", "1": "0"}
    for row in rows:
        row.update({key: turned[cell] for key, cell in row.items() if cell in turned})
    expected = tmp_path / "expected.csv"
    with expected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    sets = sample(guideline) / "valuesets.json"
    found = verify(guideline, sample(guideline) / patients, expected, engine="direct", valuesets=[sets])
    assert [case.case for case in found.cases if case.exact] == []

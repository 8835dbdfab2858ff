"""Patients whom the columns do not tell are evaluated alone, and everything agrees all the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from guidelang.cohort.run import Cohort, Opened, gathered, open_cohort
from guidelang.cohort.source import Chunk, Source
from guidelang.cohort.wide_source import WideSource
from guidelang.diagnostics import Report
from guidelang.facts.state import FactSet
from tests.cohort.tables import DAY, assert_same, csv_of, one_by_one
from tests.cohort.test_agreement import FORMULAS_NETWORK

CELLS = {
    "creatinine": ("1.21", "<2.0", "0.5 mg/dL"), "calcium": ("10.2", "2.5 mmol/L"), "albumin": ("4", "3.5"),
    "phosphorus": ("1.78 mmol/L", "5.5", "99"), "visits": ("2", "0"), "onset": ("2024-03-01", "2024"),
    "form": ("a", "unknown"), "lesion": ("yes", "unknown"), "birth_date": ("2006-06-02", "2006"), "sex": ("female",),
}  # fmt: skip


@dataclass(frozen=True)
class Doubtful:
    """A source of which some rows are said to be odd, and what the table has of them is wrong."""

    source: WideSource
    rows: tuple[int, ...]
    cells_tell_why: bool

    name, notes, size, unit = "doubtful", (), 0, "patients"

    def fingerprint(self) -> str:
        return ""

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        for chunk in self.source.chunks(after):
            rows = pl.Series(self.rows, dtype=pl.UInt32)
            columns = [each.values for each in chunk.table.facts.values()]
            wrong = pl.int_range(pl.len()).is_in(self.rows)
            frame = chunk.table.frame.with_columns(pl.when(~wrong).then(pl.col(columns)))
            table = replace(chunk.table, frame=frame)
            yield replace(chunk, odd=rows, table=table, cells_tell_why=self.cells_tell_why)

    def fact_set(self, patient: str) -> FactSet | None:
        return self.source.fact_set(patient)


def cohort_with(source: Source, opened: Opened) -> Cohort:
    cohort = gathered(replace(opened, source=source), Report())
    assert cohort is not None
    return cohort


@pytest.mark.parametrize("cells_tell_why", [True, False])
def test_who_is_evaluated_alone_has_the_same_outcome(tmp_path: Path, cells_tell_why: bool) -> None:
    made = random.Random(3)
    people = [{name: made.choice(cells) for name, cells in CELLS.items() if made.random() < 0.7} for _ in range(40)]
    path = tmp_path / "people.csv"
    path.write_text(csv_of(FORMULAS_NETWORK, people), encoding="utf-8")
    opened = open_cohort(FORMULAS_NETWORK, path, DAY, Report(), why=True)
    assert opened is not None
    assert isinstance(opened.source, WideSource)
    cohort = cohort_with(Doubtful(opened.source, (0, 3, 17, 39), cells_tell_why), opened)
    assert_same(FORMULAS_NETWORK, cohort, one_by_one(FORMULAS_NETWORK, people))
    assert cohort.counts.alone == (4 if cells_tell_why else 40)


def test_one_patient_of_the_same_data(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(csv_of(FORMULAS_NETWORK, [{"calcium": "10"}, {"calcium": "<2 mmol/L"}]), encoding="utf-8")
    opened = open_cohort(FORMULAS_NETWORK, path, DAY, Report())
    assert opened is not None
    facts = opened.source.fact_set("p1")
    assert facts is not None
    expected = one_by_one(FORMULAS_NETWORK, [{}, {"calcium": "<2 mmol/L"}])[1].facts
    assert facts.states["calcium"].value == expected.states["calcium"].value
    assert opened.source.fact_set("p2") is None

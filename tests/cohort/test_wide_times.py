"""Days beside the values of a table with one row a patient: the outcomes of `guidelang run` on the same file."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang import load
from guidelang.facts import read_patients
from guidelang.run import evaluate
from guidelang.source import Source
from tests.cohort.tables import DAY, cohort_of

TEXT = """guideline dated version 1

fact phosphorus is quantity in mg/dL
    within 31 days
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact pth is quantity in pg/mL
fact warfarin is yes or no
    within 90 days
    absent means no
fact smoker is yes or no
    within 1 year
fact stage is one of g4, g5
    within 1 year
rule high when phosphorus >= 5.5 mg/dL unless warfarin recommend reduce phosphorus
rule hormone when pth > 300 pg/mL recommend measure pth
rule smokes when smoker recommend discuss smoker
rule late when stage is g5 recommend discuss stage
"""
NETWORK = load(Source("dated.guide", TEXT)).network
COLUMNS = {
    "phosphorus [mg/dL]": ("6", "5.4", "<7", "unknown", "99", ""), "pth [pg/mL]": ("412", "10", ""),
    "warfarin": ("yes", "no", "unknown", ""), "smoker": ("yes", "no", ""), "stage": ("g4", "g5", "x", ""),
}  # fmt: skip
TIMES = (
    "2024-05-20", "2024-05-01", "2024-04-30", "2024-03-03", "2023-06-01", "2020-01-01", "2024-06-01", "2024-06-02",
    "2024-05", "2024", "2024-05-20T08:30:00+02:00", "2024-05-01T00:30:00+05:00", "soon", "",
)  # fmt: skip


@st.composite
def patients(draw: st.DrawFn) -> dict[str, str]:
    cells = {}
    for column, values in COLUMNS.items():
        cells[column] = draw(st.sampled_from(values))
        cells[f"{column.split(' ')[0]}.time"] = draw(st.sampled_from(TIMES))
    return cells


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(patients(), min_size=20, max_size=20))
def test_the_outcomes_are_those_of_one_patient_after_the_other(tmp_path: Path, people: list[dict[str, str]]) -> None:
    path = tmp_path / "dated.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["patient", *people[0]])
        writer.writeheader()
        writer.writerows({"patient": f"p{number}", **cells} for number, cells in enumerate(people))
    cohort = cohort_of(NETWORK, path)
    for facts, row in zip(read_patients(NETWORK, path, as_of=DAY).patients, cohort.outcomes.to_dicts(), strict=True):
        evaluation = evaluate(NETWORK, facts, "direct")
        statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
        assert statuses == {rule: row[rule] for rule in NETWORK.rules}, facts.patient
        told = {
            (outcome.rule, missing.fact, cause.reason.value)
            for outcome in evaluation.outcomes
            for missing in outcome.missing
            for cause in missing.causes
        }
        found = cohort.why.filter(pl.col("patient") == facts.patient).select("rule", "fact", "reason")
        assert set(found.iter_rows()) == told


def test_days_and_times_of_parquet(tmp_path: Path) -> None:
    table = {
        "patient": ["a", "b", "c"],
        "phosphorus": [6.0, 6.0, 6.0],
        "phosphorus.time": [dt.datetime(2024, 5, 20, 8), dt.datetime(2024, 4, 1), None],
        "pth": [412, 412, 412],
        "pth.time": [dt.date(2001, 1, 1), dt.date(2024, 7, 1), dt.date(2024, 6, 1)],
        "warfarin": [None, None, None],
        "smoker": [True, True, True],
        "smoker.time": ["2024", "2023-01", "2024-01-31"],
        "stage": ["g5"] * 3,
    }
    pl.DataFrame(table).write_parquet(tmp_path / "dated.parquet")
    outcomes = cohort_of(NETWORK, tmp_path / "dated.parquet").outcomes
    assert outcomes["high"].to_list() == ["applies", "undecided", "applies"]
    assert outcomes["hormone"].to_list() == ["applies", "undecided", "applies"]
    assert outcomes["smokes"].to_list() == ["undecided", "undecided", "applies"]

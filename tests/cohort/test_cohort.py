"""A table in, a folder out: what is read, what is refused, what is written."""

from __future__ import annotations

import json
import random
from pathlib import Path

import polars as pl
import pytest

from guidelang import load
from guidelang.cohort import CohortFolderError, run_cohort
from guidelang.cohort.folder import prepare
from guidelang.diagnostics import Report
from guidelang.model import shipped_editions
from guidelang.network.ir import FactDefinition, Network
from guidelang.run.columnar import Columnar, ColumnarError
from guidelang.run.columnar_limits import unanswerable
from guidelang.source import Source
from tests.cohort.tables import DAY, assert_same, cohort_of, csv_of, one_by_one, written
from tests.shipped import sample_value_sets

TEXT = """guideline small version 1

fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
fact warfarin is yes or no
    absent means no
rule patient
    when phosphorus > 5.5 mg/dL
    unless warfarin
    recommend reduce phosphorus
"""
SMALL = load(Source("small.guide", TEXT)).network
HEADER = "patient,phosphorus [mg/dL],warfarin\n"


def errors(network: Network, folder: Path, text: str, name: str = "table.csv") -> list[str]:
    """The codes of the errors of a table that is refused."""
    (folder / name).write_text(text, encoding="utf-8")
    report = Report()
    assert run_cohort(network, folder / name, DAY, report) is None
    return [finding.code for finding in report.findings]


def table(folder: Path, rows: str) -> Path:
    path = folder / "table.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def answerable() -> list[str]:
    networks = {name: load(name, valuesets=sample_value_sets(name)).network for name in shipped_editions()}
    return [name for name, network in networks.items() if network.rules and not unanswerable(network)]


def some_cell(made: random.Random, definition: FactDefinition) -> object:
    match definition.type:
        case "quantity" | "number":
            low, high = definition.plausible or (0, 100)
            value = round(made.uniform(float(low), float(high)), made.randint(0, 2))
            return made.choice((f"{value} {definition.unit or ''}".strip(), f"<{value}", "unknown"))
        case "yes_no":
            return made.choice(("yes", "no", "unknown"))
        case "choice":
            return made.choice([choice.value for choice in definition.choices])
        case "date":
            return made.choice(("2024-03-01", "2020-02-29", "2023"))
        case _:
            return "word"


@pytest.mark.parametrize("name", answerable())
def test_shipped_guidelines_agree_with_direct(name: str, tmp_path: Path) -> None:
    network = load(name, valuesets=sample_value_sets(name)).network
    made = random.Random(1)
    people: list[dict[str, object]] = []
    for _ in range(60):
        person = {
            f: some_cell(made, d) for f, d in network.facts.items() if made.random() < 0.7 and not d.patient_field
        }
        person["birth_date"] = made.choice(("1950-06-01", "1957-06-02", "2010", "unknown"))
        person["sex"] = made.choice(("female", "male"))
        people.append(person)
    path = tmp_path / "people.csv"
    path.write_text(csv_of(network, people), encoding="utf-8")
    assert_same(network, cohort_of(network, path), one_by_one(network, people))


def test_what_asks_for_histories_is_refused_by_name(tmp_path: Path) -> None:
    network = load("calciphylaxis").network
    with pytest.raises(ColumnarError, match="last 2 calcium") as refused:
        Columnar(network)
    assert len(refused.value.conditions) == 2
    assert errors(network, tmp_path, HEADER) == ["G670"]


def test_counts_add_up_and_a_rule_may_be_called_patient(tmp_path: Path) -> None:
    cohort = cohort_of(SMALL, table(tmp_path, "a,6,\nb,99,yes\n,6,no\nc,6,unknown\nd,,no\n"))
    assert (cohort.counts.read, len(cohort.outcomes), cohort.counts.left_out) == (5, 4, 1)
    assert cohort.outcomes["rule patient"].to_list() == ["applies", "not_applicable", "undecided", "undecided"]
    assert cohort.counts.rules == {"patient": {"applies": 1, "not_applicable": 1, "undecided": 2}}
    rejected = [(row["patient"], row["where"], row["reason"]) for row in cohort.rejected.to_dicts()]
    assert rejected == [("b", "row 2", "implausible value"), (None, "row 3", "no patient")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("patient,warfarin\na,yes\n", "G620"),
        ("phosphorus,warfarin\n6,yes\n", "G620"),
        (f"{HEADER}a,6\n", "G621"),
        (f"{HEADER}a,6,yes,7\n", "G621"),
        (f'{HEADER}"a",6\n', "G621"),
        ("patient,phosphorus,phosphorus\n", "G621"),
        ("", "G621"),
        (f"{HEADER}a,6,yes\na,7,no\n", "G622"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused(text: str, code: str, tmp_path: Path) -> None:
    assert errors(SMALL, tmp_path, text) == [code]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    assert errors(SMALL, tmp_path, "nothing", "table.parquet") == ["G600"]
    assert errors(SMALL, tmp_path, "nothing", "table.xlsx") == ["G600"]


def test_a_table_without_rows_gives_an_empty_one(tmp_path: Path) -> None:
    cohort = cohort_of(SMALL, table(tmp_path, ""))
    assert (cohort.counts.read, len(cohort.outcomes), cohort.counts.scope) == (0, 0, {})


def test_columns_of_parquet_may_have_their_types(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    frame = pl.DataFrame({"patient": [1, 2, 3], "phosphorus [mg/dL]": [6, 5, None], "warfarin": [False, True, None]})
    frame.write_parquet(path)
    assert cohort_of(SMALL, path).outcomes["rule patient"].to_list() == ["applies", "not_applicable", "undecided"]


def test_the_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written(SMALL, table(tmp_path, "a,6,no\n"), out)
    written(SMALL, table(tmp_path, "b,6,no\nc,1,no\n"), out)
    assert pl.read_parquet(out / "outcomes.parquet")["patient"].to_list() == ["b", "c"]
    document = json.loads((out / "run.json").read_text(encoding="utf-8"))
    counts = document["counts"]
    assert counts["patients_read"] == counts["patients_in_outcomes"] + counts["patients_rejected"] == 2
    assert document["guideline"]["hash"] == SMALL.hash
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "table.csv"]


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(CohortFolderError):
        written(SMALL, table(tmp_path, "a,6,no\n"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_a_run_that_was_stopped_between_two_renames_is_put_right(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written(SMALL, table(tmp_path, "a,6,no\n"), out)
    (tmp_path / ".out.partial").mkdir()
    out.rename(tmp_path / ".out.partial" / "old")
    prepare(out)
    assert pl.read_parquet(out / "outcomes.parquet")["patient"].to_list() == ["a"]

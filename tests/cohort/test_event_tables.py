"""Tables of events as files: what is read of them, chunk by chunk, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guidelang import load
from guidelang.cohort import Cohort, run_cohort
from guidelang.cohort.event_source import EventSource, open_event_source
from guidelang.cohort.one_by_one import settle_chunk
from guidelang.cohort.processes import processes
from guidelang.cohort.single import single
from guidelang.diagnostics import Report
from guidelang.facts.complete import declared
from guidelang.facts.setting import Setting
from guidelang.model import shipped_editions
from guidelang.network.ir import Network
from guidelang.run import evaluate
from guidelang.run.columnar import Columnar
from tests.cohort.histories import Facts, Patient, agree, patients
from tests.cohort.tables import DAY
from tests.cohort.test_agreement import network_of
from tests.shipped import sample_value_sets

NETWORK = network_of(
    """guideline minerals version 1

fact phosphorus is quantity in mg/dL
    within 31 days
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact stage is one of g3, g4, g5
fact binder is yes or no
    absent means no
fact dialysis is yes or no
    absent means no

rule lower_phosphorus when phosphorus >= 5.5 mg/dL unless binder recommend reduce phosphorus
rule again when last 2 phosphorus within 1 year >= 5.5 mg/dL recommend measure phosphorus
rule long when covered days of dialysis within 90 days >= 30 recommend discuss dialysis
rule late when stage is g5 and age >= 18 recommend refer nephrology
"""
)
EVENTS = """patient,fact,value,unit,time,start,end,status
p2,phosphorus,5.6,mg/dL,2024-05-20,,,
p1,phosphorus,1.78,mmol/L,2024-05-20T08:30:00+02:00,,,final
p1,phosphorus,1.80,mmol/L,2024-01-20,,,final
p1,dialysis,,,,2024-04-01,2024-05-10,
p2,binder,yes,,2024-05-01,,,
p2,phosphorus,99,mg/dL,2024-05-20,,,entered-in-error
p3,phosphorus,99,mg/dL,2024-05-20,,,
p3,phosphorus,6,mg/dL,2024-05,,,
p3,stage,g5,,2020-01-01,,,
"""


def cohort(path: Path, *complete: str, network: Network = NETWORK) -> Cohort:
    report = Report()
    found = run_cohort(network, path, DAY, report, complete)
    assert found is not None, [str(finding) for finding in report.findings]
    return found


def errors(path: Path, network: Network = NETWORK) -> list[tuple[str, str]]:
    report = Report()
    run_cohort(network, path, DAY, report)
    return [(finding.code, finding.message) for finding in report.findings]


def statuses(found: Cohort, rule: str) -> dict[str, str | None]:
    return dict(zip(found.outcomes["patient"], found.outcomes[rule], strict=True))


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_one_table(tmp_path: Path) -> None:
    found = cohort(written(tmp_path, "events.csv", EVENTS))
    assert statuses(found, "lower_phosphorus") == {"p1": "applies", "p2": "not_applicable", "p3": "undecided"}
    assert statuses(found, "again") == {"p1": "applies", "p2": "undecided", "p3": "undecided"}
    assert statuses(found, "long") == {"p1": "applies", "p2": "not_applicable", "p3": "not_applicable"}
    assert statuses(found, "late") == {"p1": "undecided", "p2": "undecided", "p3": "undecided"}
    (rejected,) = found.rejected.to_dicts()
    assert (rejected["patient"], rejected["fact"], rejected["reason"]) == ("p3", "phosphorus", "implausible value")
    assert "row 7" in rejected["where"]


def test_a_folder_with_a_table_of_the_patients(tmp_path: Path) -> None:
    lines = EVENTS.splitlines()
    written(tmp_path / "data", "labs.csv", "\n".join([lines[0], *lines[1:4]]))
    written(tmp_path / "data", "more.tsv", "\n".join([lines[0], *lines[4:]]).replace(",", "\t"))
    written(
        tmp_path / "data", "patients.csv", "patient,birth_date,deceased\np3,1960-01-01,\np4,1970,\np2,1990-01-01,yes\n"
    )
    found = cohort(tmp_path / "data")
    assert statuses(found, "late") == {"p1": "undecided", "p2": None, "p3": "applies", "p4": "undecided"}
    assert statuses(found, "lower_phosphorus") == {
        "p1": "applies", "p2": None, "p3": "undecided", "p4": "undecided"
    }  # fmt: skip
    assert statuses(found, "long")["p4"] == "not_applicable"


def test_parquet_of_any_types_says_the_same(tmp_path: Path) -> None:
    text = cohort(written(tmp_path, "events.csv", EVENTS))
    frame = pl.read_csv(tmp_path / "events.csv", infer_schema=False).filter(
        pl.col("time").ne_missing(pl.lit("2024-05"))
    )
    typed = frame.filter(pl.col("fact") == "phosphorus").with_columns(
        pl.col("value").cast(pl.Float64),
        pl.col("time").str.slice(0, 10).str.to_date(),
        pl.col("fact").cast(pl.Categorical),
    )
    (tmp_path / "typed").mkdir()
    typed.drop("start", "end").write_parquet(tmp_path / "typed" / "numbers.parquet")
    frame.filter(pl.col("fact") != "phosphorus").with_columns(
        pl.col("start", "end").str.to_datetime(time_zone="UTC")
    ).write_parquet(tmp_path / "typed" / "others.parquet")
    found = cohort(tmp_path / "typed")
    assert found.outcomes["again"].to_list() == text.outcomes["again"].to_list()
    assert found.outcomes["long"].to_list() == text.outcomes["long"].to_list()


def test_absence_is_trusted_of_facts_that_rows_are_about(tmp_path: Path) -> None:
    lines = EVENTS.splitlines()
    path = written(tmp_path, "events.csv", "\n".join(line for line in lines if "binder" not in line))
    found = cohort(path)
    assert statuses(found, "lower_phosphorus")["p1"] == "undecided"
    assert any("no row is about `binder`" in note for note in found.notes)
    assert statuses(cohort(path, "binder"), "lower_phosphorus")["p1"] == "applies"


def test_a_number_without_a_unit_is_unknown(tmp_path: Path) -> None:
    found = cohort(written(tmp_path, "events.csv", "patient,fact,value,time\np1,phosphorus,6.1,2024-05-20\n"))
    assert statuses(found, "lower_phosphorus") == {"p1": "undecided"}
    assert found.rejected["reason"].to_list() == ["no unit"]


def test_rows_that_name_nobody_or_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "events.csv", "patient,fact,value\n,binder,yes\np1,,yes\np1,binder,yes\n")
    found = cohort(path)
    assert found.outcomes["patient"].to_list() == ["p1"]
    assert sorted(found.rejected.select("where", "reason").rows()) == [("row 1", "no patient"), ("row 2", "no fact")]


@pytest.mark.parametrize(
    ("files", "code", "told"),
    [
        ({"events.csv": "patient,value\np1,yes\n"}, "G620", "no column `fact`"),
        ({"events.csv": "patient,fact,value\np1,binder\n"}, "G621", "2 cells"),
        ({"events.csv": EVENTS, "patients.csv": "patient,sex\np1,male\np1,male\n"}, "G622", "`p1`"),
        ({"events.csv": EVENTS, "patients.csv": "sex\nmale\n"}, "G620", "no column `patient`"),
        ({"events.csv": "patient,fact,valeu\np1,binder,yes\n"}, "G623", "`valeu`"),
        ({"events.csv": "patient,fact,value\np1,phosphorous,6\n"}, "G623", "`phosphorous`"),
        ({"patients.csv": "patient,sex\np1,male\n"}, "G602", "no table of events"),
        ({"events.parquet": "no Parquet"}, "G600", "cannot be read"),
    ],
)
def test_what_is_wrong(tmp_path: Path, files: Mapping[str, str], code: str, told: str) -> None:
    for name, text in files.items():
        written(tmp_path / "data", name, text)
    found = errors(tmp_path / "data")
    assert any(each == code and told in message for each, message in found), found


def test_chunks_and_single_patients_agree(tmp_path: Path) -> None:
    path = written(
        tmp_path, "events.csv", EVENTS + "".join(f"q{n},phosphorus,{n},mg/dL,2024-05-{n},,,\n" for n in range(10, 20))
    )
    setting = Setting(NETWORK, DAY)
    source = open_event_source(path, setting, declared((), NETWORK, Report()), Report(), rows=4)
    assert isinstance(source, EventSource)
    executor = Columnar(NETWORK, histories=True)
    names: list[str] = []
    for chunk in source.chunks():
        names.extend(chunk.names)
        outcomes = settle_chunk(executor, NETWORK, chunk).settled.outcomes
        for name, status in zip(chunk.names, outcomes["rule:lower_phosphorus"], strict=True):
            facts = source.fact_set(name)
            assert facts is not None
            assert {o.rule: o.status.value for o in evaluate(NETWORK, facts, "direct").outcomes}[
                "lower_phosphorus"
            ] == status
    assert names == sorted(set(names))
    assert len(names) == 13
    assert [chunk.reached for chunk in source.chunks(2)] == [chunk.reached for chunk in source.chunks()][2:]
    assert source.fact_set("nobody") is None


# ---- shipped guidelines ----------------------------------------------------------------------------------------------


def facts_of(network: Network) -> Facts:
    """Ordinary rows of a guideline's facts: values at its thresholds and around them."""
    numbers = {"100", "1", "5.5", "10.2", "50", "190", "30", "90"}
    own = {name: fact for name, fact in network.facts.items() if fact.patient_field is None}
    return Facts(
        {n: (sorted(numbers), (f.unit or "",), ("",)) for n, f in own.items() if f.type in ("quantity", "number")},
        {
            n: ([c.value for c in f.choices] or ["word"], ("unknown",))
            for n, f in own.items()
            if f.type in ("choice", "text")
        },
        [n for n, f in own.items() if f.type == "date"],
        [n for n, f in own.items() if f.type == "yes_no"],
        [n for n, f in own.items() if f.type == "yes_no"],
    )


@pytest.mark.parametrize("name", sorted(shipped_editions()))
def test_shipped_guidelines(name: str) -> None:
    network = load(name, valuesets=sample_value_sets(name)).network
    absent = [fact for fact, definition in network.facts.items() if definition.absent_means_no]

    @settings(
        max_examples=2, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip
    @given(st.lists(patients(facts_of(network)), min_size=20, max_size=20))
    def run(people: Sequence[Patient]) -> None:
        agree(network, people, absent)

    run()


def test_several_processes_say_the_same(tmp_path: Path) -> None:
    """Whoever is evaluated one by one may be so elsewhere."""
    rows = [f"p{n:03},phosphorus,6,mg/dL,2024-05-20,,,preliminary\n" for n in range(300)]
    path = written(tmp_path, "events.csv", EVENTS + "".join(rows))
    setting = Setting(NETWORK, DAY)
    source = open_event_source(path, setting, declared((), NETWORK, Report()), Report())
    assert source is not None
    (chunk,) = source.chunks()
    executor = Columnar(NETWORK, histories=True)
    alone = settle_chunk(executor, NETWORK, chunk)
    with processes(NETWORK, single, 2) as several:
        several.few = 100
        shared = settle_chunk(executor, NETWORK, chunk, several)
    assert alone.alone == shared.alone == 300
    assert alone.settled.outcomes.equals(shared.settled.outcomes)
    assert alone.rejected.equals(shared.rejected)

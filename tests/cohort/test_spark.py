"""On a Spark cluster, outcomes are those of one machine, also when a worker is lost; and what is refused.

`make spark` installs what these tests need and runs them; elsewhere they are skipped.
"""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from guidelang import load
from guidelang.source import Source
from guidelang_cli.main import main
from tests.cohort.cluster import PATIENCE, Cluster, lacking
from tests.cohort.tables import DAY, written

on_cluster = pytest.mark.skipif(lacking() is not None, reason=str(lacking()))

TEXT = """guideline minerals version 1
    applies to dialysis and age >= 18

fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact calcium is quantity in mg/dL
    plausible 4 to 18 mg/dL
fact albumin is quantity in g/dL
fact dialysis is yes or no
fact warfarin is yes or no
    absent means no
define corrected_calcium = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL
rule lower_phosphorus
    when phosphorus >= 5.5 mg/dL
    recommend reduce phosphorus
rule lower_calcium
    when corrected_calcium > 10.2 mg/dL
    recommend reduce calcium
rule stop_warfarin
    when warfarin and corrected_calcium > 10.2 mg/dL
    overrides lower_calcium
    recommend stop warfarin
"""
NETWORK = load(Source("minerals.guide", TEXT)).network
PATIENTS, FILES = 4_000, 8

EVENTS = """guideline course version 1

fact phosphorus is quantity in mg/dL
    within 90 days
fact calcium is quantity in mg/dL
    within 90 days
fact dialysis is yes or no
    absent means no
rule twice
    when dialysis and last 2 phosphorus > 5.5 mg/dL
    recommend reduce phosphorus
rule highest_calcium
    when highest calcium within 30 days > 10.2 mg/dL and age >= 50
    recommend reduce calcium
"""


def wide() -> pl.DataFrame:
    """Patients of whom a third of the facts is missing; some cells are odd, and one row names nobody."""
    made = random.Random(3)

    def cell(*some: object) -> object:
        return None if made.random() < 1 / 3 else made.choice(some)

    rows = []
    for number in range(PATIENTS):
        phosphorus = cell(f"{made.uniform(0.5, 3.5):.2f}", "<1.0", "99", "5.5 mg/dL", "1.7757")
        albumin = cell(round(made.uniform(2, 5), 1), 3.5)
        birth = cell("1957-03-20", "2006-06-01", "2006", "1990-01")
        calcium = cell(round(made.uniform(7, 12), 1), 9.8)
        rows.append(
            (f"p{number}", birth, phosphorus, calcium, albumin, cell(True, True, False), cell("yes", "no", "unknown"))
        )
    rows[17] = (None, *rows[17][1:])
    names = (
        "patient",
        "birth_date",
        "phosphorus [mmol/L]",
        "calcium [mg/dL]",
        "albumin [g/dL]",
        "dialysis",
        "warfarin",
    )
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def events(folder: Path) -> None:
    """Tables of events in two files, and one of the patients."""
    made = random.Random(5)
    rows = []
    for _ in range(6_000):
        patient, day = f"p{made.randrange(500)}", f"2024-0{made.randint(3, 5)}-{made.randint(10, 28)}"
        fact = made.choice(("phosphorus", "calcium", "dialysis", "unheard_of"))
        value = "yes" if fact == "dialysis" else made.choice((f"{made.uniform(4, 12):.1f}", "<5", "odd"))
        unit = None if fact == "dialysis" else "mg/dL"
        status = made.choice(("final", "final", "corrected", "entered-in-error", "preliminary"))
        rows.append((patient, fact, value, unit, made.choice((day, day, day[:7], None)), status))
    rows += [(None, "calcium", "9", "mg/dL", "2024-05-01", "final"), ("p1", None, "9", None, None, None)]
    frame = pl.DataFrame(rows, schema=["patient", "fact", "value", "unit", "time", "status"], orient="row")
    folder.mkdir()
    frame[:2500].write_parquet(folder / "a.parquet")
    frame[2500:].write_parquet(folder / "b.parquet")
    people = [(f"p{n}", made.choice(("1950-02-03", "1990", None)), made.choice(("female", "male"))) for n in range(600)]
    pl.DataFrame(people, schema=["patient", "birth_date", "sex"], orient="row").write_parquet(
        folder / "patients.parquet"
    )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    settings = {
        "spark.sql.files.maxPartitionBytes": "4k",
        "spark.executor.memory": "512m",
        "spark.driver.memory": "512m",
    }
    settings |= {"spark.sql.shuffle.partitions": "4", "spark.ui.enabled": "false"}
    with Cluster(tmp_path_factory.mktemp("cluster"), settings) as started:
        yield started


@pytest.fixture
def runs(cluster: Cluster, tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    begun: list[subprocess.Popen[str]] = []
    yield begun
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.wait()


def arguments(cluster: Cluster, guideline: str, data: str) -> list[str]:
    options = ["--out", "out", "--as-of", DAY.isoformat(), "--engine", "spark", "--master", cluster.master]
    return ["cohort", guideline, "--data", data, *options]


def ended(process: subprocess.Popen[str], folder: Path) -> str:
    """What the run said; its exit code is told first."""
    code = process.wait(PATIENCE * 3)
    return f"{code}\n{(folder / 'log').read_text(encoding='utf-8')}"


def in_files(folder: Path, table: pl.DataFrame) -> None:
    (folder / "wide").mkdir()
    each = len(table) // FILES
    for number in range(FILES):
        table[number * each : (number + 1) * each].write_parquet(folder / "wide" / f"part-{number}.parquet")


def assert_same_as_here(folder: Path) -> None:
    """Outcomes, facts, what was rejected and all counts are those of a run on this machine, in `here`."""
    for name in ("outcomes", "facts"):
        there = pl.read_parquet(folder / "out" / f"{name}.parquet").sort("patient")
        assert there.equals(pl.read_parquet(folder / "here" / f"{name}.parquet").sort("patient"))
    rejected = [
        sorted(
            (str(line["patient"]), str(line["fact"]), str(line["value"]), line["reason"], line["message"])
            for path in paths
            for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        )
        for paths in ((folder / "out" / "rejected.ndjson").iterdir(), [folder / "here" / "rejected.ndjson"])
    ]
    assert rejected[0] == rejected[1] != []
    there, here = (json.loads((folder / name / "run.json").read_text(encoding="utf-8")) for name in ("out", "here"))
    assert there["counts"] == here["counts"]
    assert there["guideline"] == here["guideline"]
    assert there["engine"] == "spark"
    counts = there["counts"]
    assert counts["patients_read"] == counts["patients_in_outcomes"] + counts["patients_rejected"]
    assert not (folder / ".out.partial").exists()


@on_cluster
def test_outcomes_are_those_of_one_machine(cluster: Cluster, runs: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    table = wide()
    in_files(tmp_path, table)
    table.write_parquet(tmp_path / "one.parquet")
    (tmp_path / "minerals.guide").write_text(TEXT, encoding="utf-8")
    written(NETWORK, tmp_path / "one.parquet", tmp_path / "here")
    runs.append(cluster.begin(arguments(cluster, "minerals.guide", "wide"), tmp_path))
    told = ended(runs[-1], tmp_path)
    assert told.startswith("0\n"), told
    assert_same_as_here(tmp_path)
    assert len(list((tmp_path / "out" / "outcomes.parquet").iterdir())) > 2


@on_cluster
def test_a_killed_worker_is_taken_over_and_nobody_is_counted_twice(
    cluster: Cluster, runs: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    table = wide()
    in_files(tmp_path, table)
    table.write_parquet(tmp_path / "one.parquet")
    (tmp_path / "minerals.guide").write_text(TEXT, encoding="utf-8")
    written(NETWORK, tmp_path / "one.parquet", tmp_path / "here")
    lost = cluster.start_worker("lost")
    runs.append(cluster.begin(arguments(cluster, "minerals.guide", "wide"), tmp_path))
    staging = tmp_path / ".out.partial" / "tasks"
    until = time.monotonic() + PATIENCE
    executors = cluster.folder / "lost"
    while not (staging.is_dir() and any(staging.iterdir()) and any(executors.glob("app-*/*"))):
        assert runs[-1].poll() is None, ended(runs[-1], tmp_path)
        assert time.monotonic() < until
        time.sleep(0.02)
    cluster.kill(lost)
    assert runs[-1].poll() is None
    told = ended(runs[-1], tmp_path)
    assert told.startswith("0\n"), told
    assert_same_as_here(tmp_path)


@on_cluster
def test_events_of_a_patient_come_together(cluster: Cluster, runs: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    events(tmp_path / "events")
    (tmp_path / "course.guide").write_text(EVENTS, encoding="utf-8")
    written(load(Source("course.guide", EVENTS)).network, tmp_path / "events", tmp_path / "here")
    runs.append(cluster.begin(arguments(cluster, "course.guide", "events"), tmp_path))
    told = ended(runs[-1], tmp_path)
    assert told.startswith("0\n"), told
    assert_same_as_here(tmp_path)


@on_cluster
def test_a_patient_in_two_files_is_found_and_the_old_output_stays(
    cluster: Cluster, runs: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    table = wide()
    in_files(tmp_path, table)
    table[:1].write_parquet(tmp_path / "wide" / "again.parquet")
    table[:3].write_parquet(tmp_path / "one.parquet")
    (tmp_path / "minerals.guide").write_text(TEXT, encoding="utf-8")
    written(NETWORK, tmp_path / "one.parquet", tmp_path / "out")
    runs.append(cluster.begin(arguments(cluster, "minerals.guide", "wide"), tmp_path))
    told = ended(runs[-1], tmp_path)
    assert told.startswith("1\n"), told
    assert "G622" in told
    assert "`p0` have several" in told
    assert len(pl.read_parquet(tmp_path / "out" / "outcomes.parquet")) == 3


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--data", "table.csv", "--engine", "spark"], "G672"),
        (["--data", "mixed", "--engine", "spark"], "G672"),
        (["--data", "table.parquet", "--engine", "spark", "--master", "nowhere"], "G673"),
        (["--data", "table.parquet", "--engine", "spark", "--resume"], "--resume"),
        (["--data", "table.parquet", "--master", "local[2]"], "--master"),
        (["--data", "table.parquet", "--engine", "dask"], "--engine"),
    ],
)
def test_what_does_not_go_with_spark_is_refused_before_it_is_loaded(
    options: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("minerals.guide").write_text(TEXT, encoding="utf-8")
    wide()[:3].write_parquet("table.parquet")
    Path("table.csv").write_text("patient\np1\n", encoding="utf-8")
    Path("mixed").mkdir()
    wide()[:3].write_parquet("mixed/part.parquet")
    Path("mixed/more.csv").write_text("patient\np1\n", encoding="utf-8")
    assert main(["cohort", "minerals.guide", "--out", "out", *options]) != 0
    assert told in capsys.readouterr().err
    assert not Path("out").exists()


@on_cluster
def test_a_master_that_is_not_there_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("minerals.guide").write_text(TEXT, encoding="utf-8")
    wide()[:3].write_parquet("table.parquet")
    options = ["--engine", "spark", "--master", "spark://127.0.0.1:1"]
    assert main(["cohort", "minerals.guide", "--data", "table.parquet", "--out", "out", *options]) == 1
    assert "nobody answers at spark://127.0.0.1:1" in capsys.readouterr().err

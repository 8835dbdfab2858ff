"""A table of events larger than memory allows: `calciphylaxis` on made-up patients with 20 results each.

    python benchmarks/events.py [PATIENTS] [FOLDER]        (or: make bench-events, 2.5 million patients)

One Parquet file sorted by patient: seventeen results of seven facts over the last 400 days, each with its unit (of
phosphorus, two), and three answers. The file is made in FOLDER, or in a temporary one. The run is `guidelang cohort` as
a process of its own, to the files of the output; its memory, that of the processes it starts included, is looked at
ten times a second. The yardstick is polars alone: the same columns read, and the newest result of each patient and
fact. Before it, the outcomes of 200 patients are held against the `direct` executor.
"""

from __future__ import annotations

import datetime as dt
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import polars as pl

from guidelang import load
from guidelang.cohort import open_cohort, run_cohort
from guidelang.diagnostics import Report
from guidelang.network.ir import Network
from guidelang.run import evaluate

DAY = dt.date(2024, 6, 1)
RESULTS = 20
FACTS = (
    "phosphorus",
    "calcium",
    "albumin",
    "pth",
    "ionized_calcium",
    "phosphorus",
    "calcium",
    "pain",
    "dialysate_calcium",
)
UNITS = {"phosphorus": "mg/dL", "calcium": "mg/dL", "albumin": "g/dL", "pth": "pg/mL", "ionized_calcium": "mmol/L",
         "pain": "{score}", "dialysate_calcium": "mEq/L"}  # fmt: skip
LOWEST = {"phosphorus": 2.0, "calcium": 7.0, "albumin": 2.5, "pth": 50.0, "ionized_calcium": 0.9, "pain": 0.0,
          "dialysate_calcium": 1.5}  # fmt: skip
RANGE = {"phosphorus": 60, "calcium": 45, "albumin": 25, "pth": 9000, "ionized_calcium": 6, "pain": 90,
         "dialysate_calcium": 20}  # fmt: skip
ANSWERS = ("secondary_hyperparathyroidism", "kidney_transplant", "warfarin", "calcium_binder", "calcimimetic")


def events(patients: int) -> pl.LazyFrame:
    """The rows, sorted by patient."""
    number = pl.int_range(patients * RESULTS, dtype=pl.Int64).alias("n")
    chance = pl.col("n").hash(seed=1)
    place = pl.col("n") % RESULTS
    who, which = pl.col("n") // RESULTS, (pl.col("n") // RESULTS + place) % len(FACTS)
    answer = place <= 2
    asked = (who % len(ANSWERS)).replace_strict(dict(enumerate(ANSWERS)), return_dtype=pl.String)
    fact = (
        pl.when(place == 0)
        .then(asked)
        .when(place == 1)
        .then(pl.lit("calciphylaxis"))
        .when(answer)
        .then(pl.lit("dialysis"))
    )
    fact = fact.otherwise(which.replace_strict(dict(enumerate(FACTS)), return_dtype=pl.String))
    tenths = (chance % pl.col("fact").replace_strict(RANGE, default=1, return_dtype=pl.UInt64)).cast(pl.Float64)
    value = pl.col("fact").replace_strict(LOWEST, default=None, return_dtype=pl.Float64) + tenths / 10
    molar = (pl.col("fact") == "phosphorus") & (chance % 4 == 0)
    value = pl.when(molar).then(value / 3).otherwise(value).round(2)
    unit = pl.when(molar).then(pl.lit("mmol/L")).otherwise(
        pl.col("fact").replace_strict(UNITS, default=None, return_dtype=pl.String)
    )  # fmt: skip
    minutes = (pl.col("n").hash(seed=2) % (400 * 24 * 60)).cast(pl.Int64)
    when = pl.lit(dt.datetime(2024, 5, 31)) - pl.duration(minutes=minutes)
    rows = pl.LazyFrame().select(number).with_columns(fact=fact)
    return rows.select(
        patient=pl.format("p{}", who.cast(pl.String).str.zfill(8)),
        fact="fact",
        value=value,
        unit=unit,
        time=pl.when(~answer).then(when),
    )


def main() -> None:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    network = load("calciphylaxis").network
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name)
        path = folder / f"events-{patients}.parquet"
        if not path.exists():
            events(patients).sink_parquet(path, row_group_size=500_000)
        _hold_against_direct(network, folder)
        rows = []
        for what, command in (
            ("polars alone, read, the newest of each", [sys.executable, __file__, "--alone", str(path)]),
            ("guidelang cohort", _guidelang(path, folder, "polars")),
        ):
            began = time.perf_counter()
            peak = _peak(command)
            rows.append((what, time.perf_counter() - began, peak))
        size = path.stat().st_size / 1e6
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, polars {version('polars')}")
    print(f"{time.strftime('%Y-%m-%d')}, {patients:,} patients, {patients * RESULTS:,} events, {size:,.0f} MB\n")
    print("| | s | events/s | most memory, MB |\n| --- | ---: | ---: | ---: |")
    for what, taken, peak in rows:
        print(f"| {what} | {taken:.1f} | {patients * RESULTS / taken:,.0f} | {peak / 1e6:,.0f} |")


def _guidelang(path: Path, folder: Path, engine: str) -> list[str]:
    told = ["--data", str(path), "--out", str(folder / "out"), "--as-of", str(DAY), "--engine", engine]
    return [sys.executable, "-c", "from guidelang_cli.main import main; main()", "cohort", "calciphylaxis", *told]


def _peak(command: list[str]) -> int:
    """Runs a command; the most memory, in bytes, that it and the processes it started held together."""
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(_memory, _tree(process.pid))))
            time.sleep(0.1)
        assert process.returncode == 0, process.returncode
    return most


def _tree(pid: int) -> list[int]:
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in below for each in _tree(int(child)))]


def _memory(pid: int) -> int:
    """What a process holds; a page that several share is counted once for each share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _alone(path: Path) -> None:
    newest = pl.scan_parquet(path).group_by("patient", "fact").agg(pl.col("value", "unit").sort_by("time").last())
    newest.sink_parquet(path.with_suffix(".newest"))


def _hold_against_direct(network: Network, folder: Path) -> None:
    path = folder / "some.parquet"
    events(200).sink_parquet(path)
    cohort, opened = run_cohort(network, path, DAY, Report()), open_cohort(network, path, DAY, Report())
    assert cohort is not None
    assert opened is not None
    for row in cohort.outcomes.to_dicts():
        facts = opened.source.fact_set(row["patient"])
        assert facts is not None
        found = evaluate(network, facts, "direct")
        statuses = {outcome.rule: outcome.status.value for outcome in found.outcomes}
        assert {rule: statuses.get(rule) for rule in network.rules} == {rule: row[rule] for rule in network.rules}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        _alone(Path(sys.argv[2]))
    else:
        main()

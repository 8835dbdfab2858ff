"""What Spark costs on one machine: a million patients by `guidelang cohort`, and the same on Spark with two cores.

    python benchmarks/spark.py [PATIENTS]         (or: make bench-spark)

Patients and rules are those of `benchmarks/cohort.py`, in eight files of Parquet for Spark, in one without it. Told are
medians of three rounds on the wall, from files to files; of Spark once it is there, and how long its first round takes
with its start. The outcomes are compared before anything is told. Sizes are those of the files, a patient.
"""

from __future__ import annotations

import datetime as dt
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import polars as pl
from cohort import RULES, guideline, patients  # benchmarks/cohort.py

from guidelang.cohort import open_cohort, write_cohort
from guidelang.cohort.spark import open_on_spark, spark_session, write_on_spark
from guidelang.diagnostics import Report
from guidelang.network.ir import Network

DAY = dt.date(2024, 6, 1)
FILES, ROUNDS = 8, 3
MASTER = "local[2]"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    network, table = guideline(), patients(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table.write_parquet(folder / "one.parquet")
        (folder / "parts").mkdir()
        each = -(-count // FILES)
        for number in range(FILES):
            table[number * each : (number + 1) * each].write_parquet(folder / "parts" / f"part-{number}.parquet")
        del table
        here = [_here(network, folder) for _ in range(ROUNDS)]
        began = time.perf_counter()
        with spark_session(MASTER, "benchmark") as session:
            ready, there = time.perf_counter() - began, []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                opened = open_on_spark(session, network, folder / "parts", DAY, Report())
                assert opened is not None
                write_on_spark(opened, folder / "there")
                there.append(time.perf_counter() - start)
        ours, theirs = (pl.read_parquet(folder / out / "outcomes.parquet").sort("patient") for out in ("here", "there"))
        assert ours.equals(theirs)
        libraries = ", ".join(f"{library} {version(library)}" for library in ("polars", "pyspark", "pyarrow"))
        print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, {libraries}")
        print(f"{time.strftime('%Y-%m-%d')}, {count:,} patients, {RULES} rules, median of {ROUNDS}\n")
        print("| | s | patients/s |\n| --- | ---: | ---: |")
        for way, seconds in (("without Spark", here), (f"on Spark, {MASTER}, once it is there", there)):
            middle = statistics.median(seconds)
            print(f"| {way} | {middle:.2f} | {count / middle:,.0f} |")
        first = ready + there[0]
        print(f"| the first round on Spark, with its start | {first:.2f} | {count / first:,.0f} |")
        print("\n| bytes a patient | |\n| --- | ---: |")
        for path in ("parts", "there/outcomes.parquet", "there/facts.parquet", "there/rejected.ndjson"):
            size = sum(file.stat().st_size for file in (folder / path).rglob("*") if file.is_file())
            print(f"| {Path(path).name} | {size / count:.1f} |")


def _here(network: Network, folder: Path) -> float:
    start = time.perf_counter()
    opened = open_cohort(network, folder / "one.parquet", DAY, Report())
    assert opened is not None
    write_cohort(opened, folder / "here")
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

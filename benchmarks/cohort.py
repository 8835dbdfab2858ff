"""How many patients a second `guidelang cohort` does: a table of a million, 20 rules, and a Parquet file out.

    python benchmarks/cohort.py [PATIENTS]        (or: make bench-cohort)

Patients are made up: twenty laboratory values with one or two decimals, of which a third is missing, and two formulas.
The same table is read as Parquet with doubles, as Parquet with text, and as CSV. Told are medians of three runs, from
the file to the four files of the output; and, as a yardstick, reading and writing the same columns with polars and no
rule at all. Before anything is timed, the outcomes of 200 patients are held against the `direct` executor.
"""

from __future__ import annotations

import datetime as dt
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import polars as pl

from guidelang import load
from guidelang.cohort import run_cohort, write_cohort
from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run import evaluate
from guidelang.source import Source

RULES = 20
DAY = dt.date(2024, 6, 1)


def guideline() -> Network:
    """Twenty rules with thresholds, some with exceptions, two on a formula, one that overrides another."""
    text = ["guideline thresholds version 1.0.0\n"]
    text += [f"fact v{n} is quantity in mg/dL\n    plausible 0 to 20 mg/dL" for n in range(RULES)]
    text += ["define corrected = v0 + 0.8 * (4.0 - v1)\n    with v0 in mg/dL, v1 in mg/dL, result in mg/dL"]
    for n in range(RULES):
        condition = f"v{n} >= {3 + n / 2} mg/dL" if n > 1 else f"corrected {'><'[n]} {10.2 if n == 0 else 8.4} mg/dL"
        unless = f"    unless v{(n + 1) % RULES} < 2.5 mg/dL\n" if n % 3 == 0 else ""
        overrides = "    overrides r4\n" if n == 5 else ""
        text.append(f"rule r{n}\n    when {condition}\n{unless}{overrides}    recommend reduce v{n}")
    return load(Source("thresholds.guide", "\n".join(text) + "\n")).network


def patients(count: int) -> pl.DataFrame:
    made = random.Random(1)
    columns: dict[str, object] = {"patient": [f"p{n}" for n in range(count)]}
    for n in range(RULES):
        places = 1 + n % 2
        seen = [None if made.random() < 1 / 3 else round(made.uniform(0.5, 15), places) for _ in range(4096)]
        columns[f"v{n} [mg/dL]"] = [seen[(p * (2 * n + 1) * 7919 + p // 4096) % 4096] for p in range(count)]
    return pl.DataFrame(columns)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    network, table = guideline(), patients(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table.write_parquet(folder / "doubles.parquet")
        table.cast(pl.String).write_parquet(folder / "text.parquet")
        table.write_csv(folder / "table.csv")
        _hold_against_direct(network, table, folder)
        ways: dict[str, Callable[[], None]] = {
            "polars alone, Parquet read and written": lambda: _copied(folder),
            "guidelang cohort, Parquet, doubles": lambda: _ran(network, folder / "doubles.parquet", folder / "out"),
            "guidelang cohort, Parquet, text": lambda: _ran(network, folder / "text.parquet", folder / "out"),
            "guidelang cohort, CSV": lambda: _ran(network, folder / "table.csv", folder / "out"),
        }
        seconds = {way: statistics.median(_timed(run) for _ in range(3)) for way, run in ways.items()}
    libraries = ", ".join(f"{name} {version(name)}" for name in ("polars", "narwhals"))
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, {libraries}")
    print(f"{time.strftime('%Y-%m-%d')}, {count:,} patients, {RULES} rules, median of 3\n")
    print("| | s | patients/s |\n| --- | ---: | ---: |")
    for way, taken in seconds.items():
        print(f"| {way} | {taken:.2f} | {count / taken:,.0f} |")


def _ran(network: Network, path: Path, out: Path) -> None:
    cohort = run_cohort(network, path, DAY, Report())
    assert cohort is not None
    write_cohort(cohort, out)


def _copied(folder: Path) -> None:
    pl.read_parquet(folder / "doubles.parquet").write_parquet(folder / "copy.parquet")


def _hold_against_direct(network: Network, table: pl.DataFrame, folder: Path) -> None:
    table.head(200).write_csv(folder / "some.csv")
    cohort = run_cohort(network, folder / "some.csv", DAY, Report())
    assert cohort is not None
    for person, row in zip(table.head(200).to_dicts(), cohort.outcomes.to_dicts(), strict=True):
        content = {name.removesuffix(" [mg/dL]"): value for name, value in person.items() if value is not None}
        evaluation = evaluate(network, fact_set(Setting(network, DAY), content, "p", "benchmark"), "direct")
        assert {o.rule: o.status.value for o in evaluation.outcomes} == {name: row[name] for name in network.rules}


def _timed(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

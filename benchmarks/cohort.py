"""How many patients a second `guidelang cohort` does: a table of a million, 20 rules, and a Parquet file out.

    python benchmarks/cohort.py [PATIENTS]        (or: make bench-cohort)

Patients are made up: twenty laboratory values with one or two decimals, of which a third is missing, and two formulas.
The same table is read as Parquet with doubles and, up to a million, as Parquet with text and as CSV. Told are medians
of three rounds, from the file to the files of the output, of the time on the wall and of the processors' time, which
other work on the machine changes less. The yardsticks are polars: reading and writing the columns with no rule at all,
and the twenty rules written by hand with the same statuses, these also as SQL for DuckDB. The line "statuses" writes
these columns and what is missing, as they are in `outcomes.parquet`, and nothing else. Before anything is timed, the
outcomes of 200 patients are held against the `direct` executor, and all of them against those by hand.
"""

from __future__ import annotations

import datetime as dt
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import polars as pl

from guidelang import load
from guidelang.cohort import open_cohort, run_cohort, write_cohort
from guidelang.cohort.grown import Grown
from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run import evaluate
from guidelang.run.columnar_engines import Engine
from guidelang.source import Source

ENGINES: tuple[Engine, ...] = ("polars", "duckdb")
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
        doubles = folder / "doubles.parquet"
        table.write_parquet(doubles)
        table.cast(pl.String).write_parquet(folder / "text.parquet")
        table.write_csv(folder / "table.csv")
        _hold_against_direct(network, table, folder)
        _hold_against_hand(network, doubles, folder)
        del table
        ways: dict[str, Callable[[], object]] = {
            "polars alone, all columns read and written": lambda: _copied(doubles, folder),
            "polars by hand, statuses": lambda: by_hand(doubles).sink_parquet(folder / "hand.parquet"),
            "DuckDB SQL by hand, statuses": lambda: sql_by_hand(doubles, folder / "sql.parquet"),
            "guidelang, statuses and what is missing": lambda: _statuses(network, doubles, folder / "statuses"),
            "the same, --engine duckdb": lambda: _statuses(network, doubles, folder / "statuses", "duckdb"),
            "guidelang cohort, Parquet, doubles": lambda: _ran(network, doubles, folder / "out"),
        }
        texts: dict[str, Callable[[], object]] = {
            "guidelang cohort, Parquet, text": lambda: _ran(network, folder / "text.parquet", folder / "out"),
            "guidelang cohort, CSV": lambda: _ran(network, folder / "table.csv", folder / "out"),
        }
        if count <= 1_000_000:
            ways |= texts
        rounds = [{way: _timed(run) for way, run in ways.items()} for _ in range(3)]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("polars", "narwhals", "duckdb"))
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, {libraries}")
    print(f"{time.strftime('%Y-%m-%d')}, {count:,} patients, {RULES} rules, median of 3\n")
    print("| | s | processors, s | patients/s |\n| --- | ---: | ---: | ---: |")
    for way in ways:
        wall, busy = (statistics.median(each[way][n] for each in rounds) for n in (0, 1))
        print(f"| {way} | {wall:.2f} | {busy:.2f} | {count / wall:,.0f} |")


def by_hand(path: Path) -> pl.LazyFrame:
    """The twenty rules in polars, as somebody would write them who knows how near to thresholds sums may lie."""
    statuses = pl.Enum(["applies", "not_applicable", "undecided", "overridden"])
    word = {each: pl.lit(each, dtype=statuses) for each in statuses.categories}
    values = [pl.col(f"v{n} [mg/dL]") for n in range(RULES)]
    values = [pl.when(value.is_between(0, 20)).then(value) for value in values]
    corrected = values[0] + 0.8 * (4.0 - values[1])
    found = [pl.col("patient"), pl.lit("applies", dtype=pl.Enum(["applies", "not_for_this_patient", "undecided"]))]
    bases = []
    for n in range(RULES):
        when = values[n] >= 3 + n / 2 if n > 1 else corrected > 10.2 + 1e-9 if n == 0 else corrected < 8.4 - 1e-9
        bases.append(when & ~(values[(n + 1) % RULES] < 2.5) if n % 3 == 0 else when)
    for n, base in enumerate(bases):
        applies = base & ~bases[5] if n == 4 else base
        chosen = pl.when(applies).then(word["applies"]).when(applies.is_null()).then(word["undecided"])
        if n == 4:
            chosen = chosen.when(base.is_null() | base).then(word["overridden"])
        found.append(chosen.otherwise(word["not_applicable"]).alias(f"r{n}"))
    return pl.scan_parquet(path).select(found[0], found[1].alias("scope"), *found[2:])


def sql_by_hand(path: Path, out: Path) -> None:
    """The same in SQL for DuckDB."""
    import duckdb

    values = ", ".join(
        f'CASE WHEN "v{n} [mg/dL]" BETWEEN 0 AND 20 THEN "v{n} [mg/dL]" END AS v{n}' for n in range(RULES)
    )
    columns = []
    for n in range(RULES):
        when = f"v{n} >= {3 + n / 2}" if n > 1 else "corrected > 10.2 + 1e-9" if n == 0 else "corrected < 8.4 - 1e-9"
        columns.append(f"({when}) AND NOT (v{(n + 1) % RULES} < 2.5) AS b{n}" if n % 3 == 0 else f"{when} AS b{n}")
    kind = "ENUM('applies', 'not_applicable', 'undecided', 'overridden')"
    statuses = []
    for n in range(RULES):
        applies = "(b4 AND NOT b5)" if n == 4 else f"b{n}"
        overridden = " WHEN b4 IS NULL OR b4 THEN 'overridden'" if n == 4 else ""
        case = f"CASE WHEN {applies} THEN 'applies' WHEN {applies} IS NULL THEN 'undecided'{overridden}"
        statuses.append(f"({case} ELSE 'not_applicable' END)::{kind} AS r{n}")
    duckdb.sql(
        f"COPY (WITH plausible AS (SELECT patient, {values} FROM read_parquet('{path}')), "
        "formula AS (SELECT *, v0 + 0.8 * (4.0 - v1) AS corrected FROM plausible), "
        f"bases AS (SELECT patient, {', '.join(columns)} FROM formula) "
        f"SELECT patient, 'applies' AS scope, {', '.join(statuses)} FROM bases) TO '{out}' (FORMAT parquet)"
    )


def _statuses(network: Network, path: Path, folder: Path, engine: Engine = "polars") -> None:
    opened = open_cohort(network, path, DAY, Report(), engine=engine)
    assert opened is not None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    grown = Grown(folder)
    with ThreadPoolExecutor(1) as writer:
        writing = [writer.submit(grown.table, "outcomes", p.outcomes, statistics=False) for p in opened.parts()]
        for each in writing:
            each.result()
    grown.end()


def _ran(network: Network, path: Path, out: Path) -> None:
    opened = open_cohort(network, path, DAY, Report())
    assert opened is not None
    write_cohort(opened, out)


def _copied(path: Path, folder: Path) -> None:
    pl.scan_parquet(path).sink_parquet(folder / "copy.parquet")


def _hold_against_hand(network: Network, path: Path, folder: Path) -> None:
    hand = by_hand(path)
    for engine in ENGINES:
        _statuses(network, path, folder / "statuses", engine)
        ours = pl.read_parquet(folder / "statuses" / "outcomes").drop("missing")
        assert ours.equals(hand.select(ours.columns).collect())
    sql_by_hand(path, folder / "sql.parquet")
    sql = pl.read_parquet(folder / "sql.parquet").select(pl.col(ours.columns).cast(pl.String)).sort("patient")
    assert sql.equals(ours.select(pl.all().cast(pl.String)).sort("patient"))


def _hold_against_direct(network: Network, table: pl.DataFrame, folder: Path) -> None:
    table.head(200).write_csv(folder / "some.csv")
    cohort = run_cohort(network, folder / "some.csv", DAY, Report())
    assert cohort is not None
    for person, row in zip(table.head(200).to_dicts(), cohort.outcomes.to_dicts(), strict=True):
        content = {name.removesuffix(" [mg/dL]"): value for name, value in person.items() if value is not None}
        evaluation = evaluate(network, fact_set(Setting(network, DAY), content, "p", "benchmark"), "direct")
        assert {o.rule: o.status.value for o in evaluation.outcomes} == {name: row[name] for name in network.rules}


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of the processors."""
    began, busy = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - busy


if __name__ == "__main__":
    main()

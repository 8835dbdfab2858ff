"""Whether many rules cost more than many times one rule: 200 and 2,000 rules on the same number of patients.

    python benchmarks/rules.py [PATIENTS]        (or: make bench-rules)

Generated rules: two comparisons and an exception, on a tenth as many laboratory values, of which a third is missing.
Told is the time from a Parquet file of doubles to the columns of statuses and of what is missing, compiling the
guideline's columns included and writing files excluded, divided by the number of distinct conditions of the network.
The best of so many rounds as told; before anything is timed, the outcomes of 50 patients are held against `direct`.
"""

from __future__ import annotations

import datetime as dt
import gc
import platform
import random
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import polars as pl

from guidelang import load
from guidelang.cohort import open_cohort, run_cohort
from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import ConditionNode, Network
from guidelang.run import evaluate
from guidelang.source import Source

SIZES = (200, 2_000)
ROUNDS = 3
DAY = dt.date(2024, 6, 1)


def guideline(rules: int) -> Network:
    facts, made = rules // 10, random.Random(1)
    text = ["guideline generated version 1.0.0\n"]
    text += [f"fact v{n} is quantity in mg/dL\n    plausible 0 to 20 mg/dL" for n in range(facts)]
    for n in range(rules):
        first, second, third = (made.randrange(facts) for _ in range(3))
        when = f"v{first} >= {made.randint(20, 120) / 10} mg/dL and v{second} < {made.randint(20, 120) / 10} mg/dL"
        unless = f"v{third} > {made.randint(90, 140) / 10} mg/dL"
        text.append(f"rule r{n}\n    when {when}\n    unless {unless}\n    recommend reduce v{first}")
    return load(Source("generated.guide", "\n".join(text) + "\n")).network


def patients(facts: int, count: int) -> pl.DataFrame:
    made, places = random.Random(1), pl.int_range(count, eager=True)
    columns = {"patient": pl.format("p{}", places)}
    for n in range(facts):
        seen = [None if made.random() < 1 / 3 else round(made.uniform(0.5, 15), 1 + n % 2) for _ in range(4096)]
        columns[f"v{n} [mg/dL]"] = pl.lit(pl.Series(seen).gather((places * (2 * n + 1) * 7919 + places // 4096) % 4096))
    return pl.select(**columns)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    found: list[tuple[int, int, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        for rules in SIZES:
            network = guideline(rules)
            path, table = Path(name) / f"{rules}.parquet", patients(rules // 10, count)
            table.write_parquet(path)
            _hold_against_direct(network, table, Path(name))
            del table
            conditions = sum(isinstance(node, ConditionNode) for node in network.nodes.values())
            timed = [_timed(network, path) for _ in range(ROUNDS)]
            found.append((rules, conditions, min(wall for wall, _ in timed), min(busy for _, busy in timed)))
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, polars {version('polars')}")
    print(f"{time.strftime('%Y-%m-%d')}, {count:,} patients, best of {ROUNDS}\n")
    print("| rules | conditions | s | processors, s | ns a condition and patient | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    least = found[0][3] / found[0][1]
    for rules, conditions, wall, busy in found:
        each = busy / conditions
        print(
            f"| {rules:,} | {conditions:,} | {wall:.2f} | {busy:.2f} | {each / count * 1e9:.2f} | {each / least:.2f} |"
        )


def _timed(network: Network, path: Path) -> tuple[float, float]:
    """Seconds on the wall, and of the processors."""
    gc.collect()
    began, busy = time.perf_counter(), time.process_time()
    opened = open_cohort(network, path, DAY, Report())
    assert opened is not None
    for part in opened.parts():
        assert part.outcomes.width > len(network.rules)
    return time.perf_counter() - began, time.process_time() - busy


def _hold_against_direct(network: Network, table: pl.DataFrame, folder: Path) -> None:
    some = table.head(50)
    some.write_parquet(folder / "some.parquet")
    cohort = run_cohort(network, folder / "some.parquet", DAY, Report())
    assert cohort is not None
    for person, row in zip(some.to_dicts(), cohort.outcomes.to_dicts(), strict=True):
        content = {name.removesuffix(" [mg/dL]"): value for name, value in person.items() if value is not None}
        evaluation = evaluate(network, fact_set(Setting(network, DAY), content, "p", "benchmark"), "direct")
        assert {o.rule: o.status.value for o in evaluation.outcomes} == {name: row[name] for name in network.rules}


if __name__ == "__main__":
    main()

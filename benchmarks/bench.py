"""All benchmarks, one after the other, in one table.

    python benchmarks/bench.py        (or: make bench)

Each program is run as a process of its own, with sizes that take a few minutes in all; its own page has more. What is
not installed (engines of others, Node, Spark) is left out by its program, or told of in the last column.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = {
    "start": (),
    "one_patient": ("300",),
    "compile": ("20", "200", "2000"),
    "cohort": ("1000000",),
    "rules": ("100000",),
    "events": ("100000",),
    "histories": ("10000",),
}
"""The programs, and what they are asked for."""


def main() -> None:
    print("| benchmark | line | figures |\n| --- | --- | --- |")
    for name, arguments in PROGRAMS.items():
        command = [sys.executable, str(Path(__file__).with_name(f"{name}.py")), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines()
            print(f"| {name} | did not run | {said[-1] if said else done.returncode} |", flush=True)
        for line, figures in lines(done.stdout):
            print(f"| {name} | {line} | {figures} |", flush=True)


def lines(printed: str) -> Iterator[tuple[str, str]]:
    """What each line of a table is about, and its figures with what they are."""
    rows = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in printed.splitlines() if row[:1] == "|"]
    if not rows:
        return
    header = printed.splitlines()[[row[:1] for row in printed.splitlines()].index("|")]
    names = [cell.strip() for cell in header.strip().strip("|").split("|")]
    for cells in rows[2:]:
        about = cells[0] if not names[0] else f"{cells[0]} {names[0]}"
        yield about, "; ".join(f"{name} {cell}" for name, cell in zip(names[1:], cells[1:], strict=False))


if __name__ == "__main__":
    main()

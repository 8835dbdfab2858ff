"""How long a cold start takes: `guidelang run` of one patient against the imports of its libraries.

    python benchmarks/start.py [ROUNDS]        (or: make bench-start)

Every round starts one process for each way, one after the other, so that a busy machine slows all of them alike; told
are medians and their ratio to the imports. Times are wall-clock, from the start of the process to its end. Nothing
is warm but the files in the system's memory, the byte code, and, where it is meant, the cache of compiled guidelines.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

GUIDELINE = "calciphylaxis"
PATIENT = Path(__file__).parent.parent / "guidelines" / GUIDELINE / "patients" / "01-three-measures.json"
LIBRARIES = "lark, typer, pydantic, durable_rules_engine"
YARDSTICK = f"python -c 'import {LIBRARIES}'"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        kept = {**os.environ, "GUIDELANG_CACHE": folder}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        none = {**kept, "GUIDELANG_CACHE": "off"}
        run = [sys.executable, "-m", "guidelang_cli.main", "run", GUIDELINE, str(PATIENT), "--as-of", "2024-06-01"]
        load = (
            f"import guidelang; g = guidelang.load({GUIDELINE!r})\n"
            f"print(g.evaluate({str(PATIENT)!r}, as_of='2024-06-01'))"
        )
        ways = {
            YARDSTICK: ([sys.executable, "-c", f"import {LIBRARIES}"], kept),
            "guidelang run": (run, kept),
            "guidelang run --format json": ([*run, "--format", "json"], kept),
            "the same in Python, printed": ([sys.executable, "-c", load], kept),
            "guidelang run, nothing kept": (run, none),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name, (command, environment) in ways.items():
                taken = timed(command, environment)
                if number:  # the first round writes byte code and fills the cache
                    times[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    libraries = ", ".join(f"{name} {version(name)}" for name in ("lark", "typer", "pydantic", "durable-rules", "rich"))
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, {libraries}")
    print(f"{time.strftime('%Y-%m-%d')}, median of {rounds}\n")
    print("| | ms | ratio |\n| --- | ---: | ---: |")
    for name, median in medians.items():
        print(f"| `{name}` | {1000 * median:.0f} | {median / medians[YARDSTICK]:.2f} |")


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Seconds from start to end of a process. Raises CalledProcessError if it fails."""
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

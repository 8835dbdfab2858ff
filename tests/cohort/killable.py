"""A process that makes output folders in children, and lets them be killed wherever a test says.

Each line of its input is one run, as JSON: the table, the folder, whether to resume, the evaluation day, whether to say
why, and when it ends: before its n-th call that opens, makes, renames or deletes something (`event`), in the middle of
its n-th write (`write`), when a file grows too long (`limit`, in bytes), or of itself. Its answer is a line: `killed`,
`done`, or what was raised.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt  # imported once, for all children
import narwhals  # noqa: F401
import polars  # noqa: F401

from guidelang import load
from guidelang.cohort import write_cohort
from guidelang.cohort.grown import Grown
from guidelang.cohort.run import Opened
from guidelang.cohort.wide_source import open_wide_source
from guidelang.diagnostics import Report
from guidelang.facts.complete import Declared
from guidelang.facts.setting import Setting
from guidelang.run.columnar import Columnar
from guidelang.source import Source

TEXT = """guideline small version 1

fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
rule high
    when phosphorus > 5.5 mg/dL
    recommend reduce phosphorus
"""
network = load(Source("small.guide", TEXT)).network
plt.close(plt.figure())
DAY = dt.date(2024, 6, 1)
PATIENTS_AT_ONCE = 3
STEPS = ("open", "os.", "shutil.", "ctypes.")

Run = Mapping[str, Any]


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def is_of_a_library(about: object) -> bool:
    """Whether it is a file that a library brings, as the fonts of plots; the run writes none of these."""
    return isinstance(about, str) and about.startswith((sys.prefix, sys.base_prefix))


def prepared(run: Run) -> None:
    """Sees that this process ends as the run says."""
    left = run.get("event", -1)

    def heard(event: str, about: tuple[object, ...]) -> None:
        nonlocal left
        if event.startswith(STEPS) and not any(map(is_of_a_library, about)):
            left -= 1
            if left == 0:
                kill()

    if "event" in run:
        sys.addaudithook(heard)
    if "limit" in run:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (run["limit"], run["limit"]))
    if "write" in run:
        writes = run["write"]
        append = Grown._append

        def torn(grown: Grown, name: str, what: bytes | memoryview) -> None:
            nonlocal writes
            writes -= 1
            if writes == 0:
                with (grown.folder / name).open("ab") as file:
                    file.write(what[: len(what) // 2])
                kill()
            append(grown, name, what)

        Grown._append = torn  # type: ignore[method-assign]  # the point of it


def made(run: Run) -> str:
    report = Report()
    day = dt.date.fromisoformat(run["day"]) if "day" in run else DAY
    path, setting = Path(run["table"]), Setting(network, day)
    source = open_wide_source(network, path, setting, Declared(), report, chunk=PATIENTS_AT_ONCE)
    if source is None:
        return str(report.findings[0])
    opened = Opened(network, source, Columnar(network), day, (), why=run.get("why", False))
    prepared(run)
    try:
        counts = write_cohort(opened, Path(run["out"]), resume=run["resume"])
    except (ValueError, OSError) as error:
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    return f"done {counts.read}"


def main() -> None:
    for line in sys.stdin:
        run = json.loads(line)
        read, write = os.pipe()
        child = os.fork()  # nothing of polars has run in this process, so it has no threads yet
        if child == 0:
            os.write(write, made(run).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as answer:
            told = answer.read().decode()
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else told or "failed", flush=True)


if __name__ == "__main__":
    main()

"""One patient of the data of a cohort, of which whole files are larger than the reader of records takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity
from guidelang.guideline import Guideline
from guidelang.result import Result

if TYPE_CHECKING:
    from guidelang.run import Engine

TABLES = (".csv", ".tsv")


def is_of_cohort(path: str) -> bool:
    """Whether it is a table that only a cohort reads: of Parquet, or of events."""
    there = Path(path)
    if there.is_dir():
        return any(each.suffix.lower() == ".parquet" for each in there.iterdir())
    if there.suffix.lower() == ".parquet":
        return True
    if there.suffix.lower() not in TABLES or not there.is_file() or find_spec("polars") is None:
        return False
    with there.open("rb") as file:
        header = file.readline(100_000)
    if b"fact" not in header:  # polars need not be loaded to see that
        return False
    from guidelang.cohort.event_files import is_events

    return is_events(there)


def patient_of_cohort(
    guideline: Guideline, path: str, patient: str | None, *, day: dt.date, engine: Engine, complete: Sequence[str]
) -> Result:
    """What becomes of one patient of a table.

    Raises:
        GuidelineError: the table cannot be read, or has nobody of that name.
        typer.BadParameter: no patient is named, or the libraries are not installed.
    """
    if patient is None:
        raise typer.BadParameter("of a table, one patient has to be named", param_hint="--patient")
    if find_spec("polars") is None or find_spec("narwhals") is None:
        raise typer.BadParameter("polars must be installed: pip install 'guidelang[cohort]'", param_hint="PATIENT")
    from guidelang.cohort import open_cohort
    from guidelang.run import evaluate

    report = Report()
    opened = open_cohort(guideline.network, Path(path), day, report, complete)
    facts = None if opened is None else opened.source.fact_set(patient)
    report.raise_errors()
    if opened is None or facts is None:
        raise GuidelineError([Diagnostic("G603", Severity.ERROR, f"there is no patient `{patient}`", file=path)])
    return Result(evaluate(opened.network, facts, engine), report.sorted())

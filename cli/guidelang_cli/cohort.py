"""`guidelang cohort`: a guideline over a table of patients."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from guidelang.diagnostics import GuidelineError, Report
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import patient_files
from guidelang_cli.options import (
    AsOfOption,
    CompleteOption,
    GuidelineArgument,
    ParamOption,
    ValueSetsOption,
    evaluation_day,
    parameters,
    value_sets,
)
from guidelang_cli.progress import working

if TYPE_CHECKING:
    import datetime as dt

    from guidelang.cohort.counts import Counts
    from guidelang.cohort.run import Opened
    from guidelang.network.ir import Network
    from guidelang.run.columnar_engines import Engine
    from guidelang_cli.progress import Work

NAME = "cohort"
EXAMPLES = (
    "guidelang cohort my_guideline.guide --data patients.csv --out results",
    "guidelang cohort my_guideline.guide --data patients.parquet --out results --as-of 2024-06-01",
    "guidelang cohort my_guideline.guide --data events.parquet --out results",
    "guidelang cohort my_guideline.guide --data parquet/ --out results --engine spark --master spark://host:7077",
)

LIBRARIES = ("polars", "narwhals")
OWN_MASTER = "local[*]"
STATUSES = ("applies", "not_applicable", "undecided", "overridden")


class CohortEngine(StrEnum):
    polars = "polars"
    duckdb = "duckdb"
    spark = "spark"


def command(
    guideline: GuidelineArgument,
    *,
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            metavar="PATH",
            help="The patients: CSV, TSV or Parquet, a row a patient or a row a result; or a folder, also of NDJSON.",
            autocompletion=patient_files,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write, replaced as a whole.")],
    as_of: AsOfOption = None,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    complete: CompleteOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run of the same guideline and data that was stopped.")
    ] = False,
    long: Annotated[
        bool, typer.Option("--long", help="Write outcomes_long.parquet, too: a row for each patient and rule.")
    ] = False,
    why: Annotated[
        bool,
        typer.Option("--why", help="Write why.parquet, too: what undecided rules need, and why it is unknown."),
    ] = False,
    engine: Annotated[
        CohortEngine,
        typer.Option("--engine", help="What computes: polars or DuckDB, here, or a Spark cluster."),
    ] = CohortEngine.polars,
    master: Annotated[
        str | None,
        typer.Option(
            "--master", metavar="URL", help="With --engine spark: spark://host:port, local[2]; else all cores."
        ),
    ] = None,
) -> None:
    """Run a guideline on a table of patients, all at once, and write what applies to whom.

    Columns are named like facts, with units in the header: `phosphorus [mg/dL]`. An empty cell is absent. A table of
    events has the columns patient, fact, value, unit and time (or start and end). Written are outcomes.parquet,
    facts.parquet, rejected.ndjson and run.json. Needs the extra `cohort` (polars and narwhals).
    """
    day = evaluation_day(as_of, None)
    settings, files = parameters(param), value_sets(valuesets)
    needed = (*LIBRARIES, "duckdb") if engine is CohortEngine.duckdb else LIBRARIES
    lacking = [name for name in needed if find_spec(name) is None]
    if lacking:
        terminal.tell(f"error: {' and '.join(lacking)} must be installed: pip install 'guidelang[cohort]'\n")
        raise typer.Exit(2)
    _check_engine(engine, master, data, resume=resume)
    from guidelang.cohort import CohortFolderError

    loaded = inputs.guideline_for(guideline, [str(data)], settings, files, argument="--data", day=day)
    report = Report()
    asked = _Asked(loaded.network, data, day, report, tuple(complete or ()), why, long)
    try:
        with working(f"running {loaded.name}") as work:
            if engine is CohortEngine.spark:
                opened, counts = asked.on_spark(out, master or OWN_MASTER, work)
            else:
                opened, counts = asked.here(out, work, engine, resume=resume)
    except CohortFolderError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error
    except GuidelineError as error:
        raise inputs.stop((*report.sorted(), *error.diagnostics)) from error
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        help_ = "the old output is as it was; once there is room, --resume goes on with what is done"
        raise inputs.failed(f"cannot write `{out}`: {told}", help_) from error
    inputs.tell(report.sorted())
    terminal.write("".join(f"{line}\n" for line in _summary(opened, counts, out)))


MOST_FACTS = 5
"""How many facts the summary names; the others stand in `run.json`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, whatever it runs on."""

    network: Network
    data: Path
    day: dt.date
    report: Report
    complete: tuple[str, ...]
    why: bool
    long: bool

    def here(self, out: Path, work: Work, engine: CohortEngine, *, resume: bool) -> tuple[Opened, Counts]:
        from guidelang.cohort import open_cohort, write_cohort

        given = (self.network, self.data, self.day, self.report, self.complete)
        computes: Engine = "duckdb" if engine is CohortEngine.duckdb else "polars"
        opened = open_cohort(*given, why=self.why, long=self.long, engine=computes)
        if opened is None:
            raise GuidelineError([])
        opened = replace(opened, processes=os.cpu_count() or 1)
        return opened, write_cohort(opened, out, resume=resume, on_progress=work.reached)

    def on_spark(self, out: Path, master: str, work: Work) -> tuple[Opened, Counts]:
        from guidelang.cohort.spark import open_on_spark, spark_session, write_on_spark

        with spark_session(master, f"guidelang {self.network.name}") as session:
            given = (session, self.network, self.data, self.day, self.report)
            opened = open_on_spark(*given, complete=self.complete, why=self.why, long=self.long)
            if opened is None:
                raise GuidelineError([])
            return write_on_spark(opened, out, on_progress=work.reached)


def _check_engine(engine: CohortEngine, master: str | None, data: Path, *, resume: bool) -> None:
    """Stops for what does not go with the engine, or an engine that is not installed."""
    if engine is not CohortEngine.spark:
        if master is not None:
            raise typer.BadParameter("it says where Spark is, and goes with --engine spark", param_hint="--master")
        return
    if resume:
        told = "it goes with --engine polars and duckdb; on Spark, other workers go on with what a lost one had"
        raise typer.BadParameter(told, param_hint="--resume")
    from guidelang.cohort.spark import LIBRARIES as SPARK
    from guidelang.cohort.spark import check_spark

    report = Report()
    check_spark(data, master or OWN_MASTER, report)
    if report.has_errors:
        raise inputs.stop(report.sorted())
    if lacking := [name for name in SPARK if find_spec(name) is None]:
        listed = " and ".join(lacking)
        terminal.tell(f"error: {listed} must be installed: pip install 'guidelang[cohort,spark]'\n")
        raise typer.Exit(2)


def _summary(opened: Opened, counts: Counts, out: Path) -> Iterator[str]:
    network, scopes = opened.network, counts.scope
    yield f"{network.name} {network.version} on {opened.as_of}: {_many(counts.read, 'patient')} read"
    told = [
        f"{scopes[scope]:,} {words}"
        for scope, words in (
            ("applies", "in scope"),
            ("not_for_this_patient", "not for this patient"),
            ("undecided", "undecided whether in scope"),
        )
        if scope in scopes
    ]
    if counts.left_out:
        told.append(f"{counts.left_out:,} without a name and left out")
    if counts.alone:
        told.append(f"{counts.alone:,} read one by one")
    yield f"  {', '.join(told) or 'none'}"
    yield ""
    yield from _table(counts.rules)
    yield ""
    yield from _wanting(counts, opened)
    yield f"{_many(counts.values, 'value')} could not be used (rejected.ndjson)"
    for note in opened.source.notes:
        yield f"note: {note}"
    yield f"written to {out}"


def _wanting(counts: Counts, opened: Opened) -> Iterator[str]:
    """The facts for want of which most patients are undecided in something."""
    most = sorted(counts.missing.items(), key=lambda each: (-each[1], each[0]))
    told = [f"{fact} ({_many(patients, 'patient')})" for fact, patients in most[:MOST_FACTS]]
    if len(most) > MOST_FACTS:
        told.append(f"and {len(most) - MOST_FACTS} more (run.json)")
    if told:
        yield f"undecided for want of: {', '.join(told)}"
    if counts.untold:
        tells = "why.parquet tells" if opened.why else "--why tells"
        yield f"of {_many(counts.untold, 'undecided patient')} {tells} what they need"


def _table(statuses: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    header = ("rule", *(status.replace("_", " ") for status in STATUSES))
    rows = [(name, *(f"{counts.get(status, 0):,}" for status in STATUSES)) for name, counts in statuses.items()]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

"""From the tasks of a run to one output folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidelang.cohort.counts import Counts
from guidelang.cohort.folder import OUTCOMES, Work
from guidelang.cohort.names import told_twice
from guidelang.cohort.report import report_page
from guidelang.cohort.run import Opened
from guidelang.cohort.source import PATIENT
from guidelang.cohort.spark.session import failed, refused
from guidelang.cohort.spark.tables import OnSpark, no_rows
from guidelang.cohort.spark.task import ANSWER, Task
from guidelang.cohort.write import run_document
from guidelang.diagnostics import Diagnostic, GuidelineError, Severity

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import DataFrame, Row, SparkSession

POLL = 1.0
"""Seconds between two looks at how far the tasks are."""


def write_on_spark(
    on_spark: OnSpark, out: Path, *, on_progress: Callable[[int, int, str], None] | None = None
) -> tuple[Opened, Counts]:
    """Runs a guideline on an input and makes the output folder, or replaces it as a whole.

    Args:
        on_progress: is told how many tasks of how many are done.

    Returns:
        What was run, and the counts.

    Raises:
        CohortFolderError: the folder is none of a cohort, or another run writes it.
        GuidelineError: the input cannot be read, has one patient twice, or Spark gave up.
        OSError: the folder cannot be written.
    """
    from pyspark.errors import PySparkException

    given = on_spark
    out = out.resolve()
    with Work(out, {"engine": "spark"}) as work:
        work.staging.mkdir()
        task = Task(given.network, given.source, given.as_of, given.complete, given.why, given.long, str(work.staging))
        opened = task.opened()
        answering = given.rows.mapInArrow(task.answers, ANSWER)
        try:
            answers = _collected(given.session, answering, on_progress)
            _refuse(answers)
            _take(work, task, answers, no_rows(given.rows))
            total, several, some = _names(given.session, work.folder / OUTCOMES)
        except PySparkException as error:
            raise failed(error, given.path) from error
        if total != work.counts.in_outcomes:
            raise refused(f"{total} patients are in the outcomes, and {work.counts.in_outcomes} were counted")
        if several:
            raise GuidelineError([told_twice(some, str(given.path), several)])
        document = run_document(opened, work.counts, engine="spark", libraries=("pyspark", "pyarrow"))
        work.finish(document, report_page(given.network, document, work.counts, None))
        return opened, work.counts


def _collected(
    session: SparkSession, frame: DataFrame, on_progress: Callable[[int, int, str], None] | None
) -> list[Row]:
    """A row a task. While they come, who waits is told how many are done."""
    tracker = session.sparkContext.statusTracker()
    with ThreadPoolExecutor(1) as waiting:
        answers: Future[list[Row]] = waiting.submit(frame.collect)
        while not answers.done():
            try:
                wait_for([answers], POLL)
            except KeyboardInterrupt:
                session.sparkContext.cancelAllJobs()
                raise
            stages = [stage for each in tracker.getActiveStageIds() if (stage := tracker.getStageInfo(each))]
            if stages and on_progress is not None:
                on_progress(sum(stage.numCompletedTasks for stage in stages), sum(s.numTasks for s in stages), "tasks")
        return answers.result()


def _refuse(answers: Sequence[Row]) -> None:
    """Raises GuidelineError for what tasks found wrong with their rows; of many the first."""
    found = [error for answer in answers for error in json.loads(answer["errors"])]
    if found:
        code, message, file = found[0]
        raise GuidelineError([Diagnostic(code, Severity.ERROR, message, file=file)])


def _take(work: Work, task: Task, answers: Sequence[Row], nothing: pl.DataFrame) -> None:
    """Puts the files of these attempts, and of no others, into the output, and adds up their counts."""
    wrote = False
    for answer in sorted(answers, key=lambda answer: int(answer["task"])):
        files: list[str] = json.loads(answer["files"])
        _move(work, work.staging / answer["attempt"], files, int(answer["task"]))
        counts: dict[str, Any] = json.loads(answer["counts"])
        work.counts.add(Counts(**counts))
        wrote = wrote or bool(files)
    if not wrote:  # no rows at all: files without rows say what their columns are
        files, counts_of_nobody = task.settle([nothing], work.staging / "empty")
        _move(work, work.staging / "empty", files, 0)
        work.counts.add(counts_of_nobody)


def _move(work: Work, made: Path, files: Sequence[str], task: int) -> None:
    for name in files:
        folder = work.folder / name
        folder.mkdir(exist_ok=True)
        (made / name).rename(folder / f"part-{task:05}{Path(name).suffix}")


def _names(session: SparkSession, outcomes: Path) -> tuple[int, int, list[str]]:
    """How many patients are in the outcomes, how many of them more than once, and some of these."""
    from pyspark.sql import functions as sql

    counted = session.read.parquet(f"file://{outcomes}").groupBy(PATIENT).count()
    twice = sql.col("count") > 1
    total, several = counted.agg(sql.sum("count"), sql.count(sql.when(twice, 1))).first() or (0, 0)
    named = counted.filter(twice).orderBy(PATIENT).limit(5).collect() if several else []
    return total or 0, several, [row[PATIENT] for row in named]

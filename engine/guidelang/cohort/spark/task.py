"""What a task does: it settles its rows as one machine would, leaves files, and answers with counts.

A task may run twice: its worker is killed, or another attempt overtakes it. Each attempt writes into a folder of its
own and answers with the folder's name, so that the driver takes the files of those attempts alone whose answers Spark
took; nobody is counted twice, and no file is there twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.counts import Counts
from guidelang.cohort.folder import FACTS, LONG, OUTCOMES, REJECTED, WHY
from guidelang.cohort.grown import Grown
from guidelang.cohort.run import Opened
from guidelang.cohort.spark.batches import EventBatches, WideBatches
from guidelang.cohort.spark.session import refused
from guidelang.diagnostics import GuidelineError
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar
from guidelang.version import __version__

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl
    import pyarrow as pa

ANSWER = "task int, attempt string, files string, counts string, errors string"
"""The columns of an answer: the lists and counts are JSON; `errors` are messages of an input that cannot be read."""


@dataclass(frozen=True, slots=True)
class Task:
    """What all tasks of a run have in common; it goes to the workers with the network in it.

    Attributes:
        staging: the folder that attempts make theirs in; workers and driver see it under the same name.
        version: of guidelang, on the driver; on the workers it has to be the same.
    """

    network: Network
    source: WideBatches | EventBatches
    as_of: dt.date
    complete: tuple[str, ...]
    why: bool
    long: bool
    staging: str
    version: str = __version__

    def opened(self, frames: Iterable[pl.DataFrame] = ()) -> Opened:
        """The guideline with some rows as its input."""
        executor = Columnar(self.network, histories=isinstance(self.source, EventBatches))
        source = self.source.of(frames)
        return Opened(self.network, source, executor, self.as_of, self.complete, self.why, self.long)

    def settle(self, frames: Iterable[pl.DataFrame], folder: Path) -> tuple[list[str], Counts]:
        """Settles rows; the names of the files that are in the folder then, and the counts.

        Raises:
            GuidelineError: the rows cannot be read as patients.
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True)
        grown, counts = Grown(folder), Counts()
        for part in self.opened(frames).parts():
            grown.table(OUTCOMES, part.outcomes, statistics=False)
            if part.long is not None:
                grown.table(LONG, part.long)
            if part.why is not None:
                grown.table(WHY, part.why)
            grown.table(FACTS, part.facts)
            grown.lines(REJECTED, part.rejected)
            counts.add(part.counts)
        grown.end()
        return list(grown.lengths), counts

    def answers(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The one answer of a task, on a worker."""
        import polars as pl
        import pyarrow as pa
        from pyspark import TaskContext

        context = TaskContext.get()
        assert context is not None
        task = context.partitionId()
        attempt = f"{task}-{context.taskAttemptId()}"
        frames = (pl.DataFrame(pa.Table.from_batches([batch])) for batch in batches if batch.num_rows)
        files: list[str] = []
        counts, errors = Counts(), []
        try:
            if self.version != __version__:
                raise refused(f"a worker has guidelang {__version__}, and this machine {self.version}")
            files, counts = self.settle(frames, Path(self.staging, attempt))
        except GuidelineError as error:
            errors = [[found.code, found.message, found.file] for found in error.diagnostics]
        cells = [task, attempt, json.dumps(files), json.dumps(counts.kept()), json.dumps(errors)]
        names = [column.split()[0] for column in ANSWER.split(", ")]
        types = [pa.int32(), *[pa.string()] * 4]
        made = [pa.array([cell], type_) for cell, type_ in zip(cells, types, strict=True)]
        yield pa.RecordBatch.from_arrays(made, names)

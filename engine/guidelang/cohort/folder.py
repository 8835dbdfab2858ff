"""The output folder: made beside its place, and put there as a whole when all of it is there.

    OUT                     the output
    .OUT.partial            the work: `lock`, `journal`, and in `new` the files as far as they are written

Who looks at OUT sees the old output or the new one, never a half, whenever a run is stopped. What a stopped run leaves
is gone on with (`resume`) or deleted by the next one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from guidelang.cohort.counts import Counts
from guidelang.cohort.grown import Grown, Journal
from guidelang.cohort.run import Part
from guidelang.cohort.source import PATIENT
from guidelang.cohort.swap import put

if TYPE_CHECKING:
    import polars as pl

OUTCOMES, LONG, WHY, FACTS = "outcomes.parquet", "outcomes_long.parquet", "why.parquet", "facts.parquet"
REJECTED, RUN, PAGE = "rejected.ndjson", "run.json", "report.html"
FILES = (OUTCOMES, LONG, WHY, FACTS, REJECTED, RUN, PAGE)
NAMES = 1 << 20


class CohortFolderError(ValueError):
    """The output folder cannot be written: it is something else than an earlier output, or another run writes it."""


class Work:
    """The work on one output folder. To be used with `with`; it is kept unless it was finished.

    Args:
        out: the folder to make.
        key: of what run it is: a stopped run of the same key can be gone on with.
        resume: go on with what a stopped run left.

    Attributes:
        chunks: how many are written already.
        counts: of these.

    Raises:
        CohortFolderError: see there; or `resume`, and what a stopped run left is of another run.
        OSError: nothing can be written there.
    """

    def __init__(self, out: Path, key: Mapping[str, Any], *, resume: bool = False) -> None:
        self.out = out
        self._partial = out.with_name(f".{out.name}.partial")
        self._journal = Journal(self._partial / "journal")
        self._grown = Grown(self._partial / "new")
        self.chunks = 0
        self.counts = Counts()
        prepare(out)
        self._partial.mkdir(parents=True, exist_ok=True)
        self._lock = locked(self._partial / "lock", out)
        try:
            if not (resume and self._taken_up(key)):
                self._afresh(key)
        except BaseException:
            self._lock.close()
            raise

    @property
    def folder(self) -> Path:
        """Where the files are made."""
        return self._grown.folder

    @property
    def staging(self) -> Path:
        """For what is made elsewhere and then moved into `folder`."""
        return self._partial / "tasks"

    def __enter__(self) -> Work:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._lock.close()

    def add(self, part: Part) -> None:
        """Writes what became of one more chunk. Raises OSError; the chunk then counts as not written."""
        self._grown.table(OUTCOMES, part.outcomes, statistics=False)  # of four words they help nobody
        if part.long is not None:
            self._grown.table(LONG, part.long)
        if part.why is not None:
            self._grown.table(WHY, part.why)
        self._grown.table(FACTS, part.facts)
        self._grown.lines(REJECTED, part.rejected)
        self._journal.add({"files": self._grown.written(), "counts": part.counts.kept()})
        self.chunks += 1
        self.counts.add(part.counts)

    def names(self) -> Iterator[pl.Series]:
        """The names of all patients in the outcomes, in pieces, once the files have ended."""
        import polars as pl

        scan = pl.scan_parquet(self._grown.folder / OUTCOMES, glob=False).select(PATIENT)
        for start in range(0, self.counts.in_outcomes, NAMES):
            yield scan.slice(start, NAMES).collect()[PATIENT]

    def end(self) -> None:
        """Ends the files that grow with each chunk. Raises OSError."""
        self._grown.end()

    def facts(self) -> pl.LazyFrame:
        """The facts of all patients, once the files have ended."""
        import polars as pl

        return pl.scan_parquet(self._grown.folder / FACTS, glob=False)

    def finish(self, document: Mapping[str, object], page: str) -> None:
        """Writes what is written last, and puts the folder in its place. Raises OSError."""
        new = self._grown.folder
        write(new / RUN, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        write(new / PAGE, page)
        new.chmod(0o777 & ~umask())
        sync(new)
        put(new, self.out, self._partial / "old")
        sync(self.out.parent)
        shutil.rmtree(self._partial, ignore_errors=True)

    def _taken_up(self, key: Mapping[str, Any]) -> bool:
        """Takes up what a stopped run left; False if there is nothing, or it does not hold what its journal says."""
        theirs, entries = self._journal.read()
        if theirs is None:
            return False
        if theirs != key:
            other = ", ".join(name for name in key if theirs.get(name) != key[name])
            raise CohortFolderError(f"the run that was stopped had another {other}; without --resume it is begun anew")
        for entry in entries:
            self._grown.take(entry["files"])
        if not self._grown.cut():
            self._grown = Grown(self._partial / "new")
            return False
        for entry in entries:
            self.counts.add(Counts(**entry["counts"]))
        self.chunks = len(entries)
        return True

    def _afresh(self, key: Mapping[str, Any]) -> None:
        for path in self._partial.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._grown.folder.mkdir()
        self._journal.begin(key)


def prepare(out: Path, files: Sequence[str] = FILES, what: str = "cohort") -> None:
    """Puts back what a run left aside that was stopped, and makes sure that nothing but these files would be replaced.

    Raises:
        CohortFolderError: there is a file of that name, or a folder with other files than a cohort writes.
        OSError: the folder cannot be read.
    """
    aside = out.with_name(f".{out.name}.partial") / "old"
    if aside.exists() and not out.exists():
        aside.rename(out)
    if not out.exists():
        return
    if not out.is_dir():
        raise CohortFolderError(f"`{out}` is a file")
    foreign = sorted(path.name for path in out.iterdir() if path.name not in files)
    if foreign:
        raise CohortFolderError(f"`{out}` holds `{foreign[0]}`, which no {what} has written; nothing is replaced")


def locked(path: Path, out: Path) -> IO[bytes]:
    """The lock of a run, which ends with its process."""
    file = path.open("ab")
    try:
        import fcntl
    except ImportError:  # Windows: an open file there cannot be deleted, which stops the second run
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise CohortFolderError(f"another run is writing `{out}`") from error
    return file


def write(path: Path, text: str) -> None:
    """A file that is on the disk when this returns. Raises OSError."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Sees that the names in a folder are on the disk, where a system can be asked for that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def umask() -> int:
    """What the process takes away from the permissions of new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""The output folder of a comparison: made beside its place, and put there as a whole when all of it is there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from guidelang.cohort.folder import locked, prepare, sync, umask, write
from guidelang.cohort.grown import Grown
from guidelang.cohort.swap import put

if TYPE_CHECKING:
    import polars as pl

CHANGED, EFFECT = "changed.parquet", "effect.json"
FILES = (CHANGED, EFFECT)


class EffectFolder:
    """The work on one output folder. To be used with `with`; what is not finished is begun anew by the next run.

    Raises:
        CohortFolderError: there is something else of that name, or another run writes it.
        OSError: nothing can be written there.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self._partial = out.with_name(f".{out.name}.partial")
        prepare(out, FILES, "comparison")
        self._partial.mkdir(parents=True, exist_ok=True)
        self._lock = locked(self._partial / "lock", out)
        for path in self._partial.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._grown = Grown(self._partial / "new")
        self._grown.folder.mkdir()

    def __enter__(self) -> EffectFolder:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._lock.close()

    def add(self, changed: pl.DataFrame) -> None:
        """Rows of one more chunk. Raises OSError."""
        self._grown.table(CHANGED, changed)

    def finish(self, document: Mapping[str, object]) -> None:
        """Ends the files, and puts the folder in its place. Raises OSError."""
        self._grown.end()
        new = self._grown.folder
        write(new / EFFECT, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        new.chmod(0o777 & ~umask())
        sync(new)
        put(new, self.out, self._partial / "old")
        sync(self.out.parent)
        shutil.rmtree(self._partial, ignore_errors=True)

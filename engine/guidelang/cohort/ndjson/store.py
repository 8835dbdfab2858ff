"""Where what was read waits until all of it is read: in memory, or in files, a part of the patients at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.ndjson.one import hashed

if TYPE_CHECKING:
    import polars as pl

NAME = "name"
"""The column with the name of the patient."""


@dataclass(slots=True)
class Store:
    """Tables by name, each with a column `NAME`, gathered piece by piece.

    Attributes:
        parts: into how many parts the patients fall. With one, all stays in memory.
        folder: where the parts lie, if there are more.
    """

    parts: int
    folder: Path
    _held: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    _written: int = 0

    def add(self, key: str, frame: pl.DataFrame) -> None:
        if len(frame):
            self._held.setdefault(key, []).append(frame)

    def settle(self) -> None:
        """Puts into files what is held, where patients fall into parts."""
        if self.parts == 1:
            return
        for key, frames in self._held.items():
            for frame in frames:
                split = frame.with_columns((hashed(frame[NAME]) % self.parts).alias("part"))
                for (part,), rows in split.partition_by("part", as_dict=True, include_key=False).items():
                    folder = self.folder / str(part) / key
                    folder.mkdir(parents=True, exist_ok=True)
                    self._written += 1
                    rows.write_parquet(folder / f"{self._written:08}.parquet", compression="lz4")
        self._held.clear()

    def get(self, key: str, part: int) -> Iterator[pl.DataFrame]:
        """The tables of a name, of one part of the patients, in the order in which they were added."""
        import polars as pl

        if self.parts == 1:
            yield from self._held.get(key, ())
            return
        for path in sorted((self.folder / str(part) / key).glob("*.parquet")):
            yield pl.read_parquet(path)

    def keys(self, part: int) -> list[str]:
        """The names of the tables that a part of the patients has."""
        if self.parts == 1:
            return sorted(self._held)
        folder = self.folder / str(part)
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

"""How far the reading of an input is, for who shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from guidelang.facts.inputs import FORMS


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of a known number are done: files of a folder, bytes of NDJSON, rows of a table, or patients."""

    done: int
    total: int
    unit: Literal["files", "bytes", "rows", "patients"]


OnProgress: TypeAlias = Callable[[Progress], None]


@dataclass(slots=True)
class FileProgress:
    """Counts files, or bytes where one of them is NDJSON: such a file may be most of all there is."""

    sizes: list[int]
    in_bytes: bool
    tell: OnProgress
    _files: int = 0
    _before: int = 0

    @classmethod
    def of(cls, files: Sequence[Path], tell: OnProgress) -> FileProgress:
        in_bytes = any(FORMS.get(file.suffix.lower()) == "ndjson" for file in files)
        return cls([_size(file) for file in files] if in_bytes else [0] * len(files), in_bytes, tell)

    def within(self, offset: int) -> None:
        """So many bytes of the file are read."""
        if self.in_bytes:
            self.tell(Progress(self._before + offset, sum(self.sizes), "bytes"))

    def done(self) -> None:
        """The file is read."""
        self._before += self.sizes[self._files]
        self._files += 1
        if self.in_bytes:
            self.within(0)
        else:
            self.tell(Progress(self._files, len(self.sizes), "files"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # reading it will say so
        return 0

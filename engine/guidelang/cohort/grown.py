"""Files that grow chunk by chunk, and a journal of how long each was after which chunk.

A run that is stopped leaves them at any length. Whoever goes on cuts them back to what the journal says, so that what
was written for a chunk that is not in the journal is not there twice.
"""

from __future__ import annotations

import base64
import io
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidelang.cohort.parquet_parts import MAGIC, joined, moved, parted, tail
from guidelang.cohort.thrift import decode, encode

if TYPE_CHECKING:
    import polars as pl

_READ = 1 << 20


@dataclass(slots=True)
class Grown:
    """The files of one folder, each a Parquet file or lines, as far as chunks are written.

    Attributes:
        footers: for each Parquet file those of its parts, whose places are those in the file.
        lengths: of all files, in bytes.
        sums: of all files, a checksum.
    """

    folder: Path
    footers: dict[str, list[bytes]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)

    def table(self, name: str, frame: pl.DataFrame, *, statistics: bool = True) -> None:
        """Rows of a Parquet file, with the least and greatest of each column or without.

        Raises:
            OSError: they cannot be written.
        """
        made = io.BytesIO()
        frame.write_parquet(made, statistics=statistics)
        body, footer = parted(made.getbuffer())
        at = self.lengths.get(name, 0)
        if at == 0:
            self._append(name, MAGIC)
            at = len(MAGIC)
        self.footers.setdefault(name, []).append(encode(moved(footer, at - len(MAGIC))))
        self._append(name, body)

    def lines(self, name: str, frame: pl.DataFrame) -> None:
        """Lines of NDJSON, of which there may be none. Raises OSError."""
        made = io.BytesIO()
        if len(frame):
            frame.write_ndjson(made)
        self._append(name, made.getbuffer())

    def written(self) -> dict[str, object]:
        """What a journal has to keep of it after a chunk; the last footer of each file alone."""
        return {
            "lengths": dict(self.lengths),
            "sums": dict(self.sums),
            "footers": {name: base64.b85encode(parts[-1]).decode() for name, parts in self.footers.items()},
        }

    def take(self, written: Mapping[str, Any]) -> None:
        """Takes up what a journal kept after one more chunk."""
        self.lengths, self.sums = dict(written["lengths"]), dict(written["sums"])
        for name, footer in written["footers"].items():
            self.footers.setdefault(name, []).append(base64.b85decode(footer))

    def cut(self) -> bool:
        """Cuts the files back to what is known of them; False if they do not hold it. Raises OSError."""
        if not self.folder.is_dir():
            return False
        for name, length in self.lengths.items():
            path = self.folder / name
            if not path.is_file() or path.stat().st_size < length or _checksum(path, length) != self.sums[name]:
                return False
            os.truncate(path, length)
        for path in self.folder.iterdir():
            if path.name not in self.lengths:  # begun by a chunk that is not in the journal
                path.unlink()
        return True

    def end(self) -> None:
        """Gives the Parquet files their footers, and sees that all is on the disk. Raises OSError."""
        for name, parts in self.footers.items():
            self._append(name, tail(joined([decode(part) for part in parts])))
        for name in self.lengths:
            with (self.folder / name).open("rb") as file:
                os.fsync(file.fileno())

    def _append(self, name: str, what: bytes | memoryview) -> None:
        with (self.folder / name).open("ab") as file:
            file.write(what)
        self.lengths[name] = self.lengths.get(name, 0) + len(what)
        self.sums[name] = zlib.crc32(what, self.sums.get(name, 0))


def _checksum(path: Path, length: int) -> int:
    found = 0
    with path.open("rb") as file:
        while length > 0:
            part = file.read(min(_READ, length))
            if not part:
                break
            found = zlib.crc32(part, found)
            length -= len(part)
    return found


@dataclass(slots=True)
class Journal:
    """A line of JSON for each chunk that is written, after one that says of what run they are."""

    path: Path

    def begin(self, key: Mapping[str, object]) -> None:
        """A new journal. Raises OSError."""
        self.path.write_text(_line(key), "utf-8")

    def add(self, entry: Mapping[str, object]) -> None:
        """One more chunk. Raises OSError."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(entry))

    def read(self) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
        """Of what run it is, None if there is none, and the chunks; a line that was not finished counts as none.

        The journal is cut back to the lines that count.
        """
        found: list[Mapping[str, Any]] = []
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return None, []
        whole = 0
        for line in raw.splitlines(keepends=True):
            entry = _entry(line)
            if entry is None:
                break
            found.append(entry)
            whole += len(line)
        os.truncate(self.path, whole)
        return (found[0], found[1:]) if found else (None, [])


def _line(entry: Mapping[str, object]) -> str:
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}\n"


def _entry(line: bytes) -> Mapping[str, Any] | None:
    mark, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or mark != b"%08x" % zlib.crc32(text):
        return None
    found: Mapping[str, Any] = json.loads(text)
    return found

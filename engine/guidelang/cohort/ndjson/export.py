"""The files of a bulk export: which there are, unpacked where they are packed, and where each line of them lies."""

from __future__ import annotations

import gzip
import shutil
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guidelang.diagnostics import Diagnostic, GuidelineError, Severity
from guidelang.facts.decode import Unreadable, decode_json

SUFFIXES = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
_CHUNK = 1 << 22


def is_export(path: Path) -> bool:
    """Whether a path is a file of NDJSON, or a folder with some."""
    if path.is_dir():
        return any(each.name.lower().endswith(SUFFIXES) for each in path.iterdir())
    return path.name.lower().endswith(SUFFIXES)


@dataclass(slots=True)
class File:
    """One file of an export.

    Attributes:
        path: as the user knows it.
        plain: where its text lies: the file itself, or what was unpacked.
        size, changed: of the file when the export was opened, in bytes and nanoseconds.
    """

    path: Path
    plain: Path
    size: int
    changed: int
    _offsets: array[int] | None = field(default=None, repr=False)

    def object(self, line: int) -> Mapping[str, object]:
        """The object in a line, from 1. Raises GuidelineError if the file has changed."""
        if self._offsets is None:
            self._offsets = _line_starts(self.plain)
        found = self.path.stat()
        if (found.st_size, found.st_mtime_ns) != (self.size, self.changed):
            raise refused(self.path, "it cannot be read: it changed meanwhile")
        with self.plain.open("rb") as file:
            file.seek(self._offsets[line - 1])
            raw = file.readline()
        try:
            value = decode_json(raw.decode("utf-8-sig"))
        except Unreadable as error:
            raise refused(self.path, error.message, line) from error
        if not isinstance(value, Mapping):
            raise refused(self.path, "it is not an object", line)
        return value


def open_files(path: Path, folder: Path) -> list[File]:
    """The files of an export, by name; packed ones are unpacked into `folder`.

    Raises:
        GuidelineError: a file cannot be read, or there is none.
    """
    return [_opened(each, folder, number) for number, each in enumerate(files_of(path))]


def files_of(path: Path) -> list[Path]:
    """The files of an export, by name.

    Raises:
        GuidelineError: there is none, or the folder cannot be read.
    """
    try:
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        files = [each for each in found if each.name.lower().endswith(SUFFIXES) and each.is_file()]
    except OSError as error:
        raise refused(path, f"it cannot be read: {error.strerror or type(error).__name__}") from error
    if not files:
        raise refused(path, f"there is no file named *{', *'.join(SUFFIXES)}")
    return files


def not_read(path: Path) -> tuple[str, ...]:
    """What else is in the folder of an export."""
    if not path.is_dir():
        return ()
    others = sorted(each.name for each in path.iterdir() if not each.name.lower().endswith(SUFFIXES))
    return tuple(f"`{name}` is not read; records are in files named *{', *'.join(SUFFIXES)}" for name in others)


def refused(path: Path, message: str, line: int | None = None) -> GuidelineError:
    """The error of a file that cannot be read."""
    place = str(path) if line is None else f"{path}:{line}"
    return GuidelineError([Diagnostic("G600", Severity.ERROR, message, file=place)])


def _opened(path: Path, folder: Path, number: int) -> File:
    try:
        found = path.stat()
        plain = path
        if path.name.lower().endswith(".gz"):
            plain = folder / f"unpacked-{number}.ndjson"
            with gzip.open(path, "rb") as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file, _CHUNK)
    except (OSError, EOFError, zlib.error) as error:
        told = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise refused(path, f"it cannot be read: {told}") from error
    return File(path, plain, found.st_size, found.st_mtime_ns)


def _line_starts(path: Path) -> array[int]:
    """Where each line begins."""
    starts, at = array("Q", [0]), 0
    with path.open("rb") as file:
        for line in file:
            at += len(line)
            starts.append(at)
    return starts

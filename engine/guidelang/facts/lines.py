"""NDJSON in files: read line by line, so that no more than a line of it is held, and read again where it is wanted."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from guidelang.facts.decode import MARKS, NO_UTF8, NULLS, Unreadable, decode_json, decode_text, packed

_CHUNK = 1 << 16


class Changed(Exception):
    """A file is no longer what it was when its lines were found."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was when it was read first; it is not kept open."""

    path: Path
    size: int
    changed: int  # nanoseconds

    @classmethod
    def of(cls, path: Path) -> Kept:
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns)


class Stored(NamedTuple):
    """Where in a file an object of JSON stands: `length` bytes from `offset`."""

    file: Kept
    offset: int
    length: int

    def load(self) -> Mapping[str, object]:
        """The object. Raises Changed if the file is not there any more, or is another."""
        try:
            with self.file.path.open("rb", buffering=0) as file:
                now = os.fstat(file.fileno())
                if (now.st_size, now.st_mtime_ns) != (self.file.size, self.file.changed):
                    raise Changed(self.file.path)
                file.seek(self.offset)
                value = decode_json(decode_text(_read(file, self.length)))
        except (OSError, Unreadable) as error:
            raise Changed(self.file.path) from error
        if not isinstance(value, Mapping):
            raise Changed(self.file.path)
        return value


class Line(NamedTuple):
    """A line of NDJSON: its number from 1, its value or what is wrong with it, and where it can be read again."""

    number: int
    value: object | Unreadable
    stored: Stored | None = None


def is_utf8(path: Path) -> bool:
    """Whether a file can be read line by line: it is no archive, and in no encoding of two or four bytes."""
    with path.open("rb") as file:
        head = file.read(4)
    other = any(head.startswith(mark) for mark, name in MARKS if name != "utf-8-sig")
    return not (other or packed(head) or b"\x00" in head[:2])


def check_text(path: Path) -> None:
    """Raises Unreadable, as for a text that is decoded whole, if a file is empty or not UTF-8 from end to end."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    lines, null, blank = 0, None, True
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise Unreadable(NO_UTF8, lines + error.object.count(b"\n", 0, error.start) + 1) from error
            if null is None and "\x00" in text:
                null = lines + text.count("\n", 0, text.index("\x00")) + 1
            blank = blank and not text.strip()
            lines += text.count("\n")
            if not chunk:
                break
    if null is not None:
        raise Unreadable(NULLS, null)
    if blank:
        raise Unreadable("it is empty")


def lines_of(path: Path, longest: int, at: Callable[[int], None]) -> Iterator[Line]:
    """The lines of a file that `check_text` finds no fault with; empty ones are passed over. Raises Changed.

    Args:
        longest: bytes of a line; a longer one is not read.
        at: called with the number of bytes that have been read.
    """
    try:
        kept = Kept.of(path)
        with path.open("rb") as file:
            if file.read(3) != codecs.BOM_UTF8:
                file.seek(0)
            offset, number = file.tell(), 0
            while raw := file.readline(longest + 1):
                number += 1
                length = len(raw)
                if length > longest:
                    length += _skip_line(file, raw)
                    yield Line(
                        number, Unreadable(f"the line is too long: at most {longest // 1_000_000} MB are read", number)
                    )
                elif (text := raw.decode("utf-8", "replace")).strip():
                    try:
                        yield Line(number, decode_json(text), Stored(kept, offset, length))
                    except Unreadable as error:
                        yield Line(number, Unreadable(error.message, number, error.column))
                offset += length
                at(offset)
    except OSError as error:
        raise Changed(path) from error


def _skip_line(file: IO[bytes], begun: bytes) -> int:
    """Reads to the end of a line; how many bytes that were."""
    skipped = 0
    while begun and not begun.endswith(b"\n"):
        begun = file.readline(_CHUNK)
        skipped += len(begun)
    return skipped


def _read(file: IO[bytes], length: int) -> bytes:
    """So many bytes, which an unbuffered file may give in pieces."""
    pieces = []
    while length > 0 and (piece := file.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)

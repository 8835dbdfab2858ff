"""The lines of an export as tables of JSON texts, a piece of a file at a time.

DuckDB takes the lines apart, which is by far the fastest way to do it, and refuses a piece that holds a line which is
no JSON or has an element twice. It is more lenient than the one-patient reader in a few ways (`SUSPECT`): lines that
look so are read by that reader's own decoder, and so are those that DuckDB cannot read.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from guidelang.facts.decode import NO_UTF8, NULLS, Unreadable, decode_json

if TYPE_CHECKING:
    import polars as pl

Bytes = TypeVar("Bytes", bytes, mmap)

PIECE = 384 << 20
"""Bytes of a file that are read at once."""

_FEW = 1 << 16
"""Bytes in which a bad line is looked for by reading each."""

_LINT = 1 << 18
_TOGETHER = 16

_BLANK = r"^[ \t\r]*\n|\n[ \t\r]*\n|\n[ \t\r]+$"
_LARGEST_LINE = 16_000_000  # bytes that DuckDB takes without being asked to

SUSPECT = (
    r'"value"\s*:\s*-?[0-9.]{17}',  # more digits than a double keeps
    r'"period"\s*:\s*-?[0-9.]{17}',
    r'"frequency(?:Max)?"\s*:\s*-?[0-9.]{17}',
    r"[nN][aA][nN]\s*[,}\]]",
    r"[iI][nN][fF](?:[iI][nN][iI][tT][yY])?\s*[,}\]]",
    r",\s*[}\]]",  # a comma before the end
    r"\\u00[2-7]",  # an escape where a name may stand
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a piece of a file holds.

    Attributes:
        frame: a row a line, with `line` (from 1), `resourceType`, the references to the patient, and the JSON text of
            each element that was asked for; NULL where a line does not have it.
        alone: lines that were read one by one: number, and the object, or what is wrong with it.
    """

    frame: pl.DataFrame
    alone: list[tuple[int, object | Unreadable]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file.

    Attributes:
        number: of the first of them, from 1.
        end: how many bytes of the file are read with it.
        path: the file, if it holds this and nothing else.
    """

    data: bytes | mmap
    number: int
    end: int
    path: Path | None


def pieces_of(path: Path, size: int = PIECE) -> Iterator[Piece]:
    """The pieces of a file. Raises Unreadable if it is no text, OSError if it cannot be read."""
    number, end = 1, 0
    with path.open("rb") as file:
        whole = path.stat().st_size
        if 0 < whole <= size and file.read(len(BOM_UTF8)) != BOM_UTF8:
            with mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
                yield Piece(_text(mapped, 1), 1, whole, path)
            return
        file.seek(0)
        while data := file.read(size):
            data += file.readline()
            end += len(data)
            yield Piece(_text(data.removeprefix(BOM_UTF8) if number == 1 else data, number), number, end, None)
            number += data.count(b"\n")


def _text(data: Bytes, number: int) -> Bytes:
    if data.find(b"\x00") >= 0:
        raise Unreadable(NULLS, number)
    return data


@dataclass(frozen=True, slots=True)
class LineReader:
    """Reads lines for a set of elements.

    Attributes:
        names: the elements, as they are called in a resource.
        subjects: those that refer to the patient; of these the reference alone.
        folder: where a piece may lie while it is read.
    """

    names: Sequence[str]
    subjects: Sequence[str]
    folder: Path

    def read(self, piece: Piece) -> Read:
        """What a piece holds. Raises Unreadable if it is no text."""
        import polars as pl

        suspect, blank = self._looked_over(piece.data)
        if piece.path is not None and not suspect and not blank:
            frame = self._parsed(piece.path)
            if frame is not None:
                return Read(frame.insert_column(0, _numbers(piece.number, len(frame))))
        data = bytes(piece.data)
        count = data.count(b"\n") + (not data.endswith(b"\n"))
        numbers = _numbers(piece.number, count)
        if not suspect:
            return self._lines(data, numbers)
        lines = pl.Series("line", data.split(b"\n")[:count], dtype=pl.Binary).cast(pl.String)
        bad = lines.str.len_bytes() > _LARGEST_LINE
        for each in SUSPECT:
            bad = bad | lines.str.contains(each)
        read = self._lines("\n".join(lines.filter(~bad)).encode(), numbers.filter(~bad))
        alone = [(at, _decoded(line)) for at, line in zip(numbers.filter(bad), lines.filter(bad), strict=True)]
        return Read(read.frame, [*read.alone, *alone])

    def _looked_over(self, data: bytes | mmap) -> tuple[bool, bool]:
        """Whether a line is suspect or too long, and whether one is blank. Raises Unreadable for what is no UTF-8."""
        import polars as pl

        start, cuts, blank = 0, [], False
        while start < len(data):
            end = data.find(b"\n", start + _LINT)
            end = len(data) if end < 0 else end + 1
            cuts.append(data[start:end])
            start = end
            if len(cuts) < _TOGETHER and start < len(data):
                continue
            try:
                texts = pl.DataFrame({"text": pl.Series(cuts, dtype=pl.Binary).cast(pl.String)})
            except pl.exceptions.PolarsError:
                raise Unreadable(NO_UTF8) from None
            found = texts.select(
                pl.col("text").str.contains(each).any().alias(str(index))
                for index, each in enumerate((_BLANK, *SUSPECT))
            ).row(0)
            blank = blank or found[0]
            if any(found[1:]) or max(map(len, cuts)) > _LARGEST_LINE:
                return True, blank
            cuts = []
        return False, blank

    def _lines(self, data: bytes, numbers: pl.Series) -> Read:
        """Lines with their numbers; blank ones hold nothing."""
        if not data[:_FEW].strip() and not data.strip():
            return Read(self._empty())
        held = self.folder / "piece.ndjson"
        held.write_bytes(data)
        frame = self._parsed(held)
        if frame is None:
            return self._halves(data, numbers)
        there = numbers
        if len(frame) != len(numbers):
            there = numbers.filter([bool(line.strip()) for line in data.split(b"\n")[: len(numbers)]])
        if len(frame) != len(there):
            return self._halves(data, numbers)
        return Read(frame.insert_column(0, there.alias("line")))

    def _halves(self, data: bytes, numbers: pl.Series) -> Read:
        """A piece with a bad line: it is looked for in each half, and in the end line by line."""
        import polars as pl

        lines = data.split(b"\n")[: len(numbers)]
        if len(data) <= _FEW or len(lines) == 1:
            alone = [(at, _decoded(line.decode())) for at, line in zip(numbers, lines, strict=True) if line.strip()]
            return Read(self._empty(), alone)
        middle = len(lines) // 2
        first = self._lines(b"\n".join(lines[:middle]), numbers[:middle])
        second = self._lines(b"\n".join(lines[middle:]), numbers[middle:])
        return Read(pl.concat([first.frame, second.frame]), [*first.alone, *second.alone])

    def _parsed(self, path: Path) -> pl.DataFrame | None:
        """What DuckDB makes of a file; None if it refuses it for a line."""
        import duckdb
        import polars as pl

        try:
            with duckdb.connect(":memory:", config={"threads": os.cpu_count() or 1}) as connection:
                made = pl.DataFrame(connection.sql(self._query(path)))
        except (duckdb.Error, pl.exceptions.ComputeError):  # the second is what the first becomes on its way
            return None
        return made.cast(pl.Schema(self._schema()))

    def _query(self, path: Path) -> str:
        columns = {"resourceType": "VARCHAR", **dict.fromkeys(self.subjects, "STRUCT(reference VARCHAR)")}
        columns.update(dict.fromkeys(self.names, "JSON"))
        listed = ", ".join(f"{_quoted(name)}: '{kind}'" for name, kind in columns.items())
        chosen = ["resourceType", *(f'"{name}".reference AS "{name}"' for name in self.subjects)]
        chosen += [f'"{name}"::VARCHAR AS "{name}"' for name in self.names]
        return f"SELECT {', '.join(chosen)} FROM read_ndjson({_quoted(str(path))}, columns = {{{listed}}})"

    def _schema(self) -> Mapping[str, type[pl.DataType]]:
        import polars as pl

        return dict.fromkeys(("resourceType", *self.subjects, *self.names), pl.String)

    def _empty(self) -> pl.DataFrame:
        import polars as pl

        return pl.DataFrame(schema={"line": pl.UInt32, **self._schema()})


def _numbers(first: int, count: int) -> pl.Series:
    import polars as pl

    return pl.int_range(first, first + count, dtype=pl.UInt32, eager=True).alias("line")


def _decoded(line: str) -> object | Unreadable:
    try:
        return decode_json(line)
    except Unreadable as error:
        return error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

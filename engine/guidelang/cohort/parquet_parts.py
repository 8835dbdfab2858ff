"""One Parquet file from many, without decoding them: the rows of each as they are, and one footer for all.

A Parquet file is its row groups and a footer that says where they lie. Small files with the same columns are made one
after the other; their row groups are put behind each other, and their footers, moved along, become one. So a file of
any length is written a chunk at a time, and what is there of it can be gone on with later.

Of the Parquet format (apache/parquet-format, `parquet.thrift`): the fields that are numbered below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from guidelang.cohort.thrift import I16, I64, LIST, Field, Items, Struct, decode, encode

MAGIC = b"PAR1"
_TAIL = 8  # the length of the footer, and the magic again

_SCHEMA, _ROWS, _GROUPS = 2, 3, 4  # of the footer
_COLUMNS, _GROUP_ROWS, _GROUP_AT, _ORDINAL = 1, 3, 5, 7  # of a row group
_CHUNK_AT, _ABOUT, _OFFSET_INDEX, _COLUMN_INDEX = 2, 3, 4, 6  # of a column in a row group
_PLACES = (9, 10, 11, 14)  # of what is said about it: pages of data, index, dictionary, and a filter


def parted(file: bytes | memoryview) -> tuple[memoryview, Struct]:
    """The row groups of a Parquet file as they are, and its footer.

    Raises:
        ValueError: it is no Parquet file.
    """
    view = memoryview(file)
    if len(view) < len(MAGIC) + _TAIL or bytes(view[:4]) != MAGIC or bytes(view[-4:]) != MAGIC:
        raise ValueError("it is no Parquet file")
    length = int.from_bytes(view[-_TAIL:-4], "little")
    end = len(view) - _TAIL - length
    if end < len(MAGIC):
        raise ValueError("its footer is longer than the file")
    return view[len(MAGIC) : end], decode(bytes(view[end:-_TAIL]))


def moved(footer: Struct, by: int) -> Struct:
    """A footer whose row groups lie so many bytes further on in the file."""
    for group in _groups(footer):
        _move(group, _GROUP_AT, by)
        for column in cast(list[Struct], cast(Items, group[_COLUMNS].value).members):
            if column[_CHUNK_AT].value:  # 0 where the writer does not tell
                _move(column, _CHUNK_AT, by)
            _move(column, _OFFSET_INDEX, by)
            _move(column, _COLUMN_INDEX, by)
            if _ABOUT in column:
                for place in _PLACES:
                    _move(cast(Struct, column[_ABOUT].value), place, by)
    return footer


def joined(footers: Sequence[Struct]) -> Struct:
    """One footer for the row groups of several, which are moved already. Empty row groups are left out.

    Raises:
        ValueError: they have not the same columns.
    """
    first = footers[0]
    schema = encode({_SCHEMA: first[_SCHEMA]})
    if any(encode({_SCHEMA: footer[_SCHEMA]}) != schema for footer in footers):
        raise ValueError("the parts have not the same columns")
    groups = [group for footer in footers for group in _groups(footer) if group[_GROUP_ROWS].value]
    for number, group in enumerate(groups):
        group.pop(_ORDINAL, None)
        if number < 2**15:
            group[_ORDINAL] = Field(I16, number)
    rows = sum(cast(int, footer[_ROWS].value) for footer in footers)
    members = cast("list[object]", groups)
    whole = Items(cast(Items, first[_GROUPS].value).type, cast("list[int | bytes | Items | Struct | None]", members))
    return {**first, _ROWS: Field(I64, rows), _GROUPS: Field(LIST, whole)}


def tail(footer: Struct) -> bytes:
    """The end of a file with this footer."""
    raw = encode(footer)
    return raw + len(raw).to_bytes(4, "little") + MAGIC


def _groups(footer: Struct) -> Iterator[Struct]:
    yield from cast(list[Struct], cast(Items, footer[_GROUPS].value).members)


def _move(struct: Struct, field: int, by: int) -> None:
    if field in struct:
        struct[field] = Field(struct[field].type, cast(int, struct[field].value) + by)

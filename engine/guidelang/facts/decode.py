"""From bytes to plain values: encodings, JSON and NDJSON. Numbers stay the decimals that were written.

What a file must not contain, because it could be read two ways: a key given twice, NaN and infinities.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from guidelang.facts.json_places import deepest_place, fault_place


class Unreadable(ValueError):
    """A text that is not what it should be; `line` and `column` count from 1, None where they are not known.

    `help` says what to do, where that can be said.
    """

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None, *, help: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.help = help


MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


# An escape that names half of a surrogate pair; two of them together name a character.
HALF = re.compile(r"\\u[dD][89a-fA-F]")

NO_UTF8 = "the text is not UTF-8; save it as UTF-8"
NULLS = "this is no text: it contains null bytes"

_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}


def packed(content: bytes) -> str | None:
    """How a file is compressed, by its first bytes; None if it is not."""
    return next((name for mark, name in _PACKED.items() if content.startswith(mark)), None)


def decode_text(content: bytes) -> str:
    """The text of a file: UTF-8, or what its byte order mark says. Raises Unreadable."""
    if (archive := packed(content)) is not None:
        raise Unreadable(f"it is compressed ({archive}); unpack it first")
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(NO_UTF8, line) from error
    if "\x00" in text:
        if "\x00" in (text[:1], text[1:2]):
            raise Unreadable("it looks like UTF-16 without a byte order mark; save it as UTF-8")
        raise Unreadable(NULLS, text.count("\n", 0, text.index("\x00")) + 1)
    return text


def decode_json(text: str) -> object:
    """A JSON value: objects as dicts, decimals as Decimal, whole numbers as int. Raises Unreadable."""
    try:
        value: object = json.loads(
            text,
            parse_float=decimal,
            parse_int=whole,
            parse_constant=_no_constant,
            object_pairs_hook=_without_duplicates,
        )
        return well_formed(value) if HALF.search(text) else value
    except Unreadable as error:
        raise Unreadable(error.message, *fault_place(text)) from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"this is not JSON: {_lower(error.msg)}", error.lineno, error.colno) from error
    except RecursionError as error:
        raise Unreadable("it is nested too deeply here", *deepest_place(text)) from error


def well_formed(value: object) -> object:
    """The value with U+FFFD for each half of a surrogate pair, which an escape can name and no text can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {well_formed(key): well_formed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [well_formed(item) for item in value]
    return value


def decode_ndjson(text: str) -> Iterator[tuple[int, object | Unreadable]]:
    """Each line's number and JSON value, or what is wrong with it; empty lines are passed over."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, decode_json(line)
        except Unreadable as error:
            yield number, Unreadable(error.message, number, error.column)


MOST_DIGITS = 400
"""Of a number; none in a record has as many. A longer one is no number, so that it costs nothing and fills no page."""


def decimal(text: str) -> Decimal | str:
    """A decimal as written. One with an exponent beyond all bounds stays text, one with too many digits part of it."""
    try:
        return Decimal(text) if len(text) <= MOST_DIGITS else _cut(text)
    except InvalidOperation:
        return text


def whole(text: str) -> int | str:
    """A whole number; one with too many digits becomes a part of its text."""
    return int(text) if len(text) <= MOST_DIGITS else _cut(text)


def _cut(text: str) -> str:
    return f"{text[:20]}… ({len(text)} characters)"


def _no_constant(word: str) -> object:
    raise Unreadable(f"`{word}` is no number")


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Unreadable(f"the key `{key}` is given twice in one object")
            seen.add(key)
    return found


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]

"""Mutations that know what an input is made of: bytes, words of the language, elements of JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

PIECES = (
    b"", b"\x00", b"\xff\xfe", b"{", b"}", b"[", b"]", b"(", b")", b'"', b"'", b",", b":", b"\n", b"\t", b"\r",
    b"NaN", b"-Infinity", b"1e999999", b"-0", b"9" * 400, b"null", b"true", b"*a", b"&a ", b"<<: ", b"!!python/x ",
    b"2024-13-45", b"9999-12-31T23:59:60Z", b"0000", b"\xe9", b"\\ud800", b"\x1b[31m", b"\xe2\x80\xa8",
    b"\xc2\x85", b"\x0c", b"%", b"=", b"#", b"\\", b"\xef\xbb\xbf", b"\xd9\xa3", b"\xc2\xb2", b"\xe2\x82\x81",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**400, "", "x", " ", "unknown", [], {}, [[]], [None], [{}], {"value": 1}),
    *("2024-05-20", "2024", "2024-02-30", "0001-01-01", "9999-12-31", "2024-05-20T24:00:00Z"),
    *("2024-05-20T08:00:00+14:00", "Patient/p1", "#p1", "urn:uuid:1", "\ud800", "\x00", "1" * 400, "1e400", "mg/dL"),
    *("%", "final", "entered-in-error"),
)


def mutated(data: bytes, chance: random.Random, words: Sequence[bytes], changes: int = 3) -> bytes:
    """An input with some pieces cut out, doubled, moved or replaced; JSON, half of the time, with other elements."""
    if data[:1] in (b"{", b"[") and chance.random() < 0.7:
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            pass
        else:
            for _ in range(changes):
                found = _element_changed(found, chance)
            return json.dumps(found).encode()
    for _ in range(changes):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 1, 1, 4, 20, 100)))
        moved = chance.randrange(len(data) + 1)
        word = b" " + chance.choice(words or PIECES) + b" "
        middle = chance.choice((chance.choice(PIECES), word, data[start:end] * 2, data[moved : moved + 40]))
        data = data[:start] + middle + data[end:]
    return data


def _element_changed(value: Any, chance: random.Random) -> Any:
    """The value with one element anywhere in it removed, doubled, put under another name or replaced."""
    places = list(_places(value))
    if not places:
        return chance.choice(VALUES)
    container, key = chance.choice(places)
    match chance.randrange(5):
        case 0:
            container[key] = chance.choice(VALUES)
        case 1:
            container[key] = [container[key]]
        case 2:
            container[key] = _anywhere(value, chance)
        case 3:
            del container[key]
        case _ if isinstance(container, list):
            container.insert(key, container[key])
        case _:
            container["x"] = container[key]
    return value


def _anywhere(value: Any, chance: random.Random) -> Any:
    """A copy of an element of the value."""
    container, key = chance.choice(list(_places(value)))
    return json.loads(json.dumps(container[key]))


def _places(value: Any) -> Any:
    waiting = [value]
    while waiting:
        container = waiting.pop()
        if isinstance(container, dict | list):
            keys = list(container) if isinstance(container, dict) else range(len(container))
            for key in keys:
                yield container, key
                waiting.append(container[key])

"""Where in a JSON text a key stands twice, a word that is no number, or what is nested deepest: the library's reader
gives no place for them.

Only a text that was refused is looked through, once, token by token.
"""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|[{}\[\]:,]', re.DOTALL)


def fault_place(text: str) -> tuple[int, int] | tuple[None, None]:
    """Line and column, from 1, of the first key given twice in one object or the first NaN or infinity, if there is."""
    open_: list[set[str] | None] = []  # the keys of each open object; None for a list
    key_next = False
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word == "{":
            open_.append(set())
        elif word == "[":
            open_.append(None)
        elif word in "]}":
            if open_:
                open_.pop()
        elif word in ("NaN", "Infinity", "-Infinity"):
            return _place(text, token.start())
        elif key_next and open_ and open_[-1] is not None:
            key = _meant(word)
            if key in open_[-1]:
                return _place(text, token.start())
            open_[-1].add(key)
        key_next = word == "{" or (word == "," and bool(open_) and open_[-1] is not None)
    return None, None


def deepest_place(text: str) -> tuple[int, int]:
    """Line and column, from 1, of the first of the brackets that stand deepest inside of others."""
    depth = deepest = offset = 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("{", "["):
            depth += 1
            if depth > deepest:
                deepest, offset = depth, token.start()
        elif token[0] in ("}", "]"):
            depth -= 1
    return _place(text, offset)


def _meant(word: str) -> str:
    """A key without its quotes; escapes are the rare case."""
    try:
        return str(json.loads(word)) if "\\" in word else word[1:-1]
    except ValueError:
        return word


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

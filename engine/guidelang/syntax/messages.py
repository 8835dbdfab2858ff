"""The words of syntax errors, read from messages.toml beside the grammar."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from guidelang.resources import folder
from guidelang.syntax import grammar


@dataclass(frozen=True, slots=True)
class Instead:
    """A sign or word of other languages, and what to write for it."""

    text: str
    message: str
    suggestion: str | None


def instead_of(text: str) -> Instead | None:
    """What to say of a text that begins with a foreign sign, or is a foreign word."""
    for entry in _messages()["instead"]:
        foreign = str(entry["text"])
        if text == foreign if foreign.isalpha() else text.startswith(foreign):
            return Instead(foreign, entry["message"], entry.get("suggestion"))
    return None


def belongs_to(word: str) -> str | None:
    """The statement that a clause belongs to, in words."""
    found = _messages()["belongs"].get(word)
    return None if found is None else str(found)


def action_for(word: str) -> str | None:
    """The action that a word of everyday speech stands for."""
    found = _messages()["actions"].get(word.lower())
    return None if found is None else str(found)


def expected(terminals: frozenset[str]) -> str | None:
    """What could stand in a place, in words: "a unit such as mg/dL, a comparison such as `>=` or `and`"."""
    messages = _messages()
    left = set(terminals)
    phrases: list[str] = []
    for group in messages["groups"]:
        if left.issuperset(group["when"]):
            left -= set(group["covers"])
            phrases.append(group["phrase"])
    single = sorted(messages["phrases"].get(terminal) or _own_word(terminal) for terminal in left - {"$END"})
    phrases = [*single, *phrases] if len(single) <= 2 else [*phrases, *single]
    if not phrases and "$END" in left:
        phrases = [messages["phrases"]["$END"]]
    phrases = phrases[: messages["limit"]]
    if len(phrases) > 1:
        comma = "; " if any(", " in phrase or " or " in phrase for phrase in phrases) else ", "
        return f"{comma.join(phrases[:-1])}{comma if comma == '; ' else ' '}or {phrases[-1]}"
    return phrases[0] if phrases else None


def _own_word(terminal: str) -> str:
    words = sorted(word for word, belongs in grammar.keywords().items() if belongs == terminal)
    return " or ".join(f"`{word}`" for word in words) or f"`{terminal.lower()}`"


@cache
def _messages() -> dict[str, Any]:
    return tomllib.loads((folder("grammar") / "messages.toml").read_text(encoding="utf-8"))

"""The grammar, loaded: one Lark object a process, built when first used."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, TypeAlias

from lark import Lark
from lark.lexer import PatternRE, PatternStr, TerminalDef

from guidelang.resources import folder

Entry: TypeAlias = Literal["start", "expression", "parameter_text"]

STATEMENT_WORDS = (
    "guideline", "vocabulary", "part", "use", "system", "parameter", "codes", "intervention", "fact", "define", "rule",
    "example", "score", "table", "invariant", "adapt", "change",
)  # fmt: skip

# Terminals that take any word, except those of the language.
_OPEN = ("NAME", "UNIT", "GRADE_MARK", "STATUS_CODE")
_WORD = re.compile(r"[a-z]\w*\Z")


@cache
def reserved_words() -> frozenset[str]:
    """The words of reserved.txt."""
    text = (folder("grammar") / "reserved.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() for word in line.partition("#")[0].split())


@cache
def parser() -> Lark:
    """The parser of the language. Its terminals are closed at word boundaries, see `_close`."""
    return Lark(
        (folder("grammar") / "guideline.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start=["start", "expression", "parameter_text"],
        propagate_positions=True,
        maybe_placeholders=True,
        edit_terminals=_close,
    )


@cache
def pattern(terminal: str) -> re.Pattern[str]:
    """The pattern of one terminal, as the lexer uses it."""
    return re.compile(parser().get_terminal(terminal).pattern.to_regexp())


@cache
def keywords() -> dict[str, str]:
    """Every fixed word of the language, with the terminal it belongs to; `very low` and the like are left out."""
    found: dict[str, str] = {}
    words = set(reserved_words())
    for terminal in parser().terminals:
        words.update(re.findall(r"[a-z_]{2,}", terminal.pattern.value) if terminal.name not in _OPEN_ENDED else ())
    for terminal in parser().terminals:
        if terminal.name in _OPEN_ENDED:
            continue
        compiled = re.compile(terminal.pattern.to_regexp())
        for word in words:
            if compiled.fullmatch(word):
                found.setdefault(word, terminal.name)
    return found


def fits(terminal: str, text: str) -> bool:
    """Whether a whole text is one token of that sort."""
    return pattern(terminal).fullmatch(text) is not None


def _close(terminal: TerminalDef) -> None:
    """Ends fixed words at a word boundary and keeps reserved words out of the open terminals.

    Fixed words go before names: where both may stand, `result` is the word. (Lark does so by itself for plain strings,
    but not for alternatives.)
    """
    value = terminal.pattern.value
    if terminal.name in _OPEN:
        words = "|".join(sorted(reserved_words() - ({"unknown"} if terminal.name == "STATUS_CODE" else set())))
        # `on` is reserved, the status `on-hold` is not
        terminal.pattern = PatternRE(rf"(?!(?:{words})(?![\w-]))(?:{value})", terminal.pattern.flags)
    elif isinstance(terminal.pattern, PatternStr):
        if _WORD.match(value):
            terminal.pattern = PatternRE(rf"{value}(?!\w)")
            terminal.priority = 2
    elif terminal.name not in _OPEN_ENDED:
        terminal.pattern = PatternRE(rf"(?:{value})(?![\w:-])", terminal.pattern.flags)
        terminal.priority = max(terminal.priority, 2)


_OPEN_ENDED = frozenset(
    (*_OPEN, "NUMBER", "POINTS", "DATE", "YEAR", "CLOCK", "STRING", "CODE", "OWN_CODE", "LOCATOR", "FINGERPRINT_HEX",
     "VERSION_MARK", "COMPARE", "COMMENT", "SPACE")
)  # fmt: skip

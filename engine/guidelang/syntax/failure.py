"""Where the parser stopped, and what could have stood there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lark import Token

from guidelang.diagnostics import Report
from guidelang.source import Source, Span
from guidelang.syntax import grammar

_RAW = re.compile(r'"(?:\\.|[^"\\\n\r])*"|\w[\w-]*|\d[\d.,]*|\S')
WORD = re.compile(r"[^\W\d]\w*")
_SKIP = re.compile(r"(?:[\s\ufeff]|#[^\n\r]*)*")


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the parser stopped.

    Attributes:
        tokens: what it had taken of the statement.
        offset: where the text stands that it could not take; the length of the text if that ends too early.
        accepts: the terminals that it would have taken there.
        too_deep: it stopped because parentheses are nested too deeply.
    """

    source: Source
    entry: grammar.Entry
    tokens: tuple[Token, ...]
    offset: int
    accepts: frozenset[str]
    too_deep: bool = False


class Place:
    """The place of a failure: the text there, and what the parser would take."""

    def __init__(self, failure: Failure, report: Report) -> None:
        self.failure = failure
        self.report = report
        self.source = failure.source
        self.text = failure.source.text
        self.at = failure.offset
        self.tokens = failure.tokens
        self.accepts = failure.accepts
        self.complete: tuple[Token, ...] = ()  # the statement before, see `explain`
        found = _RAW.match(self.text, self.at)
        self.raw = found[0] if found else ""
        word = WORD.match(self.text, self.at)
        self.word = word[0] if word else ""

    def error(
        self,
        code: str,
        message: str,
        *,
        start: int | None = None,
        length: int | None = None,
        expected: str | None = None,
        suggestion: str | None = None,
    ) -> bool:
        begin = self.at if start is None else start
        size = max(len(self.raw), 1) if length is None else length
        span = Span(self.source, begin, min(begin + size, len(self.text)))
        self.report.error(code, message, span, expected=expected, suggestion=suggestion)
        return True

    def parser_after(self, count: int, *more: Token) -> Any:
        """A parser that has taken the first tokens of the statement, and some others."""
        parser = grammar.parser().parse_interactive("", start=self.failure.entry)
        for token in (*self.tokens[:count], *more):
            parser.feed_token(token)
        return parser

    def fits_after(self, count: int, terminal: str, text: str, end: int) -> bool:
        """Whether what stands at `end` may follow another token put after the first ones."""
        after = frozenset(self.parser_after(count, Token(terminal, text)).accepts())
        return self.fits_here(after, end)

    def fits_here(self, terminals: frozenset[str], offset: int) -> bool:
        skipped = _SKIP.match(self.text, offset)
        start = skipped.end() if skipped else offset
        if start >= len(self.text):
            return "$END" in terminals
        return any(grammar.pattern(terminal).match(self.text, start) for terminal in terminals - {"$END"})

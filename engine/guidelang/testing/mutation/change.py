"""One small fault in the text of a guideline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.source import Source, Span

Kind: TypeAlias = Literal[
    "threshold", "comparison", "connective", "negation", "condition", "exception", "override", "unit", "window",
    "code", "absence", "strength", "advice", "count", "points", "cell", "value", "arithmetic", "selection",
]  # fmt: skip
"""What sort of fault it is.

    threshold    a number one step of its precision higher or lower, in a condition, a formula or a parameter
    comparison   another operator: with or without the border, or turned around
    connective   `and` for `or`, `or` for `and`
    negation     `not` added or dropped, `certainly` dropped
    condition    an operand of `and`, `or`, `at least n of`, `first known of` dropped
    exception    an `unless` dropped
    override     an `overrides` dropped
    unit         another unit that converts, with the same number
    window       a length of time that is looked back one unit longer or shorter, or a phrase about time dropped
    code         a code that a fact is read by dropped
    absence      `absent means no` dropped, or what a score counts for what is unknown
    strength     another strength or certainty
    advice       `suggest` for `recommend`, `recommend` for `suggest`
    count        `at least n`, `last n` with one more or one less
    points       the points of a score
    cell         a cell of a table, a border that rows share, or what a row gives
    value        a word that a choice is compared with dropped
    arithmetic   another operator or function
    selection    another of the results: `earliest` for `latest`, `every` for `any`
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of the text that another takes the place of.

    Attributes:
        span: the piece that is replaced.
        text: what stands there afterwards; empty where the piece is dropped.
        before, after: the same as a reader is told of it, which may be more than what is replaced; `after` is empty
            where something is dropped.
        at: where what is told stands.
    """

    kind: Kind
    span: Span
    text: str
    before: str
    after: str
    at: Span

    @property
    def sentence(self) -> str:
        """``line 12: `phosphorus >= 5.5 mg/dL` becomes `phosphorus > 5.5 mg/dL```"""
        what = f"becomes `{self.after}`" if self.after else "is dropped"
        return f"line {self.at.line}: `{self.before}` {what}"

    def applied(self) -> Source:
        """The source with the change in it; nothing else differs."""
        source = self.span.source
        return Source(source.name, source.text[: self.span.start] + self.text + source.text[self.span.end :])


def replaced(kind: Kind, span: Span, text: str, before: str | None = None, after: str | None = None) -> Change:
    """A piece of text in place of another, told as it stands there unless something else is to be told."""
    return Change(kind, span, text, one_line(before or span.text), one_line(text if after is None else after), span)


def dropped(kind: Kind, span: Span, before: str | None = None) -> Change:
    """A piece left out: with its line where it has the line to itself, else with the blanks before it."""
    text = span.source.text
    start, end = span.start, span.end
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    if not text[line_start:start].strip() and not text[end:line_end].strip():
        whole = Span(span.source, line_start, min(line_end + 1, len(text)))
    else:
        while start > line_start and text[start - 1] in " \t":
            start -= 1
        whole = Span(span.source, start, end)
    return Change(kind, whole, "", one_line(before or span.text), "", span)


def one_line(text: str) -> str:
    """A text as a sentence quotes it."""
    return " ".join(text.split())

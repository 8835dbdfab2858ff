"""Diagnostics for the terminal and for programs.

error[G201]: unknown fact `phosphorous`
  --> example.guide:4:10
   |
 4 |     when phosphorous >= 5.5 mg/dL
   |          ^^^^^^^^^^^
   = help: did you mean `phosphorus`?
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from guidelang.diagnostics import Diagnostic, Fix, Note, Severity
from guidelang.source import Span
from guidelang.trace.phrases import clean

TAB_STOP = 4
WIDEST_LINE = 160

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.HINT: "bold cyan"}


def as_text(diagnostics: Sequence[Diagnostic]) -> Text:
    """All findings, one after the other, with the source line of each underlined."""
    text = Text()
    for number, diagnostic in enumerate(diagnostics):
        if number:
            text.append("\n")
        _one(text, diagnostic)
    text.right_crop(1)
    return text


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many findings there are of each severity: "2 errors, 1 hint"."""
    numbers = {severity: sum(1 for d in diagnostics if d.severity is severity) for severity in Severity}
    return ", ".join(counted(number, severity.value) for severity, number in numbers.items() if number) or "no findings"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 rule", "2 rules"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """The findings as a JSON list. Lines and columns count from 1; an end is the place after the last character."""
    return json.dumps([_document(d) for d in diagnostics], ensure_ascii=False, indent=2)


def _document(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_place(diagnostic.span, diagnostic.file),
        "expected": diagnostic.expected,
        "suggestion": diagnostic.suggestion,
        "notes": [{"message": note.message, **_place(note.span, None)} for note in diagnostic.notes],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {**_place(fix.span, None), "replacement": fix.replacement}


def _place(span: Span | None, file: str | None) -> dict[str, Any]:
    if span is None:
        return {"file": file, "line": None, "column": None, "end_line": None, "end_column": None}
    source = span.source
    return {
        "file": source.name,
        "line": span.line,
        "column": span.column,
        "end_line": source.line_of(span.end),
        "end_column": source.column_of(span.end),
    }


def _one(text: Text, diagnostic: Diagnostic) -> None:
    style = _STYLE[diagnostic.severity]
    text.append(f"{diagnostic.severity.value}[{diagnostic.code}]", style=style)
    text.append(f": {clean(diagnostic.message)}\n", style="bold")
    notes = [note for note in diagnostic.notes if note.message]
    spans = [diagnostic.span, *(note.span for note in notes)]
    lines = [span.line for span in spans if span is not None]
    gutter = max((len(str(line)) for line in lines), default=1)
    if diagnostic.span is not None:
        _excerpt(text, diagnostic.span, style, gutter, "-->")
    elif diagnostic.file:
        text.append(f"{' ' * gutter}--> ", style="blue")
        text.append(f"{clean(diagnostic.file)}\n")
    if diagnostic.expected:
        _remark(text, gutter, "expected", diagnostic.expected)
    if diagnostic.suggestion:
        _remark(text, gutter, "help", diagnostic.suggestion)
    for note in notes:
        _note(text, note, gutter)


def _remark(text: Text, gutter: int, word: str, message: str) -> None:
    text.append(f"{' ' * gutter} = ", style="blue")
    text.append(f"{word}: ", style="bold")
    text.append(f"{clean(message)}\n")


def _note(text: Text, note: Note, gutter: int) -> None:
    _remark(text, gutter, "note", note.message)
    _excerpt(text, note.span, "blue", gutter, ":::")


def _excerpt(text: Text, span: Span, style: str, gutter: int, arrow: str) -> None:
    """The place, and the first line of the span with the span underlined."""
    text.append(f"{' ' * gutter}{arrow} ", style="blue")
    text.append(f"{clean(str(span))}\n")
    line = clean(span.source.line(span.line))
    start = span.column - 1
    same_line = span.source.line_of(span.end) == span.line
    end = start + max(span.end - span.start, 0) if same_line else len(line)
    start, end, line = _window(start, min(end, len(line)), line)
    before, under = _columns(line[:start]), _columns(line[start:end], _columns(line[:start]))
    text.append(f"{' ' * gutter} |\n", style="blue")
    text.append(f"{span.line:>{gutter}} | ", style="blue")
    text.append(f"{_expanded(line)}\n")
    text.append(f"{' ' * gutter} | ", style="blue")
    text.append(" " * before)
    text.append("^" * max(under, 1), style=style)
    text.append("\n" if same_line else "...\n", style=style if not same_line else "")


def _window(start: int, end: int, line: str) -> tuple[int, int, str]:
    """A piece of a very long line around the span, so that a terminal shows it."""
    if len(line) <= WIDEST_LINE:
        return start, end, line
    first = max(0, start - WIDEST_LINE // 4)
    piece = line[first : first + WIDEST_LINE]
    return start - first, min(end - first, len(piece)), piece


def _expanded(line: str) -> str:
    """Tabs as blanks, so that the underline stands below its words whatever the terminal does with tabs."""
    out = ""
    for char in line:
        out += " " * (TAB_STOP - _columns(out) % TAB_STOP) if char == "\t" else char
    return out


def _columns(piece: str, offset: int = 0) -> int:
    """How many columns of a terminal a piece takes that begins at column `offset`."""
    column = offset
    for char in piece:
        if char == "\t":
            column += TAB_STOP - column % TAB_STOP
        elif unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me", "Mn"):
            continue
        else:
            column += 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
    return column - offset

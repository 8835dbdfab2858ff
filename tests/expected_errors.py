"""Test inputs that say which errors they expect, on the lines that cause them.

A line of a `.guide` file may end in one or more remarks of the form

    #! G103 "part of the message" "part of what was expected or suggested"

The parts in quotation marks may be left out. The errors found must be exactly those expected, by line and code; each
quoted part must stand somewhere in the message, the expectation or the suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from guidelang.diagnostics import Diagnostic, Report
from guidelang.source import Source

_REMARK = re.compile(r'#!\s*(?P<code>G\d{3})(?P<parts>(?:\s*"(?:[^"\\]|\\.)*")*)')
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    line: int
    code: str
    parts: tuple[str, ...]


def expected_errors(text: str) -> list[Expected]:
    """The errors that the remarks of a text announce."""
    return [
        Expected(number, remark["code"], tuple(part.replace('\\"', '"') for part in _PART.findall(remark["parts"])))
        for number, line in enumerate(text.splitlines(), 1)
        for remark in _REMARK.finditer(line)
    ]


def check_expected_errors(path: Path, run: Callable[[Source, Report], object]) -> None:
    """Fails unless running a stage on a file finds exactly the errors that its remarks announce."""
    text = path.read_text(encoding="utf-8")
    report = Report()
    run(Source(path.name, text), report)
    compare(expected_errors(text), report.sorted(), path.name)


def compare(expected: Iterable[Expected], found: Iterable[Diagnostic], name: str) -> None:
    wanted = sorted(expected)
    got = sorted(((d.span.line if d.span else 0, d.code, d) for d in found), key=lambda item: item[:2])
    assert [(line, code) for line, code, _ in got] == [(error.line, error.code) for error in wanted], (
        f"{name}: found\n" + "\n".join(f"  line {line}: {code} {_whole(d)}" for line, code, d in got)
    )
    for error, (_, _, diagnostic) in zip(wanted, got, strict=True):
        said = _whole(diagnostic)
        for part in error.parts:
            assert part in said, f"{name}:{error.line}: {part!r} is not in {said!r}"


def _whole(diagnostic: Diagnostic) -> str:
    return " | ".join(filter(None, (diagnostic.message, diagnostic.expected, diagnostic.suggestion)))

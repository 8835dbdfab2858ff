"""Comments that accept a finding: `# guidelang: ignore G920 the project's own`.

Such a comment stands behind the line of the finding, or on a line of its own above it (with other comments or none
between). It names one or more codes and gives the reason, for the next reader. One that nothing needs is reported, so
that none outlives its cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guidelang.diagnostics import Diagnostic, Report, Severity
from guidelang.lint.levels import GROUP
from guidelang.model import Guideline
from guidelang.source import Span
from guidelang.syntax import tree

_MARK = re.compile(r"#\s*guidelang\s*:\s*(?P<what>.*)")
_IGNORE = re.compile(r"ignore(?P<codes>(?:[\s,]+G\d{3}\b)+)[\s,:]*(?P<reason>.*)")


@dataclass(frozen=True, slots=True)
class _Ignore:
    file: str
    line: int  # of the finding that it accepts
    codes: tuple[str, ...]
    comment: tree.Comment
    report_unused: bool


def without_ignored(findings: Iterable[Diagnostic], guideline: Guideline) -> list[Diagnostic]:
    """The findings that no comment accepts, and what is wrong with the comments themselves (G928, G929)."""
    report = Report()
    ignores = [ignore for file in guideline.files for ignore in _ignores(file, guideline, report)]
    used: set[tuple[int, str]] = set()
    for finding in findings:
        by = None if finding.severity is Severity.ERROR else _accepted_by(finding, ignores)
        if by is None:
            report.add(finding)
        else:
            used.add((id(by), finding.code))
    for ignore in ignores:
        for code in ignore.codes:
            if ignore.report_unused and (id(ignore), code) not in used:
                report.warning(
                    "G929",
                    f"nothing here is {code}, so this comment accepts nothing",
                    ignore.comment.span,
                    suggestion="remove it, or put it on the line of the finding or above it",
                )
    return report.findings


def _accepted_by(finding: Diagnostic, ignores: Iterable[_Ignore]) -> _Ignore | None:
    if finding.span is None or not finding.code.startswith(GROUP):
        return None
    place = (finding.span.source.name, finding.span.line)
    return next((i for i in ignores if (i.file, i.line) == place and finding.code in i.codes), None)


def _ignores(file: tree.File, guideline: Guideline, report: Report) -> Iterator[_Ignore]:
    # A vocabulary serves many guidelines: what its comments accept may be found in another of them.
    shared = any(isinstance(s, tree.Vocabulary) and s.name != guideline.symbols.head.name for s in file.statements)
    for comment in file.comments:
        mark = _MARK.fullmatch(comment.text)
        if mark is None:
            continue
        found = _IGNORE.fullmatch(mark["what"])
        codes = tuple(re.findall(r"G\d{3}", found["codes"])) if found else ()
        problem = _problem(codes, found["reason"] if found else "")
        if problem is not None:
            report.warning(
                "G928",
                problem,
                comment.span,
                expected="a comment such as `# guidelang: ignore G920 the ward's own rule`",
            )
            continue
        yield _Ignore(comment.span.source.name, _line_of_finding(comment.span), codes, comment, not shared)


def _problem(codes: tuple[str, ...], reason: str) -> str | None:
    if not codes:
        return "this comment names no code to ignore"
    others = [code for code in codes if not code.startswith(GROUP)]
    if others:
        return f"{others[0]} cannot be ignored; only findings of group {GROUP} can"
    return None if reason.strip() else "this comment does not say why"


def _line_of_finding(comment: Span) -> int:
    """The comment's own line, or, where it stands alone on it, the next line with something else than a comment."""
    source, line = comment.source, comment.line
    while source.line(line).lstrip().startswith("#"):
        line += 1
    return line

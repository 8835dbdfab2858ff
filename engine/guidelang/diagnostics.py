"""The one Diagnostic type: what is wrong in a text or a record, where, what was expected, and what to do about it.

Errors are values: each stage collects them in a list and goes on, so that one run reports all of them. The terminal,
``--format json`` and an editor show the same objects. Codes are grouped by the stage that finds the fault:

=====  ==========================================================================
G0xx   a file or input cannot be read, or is not what it should be
G1xx   the text is not in the language (syntax)
G2xx   names: unknown, declared twice, of the wrong sort
G3xx   types, units, dimensions, kinds of quantity
G4xx   values: plausible ranges, dates, parameters
G5xx   the network: cycles, overrides, advice
G6xx   patients' facts: unknown keys, unreadable values, records that cannot be used
G7xx   decks of patients with expected results
G8xx   citations against their source document
G9xx   hints and lints: legal, but probably not what is meant
=====  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict, Unpack

from guidelang.source import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Fix:
    """A replacement that ``guidelang fmt --fix`` may make without asking: it changes looks, never meaning."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains a diagnostic, e.g. the first of two declarations."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Attributes:
        code: ``G`` and three digits, see the table above.
        message: one sentence in the reader's words; names stand in backquotes.
        span: the place, or None where a whole file or an input without positions is meant.
        expected: what would have been right here, if that can be said; never a token name.
        suggestion: what to do, e.g. "did you mean `phosphorus`?".
        file: the file or input, where there is no span.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    expected: str | None = None
    suggestion: str | None = None
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    file: str | None = None

    def sort_key(self) -> tuple[str, int, str, str]:
        if self.span is None:
            return (self.file or "", -1, self.code, self.message)
        return (self.span.source.name, self.span.start, self.code, self.message)


class Details(TypedDict, total=False):
    """What a finding may say beside its message; the attributes of `Diagnostic`."""

    expected: str | None
    suggestion: str | None
    notes: Iterable[Note]
    fix: Fix | None
    file: str | None


class GuidelineError(ValueError):
    """Raised by the Python interface when a text or an input has errors; holds every diagnostic, not the first."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(sorted(diagnostics, key=Diagnostic.sort_key))
        super().__init__("\n".join(_one_line(d) for d in self.diagnostics if d.severity is Severity.ERROR))


@dataclass(slots=True)
class Report:
    """A list of findings under construction; every stage takes one and adds to it."""

    findings: list[Diagnostic] = field(default_factory=list)
    _seen: set[Diagnostic] = field(default_factory=set, repr=False)

    def error(self, code: str, message: str, span: Span | None = None, **more: Unpack[Details]) -> None:
        self._add(Severity.ERROR, code, message, span, more)

    def warning(self, code: str, message: str, span: Span | None = None, **more: Unpack[Details]) -> None:
        self._add(Severity.WARNING, code, message, span, more)

    def hint(self, code: str, message: str, span: Span | None = None, **more: Unpack[Details]) -> None:
        self._add(Severity.HINT, code, message, span, more)

    def _add(self, severity: Severity, code: str, message: str, span: Span | None, more: Details) -> None:
        self.add(
            Diagnostic(
                code,
                severity,
                message,
                span,
                expected=more.get("expected"),
                suggestion=more.get("suggestion"),
                notes=tuple(more.get("notes", ())),
                fix=more.get("fix"),
                file=more.get("file"),
            )
        )

    def add(self, finding: Diagnostic) -> None:
        """Takes a finding; the same one found twice (a clause that two rules share) is reported once."""
        if finding not in self._seen:
            self._seen.add(finding)
            self.findings.append(finding)

    @property
    def has_errors(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.findings)

    def sorted(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(self.findings, key=Diagnostic.sort_key))

    def raise_errors(self) -> None:
        """Raises GuidelineError with all findings if one of them is an error."""
        if self.has_errors:
            raise GuidelineError(self.findings)


def nearest(word: str, candidates: Iterable[str], *, cutoff: float = 0.7) -> str | None:
    """The candidate most like a word, or None where none is near (difflib's ratio; ties go to the first by name)."""
    import difflib

    names = sorted(set(candidates))
    same = next((name for name in names if name.casefold() == word.casefold() and name != word), None)
    if same is not None:
        return same
    found = difflib.get_close_matches(word, names, n=1, cutoff=cutoff)
    return found[0] if found else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """``did you mean `x`?`` for the nearest other candidate, or None."""
    found = nearest(word, set(candidates) - {word})
    return f"did you mean `{found}`?" if found else None


def _one_line(diagnostic: Diagnostic) -> str:
    place = str(diagnostic.span) if diagnostic.span else diagnostic.file
    text = f"{place}: " if place else ""
    text += f"{diagnostic.code} {diagnostic.message}"
    for more in (diagnostic.expected and f"expected {diagnostic.expected}", diagnostic.suggestion):
        if more:
            text += f"; {more}"
    return text

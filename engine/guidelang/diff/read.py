"""From what a user names to an edition: a path, a shipped guideline, a text, or what git has kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from guidelang.diagnostics import Diagnostic, GuidelineError, Report
from guidelang.diff.edition import Edition, shown
from guidelang.diff.revisions import revision_of, take_out
from guidelang.model.loading import load
from guidelang.model.locate import sources_of, value_sets_of
from guidelang.network import compile_network
from guidelang.source import Source, Span


@dataclass(frozen=True, slots=True)
class _Named:
    """How an edition and the folders of its files are shown, and which of several is meant."""

    name: str
    day: dt.date | None
    folders: tuple[tuple[str, str], ...] = ()


def read_edition(
    where: str | Path | Source,
    *,
    parameters: Mapping[str, str] | None = None,
    valuesets: Iterable[str | Path] = (),
    day: dt.date | None = None,
) -> Edition:
    """Reads, checks and compiles one of two editions.

    Args:
        where: a file, a folder, the name of a shipped guideline or vocabulary (`ckd_mbd@2017`), a text, or a revision
            of git with a path (`HEAD~1:guidelines/calciphylaxis`).
        parameters: values that a site sets, as the language writes them.
        valuesets: files and folders with the value sets that code lists name.
        day: of several editions, the one in force on this day; default: today.

    Raises:
        GuidelineError: with every finding, if the guideline has errors or is not there.
    """
    revision = revision_of(where) if isinstance(where, str) else None
    if revision is None:
        name = where.name if isinstance(where, Source) else str(where)
        return _read(where, _Named(name, day), parameters or {}, valuesets)
    with TemporaryDirectory(prefix="guidelang-") as folder:
        report = Report()
        kept = take_out(revision, Path(folder).resolve(), report)
        if kept is None:
            raise GuidelineError(report.findings)
        named = _Named(str(revision), day, kept.folders)
        return _read(kept.path, named, parameters or {}, valuesets)


def _read(
    where: str | Path | Source, named: _Named, parameters: Mapping[str, str], valuesets: Iterable[str | Path]
) -> Edition:
    report = Report()
    files = sources_of(where, report, named.day)
    model = None if report.has_errors else load(files, report, parameters, value_sets_of(files, valuesets))
    if model is None:
        raise GuidelineError(_as_shown(report.findings, named.folders))
    return Edition(named.name, model, compile_network(model), named.folders)


def _as_shown(findings: Sequence[Diagnostic], folders: tuple[tuple[str, str], ...]) -> list[Diagnostic]:
    """Findings with the files as a reader finds them: not in a folder that is gone."""
    return [
        replace(
            each,
            message=_in_text(each.message, folders),
            suggestion=each.suggestion and _in_text(each.suggestion, folders),
            expected=each.expected and _in_text(each.expected, folders),
            file=each.file and shown(each.file, folders),
            span=each.span and _span(each.span, folders),
            notes=tuple(replace(note, span=_span(note.span, folders)) for note in each.notes),
        )
        for each in findings
    ] if folders else list(findings)  # fmt: skip


def _in_text(text: str, folders: tuple[tuple[str, str], ...]) -> str:
    for folder, instead in folders:
        text = text.replace(folder, instead)
    return text


def _span(span: Span, folders: tuple[tuple[str, str], ...]) -> Span:
    return Span(Source(shown(span.source.name, folders), span.source.text), span.start, span.end)

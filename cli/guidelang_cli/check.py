"""`guidelang check`: every finding about a guideline, without a patient."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guidelang.diagnostics import Diagnostic, GuidelineError, Severity
from guidelang.guideline import Guideline, load
from guidelang.model.locate import each_edition
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import guidelines_and_files
from guidelang_cli.explanation import ExplainOption
from guidelang_cli.lints import LintOption, lint_levels
from guidelang_cli.options import (
    Format,
    FormatOption,
    ParamOption,
    SourceOption,
    ValueSetsOption,
    parameters,
    sources,
    value_sets,
)
from guidelang_cli.report import as_json, as_text, counted, summary

NAME = "check"
EXAMPLES = (
    "guidelang check calciphylaxis",
    "guidelang check my_guideline.guide --format json",
    "guidelang check calciphylaxis --source review=article.txt",
    "guidelang check my_guideline.guide --lint G921=off --lint G920=error",
    "guidelang check our_site.guide --against calciphylaxis@2.0.0",
    "guidelang check --explain G922",
    "cat my_guideline.guide | guidelang check -",
)


def command(
    guidelines: Annotated[
        list[str],
        typer.Argument(
            metavar="GUIDELINE",
            help="Files, folders, names of shipped guidelines, or -.",
            autocompletion=guidelines_and_files,
        ),
    ],
    *,
    format_: FormatOption = Format.TEXT,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    source: SourceOption = None,
    lint: LintOption = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="GUIDELINE",
            help="Of an adapting guideline: whether its changes still fit this version of what it adapts.",
        ),
    ] = None,
    explain: ExplainOption = None,  # noqa: ARG001  # its callback answers, and nothing is checked
) -> None:
    """Check guidelines and report every error, warning and hint.

    Of a guideline with several editions all are checked, unless one is named: `ckd_mbd@2017`.
    """
    settings, documents, levels = parameters(param), sources(source), lint_levels(lint)
    files = value_sets(valuesets)
    inputs.only_one_reads_stdin(guidelines)
    if against is not None:
        _hold_against(guidelines, against, files, format_)
    found: list[Diagnostic] = []
    lines = []
    for where in (edition for given in guidelines for edition in each_edition(given)):
        try:
            loaded = load(where, parameters=settings, sources=documents, lints=levels, valuesets=files)
        except GuidelineError as error:
            findings = error.diagnostics
            lines.append(f"{where}: {summary(findings)}")
        else:
            findings = loaded.diagnostics
            lines.append(
                f"{loaded.name} {loaded.version}: {_adapted(loaded)}{counted(len(loaded.rules), 'rule')}, "
                f"{summary(findings)}"
            )
        found.extend(d for d in findings if d not in found)
    raise _told(found, lines, format_)


def _told(found: list[Diagnostic], lines: list[str], format_: Format) -> typer.Exit:
    """Prints what was found; the exit that ends the command."""
    if format_ is Format.JSON:
        terminal.write_json(as_json(found))
    else:
        told = [d for d in found if d.severity is Severity.ERROR or not terminal.settings.quiet]
        if told:
            terminal.show_lines(as_text(told))
        terminal.write("\n".join(lines) + "\n")
    return typer.Exit(inputs.exit_code(found))


def _adapted(loaded: Guideline) -> str:
    adaptation = loaded.network.adaptation
    if adaptation is None:
        return ""
    changes = counted(len(adaptation.changes), "local change")
    return f"adapted from {adaptation.base} {adaptation.version} with {changes}, "


def _hold_against(guidelines: list[str], other: str, files: list[Path], format_: Format) -> None:
    """Tells which changes of adapting guidelines still fit another version of what they adapt, and ends."""
    from guidelang.diff.against import against  # brings the parser

    found: list[Diagnostic] = []
    lines = []
    for where in guidelines:
        try:
            held = against(where, other, files)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--against") from error
        found.extend(d for d in held.findings if d not in found)
        if held.changes:
            fit = held.changes - held.misfits - held.anew
            told = f"{fit} of {counted(held.changes, 'local change')} as good as before"
            told += f", {held.anew} to read again" if held.anew else ""
            told += f", {held.misfits} no longer fitting" if held.misfits else ""
            lines.append(f"{held.name} against {held.base}: {told}")
        else:
            lines.append(f"{held.name} against {held.base}: {summary(held.findings)}")
    raise _told(found, lines, format_)

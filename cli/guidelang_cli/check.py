"""`guidelang check`: every finding about a guideline, without a patient."""

from __future__ import annotations

from typing import Annotated

import typer

from guidelang.diagnostics import Diagnostic, GuidelineError, Severity
from guidelang.guideline import load
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
    explain: ExplainOption = None,  # noqa: ARG001  # its callback answers, and nothing is checked
) -> None:
    """Check guidelines and report every error, warning and hint.

    Of a guideline with several editions all are checked, unless one is named: `ckd_mbd@2017`.
    """
    settings, documents, levels = parameters(param), sources(source), lint_levels(lint)
    files = value_sets(valuesets)
    inputs.only_one_reads_stdin(guidelines)
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
    if format_ is Format.JSON:
        terminal.write_json(as_json(found))
    else:
        told = [d for d in found if d.severity is Severity.ERROR or not terminal.settings.quiet]
        if told:
            terminal.show_lines(as_text(told))
        terminal.write("\n".join(lines) + "\n")
    raise typer.Exit(inputs.exit_code(found))

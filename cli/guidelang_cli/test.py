"""`guidelang test`: the examples that stand beside the rules."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.text import Text

from guidelang.diagnostics import Report, Severity
from guidelang.testing import ExampleResult, run_examples
from guidelang.trace.phrases import clean
from guidelang_cli import inputs, terminal
from guidelang_cli.options import EngineName, EngineOption, Format, FormatOption

NAME = "test"
EXAMPLES = (
    "guidelang test calciphylaxis",
    "guidelang test my_guideline.guide -k warfarin",
    "guidelang test guidelines/ --format json",
)


def command(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Guideline files, folders, names of shipped ones, or -.")
    ],
    format_: FormatOption = Format.TEXT,
    engine: EngineOption = EngineName.DURABLE,
    word: Annotated[
        str | None, typer.Option("-k", metavar="WORD", help="Only the examples with this word in their name.")
    ] = None,
) -> None:
    """Run the examples of guidelines and report those that fail."""
    inputs.only_one_reads_stdin(paths)
    report = Report()
    results: list[ExampleResult] = []
    for path in paths:
        found = run_examples(path, report, engine=engine.value)
        results += [r for r in found if word is None or word.casefold() in r.name.casefold()]
    inputs.tell([d for d in report.sorted() if d.severity is not Severity.HINT])
    failed = [r for r in results if not r.passed]
    if format_ is Format.JSON:
        terminal.write_json(json.dumps([_document(r) for r in results], ensure_ascii=False, indent=2))
    else:
        for result in failed:
            terminal.show(_failure(result))
        told = f"{len(results) - len(failed)} passed, {len(failed)} failed"
        terminal.write((told if results else "no examples") + "\n")
    if report.has_errors:
        raise typer.Exit(inputs.exit_code(report.findings))
    raise typer.Exit(1 if failed else 0)


def _failure(result: ExampleResult) -> Text:
    text = Text()
    text.append("FAILED ", style="bold red")
    text.append(clean(result.name), style="bold")
    text.append(f"  {clean(str(result.span))}", style="dim")
    for failure in result.failures:
        text.append(f"\n  {clean(failure)}")
    if result.why:
        text.append("\n" + "\n".join(f"    {line}" for line in clean(result.why).splitlines()), style="dim")
    return text


def _document(result: ExampleResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "file": result.span.source.name,
        "line": result.span.line,
        "passed": result.passed,
        "failures": list(result.failures),
        "why": result.why,
    }

"""`guidelang test`: the examples that stand beside the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from guidelang.diagnostics import Report, Severity
from guidelang.testing import ExampleResult, Failure, run_examples
from guidelang.trace import Why
from guidelang.trace.phrases import clean
from guidelang.trace.tree_text import tree
from guidelang_cli import covering, inputs, terminal
from guidelang_cli.complete import guidelines_and_files
from guidelang_cli.mutants import report_mutants
from guidelang_cli.options import EngineName, EngineOption, Format, FormatOption, ValueSetsOption, value_sets
from guidelang_cli.progress import working
from guidelang_cli.solver import SecondsOption

NAME = "test"
EXAMPLES = (
    "guidelang test calciphylaxis",
    "guidelang test my_guideline.guide -k warfarin",
    "guidelang test guidelines/ --format json",
    "guidelang test calciphylaxis --coverage",
    "guidelang test my_guideline.guide --missing --fail-under 100",
    "guidelang test my_guideline.guide --generate --output boundary.guide",
    "guidelang test my_guideline.guide --mutate",
)


def command(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Guideline files, folders, names of shipped ones, or -.",
            autocompletion=guidelines_and_files,
        ),
    ],
    *,
    format_: FormatOption = Format.TEXT,
    engine: EngineOption = EngineName.DURABLE,
    word: Annotated[
        str, typer.Option("-k", metavar="WORD", help="Only the examples with this word in their name.")
    ] = "",
    mutate: Annotated[
        bool,
        typer.Option("--mutate", help="Change the guideline, one fault at a time, and see which the examples notice."),
    ] = False,
    vocabulary: Annotated[
        bool, typer.Option("--vocabulary", help="With --mutate: change what is used of the vocabularies too.")
    ] = False,
    valuesets: ValueSetsOption = None,
    coverage: covering.CoverageOption = False,
    missing: covering.MissingOption = False,
    coverage_html: covering.HtmlOption = None,
    coverage_json: covering.JsonOption = None,
    coverage_lcov: covering.LcovOption = None,
    fail_under: covering.FailUnderOption = None,
    generate: covering.GenerateOption = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where to write the deck of --generate.")
    ] = None,
    seconds: SecondsOption = 5.0,
) -> None:
    """Run the examples of guidelines and report those that fail.

    Of a guideline with several editions all are tested, unless one is named: `ckd_mbd@2017`.

    With --mutate the examples themselves are tested. Exits with 1 if one fails, or, with --mutate, if a mutant survives
    that is not proved to be no different. Mutants, what examples cover, and decks need the extra `prove` (z3).
    """
    inputs.only_one_reads_stdin(paths)
    files = value_sets(valuesets)
    wanted = covering.Wanted(
        coverage, missing, coverage_html, coverage_json, coverage_lcov, None if mutate else fail_under
    )
    if (wanted.anything or generate) and (word or "-" in paths):
        what = "stdin is read once" if "-" in paths else "-k leaves out examples"
        hint = "--generate" if generate else "--coverage"
        raise typer.BadParameter(f"{what}, and this is about all that there are", param_hint=hint)
    if generate:
        covering.generate(paths, files, output, seconds=seconds)
        return
    if mutate:
        raise typer.Exit(
            report_mutants(
                paths,
                form=format_,
                valuesets=files,
                seconds=seconds,
                vocabulary=vocabulary,
                fail_under=fail_under,
            )
        )
    report = Report()
    results: list[ExampleResult] = []
    for path in paths:
        with working(f"running the examples of {path}") as work:
            results += run_examples(
                path, report, engine=engine.value, select=word, valuesets=files, on_progress=work.reached
            )
    inputs.tell([d for d in report.sorted() if d.severity is not Severity.HINT])
    if word and not results and not report.has_errors:
        raise typer.BadParameter(f"no example has `{word}` in its name", param_hint="-k")
    failed = [r for r in results if not r.passed]
    if format_ is Format.JSON:
        terminal.write_json(json.dumps([_document(r) for r in results], ensure_ascii=False, indent=2))
    else:
        for result in failed:
            terminal.show_lines(_title(result))
            terminal.show(_failures(result))
        told = f"{len(results) - len(failed)} passed, {len(failed)} failed"
        terminal.write((told if results else "no examples") + "\n")
    if report.has_errors:
        raise typer.Exit(inputs.exit_code(report.findings))
    enough = True
    if wanted.anything:
        enough = covering.cover(paths, files, wanted, seconds=seconds, quiet=format_ is Format.JSON)
    raise typer.Exit(1 if failed or not enough else 0)


def _title(result: ExampleResult) -> Text:
    title = Text()
    title.append("FAILED ", style="bold red")
    title.append(clean(result.name), style="bold")
    title.append(f"  {clean(str(result.span))}", style="dim")
    return title


def _failures(result: ExampleResult) -> RenderableType:
    """What failed, and for each rule that failed its tree of why."""
    parts: list[RenderableType] = []
    why = Why(result.evaluation)
    for failure in result.failures:
        parts.append(Padding(Text(clean(f"{failure}")), (0, 0, 0, 2)))
        if failure.rule is not None:
            parts.append(Padding(tree(why.rule(failure.rule)), (0, 0, 0, 4)))
    return Group(*parts)


def _document(result: ExampleResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "file": result.span.source.name,
        "line": result.span.line,
        "passed": result.passed,
        "failures": [_failed(failure) for failure in result.failures],
    }


def _failed(failure: Failure) -> dict[str, Any]:
    return {
        "expected": failure.expected,
        "got": failure.got,
        "rule": failure.rule,
        "file": failure.span.source.name,
        "line": failure.span.line,
        "column": failure.span.column,
    }

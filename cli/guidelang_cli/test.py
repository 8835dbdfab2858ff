"""`guidelang test`: the examples that stand beside the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guidelang.diagnostics import Severity
from guidelang.testing.runner import run
from guidelang_cli import covering, inputs, tested, watching
from guidelang_cli.complete import guidelines_and_files
from guidelang_cli.mutants import report_mutants
from guidelang_cli.options import EngineName, EngineOption, Format, FormatOption, ValueSetsOption, value_sets
from guidelang_cli.progress import working
from guidelang_cli.solver import SecondsOption

NAME = "test"
EXAMPLES = (
    "guidelang test calciphylaxis",
    "guidelang test my_guideline.guide -k warfarin",
    "guidelang test guidelines/ --jobs 4 --junit report.xml",
    "guidelang test my_guideline.guide --watch",
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
    jobs: tested.JobsOption = 1,
    junit: tested.JunitOption = None,
    watch: watching.WatchOption = False,
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

    Of a guideline with several editions all are tested, unless one is named: `ckd_mbd@2017`. Of a folder, all
    guidelines in it.

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
    if watch and (mutate or generate or "-" in paths):
        told = "standard input does not change" if "-" in paths else "it is for examples and their coverage"
        raise typer.BadParameter(told, param_hint="--watch")
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

    def once() -> int:
        with working("running the examples") as work:
            done = run(
                paths,
                engine=engine.value,
                select=word,
                valuesets=files,
                jobs=jobs,
                on_progress=lambda so_far, total: work.reached(so_far, total, "examples"),
            )
        inputs.tell([d for d in done.report.sorted() if d.severity is not Severity.HINT])
        if word and not done.cases and not done.report.has_errors:
            raise typer.BadParameter(f"no example has `{word}` in its name", param_hint="-k")
        tested.tell_without(done, paths)
        if format_ is Format.JSON:
            tested.write_json(done)
        elif done.cases:
            tested.show(done)
        if junit is not None:
            tested.write_junit(done, junit)
        if done.report.has_errors:
            return inputs.exit_code(done.report.findings)
        enough = True
        if wanted.anything:
            enough = covering.cover(paths, files, wanted, seconds=seconds, quiet=format_ is Format.JSON)
        return 0 if done.cases and not done.failed and enough else 1

    raise typer.Exit(watching.watching(once, paths, files) if watch else once())

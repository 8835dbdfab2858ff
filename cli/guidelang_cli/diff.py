"""`guidelang diff`: what is different between two editions of a guideline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guidelang.diagnostics import Diagnostic, GuidelineError
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import guidelines_and_files, patient_files
from guidelang_cli.diff_effect import chart_of, check_cohort, effect_of
from guidelang_cli.options import (
    PAGE_SUFFIXES,
    AsOfOption,
    CompleteOption,
    OutputOption,
    PageFormat,
    PageFormatOption,
    ValueSetsOption,
    evaluation_day,
    format_of,
    value_sets,
    writing,
)
from guidelang_cli.progress import working

if TYPE_CHECKING:
    from guidelang.diff import Edition
    from guidelang.diff.comparison import Comparison

NAME = "diff"
EXAMPLES = (
    "guidelang diff ckd_mbd@2009 ckd_mbd@2017",
    "guidelang diff old.guide new.guide --format markdown --output diff.md",
    "guidelang diff HEAD~1:guidelines/calciphylaxis guidelines/calciphylaxis",
    "guidelang diff old.guide new.guide --cohort patients.parquet --out changed",
)
SUFFIXES = {suffix: formats for suffix, formats in PAGE_SUFFIXES.items() if suffix not in (".ndjson", ".jsonl")}


def command(
    editions: Annotated[
        list[str],
        typer.Argument(
            metavar="OLD NEW",
            help="Two editions: files, folders, shipped names (ckd_mbd@2017) or revisions of git (HEAD~1:PATH).",
            autocompletion=guidelines_and_files,
        ),
    ],
    *,
    format_: PageFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    valuesets: ValueSetsOption = None,
    text_only: Annotated[
        bool, typer.Option("--text-only", help="Compare the texts, and leave the meaning out.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="N", min=0.1, help="How long the solver may think about one question.")
    ] = 10.0,
    cohort: Annotated[
        Path | None,
        typer.Option(
            "--cohort",
            metavar="PATH",
            help="Patients to run both editions on: whatever `guidelang cohort` takes for --data.",
            autocompletion=patient_files,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="With --cohort: the folder to write who gets other advice to."),
    ] = None,
    complete: CompleteOption = None,
    driver: Annotated[
        bool, typer.Option("--driver", help="Take the arguments that git gives to a diff driver; exits with 0.")
    ] = False,
) -> None:
    """Tell what is different between two editions of a guideline: in its text, in its meaning, and for whom.

    With --cohort, both editions are run on the same patients, and who gets other advice is counted. Exits with 1 if the
    meaning changed, with 0 if not.
    """
    form = format_of(format_, output, SUFFIXES) or PageFormat.TEXT
    day = evaluation_day(as_of, None)
    if driver:
        _drive(editions, form, output, day)
        return
    if len(editions) != 2:
        raise typer.BadParameter(f"two editions are compared, and {len(editions)} given", param_hint="OLD NEW")
    inputs.only_one_reads_stdin(editions)
    if cohort is None and (out is not None or complete):
        raise typer.BadParameter("it goes with --cohort", param_hint="--out" if out is not None else "--complete")
    if cohort is not None:
        check_cohort(cohort)
    old, new = _read(editions, value_sets(valuesets), day)
    if not text_only and find_spec("z3") is None:
        terminal.tell(
            "note: only the texts are compared; for the meaning, install the solver: pip install 'guidelang[prove]'"
        )
        text_only = True
    comparison = _compared(old, new, day, None if text_only else seconds)
    counts = None if cohort is None else effect_of(comparison, cohort, tuple(complete or ()), out)
    with writing(output):
        _print(comparison, form, counts)
    raise typer.Exit(1 if comparison.changed else 0)


def _read(editions: list[str], files: list[Path], day: dt.date) -> tuple[Edition, Edition]:
    """Both editions; what is wrong with either is told in one run."""
    from guidelang.diff import read_edition  # brings the parser

    found: list[Edition] = []
    findings: list[Diagnostic] = []
    for where in editions:
        try:
            found.append(read_edition(where, valuesets=files, day=day))
        except GuidelineError as error:
            findings += [each for each in error.diagnostics if each not in findings]
    if findings:
        raise inputs.stop(findings)
    return found[0], found[1]


def _compared(old: Edition, new: Edition, day: dt.date, seconds: float | None) -> Comparison:
    from guidelang.diff.comparison import SECONDS, compare

    with working(f"comparing {old.model.name}") as work:
        return compare(
            old,
            new,
            as_of=day,
            meaning=seconds is not None,
            seconds=seconds or SECONDS,
            on_progress=lambda done, total: work.reached(done, total, "pieces of advice"),
        )


def _print(comparison: Comparison, form: PageFormat, counts: Mapping[str, Any] | None = None) -> None:
    from guidelang.diff.build import diff_document

    if counts is not None:
        from guidelang.diff.effect import with_effect

        comparison = with_effect(comparison, counts)
    document = diff_document(comparison)
    match form:
        case PageFormat.JSON:
            terminal.write_json(document.model_dump_json(indent=2))
        case PageFormat.MARKDOWN:
            from guidelang.diff.markdown import diff_markdown

            terminal.write_page(diff_markdown(document))
        case PageFormat.HTML:
            from guidelang.diff.html import diff_html

            terminal.write_page(diff_html(document, chart_of(counts)))
        case PageFormat.TEXT:
            from guidelang.diff.page import diff_page

            terminal.show(diff_page(document))


def _drive(words: list[str], form: PageFormat, output: Path | None, day: dt.date) -> None:
    """What git shows for one file. It takes any other exit code than 0 for the end of all."""
    from guidelang.diff.driver import Changed, editions_of, line_by_line

    changed = Changed.of(words)
    if changed is None:
        told = f"git gives a driver 7 arguments, or 9 for a renamed file, and not {len(words)}"
        raise typer.BadParameter(told, param_hint="--driver")
    editions = editions_of(changed)
    with writing(output):
        terminal.write(f"{changed.heading}\n")
        if isinstance(editions, str):
            terminal.write(f"{editions}\n{line_by_line(changed)}")
        else:
            _print(_compared(*editions, day, None), form)

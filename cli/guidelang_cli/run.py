"""`guidelang run`: a guideline on patients."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from guidelang.diagnostics import GuidelineError, Report
from guidelang.facts import Progress
from guidelang.trace import TraceDocument
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import patient_files
from guidelang_cli.options import (
    PAGE_SUFFIXES,
    AsOfOption,
    AttestOption,
    CompleteOption,
    EngineName,
    EngineOption,
    GuidelineArgument,
    OutputOption,
    PageFormat,
    PageFormatOption,
    ParamOption,
    PatientOption,
    RedactOption,
    ValueSetsOption,
    ZoneOption,
    evaluation_day,
    format_of,
    parameters,
    value_sets,
    writing,
)
from guidelang_cli.progress import Work, working

NAME = "run"
EXAMPLES = (
    "guidelang run calciphylaxis patient.yaml",
    "guidelang run calciphylaxis bundle.json --as-of 2024-06-01 --format json",
    "guidelang run my_guideline.guide patients.csv --param 'phosphorus_ceiling=5 mg/dL'",
    "guidelang run calciphylaxis records --format html --redact > records.html",
    "cat patient.json | guidelang run calciphylaxis - --complete medication",
)

_UNNAMED = re.compile(r"(patient|row)( \d+)?")
"""The names of patients that have none in their input."""


def command(
    guideline: GuidelineArgument,
    patients: Annotated[
        list[str],
        typer.Argument(
            metavar="PATIENT",
            help="Fact sets (JSON, YAML, CSV) or FHIR records (JSON, NDJSON, folders), or -.",
            autocompletion=patient_files,
        ),
    ],
    *,
    as_of: AsOfOption = None,
    engine: EngineOption = EngineName.DURABLE,
    format_: PageFormatOption = None,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    complete: CompleteOption = None,
    attest: AttestOption = None,
    patient: PatientOption = None,
    time_zone: ZoneOption = None,
    redact: RedactOption = False,
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the trees of why.")] = False,
    output: OutputOption = None,
) -> None:
    """Run a guideline on patients and print what applies, what does not, what is undecided, and why.

    JSON is one indented document for one patient, and one document a line for several; `guidelang schema trace`
    prints its schema. HTML is one page that needs nothing else, Markdown one document after the other. Values that
    cannot be used are reported, and the run goes on without them.
    """
    day = evaluation_day(as_of, time_zone, quiet=redact)
    form = format_of(format_, output, PAGE_SUFFIXES, quiet=redact) or PageFormat.TEXT
    settings = parameters(param)
    loaded = inputs.guideline_for(
        guideline, patients, settings, value_sets(valuesets), attest=attest, redact=redact, day=day
    )

    report = Report()
    redaction = inputs.redaction() if redact else None
    seen: dict[str, str] = {}

    hidden = output is not None or form is PageFormat.HTML or not terminal.is_shown()

    def documents(work: Work) -> Iterator[TraceDocument]:
        def within(progress: Progress) -> None:
            work.reached(progress.done, progress.total, progress.unit)

        for number, path in enumerate(patients):
            if len(patients) > 1:
                work.reached(number, len(patients), "inputs")
            for result in loaded.evaluate_all(
                inputs.source_of(path),
                as_of=day,
                engine=engine.value,
                complete=complete or (),
                attest=attest,
                time_zone=time_zone,
                patient=patient,
                report=report,
                on_progress=within if len(patients) == 1 else None,
            ):
                earlier = seen.setdefault(result.patient, path)
                if earlier != path and not _UNNAMED.fullmatch(result.patient):
                    report.warning(
                        "G624",
                        f"patient `{result.patient}` is in {earlier} and in {path}; the two are not put together, and "
                        "each has a result of its own",
                        file=path,
                        suggestion="what is known of one patient belongs into one input",
                    )
                if not hidden:
                    work.end()  # the results themselves show that something goes on
                yield result.trace(redaction=redaction)

    try:
        with writing(output, quiet=redact), working(f"running {loaded.name}") as work:
            _print(documents(work), form, brief=brief)
    except GuidelineError as error:
        raise inputs.stop(error.diagnostics, redaction) from error
    # A patient named with --patient may stand in one of several inputs.
    findings = [d for d in report.sorted() if not (seen and d.code == inputs.NO_SUCH_PATIENT)]
    inputs.tell(findings, redaction)
    if not seen:
        raise typer.Exit(inputs.exit_code(findings))


def _print(documents: Iterator[TraceDocument], format_: PageFormat, *, brief: bool) -> None:
    match format_:
        case PageFormat.JSON:
            _write_json(documents)
        case PageFormat.MARKDOWN:
            _write_markdown(documents)
        case PageFormat.HTML:
            _write_html(documents)
        case PageFormat.TEXT:
            _show_text(documents, brief)


def _write_json(documents: Iterator[TraceDocument]) -> None:
    """One indented document, or one document a line; the first is held back until it is known which."""
    first = next(documents, None)
    if first is None:
        return
    second = next(documents, None)
    if second is None:
        terminal.write_json(first.model_dump_json(indent=2))
        return
    for document in (first, second):
        terminal.write_json(document.model_dump_json())
    for document in documents:
        terminal.write_json(document.model_dump_json())


def _write_markdown(documents: Iterable[TraceDocument]) -> None:
    from guidelang.trace.pages import trace_markdown  # templates are for who wants pages

    for number, document in enumerate(documents):
        terminal.write("\n---\n\n" if number else "")
        terminal.write_page(trace_markdown(document))


def _write_html(documents: Iterable[TraceDocument]) -> None:
    """One page for all patients: its table of contents is known after the last of them."""
    from guidelang.trace.pages import trace_page

    some = list(documents)
    if some:
        terminal.write_page(trace_page(some))


def _show_text(documents: Iterable[TraceDocument], brief: bool) -> None:
    from guidelang.trace.text import trace_text  # brings rich, which JSON does without

    for number, document in enumerate(documents):
        if number:
            from rich.rule import Rule

            terminal.show(Rule(style="dim"))
        terminal.show(trace_text(document, brief=brief))

"""`guidelang run`: a guideline on patients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from guidelang.diagnostics import GuidelineError, Report
from guidelang.result import Result
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import patient_files
from guidelang_cli.options import (
    AsOfOption,
    AttestOption,
    CompleteOption,
    EngineName,
    EngineOption,
    Format,
    FormatOption,
    GuidelineArgument,
    OutputOption,
    ParamOption,
    PatientOption,
    ZoneOption,
    evaluation_day,
    parameters,
    writing,
)
from guidelang_cli.progress import Work, working

NAME = "run"
EXAMPLES = (
    "guidelang run calciphylaxis patient.yaml",
    "guidelang run calciphylaxis bundle.json --as-of 2024-06-01 --format json",
    "guidelang run my_guideline.guide patients.csv --param 'phosphorus_ceiling=5 mg/dL'",
    "cat patient.json | guidelang run calciphylaxis - --complete medication",
)


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
    format_: FormatOption = Format.TEXT,
    param: ParamOption = None,
    complete: CompleteOption = None,
    attest: AttestOption = None,
    patient: PatientOption = None,
    time_zone: ZoneOption = None,
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the trees of why.")] = False,
    output: OutputOption = None,
) -> None:
    """Run a guideline on patients and print what applies, what does not, what is undecided, and why.

    JSON is one indented document for one patient, and one document a line for several; `guidelang schema trace`
    prints its schema. Values that cannot be used are reported, and the run goes on without them.
    """
    day = evaluation_day(as_of, time_zone)
    settings = parameters(param)
    inputs.must_be_in_place(guideline, patients, attest)
    loaded = inputs.guideline(guideline, settings)

    report = Report()
    seen: list[str] = []

    hidden = output is not None or not terminal.is_shown()

    def results(work: Work) -> Iterator[Result]:
        for path in patients:
            for result in loaded.evaluate_all(
                inputs.source_of(path),
                as_of=day,
                engine=engine.value,
                complete=complete or (),
                attest=attest,
                time_zone=time_zone,
                patient=patient,
                report=report,
            ):
                seen.append(result.patient)
                work.advance("patients")
                if not hidden:
                    work.end()  # the results themselves show that something goes on
                yield result

    try:
        with writing(output), working(f"running {loaded.name}") as work:
            if format_ is Format.JSON:
                _write_json(results(work))
            else:
                _show_text(results(work), brief)
    except GuidelineError as error:
        raise inputs.stop(error.diagnostics) from error
    # A patient named with --patient may stand in one of several inputs.
    findings = [d for d in report.sorted() if not (seen and d.code == inputs.NO_SUCH_PATIENT)]
    inputs.tell(findings)
    if not seen:
        raise typer.Exit(inputs.exit_code(findings))


def _write_json(results: Iterator[Result]) -> None:
    """One indented document, or one document a line; the first is held back until it is known which."""
    first = next(results, None)
    if first is None:
        return
    second = next(results, None)
    if second is None:
        terminal.write_json(first.to_json())
        return
    for result in (first, second):
        terminal.write_json(result.to_json(indent=None))
    for result in results:
        terminal.write_json(result.to_json(indent=None))


def _show_text(results: Iterator[Result], brief: bool) -> None:
    from guidelang.trace.text import trace_text  # brings rich, which JSON does without

    for number, result in enumerate(results):
        if number:
            from rich.rule import Rule

            terminal.show(Rule(style="dim"))
        terminal.show(trace_text(result.trace(), brief=brief))

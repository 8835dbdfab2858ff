"""`guidelang explain`: why, or why not, at length."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guidelang.diagnostics import GuidelineError, did_you_mean
from guidelang.facts.inputs import FORMS
from guidelang.guideline import Guideline
from guidelang.result import Result
from guidelang.trace import SCOPE, ExplainDocument
from guidelang_cli import inputs, terminal
from guidelang_cli.cohort_patient import is_of_cohort, patient_of_cohort
from guidelang_cli.complete import explainable
from guidelang_cli.options import (
    AsOfOption,
    AttestOption,
    CompleteOption,
    EngineName,
    EngineOption,
    GuidelineArgument,
    PageFormat,
    PageFormatOption,
    ParamOption,
    PatientArgument,
    PatientOption,
    RedactOption,
    ValueSetsOption,
    ZoneOption,
    evaluation_day,
    parameters,
    value_sets,
)
from guidelang_cli.progress import working

NAME = "explain"
EXAMPLES = (
    "guidelang explain calciphylaxis patient.yaml start_cinacalcet",
    "guidelang explain calciphylaxis patient.yaml low_calcium --as-of 2024-06-01",
    "guidelang explain calciphylaxis patient.yaml scope --format json",
)


def command(
    guideline: GuidelineArgument,
    patient_path: PatientArgument,
    rule: Annotated[
        str,
        typer.Argument(metavar="RULE", help="A rule, a derived fact, a fact, or `scope`.", autocompletion=explainable),
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
) -> None:
    """Tell why a rule applies or not, or what is known of a fact, and the smallest sets of facts that could decide."""
    day = evaluation_day(as_of, time_zone, quiet=redact)
    settings = parameters(param)
    if Path(rule).suffix.lower() in FORMS:
        told = "what stands here is a file" if redact else f"`{rule}` is a file"
        raise typer.BadParameter(f"{told}, and the rule comes last: explain GUIDELINE PATIENT RULE", param_hint="RULE")
    loaded = inputs.guideline_for(
        guideline, [patient_path], settings, value_sets(valuesets), attest=attest, redact=redact, day=day
    )
    _known_name(loaded, rule, quiet=redact)
    redaction = inputs.redaction() if redact else None
    try:
        with working(f"running {loaded.name}") as work:
            result: Result = (
                patient_of_cohort(loaded, patient_path, patient, day=day, engine=engine.value, complete=complete or ())
                if is_of_cohort(patient_path)
                else loaded.evaluate(
                    inputs.source_of(patient_path),
                    as_of=day,
                    engine=engine.value,
                    complete=complete or (),
                    attest=attest,
                    time_zone=time_zone,
                    patient=patient,
                    on_progress=lambda p: work.reached(p.done, p.total, p.unit),
                )
            )
    except GuidelineError as error:
        raise inputs.stop(error.diagnostics, redaction) from error
    inputs.tell(result.diagnostics, redaction)
    _print(result.why(rule, redaction=redaction).document, format_ or PageFormat.TEXT)


def _print(document: ExplainDocument, format_: PageFormat) -> None:
    match format_:
        case PageFormat.JSON:
            terminal.write_json(document.model_dump_json(indent=2))
        case PageFormat.MARKDOWN:
            from guidelang.trace.pages import explain_markdown  # templates are for who wants pages

            terminal.write_page(explain_markdown(document))
        case PageFormat.HTML:
            from guidelang.trace.pages import explain_page

            terminal.write_page(explain_page(document))
        case PageFormat.TEXT:
            from guidelang.trace.text import explain_text  # brings rich, which JSON does without

            terminal.show(explain_text(document))


def _known_name(guideline: Guideline, name: str, *, quiet: bool) -> None:
    """A usage error where there is no such thing; `quiet` does not tell what was typed."""
    names = [*guideline.rules, *guideline.network.derived, *guideline.facts, SCOPE]
    if name not in names:
        suggestion = did_you_mean(name, names)
        typed = "of that name" if quiet else f"`{name}`"
        told = f"{guideline.name} has no rule, derived fact or fact {typed}" + (f"; {suggestion}" if suggestion else "")
        raise typer.BadParameter(told, param_hint="RULE")

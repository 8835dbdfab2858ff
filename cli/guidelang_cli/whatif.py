"""`guidelang whatif`: what would be different, and what would have to be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated

import typer

from guidelang.diagnostics import GuidelineError
from guidelang.result import Result
from guidelang.trace.whatif import WhatIfDocument
from guidelang_cli import inputs, terminal
from guidelang_cli.cohort_patient import is_of_cohort, patient_of_cohort
from guidelang_cli.options import (
    AsOfOption,
    AttestOption,
    CompleteOption,
    EngineName,
    EngineOption,
    GuidelineArgument,
    ParamOption,
    PatientArgument,
    PatientOption,
    ValueSetsOption,
    ZoneOption,
    evaluation_day,
    parameters,
    value_sets,
)
from guidelang_cli.progress import working

NAME = "whatif"
EXAMPLES = (
    "guidelang whatif calciphylaxis patient.yaml --set phosphorus='5.2 mg/dL'",
    "guidelang whatif calciphylaxis patient.yaml --set warfarin=no --set pth='412 pg/mL on 2024-05-03'",
    "guidelang whatif calciphylaxis patient.yaml --avoid 'reduce phosphorus'",
    "guidelang whatif calciphylaxis patient.yaml --want start_cinacalcet --format json",
)


class WhatIfFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    guideline: GuidelineArgument,
    patient_path: PatientArgument,
    *,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FACT=VALUE", help="The fact is this instead, e.g. 'phosphorus=5.2 mg/dL'. Repeatable."
        ),
    ] = None,
    want: Annotated[
        list[str] | None,
        typer.Option("--want", metavar="RULE", help="The smallest change with which this is given. Once."),
    ] = None,
    avoid: Annotated[
        list[str] | None,
        typer.Option("--avoid", metavar="RULE", help="The smallest change with which it is not. Once."),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="How long the solver may think about one question.")
    ] = 10.0,
    as_of: AsOfOption = None,
    engine: EngineOption = EngineName.DURABLE,
    format_: Annotated[WhatIfFormat, typer.Option("--format", help="What to print.")] = WhatIfFormat.TEXT,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    complete: CompleteOption = None,
    attest: AttestOption = None,
    patient: PatientOption = None,
    time_zone: ZoneOption = None,
) -> None:
    """Run a hypothetical: what changes if facts are otherwise, or which change of modifiable facts does something.

    --want and --avoid take a rule, or advice such as `reduce phosphorus`. What is found was run; that no change does it
    is proved. They begin where --set leaves the patient.
    """
    changes = _changes(set_ or ())
    wanted, avoided = _only_goal(want, "--want"), _only_goal(avoid, "--avoid")
    if wanted is not None and avoided is not None:
        raise typer.BadParameter("either --want or --avoid", param_hint="--want")
    if not changes and wanted is None and avoided is None:
        raise typer.BadParameter("say what is otherwise: --set, --want or --avoid", param_hint="--set")
    if (wanted is not None or avoided is not None) and find_spec("z3") is None:
        raise inputs.failed("--want and --avoid ask a solver", "pip install 'guidelang[prove]'")
    day = evaluation_day(as_of, time_zone)
    settings = parameters(param)
    loaded = inputs.guideline_for(guideline, [patient_path], settings, value_sets(valuesets), attest=attest, day=day)
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
            document = result.what_if(changes, want=wanted, avoid=avoided, seconds=seconds)
    except GuidelineError as error:
        raise inputs.stop(error.diagnostics) from error
    inputs.tell(result.diagnostics)
    _print(document, format_)


def _only_goal(goals: Sequence[str] | None, option: str) -> str | None:
    """The goal; an option that is given twice would otherwise keep its last value and say nothing of the others."""
    if goals is not None and len(goals) > 1:
        raise typer.BadParameter(f"one goal at a time: run it once for each {option}", param_hint=option)
    return goals[0] if goals else None


def _changes(settings: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not (name and equals and value):
            raise typer.BadParameter(f"`{setting}` is no FACT=VALUE, as warfarin=no is", param_hint="--set")
        if name in found:
            raise typer.BadParameter(f"`{name}` is set twice", param_hint="--set")
        found[name] = value
    return found


def _print(document: WhatIfDocument, format_: WhatIfFormat) -> None:
    match format_:
        case WhatIfFormat.JSON:
            terminal.write_json(document.model_dump_json(indent=2))
        case WhatIfFormat.MARKDOWN:
            from guidelang.trace.whatif_page import whatif_markdown

            terminal.write_page(whatif_markdown(document))
        case WhatIfFormat.TEXT:
            from guidelang.trace.whatif_page import whatif_text  # brings rich, which JSON does without

            terminal.show(whatif_text(document))

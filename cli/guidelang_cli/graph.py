"""`guidelang graph`: the network as a picture, and one patient's run on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from guidelang.diagnostics import GuidelineError, did_you_mean
from guidelang.picture import NoGraphviz, Picture
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import patient_files, rules
from guidelang_cli.options import (
    AsOfOption,
    AttestOption,
    CompleteOption,
    GuidelineArgument,
    OutputOption,
    ParamOption,
    RedactOption,
    ValueSetsOption,
    ZoneOption,
    evaluation_day,
    format_of,
    parameters,
    value_sets,
    writing,
)
from guidelang_cli.progress import working

NAME = "graph"
EXAMPLES = (
    "guidelang graph calciphylaxis --output calciphylaxis.svg",
    "guidelang graph calciphylaxis --rule start_cinacalcet --format mermaid",
    "guidelang graph calciphylaxis --patient patient.yaml --as-of 2024-06-01 --output run.svg",
)


class PictureFormat(StrEnum):
    SVG = "svg"
    MERMAID = "mermaid"
    DOT = "dot"


_BY_SUFFIX = {
    ".svg": (PictureFormat.SVG,),
    ".mmd": (PictureFormat.MERMAID,),
    ".mermaid": (PictureFormat.MERMAID,),
    ".dot": (PictureFormat.DOT,),
    ".gv": (PictureFormat.DOT,),
}


def command(
    guideline: GuidelineArgument,
    *,
    patient: Annotated[
        str | None,
        typer.Option(
            "--patient",
            metavar="FILE",
            help="Draw the run of the patient in this file: what is true, false or unknown.",
            autocompletion=patient_files,
        ),
    ] = None,
    patient_id: Annotated[
        str | None, typer.Option("--patient-id", metavar="ID", help="One patient of a file that has several.")
    ] = None,
    as_of: AsOfOption = None,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule", metavar="NAME", help="Draw this rule and what its outcome depends on.", autocompletion=rules
        ),
    ] = None,
    format_: Annotated[
        PictureFormat | None,
        typer.Option(
            "--format", help="What to write. [default: by the name of --output; else svg, or mermaid without Graphviz]"
        ),
    ] = None,
    output: OutputOption = None,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    complete: CompleteOption = None,
    attest: AttestOption = None,
    time_zone: ZoneOption = None,
    redact: RedactOption = False,
) -> None:
    """Draw the rule network: what facts lead by which conditions to which advice.

    An arrow leads from what is read to what reads it. SVG needs Graphviz (the program `dot`).
    """
    day = evaluation_day(as_of, time_zone, quiet=redact)
    form = format_of(format_, output, _BY_SUFFIX, quiet=redact)
    settings = parameters(param)
    files = [] if patient is None else [patient]
    loaded = inputs.guideline_for(
        guideline, files, settings, value_sets(valuesets), attest=attest, redact=redact, argument="--patient"
    )
    redaction = inputs.redaction() if redact else None
    if rule is not None and rule not in loaded.rules:
        suggestion = did_you_mean(rule, loaded.rules)
        typed = "of that name" if redact else f"`{rule}`"
        told = f"{loaded.name} has no rule {typed}" + (f"; {suggestion}" if suggestion else "")
        raise typer.BadParameter(told, param_hint="--rule")
    with working(f"drawing {loaded.name}") as work:
        if patient is None:
            picture = loaded.graph(rule)
        else:
            try:
                result = loaded.evaluate(
                    inputs.source_of(patient),
                    as_of=day,
                    complete=complete or (),
                    attest=attest,
                    time_zone=time_zone,
                    patient=patient_id,
                    on_progress=lambda p: work.reached(p.done, p.total, p.unit),
                )
            except GuidelineError as error:
                raise inputs.stop(error.diagnostics, redaction) from error
            inputs.tell(result.diagnostics, redaction)
            picture = result.graph(rule, redaction=redaction)
        text = _text(picture, form)
    with writing(output, quiet=redact):
        terminal.write(text)


def _text(picture: Picture, format_: PictureFormat | None) -> str:
    """The picture in a format. Where it is left open: SVG, or Mermaid if there is no Graphviz."""
    if format_ is PictureFormat.DOT:
        return picture.dot()
    if format_ is PictureFormat.MERMAID:
        return picture.mermaid()
    try:
        return picture.svg()
    except NoGraphviz as error:
        if format_ is PictureFormat.SVG:
            help_ = "install Graphviz, or use --format mermaid"
            raise inputs.failed(f"{error}", help_) from error
        terminal.tell(f"{error}; this is Mermaid in place of SVG")
        return picture.mermaid()

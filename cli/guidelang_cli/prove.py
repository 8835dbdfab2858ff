"""`guidelang prove`: what is true of all patients."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from guidelang_cli import inputs, terminal
from guidelang_cli.complete import guidelines_and_files
from guidelang_cli.options import (
    AsOfOption,
    OutputOption,
    ParamOption,
    ValueSetsOption,
    evaluation_day,
    format_of,
    parameters,
    value_sets,
    writing,
)
from guidelang_cli.progress import working
from guidelang_cli.solver import SecondsOption, require_solver

NAME = "prove"
EXAMPLES = (
    "guidelang prove calciphylaxis",
    "guidelang prove my_guideline.guide --format markdown --output proofs.md",
    "guidelang prove calciphylaxis my_guideline.guide",
    "guidelang prove my_guideline.guide --patients shown",
)


class ProofFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


_BY_SUFFIX = {
    ".md": (ProofFormat.MARKDOWN,),
    ".markdown": (ProofFormat.MARKDOWN,),
    ".json": (ProofFormat.JSON,),
}


def command(
    guidelines: Annotated[
        list[str],
        typer.Argument(
            metavar="GUIDELINE...",
            help="A file, a folder or a shipped guideline; with several, what their advice is to each other.",
            autocompletion=guidelines_and_files,
        ),
    ],
    *,
    as_of: AsOfOption = None,
    seconds: SecondsOption = 10.0,
    format_: Annotated[
        ProofFormat | None,
        typer.Option("--format", help="What to print. [default: by the name of --output, else text]"),
    ] = None,
    patients: Annotated[
        Path | None,
        typer.Option("--patients", metavar="FOLDER", help="Write each patient who shows something to a file there."),
    ] = None,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    output: OutputOption = None,
) -> None:
    """Prove what holds of all patients: no contradictions, no dead rules, no gaps; or show a patient.

    Exits with 1 on a conflict, a rule that can never apply, a gap or overlap at a limit, or a refuted invariant.
    Stacks, what never matters and what the solver left undecided are warnings. Needs the extra `prove` (z3).
    """
    form = format_of(format_, output, _BY_SUFFIX) or ProofFormat.TEXT
    day = evaluation_day(as_of, None)
    require_solver()
    loaded = [inputs.guideline(name, parameters(param), value_sets(valuesets), day=day) for name in guidelines]
    from guidelang.prove.proofs import prove  # needs the solver

    with working("proving") as work:
        proofs = prove(
            [guideline.network for guideline in loaded],
            as_of=day,
            seconds=seconds,
            on_progress=lambda done, total: work.reached(done, total, "questions"),
        )
    with writing(output):
        match form:
            case ProofFormat.JSON:
                from guidelang.prove.document import proofs_document

                terminal.write_json(proofs_document(proofs).model_dump_json(indent=2))
            case ProofFormat.MARKDOWN:
                from guidelang.prove.page import proofs_markdown

                terminal.write_page(proofs_markdown(proofs))
            case ProofFormat.TEXT:
                from guidelang.prove.page import proofs_text

                terminal.show(proofs_text(proofs))
    if patients is not None:
        _write([f.patient.file for f in proofs.findings if f.patient is not None], patients)
    raise typer.Exit(1 if proofs.has_errors else 0)


def _write(files: list[str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(files, start=1):
            (folder / f"witness_{number}.yaml").write_text(file, encoding="utf-8", newline="\n")
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        raise typer.BadParameter(f"cannot write `{folder}`: {told}", param_hint="--patients") from error

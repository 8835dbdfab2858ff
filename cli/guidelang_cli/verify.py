"""`guidelang verify`: a guideline against patients with expected results."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from guidelang.diagnostics import GuidelineError
from guidelang.verify import Verification, verify
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import patient_files
from guidelang_cli.options import (
    AsOfOption,
    CompleteOption,
    EngineName,
    EngineOption,
    GuidelineArgument,
    OutputOption,
    ParamOption,
    ValueSetsOption,
    ZoneOption,
    evaluation_day,
    format_of,
    parameters,
    value_sets,
    writing,
)
from guidelang_cli.progress import working

NAME = "verify"
EXAMPLES = (
    "guidelang verify my_measure --patients deck/patients --expected deck/expected.csv",
    "guidelang verify my_measure --patients deck/patients --expected deck/expected.csv --map deck.map.yaml --why 3",
    "guidelang verify my_measure --patients p --expected e.csv --output report.md",
)


class VerifyFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


_BY_SUFFIX = {
    ".md": (VerifyFormat.MARKDOWN,),
    ".markdown": (VerifyFormat.MARKDOWN,),
    ".json": (VerifyFormat.JSON,),
}


def command(
    guideline: GuidelineArgument,
    *,
    patients: Annotated[
        Path,
        typer.Option(
            "--patients", metavar="PATH", help="The patients: a folder of files.", autocompletion=patient_files
        ),
    ],
    expected: Annotated[Path, typer.Option("--expected", metavar="CSV", help="Expected results, one row a case.")],
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="Which column speaks about what (YAML). [default: the guideline's]"),
    ] = None,
    why: Annotated[int, typer.Option("--why", metavar="N", min=0, help="How many differences are explained.")] = 10,
    word: Annotated[str, typer.Option("-k", metavar="WORD", help="Only the cases with this word in their name.")] = "",
    as_of: AsOfOption = None,
    engine: EngineOption = EngineName.DURABLE,
    format_: Annotated[
        VerifyFormat | None,
        typer.Option("--format", help="What to print. [default: by the name of --output, else text]"),
    ] = None,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
    complete: CompleteOption = None,
    time_zone: ZoneOption = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Leave out names of cases and files, days, and entries of the records.")
    ] = False,
    output: OutputOption = None,
) -> None:
    """Hold a guideline against the expected results of a deck of patients, case by case.

    The table has one row a case, with 1, 0, or nothing for unknown. A map says which column speaks about which rule,
    derived fact or fact; without one, columns are compared with what has their name. Exits with 1 on any difference,
    and where a row has no patient or a patient no row.
    """
    form = format_of(format_, output, _BY_SUFFIX, quiet=redact) or VerifyFormat.TEXT
    day = evaluation_day(as_of, time_zone, quiet=redact) if as_of is not None else None
    settings, files = parameters(param), value_sets(valuesets)
    if guideline == "-":  # a case with parameters of its own has the guideline read again
        raise typer.BadParameter("a deck needs a guideline in a file", param_hint="GUIDELINE")
    typed = inputs.Typed()
    for path, option in ((patients, "--patients"), (expected, "--expected"), (map_, "--map")):
        if path is not None:
            typed.add(option, inputs.missing(str(path), quiet=redact))
    typed.stop()
    beside = (expected.parent, patients.parent, patients)
    loaded = inputs.guideline(guideline, settings, files, beside, redact=redact, day=day)
    redaction = inputs.redaction() if redact else None
    try:
        with writing(output, quiet=redact):
            with working(f"verifying {loaded.name}") as work:
                found = verify(
                    guideline,
                    patients,
                    expected,
                    map_file=map_,
                    as_of=day,
                    engine=engine.value,
                    parameters=settings,
                    complete=complete or (),
                    time_zone=time_zone,
                    valuesets=files,
                    select=word,
                    redaction=redaction,
                    on_progress=work.reached,
                )
            if not found.cases:
                typed_word = "that word" if redact else f"`{word}`"
                raise typer.BadParameter(f"no case has {typed_word} in its name", param_hint="-k")
            _print(found, form, why)
    except GuidelineError as error:
        raise inputs.stop(error.diagnostics, redaction) from error
    raise typer.Exit(0 if found.agrees else 1)


def _print(found: Verification, format_: VerifyFormat, why: int) -> None:
    match format_:
        case VerifyFormat.JSON:
            from guidelang.verify.build import verification_document

            terminal.write_json(verification_document(found).model_dump_json(indent=2))
        case VerifyFormat.MARKDOWN:
            from guidelang.verify.markdown import verification_markdown

            terminal.write_page(verification_markdown(found, why))
        case VerifyFormat.TEXT:
            from guidelang.verify.text import verification_text

            terminal.show(verification_text(found, why))

"""`guidelang facts`: what data a guideline needs."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from guidelang.requirements.page import page
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import guidelines_vocabularies_and_files
from guidelang_cli.options import (
    OutputOption,
    ParamOption,
    ValueSetsOption,
    format_of,
    parameters,
    value_sets,
    writing,
)

NAME = "facts"
EXAMPLES = (
    "guidelang facts calciphylaxis",
    "guidelang facts calciphylaxis --format csv --output needed.csv",
    "guidelang facts my_guideline.guide --format fhir",
    "guidelang facts nephrology",
)


class FactsFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    FHIR = "fhir"
    HEADER = "header"


_BY_SUFFIX = {
    ".csv": (FactsFormat.CSV, FactsFormat.HEADER),
    ".json": (FactsFormat.JSON, FactsFormat.FHIR),
}


def command(
    guideline: Annotated[
        str,
        typer.Argument(
            metavar="GUIDELINE",
            help="A file, a folder, the name of a shipped guideline or vocabulary, or - for stdin.",
            autocompletion=guidelines_vocabularies_and_files,
        ),
    ],
    format_: Annotated[
        FactsFormat | None,
        typer.Option("--format", help="What to print. [default: by the name of --output, else table]"),
    ] = None,
    output: OutputOption = None,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
) -> None:
    """List the data that a guideline reads: codes, units, windows, and which rules read it.

    Of a vocabulary, all facts that it declares.
    """
    form = format_of(format_, output, _BY_SUFFIX) or FactsFormat.TABLE
    requirements = inputs.guideline(guideline, parameters(param), value_sets(valuesets)).data_requirements()
    with writing(output):
        match form:
            case FactsFormat.TABLE:
                terminal.show(page(requirements))
            case FactsFormat.CSV:
                terminal.write(requirements.to_csv())
            case FactsFormat.HEADER:
                terminal.write(requirements.to_header())
            case FactsFormat.JSON:
                terminal.write_json(requirements.to_json())
            case FactsFormat.FHIR:
                terminal.write_json(json.dumps(requirements.to_fhir(), ensure_ascii=False, indent=2))

"""Arguments and options that several commands take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from guidelang.guideline import day_of, zone_of
from guidelang_cli import terminal
from guidelang_cli.complete import guidelines_and_files, parameter_settings, patient_files


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class PageFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class EngineName(StrEnum):
    DURABLE = "durable"
    DIRECT = "direct"


GuidelineArgument = Annotated[
    str,
    typer.Argument(
        metavar="GUIDELINE",
        help="A file, a folder, the name of a shipped guideline (NAME@EDITION for one edition), or - for stdin.",
        autocompletion=guidelines_and_files,
    ),
]
PatientArgument = Annotated[
    str,
    typer.Argument(
        metavar="PATIENT",
        help="A fact set (JSON, YAML, CSV) or FHIR record (JSON, NDJSON, folder), or -.",
        autocompletion=patient_files,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]
PageFormatOption = Annotated[
    PageFormat | None,
    typer.Option("--format", help="What to print. [default: by the name of --output, else text]"),
]
PAGE_SUFFIXES = {
    ".html": (PageFormat.HTML,),
    ".htm": (PageFormat.HTML,),
    ".md": (PageFormat.MARKDOWN,),
    ".markdown": (PageFormat.MARKDOWN,),
    ".json": (PageFormat.JSON,),
    ".ndjson": (PageFormat.JSON,),
    ".jsonl": (PageFormat.JSON,),
}
"""What `run` writes into a file, by how its name ends."""
RedactOption = Annotated[
    bool,
    typer.Option("--redact", help="Leave out identifiers and texts of the record, and move its dates."),
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="What evaluates; the outcomes are the same.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Evaluation date, YYYY-MM-DD, that day included. [default: today]"),
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="NAME=VALUE",
        help="Set a parameter, e.g. 'phosphorus_ceiling=5 mg/dL'. Repeatable.",
        autocompletion=parameter_settings,
    ),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="NAME=FILE", help="The text of a cited source: citations are checked. Repeatable."
    ),
]
ValueSetsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--valuesets", metavar="PATH", help="A file or folder with value sets that code lists name. Repeatable."
    ),
]
CompleteOption = Annotated[
    list[str] | None,
    typer.Option(
        "--complete",
        metavar="TYPE",
        help="A record type that the input holds completely (e.g. medication, or all): none means no. Repeatable.",
    ),
]
AttestOption = Annotated[
    Path | None,
    typer.Option("--attest", metavar="FILE", help="Values outside their plausible range that somebody confirmed."),
]
PatientOption = Annotated[
    str | None, typer.Option("--patient", metavar="ID", help="One patient of an input that has several.")
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--time-zone", metavar="ZONE", help="Zone of times without an offset, e.g. Europe/Berlin. [default: UTC]"
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write the result to a file. [default: standard output]")
]


F = TypeVar("F", bound=StrEnum)


def format_of(
    stated: F | None, output: Path | None, by_suffix: Mapping[str, tuple[F, ...]], *, quiet: bool = False
) -> F | None:
    """The format that `--format` states, else that which the name of `--output` ends in; None if both leave it open.

    `by_suffix` has the formats that an ending goes with, first the one that it means alone; `.txt`, and a name without
    an ending, go with all. A usage error for an ending that means none of them, or another than is stated; `quiet` does
    not repeat the ending, which may be part of a name.
    """
    suffix = "" if output is None else output.suffix.lower()
    if suffix in ("", ".txt"):
        return stated
    formats = by_suffix.get(suffix)
    if formats is None:
        what = "the ending" if quiet else f"`*{suffix}`"
        told = f"{what} is nothing that can be written; a name ends in {', '.join(by_suffix)} or .txt"
        raise typer.BadParameter(told, param_hint="--output")
    if stated is not None and stated not in formats:
        told = f"`*{suffix}` is {' or '.join(formats)}, and --format says {stated.value}"
        raise typer.BadParameter(told, param_hint="--output")
    return stated or formats[0]


@contextmanager
def writing(output: Path | None, *, quiet: bool = False) -> Iterator[None]:
    """Results go to `--output`; a usage error if it cannot be written, which `quiet` does not name."""
    try:
        with terminal.output_to(output):
            yield
    except OSError as error:
        if output is None or isinstance(error, BrokenPipeError):
            raise
        told = (error.strerror or str(error)).lower()
        what = "the file" if quiet else f"`{output}`"
        raise typer.BadParameter(f"cannot write {what}: {told}", param_hint="--output") from error


def value_sets(paths: list[Path] | None) -> list[Path]:
    """`--valuesets PATH` options; a path that does not exist is a mistake."""
    for path in paths or ():
        if not path.exists():
            raise typer.BadParameter(f"there is no file or folder `{path}`", param_hint="--valuesets")
    return paths or []


def parameters(settings: list[str] | None) -> dict[str, str]:
    """`--param NAME=VALUE` settings."""
    return named(settings, "--param", "VALUE")


def sources(settings: list[str] | None) -> dict[str, str]:
    """`--source NAME=FILE` settings; a file that does not exist is a mistake."""
    found = named(settings, "--source", "FILE")
    for path in found.values():
        if not Path(path).is_file():
            raise typer.BadParameter(f"there is no file `{path}`", param_hint="--source")
    return found


def named(settings: list[str] | None, option: str, what: str) -> dict[str, str]:
    """NAME=… settings; a name given twice is a mistake."""
    found: dict[str, str] = {}
    for setting in settings or ():
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not (name and equals and value):
            raise typer.BadParameter(f"`{setting}` is not NAME={what}", param_hint=option)
        if name in found:
            raise typer.BadParameter(f"`{name}` is set twice", param_hint=option)
        found[name] = value
    return found


def evaluation_day(as_of: str | None, zone: str | None, *, quiet: bool = False) -> dt.date:
    """The evaluation date of a run; today where none is given. `quiet` does not tell what was typed for it."""
    try:
        return day_of(as_of, zone_of(zone))
    except ValueError as error:
        hint = "--time-zone" if "time zone" in str(error) else "--as-of"
        told = "it is no date: YYYY-MM-DD" if quiet and hint == "--as-of" else str(error)
        raise typer.BadParameter(told, param_hint=hint) from error

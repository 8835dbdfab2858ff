"""Guidelines and patients as commands name them: found or refused with a usage error, read or reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from guidelang.diagnostics import Diagnostic, GuidelineError, Severity, did_you_mean
from guidelang.facts.inputs import FORMS
from guidelang.guideline import Guideline, load
from guidelang_cli import terminal

if TYPE_CHECKING:
    from guidelang.trace.redact import Redaction

NO_SUCH_PATIENT = "G603"
USAGE_CODES = frozenset({"G001", "G404", "G405", "G600", NO_SUCH_PATIENT, "G650", "G805"})
"""Findings about what was typed: the name of a file, patient or source, a parameter, a record type."""


def guideline(where: str, parameters: Mapping[str, str]) -> Guideline:
    """A guideline that runs. Its warnings go to standard error; errors end the command."""
    try:
        loaded = load(where, parameters=parameters)
    except GuidelineError as error:
        ended = stop(error.diagnostics)
        if parameters and _is_sound(where):
            ended.exit_code = 2  # the guideline itself is fine: what was typed for a parameter is not
        raise ended from error
    tell([d for d in loaded.diagnostics if d.severity is not Severity.HINT])
    return loaded


def redaction() -> Redaction:
    """One redaction for all patients of a run."""
    from guidelang.trace.redact import Redaction  # for who leaves identifiers out

    return Redaction()


def stop(diagnostics: Sequence[Diagnostic], redaction: Redaction | None = None) -> typer.Exit:
    """Tells the findings; the exit to raise: 2 if they are about what was typed, else 1."""
    tell(diagnostics, redaction)
    return typer.Exit(exit_code(diagnostics))


def failed(message: str, help_: str) -> typer.Exit:
    """Tells what this machine cannot do; the exit to raise."""
    from rich.text import Text  # only where something failed

    terminal.tell_lines(Text(f"error: {message}\n  = help: {help_}"))
    return typer.Exit(1)


def exit_code(diagnostics: Iterable[Diagnostic]) -> int:
    errors = [d for d in diagnostics if d.severity is Severity.ERROR]
    if not errors:
        return 0
    typed = all(d.code in USAGE_CODES or _is_setting(d) for d in errors)
    return 2 if typed else 1


def tell(diagnostics: Sequence[Diagnostic], redaction: Redaction | None = None) -> None:
    """Findings on standard error, if there are any; with --quiet the errors among them.

    Findings about an input are redacted where a `redaction` is given.
    """
    told = [d for d in diagnostics if d.severity is Severity.ERROR or not terminal.settings.quiet]
    if told:
        from guidelang_cli.report import as_text  # brings rich, which a run without findings may not need

        terminal.tell_lines(as_text(told if redaction is None else redaction.findings(told)))


def must_be_in_place(guideline: str, patients: Sequence[str], attest: Path | None, *, quiet: bool = False) -> None:
    """Usage errors of commands that run a guideline: a file that is not there, or in another's place.

    `quiet` names no file: their names may be those of patients.
    """
    only_one_reads_stdin([guideline, *patients])
    if Path(guideline).suffix.lower() in FORMS:
        what = "what stands here" if quiet else f"`{guideline}`"
        told = f"{what} is named like a patient's file, and the guideline comes first"
        raise typer.BadParameter(told, param_hint="GUIDELINE")
    for path in patients:
        must_exist(path, "PATIENT", quiet=quiet)
    if attest is not None:
        must_exist(str(attest), "--attest", quiet=quiet)


def must_exist(path: str, what: str, *, quiet: bool = False) -> str:
    """The path of an input as it is. A usage error, with the nearest name beside it, if there is none.

    `quiet` names neither.
    """
    if path == "-" or Path(path).exists():
        return path
    if quiet:
        raise typer.BadParameter("there is no such file or folder", param_hint=what)
    folder = Path(path).parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    suggestion = did_you_mean(Path(path).name, names)
    raise typer.BadParameter(
        f"there is no file or folder `{path}`" + (f"; {suggestion}" if suggestion else ""), param_hint=what
    )


def source_of(path: str) -> str | Path:
    """An input for the engine. A path is given as one: a name such as `{a}.json` would else be taken for a text."""
    return path if path == "-" else Path(path)


def only_one_reads_stdin(paths: Iterable[str | None]) -> None:
    if sum(1 for path in paths if path == "-") > 1:
        raise typer.BadParameter("standard input (-) can be read only once")


def _is_sound(where: str) -> bool:
    """Whether a guideline has no error as it stands; one from standard input cannot be read again."""
    try:
        return where != "-" and bool(load(where))
    except GuidelineError:
        return False


def _is_setting(diagnostic: Diagnostic) -> bool:
    return diagnostic.span is not None and diagnostic.span.source.name.startswith("<parameter ")

"""Guidelines and patients as commands name them: found or refused with a usage error, read or reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from guidelang.diagnostics import Diagnostic, GuidelineError, Severity, did_you_mean
from guidelang.facts.inputs import FORMS
from guidelang.guideline import Guideline, load
from guidelang.model.locate import editions_of, shipped_guidelines
from guidelang_cli import terminal

if TYPE_CHECKING:
    import datetime as dt

    from guidelang.trace.redact import Redaction

NO_SUCH_PATIENT = "G603"
USAGE_CODES = frozenset({"G001", "G010", "G011", "G404", "G405", "G600", NO_SUCH_PATIENT, "G650", "G680", "G805"})
"""Findings about what was typed: the name of a file, patient or source, a parameter, a record type."""


@dataclass(slots=True)
class Typed:
    """What was typed wrongly, so that all of it is told in one run."""

    faults: list[tuple[str, str]] = field(default_factory=list)  # of which argument, and what

    def add(self, argument: str, fault: str | None) -> None:
        if fault is not None:
            self.faults.append((argument, fault))

    def stop(self, exit_code: int = 2) -> None:
        """Raises a usage error if something is wrong; `exit_code` is 1 if that is not all."""
        if not self.faults:
            return
        (argument, told), *others = self.faults
        told += "".join(f"\nError: Invalid value for {name}: {fault}" for name, fault in others)
        error = typer.BadParameter(told, param_hint=argument)
        error.exit_code = exit_code
        raise error


def guideline_for(
    where: str,
    patients: Sequence[str],
    parameters: Mapping[str, str],
    valuesets: Iterable[Path] = (),
    *,
    attest: Path | None = None,
    redact: bool = False,
    argument: str = "PATIENT",
    day: dt.date | None = None,
) -> Guideline:
    """A guideline that runs, for patients whose files are there: whatever is wrong with either is told in one run.

    `redact` names no file but the guideline's own: their names may be those of patients. `argument` is what the user
    knows the patients by. Of several editions it is the one in force on `day`.
    """
    only_one_reads_stdin([where, *patients])
    typed = Typed()
    for path in patients:
        typed.add(argument, missing(path, quiet=redact))
    if attest is not None:
        typed.add("--attest", missing(str(attest), quiet=redact))
    if Path(where).suffix.lower() in FORMS:
        what = "what stands here" if redact else f"`{where}`"
        fault = f"{what} is named like a patient's file, and the guideline comes first"
        typed.faults.insert(0, ("GUIDELINE", fault))
        typed.stop()
    try:
        loaded = guideline(where, parameters, valuesets, redact=redact, day=day)
    except typer.Exit as ended:
        typed.stop(ended.exit_code)
        raise
    typed.stop()
    return loaded


def guideline(
    where: str,
    parameters: Mapping[str, str],
    valuesets: Iterable[Path] = (),
    beside: Iterable[Path] = (),
    *,
    redact: bool = False,
    day: dt.date | None = None,
) -> Guideline:
    """A guideline that runs. Its warnings go to standard error; errors end the command.

    With `redact` what is not named like a guideline is not named at all: it may be a patient in the guideline's place.
    """
    try:
        loaded = load(where, parameters=parameters, valuesets=valuesets, beside=beside, as_of=day)
    except GuidelineError as error:
        told = error.diagnostics
        ended = stop(told if not redact or _is_named_so(where) else _unnamed(told))
        if parameters and _is_sound(where, valuesets, beside, day):
            ended.exit_code = 2  # the guideline itself is fine: what was typed for a parameter is not
        raise ended from error
    tell([d for d in loaded.diagnostics if d.severity is not Severity.HINT])
    return loaded


def _is_named_so(where: str) -> bool:
    """Whether there is a file or folder of a guideline by its name, or a shipped one."""
    path = Path(where)
    if path.exists():
        return path.suffix == ".guide" or (path.is_dir() and (any(path.glob("*.guide")) or bool(editions_of(path))))
    return where in shipped_guidelines() or bool(editions_of(where))


def _unnamed(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings by their codes: neither the name nor the text of what was given."""
    is_there = all(d.code != "G001" for d in diagnostics)
    message = "is no guideline without errors" if is_there else "is not there, or cannot be read"
    help_ = "with --redact, only a file named *.guide is told of in full"
    return [
        Diagnostic(code, Severity.ERROR, f"the guideline given {message}", suggestion=help_)
        for code in sorted({d.code for d in diagnostics if d.severity is Severity.ERROR})
    ]


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


def must_exist(path: str, what: str) -> str:
    """The path of an input as it is. A usage error, with the nearest name beside it, if there is none."""
    fault = missing(path)
    if fault is not None:
        raise typer.BadParameter(fault, param_hint=what)
    return path


def missing(path: str, *, quiet: bool = False) -> str | None:
    """That there is no such input, with the nearest name beside it; None if there is. `quiet` names neither."""
    if path == "-" or Path(path).exists():
        return None
    if quiet:
        return "there is no such file or folder"
    folder = Path(path).parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    suggestion = did_you_mean(Path(path).name, names)
    return f"there is no file or folder `{path}`" + (f"; {suggestion}" if suggestion else "")


def source_of(path: str) -> str | Path:
    """An input for the engine. A path is given as one: a name such as `{a}.json` would else be taken for a text."""
    return path if path == "-" else Path(path)


def only_one_reads_stdin(paths: Iterable[str | None]) -> None:
    if sum(1 for path in paths if path == "-") > 1:
        raise typer.BadParameter("standard input (-) can be read only once")


def _is_sound(where: str, valuesets: Iterable[Path], beside: Iterable[Path], day: dt.date | None) -> bool:
    """Whether a guideline has no error as it stands; one from standard input cannot be read again."""
    try:
        return where != "-" and bool(load(where, valuesets=valuesets, beside=beside, as_of=day))
    except GuidelineError:
        return False


def _is_setting(diagnostic: Diagnostic) -> bool:
    return diagnostic.span is not None and diagnostic.span.source.name.startswith("<parameter ")

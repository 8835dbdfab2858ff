"""`guidelang fmt`: the one layout of a guideline, and hints put into the text."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from guidelang.diagnostics import Fix, Report, Severity, did_you_mean
from guidelang.model import load as load_model
from guidelang.model.locate import read_source
from guidelang.source import Source
from guidelang.syntax import format_source
from guidelang_cli import inputs, terminal
from guidelang_cli.complete import guideline_files

NAME = "fmt"
EXAMPLES = (
    "guidelang fmt my_guideline.guide",
    "guidelang fmt guidelines/ --check --diff",
    "guidelang fmt my_guideline.guide --fix",
    "cat my_guideline.guide | guidelang fmt -",
)


def command(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Files, folders with *.guide files, or -.", autocompletion=guideline_files),
    ],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Make the changes that hints offer, such as missing units.")
    ] = False,
) -> None:
    """Rewrite guideline files in their one layout. The meaning of a file never changes."""
    inputs.only_one_reads_stdin(paths)
    report = Report()
    changed: list[str] = []
    for source, path in _sources(paths, report):
        text = _formatted(source, fix, report)
        if text is None:
            continue
        if text != source.text:
            changed.append(source.name)
            if diff:
                terminal.show_lines(_difference(source, text))
        if path is None and not check and not diff:
            terminal.write(text)
        elif path is not None and text != source.text and not check and not diff:
            path.write_text(text, encoding="utf-8", newline="\n")
    inputs.tell([d for d in report.sorted() if d.severity is Severity.ERROR])
    if check and not diff:
        terminal.write("".join(f"{name}\n" for name in changed))
    if report.has_errors:
        raise typer.Exit(inputs.exit_code(report.findings))
    raise typer.Exit(1 if check and changed else 0)


def _sources(paths: Iterable[str], report: Report) -> Iterator[tuple[Source, Path | None]]:
    """Each text to format, with the file to write it to."""
    for given in paths:
        if given == "-":
            yield Source("<stdin>", sys.stdin.read()), None
            continue
        path = Path(inputs.must_exist(given, "PATH"))
        files = sorted(path.rglob("*.guide")) if path.is_dir() else [path]
        if not files:
            suggestion = did_you_mean(path.name, [entry.name for entry in path.parent.iterdir() if entry != path])
            told = f"there is no *.guide file in `{given}`" + (f"; {suggestion}" if suggestion else "")
            raise typer.BadParameter(told, param_hint="PATH")
        for file in files:
            source = read_source(file, report)
            if source is not None:
                yield source, file


def _formatted(source: Source, fix: bool, report: Report) -> str | None:
    """The text in its one layout; None, with errors in the report, if it is not in the language."""
    if fix:
        findings = Report()
        load_model(source if source.name.startswith("<") else source.name, findings)
        fixes = [d.fix for d in findings.findings if d.fix is not None and d.fix.span.source.name == source.name]
        source = Source(source.name, _applied(source.text, fixes))
    return format_source(source, report)


def _applied(text: str, fixes: Iterable[Fix]) -> str:
    """The text with its fixes made, the last first; of two that overlap only the later one."""
    end = len(text)
    for fix in sorted(set(fixes), key=lambda f: (f.span.start, f.span.end), reverse=True):
        if fix.span.end <= end:
            text = text[: fix.span.start] + fix.replacement + text[fix.span.end :]
            end = fix.span.start
    return text


def _difference(source: Source, text: str) -> Text:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    lines = Text()
    for line in difflib.unified_diff(
        source.text.splitlines(), text.splitlines(), source.name, f"{source.name} (formatted)", lineterm=""
    ):
        lines.append(line + "\n", style=styles.get(line[:1], ""))
    lines.rstrip()
    return lines

"""What `guidelang test` shows and writes of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from guidelang.testing.cases import Case
from guidelang.testing.runner import TestRun
from guidelang.trace.document import WhyNode
from guidelang.trace.lines import Line
from guidelang.trace.phrases import clean
from guidelang.trace.tree_text import tree
from guidelang_cli import terminal

JunitOption = Annotated[
    Path | None,
    typer.Option("--junit", metavar="FILE", help="Also write the result as JUnit XML, which GitLab and Jenkins read."),
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=1, help="How many processes run examples.")]


def show(run: TestRun) -> None:
    """Each example that failed with its whys, and how many passed and failed."""
    for case in run.failed:
        terminal.show_lines(_title(case))
        terminal.show(_failures(case))
    terminal.write(f"{run.passed} passed, {len(run.failed)} failed\n")


def write_json(run: TestRun) -> None:
    """The published document."""
    from guidelang.testing.document import examples_document

    terminal.write_json(examples_document(run.cases).model_dump_json(indent=2))


def write_junit(run: TestRun, path: Path) -> None:
    """The run as JUnit XML. A usage error if the file cannot be written."""
    from guidelang.testing.junit import junit_xml

    try:
        path.write_text(junit_xml(run.cases, run.report.sorted()), encoding="utf-8", newline="\n")
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        raise typer.BadParameter(f"cannot write `{path}`: {told}", param_hint="--junit") from error


def tell_without(run: TestRun, paths: Sequence[str]) -> None:
    """Which guidelines have no examples; where none has, nothing was tested, and that is an error."""
    if run.cases or run.report.has_errors:
        for file in run.without:
            terminal.tell(f"{file}: no examples")
        return
    told = f"error: there is no example in {_listed(paths)}, so nothing was tested\n"
    terminal.tell_lines(Text(told + "  = help: write some, or begin with those of `guidelang test --generate`"))


def _listed(paths: Iterable[str]) -> str:
    return ", ".join("the text" if path == "-" else path for path in paths)


def _title(case: Case) -> Text:
    title = Text()
    title.append("FAILED ", style="bold red")
    title.append(clean(case.name), style="bold")
    title.append(f"  {clean(str(case.span))}", style="dim")
    return title


def _failures(case: Case) -> RenderableType:
    """What failed, each with its place and its trees of why; what one tree shows, the next does not show again."""
    parts: list[RenderableType] = []
    seen: set[Line] = set()
    shown: list[WhyNode] = []
    for failed in case.failed:
        text = Text(clean(str(failed.failure)))
        text.append(f"  {_place(case, failed.failure.span.line, failed.failure.span.source.name)}", style="dim")
        parts.append(Padding(text, (0, 0, 0, 2)))
        new = [why for why in failed.whys if why.kind != "scope" or why not in shown]
        parts += [Padding(tree(why, seen), (0, 0, 0, 4)) for why in new]
        shown += new
    if case.adapted is not None:
        told = f"an example of {case.adapted}: if the change means it, it says so: `replace example`, `remove example`"
        parts.append(Padding(Text(clean(told), style="dim"), (0, 0, 0, 2)))
    parts += [Padding(Text(clean(f"not used: {remark}"), style="yellow"), (0, 0, 0, 2)) for remark in case.remarks]
    return Group(*parts)


def _place(case: Case, line: int, file: str) -> str:
    """Where an expectation stands: the line, with the file where it is another one than the example's."""
    return f"line {line}" if file == case.span.source.name else clean(f"{file}:{line}")

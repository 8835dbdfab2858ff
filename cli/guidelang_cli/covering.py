"""`guidelang test --coverage` and `guidelang test --generate`: what examples cover, and examples that cover more."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from guidelang.diagnostics import Report
from guidelang_cli import inputs, terminal
from guidelang_cli.options import writing
from guidelang_cli.progress import Work, working
from guidelang_cli.solver import require_solver

if TYPE_CHECKING:
    from guidelang.testing.coverage.coverage import Coverage, Loaded
    from guidelang.testing.coverage.deck import Deck

CoverageOption = Annotated[
    bool, typer.Option("--coverage", help="Tell what the examples cover of each rule, condition and threshold.")
]
MissingOption = Annotated[
    bool, typer.Option("--missing", help="Print examples that would cover what is not covered; implies --coverage.")
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--coverage-html", metavar="FILE", help="Write the coverage over the source text as a page."),
]
JsonOption = Annotated[
    Path | None, typer.Option("--coverage-json", metavar="FILE", help="Write every item that is counted as JSON.")
]
LcovOption = Annotated[
    Path | None, typer.Option("--coverage-lcov", metavar="FILE", help="Write the coverage in the format LCOV.")
]
FailUnderOption = Annotated[
    float | None,
    typer.Option(
        "--fail-under",
        metavar="PERCENT",
        min=0,
        max=100,
        help="Exit with 1 if less is covered (implies --coverage); with --mutate, only below this score.",
    ),
]
GenerateOption = Annotated[
    bool, typer.Option("--generate", help="Run nothing; write a deck of boundary patients as examples.")
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    text: bool
    missing: bool
    html: Path | None
    json: Path | None
    lcov: Path | None
    fail_under: float | None

    @property
    def anything(self) -> bool:
        files = (self.html, self.json, self.lcov)
        return self.text or self.missing or self.fail_under is not None or any(file is not None for file in files)


def cover(paths: Sequence[str], valuesets: Sequence[Path], wanted: Wanted, *, seconds: float, quiet: bool) -> bool:
    """Tells and writes the coverage of guidelines; whether enough is covered. `quiet` prints nothing."""
    loaded = _loaded(paths, valuesets)
    from guidelang.testing.coverage.coverage import coverage_of, total

    some = []
    for each in loaded:
        with working(f"seeking what the examples of {each.plan.guideline.name} do not cover") as work:
            some.append(coverage_of(each, seconds=seconds, on_progress=_items(work)))
    if not some:
        return True
    if not quiet:
        _print(some, missing=wanted.missing)
    _write(some, wanted)
    return wanted.fail_under is None or total(some).percent >= wanted.fail_under


def _print(some: Sequence[Coverage], *, missing: bool) -> None:
    from guidelang.testing.coverage.text import coverage_text

    for coverage in some:
        terminal.write("\n" + coverage_text(coverage, examples=missing))


def _write(some: Sequence[Coverage], wanted: Wanted) -> None:
    from guidelang.testing.coverage.document import coverage_document, lcov
    from guidelang.testing.coverage.page import coverage_page

    texts: list[tuple[str, Path | None, Callable[[], str]]] = [
        ("--coverage-html", wanted.html, lambda: coverage_page(some)),
        ("--coverage-json", wanted.json, lambda: json.dumps(coverage_document(some), ensure_ascii=False, indent=2)),
        ("--coverage-lcov", wanted.lcov, lambda: lcov(some)),
    ]
    for option, path, text in texts:
        if path is not None:
            try:
                path.write_text(text().rstrip("\n") + "\n", encoding="utf-8", newline="\n")
            except OSError as error:
                told = (error.strerror or str(error)).lower()
                raise typer.BadParameter(f"cannot write `{path}`: {told}", param_hint=option) from error


def generate(paths: Sequence[str], valuesets: Sequence[Path], output: Path | None, *, seconds: float) -> None:
    """Writes a deck of boundary patients for one guideline."""
    if len(paths) > 1:
        raise typer.BadParameter("a deck is made for one guideline", param_hint="--generate")
    loaded = _loaded(paths, valuesets)
    if len(loaded) > 1:
        told = f"`{paths[0]}` has several editions; name one of them"
        raise typer.BadParameter(told, param_hint="--generate")
    from guidelang.testing.coverage import deck

    for each in loaded:
        with working(f"seeking boundary patients of {each.plan.guideline.name}") as work:
            made = deck.generate(each, seconds=seconds, on_progress=_items(work))
        _write_deck(made, output)
        told = f"{len(made.offers)} examples cover {made.covered}"
        terminal.tell(f"{told}; proved to be covered by nobody: {made.unreachable}; undecided: {made.undecided}")


def _write_deck(deck: Deck, output: Path | None) -> None:
    """The deck, and beside it the records that are patients of its examples; no other file is written over."""
    records = {name: content for offer in deck.offers for name, content in offer.files.items()}
    if output is None:
        terminal.write(deck.text)
        for name, content in records.items():
            terminal.write(f"\n# {name}:\n" + "".join(f"# {line}\n" for line in content.splitlines()))
        return
    files = {output.parent / name: content for name, content in records.items()}
    for path, content in files.items():
        if path.exists() and path.read_text(encoding="utf-8") != content:
            raise typer.BadParameter(f"`{path}` is there already, and is another file", param_hint="--output")
    with writing(output):
        terminal.write(deck.text)
        for path, content in files.items():
            path.write_text(content, encoding="utf-8", newline="\n")


def _items(work: Work) -> Callable[[int, int], None]:
    return lambda done, total: work.reached(done, total, "items")


def _loaded(paths: Sequence[str], valuesets: Sequence[Path]) -> list[Loaded]:
    """The guidelines with their items; one with errors ends the command."""
    require_solver()
    from guidelang.testing.coverage.coverage import plans

    report = Report()
    loaded = [each for path in paths for each in plans(path, report, valuesets)]
    if report.has_errors:
        inputs.tell(report.sorted())
        raise typer.Exit(inputs.exit_code(report.findings))
    return loaded

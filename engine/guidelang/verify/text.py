"""A verification for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guidelang.trace.phrases import clean
from guidelang.trace.tree_text import tree
from guidelang.verify.compare import ColumnResult, Verification
from guidelang.verify.summary import Alike, alike, explained, remarks, said, some, totals

HEADER = ("column", "compared with", "cases", "right", "ones found", "false ones", "undecided")


def verification_text(verification: Verification, most: int) -> RenderableType:
    """The page: what agrees, by column; differences that are alike together, `most` of them with their why."""
    return Group(*_parts(verification, most))


def _parts(verification: Verification, most: int) -> Iterator[RenderableType]:
    guideline = verification.guideline
    about = f"{guideline.name} {guideline.version}  #{guideline.hash[:12]}  ({verification.engine})"
    yield Text(clean(about), style="bold")
    yield _total(verification)
    yield Text()
    yield _table(verification)
    groups = alike(verification)
    if groups:
        count = sum(len(group.cases) for group in groups)
        yield Text(f"\nDifferences ({count})", style="bold")
    shares = explained(groups, most)
    for index, group in enumerate(groups):
        yield from _group(group, shares[index])
    problems = [case for case in verification.cases if case.problem is not None]
    if problems:
        yield Text(f"\nNot evaluated ({len(problems)})", style="bold")
    for case in problems:
        yield _indented(Text(clean(f"{case.case} (row {case.line}): {case.problem}")), 2)
    told = list(remarks(verification, most))
    if told:
        yield Text()
    for remark in told:
        yield Text(clean(remark), style="" if remark.startswith("No row") else "dim")
    if groups or problems:
        yield Text()
        yield _total(verification)


def _total(verification: Verification) -> Text:
    return Text(totals(verification), style="bold green" if verification.agrees else "bold red")


def _table(verification: Verification) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, name in enumerate(HEADER):
        table.add_column(name, justify="left" if number < 2 else "right", overflow="fold")
    for column in verification.columns:
        wrong = column.right < column.cases
        table.add_row(*(clean(cell) for cell in cells(column)), style="red" if wrong else "")
    return table


def cells(column: ColumnResult) -> tuple[str, ...]:
    """A row of the table by column."""
    ones = ("", "") if column.ones is None else (f"{column.ones_found} of {column.ones}", str(column.false_ones))
    return (column.column, column.words, str(column.cases), str(column.right), *ones, str(column.undecided))


def _group(group: Alike, share: int) -> Iterator[RenderableType]:
    names = [case.case for case, _ in group.cases]
    yield Text(clean(f"\n{group.title}"), style="bold red")
    yield _indented(Text(clean(f"{len(names)} {'case' if len(names) == 1 else 'cases'}: {some(names)}")), 2)
    for case, difference in group.cases[:share]:
        set_ = "".join(f", {name} = {value}" for name, value in case.parameters.items())
        title = f"{case.case} on {case.as_of}{set_}: {difference.words} is {said(difference.got)}"
        yield _indented(Text(clean(title)), 2)
        for root in difference.why:
            yield _indented(tree(root), 4)


def _indented(what: RenderableType, by: int) -> Padding:
    return Padding(what, (0, 0, 0, by))

"""A verification for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guidelang.trace.page import Folding, Indented
from guidelang.trace.phrases import clean
from guidelang.trace.tree_text import tree
from guidelang.verify.compare import ColumnResult, Verification
from guidelang.verify.summary import REDACTED, Alike, alike, explained, on_day, remarks, said, some, totals, with_row

NAMES, GAP = 2, 2
"""How many columns of the table have names, and the blanks between two columns."""

NARROWEST = 8  # of a column of names

HEADER = ("column", "compared with", "cases", "right", "ones found", "false ones", "undecided")


def verification_text(verification: Verification, most: int) -> RenderableType:
    """The page: what agrees, by column; differences that are alike together, `most` of them with their why."""
    return Group(*_parts(verification, most))


def _parts(verification: Verification, most: int) -> Iterator[RenderableType]:
    guideline = verification.guideline
    about = f"{guideline.name} {guideline.version}  #{guideline.hash[:12]}  ({verification.engine})"
    yield Text(clean(about), style="bold")
    if verification.redacted:
        yield Text(REDACTED, style="dim")
    yield _total(verification)
    yield Text()
    yield _Columns(verification.columns)
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
        yield _indented(Text(clean(f"{with_row(case)}: {case.problem}")), 2)
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


class _Columns:
    """The table of the columns: the names get the room that they need, before words of the heads stand on one line."""

    def __init__(self, columns: Sequence[ColumnResult]) -> None:
        self._columns = columns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = [[clean(cell) for cell in cells(column)] for column in self._columns]
        widths = _widths(rows, options.max_width)
        if widths is None:
            yield from _paragraphs(rows)
            return
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
        for number, (name, width) in enumerate(zip(HEADER, widths, strict=True)):
            table.add_column(name, justify="left" if number < NAMES else "right", overflow="fold", width=width)
        for column, row in zip(self._columns, rows, strict=True):
            wrong = column.right < column.cases
            table.add_row(*map(Folding, row[:NAMES]), *row[NAMES:], style="red" if wrong else "")
        yield table


def _paragraphs(rows: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    """The rows one below the other, where there is no room for a table."""
    for row in rows:
        names, numbers = row[:NAMES], zip(HEADER[NAMES:], row[NAMES:], strict=True)
        yield Folding(" = ".join(dict.fromkeys(names)))
        yield Indented(Text(", ".join(f"{name} {number}" for name, number in numbers if number)))


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """The width of each column: of numbers as narrow as it has to be, of names what is left, half of it each.

    None if that is too little for any name.
    """
    columns = list(zip(HEADER, *rows, strict=True))
    wanted = [max(map(cell_len, column)) for column in columns]
    room -= GAP * (len(columns) - 1)
    if sum(wanted) <= room:
        return wanted
    numbers = [max(cell_len(part) for part in (*head.split(), *cells)) for head, *cells in columns[NAMES:]]
    left = room - sum(numbers)
    if left < NAMES * NARROWEST:
        return None
    first = min(wanted[0], max(left // 2, left - wanted[1]))
    return [first, min(left - first, wanted[1]), *numbers]


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
        title = f"{on_day(case)}{set_}: {difference.words} is {said(difference.got)}"
        yield _indented(Text(clean(title)), 2)
        for root in difference.why:
            yield _indented(tree(root), 4)


def _indented(what: RenderableType, by: int) -> Padding:
    return Padding(what, (0, 0, 0, by))

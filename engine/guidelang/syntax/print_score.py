"""Scores and tables in their canonical form. The cells of a table stand below each other."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.syntax import tree
from guidelang.syntax.layout import Piece, filled, head_piece, named
from guidelang.syntax.print_expression import INDENT, WIDTH, broken, print_expression, print_quantity, quote


def score_pieces(score: tree.Score) -> Iterator[Piece]:
    yield head_piece(named("score", score.name, score.label))
    for index, item in enumerate(score.value.items):
        word = "add" if item.points is None else f"{item.points} when"
        lines = broken(item.value, len(INDENT) + len(word) + 1, 2 * len(INDENT))
        if item.label is not None:
            lines[-1] += f" {quote(item.label)}"
        yield Piece("score_item", index, (f"{word} {lines[0]}", *(INDENT + line for line in lines[1:])))
    if score.value.missing is not None:
        yield Piece("score_missing", 0, (f"missing {score.value.missing}",))


def table_pieces(table: tree.Table) -> Iterator[Piece]:
    lookup = table.value
    head = named("table", table.name, table.label) + " is"
    match lookup.type:
        case tree.QuantityType(unit):
            yield head_piece(f"{head} quantity in {unit}")
        case tree.NumberType():
            yield head_piece(f"{head} number")
        case tree.ChoiceType(choices):
            words = [str(c.name) if c.label is None else f"{c.name} {quote(c.label)}" for c in choices]
            yield head_piece(*filled(f"{head} one of", words, "", WIDTH))
    if lookup.columns:
        columns = [
            print_expression(column.value) + (f" in {column.unit}" if column.unit else "") for column in lookup.columns
        ]
        yield Piece("by", 0, tuple(filled("by", columns, "", WIDTH)))
    rows = [[print_cell(cell) for cell in row.cells] for row in lookup.rows]
    widths = _widths(rows)
    for index, (row, cells) in enumerate(zip(lookup.rows, rows, strict=True)):
        last = len(cells) - 1
        written = [cell if number == last else f"{cell}," for number, cell in enumerate(cells)]
        padded = [cell.ljust(width) for cell, width in zip(written, widths, strict=False)] if widths else written
        yield Piece("row", index, (f"row {' '.join(padded)} gives {print_given(row.gives)}",))
    if lookup.otherwise is not None:
        yield Piece("otherwise", 0, (f"otherwise gives {print_given(lookup.otherwise.gives)}",))


def print_cell(cell: tree.Cell) -> str:
    match cell:
        case tree.CompareCell(operator, bound):
            return f"{operator} {print_quantity(bound)}"
        case tree.RangeCell(low, high, above, below):
            first, second = print_quantity(low), print_quantity(high)
            return f"{'above ' if above else ''}{first} to {'below ' if below else ''}{second}"
        case tree.WordsCell(values):
            return " or ".join(str(value) for value in values)
        case tree.YesNoCell(yes):
            return "yes" if yes else "no"
        case tree.AnyCell():
            return "any"


def print_given(gives: tree.Quantity | tree.Identifier | None) -> str:
    if gives is None:
        return "unknown"
    return print_quantity(gives) if isinstance(gives, tree.Quantity) else str(gives)


def _widths(rows: list[list[str]]) -> list[int]:
    """How wide each column is with its comma; nothing where rows differ in their cells or would be too wide."""
    if len({len(row) for row in rows}) != 1:
        return []
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) + (number < len(columns) - 1) for number, column in enumerate(columns)]
    return widths if sum(widths) < WIDTH - 2 * len(INDENT) else []

"""Faults in scores and tables: points, what counts for what is unknown, borders of rows, what a row gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.testing.mutation.change import Change, dropped, one_line, replaced
from guidelang.testing.mutation.expressions import Converts, expression_changes
from guidelang.testing.mutation.numbers import counted, steps
from guidelang.testing.mutation.parts import everything

_OTHER_MISSING: Mapping[str, tuple[str, ...]] = {
    "unknown": ("zero", "bounds"), "zero": ("unknown", "bounds"), "bounds": ("unknown", "zero"),
}  # fmt: skip


def score_changes(score: tree.Score, clauses: Mapping[tuple[str, int], Span], converts: Converts) -> Iterator[Change]:
    """Points one higher and lower, items left out, other words for what is unknown, and faults of the conditions."""
    for index, item in enumerate(score.value.items):
        span = clauses["score_item", index]
        if item.points is not None:
            number = Span(span.source, span.start, span.start + len(item.points))
            if number.text == item.points:
                for points in steps(item.points, signed=True):
                    after = points + one_line(span.text)[len(item.points) :]
                    yield Change("points", number, points, one_line(span.text), after, span)
        if len(score.value.items) > 1:
            yield dropped("points", span)
        yield from expression_changes(item.value, converts, is_condition=item.points is not None)
    for word in _OTHER_MISSING.get(score.value.missing or "", ()):
        yield replaced("absence", clauses["score_missing", 0], f"missing {word}")


def table_changes(table: tree.Table, converts: Converts) -> Iterator[Change]:
    """Other results of rows, cells that ask something else, and borders that rows share, moved by a step."""
    lookup = table.value
    for column in lookup.columns:
        yield from expression_changes(column.value, converts, is_condition=False)
    results = list(dict.fromkeys(_written(row.gives) for row in lookup.rows))
    for row in lookup.rows:
        for cell in row.cells:
            yield from _cell(cell, row)
        if row.gives is not None:
            own = _written(row.gives)
            others = [other for other in results if other not in (own, "unknown")][:1]
            for text in [*others, *(_stepped(row.gives))][:2]:
                span = row.gives.span
                after = one_line(row.span.text)[: -len(own)] + text
                yield Change("cell", span, text, one_line(row.span.text), after, row.span)
    for number in range(len(lookup.columns)):
        yield from _borders(lookup.rows, number)


def _cell(cell: tree.Cell, row: tree.Row) -> Iterator[Change]:
    """A cell by itself; the checks leave no gap or overlap, so few of these are guidelines."""
    told = one_line(row.span.text)

    def other(text: str) -> Change:
        source, start, end = row.span.source, row.span.start, row.span.end
        after = source.text[start : cell.span.start] + text + source.text[cell.span.end : end]
        return Change("cell", cell.span, text, told, one_line(after), row.span)

    match cell:
        case tree.YesNoCell(yes):
            yield other("no" if yes else "yes")
        case tree.WordsCell(values) if len(values) > 1:
            for value in values:
                yield other(" or ".join(each.name for each in values if each is not value))
        case tree.CompareCell(operator, bound):
            border = {">=": ">", ">": ">=", "<=": "<", "<": "<="}.get(operator)
            if border is not None:
                yield other(f"{border} {counted(bound.number, bound.unit)}")
        case _:
            return


def _borders(rows: Sequence[tree.Row], column: int) -> Iterator[Change]:
    """Every number of a column a step higher and lower, in all rows that share it: one edit from first to last."""
    cells = [row.cells[column] for row in rows if column < len(row.cells)]
    numbers = [each for cell in cells for each in everything(cell) if isinstance(each, tree.Quantity)]
    for border in dict.fromkeys(each.number for each in numbers):
        same = [each for each in numbers if each.number == border]
        span = same[0].span.to(same[-1].span)
        for moved in steps(border):
            pieces, place = [], span.start
            for each in same:
                pieces += [span.source.text[place : each.span.start], counted(moved, each.unit)]
                place = each.span.end
            yield Change("cell", span, "".join(pieces), f"border {border}", f"border {moved}", same[0].span)


def _written(gives: tree.Quantity | tree.Identifier | None) -> str:
    if gives is None:
        return "unknown"
    return gives.name if isinstance(gives, tree.Identifier) else counted(gives.number, gives.unit)


def _stepped(gives: tree.Quantity | tree.Identifier) -> Iterator[str]:
    if isinstance(gives, tree.Quantity):
        for number in steps(gives.number, signed=True):
            yield counted(number, gives.unit)

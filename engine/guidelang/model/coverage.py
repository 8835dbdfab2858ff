"""Gaps and overlaps: a table has exactly one row for every value that it may look up.

Each column is cut into finitely many pieces on which none of its cells changes its mind: the numbers that cells name,
the open stretches between them, the values of a choice, yes and no. What lies outside of a fact's plausible range, or
between two whole numbers of what is counted, is no piece. A table is checked on every combination of pieces, which is
exact as long as its columns are independent of each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import accumulate, pairwise, product
from math import ceil, floor, prod
from operator import xor
from typing import TYPE_CHECKING, TypeAlias

from guidelang.diagnostics import Note
from guidelang.model.measures import conversion_between
from guidelang.model.plausibility import constant_of
from guidelang.model.symbols import DefineSymbol, FactSymbol
from guidelang.model.types import AgeType, ChoiceType, ConditionType, MeasureType, Type
from guidelang.quantity import format_number, parse_decimal
from guidelang.syntax import print_expression, tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference

MOST_COMBINATIONS = 100_000
MOST_FINDINGS = 3  # of one sort in one table


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that a value may be, in its own unit.

    Both ends are included, None is no end; `whole` if none lies between two whole numbers.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False

    def __contains__(self, number: Fraction) -> bool:
        return not (
            (self.low is not None and number < self.low)
            or (self.high is not None and number > self.high)
            or (self.whole and number.denominator != 1)
        )


Sample: TypeAlias = Fraction | str | bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Values that every cell treats alike: one of them, the rows whose cell takes them as bits, and their words."""

    words: str
    sample: Sample
    rows: int


def check_coverage(table: tree.TableLookup, types: Sequence[Type], inference: Inference) -> None:
    """Reports rows that hold for nothing (G511), two for one value (G510), and values without any (G509)."""
    columns = [_Column(table, number, found, inference) for number, found in enumerate(types)]
    pieces = [column.pieces() for column in columns]
    report = inference.report
    if prod(len(each) for each in pieces) > MOST_COMBINATIONS:
        report.error(
            "G512",
            f"the table has more than {MOST_COMBINATIONS} combinations of values, too many to be checked for gaps",
            table.name.span,
            suggestion="put some of its columns together in a table of their own, and look up what that one gives",
        )
        return
    gaps: list[str] = []
    overlaps: dict[tuple[int, int], str] = {}
    used = 0
    for combination in product(*pieces):
        rows = reduce(lambda bits, piece: bits & piece.rows, combination, -1)
        used |= rows
        if rows == 0:
            gaps.append(", ".join(piece.words for piece in combination))
        elif rows & (rows - 1) and len(overlaps) < MOST_FINDINGS:
            numbers = [number for number in range(len(table.rows)) if rows >> number & 1]
            for pair in pairwise(numbers):
                overlaps.setdefault(pair, ", ".join(piece.words for piece in combination))
    for number, row in enumerate(table.rows):
        if not used >> number & 1:
            report.error("G511", "this row holds for no value at all", row.span, expected="cells that some value fits")
    for (first, second), words in list(overlaps.items())[:MOST_FINDINGS]:
        report.error(
            "G510",
            f"two rows hold for {words}",
            table.rows[second].span,
            notes=[Note("the other one stands here", table.rows[first].span)],
            expected="rows that exclude each other; `60 to below 90` leaves out 90, `above 60 to 90` leaves out 60",
        )
    if gaps and table.otherwise is None:
        others = len(gaps) - 1
        more = f", nor for {others} other {'values' if others > 1 else 'value'} or ranges of values" if others else ""
        report.error(
            "G509",
            f"no row for {gaps[0]}{more}",
            table.name.span,
            expected="one row for every value",
            suggestion="add the row, or say what holds for all other values: `otherwise gives …`, also "
            "`otherwise gives unknown`",
        )


class _Column:
    """One column of a table with its cells."""

    def __init__(self, table: tree.TableLookup, number: int, found: Type, inference: Inference) -> None:
        self.column = table.columns[number]
        self.value = self.column.value
        self.cells = [row.cells[number] for row in table.rows]
        self.found = found
        self.inference = inference
        self.words = print_expression(self.value)

    def pieces(self) -> list[Piece]:
        if isinstance(self.found, ConditionType):
            return self._named([(self.words, True), (f"not {self.words}", False)])
        if isinstance(self.found, ChoiceType):
            return self._named([(f"{self.words} {value}", value) for value in self.found.values])
        return self._stretches()

    def _named(self, pieces: Sequence[tuple[str, str | bool]]) -> list[Piece]:
        """The pieces with these words and samples; a cell is looked at once, however many pieces there are."""
        always = 0
        rows: dict[Sample, int] = {sample: 0 for _, sample in pieces}
        for number, cell in enumerate(self.cells):
            match cell:
                case tree.AnyCell():
                    always |= 1 << number
                case tree.YesNoCell(yes):
                    rows[yes] |= 1 << number
                case tree.WordsCell(values):
                    for name in {value.name for value in values} & rows.keys():
                        rows[name] |= 1 << number
        return [Piece(words, sample, always | rows[sample]) for words, sample in pieces]

    def _numbered(self, pieces: Sequence[tuple[str, Fraction]]) -> list[Piece]:
        """The same of numbers in their order, of which a cell takes one run, or two where it leaves out one number."""
        samples = [sample for _, sample in pieces]
        changes = [0] * (len(samples) + 1)  # rows that begin or end to take what comes
        for number, cell in enumerate(self.cells):
            runs = [(0, len(samples))]
            if not isinstance(cell, tree.AnyCell):
                for operator, bound in self._bounds(cell):
                    allowed = _runs(samples, operator, bound)
                    both = ((max(a, c), min(b, d)) for a, b in runs for c, d in allowed)
                    runs = [(start, end) for start, end in both if start < end]
            for start, end in runs:
                changes[start] ^= 1 << number
                changes[end] ^= 1 << number
        taken = accumulate(changes[:-1], xor)
        return [Piece(words, sample, rows) for (words, sample), rows in zip(pieces, taken, strict=True)]

    def _bounds(self, cell: tree.Cell) -> list[tuple[str, Fraction]]:
        """The comparisons that a cell stands for, in the own unit of the column's value."""
        condition = self.inference.scores.cells.get(id(cell))
        parts = condition.operands if isinstance(condition, tree.And) else (condition,)
        return [(part.operator, self._own(part.right)) for part in parts if isinstance(part, tree.Compare)]

    def _own(self, bound: tree.Expression) -> Fraction:
        number = constant_of(bound, self.inference.symbols)
        assert number is not None  # cells hold numerals alone
        stated = self.inference.types.get(id(bound))
        if not isinstance(self.found, MeasureType) or not isinstance(stated, MeasureType) or stated.bare:
            return number
        change = conversion_between(stated, self.found, self.inference.symbols)
        return number if change is None else change(number)

    def _stretches(self) -> list[Piece]:
        """The numbers that cells name, and the stretches between and beyond them, as far as the value can lie there."""
        domain = domain_of(self.value, self.inference)
        named = {bound for cell in self.cells for _, bound in self._bounds(cell)}
        named |= {end for end in (domain.low, domain.high) if end is not None}
        ordered = sorted(named)
        ends: list[Fraction | None] = [None, *ordered, None]
        found: list[tuple[str, Fraction]] = []
        for low, high in pairwise(ends):
            if low is not None and low in domain:
                found.append((f"{self.words} {self._told(low)}", low))
            sample = _between(low, high, domain)
            if sample is not None:
                found.append((self._stretch(low, high, sample, domain), sample))
        return self._numbered(found)

    def _stretch(self, low: Fraction | None, high: Fraction | None, sample: Fraction, domain: Domain) -> str:
        if domain.whole:
            return f"{self.words} {self._told(sample)}"
        if low is None and high is None:
            return f"any {self.words}"
        if low is None or high is None:
            return f"{self.words} {f'below {self._told(high)}' if high is not None else f'above {self._told(low)}'}"
        return f"{self.words} between {format_number(low)} and {self._told(high)}"

    def _told(self, number: Fraction | None) -> str:
        assert number is not None
        unit = age_unit(self.column, self.cells) or "years" if isinstance(self.found, AgeType) else None
        if isinstance(self.found, MeasureType) and self.found.unit is not None:
            unit = self.found.unit.code
        text = format_number(number, significant=12)
        return text if unit is None or unit == "1" else f"{text} {unit}"


def _runs(samples: Sequence[Fraction], operator: str, bound: Fraction) -> list[tuple[int, int]]:
    """From where to before where numbers in their order compare so with a bound."""
    below, above = bisect_left(samples, bound), bisect_right(samples, bound)
    everything = len(samples)
    return {
        "<": [(0, below)],
        "<=": [(0, above)],
        ">": [(above, everything)],
        ">=": [(below, everything)],
        "=": [(below, above)],
        "!=": [(0, below), (above, everything)],
    }[operator]


def _between(low: Fraction | None, high: Fraction | None, domain: Domain) -> Fraction | None:
    """A number of the domain strictly between two ends; None if there is none."""
    if domain.whole:
        candidates = [floor(low) + 1 if low is not None else ceil(high) - 1 if high is not None else 0]
        numbers = [Fraction(n) for n in candidates if high is None or n < high]
    elif low is None:
        numbers = [Fraction(0) if high is None else high - 1]
    else:
        numbers = [low + 1 if high is None else (low + high) / 2]
    return next((number for number in numbers if number in domain), None)


def age_unit(column: tree.Column, cells: Sequence[tree.Cell]) -> str | None:
    """The unit in which a column of ages is stated: by `in`, or by its cells."""
    numbers = [bound for cell in cells for bound in bounds_of(cell)]
    return column.unit or next((number.unit for number in numbers if number.unit is not None), None)


def bounds_of(cell: tree.Cell) -> tuple[tree.Quantity, ...]:
    """The numbers that stand in a cell."""
    match cell:
        case tree.CompareCell(bound=bound):
            return (bound,)
        case tree.RangeCell(low, high):
            return (low, high)
        case _:
            return ()


# ---- what a value may be --------------------------------------------------------------------------------------------


def domain_of(expression: tree.Expression, inference: Inference, above: frozenset[str] = frozenset()) -> Domain:
    """The numbers that a value may be, as far as that is plain to see; every number where it is not.

    `above` are the names that led here: one that comes again is part of a cycle, which is told elsewhere.
    """
    match expression:
        case tree.Age():
            return Domain(Fraction(0), None, whole=True)
        case tree.Aggregate(how="count"):
            return Domain(Fraction(0), None, whole=True)
        case tree.Aggregate(fact=fact):
            return _of_fact(inference.symbols.facts.get(fact.name))
        case tree.Name(name):
            symbol = inference.symbols.named(name)
            if isinstance(symbol, FactSymbol):
                return _of_fact(symbol)
            if isinstance(symbol, DefineSymbol) and not symbol.declaration.units and name not in above:
                return domain_of(symbol.declaration.value, inference, above | {name})
            return Domain()
        case tree.Call(tree.Identifier("round"), arguments) if len(arguments) == 1:
            return Domain(whole=True)
        case tree.ScoreSum(items):
            return reduce(
                _plus, (_of_item(item, inference, above) for item in items), Domain(Fraction(0), Fraction(0), True)
            )
        case tree.TableLookup(type=tree.NumberType()):
            return _of_table(expression)
        case _:
            return Domain()


def _of_fact(fact: FactSymbol | None) -> Domain:
    return Domain() if fact is None or fact.plausible is None else Domain(*fact.plausible)


def _of_item(item: tree.ScoreItem, inference: Inference, above: frozenset[str]) -> Domain:
    if item.points is None:
        return domain_of(item.value, inference, above)
    points = parse_decimal(item.points)
    return Domain(min(points, Fraction(0)), max(points, Fraction(0)), points.denominator == 1)


def _of_table(table: tree.TableLookup) -> Domain:
    given = [row.gives for row in table.rows] + ([table.otherwise.gives] if table.otherwise else [])
    numbers = [parse_decimal(gives.number) for gives in given if isinstance(gives, tree.Quantity)]
    if not numbers:
        return Domain()
    return Domain(min(numbers), max(numbers), all(number.denominator == 1 for number in numbers))


def _plus(a: Domain, b: Domain) -> Domain:
    return Domain(
        None if a.low is None or b.low is None else a.low + b.low,
        None if a.high is None or b.high is None else a.high + b.high,
        a.whole and b.whole,
    )

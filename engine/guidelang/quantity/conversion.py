"""Changing units: by the unit table, and by what one analyte says of itself.

The table scales within one signature and nothing else. That 1 mmol/L of phosphorus is 3.0974 mg/dL, or that HbA1c in
mmol/mol is 10.93 * % - 23.5, is true of one analyte; the fact declares it, and a conversion is then a path through
the units that the fact names, with scaling by the table at both ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from guidelang.quantity.number import format_number
from guidelang.quantity.unit import Unit


@dataclass(frozen=True, slots=True)
class Affine:
    """factor * x + offset, exactly. The factor is never 0.

    Raises:
        ValueError: for a factor of 0.
    """

    factor: Fraction
    offset: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.factor == 0:
            raise ValueError("a change of unit with the factor 0 has no way back")

    def __call__(self, value: Fraction) -> Fraction:
        return self.factor * value + self.offset

    def inverse(self) -> Affine:
        """The way back."""
        return Affine(1 / self.factor, -self.offset / self.factor)

    def then(self, other: Affine) -> Affine:
        """First this map, then the other."""
        return Affine(self.factor * other.factor, other(self.offset))


IDENTITY = Affine(Fraction(1))


@dataclass(frozen=True, slots=True)
class AnalyteConversion:
    """What one analyte says of two of its units: value in `to` = map(value in `from_`). It holds both ways.

    `convert mmol/mol = 10.93 * % - 23.5` is from `%` to `mmol/mol` with the map 10.93 * x - 23.5; for equal amounts
    see `equal_amounts`.
    """

    from_: Unit
    to: Unit
    map: Affine


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two maps from one unit to another that are not the same.

    `between` says what disagrees: "clauses" are two conversions of the analyte, which is an error; "table" is one
    conversion with the unit table, whose map is `first`. The analyte's word wins, but it is probably a slip.
    """

    between: Literal["clauses", "table"]
    from_: Unit
    to: Unit
    first: Affine
    second: Affine

    def __str__(self) -> str:
        return f"{_told(self.first, self.from_, self.to)} and {_told(self.second, self.from_, self.to)}"


def equal_amounts(amounts: Sequence[tuple[Fraction, Unit]]) -> tuple[AnalyteConversion, ...]:
    """`1 mmol/L = 4.0078 mg/dL = 2 mEq/L`: all are equal amounts, so the first is related to each of the others.

    Raises:
        ValueError: for fewer than two amounts or one that is not above zero.
    """
    if len(amounts) < 2:
        raise ValueError("equal amounts are at least two")
    if any(count <= 0 for count, _ in amounts):
        raise ValueError("equal amounts are above zero")
    (first, unit), *others = amounts
    return tuple(AnalyteConversion(unit, other, Affine(count / first)) for count, other in others)


def conversion(from_: Unit, to: Unit) -> Affine | None:
    """The map by the unit table: scaling within one signature, and between temperature scales. Else None."""
    if from_.dimension != to.dimension:
        return None
    return Affine(from_.factor / to.factor, (from_.offset - to.offset) / to.factor)


def computed_factor(from_: Unit, to: Unit) -> Fraction | None:
    """For the units of two computed values: value in `to` = factor * value in `from_`, None if they do not compare.

    Equal dimensions are cancelled first, so mg/mg compares with a plain number and mg.dL/L with mg. Facts are never
    converted this way: it would take mg/g for a per cent. Temperature scales compare with themselves alone.
    """
    if from_.offset or to.offset:
        return Fraction(1) if conversion(from_, to) == IDENTITY else None
    return from_.factor / to.factor if from_.computed_dimension == to.computed_dimension else None


def analyte_conversion(from_: Unit, to: Unit, conversions: Sequence[AnalyteConversion]) -> Affine | None:
    """The exact map from one unit to another for one analyte, None if there is none.

    What the analyte says comes first: if its own conversions alone join two units, they hold, even where the table
    could scale. Then the table. Then the shortest path that mixes both: scaling to a unit that a conversion names,
    across it, and scaling out; among equally short ones, the analyte's earlier conversions.
    """
    return _analyte_conversion(from_, to, tuple(conversions))


@lru_cache(maxsize=4096)
def _analyte_conversion(from_: Unit, to: Unit, conversions: tuple[AnalyteConversion, ...]) -> Affine | None:
    if not conversions:
        return conversion(from_, to)
    paths = _Paths(conversions)
    return paths.step(from_, to) or paths.mixed(from_, to)


def contradictions(conversions: Sequence[AnalyteConversion]) -> tuple[Contradiction, ...]:
    """Conversions of one analyte that disagree with those before them, also by way of scaling, or with the table."""
    found: list[Contradiction] = []
    for place, each in enumerate(conversions):
        paths = _Paths(conversions[:place])
        by_table = conversion(each.from_, each.to)
        before = paths.own(each.from_, each.to)
        if before is None and by_table is None:
            before = paths.mixed(each.from_, each.to)
        if before is not None and before != each.map:
            found.append(Contradiction("clauses", each.from_, each.to, before, each.map))
        elif before is None and by_table is not None and by_table != each.map:
            found.append(Contradiction("table", each.from_, each.to, by_table, each.map))
    return tuple(found)


def _told(change: Affine, from_: Unit, to: Unit) -> str:
    if change.offset == 0:
        return f"1 {from_.code} = {format_number(change.factor)} {to.code}"
    sign = "-" if change.offset < 0 else "+"
    return f"{to.code} = {format_number(change.factor)} * {from_.code} {sign} {format_number(abs(change.offset))}"


class _Paths:
    """The units an analyte's conversions name, joined by them and by scaling."""

    def __init__(self, conversions: Sequence[AnalyteConversion]) -> None:
        self.edges = [(each.from_, each.to, each.map) for each in conversions]
        self.edges += [(each.to, each.from_, each.map.inverse()) for each in conversions]

    def own(self, from_: Unit, to: Unit) -> Affine | None:
        """The map by the analyte's conversions alone."""
        return self._search(from_, to, _same)

    def step(self, from_: Unit, to: Unit) -> Affine | None:
        """The analyte's own map, else the table's."""
        return self.own(from_, to) or conversion(from_, to)

    def mixed(self, from_: Unit, to: Unit) -> Affine | None:
        """The map along conversions of the analyte with scaling before, between and after them."""
        return self._search(from_, to, self.step)

    def _search(self, from_: Unit, to: Unit, join: Callable[[Unit, Unit], Affine | None]) -> Affine | None:
        """Breadth first, so the shortest path wins, and among these the earliest conversions."""
        reached = [from_]
        queue = deque([(from_, IDENTITY)])
        while queue:
            unit, so_far = queue.popleft()
            last = join(unit, to)
            if last is not None:
                return so_far.then(last)
            for start, end, declared in self.edges:
                first = join(unit, start) if end not in reached else None
                if first is not None:
                    reached.append(end)
                    queue.append((end, so_far.then(first).then(declared)))
        return None


def _same(a: Unit, b: Unit) -> Affine | None:
    return IDENTITY if a == b else None

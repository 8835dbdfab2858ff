"""What cells mean: the one-patient reader, asked once for each different cell of a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet, Reason
from guidelang.facts.table import as_given
from guidelang.quantity import Interval, from_number
from guidelang.run.columnar_table import Kind

MOST_KEPT = 200_000
"""Different cells of one column of which the meaning is kept from chunk to chunk."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one cell means.

    Attributes:
        value: a truth, a word, or the double of a number or day; None if unknown or told by no double.
        odd: the value is not told by `value`.
        reason: why the cell cannot be used, and `message` in words; None if it can, or says `unknown`.
    """

    value: bool | float | str | None
    odd: bool = False
    reason: str | None = None
    message: str | None = None


class CellReader:
    """Reads the cells of one key of a fact set for one fact."""

    def __init__(self, setting: Setting, key: str, unit: str | None, fact: str | None) -> None:
        facts = {} if fact is None else {fact: setting.network.facts[fact]}
        self._setting = replace(setting, network=replace(setting.network, facts=facts))
        self._key, self._unit, self._fact = key, unit, fact
        self._meanings: dict[object, Meaning] = {}

    def facts(self, cell: object) -> FactSet:
        """The fact set with this cell alone; None for an empty one."""
        content = {} if cell is None else {self._key: as_given(self._key, self._unit, cell)}
        return fact_set(self._setting, content, "", "")

    def meaning(self, cell: object) -> Meaning:
        """What the cell says about the fact."""
        facts = self.facts(cell)
        told = None if self._fact is None else facts.states[self._fact].value
        value, odd = _of_value(told)
        problem = next((problem for problem in facts.problems if problem.kind == "unusable"), None)
        if problem is None:
            return Meaning(value, odd)
        return Meaning(value, odd, (problem.reason or Reason.VALUE_ABSENT).value, problem.message)

    def meanings(self, cells: Iterable[object]) -> dict[object, Meaning]:
        """The meaning of each of these cells; what was read before is not read again."""
        if len(self._meanings) > MOST_KEPT:
            self._meanings.clear()
        kept = self._meanings
        found = {}
        for cell in cells:
            if cell not in kept:
                kept[cell] = self.meaning(cell)
            found[cell] = kept[cell]
        return found


def _of_value(value: Interval | bool | str | None) -> tuple[bool | float | str | None, bool]:
    if not isinstance(value, Interval):
        return value, False
    if not value.is_point:
        return None, True
    try:
        double = float(value.value)
    except OverflowError:
        return None, True
    return double, not _is_nearest(double, value.value)


def _is_nearest(double: float, number: Fraction) -> bool:
    """Whether the number is the shortest decimal of its double, so that the double tells it from every other."""
    return from_number(double)[0] == number


def kind_of(type_: str) -> Kind:
    """How a column holds the values of a fact of some type."""
    if type_ == "yes_no":
        return "truth"
    return "word" if type_ in {"choice", "text"} else "number"

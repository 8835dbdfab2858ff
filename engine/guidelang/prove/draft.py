"""A patient as somebody would write one down: a few facts, each with a value or a short history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Duration, less
from guidelang.network.ir import Network
from guidelang.quantity import format_number

Content: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value: a number, a word, yes or no; None is "asked, not known". `age`: how many days ago; None: now."""

    value: Fraction | str | bool | None
    age: int | None = None
    high: Fraction | None = None  # with `value` as the low end: two results of one time, and nobody knows which holds
    comparator: Literal["<", ">"] | None = None  # of a result outside what the laboratory measures
    ends: int | None = None  # of a course that began `age` days ago: how many days ago it ended


@dataclass(frozen=True, slots=True)
class Draft:
    """A patient in the making.

    Attributes:
        entries: by fact, newest first; numbers in the unit of `units`.
        months: the age in completed months, None if it is not known.
        person: `sex` and `deceased`.
    """

    as_of: dt.date
    entries: Mapping[str, tuple[Entry, ...]]
    units: Mapping[str, str | None]
    dates: frozenset[str] = frozenset()
    months: int | None = None
    person: Mapping[str, Entry] = field(default_factory=dict)

    def without(self, fact: str) -> Draft:
        return replace(self, entries={name: each for name, each in self.entries.items() if name != fact})

    def with_entries(self, fact: str, entries: tuple[Entry, ...]) -> Draft:
        return replace(self, entries={**self.entries, fact: entries})

    def content(self) -> Content:
        """The plain fact set."""
        written: dict[str, object] = {"patient": "witness"}
        if self.months is not None and self.months % 12 == 0:
            written["age"] = self.months // 12
        elif self.months is not None:
            born = less(self.as_of, Duration(self.months, "month"))
            written["birth_date"] = (born or dt.date.min).isoformat()
        for key, entry in self.person.items():
            written[key] = _plain(entry.value)
        for fact in sorted(self.entries):
            entries = self.entries[fact]
            if len(entries) == 1 and entries[0].age is None and entries[0].high is None:
                written[fact] = self._value(fact, entries[0].value, entries[0].comparator)
            else:
                written[fact] = [line for entry in entries for line in self._lines(fact, entry)]
        return written

    def _lines(self, fact: str, entry: Entry) -> list[dict[str, object]]:
        ends = (entry.value,) if entry.high is None else (entry.value, entry.high)
        line: dict[str, object] = {}
        if entry.age is not None:
            line["time" if entry.ends is None else "start"] = self._day(entry.age)
        if entry.ends is not None:
            line["end"] = self._day(entry.ends)
        return [{"value": self._value(fact, end, entry.comparator), **line} for end in ends]

    def _day(self, age: int) -> str:
        return (self.as_of - dt.timedelta(days=age)).isoformat()

    def _value(self, fact: str, value: Fraction | str | bool | None, comparator: Literal["<", ">"] | None) -> object:
        if isinstance(value, Fraction) and fact in self.dates:
            return dt.date.fromordinal(int(value)).isoformat()
        if isinstance(value, Fraction):
            number = f"{comparator or ''}{format_number(value)}"
            unit = self.units.get(fact)
            if unit:
                return f"{number} {unit}"
            return number if comparator else _as_number(number)
        return _plain(value)


def _plain(value: Fraction | str | bool | None) -> object:
    return "unknown" if value is None else value


def _as_number(text: str) -> object:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def units_of(networks: tuple[Network, ...]) -> dict[str, str | None]:
    """The unit in which a draft gives a fact: that of the first network that has it."""
    return {name: f.unit for network in reversed(networks) for name, f in network.facts.items()}

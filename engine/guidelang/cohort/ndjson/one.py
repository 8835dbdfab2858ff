"""One patient of an export, read as the one-patient reader does: from that patient's own lines, and what they name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guidelang.cohort.ndjson.export import File
from guidelang.facts.fhir import Pool, RecordReader
from guidelang.facts.fhir.bundle import reference_forms
from guidelang.facts.state import FactSet
from guidelang.terminology import RecordType

if TYPE_CHECKING:
    import polars as pl

KEY, OWNER, FILE, LINE = "key", "owner", "file", "line"


def hashed(names: pl.Series) -> pl.Series:
    """Names as numbers, which take less room; two names of one number are told apart when lines are read."""
    return names.hash(11)


@dataclass(slots=True)
class Lines:
    """Where each resource of an export stands.

    Attributes:
        files: those of the export.
        table: a row a resource: `key` of type and id, and `owner` of the patient's name, as `hashed` has them; file and
            line.
    """

    files: Sequence[File]
    table: pl.DataFrame
    _sorted: dict[str, pl.DataFrame] = field(default_factory=dict)

    def _by(self, column: str) -> pl.DataFrame:
        if column not in self._sorted:
            self._sorted[column] = self.table.filter(self.table[column].is_not_null()).sort(column, FILE, LINE)
        return self._sorted[column]

    def of_owner(self, name: str) -> Iterator[tuple[int, int]]:
        """File and line of each resource of a patient."""
        return _found(self._by(OWNER), OWNER, name)

    def of_key(self, key: str) -> Iterator[tuple[int, int]]:
        """File and line of each resource of a type and id (`Patient/p1`)."""
        return _found(self._by(KEY), KEY, key)

    def of_keys(self, keys: pl.Series) -> Iterator[tuple[int, int]]:
        """As `of_key`, for many at once."""
        wanted = hashed(keys).unique()
        yield from self.table.filter(self.table[KEY].is_in(wanted.implode())).select(FILE, LINE).iter_rows()

    def load(self, place: tuple[int, int]) -> Mapping[str, object]:
        return self.files[place[0]].object(place[1])

    def origin(self, place: tuple[int, int]) -> str:
        return f"{self.files[place[0]].path}:{place[1]}"


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Reads single patients of an export.

    Attributes:
        damaged: record types of which something could not be read, with the reason.
        has_patients: whether there is any Patient resource; else those count whom records name.
    """

    lines: Lines
    reader: RecordReader
    damaged: Mapping[RecordType, str]
    has_patients: bool

    def fact_set(self, name: str) -> FactSet:
        """The fact set of a patient. Raises GuidelineError if a file has changed."""
        pool = self._pool(name)
        located = None
        if self.has_patients:
            located = next(each for each in pool.resources if each.type == "Patient" and each.id == name)
        owned = pool.by_patient({name: located})[name]
        pool.damaged.clear()  # what others' records in it leave open is known better from the whole
        pool.damaged.update(self.damaged)
        return self.reader.patient(pool, name, located, owned)

    def _pool(self, name: str) -> Pool:
        """The resources of a patient, all versions of them, and those that they refer to."""
        own = {*self.lines.of_owner(name), *self.lines.of_key(f"Patient/{name}")}
        found = {place: self.lines.load(place) for place in own}
        named = {key for content in found.values() for key in _named(content)}
        for key in named:
            for place in self.lines.of_key(key):
                if place not in found:
                    found[place] = self.lines.load(place)
        pool = Pool()
        for place in sorted(found):
            pool.add(found[place], self.lines.origin(place))
        return pool


def _named(content: Mapping[str, object]) -> Iterator[str]:
    """What a resource is called, and what it refers to: `Patient/p1`."""
    yield f"{content.get('resourceType')}/{content.get('id')}"
    pending: list[object] = [content]
    while pending:
        each = pending.pop()
        if isinstance(each, Mapping):
            reference = each.get("reference")
            if isinstance(reference, str):
                yield reference_forms(reference.strip())[2]
            pending.extend(each.values())
        elif isinstance(each, list | tuple):
            pending.extend(each)


def _found(table: pl.DataFrame, column: str, word: str) -> Iterator[tuple[int, int]]:
    import polars as pl

    number = hashed(pl.Series([word], dtype=pl.String))[0]
    values = table[column]
    first = bisect_left(values, number)
    for index in range(first, len(values)):
        if values[index] != number:
            return
        yield table[FILE][index], table[LINE][index]

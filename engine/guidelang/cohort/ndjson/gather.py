"""From everything that an export says to the histories of its patients."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING

from guidelang.cohort.history import ROW, Histories
from guidelang.cohort.ndjson.one import FILE, KEY, LINE, OWNER, Lines, OneByOne, hashed
from guidelang.cohort.ndjson.read import PRESENT, ExportScan
from guidelang.cohort.ndjson.results import FACT, ODD, OPEN
from guidelang.cohort.ndjson.store import NAME
from guidelang.cohort.source import PATIENT, REJECTED
from guidelang.facts.complete import Declared
from guidelang.facts.fhir import Pool, RecordReader
from guidelang.facts.fhir.bundle import SUBJECTS
from guidelang.facts.state import NOT_THERE, Problem
from guidelang.network.graph import facts_of
from guidelang.network.ir import CurrentValue, FactDefinition, FactKnown, Holds, Network
from guidelang.terminology import RECORDS_OF, RecordType

if TYPE_CHECKING:
    import polars as pl

_CELLS = ("birth_date", "sex", "deceased")
_MOST_TOLD = 10_000
"""Lines of nobody that are told of one by one."""


@dataclass(slots=True)
class Export:
    """An export of which every line is read.

    Attributes:
        folder: where files are unpacked; it is there as long as somebody may ask for a patient.
        rejected: lines that could not be read or belong to nobody, with the columns of `source.REJECTED`.
        one: reads single patients.
    """

    scan: ExportScan
    complete: Declared
    folder: tempfile.TemporaryDirectory[str] | None = None
    one: OneByOne = field(init=False)
    rejected: pl.DataFrame = field(init=False)
    _twice: pl.Series = field(init=False)
    _strays: _Strays = field(init=False)

    def __post_init__(self) -> None:
        import polars as pl

        scan = self.scan
        table = pl.concat([_no_lines(), *scan.lines])
        self._strays = _strays(scan, Lines(scan.files, table))
        lines = Lines(scan.files, pl.concat([table, self._strays.lines()]))
        self._twice = _twice(table)
        damaged = {**self._strays.damaged, **scan.pool.damaged}
        reader = RecordReader.of(scan.setting, self.complete)
        self.one = OneByOne(lines, reader, damaged, bool(scan.people))
        self.rejected = _rejected(scan, lines, self._strays)

    def histories(self, most: int) -> Iterator[Histories]:
        """The histories of the patients, at most so many at a time; always in the same order."""
        for part in range(self.scan.store.parts):
            people = self._people(part)
            for start in range(0, len(people), most):
                yield self._histories(part, people.slice(start, most))

    def has(self, name: str) -> bool:
        """Whether there is a patient of that name."""
        return any(
            (frame[NAME] == name).any() for part in range(self.scan.store.parts) for frame in [self._people(part)]
        )

    def _people(self, part: int) -> pl.DataFrame:
        """Names, what is known of the persons, and of whom columns do not tell that; each once.

        Where no Patient is in the export, those count whom records name.
        """
        import polars as pl

        if self.scan.people:
            return self.scan.person(part).unique(NAME, keep="first", maintain_order=True)
        named = [frame.select(NAME) for frame in self.scan.store.get(PRESENT, part)]
        names = pl.concat([pl.DataFrame(schema={NAME: pl.String}), *named]).unique(maintain_order=True)
        blank = [pl.lit(None, pl.String).alias(each) for each in _CELLS]
        return names.with_columns(*blank, pl.lit(False).alias("odd"))

    def _histories(self, part: int, people: pl.DataFrame) -> Histories:
        import polars as pl

        scan = self.scan
        names = people[NAME]
        place = pl.DataFrame({NAME: names}).with_row_index(ROW)
        opened = self._open(part, place)
        twice = names.filter(hashed(names).is_in(self._twice.implode()))
        odd = [people.filter("odd").select(NAME), twice.to_frame(NAME), self._strays.names.to_frame(NAME)]
        odd += [*scan.store.get(ODD, part), *self._denied(part, opened)]
        read = partial(_read, complete=self.complete, damaged=self.one.damaged, present=self._presence(part, place))
        return Histories(
            patients=names.alias(PATIENT),
            person=people.select(_CELLS),
            results=self._results(part, place, opened),
            trusted=_trusted(scan.setting.network, read, opened.barred, len(names)),
            odd=pl.concat([each.join(place, on=NAME)[ROW] for each in odd]).unique().sort(),
            fact_set=lambda row: self.one.fact_set(names[row]),
            as_of=scan.setting.as_of,
        )

    def _results(self, part: int, place: pl.DataFrame, opened: _Open) -> dict[str, pl.DataFrame]:
        """The rows of each fact."""
        linked = any(keys.links for keys in self.scan.results.shapes.keys.values())
        encounters = self.one.lines.table[KEY] if linked else None
        facts = [key.removeprefix(FACT) for key in self.scan.store.keys(part) if key.startswith(FACT)]
        return {
            fact: _numbered([*self.scan.store.get(FACT + fact, part), *opened.results.get(fact, ())], place, encounters)
            for fact in dict.fromkeys((*facts, *opened.results))
        }

    def _presence(self, part: int, place: pl.DataFrame) -> dict[str, pl.Series]:
        """For each type of resource whether the patients have one."""
        import polars as pl

        found: dict[str, pl.Series] = {}
        for rows in self.scan.store.get(PRESENT, part):
            kind = str(rows["type"][0])
            there = found.get(kind, pl.repeat(False, len(place), dtype=pl.Boolean, eager=True))
            found[kind] = there.scatter(rows.join(place, on=NAME)[ROW], True)
        return found

    def _open(self, part: int, place: pl.DataFrame) -> _Open:
        import polars as pl

        found = _Open({}, {})
        asked = _asked_more(self.scan.setting.network)
        as_of = self.scan.setting.as_of.toordinal()
        future, older = pl.col("first") > as_of, pl.col("last") < pl.col("since")
        bearing = ~future.fill_null(False) & ~older.fill_null(False)
        for key in self.scan.store.keys(part):
            if not key.startswith(OPEN):
                continue
            fact = key.removeprefix(OPEN)
            frames = self.scan.store.get(key, part)
            if fact in asked:
                found.results[fact] = list(frames)
            else:
                rows = [frame.filter(bearing).select(NAME).unique().join(place, on=NAME)[ROW] for frame in frames]
                found.barred[fact] = pl.concat(rows).unique()
        return found

    def _denied(self, part: int, opened: _Open) -> Iterator[pl.DataFrame]:
        """Patients of whom it is recorded that a fact is not so: then a record of another code says nothing."""
        import polars as pl

        for fact in opened.results:
            for frame in self.scan.store.get(FACT + fact, part):
                yield frame.filter(~pl.col("value")).select(NAME)


@dataclass(frozen=True, slots=True)
class _Open:
    """Records of codes in no list, which may be of a fact all the same.

    Attributes:
        barred: by fact of which the current value is asked and nothing else, the rows of patients for whom such a
            record bars that absence means no.
        results: of other facts: results that are neither yes nor no.
    """

    barred: dict[str, pl.Series]
    results: dict[str, list[pl.DataFrame]]


def _no_lines() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={KEY: pl.UInt64, OWNER: pl.UInt64, FILE: pl.UInt16, LINE: pl.UInt32})


# ---- who there is ---------------------------------------------------------------------------------------------------


def _strays(scan: ExportScan, lines: Lines) -> _Strays:
    """Whose the resources are that name their patient in no ordinary way: each is looked at by itself."""
    pool = Pool()
    strays = {(file, line): lines.load((file, line)) for _, file, line in scan.strays}
    if any(map(_has_identifier, strays.values())):
        for part in range(scan.store.parts):
            for place in scan.person(part).select(FILE, LINE).iter_rows():
                pool.add(lines.load(place), lines.origin(place))
    places: dict[int, tuple[int, int]] = {}
    origins: dict[str, str] = {}
    for place, content in strays.items():
        before = len(pool.resources)
        pool.add(content, lines.origin(place))
        for each in pool.resources[before:]:
            places[id(each)] = place
            origins[each.source] = lines.origin(place)
    told = len(pool.problems)
    owned = pool.by_patient(pool.patients() if pool.has_patient else {})
    whose = [(name, places[id(each)]) for name, records in owned.items() for each in records]
    return _Strays(whose, pool.damaged, pool.problems[told:], origins)


def _has_identifier(content: Mapping[str, object]) -> bool:
    """Whether a resource names its patient by a business identifier."""
    subject = content.get(SUBJECTS[str(content["resourceType"])])
    return isinstance(subject, Mapping) and subject.get("identifier") is not None


@dataclass(frozen=True, slots=True)
class _Strays:
    """Resources that name their patient in no ordinary way: whose they are, and what is to be told of the others."""

    whose: list[tuple[str, tuple[int, int]]]
    damaged: Mapping[RecordType, str]
    problems: list[Problem]
    origins: Mapping[str, str]  # of the resources, by what problems call them

    def where(self, problem: Problem) -> str | None:
        """The place of a resource that is nobody's."""
        return self.origins.get(problem.resource or "")

    def lines(self) -> pl.DataFrame:
        """Where those lie that are somebody's."""
        import polars as pl

        owners = hashed(pl.Series([name for name, _ in self.whose], dtype=pl.String))
        rows = [(None, owner, *place) for owner, (_, place) in zip(owners, self.whose, strict=True)]
        return pl.DataFrame(rows, schema=_no_lines().schema, orient="row")

    @property
    def names(self) -> pl.Series:
        import polars as pl

        return pl.Series(NAME, [name for name, _ in self.whose], dtype=pl.String)


# ---- what there is of them ------------------------------------------------------------------------------------------


def _asked_more(network: Network) -> set[str]:
    """The facts of which more is asked than their current value."""
    nodes = [node for node in network.nodes.values() if not isinstance(node, Holds | CurrentValue | FactKnown)]
    return {fact for node in nodes for fact in facts_of(node)}


def _trusted(
    network: Network, read: Callable[[RecordType], bool | pl.Series], opened: Mapping[str, pl.Series], count: int
) -> dict[str, bool | pl.Series]:
    """Whether absence means no, by fact, as `facts.entry.obstacles_to_absence` says it of one patient."""
    import polars as pl

    found: dict[str, bool | pl.Series] = {}
    for name, definition in network.facts.items():
        if not definition.absent_means_no or definition.patient_field is not None:
            continue
        trusted: bool | pl.Series = bool(definition.readings)
        for record in _types(definition):
            there = read(record)
            if trusted is False or there is True:
                continue
            trusted = there if trusted is True or there is False else trusted & there
        if trusted is not False and name in opened:
            column = pl.repeat(True, count, dtype=pl.Boolean, eager=True) if trusted is True else trusted
            trusted = column.clone().scatter(opened[name], False)
        found[name] = trusted
    return found


def _types(definition: FactDefinition) -> set[RecordType]:
    return {
        reading.record
        for reading in definition.readings
        if reading.codes or reading.any_code or not reading.list_is_parameter
    }


def _read(
    record: RecordType, complete: Declared, damaged: Mapping[RecordType, str], present: Mapping[str, pl.Series]
) -> bool | pl.Series:
    """For whom all records of a type were there to be read."""
    if record in damaged:
        return False
    if record in complete.record_types:
        return True
    columns = [present[fhir] for fhir in SUBJECTS if record in RECORDS_OF[fhir] and fhir in present]
    return reduce(or_, columns) if columns else False


def _numbered(frames: list[pl.DataFrame], place: pl.DataFrame, encounters: pl.Series | None) -> pl.DataFrame:
    """The rows of a fact with the number of their patient; those of nobody are left out."""
    import polars as pl

    rows = pl.concat(frames, how="diagonal").join(place, on=NAME).drop(NAME)
    if encounters is not None and "encounter" in rows.columns:
        there = hashed(rows["encounter"]).is_in(encounters.implode())
        told = pl.when(there).then(pl.col("encounter")).otherwise(pl.concat_str(pl.lit(NOT_THERE), "encounter"))
        rows = rows.with_columns(told.alias("encounter"))
    return rows


# ---- what could not be used -----------------------------------------------------------------------------------------


def _twice(lines: pl.DataFrame) -> pl.Series:
    """Owners of resources that are in the export twice, as another version or word for word; as numbers."""
    keys = lines[KEY].drop_nulls().sort()
    several = keys.filter(keys == keys.shift()).unique()
    return lines.filter(lines[KEY].is_in(several.implode()))[OWNER].drop_nulls().unique()


def _rejected(scan: ExportScan, lines: Lines, strays: _Strays) -> pl.DataFrame:
    """Lines that could not be read or that belong to nobody: where they stand, and why."""
    import polars as pl

    told = [*scan.pool.problems, *strays.problems]
    rows: list[tuple[str | None, str, str]] = [
        (strays.where(each) or each.resource, "cannot be read" if each.kind == "unusable" else _NOBODY, each.message)
        for each in told
    ]
    rows += [(lines.origin(place), "no patient", "a Patient without an id; it is left out") for place in scan.unnamed]
    if scan.people:
        known = pl.concat(scan.people)
        owned = lines.table.filter(pl.col(OWNER).is_not_null())
        others = owned.filter(~owned[OWNER].is_in(known.implode()))
        for place in others.select(FILE, LINE).head(_MOST_TOLD).iter_rows():
            rows.append((lines.origin(place), _NOBODY, "it belongs to no patient of the export; it is not used"))
        if len(others) > _MOST_TOLD:
            more = f"{len(others) - _MOST_TOLD} more lines belong to no patient of the export; they are not used"
            rows.append((None, _NOBODY, more))
    made = pl.DataFrame(rows, schema=dict.fromkeys(("where", "reason", "message"), pl.String), orient="row")
    empty = pl.DataFrame(schema=dict.fromkeys(REJECTED, pl.String))
    return pl.concat([empty, made], how="diagonal").select(REJECTED)


_NOBODY = "no patient"

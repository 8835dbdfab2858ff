"""From everything that an export says to the histories of its patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING

from guidelang.cohort.history import ROW, Histories
from guidelang.cohort.ndjson.moments import FIELDS
from guidelang.cohort.ndjson.one import FILE, KEY, LINE, OWNER, Lines, OneByOne, hashed
from guidelang.cohort.ndjson.read import ExportScan
from guidelang.cohort.ndjson.results import NAME
from guidelang.facts.complete import Declared
from guidelang.facts.fhir import Pool, RecordReader
from guidelang.facts.fhir.bundle import SUBJECTS
from guidelang.facts.state import NOT_THERE, Problem
from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import relations_of
from guidelang.network.ir import Aggregate, EventDay, FactDefinition, FactStale, LastN, Network
from guidelang.terminology import RECORDS_OF, RecordType

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Gathered:
    """The histories of an export, and what of it could not be used.

    Attributes:
        rejected: lines that could not be read or belong to nobody: where, reason, message.
        lines: how many there were, those rejected included.
    """

    histories: Histories
    rejected: pl.DataFrame
    lines: int


def gathered(scan: ExportScan, complete: Declared) -> Gathered:
    """What an export holds, once all of it is read."""
    import polars as pl

    table = pl.concat(scan.lines) if scan.lines else _no_lines()
    names, person, odd_persons = _patients(scan)
    place = pl.DataFrame({NAME: names}).with_row_index(ROW)
    strays = _strays(scan, Lines(scan.files, table), names)
    lines = Lines(scan.files, pl.concat([table, strays.lines()]))
    odd = [*scan.results.odd, odd_persons, strays.names, _twice(table, names)]
    damaged = {**strays.damaged, **scan.pool.damaged}
    read = partial(_read, complete=complete, damaged=damaged, present=_presence(scan, place))
    opened = _left_open(scan, place)
    odd += _denied(scan, opened)
    rows = pl.concat([each.rename(NAME).to_frame().join(place, on=NAME)[ROW] for each in odd]).unique().sort()
    linked = any(keys.links for keys in scan.results.shapes.keys.values())
    encounters = lines.table[KEY].drop_nulls() if linked else None
    reader = RecordReader.of(scan.setting, complete)
    one = OneByOne(lines, reader, damaged, bool(scan.people))
    histories = Histories(
        patients=names.alias("patient"),
        person=person,
        results={fact: _numbered(frames, place, encounters) for fact, frames in _with_open(scan, opened).items()},
        trusted=_trusted(scan.setting.network, read, opened.barred, len(names)),
        odd=rows,
        fact_set=lambda row: one.fact_set(names[row]),
        as_of=scan.setting.as_of,
    )
    return Gathered(histories, _rejected(scan, lines, strays, names), scan.read)


def _no_lines() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={KEY: pl.UInt64, OWNER: pl.UInt64, FILE: pl.UInt16, LINE: pl.UInt32})


_CELLS = ("birth_date", "sex", "deceased")

# ---- who there is ---------------------------------------------------------------------------------------------------


def _patients(scan: ExportScan) -> tuple[pl.Series, pl.DataFrame, pl.Series]:
    """The names, what is known of the persons, and the names of those of whom it is not told in columns.

    Where no Patient is in the export, those count whom records name.
    """
    import polars as pl

    people = scan.person()
    odd = people.filter("odd")[NAME]
    if len(people):
        people = people.unique(NAME, keep="first", maintain_order=True)
        return people[NAME], people.select(_CELLS), odd
    names = pl.concat([each[NAME] for each in scan.present]) if scan.present else pl.Series(NAME, [], pl.String)
    names = names.unique(maintain_order=True)
    blank = pl.DataFrame(schema=dict.fromkeys(_CELLS, pl.String))
    return names, pl.concat([names.to_frame(), blank], how="diagonal").select(_CELLS), odd


def _strays(scan: ExportScan, lines: Lines, names: pl.Series) -> _Strays:
    """Whose the resources are that name their patient in no ordinary way: each is looked at by itself."""
    import polars as pl

    pool = Pool()
    strays = {(file, line): lines.load((file, line)) for _, file, line in scan.strays}
    if any(map(_has_identifier, strays.values())):
        for place in lines.of_keys(pl.select(pl.concat_str(pl.lit("Patient/"), names)).to_series()):
            pool.add(lines.load(place), lines.origin(place))
    places: dict[int, tuple[int, int]] = {}
    for (file, line), content in strays.items():
        before = len(pool.resources)
        pool.add(content, lines.origin((file, line)))
        places.update({id(each): (file, line) for each in pool.resources[before:]})
    told = len(pool.problems)
    there = pool.patients() if scan.people and pool.has_patient else dict.fromkeys(names)
    owned = pool.by_patient(there)
    whose = [(name, places[id(each)]) for name, records in owned.items() for each in records]
    return _Strays(whose, pool.damaged, pool.problems[told:])


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


def _twice(lines: pl.DataFrame, names: pl.Series) -> pl.Series:
    """The patients with a resource that is in the export twice, as another version or word for word."""
    known = lines.filter(lines[KEY].is_not_null())
    owners = known.filter(known[KEY].is_duplicated())[OWNER].drop_nulls().unique()
    return names.filter(hashed(names).is_in(owners.implode()))


# ---- what there is of them ------------------------------------------------------------------------------------------


def _presence(scan: ExportScan, place: pl.DataFrame) -> dict[str, pl.Series]:
    """For each type of resource whether the patients have one."""
    import polars as pl

    found: dict[str, pl.Series] = {}
    if not scan.present:
        return found
    by_type = pl.concat(scan.present).join(place, on=NAME).partition_by("type", as_dict=True)
    for (kind,), rows in by_type.items():
        there = pl.repeat(False, len(place), dtype=pl.Boolean, eager=True)
        found[str(kind)] = there.scatter(rows[ROW].unique(), True)
    return found


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


def _left_open(scan: ExportScan, place: pl.DataFrame) -> _Open:
    import polars as pl

    found = _Open({}, {})
    asked = _asked_more(scan.setting.network)
    as_of = scan.setting.as_of.toordinal()
    future, older = pl.col("first") > as_of, pl.col("last") < pl.col("since")
    bearing = ~future.fill_null(False) & ~older.fill_null(False)
    for fact, frames in scan.results.open.items():
        if fact in asked:
            found.results[fact] = frames
            continue
        rows = [frame.filter(bearing).select(NAME).unique() for frame in frames]
        found.barred[fact] = pl.concat(rows).join(place, on=NAME)[ROW].unique()
    return found


def _with_open(scan: ExportScan, opened: _Open) -> dict[str, list[pl.DataFrame]]:
    facts = (*scan.results.facts, *opened.results)
    return {fact: [*scan.results.facts.get(fact, ()), *opened.results.get(fact, ())] for fact in facts}


def _denied(scan: ExportScan, opened: _Open) -> list[pl.Series]:
    """Patients of whom it is recorded that a fact is not so: then a record of another code says nothing."""
    import polars as pl

    return [
        frame.filter(~pl.col("value"))[NAME] for fact in opened.results for frame in scan.results.facts.get(fact, ())
    ]


def _asked_more(network: Network) -> set[str]:
    """The facts of which more is asked than their current value."""
    found: set[str] = set()
    for node in network.nodes.values():
        if isinstance(node, Aggregate | EventDay | LastN | FactStale | Occurs | Lasting):
            found.add(node.fact)
        found.update(relation.fact for relation in relations_of(node))
    return found


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

    rows = pl.concat(frames).join(place, on=NAME).drop(NAME)
    if encounters is not None:
        there = hashed(rows["encounter"]).is_in(encounters.implode())
        told = pl.when(there).then(pl.col("encounter")).otherwise(pl.concat_str(pl.lit(NOT_THERE), "encounter"))
        rows = rows.with_columns(told.alias("encounter"))
    unused = [name for name in _MAY_BE_LEFT_OUT if name in rows.columns and rows[name].null_count() == len(rows)]
    return rows.select(ROW, pl.exclude(ROW, *unused))


_MAY_BE_LEFT_OUT = (
    *("unit", "comparator", "course", "encounter"),
    *(f"{what}_{name}" for what in ("begins", "ends") for name in FIELDS),
)


# ---- what could not be used -----------------------------------------------------------------------------------------


def _rejected(scan: ExportScan, lines: Lines, strays: _Strays, names: pl.Series) -> pl.DataFrame:
    """Lines that could not be read or that belong to nobody: where they stand, and why."""
    import polars as pl

    told = [*scan.pool.problems, *strays.problems]
    rows: list[tuple[str | None, str]] = [(each.resource, each.message) for each in told if each.kind != "note"]
    known = hashed(names)
    owned = lines.table.filter(pl.col(OWNER).is_not_null())
    others = owned.filter(~owned[OWNER].is_in(known.implode()))
    for file, line in others.select(FILE, LINE).head(_MOST_TOLD).iter_rows():
        where = lines.origin((file, line))
        rows.append((where, f"{where}: it belongs to no patient of the export; it is not used"))
    if len(others) > _MOST_TOLD:
        rows.append((None, f"{len(others) - _MOST_TOLD} more lines belong to no patient of the export"))
    return pl.DataFrame(rows, schema={"where": pl.String, "message": pl.String}, orient="row")


_MOST_TOLD = 10_000

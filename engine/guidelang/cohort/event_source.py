"""Tables of events as a source: the rows of some patients at a time, as histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.cohort.event_codes import CodesOfTables, codes_of, told_unknown
from guidelang.cohort.event_files import FACT, PERSON, WHERE, EventFiles, open_events
from guidelang.cohort.event_rows import EventRows, histories_of
from guidelang.cohort.history_table import chunk_of
from guidelang.cohort.source import CHUNK, PATIENT, REJECTED, Chunk
from guidelang.cohort.wide import unreadable
from guidelang.diagnostics import Diagnostic, GuidelineError, Report, Severity, did_you_mean
from guidelang.facts.complete import Declared
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

ROWS = 2_000_000
"""Rows that are read together, about: what lies between rows and outcomes then takes a few hundred megabytes."""


@dataclass(frozen=True, slots=True)
class EventSource:
    """One row a result (see `source.Source`). Patients come in the order of their names.

    Attributes:
        names: of all patients, sorted.
        persons: the table of the patients.
        trusted: the facts of which no row means that there is none: those that some row is about, and those declared.
        told: what is worth a word.
        codes: what the codes of the tables mean, where they say by codes what their rows are about.
    """

    setting: Setting
    files: EventFiles
    names: pl.Series
    persons: pl.DataFrame
    trusted: frozenset[str]
    told: tuple[str, ...]
    chunk: int
    codes: CodesOfTables | None = None
    unit: str = "patients"

    @property
    def name(self) -> str:
        return str(self.files.path)

    @property
    def size(self) -> int:
        return len(self.names)

    @property
    def notes(self) -> tuple[str, ...]:
        return self.told

    def fingerprint(self) -> str:
        return f"{self.files.fingerprint()} {self.chunk}"

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        for start in range(after * self.chunk, max(self.size, 1), self.chunk):
            names = self.names.slice(start, self.chunk)
            rows, unnamed = self._rows(names, first=start == 0)
            yield event_chunk(self.setting, rows, unnamed, start + len(names))

    def fact_set(self, patient: str) -> FactSet | None:
        import polars as pl

        if not (self.names == patient).any():
            return None
        rows, _ = self._rows(pl.Series(PATIENT, [patient]), first=False)
        return histories_of(self.setting, rows).fact_set(0)

    def _rows(self, names: pl.Series, *, first: bool) -> tuple[EventRows, pl.DataFrame]:
        """The rows of some patients, who follow each other; with the first of them those that name nobody."""
        import polars as pl

        who = pl.col(PATIENT).cast(pl.String)
        among = who.is_between(pl.lit(names.min()), pl.lit(names.max())) if len(names) else pl.lit(False)
        wanted = among | who.is_null() if first else among
        try:
            events = self.files.scan().filter(wanted).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise GuidelineError([unreadable(self.files.path, error)]) from error
        return rows_of(events, names, self.persons, self.trusted, self.codes)


def rows_of(
    events: pl.DataFrame,
    names: pl.Series,
    persons: pl.DataFrame,
    trusted: frozenset[str],
    codes: CodesOfTables | None = None,
) -> tuple[EventRows, pl.DataFrame]:
    """The rows of patients, and what is told of rows that name nobody or no fact.

    Args:
        events: cells, as `event_files` has them; rows of others are left out.
        names: of the patients, sorted.
        persons: the table of the patients, of these and others.
    """
    import polars as pl

    events = events.with_columns(pl.col(PATIENT, FACT).cast(pl.String))
    if codes is not None:
        events = codes.resolved(events)
    index = names.to_frame(PATIENT).with_row_index("row")
    owned = _owned(events, index)
    known = index.join(persons, on=PATIENT, how="left", maintain_order="left")
    meanings = () if codes is None else codes.meanings
    rows = EventRows(owned.drop(PATIENT), names, known.select(PERSON), trusted, meanings)
    return rows, pl.concat([_without(events, PATIENT), _without(owned, FACT)])


def event_chunk(setting: Setting, rows: EventRows, unnamed: pl.DataFrame, reached: int) -> Chunk:
    """The chunk of patients of whom these are the rows."""
    made = chunk_of(setting.network, histories_of(setting, rows), reached)
    return Chunk(made.names, made.table, _joined(made.rejected, unnamed), 0, made.fact_set, made.odd, made.reached)


def _owned(events: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """The rows of the patients of an index, with the place of each in it; of a table that is sorted, run by run."""
    import polars as pl

    if events[PATIENT].null_count() or not events[PATIENT].is_sorted():
        return events.join(index, on=PATIENT, how="inner")
    runs = events[PATIENT].rle().struct.unnest()
    places = runs.join(index, left_on="value", right_on=PATIENT, how="left", maintain_order="left")["row"]
    rows = events.with_columns(places.gather(events[PATIENT].rle_id()))
    return rows.filter(pl.col("row").is_not_null()) if places.null_count() else rows


def open_event_source(
    path: Path, setting: Setting, complete: Declared, report: Report, *, rows: int = ROWS
) -> EventSource | None:
    """Tables of events; None, and errors in the report, if they cannot be read or have a patient twice."""
    import polars as pl

    files = open_events(path, report)
    if files is None:
        return None
    who = pl.col(PATIENT).cast(pl.String)
    try:
        scan = files.scan()
        names, facts = pl.collect_all(
            [scan.select(who.unique()), scan.select(pl.col(FACT).cast(pl.String).unique())], engine="streaming"
        )
        persons = files.persons()
    except (OSError, pl.exceptions.PolarsError) as error:
        report.add(unreadable(path, error))
        return None
    owners = persons[PATIENT].drop_nulls()
    if (twice := owners.filter(owners.is_duplicated()).unique().sort()).len():
        assert files.people is not None
        report.add(persons_twice(twice.to_list(), len(twice), str(files.people.path)))
        return None
    codes = codes_of(files, setting) if files.coded else None
    everybody = pl.concat([names[PATIENT].drop_nulls(), owners]).unique().sort()
    about = set(facts[FACT].drop_nulls())
    if codes is not None:
        about |= codes.about
        told_unknown(codes, path, report)
    trusted = trusted_facts(about, setting, path, complete, report)
    chunk = max(1, min(CHUNK, rows * max(len(everybody), 1) // max(files.rows, 1)))
    return EventSource(setting, files, everybody, persons, trusted, event_notes(setting, trusted), chunk, codes)


def trusted_facts(about: set[str], setting: Setting, path: Path, complete: Declared, report: Report) -> frozenset[str]:
    """The facts of which no row means that there is none: those that some row is `about`, and those declared."""
    _unknown(about, setting, path, report)
    own = {name: fact for name, fact in setting.network.facts.items() if fact.patient_field is None}
    return frozenset(name for name, fact in own.items() if name in about or complete.covers(fact))


def persons_twice(named: list[str], count: int, file: str) -> Diagnostic:
    """The error of a table of patients that has so many of them more than once, these among them."""
    listed = ", ".join(f"`{name}`" for name in named[:5])
    more = f" and {count - 5} more" if count > 5 else ""
    message = f"a table of patients has one row a patient; {listed}{more} have several"
    return Diagnostic("G622", Severity.ERROR, message, file=file)


def _unknown(about: set[str], setting: Setting, path: Path, report: Report) -> None:
    """Tells of facts that the guideline does not know; a site's table may well hold more than it asks for."""
    network = setting.network
    unknown = about.difference(network.facts, network.unused_facts)
    for name in sorted(unknown):
        suggestion = did_you_mean(name, list(network.facts))
        if suggestion is not None:
            message = f"`{name}` is no fact of the guideline, and its rows are not read"
            report.warning("G623", message, suggestion=suggestion, file=str(path))
    for name in sorted(about.intersection(network.facts)):
        if network.facts[name].patient_field is not None:
            message = f"`{name}` is read from the table of patients, and its rows are not read"
            report.warning("G623", message, file=str(path))


def event_notes(setting: Setting, trusted: frozenset[str]) -> tuple[str, ...]:
    """What is worth a word about facts that no row is about."""
    missing = sorted(
        name for name, fact in setting.network.facts.items() if fact.patient_field is None and name not in trusted
    )
    if not missing:
        return ()
    listed = ", ".join(f"`{name}`" for name in missing)
    return (f"no row is about {listed}; where the input has all of them, --complete says that there are none",)


def _without(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """What is told of rows without a patient or a fact."""
    import polars as pl

    lacking = rows.filter(pl.col(column).is_null())
    where = pl.col(WHERE) if rows.schema[WHERE] == pl.String else pl.format("row {}", WHERE)
    value = pl.col("value").cast(pl.String) if "value" in rows.columns else pl.lit(None, pl.String)
    return lacking.select(
        pl.col(PATIENT).cast(pl.String),
        where.alias(WHERE),
        pl.col(FACT).cast(pl.String),
        value.alias("value"),
        pl.lit(None, pl.String).alias("unit"),
        pl.lit(f"no {column}").alias("reason"),
        pl.lit(f"the row names no {column} and is left out").alias("message"),
    )


def _joined(rejected: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return pl.concat([rejected, more.select(REJECTED)])

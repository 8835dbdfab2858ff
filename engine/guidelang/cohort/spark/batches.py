"""The rows of one task as a source of chunks (see `source.Source`), on whichever machine the task runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guidelang.cohort.event_files import PERSON, WHERE, cells, person_texts
from guidelang.cohort.event_source import ROWS, event_chunk, event_notes, persons_twice, rows_of
from guidelang.cohort.source import CHUNK, PATIENT, Chunk
from guidelang.cohort.wide import WideFile
from guidelang.cohort.wide_source import WideSource
from guidelang.diagnostics import GuidelineError
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet

if TYPE_CHECKING:
    import polars as pl

FILE = "guidelang:file"
"""The column with the name of the file that a row is of, where there are several."""

NUMBER = "guidelang:row"
"""The column with the number of the row in its file, from 1."""

IS_PERSON = "guidelang:person"
"""The column that tells rows of the table of the patients from those of the events."""

PERSON_CELL = "person:"
"""What the columns of the table of the patients begin with, beside those of the events."""


@dataclass(frozen=True, slots=True)
class Batches:
    """What rows of a task have in common, whatever they are of.

    Attributes:
        several: the input has several files, so that a row is told with the name of its own.
        frames: the rows; none of them on the driver, which hands these sources out.
    """

    several: bool
    frames: Iterable[pl.DataFrame] = ()
    size: int = 0
    unit: str = "patients"

    def fingerprint(self) -> str:
        return ""

    def fact_set(self, patient: str) -> FactSet | None:
        """Of whom there are no rows here: the one-patient reader reads the input."""
        del patient
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class WideBatches(Batches):
    """Rows of a table with one row a patient."""

    source: WideSource

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def notes(self) -> tuple[str, ...]:
        return self.source.notes

    def of(self, frames: Iterable[pl.DataFrame]) -> WideBatches:
        return replace(self, frames=frames, source=replace(self.source, _readers={}))

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        import polars as pl

        del after  # a task begins anew
        file, wanted = self.source.file, self.source.file.wanted(self.source.keys)
        place = pl.format("{} of {}", NUMBER, FILE) if self.several else pl.col(NUMBER)
        reached = 0
        for frame in _gathered(self.frames):
            reached += len(frame)
            yield self.source.chunk_of(file.read(frame, wanted, place, reached))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBatches(Batches):
    """Rows of tables of events and of the table of the patients, all rows of a patient in one task and together.

    Attributes:
        path: of the input.
        trusted: as in `event_source.EventSource`.
    """

    setting: Setting
    path: str
    events: WideFile
    people: WideFile | None
    trusted: frozenset[str]

    @property
    def name(self) -> str:
        return self.path

    @property
    def notes(self) -> tuple[str, ...]:
        return event_notes(self.setting, self.trusted)

    def of(self, frames: Iterable[pl.DataFrame]) -> EventBatches:
        return replace(self, frames=frames)

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        import polars as pl

        del after  # a task begins anew
        reached = 0
        for frame in _whole_patients(self.frames, self.events.written[PATIENT], ROWS):
            is_person = pl.col(IS_PERSON)
            events = self._events(frame.filter(~is_person))
            persons = self._persons(frame.filter(is_person))
            names = pl.concat([events[PATIENT], persons[PATIENT]]).drop_nulls().unique().sort()
            reached += len(names)
            yield event_chunk(self.setting, *rows_of(events, names, persons, self.trusted), reached)

    def _events(self, rows: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        place = pl.format("{}: row {}", FILE, NUMBER) if self.several else pl.col(NUMBER)
        return cells(rows.lazy().with_columns(place.alias(WHERE)), self.events, None).collect()

    def _persons(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The persons, of whom each is there once. Raises GuidelineError."""
        import polars as pl

        if self.people is None:
            return pl.DataFrame(schema={WHERE: pl.UInt32, **dict.fromkeys((PATIENT, *PERSON), pl.String)})
        own = {name: PERSON_CELL + name for name in self.people.written.values()}
        own[self.people.written[PATIENT]] = self.events.written[PATIENT]
        frame = rows.select(pl.col(NUMBER).alias(WHERE), *(pl.col(name).alias(key) for key, name in own.items()))
        persons = person_texts(cells(frame.lazy(), self.people, None, PERSON).collect())
        owners = persons[PATIENT].drop_nulls()
        if (twice := owners.filter(owners.is_duplicated()).unique().sort()).len():
            raise GuidelineError([persons_twice(twice.to_list(), len(twice), str(self.people.path))])
        return persons


def _gathered(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The rows in frames of about `CHUNK`: batches are smaller than what pays in columns."""
    import polars as pl

    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(map(len, held)) >= CHUNK:
            yield pl.concat(held)
            held = []
    if held:
        yield pl.concat(held)


def _whole_patients(frames: Iterable[pl.DataFrame], patient: str, rows: int) -> Iterator[pl.DataFrame]:
    """The rows, sorted by patient, in frames of about so many rows that end where a patient does."""
    import polars as pl

    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(map(len, held)) < rows:
            continue
        whole = pl.concat(held)
        names = whole[patient]
        begins = names.eq_missing(pl.Series([names[-1]], dtype=names.dtype)).arg_max() or 0
        held = [whole[begins:]]
        if begins:
            yield whole[:begins]
    if held:
        yield pl.concat(held)

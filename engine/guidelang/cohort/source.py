"""What an input of a cohort is: something that hands over its patients in chunks, each as a table of facts.

A wide file, a folder of events and a folder of FHIR records differ in how they make that table, and in nothing after
it. The run takes one chunk at a time, so no more than a few of them are in memory, however large the input is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from guidelang.facts.state import FactSet
from guidelang.run.columnar_table import FactTable

if TYPE_CHECKING:
    import polars as pl

PATIENT = "patient"
REJECTED = (PATIENT, "where", "fact", "value", "unit", "reason", "message")
"""The columns of what could not be used, all of them texts: whose, where it stands, what it is, and why."""

CHUNK = 262_144
"""Patients that are settled together: enough that columns pay, few enough that what lies between stays small."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of the patients of an input.

    Attributes:
        names: how the patients are called, in the order of the table: texts, none of them NULL. One name in two chunks
            is found by the run, and ends it with G622.
        table: the facts of these patients.
        rejected: what could not be used, with the columns `REJECTED`; may be empty.
        left_out: patients read that are in no row of the table, each told of in `rejected` (a row that names nobody).
        fact_set: reads one patient, by row, as the one-patient reader does.
        odd: rows that the columns do not tell surely, ascending; they are evaluated one by one from `fact_set`, and
            what the table has of them is of no account. None: there are none.
        reached: how far in the input the chunk ends, in the source's `unit`.
        cells_tell_why: whether the cells of the table tell why a fact is unknown. Else, who asks why reads those one by
            one who are undecided in anything.
    """

    names: pl.Series
    table: FactTable
    rejected: pl.DataFrame
    left_out: int
    fact_set: Callable[[int], FactSet]
    odd: pl.Series | None
    reached: int
    cells_tell_why: bool = False


class Source(Protocol):
    """An input, opened and checked as far as that can be done without reading its patients.

    A source says the same chunks in the same order each time that it is asked, as long as the input does not change.
    Whatever is found wrong while chunks are read is raised as `GuidelineError`, with the file and the place.
    """

    @property
    def name(self) -> str:
        """What messages and `run.json` call the input."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth a word about the input as a whole."""

    @property
    def size(self) -> int:
        """How long the input is, in `unit`, for who waits; 0 where nobody knows."""

    @property
    def unit(self) -> str:
        """What `size` and `Chunk.reached` count: "patients", "bytes"."""

    def fingerprint(self) -> str:
        """A text that is another one for another input; what was read of an input that has changed is not kept."""

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        """The chunks, without the first `after` of them.

        Raises:
            GuidelineError: the input cannot be read.
        """

    def fact_set(self, patient: str) -> FactSet | None:
        """The facts of one patient, as the one-patient reader has them; None if there is nobody of that name.

        Raises:
            GuidelineError: the input cannot be read.
        """

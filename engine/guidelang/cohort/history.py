"""What a source of histories hands over for a chunk of patients: one frame a fact, one row a result.

Tables of events and folders of FHIR records are read into this form; `cohort.current` finds current values in it, and
`run.columnar_events` answers questions about events. A source says surely what it says: whatever a patient's record
has that the columns below do not express makes that patient *odd*, and the one-patient reader reads him or her. So the
columns need not express everything, only what is ordinary.

A row of a frame is one result of the fact that counts (its status does, all filters hold, its code is one of the
fact's). Rows that surely do not count are left out. A row of which it is open whether it counts, or whether its code
is one of the fact's, makes its patient odd; so does a time that is given and cannot be read, and a record that
contradicts itself (an end before the beginning).

Columns of the frames, by name. Those marked * may be left out where all of their cells would be NULL or false.

    row              UInt32   place of the patient in the chunk, from 0
    value            what was found; NULL where the result counts and its value is of no use (absent, in words that mean
                     nothing to the fact, a choice that is none of the fact's)
                     quantity, number   Float64: the number as the record has it, of at most 15 digits, in `unit`; it
                                        stands for its shortest decimal. Conversion and plausibility are not the
                                        source's business
                     yes_no             Boolean; false is a negative that the record asserts
                     choice, text       String: the fact's own word for it
                     date               Int32: a whole day; a part of one makes the patient odd
    unit           * String   of a quantity or number: as the record has it; NULL if it gives none
    comparator     * String   of a quantity or number: `<`, `<=`, `>` or `>=`
    first, last      Int32    days that the result may lie on, as the record writes them; both NULL: it is current at
                              the evaluation day (what goes on, too). They differ where the record gives a month or year
    earliest, latest Int64    the same as instants, in microseconds since 1970-01-01T00:00Z; NULL where `first` is
    timed          * Boolean  the record gives a time of day
    since          * Int32    first day of the window that the reading has which found it; NULL for none. Without the
                              column, the fact's own window holds for all rows
    standing       * Boolean  it stands beside others (a diagnosis, an order, a procedure), where of measurements the
                              newest is current. Heeded for facts of yes or no
    corrected      * Boolean  its status is `corrected`, so that it beats a final or amended one of the same time.
                              Another version of the same record makes the patient odd
    course         * String   `dated`, `running` or `unknown`, as in `facts.state.Course`; NULL: it has one time
    begins_first, begins_last * Int32, begins_earliest, begins_latest * Int64, begins_timed * Boolean
                              when the course began; NULL where the record does not say
    ends_first, ends_last *, ends_earliest, ends_latest *, ends_timed *
                              when a `dated` course ended
    encounter      * String   as `facts.state.Result.encounter`
    practitioners  * List(String)  as `facts.state.Result.practitioners`
    where          * where it stands, for who is told of it: String, or UInt32 for the number of a row

Days are ordinals as `datetime.date.toordinal` counts them. Results that lie in the future of the evaluation day may be
there, they are left out later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guidelang.facts.state import FactSet

if TYPE_CHECKING:
    import polars as pl

ROW = "row"


@dataclass(frozen=True, slots=True)
class Histories:
    """The record of a chunk of patients.

    Attributes:
        patients: their names, one row a patient; a String column, without NULL, each name once.
        person: what is known of the persons, in the order of `patients`, as cells of a plain fact set: String columns
            `birth_date`, `age`, `sex` and `deceased` (yes, no, or the day of death), each of which may be left out;
            NULL where nothing is known.
        results: for each fact that is not of the patient, its frame; a fact left out has no rows.
        trusted: for each fact that says that absence means no, whether no record of it may be trusted to mean that: for
            all patients, or a Boolean column in the order of `patients`. A fact left out is trusted for nobody.
        odd: the rows to read one by one, ascending, a UInt32 column.
        fact_set: reads one patient, by row, as the one-patient reader does: the oracle of everything here, and what
            odd patients are evaluated with.
        as_of: the evaluation day.
        rejected: what could not be used, with the columns of `source.REJECTED`. Values that are implausible or cannot
            be converted are added later.
    """

    patients: pl.Series
    person: pl.DataFrame
    results: Mapping[str, pl.DataFrame]
    trusted: Mapping[str, bool | pl.Series]
    odd: pl.Series
    fact_set: Callable[[int], FactSet]
    as_of: dt.date
    rejected: tuple[pl.DataFrame, ...] = field(default=())

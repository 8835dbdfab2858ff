"""Rows of an event table as histories: one frame a fact, and who has a row that columns do not read.

`facts.event_rows` says what a row means, and reads the patients of whom the columns do not tell it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.calendar import Duration, minus
from guidelang.cohort.history import Histories
from guidelang.cohort.moments import moments
from guidelang.cohort.results import MEASURED
from guidelang.facts.event_codes import Meaning
from guidelang.facts.event_rows import COUNTING, ERROR, PARTS, event_fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet, Reason
from guidelang.facts.written import NO, UNKNOWN, YES, measure_text
from guidelang.network.ir import FactDefinition

if TYPE_CHECKING:
    import polars as pl

MEANING = "meaning"
ORDINARY = r"^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$"
MOST_CHARACTERS = 15
"""Of an ordinary number: the digits that a double tells apart."""


@dataclass(frozen=True, slots=True)
class EventRows:
    """The rows of a chunk of patients.

    Attributes:
        events: `row`, the place of the patient among `patients`; `fact`; `where`, the number of the row in the table;
            and those of `facts.event_rows.PARTS` that the table has. An empty cell is NULL.
        patients: the names.
        person: as in `Histories`.
        trusted: the facts of which no row means that there is none.
        meanings: where rows say by codes what they are about, `events` has `meaning`, a place in this list.
    """

    events: pl.DataFrame
    patients: pl.Series
    person: pl.DataFrame
    trusted: Collection[str]
    meanings: Sequence[Meaning] = ()


def histories_of(setting: Setting, rows: EventRows) -> Histories:
    """The histories that the rows of an event table tell."""
    import polars as pl

    network = setting.network
    own = {name for name, definition in network.facts.items() if definition.patient_field is None}
    known = pl.col("fact").cast(pl.Enum(sorted(own)), strict=False)  # compares and groups by small numbers
    events = rows.events.with_columns(known).filter(pl.col("fact").is_not_null())
    events, odd = _counting(events)
    if rows.meanings:
        events, left_open = _meant(events, rows.meanings, setting)
        odd.append(left_open)
    events, unread = _placed(events, setting.as_of)
    odd.append(unread)
    results: dict[str, pl.DataFrame] = {}
    rejected: list[pl.DataFrame] = []
    for each in events.partition_by("fact"):
        name = each["fact"][0]
        found, left = _values(network.facts[name], each, rows.meanings)
        if "fault" in found.columns:
            rejected.append(_faults(name, found, rows.patients))
        results[name] = found
        odd.append(left)
    return Histories(
        rows.patients,
        rows.person,
        results,
        {name: name in rows.trusted for name in own},
        pl.concat([pl.Series("row", [], pl.UInt32), *odd]).unique().sort(),
        RowReader(setting, rows),
        setting.as_of,
        tuple(rejected),
    )


@dataclass(slots=True)
class RowReader:
    """Reads one patient as `facts.event_rows` does. The rows are sorted when the first is asked for."""

    setting: Setting
    rows: EventRows
    _held: tuple[pl.DataFrame, list[int]] | None = None

    def __call__(self, row: int) -> FactSet:
        rows = self.rows
        parts = [name for name in (*PARTS, MEANING) if name in rows.events.columns]
        if self._held is None:
            self._held = _sorted(rows.events.select("row", "fact", "where", *parts), len(rows.patients))
        events, ends = self._held
        first = ends[row - 1] if row else 0
        given = [
            (fact, _where(where), self._parts(dict(zip(parts, cells, strict=True))))
            for _, fact, where, *cells in events.slice(first, ends[row] - first).rows()
        ]
        person = {key: cell for key, cell in rows.person.row(row, named=True).items() if cell is not None}
        return event_fact_set(self.setting, rows.patients[row], person, given, rows.trusted)

    def _parts(self, cells: dict[str, object]) -> dict[str, object]:
        place = cells.get(MEANING)
        return {**cells, MEANING: self.rows.meanings[place]} if isinstance(place, int) else cells

    def among(self, rows: Sequence[int]) -> PartReader:
        """A reader of these patients alone (`processes.Divisible`)."""
        import polars as pl

        index = pl.DataFrame({"row": pl.Series(rows, dtype=pl.UInt32)}).with_row_index("new")
        all_ = self.rows
        events = all_.events.join(index, on="row").drop("row").rename({"new": "row"})
        part = EventRows(events, all_.patients.gather(list(rows)), all_.person[list(rows)], all_.trusted, all_.meanings)
        return PartReader(RowReader(self.setting, part), {row: new for new, row in enumerate(rows)})


@dataclass(frozen=True, slots=True)
class PartReader:
    """A reader of some patients, under the rows that they had among all."""

    reader: RowReader
    rows: Mapping[int, int]

    def __call__(self, row: int) -> FactSet:
        return self.reader(self.rows[row])


def _sorted(events: pl.DataFrame, patients: int) -> tuple[pl.DataFrame, list[int]]:
    """The rows in the order of patients, and where those of each end."""
    import polars as pl

    counts = events.group_by("row").agg(pl.len().alias("count"))
    everybody = pl.int_range(patients, dtype=pl.UInt32, eager=True).alias("row").to_frame()
    counted = everybody.join(counts, on="row", how="left", maintain_order="left")["count"].fill_null(0)
    return events.sort("row", maintain_order=True), counted.cast(pl.Int64).cum_sum().to_list()


def _where(where: int | str) -> str:
    return where if isinstance(where, str) else f"row {where}"


def _counting(events: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.Series]]:
    """The rows whose status counts, and the patients with one that leaves open whether it does."""
    import polars as pl

    if "status" not in events.columns:
        return events, []
    status = pl.col("status").str.strip_chars().str.to_lowercase()
    events = events.with_columns(status.alias("status")).filter((status != ERROR).fill_null(True))
    counts = pl.col("status").is_null() | pl.col("status").is_in(list(COUNTING))
    odd = events.filter(~counts)["row"]
    events = events.filter(counts).with_columns((pl.col("status") == "corrected").fill_null(False).alias("corrected"))
    return events, [odd]


def _meant(events: pl.DataFrame, meanings: Sequence[Meaning], setting: Setting) -> tuple[pl.DataFrame, pl.Series]:
    """With the window of each row's reading, and whether it stands beside others; and the patients with a row of which
    it is open what it is about.
    """
    import polars as pl

    facts, as_of = setting.network.facts, setting.as_of

    def since(window: Duration | None) -> int | None:
        return None if window is None else minus(as_of, window).toordinal()

    own = {name: since(definition.window) for name, definition in facts.items()}
    told = pl.DataFrame(
        [(place, since(each.window), each.standing, each.open is not None) for place, each in enumerate(meanings)],
        schema={MEANING: pl.UInt32, "since": pl.Int32, "standing": pl.Boolean, "open": pl.Boolean},
        orient="row",
    )
    events = events.join(told, on=MEANING, how="left", maintain_order="left")
    named = pl.col(MEANING).is_null()
    first = pl.col("fact").cast(pl.String).replace_strict(own, default=None, return_dtype=pl.Int32)
    events = events.with_columns(
        pl.when(named).then(first).otherwise("since").alias("since"),
        pl.col("standing", "open").fill_null(False),
    )
    return events.filter(~pl.col("open")).drop("open"), events.filter("open")["row"]


def _placed(events: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, pl.Series]:
    """With the days and instants of each row; and the patients of whom they cannot be read."""
    import polars as pl

    events = events.with_columns(unended=_unended(events))
    if "end" in events.columns:
        events = events.with_columns(pl.when(~pl.col("unended")).then("end").alias("end"))
    parts = {name: moments(events[name]) for name in ("time", "start", "end") if name in events.columns}
    wrong = pl.repeat(False, len(events), dtype=pl.Boolean, eager=True)
    for each in parts.values():
        wrong = wrong | each["unreadable"]
    if "time" in parts:
        events = events.hstack(parts["time"].drop("unreadable"))
    else:
        events = events.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in _moment().items())
    if "start" in parts or "end" in parts:
        for name, part in (("begins", parts.get("start")), ("ends", parts.get("end"))):
            if part is not None:
                events = events.hstack(
                    part.drop("unreadable").rename({column: f"{name}_{column}" for column in part.columns[:5]})
                )
        events, contradicting = _courses(events, as_of)
        wrong = wrong | contradicting
    return events.drop("unended", strict=False), events["row"].filter(wrong)


def _unended(events: pl.DataFrame) -> pl.Series:
    """Whether nobody knows when it ended."""
    import polars as pl

    if events.schema.get("end") != pl.String:
        return pl.repeat(False, len(events), dtype=pl.Boolean, eager=True)
    return (events["end"].str.strip_chars().str.to_lowercase() == UNKNOWN).fill_null(False)


def _moment() -> dict[str, type[pl.DataType]]:
    import polars as pl

    return {"first": pl.Int32, "last": pl.Int32, "earliest": pl.Int64, "latest": pl.Int64, "timed": pl.Boolean}


def _courses(events: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, pl.Series]:
    """With courses, each in its place by the day on which it last was: none while it goes on."""
    import polars as pl

    for end in ("begins", "ends"):
        if f"{end}_first" not in events.columns:
            events = events.with_columns(
                pl.lit(None, dtype).alias(f"{end}_{part}") for part, dtype in _moment().items()
            )
    began, ended = pl.col("begins_first").is_not_null(), pl.col("ends_first").is_not_null()
    wrong = (began | ended) & pl.col("first").is_not_null()
    wrong = wrong | (pl.col("ends_last") < pl.col("begins_first")).fill_null(False)
    today = as_of.toordinal()
    ahead = (pl.col("begins_last") > today).fill_null(False)
    unended = pl.col("unended")
    wrong = wrong | (unended & ~began)  # it may lie anywhere
    over = ended & (pl.col("ends_first") <= today) & ~ahead
    course = pl.when(ended).then(pl.lit("dated")).when(unended).then(pl.lit("unknown"))
    course = course.when(began).then(pl.lit("running"))
    ahead = ahead | unended
    events = events.with_columns(course.alias("course"), wrong.alias("wrong"))
    own = pl.col("course").is_null()
    events = events.with_columns(
        pl.when(own).then(part).when(ahead).then(f"begins_{part}").when(over).then(f"ends_{part}").alias(part)
        for part in ("first", "last", "earliest", "latest")
    )
    return events.drop("wrong", "unended"), events["wrong"]


def _values(
    definition: FactDefinition, events: pl.DataFrame, meanings: Sequence[Meaning]
) -> tuple[pl.DataFrame, pl.Series]:
    """The values of one fact's rows, and the patients with one that columns do not read."""
    import polars as pl

    if "value" not in events.columns:
        events = events.with_columns(value=pl.lit(None, pl.String))
    said = {place: each.value for place, each in enumerate(meanings) if each.value is not None}
    if definition.type == "choice" and said:
        by_code = pl.col(MEANING).replace_strict(said, default=None, return_dtype=pl.String)
        events = events.with_columns(pl.coalesce(pl.col("value").cast(pl.String), by_code).alias("value"))
    texts = events["value"]
    if definition.type in MEASURED:
        found, odd = _numbers(events)
    elif definition.type == "yes_no":
        found, odd = _truths(events)
    elif definition.type == "date":
        days = moments(texts)
        odd = days["unreadable"] | (days["first"] != days["last"]).fill_null(False) | texts.is_null()
        found = events.with_columns(days["first"].alias("value"))
    else:
        found, odd = _words(definition, events)
    if "practitioner" in found.columns:
        found = found.with_columns(
            pl.when(pl.col("practitioner").is_not_null()).then(pl.concat_list("practitioner")).alias("practitioners")
        )
    return found.drop("fact", MEANING, strict=False), events["row"].filter(odd)


def _truths(events: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    import polars as pl

    word = events["value"].cast(pl.String).str.strip_chars().str.to_lowercase()  # of a Boolean: true, false
    yes, no = word.is_in(sorted(YES)), word.is_in(sorted(NO))
    truth = pl.select(pl.when(yes | word.is_null()).then(True).when(no).then(False).alias("value"))["value"]
    return events.with_columns(truth), truth.is_null() & (word != UNKNOWN)


def _words(definition: FactDefinition, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    import polars as pl

    word = events["value"].cast(pl.String).str.strip_chars()
    word = word.set(word.str.to_lowercase() == UNKNOWN, None)
    if definition.type == "text":
        return events.with_columns(word.alias("value")), events["value"].is_null()
    own = word.is_in([choice.value for choice in definition.choices])
    return events.with_columns(word.alias("value")), (~own).fill_null(False) | events["value"].is_null()


def _numbers(events: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Ordinary numbers; each other text is read once. `fault` says what is wrong where there is none."""
    import polars as pl

    raw = events["value"]
    unit = pl.col("unit") if "unit" in events.columns else pl.lit(None, pl.String)
    absent = pl.when(raw.is_null()).then(pl.lit("it has no value"))
    events = events.with_columns(unit.alias("unit"), absent.alias("fault"), raw.cast(pl.String).alias("written"))
    if raw.dtype.is_numeric():
        number = raw.cast(pl.Float64)
        odd = (~number.is_finite() | (number.abs() >= 1e15)).fill_null(False)
        return events.with_columns(number.set(odd, None).alias("value")), odd
    text = raw.cast(pl.String).str.strip_chars()
    ordinary = text.str.contains(ORDINARY) & (text.str.len_bytes() <= MOST_CHARACTERS)
    number = text.set(~ordinary, None).cast(pl.Float64, strict=False)
    left = (~ordinary).fill_null(False)
    if not left.any():
        return events.with_columns(number.alias("value")), left
    read = _read(text.filter(left).unique())
    asked = pl.select(pl.when(left).then(text).alias("text"))
    others = asked.join(read, on="text", how="left", maintain_order="left")
    two = (others["own_unit"] != events["unit"]).fill_null(False)
    events = events.with_columns(
        pl.coalesce(number, others["number"]).alias("value"),
        pl.coalesce(others["own_unit"], "unit").alias("unit"),
        others["comparator"].alias("comparator"),
        pl.coalesce("fault", others["fault"]).alias("fault"),
    )
    return events, two | others["odd"].fill_null(False)


def _read(texts: pl.Series) -> pl.DataFrame:
    """What texts mean that are no ordinary numbers; `odd` where columns cannot hold it."""
    import polars as pl

    rows: list[tuple[str, float | None, str | None, str | None, bool, str | None]] = []
    for text in texts:
        if text.lower() == UNKNOWN:
            rows.append((text, None, None, None, False, None))
            continue
        try:
            reported = measure_text(text)
        except ValueError as fault:
            rows.append((text, None, None, None, False, str(fault)))
            continue
        digits = reported.written.lstrip("+-").replace(".", "")
        plain = digits.isdigit() and len(digits) < MOST_CHARACTERS
        number = float(reported.number) if plain else None
        rows.append((text, number, reported.unit, reported.comparator, not plain, None))
    schema = {
        "text": pl.String, "number": pl.Float64, "own_unit": pl.String, "comparator": pl.String, "odd": pl.Boolean,
        "fault": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _faults(name: str, found: pl.DataFrame, patients: pl.Series) -> pl.DataFrame:
    """What is told of rows whose value means nothing to the fact."""
    import polars as pl

    wrong = found.filter(pl.col("fault").is_not_null())
    return wrong.select(
        patients.gather(wrong["row"]).alias("patient"),
        (pl.col("where") if found.schema["where"] == pl.String else pl.format("row {}", "where")).alias("where"),
        pl.lit(name).alias("fact"),
        pl.col("written").alias("value"),
        "unit",
        pl.lit(Reason.VALUE_ABSENT.value).alias("reason"),
        pl.format("`{}`: {}", pl.lit(name), "fault").alias("message"),
    )

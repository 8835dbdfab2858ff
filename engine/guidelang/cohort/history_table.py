"""From histories to the table that the columnar executor reads: current values found, and the results beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guidelang.cohort.current import Current, current
from guidelang.cohort.fact_columns import FactColumns
from guidelang.cohort.history import Histories
from guidelang.cohort.read_cells import kind_of
from guidelang.cohort.results import MEASURED, results_of
from guidelang.cohort.source import PATIENT, REJECTED, Chunk
from guidelang.cohort.wide import ROW, Wide
from guidelang.facts.setting import Setting
from guidelang.network.ir import FactDefinition, Network
from guidelang.run.columnar_history import FactHistory, History
from guidelang.run.columnar_newest import EPOCH
from guidelang.run.columnar_table import Cells, FactColumn, FactTable

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table ready to be settled.

    Attributes:
        odd: the rows that have to be read one by one, ascending.
        rejected: what could not be used, with the columns of `source.REJECTED`.
    """

    table: FactTable
    odd: pl.Series
    rejected: pl.DataFrame


def prepared(network: Network, histories: Histories) -> Prepared:
    """The table of a chunk of patients."""
    import polars as pl

    persons = _persons(network, histories)
    person = persons.table()
    frame, facts, cells = person.frame, dict(person.facts), dict(person.cells)
    history = History({}, len(histories.patients), histories.as_of.toordinal())
    found: dict[str, FactHistory] = {}
    odd = [histories.odd]
    rejected = [*histories.rejected, *(part.with_columns(where=pl.lit(None)) for part in persons.rejected)]
    for name, definition in network.facts.items():
        if definition.patient_field is not None:
            continue
        results = results_of(definition, histories.results.get(name, _nothing(definition)), histories.as_of)
        if results.unusable is not None:
            rejected.append(_told(name, results.unusable, histories.patients))
        now = current(definition, results.frame, history.today)
        trusted = _trusted(definition, histories, history)
        columns, facts[name], cells[name] = _column(definition, now, results.error, trusted, history)
        frame = frame.hstack(columns)
        odd.append(now.odd)
        found[name] = FactHistory(
            definition,
            results.frame,
            results.error,
            trusted,
            now.known.select("row", "place", "value", "censored", "converted"),
            now.stale,
        )
    history = replace(history, facts=found)
    table = FactTable(frame, facts, cells, person.born_odd, histories.as_of, history)
    empty = pl.DataFrame(schema=dict.fromkeys(REJECTED, pl.String))
    told = pl.concat([empty, *(part.select(pl.col(REJECTED).cast(pl.String)) for part in rejected)])
    return Prepared(table, history.flags(*odd).arg_true(), told)


def _persons(network: Network, histories: Histories) -> FactColumns:
    """The facts of the patient, and birth, are cells of a table with one row a patient."""
    own = {name: definition for name, definition in network.facts.items() if definition.patient_field is not None}
    names = {key: f"cell:{key}" for key in histories.person.columns}
    frame = histories.person.rename(names).insert_column(0, histories.patients.alias("cell:patient"))
    cells = {key: Cells(column, None) for key, column in names.items()}
    wide = Wide(frame.with_row_index(ROW), {PATIENT: Cells("cell:patient", None), **cells}, len(frame))
    return FactColumns(Setting(replace(network, facts=own), histories.as_of), wide)


def _nothing(definition: FactDefinition) -> pl.DataFrame:
    import polars as pl

    value = {"yes_no": pl.Boolean, "choice": pl.String, "text": pl.String, "date": pl.Int32}.get(
        definition.type, pl.Float64
    )
    return pl.DataFrame(
        schema={
            "row": pl.UInt32, "value": value, "first": pl.Int32, "last": pl.Int32, "earliest": pl.Int64,
            "latest": pl.Int64,
        }
    )  # fmt: skip


def _trusted(definition: FactDefinition, histories: Histories, history: History) -> pl.Series:
    import polars as pl

    trusted = histories.trusted.get(definition.name, False)
    if isinstance(trusted, bool):
        return pl.repeat(trusted, history.size, dtype=pl.Boolean, eager=True)
    return trusted


def _column(
    definition: FactDefinition,
    now: Current,
    error: tuple[float, float] | None,
    trusted: pl.Series,
    history: History,
) -> tuple[pl.DataFrame, FactColumn, Cells]:
    """The column of a fact's current values, and how its cells are made where they have to be read exactly."""
    import polars as pl

    name, kind = definition.name, kind_of(definition.type)
    values, flag = f"fact:{name}", f"odd:fact:{name}"
    parts = ["number", "unit", "comparator"] if definition.type in MEASURED else []
    parts += ["tied"] if "tied" in now.known.columns else []
    spread = history.spread(now.known, ["value", "censored", *parts])
    value = spread["value"].cast({"number": pl.Float64, "truth": pl.Boolean, "word": pl.String}[kind])
    if definition.type == "yes_no" and definition.absent_means_no:
        absent = value.is_null() & trusted & ~history.flags(now.unknown)
        value = value.set(absent, False)
    columns = [value.alias(values)]
    odd = bool(now.known["censored"].any())
    if odd:
        columns.append(spread["censored"].fill_null(False).alias(flag))
    columns += [spread[part].alias(f"{part}:{name}") for part in parts]
    made: pl.Expr
    if definition.type in MEASURED:
        number = pl.col(f"number:{name}").cast(pl.String)
        made = (
            pl.when(number.is_null())
            .then(pl.lit("unknown"))
            .otherwise(
                pl.concat_str(
                    pl.col(f"comparator:{name}").fill_null(""),
                    number,
                    pl.lit(" "),
                    pl.col(f"unit:{name}").fill_null(""),
                )
            )
        )
    elif definition.type == "date":
        day = (pl.col(values) - EPOCH).cast(pl.Int32).cast(pl.Date)
        made = day.dt.to_string("%Y-%m-%d").fill_null("unknown")
    elif kind == "truth":
        made = pl.when(pl.col(values)).then(pl.lit("yes")).when(~pl.col(values)).then(pl.lit("no"))
        made = made.otherwise(pl.lit("unknown"))
    else:
        made = pl.col(values).fill_null("unknown")
    if "tied" in parts:
        made = pl.coalesce(f"tied:{name}", made)
    column = FactColumn(kind, values, flag if odd else None, error, (name,))
    return pl.DataFrame(columns), column, Cells(f"cell:{name}", None, made)


def _told(name: str, unusable: pl.DataFrame, patients: pl.Series) -> pl.DataFrame:
    import polars as pl

    where = pl.col("where") if unusable.schema["where"] == pl.String else pl.format("row {}", "where")
    return unusable.select(
        patients.gather(unusable["row"]).alias(PATIENT),
        where.cast(pl.String).alias("where"),
        pl.lit(name).alias("fact"),
        *(pl.col(column) for column in REJECTED[3:]),
    )


def chunk_of(network: Network, histories: Histories, reached: int, left_out: int = 0) -> Chunk:
    """The histories as a chunk of a source, ready to be settled."""
    ready = prepared(network, histories)
    names = histories.patients.alias(PATIENT)
    return Chunk(names, ready.table, ready.rejected, left_out, histories.fact_set, ready.odd, reached)

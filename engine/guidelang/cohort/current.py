"""Current values, for all patients at once: `facts.select` and `facts.yes_no` over columns.

What the columns do not tell surely (a correction that may replace another result, an average of results tied in time)
makes the patient odd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.cohort.results import MEASURED
from guidelang.network.ir import FactDefinition
from guidelang.run.columnar_newest import newest_candidates, one_of

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Current:
    """The current value of one fact.

    Attributes:
        known: a row for each patient with a usable value: its result, of which `place` is NULL where several say so.
        unknown: rows of patients whose fact is unknown for what their results say, whatever absence means.
        stale: rows of patients whose results are all too old, which makes the fact unknown.
        odd: rows of patients to read one by one.
    """

    known: pl.DataFrame
    unknown: pl.Series
    stale: pl.Series
    odd: pl.Series


def current(definition: FactDefinition, results: pl.DataFrame, today: int) -> Current:
    """The current value of a fact from its results up to the evaluation day, whose ordinal is `today`."""
    import polars as pl

    undated = pl.col("first").is_null()
    older = (pl.col("last") < pl.col("since")).fill_null(False)
    begun = pl.col("since").is_null() | (pl.col("first") >= pl.col("since"))
    inside = undated | (begun & (pl.col("last") <= today)).fill_null(False)
    placed = results.with_columns(older.alias("older"), inside.alias("inside"))
    found = _answer(definition, placed, today) if definition.type == "yes_no" else _value(definition, placed, today)
    return found


def _value(definition: FactDefinition, placed: pl.DataFrame, today: int) -> Current:
    import polars as pl

    possible = placed.filter(~pl.col("older"))
    rows = placed["row"].unique()
    stale = _without(rows, possible["row"])
    candidates = newest_candidates(possible, pl.col("inside"), today)
    known, odd = one_of(
        candidates,
        definition.ties,
        measured=definition.type in MEASURED,
        words=definition.type in ("choice", "text"),
    )
    return Current(known, _without(rows, known["row"]), stale, pl.concat([odd, _corrections(placed)]))


def _answer(definition: FactDefinition, placed: pl.DataFrame, today: int) -> Current:
    import polars as pl

    bearing = placed.filter(~pl.col("older"))
    if definition.absent_means_no:  # whether a "no" still holds or not, nothing here says yes
        bearing = bearing.filter(pl.col("inside") | pl.col("value").fill_null(True))
    bearing = bearing.with_columns(pl.when("inside").then("value").alias("value"))
    leading = newest_candidates(bearing.filter(~pl.col("standing")), pl.lit(True), today)
    broken = leading.filter(pl.col("value").is_null())["row"]
    if not broken.is_empty():
        leading = leading.filter(pl.col("value").is_null() | ~pl.col("row").is_in(broken.implode()))
    kept = pl.concat([bearing.filter("standing"), leading])
    value = pl.col("value")
    if kept["row"].n_unique() == len(kept):  # one each, as most often
        answers = kept.select(
            "row", "place", yes=value.fill_null(False), no=(~value).fill_null(False), open=value.is_null()
        )
    else:
        answers = kept.group_by("row").agg(
            pl.when(pl.len() == 1).then(pl.col("place").first()).alias("place"),
            yes=value.any(ignore_nulls=True),
            no=(~value).any(ignore_nulls=True),
            open=value.is_null().any(),
        )
    told = (pl.col("yes") != pl.col("no")) & (pl.col("yes") | ~pl.col("open"))
    known = answers.filter(told).select(
        "row", pl.col("yes").alias("value"), "place", censored=pl.lit(False), converted=pl.lit(False)
    )
    stale = _without(placed.filter("older")["row"].unique(), kept["row"])
    if definition.absent_means_no:
        stale = stale.clear()
    return Current(known, answers.filter(~told)["row"], stale, _corrections(placed))


def _corrections(results: pl.DataFrame) -> pl.Series:
    """Rows of patients in whom a corrected result may be of the same time as another one, which it may replace."""
    import polars as pl

    corrected = results.filter("corrected")
    if corrected.is_empty():
        return pl.Series("row", [], pl.UInt32)
    others = results.filter(pl.col("row").is_in(corrected["row"].implode()))
    pairs = others.filter("corrected").join(others, on="row", suffix="_other")
    apart = (pl.col("latest") < pl.col("earliest_other")) | (pl.col("latest_other") < pl.col("earliest"))
    apart = apart | (pl.col("first").is_null() != pl.col("first_other").is_null())
    return pairs.filter((pl.col("place") != pl.col("place_other")) & ~apart.fill_null(False))["row"].unique()


def _without(rows: pl.Series, others: pl.Series) -> pl.Series:
    return rows if others.is_empty() else rows.filter(~rows.is_in(others.implode()))

"""Values made of histories, for all patients at once: `run.aggregates` and `run.covered` in columns.

They are points, or unknown; where partial dates, ties or intervals make a hull, the patient is read one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.network.ir import Aggregate
from guidelang.run.columnar_answer import Answer
from guidelang.run.columnar_history import History
from guidelang.run.columnar_newest import newest_candidates, oldest_candidates, one_of
from guidelang.run.columnar_number import ROUNDING, SMALLEST
from guidelang.run.columnar_selection import Selected, period, selected
from guidelang.run.columnar_tests import Asked
from guidelang.run.spans import EVER

if TYPE_CHECKING:
    import polars as pl

_MEASURED = ("quantity", "number")


def aggregate(node: Aggregate, asked: Asked) -> Answer:
    """The value of an `Aggregate`."""
    found = selected(node, asked)
    match node.how:
        case "count":
            return _count(found, asked.history)
        case "covered_days":
            return _covered_days(node, found, asked)
        case "latest" | "earliest":
            return _one(node, found, asked.history)
        case "change":
            return _change(node, found, asked.history)
        case _:
            return _summary(node, found, asked.history)


def event_day(fact: str, history: History) -> Answer:
    """The day of the newest event of a fact, as an ordinal."""
    import polars as pl

    events, definition = history.facts[fact].frame, history.facts[fact].definition
    may_be_newer = history.nobody()  # what columns do not tell
    if definition.type == "yes_no":
        may_be_newer = history.flags(events.filter(pl.col("value").is_null())["row"].unique())
        events = events.filter(pl.col("value").fill_null(False))
    if definition.absent_means_no:
        may_be_newer = may_be_newer | ~history.closed(fact)
    today = pl.lit(history.today, pl.Int32)
    first, last = pl.col("first").fill_null(today), pl.col("last").fill_null(today)
    inside = last <= today
    days = events.group_by("row").agg(
        first.filter(inside).max().alias("first"),
        pl.min_horizontal(last, today).max().alias("last"),
    )
    answers = history.spread(days, ["first", "last"])
    point = answers["first"] == answers["last"]
    value = answers["first"].cast(pl.Float64).set(~point.fill_null(False), None)
    odd = answers["first"].is_not_null() & (may_be_newer | ~point.fill_null(False))
    return Answer(value=value, odd=odd, whole=True)


def _count(found: Selected, history: History) -> Answer:
    import polars as pl

    broken = pl.col("value").is_null() & ~pl.col("censored")
    counted = found.events.group_by("row").agg(
        pl.len().alias("count"), (pl.col("lies").is_null() | broken).any().alias("odd")
    )
    answers = history.spread(counted, ["count", "odd"])
    count = answers["count"].cast(pl.Float64)
    count = count.set(count.is_null() & found.closed, 0.0)
    odd = answers["odd"].fill_null(False) | (answers["count"].is_not_null() & found.unlisted)
    return Answer(value=count, odd=odd | found.odd, whole=True)


def _one(node: Aggregate, found: Selected, history: History) -> Answer:
    """The newest or oldest value."""
    value, odd = _end(node.fact, found, history, newest=node.how == "latest")
    answers = history.spread(value, ["value", "censored", "converted"])
    error = _error(answers["value"], history.facts[node.fact].error)
    flagged = odd | answers["censored"].fill_null(False) | found.odd
    nearest = None if error is None else ~answers["converted"].fill_null(False)
    return Answer(value=answers["value"], error=error, odd=flagged, nearest=nearest)


def _end(fact: str, found: Selected, history: History, *, newest: bool) -> tuple[pl.DataFrame, pl.Series]:
    """The value of the newest or oldest events, a row a patient who has one, and who is to be read one by one."""
    import polars as pl

    definition = history.facts[fact].definition
    events = found.events.filter(pl.col("lies").fill_null(False)).with_columns(inside=pl.lit(True))
    unsure = found.events.filter(pl.col("lies").is_null())["row"]
    if not unsure.is_empty():  # without any that surely lies so, nothing is known
        unsure = unsure.filter(unsure.is_in(events["row"].implode()))
    candidates = (
        newest_candidates(events, pl.lit(True), history.today) if newest else oldest_candidates(events, history.today)
    )
    measured = definition.type in _MEASURED
    value, tied = one_of(candidates, definition.ties, measured=measured, words=definition.type in ("choice", "text"))
    return value, history.flags(unsure, tied)


def _change(node: Aggregate, found: Selected, history: History) -> Answer:
    """The newest value less the oldest; of fewer than two results nothing is known."""
    import polars as pl

    newest, odd = _end(node.fact, found, history, newest=True)
    oldest, also_odd = _end(node.fact, found, history, newest=False)
    there = found.events.group_by("row").agg(pl.len().alias("there"))
    both = newest.select("row", "value", "censored").join(
        oldest.select("row", "value", "censored"), on="row", suffix="_o"
    )
    both = both.join(there, on="row").with_columns(
        pl.when(pl.col("there") > 1).then(pl.col("value") - pl.col("value_o")).alias("change"),
        (pl.col("value").abs() + pl.col("value_o").abs()).alias("size"),
        ((pl.col("there") > 1) & (pl.col("censored") | pl.col("censored_o"))).alias("interval"),
    )
    answers = history.spread(both, ["change", "size", "interval"])
    own = history.facts[node.fact].error or (ROUNDING, 0.0)
    error = answers["size"] * (own[0] + ROUNDING) + (2 * own[1] + SMALLEST)
    flagged = odd | also_odd | answers["interval"].fill_null(False) | found.odd
    return Answer(value=answers["change"], error=error, odd=flagged)


def _summary(node: Aggregate, found: Selected, history: History) -> Answer:
    """The highest, lowest, average or sum of all results, each of which has to be usable."""
    import polars as pl

    value = pl.col("value")
    how = {"highest": value.max(), "lowest": value.min(), "average": value.mean(), "sum": value.sum()}[node.how]
    summed = found.events.group_by("row").agg(
        how.alias("value"),
        (value.is_null() & ~pl.col("censored")).any().alias("broken"),
        (pl.col("censored") | pl.col("lies").is_null()).any().alias("odd"),
        pl.col("converted").any(),
        pl.col("lies").is_null().all().alias("unsure"),
        value.abs().sum().alias("size"),
        pl.len().alias("there"),
    )
    answers = history.spread(summed, ["value", "broken", "odd", "size", "there", "converted", "unsure"])
    unknown = answers["broken"].fill_null(False)
    unsure = answers["unsure"].fill_null(False)  # without any that surely lies so, nothing is known
    if node.how == "sum":
        unsure = unsure & ~found.closed
    values = answers["value"].set(unknown | unsure, None)
    if node.how == "sum":
        values = values.set(answers["there"].is_null() & found.closed, 0.0)
    own = history.facts[node.fact].error
    nearest = None
    if node.how in ("highest", "lowest"):
        error = _error(values, own)
        nearest = None if error is None else ~answers["converted"].fill_null(False)
    else:
        relative, absolute = own or (0.0, 0.0)
        rounded = answers["size"] * (answers["there"].cast(pl.Float64) * 2 * ROUNDING + relative)
        error = rounded + answers["there"].cast(pl.Float64) * absolute + SMALLEST
        error = error.fill_null(SMALLEST)
    odd = answers["odd"].fill_null(False) & ~unsure
    return Answer(value=values, error=error, odd=odd | found.odd, nearest=nearest)


def _covered_days(node: Aggregate, found: Selected, asked: Asked) -> Answer:
    """The days of the union of the events' courses, cut to a period."""
    import polars as pl

    history = asked.history
    assert node.time is not None  # the checks let no other through
    events, first, last, odd = period(node.time, asked, found.events)
    vague = pl.col("lies").is_null() | (pl.col("b1") != pl.col("b2")) | (pl.col("e1") != pl.col("e2"))
    events = events.with_columns(
        (vague | odd).alias("odd"),
        pl.max_horizontal("b1", first).cast(pl.Int64).alias("from"),
        pl.min_horizontal("e1", last).cast(pl.Int64).alias("to"),
    )
    pieces = events.filter(pl.col("from") <= pl.col("to")).sort("row", "from")
    reach = pl.col("to").cum_max().shift(1).over("row")
    pieces = pieces.with_columns(reach.alias("before"))
    # what a piece adds: to its end from where the earlier ones end, or from its beginning if there is a gap
    gap = pl.col("before").is_null() | (pl.col("from") > pl.col("before") + 1)
    start = pl.when(gap).then("from").otherwise("before")
    pieces = pieces.with_columns((pl.max_horizontal("to", start) - start).alias("days"))
    summed = (
        events.group_by("row")
        .agg(pl.col("odd").any())
        .join(pieces.group_by("row").agg(pl.col("days").sum()), on="row", how="left")
    )
    answers = history.spread(summed, ["odd", "days"])
    days = answers["days"].cast(pl.Float64)
    there = answers["odd"].is_not_null()
    days = days.set(days.is_null() & (there | found.closed), 0.0)
    days = days.set((days >= EVER).fill_null(False), None)  # a period without an end
    left_open = answers["odd"].fill_null(False) | (there & found.unlisted)
    return Answer(value=days, odd=left_open | found.odd, whole=True)


def _error(values: pl.Series, error: tuple[float, float] | None) -> pl.Series | None:
    if error is None:
        return None
    return values.abs() * error[0] + error[1]

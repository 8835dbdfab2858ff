"""Dates and times as JSON texts, read for all rows at once, with the meaning of `calendar.parse_moment`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from guidelang.calendar import Moment, parse_moment
from guidelang.facts.place import UNDATED

if TYPE_CHECKING:
    import polars as pl

_TIMED = r'^"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)"$'
_DAY = r'^"(?:19|20)\d\d-\d\d-\d\d"$'
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_DAY_MICROSECONDS = 86_400_000_000
_MOST_MINUTES = 14 * 60

FIELDS = ("first", "last", "earliest", "latest", "timed")


def schema() -> dict[str, pl.DataType]:
    """The columns that say when, as `cohort.history` has them."""
    import polars as pl

    return {
        "first": pl.Int32(),
        "last": pl.Int32(),
        "earliest": pl.Int64(),
        "latest": pl.Int64(),
        "timed": pl.Boolean(),
    }


def as_row(moment: Moment) -> tuple[int, int, int, int, bool]:
    """One moment as the cells of these columns."""
    return (
        moment.first_day.toordinal(),
        moment.last_day.toordinal(),
        _microseconds(moment.earliest),
        _microseconds(moment.latest),
        "T" in moment.text and moment.text != UNDATED,
    )


def moments(texts: pl.Series, zone: dt.tzinfo) -> pl.DataFrame:
    """The moments of JSON texts; all NULL for what is no text or no date, and for NULL."""
    import polars as pl

    frame = texts.to_frame("text").with_columns(
        pl.col("text").str.contains(_TIMED).alias("is_timed"),
        (pl.col("text").str.contains(_DAY) & pl.lit(zone is dt.UTC)).alias("is_day"),
    )
    day = pl.col("text").str.slice(1, 10).str.to_date("%Y-%m-%d", strict=False)
    hour, minute, second = (pl.col("text").str.slice(at, 2).cast(pl.Int64, strict=False) for at in (12, 15, 18))
    fraction = (
        pl.col("text").str.extract(r"\.(\d{1,6})").fill_null("0").str.pad_end(6, "0").cast(pl.Int64, strict=False)
    )
    tail = pl.col("text").str.slice(-7, 6)
    is_utc = pl.col("text").str.ends_with('Z"')
    hours = pl.when(is_utc).then(0).otherwise(tail.str.slice(1, 2).cast(pl.Int64, strict=False))
    minutes = pl.when(is_utc).then(0).otherwise(tail.str.slice(4, 2).cast(pl.Int64, strict=False))
    offset = (hours * 60 + minutes) * pl.when(tail.str.starts_with("-")).then(-1).otherwise(1)
    exists = (hour < 24) & (minute < 60) & (second < 60) & (minutes < 60) & (offset.abs() <= _MOST_MINUTES)
    start = day.cast(pl.Int32).cast(pl.Int64) * _DAY_MICROSECONDS
    instant = start + ((hour * 60 + minute - offset) * 60 + second) * 1_000_000 + fraction
    ordinal = day.cast(pl.Int32) + _EPOCH_DAY
    timed = pl.col("is_timed") & exists & day.is_not_null()
    plain = pl.col("is_day") & day.is_not_null()
    found = frame.select(
        "text",
        pl.when(timed | plain).then(ordinal).alias("first"),
        pl.when(timed | plain).then(ordinal).alias("last"),
        pl.when(timed).then(instant).when(plain).then(start).alias("earliest"),
        pl.when(timed).then(instant).when(plain).then(start + _DAY_MICROSECONDS - 1).alias("latest"),
        pl.when(timed).then(True).when(plain).then(False).alias("timed"),
    )
    others = found.filter(pl.col("first").is_null() & pl.col("text").is_not_null())["text"].unique()
    if len(others):
        rows = [(text, *(_read(text, zone) or (None,) * 5)) for text in others]
        read = pl.DataFrame(rows, schema={"text": pl.String(), **schema()}, orient="row")
        joined = found.select("text").join(read, on="text", how="left", maintain_order="left")
        found = found.with_columns(pl.coalesce(pl.col(name), joined[name]).alias(name) for name in FIELDS)
    return found.select(FIELDS).cast(schema())  # type: ignore[arg-type]


def _read(text: str, zone: dt.tzinfo) -> tuple[int, int, int, int, bool] | None:
    if len(text) < 2 or not text.startswith('"') or "\\" in text:
        return None
    try:
        return as_row(parse_moment(text[1:-1].strip(), zone))
    except ValueError:
        return None


def _microseconds(instant: dt.datetime) -> int:
    return (instant - _EPOCH) // dt.timedelta(microseconds=1)

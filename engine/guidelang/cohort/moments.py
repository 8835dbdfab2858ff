"""Times as records write them, a column at once: the days and instants that they may mean.

Whole days and times to the second, with an offset or without one, are read in columns. Every other text (a month, a
year, a time without seconds, a leap second) is read by `calendar.parse_moment`, once for each different text.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from guidelang.calendar import parse_moment

if TYPE_CHECKING:
    import polars as pl

PARTS = ("first", "last", "earliest", "latest", "timed")
"""The columns of `moments`, as `cohort.history` describes them."""

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?$"
_LAST_OF_DAY = 86_400_000_000 - 1
_EPOCH = dt.date(1970, 1, 1).toordinal()
_EPOCH_INSTANT = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MOST_OFFSET = 14 * 60


def moments(times: pl.Series) -> pl.DataFrame:
    """The moments of a column of texts, dates or datetimes; a time without an offset is one of UTC.

    Returns:
        The columns of `PARTS` and `unreadable`, which is true where there is something that is no time.
    """
    import polars as pl

    if times.dtype == pl.Date:
        return _days(times)
    if isinstance(times.dtype, pl.Datetime):
        return _datetimes(times)
    texts = times.cast(pl.String, strict=False).str.strip_chars()
    texts = texts.set(texts == "", None)
    day = texts.str.contains(_DAY)
    if day.all():
        found = _days(texts.str.to_date("%Y-%m-%d", strict=False))
        return _others(texts, found)
    made = pl.select(
        pl.when(day).then(texts).str.to_date("%Y-%m-%d", strict=False).alias("day"),
        pl.when(texts.str.contains(_TIME)).then(texts).alias("time"),
    )
    clock = (
        pl.col("time").str.extract(r"^([^Z+]{19}(?:\.[0-9]+)?)").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False)
    )
    sign = pl.col("time").str.extract(r"([+-])[0-9]{2}:[0-9]{2}$")
    hours = pl.col("time").str.extract(r"[+-]([0-9]{2}):[0-9]{2}$").cast(pl.Int64)
    minutes = pl.col("time").str.extract(r"[+-][0-9]{2}:([0-9]{2})$").cast(pl.Int64)
    offset = hours * 60 + minutes
    known = offset.is_null() | ((minutes < 60) & (offset <= _MOST_OFFSET))
    shift = pl.when(sign == "-").then(-offset).otherwise(offset).fill_null(0) * 60_000_000
    made = made.with_columns(pl.when(known).then(clock.cast(pl.Datetime("us"))).alias("clock"), shift.alias("shift"))
    ordinal = pl.coalesce("day", pl.col("clock").dt.date()).cast(pl.Int32) + _EPOCH
    start = pl.col("day").cast(pl.Int64) * 86_400_000_000
    instant = pl.col("clock").cast(pl.Int64) - pl.col("shift")
    found = made.select(
        ordinal.alias("first"),
        ordinal.alias("last"),
        pl.coalesce(start, instant).alias("earliest"),
        pl.coalesce(start + _LAST_OF_DAY, instant).alias("latest"),
        pl.col("clock").is_not_null().alias("timed"),
    )
    return _others(texts, found)


def _days(days: pl.Series) -> pl.DataFrame:
    import polars as pl

    number = days.cast(pl.Int32)
    start = number.cast(pl.Int64) * 86_400_000_000
    return pl.DataFrame(
        {
            "first": number + _EPOCH,
            "last": number + _EPOCH,
            "earliest": start,
            "latest": start + _LAST_OF_DAY,
            "timed": pl.repeat(False, len(days), dtype=pl.Boolean, eager=True),
            "unreadable": pl.repeat(False, len(days), dtype=pl.Boolean, eager=True),
        }
    )


def _datetimes(times: pl.Series) -> pl.DataFrame:
    import polars as pl

    ordinal = times.dt.date().cast(pl.Int32) + _EPOCH  # the day that the clock of the column's own zone shows
    instant = times.cast(pl.Int64) // {"ms": 1, "us": 1, "ns": 1000}[times.dtype.time_unit or "us"]  # type: ignore[attr-defined]
    instant = instant * 1000 if times.dtype.time_unit == "ms" else instant  # type: ignore[attr-defined]
    return pl.DataFrame(
        {
            "first": ordinal,
            "last": ordinal,
            "earliest": instant,
            "latest": instant,
            "timed": times.is_not_null(),
            "unreadable": pl.repeat(False, len(times), dtype=pl.Boolean, eager=True),
        }
    )


def _others(texts: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
    """Fills in the texts that no column reads."""
    import polars as pl

    left = found["first"].is_null() & texts.is_not_null()
    if not left.any():
        return found.with_columns(unreadable=pl.lit(False))
    parts: dict[str, list[object]] = {"text": [], **{name: [] for name in PARTS}}
    for text in texts.filter(left).unique():
        try:
            moment = parse_moment(text, dt.UTC)
        except ValueError:
            continue
        parts["text"].append(text)
        parts["first"].append(moment.first_day.toordinal())
        parts["last"].append(moment.last_day.toordinal())
        parts["earliest"].append(_instant(moment.earliest))
        parts["latest"].append(_instant(moment.latest))
        parts["timed"].append("T" in moment.text)
    schema = {
        "text": pl.String, "first": pl.Int32, "last": pl.Int32, "earliest": pl.Int64, "latest": pl.Int64,
        "timed": pl.Boolean,
    }  # fmt: skip
    others = pl.DataFrame(parts, schema=schema)
    asked = texts.set(~left, None).alias("text").to_frame()
    read = asked.join(others, on="text", how="left", maintain_order="left")
    filled = found.select(pl.when(pl.lit(left)).then(read[name]).otherwise(pl.col(name)).alias(name) for name in PARTS)
    return filled.with_columns(unreadable=filled["first"].is_null() & texts.is_not_null())


def _instant(moment: dt.datetime) -> int:
    return (moment - _EPOCH_INSTANT) // dt.timedelta(microseconds=1)

"""Which of several results is the newest, in columns: `facts.newest` where no correction replaces another result."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

TIED = "\x1f"
"""Stands between the texts of values that are tied in time."""

EPOCH = 719163
"""The ordinal of 1970-01-01."""


def newest_candidates(results: pl.DataFrame, sure: pl.Expr, today: int) -> pl.DataFrame:
    """The results of each patient (`row`) that may be the newest; only those that are `sure` displace others."""
    import polars as pl

    undated = pl.col("first").is_null()
    alone = results["row"].is_unique()
    several = results.filter(~alone)
    if several.is_empty():
        return results
    reach = several.group_by("row").agg(
        pl.col("earliest").filter(sure & (pl.col("last") <= today)).max().alias("newest"),
        (undated & sure).any().alias("now"),
    )
    several = several.join(reach, on="row", how="left")
    newest = pl.col("newest").is_null() | (pl.col("latest") >= pl.col("newest"))
    several = several.filter(undated | ((~pl.col("now") | (pl.col("last") >= today)) & newest))
    return pl.concat([results.filter(alone), several.drop("newest", "now")])


def oldest_candidates(results: pl.DataFrame, today: int) -> pl.DataFrame:
    """The results of each patient that may be the oldest; all of them are sure."""
    import polars as pl

    undated = pl.col("first").is_null()
    reach = results.group_by("row").agg(
        pl.col("latest").min().alias("oldest"), (pl.col("last") < today).any(ignore_nulls=True).alias("earlier")
    )
    found = results.join(reach, on="row", how="left")
    oldest = pl.col("oldest").is_null() | (pl.col("earliest") <= pl.col("oldest"))
    return found.filter(pl.when(undated).then(~pl.col("earlier")).otherwise(oldest)).drop("oldest", "earlier")


def one_of(
    candidates: pl.DataFrame, ties: str | None, *, measured: bool, words: bool
) -> tuple[pl.DataFrame, pl.Series]:
    """The one value of the candidates of each patient, and the rows of patients of whom columns do not tell it.

    Args:
        candidates: row, value, censored, inside (else its time leaves open whether it counts), and of measured facts
            number, unit and comparator.
        ties: what the fact declares for values tied in time.
        words: values that differ are unknown, and not a hull.

    Returns:
        The candidate of each patient with a usable value; `place` is NULL where several say the same. Where several of
        one unit differ and their hull counts, `value` is NULL, it is `censored`, and `tied` has them all as texts.
    """
    import polars as pl

    usable = (pl.col("value").is_not_null() | pl.col("censored")) & pl.col("inside")
    alone = candidates["row"].is_unique()
    single = candidates.filter(alone).filter(usable).with_columns(tied=pl.lit(None, pl.String))
    nobody = pl.Series("row", [], pl.UInt32)
    if alone.all():
        return single, nobody
    same = ["number", "unit", "comparator"] if measured else ["value"]
    several = candidates.filter(~alone).sort("value") if measured else candidates.filter(~alone)
    chosen = "last" if ties == "highest" else "first"
    tied = several.group_by("row", maintain_order=True).agg(
        usable.all().alias("usable"),
        pl.struct(same).n_unique().alias("different"),
        *([pl.col("unit").n_unique().alias("units")] if measured else []),
        pl.col("censored").any().alias("interval"),
        (pl.lit(None, pl.String) if words else _text(measured=measured).unique().sort().str.join(TIED)).alias("tied"),
        *(getattr(pl.col(name), chosen)() for name in candidates.columns if name != "row"),
    )
    tied = tied.filter("usable").with_columns(pl.lit(None, candidates.schema["place"]).alias("place"))
    one = pl.col("different") == 1
    hull = ~one & pl.lit(ties is None) & (pl.col("units") == 1 if measured else pl.lit(True))
    if measured and ties in ("lowest", "highest"):
        one = one | ((pl.col("units") == 1) & ~pl.col("interval"))
    columns = single.columns
    if words:
        return pl.concat([single, tied.filter(one).select(columns)]), nobody
    hulls = tied.filter(hull).with_columns(
        pl.lit(None, single.schema["value"]).alias("value"), pl.lit(True).alias("censored")
    )
    points = tied.filter(one).with_columns(pl.lit(None, pl.String).alias("tied"))
    known = pl.concat([single, points.select(columns), hulls.select(columns)])
    return known, tied.filter(~(one | hull))["row"]


def _text(*, measured: bool) -> pl.Expr:
    """A result as a fact set has it."""
    import polars as pl

    if not measured:
        return (pl.col("value") - EPOCH).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
    comparator, unit = pl.col("comparator").fill_null(""), pl.col("unit").fill_null("")
    return pl.concat_str(comparator, pl.col("number").cast(pl.String), pl.lit(" "), unit)

"""Whether events occur, the last n results, and how long something lasts: `run.occurrences`, `last_results` and
`lasting` in columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.calendar import Duration, minus
from guidelang.network.events import Comparison, EventTest, Lasting, Occurs
from guidelang.network.ir import LastN
from guidelang.run.columnar_answer import Answer
from guidelang.run.columnar_relations import mapped
from guidelang.run.columnar_selection import selected
from guidelang.run.columnar_tests import Asked, passing

if TYPE_CHECKING:
    import polars as pl


def occurs(node: Occurs, asked: Asked) -> Answer:
    """Whether events of a fact occur as an `Occurs` asks."""
    import polars as pl

    history = asked.history
    found = selected(node, asked)
    lies, passes = pl.col("lies"), pl.col("passes")
    if node.quantifier == "at_least" and not node.test.asks:  # a broken result leaves open whether it counts
        passes = pl.when(~lies | lies.is_null() | pl.col("value").is_not_null() | pl.col("censored")).then(passes)
    fits = lies & passes
    day = pl.col("b1")
    summed = found.events.group_by("row").agg(
        lies.any(ignore_nulls=True).alias("some"),
        fits.any(ignore_nulls=True).alias("certain"),
        fits.is_null().any().alias("perhaps"),
        (lies.fill_null(False) & ~passes.fill_null(True)).any().alias("fails"),
        (~passes.fill_null(False)).any().alias("failing"),
        fits.sum().alias("least"),
        fits.fill_null(True).sum().alias("most"),
        day.filter(fits).n_unique().alias("least_days"),
        day.filter(fits.fill_null(True)).n_unique().alias("most_days"),
        (fits.fill_null(True) & (day != pl.col("b2"))).any().alias("vague"),
        pl.col("doubt").any().alias("doubt"),
    )
    answers = history.spread(summed, summed.columns[1:]).with_columns(closed=found.closed, unlisted=found.unlisted)
    some, certain, perhaps = (pl.col(name).fill_null(False) for name in ("some", "certain", "perhaps"))
    unseen = (~some & ~pl.col("closed")) | pl.col("unlisted")
    doubt = pl.col("doubt").fill_null(False)
    truth: pl.Expr
    if node.quantifier == "every":
        fails, failing = pl.col("fails").fill_null(False), pl.col("failing").fill_null(False)
        truth = pl.when(fails).then(False).when(~failing & some).then(True)
    elif node.quantifier == "any":
        truth = pl.when(certain).then(True).when(~perhaps & ~unseen).then(False)
    else:
        unit = "_days" if node.different_days else ""
        least, most = pl.col(f"least{unit}").fill_null(0), pl.col(f"most{unit}").fill_null(0)
        truth = pl.when(least >= node.count).then(True).when((most < node.count) & ~unseen).then(False)
        if node.different_days:
            doubt = doubt | pl.col("vague").fill_null(False)
    made = answers.select(truth=truth, odd=doubt)
    return Answer(truth=made["truth"], odd=made["odd"] | found.odd)


def last_n(node: LastN, asked: Asked) -> Answer:
    """Whether each of the newest `count` results compares so; where it is open which they are, the patient is odd."""
    import polars as pl

    history = asked.history
    found = selected(node, asked)
    events = found.events
    error = history.facts[node.fact].error
    events = passing(
        EventTest((Comparison(node.operator, node.right, node.factor, node.offset),)), asked, events, error
    )
    ever = pl.lit(2**62, pl.Int64)  # what has no time is of the evaluation day: newer than all before it
    events = events.with_columns(pl.col("earliest").fill_null(ever), pl.col("latest").fill_null(ever)).sort(
        "row", "earliest", descending=[False, True]
    )
    undated = pl.col("first").is_null()
    events = events.with_columns(
        pl.int_range(pl.len()).over("row").alias("rank"),
        pl.len().over("row").alias("there"),
        (undated.any().over("row") & (pl.col("last") >= history.today).any(ignore_nulls=True).over("row")).alias(
            "both"
        ),
    )
    newest = pl.col("rank") < node.count
    summed = events.group_by("row").agg(
        pl.col("there").first(),
        pl.col("passes").filter(newest).all(ignore_nulls=False).alias("truth"),
        (~pl.col("passes")).filter(newest).any(ignore_nulls=True).alias("false"),
        pl.col("earliest").filter(newest).min().alias("from"),
        pl.col("latest").filter(~newest).max().alias("to"),
        pl.col("lies").is_null().any().alias("unsure"),
        pl.col("both").first(),
        (pl.col("doubt") & newest).any().alias("doubt"),
    )
    answers = history.spread(summed, summed.columns[1:])
    enough = pl.col("there").fill_null(0) >= node.count
    false = pl.col("false").fill_null(False)
    tied = enough & (pl.col("to") >= pl.col("from")).fill_null(False)
    odd = tied | (pl.col("there") > 1) & pl.col("both") | pl.col("unsure") | pl.col("doubt")
    made = answers.select(
        truth=pl.when(false).then(False).when(enough).then("truth").cast(pl.Boolean), odd=odd.fill_null(False)
    )
    return Answer(truth=made["truth"], odd=made["odd"] | found.odd)


def lasting(node: Lasting, asked: Asked) -> Answer:
    """Whether a fact's results have passed a test for so long. Where several are the newest, the patient is odd."""
    import polars as pl

    history = asked.history
    fact = history.facts[node.fact]
    today = pl.lit(history.today, pl.Int32)
    current = passing(node.test, asked, fact.current, fact.error)
    results = passing(node.test, asked, fact.frame, fact.error).with_columns(
        pl.col("first").fill_null(today), pl.col("last").fill_null(today)
    )
    days = results.select("place", pl.col("first").alias("newest_first"), pl.col("last").alias("newest_last"))
    current = current.select("row", "place", "doubt", now="passes").join(days, on="place", how="left")
    current = current.with_columns(pl.min_horizontal("newest_last", today).alias("newest_last"))
    several = current.filter(pl.col("now").fill_null(True) & pl.col("place").is_null())["row"]
    current = current.with_columns(
        _before(current["newest_first"], node.duration).alias("since_first"),
        _before(current["newest_last"], node.duration).alias("since_last"),
    )
    others = results.join(current.drop("doubt"), on="row", suffix="_now").filter(pl.col("place") != pl.col("place_now"))
    passes = pl.col("passes")
    late = (pl.col("since_last") <= pl.col("first")) & (pl.col("last") <= pl.col("newest_first"))
    far = passes.fill_null(False) & (pl.col("last") <= pl.col("since_first"))
    others = others.with_columns(pl.col("first").filter(far).max().over("row").alias("far"))
    summed = others.group_by("row").agg(
        (~passes.fill_null(True) & late).any().alias("broken"),
        pl.col("far").first(),
        (~passes.fill_null(False) & (pl.col("last") >= pl.col("far"))).any(ignore_nulls=True).alias("between"),
        pl.col("doubt").any().alias("doubts"),
    )
    found = current.join(summed, on="row", how="left")
    answers = history.spread(found, ["now", "broken", "far", "between", "doubt", "doubts"])
    held = pl.col("far").is_not_null() & ~pl.col("between").fill_null(False)
    settled = pl.when(~pl.col("now") | pl.col("broken")).then(False).when(pl.col("now") & held).then(True)
    truth = pl.when(pl.col("now").is_not_null()).then(settled)
    odd = pl.col("doubt").fill_null(False) | (pl.col("now").fill_null(False) & pl.col("doubts").fill_null(False))
    made = answers.select(truth=truth, odd=odd)
    return Answer(truth=made["truth"], odd=made["odd"] | history.flags(several))


def _before(days: pl.Series, duration: Duration) -> pl.Series:
    return mapped(days, lambda day: minus(day, duration), earlier=True)

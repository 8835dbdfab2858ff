"""How events lie to the events of another fact, for all patients at once: `run.relations` in columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from guidelang.calendar import Duration, less, plus
from guidelang.facts.state import NOT_THERE
from guidelang.network.events import EventRelation
from guidelang.run.columnar_history import History, not_after
from guidelang.run.spans import EVER

if TYPE_CHECKING:
    import polars as pl

_End: TypeAlias = "tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]"
_SPAN = ("b1", "b2", "e1", "e2", "bi1", "bi2", "ei1", "ei2")
_LINKS = {"encounter": "encounter", "practitioner": "practitioners"}


@dataclass(frozen=True, slots=True)
class RelatedEvents:
    """For each event, whether it is so related, and whether the columns do not tell.

    Attributes:
        impossible: for each patient, whether nothing can be so related, as the other fact certainly has no event.
    """

    truth: pl.Series
    odd: pl.Series
    impossible: pl.Series


def related(relation: EventRelation, events: pl.DataFrame, history: History) -> RelatedEvents:
    """Whether each event is so related to an event of the other fact; with `negated`, to none."""
    import polars as pl

    others = history.candidates(relation.fact)
    closed = history.closed(relation.fact)
    numbered = events.with_row_index("event")
    found = _linked(relation, numbered, others) if relation.how in _LINKS else _lying(relation, numbered, others)
    answers = numbered.select("event", "row").join(found, on="event", how="left", maintain_order="left")
    certain = answers["certain"].fill_null(False)
    possible = answers["possible"].fill_null(False)
    odd = answers["odd"].fill_null(False)
    truth = pl.select(
        pl.when(certain).then(True).when(~possible & closed.gather(events["row"])).then(False).alias("truth")
    )["truth"]
    if relation.negated:
        truth = ~truth
    impossible = closed & ~history.flags(others["row"].unique())
    return RelatedEvents(truth, odd & ~certain, history.nobody() if relation.negated else impossible)


def _lying(relation: EventRelation, events: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """For each event that may be related by time: whether it surely is (`certain`), and whether it may be."""
    import polars as pl

    edge = {"starts": "b", "ends": "e"}.get(relation.edge or "")
    own = {name: pl.col(name if edge is None else edge + name[1:]) for name in _SPAN}
    mine = events.select("event", "row", *(expr.alias(name) for name, expr in own.items()))
    one_time = pl.col("course").is_null() & pl.col("first").is_not_null()
    theirs = others.select("row", "exists", one_time.alias("one_time"), *_SPAN).unique()
    if relation.farthest is not None:
        theirs = theirs.with_columns(_reach(relation, theirs))
    pairs = mine.join(theirs, on="row", suffix="_o")
    pairs = pairs.with_columns((pl.col("exists") & _lies(relation)).alias("lies"))
    return (
        pairs.filter(pl.col("lies").fill_null(True))
        .group_by("event")
        .agg(
            pl.col("lies").any(ignore_nulls=True).alias("certain"),
            pl.lit(True).alias("possible"),
            pl.lit(False).alias("odd"),
        )
    )


def _lies(relation: EventRelation) -> pl.Expr:
    import polars as pl

    b, e, ob, oe = _end("b", ""), _end("e", ""), _end("b", "_o"), _end("e", "_o")
    match relation.how:
        case "during":  # what lies inside an event of one unknown day has no more than a day itself
            inside = _in_order(ob, b) & _in_order(e, oe)
            return pl.when(inside.is_null() & pl.col("one_time")).then(inside & _by_days(e, b)).otherwise(inside)
        case "overlaps":
            return _in_order(b, oe) & _in_order(ob, e)
        case "day":
            return _by_days(b, oe) & _by_days(ob, e)
        case "before" if relation.farthest is None:
            return ~_by_days(ob, b)
        case "after" if relation.farthest is None:
            return ~_by_days(b, ob)
    far, near = (pl.col("far1"), pl.col("far2")), (pl.col("near1"), pl.col("near2"))
    first, last = (far, near) if relation.how == "before" else (near, far)
    return not_after(*first, b[0], b[1]) & not_after(b[0], b[1], *last)


def _end(name: str, suffix: str) -> _End:
    """One end of a span: its days, and its instants where there is a time of day."""
    import polars as pl

    first, last, earliest, latest = (pl.col(f"{name}{part}{suffix}") for part in ("1", "2", "i1", "i2"))
    return first, last, earliest, latest


def _by_days(a: _End, b: _End) -> pl.Expr:
    return not_after(a[0], a[1], b[0], b[1])


def _in_order(a: _End, b: _End) -> pl.Expr:
    """Whether `a` is no later than `b`: by instants where both have a time of day, else by days."""
    import polars as pl

    timed = a[2].is_not_null() & b[2].is_not_null()
    return pl.when(timed).then(not_after(a[2], a[3], b[2], b[3])).otherwise(_by_days(a, b))


def _reach(relation: EventRelation, others: pl.DataFrame) -> list[pl.Series]:
    """The days that lie as far from the beginnings of the others as a relation allows."""
    assert relation.farthest is not None
    columns = []
    for number in ("1", "2"):
        begins = others[f"b{number}"]
        columns.append(_moved(begins, relation.farthest, relation.how).alias(f"far{number}"))
        near = begins if relation.nearest is None else _moved(begins, relation.nearest, relation.how)
        columns.append(near.alias(f"near{number}"))
    return columns


def _moved(days: pl.Series, duration: Duration, how: str) -> pl.Series:
    return mapped(days, lambda day: less(day, duration) if how == "before" else plus(day, duration), how == "before")


def mapped(days: pl.Series, move: Callable[[dt.date], dt.date | None], earlier: bool) -> pl.Series:
    """Days moved in the calendar, once for each different day; beyond the calendar, and from no day, it is never."""
    import polars as pl

    found: dict[int, int] = {}
    for ordinal in days.unique().drop_nulls():
        if 1 <= ordinal <= dt.date.max.toordinal():
            moved = move(dt.date.fromordinal(ordinal))
            found[ordinal] = (-EVER if earlier else EVER) if moved is None else moved.toordinal()
        else:
            found[ordinal] = ordinal
    if not found:
        return days.cast(pl.Int32)
    return days.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.Int32)


def _linked(relation: EventRelation, events: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Whether events belong to the same encounter or practitioner as one of the others.

    A key that names what is not in the input may be any, which is left to be read one by one.
    """
    import polars as pl

    column = _LINKS[relation.how]
    mine = events.select("event", "row", pl.col(column).alias("key"))
    theirs = others.select("row", "exists", pl.col(column).alias("key"))
    if column == "practitioners":
        mine, theirs = mine.explode("key"), theirs.explode("key")
    vague = pl.col("key").str.starts_with(NOT_THERE).fill_null(False)
    named = theirs.filter(pl.col("key").is_not_null())
    same = mine.join(named, on=["row", "key"]).group_by("event").agg(pl.col("exists").any().alias("certain"))
    about = theirs.group_by("row").agg(
        pl.col("key").is_null().any().alias("unlinked"), vague.any().alias("vague_others")
    )
    keyed = mine.group_by("event").agg(
        pl.col("row").first(), pl.col("key").is_not_null().any().alias("keyed"), vague.any().alias("vague")
    )
    found = keyed.join(about, on="row", how="left").join(same, on="event", how="left")
    there = pl.col("unlinked").is_not_null()
    possible = pl.col("certain").is_not_null() | (there & (pl.col("unlinked") | ~pl.col("keyed")))
    odd = pl.col("vague") | (pl.col("vague_others").fill_null(False))
    return found.select(
        "event",
        pl.col("certain").fill_null(False),
        possible.fill_null(False).alias("possible"),
        odd.alias("odd"),
    )

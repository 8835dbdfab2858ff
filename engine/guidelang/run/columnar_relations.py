"""How events lie to the events of another fact, for all patients at once: `run.relations` in columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from guidelang.calendar import Duration, less, plus
from guidelang.facts.state import NOT_THERE
from guidelang.network.events import EventRelation
from guidelang.run.columnar_history import not_after
from guidelang.run.columnar_tests import Asked, passing
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


def related(relation: EventRelation, fact: str, events: pl.DataFrame, asked: Asked) -> RelatedEvents:
    """Whether each event of a fact is so related to an event of the other one; with `negated`, to none.

    What was read together with an event (`reading`) is left to be read one by one.
    """
    import polars as pl

    history, own = asked.history, relation.fact == fact
    others = history.candidates(relation.fact)
    closed = history.closed(relation.fact)
    impossible = closed & ~history.flags(others["row"].unique())
    tested = passing(relation.test, asked, others, history.facts[relation.fact].error)
    doubt = history.flags(tested.filter("doubt")["row"].unique())
    tested = tested.with_columns((pl.col("exists") & pl.col("passes")).alias("is_one"))
    numbered = events.with_row_index("event")
    found = (_linked if relation.how in _LINKS else _lying)(relation, numbered, tested, own)
    answers = numbered.select("event", "row").join(found, on="event", how="left", maintain_order="left")
    answers = answers.with_columns(
        closed.gather(events["row"]).alias("closed"),
        doubt.gather(events["row"]).alias("doubt"),
        *(pl.col(name).fill_null(False) for name in ("certain", "possible", "answered", "odd")),
    )
    truth = (
        pl.when("certain").then(True).when(~pl.col("possible") & (pl.col("closed") | pl.col("answered"))).then(False)
    )
    made = answers.select(truth=~truth if relation.negated else truth, odd=pl.col("doubt") | pl.col("odd"))
    odd = pl.repeat(True, len(made), dtype=pl.Boolean, eager=True) if relation.how == "reading" else made["odd"]
    return RelatedEvents(made["truth"], odd, history.nobody() if relation.negated else impossible)


def _lying(relation: EventRelation, events: pl.DataFrame, others: pl.DataFrame, own: bool) -> pl.DataFrame:
    """For each event that may be related by time: whether it surely is (`certain`), whether it may be (`possible`), and
    whether an event that lies so fails the test (`answered`).
    """
    import polars as pl

    mine = events.select("event", "row", "place", *_ends(relation.edge))
    one_time = pl.col("course").is_null() & pl.col("first").is_not_null()
    one_time = pl.lit(True) if relation.anchor is not None else one_time
    theirs = others.select(
        "row", "place", "exists", "passes", "is_one", one_time.alias("one_time"), *_ends(relation.anchor)
    )
    if relation.farthest is not None:
        theirs = theirs.with_columns(_reach(relation, theirs))
    if not own:  # many events may have one span
        theirs = theirs.drop("place").unique()
    pairs = mine.join(theirs, on="row", suffix="_o")
    if own:  # an event is not related to itself
        pairs = pairs.filter(pl.col("place") != pl.col("place_o"))
    lies = pl.col("lies")
    return (
        pairs.with_columns(_lies(relation).alias("lies"))
        .filter(lies.fill_null(True))
        .group_by("event")
        .agg(
            certain=(pl.col("is_one") & lies).any(ignore_nulls=True),
            possible=(pl.col("is_one") & lies).fill_null(True).any(),
            answered=(~pl.col("passes") & pl.col("exists") & lies).any(ignore_nulls=True),
            odd=pl.lit(False),
        )
    )


def _ends(end: str | None) -> list[pl.Expr]:
    """The ends of a span, or one of them twice."""
    import polars as pl

    edge = {"starts": "b", "ends": "e"}.get(end or "")
    return [pl.col(name if edge is None else edge + name[1:]).alias(name) for name in _SPAN]


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
        case "reading":
            return pl.lit(None, pl.Boolean)
        case "before" if relation.farthest is None:
            return ~_by_days(ob, b)
        case "after" if relation.farthest is None:
            return ~_by_days(b, ob)
    far, near = (pl.col("far1"), pl.col("far2")), (pl.col("near1"), pl.col("near2"))
    first, last = (far, near) if relation.how == "before" else (near, far)
    lies = not_after(*first, b[0], b[1]) & not_after(b[0], b[1], *last)
    return pl.when((ob[0] >= EVER) | (b[0] >= EVER)).then(False).otherwise(lies)  # an end that has not come


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


def _linked(relation: EventRelation, events: pl.DataFrame, others: pl.DataFrame, own: bool) -> pl.DataFrame:
    """Whether events belong to the same encounter or practitioner as one of the others; columns as of `_lying`.

    A key that names what is not in the input, or is a business identifier, may be any: left to be read one by one.
    """
    import polars as pl

    column = _LINKS[relation.how]
    key = pl.col(column).alias("key")
    mine = events.select("event", "row", "place", key)
    theirs = others.select("row", "place", "exists", "passes", "is_one", key)
    if column == "practitioners":
        mine, theirs = mine.explode("key"), theirs.explode("key")
    vague = (pl.col("key").str.starts_with(NOT_THERE) | pl.col("key").str.contains("|", literal=True)).fill_null(False)
    one, unkeyed = pl.col("is_one").fill_null(True), pl.col("key").is_null()
    pairs = mine.join(theirs.filter(~unkeyed), on=["row", "key"], suffix="_o")
    if own:
        pairs = pairs.filter(pl.col("place") != pl.col("place_o"))
    same = pairs.group_by("event").agg(
        certain=pl.col("is_one").any(ignore_nulls=True),
        named=one.any(),
        answered=(~pl.col("passes") & pl.col("exists")).any(ignore_nulls=True),
    )
    about = theirs.group_by("row").agg(
        pl.col("place").n_unique().alias("number"),
        (unkeyed & one).sum().alias("unlinked"),
        (vague & one).any().alias("vague_others"),
    )
    if own:  # without itself
        itself = theirs.group_by("place").agg((unkeyed & one).any().alias("itself"))
    else:
        itself = theirs.select("place").clear().with_columns(itself=pl.lit(False))
    keyed = mine.group_by("event").agg(pl.col("row", "place").first(), keyed=(~unkeyed).any(), vague=vague.any())
    found = (
        keyed.join(about, on="row", how="left").join(same, on="event", how="left").join(itself, on="place", how="left")
    )
    spare = pl.col("itself").is_not_null().cast(pl.Int64) if own else pl.lit(0)
    others_number = pl.col("number").fill_null(0).cast(pl.Int64) - spare
    unlinked = pl.col("unlinked").fill_null(0).cast(pl.Int64) - pl.col("itself").fill_null(False).cast(pl.Int64)
    possible = pl.col("named").fill_null(False) | (unlinked > 0) | (~pl.col("keyed") & (others_number > 0))
    return found.select(
        "event",
        pl.col("certain").fill_null(False),
        possible.alias("possible"),
        pl.col("answered").fill_null(False),
        odd=(pl.col("vague") | pl.col("vague_others").fill_null(False)) & ~pl.col("certain").fill_null(False),
    )

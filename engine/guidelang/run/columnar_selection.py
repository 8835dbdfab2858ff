"""The events that a node asks about, for all patients at once: `run.selection` in columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.calendar import minus
from guidelang.network.events import EventTime, Occurs
from guidelang.network.ir import Aggregate, LastN, NodeId
from guidelang.run.columnar_history import not_after
from guidelang.run.columnar_relations import related
from guidelang.run.columnar_tests import Asked, passing
from guidelang.run.spans import EVER

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Selected:
    """The events of a fact that lie so, or may.

    Attributes:
        events: a row for each, with the columns of `History.candidates`; `lies` and `passes`; and `doubt`, which is
            true where `passes` is of no account, because doubles or points do not tell it.
        closed: for each patient, whether no further event can be.
        odd: for each patient, whether the columns leave open what they are asked.
        listed: whether the events that there are are taken for all, as in `run.selection.Selection`.
    """

    events: pl.DataFrame
    closed: pl.Series
    odd: pl.Series
    listed: bool

    @property
    def unlisted(self) -> pl.Series:
        """Whether a patient who has events may have others that the record lacks, for each."""
        import polars as pl

        return pl.repeat(False, len(self.closed), dtype=pl.Boolean, eager=True) if self.listed else ~self.closed


def selected(node: Occurs | Aggregate | LastN, asked: Asked) -> Selected:
    """The events that an `Occurs`, `Aggregate` or `LastN` asks about."""
    import polars as pl

    history = asked.history
    events = history.candidates(node.fact)
    odd = history.nobody()
    if node.day is not None or any(relation.how == "reading" for relation in node.relations):
        odd = odd | history.flags(events["row"].unique())  # whoever has events is read one by one
    events, open_days, judged = _judged(node, asked, events)
    if open_days is not None:
        odd = odd | history.flags(events.filter(open_days)["row"])
    lies = pl.col("exists") if judged is None else pl.col("exists") & judged
    events = events.with_columns(lies.alias("lies"))
    events = events.filter(pl.col("lies").fill_null(True))
    closed = history.closed(node.fact)
    for relation in node.relations:
        found = related(relation, node.fact, events, asked)
        odd = odd | history.flags(events.filter(found.odd)["row"])
        events = events.with_columns((pl.col("lies") & found.truth).alias("lies"))
        events = events.filter(pl.col("lies").fill_null(True))
        closed = closed | found.impossible
    if node.day is not None:
        day = node.day
        making = selected(Occurs("any", day.fact, day.test, day.relations, day.time), asked)
        closed = closed | (making.closed & ~history.flags(making.events["row"].unique()))
        odd = odd | (making.odd & history.flags(events["row"].unique()))
    if isinstance(node, Occurs):
        events = passing(node.test, asked, events, history.facts[node.fact].error)
    else:
        events = events.with_columns(passes=pl.lit(True), doubt=pl.lit(False))
    return Selected(events, closed, odd, not history.facts[node.fact].definition.absent_means_no)


def _judged(
    node: Occurs | Aggregate | LastN, asked: Asked, events: pl.DataFrame
) -> tuple[pl.DataFrame, pl.Expr | None, pl.Expr | None]:
    """Whether events lie in the period that is asked about, and of which columns do not tell that period."""
    import polars as pl

    today = asked.history.today
    if node.time is None:
        if isinstance(node, Occurs) or node.window is None:
            return events, None, None
        first = minus(_day(today), node.window).toordinal()
        bounds = (pl.lit(first), pl.lit(first), pl.lit(today), pl.lit(today))
        return events, None, _lies("overlaps", bounds, first, today)
    events, first_days, first_odd, constant = _bound(node.time.first, asked, events, "bound:first", -EVER)
    events, last_days, last_odd, _ = _bound(node.time.last, asked, events, "bound:last", EVER)
    odds = [odd for odd in (first_odd, last_odd) if odd is not None]
    odd = None if not odds else odds[0] if len(odds) == 1 else odds[0] | odds[1]
    return events, odd, _lies(node.time.how, (*first_days, *last_days), constant, today)


def period(time: EventTime, asked: Asked, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.Expr, pl.Expr, pl.Expr]:
    """The first and the last day of a period beside events, and whether columns do not tell one of them."""
    events, first, first_odd, _ = _bound(time.first, asked, events, "period:first", -EVER)
    events, last, last_odd, _ = _bound(time.last, asked, events, "period:last", EVER)
    odd = (first[0] != first[1]) | (last[0] != last[1])
    for each in (first_odd, last_odd):
        odd = odd if each is None else odd | each
    return events, first[0], last[0], odd


def _bound(
    node: NodeId | None, asked: Asked, events: pl.DataFrame, name: str, without: int
) -> tuple[pl.DataFrame, tuple[pl.Expr, pl.Expr], pl.Expr | None, int | None]:
    """The days that one bound of a period may be; an unknown one may be any."""
    import polars as pl

    if node is None:
        return events, (pl.lit(without), pl.lit(without)), None, without
    events, value = asked.beside(events, node, name)
    if value.constant is not None:
        day = int(value.constant)
        return events, (pl.lit(day), pl.lit(day)), None, day
    number = pl.col(f"{name}:value")
    days = number.cast(pl.Int64)
    odd = pl.col(f"{name}:odd").fill_null(False) if value.odd is not None else pl.lit(False)
    if value.error is not None:
        odd = odd | number.is_not_null()
    return events, (days.fill_null(-EVER), days.fill_null(EVER)), odd, None


def _lies(how: str, bounds: tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr], first: int | None, today: int) -> pl.Expr:
    """Whether an event lies so to a period: `run.selection.Bounds.judge`, by days."""
    import polars as pl

    f1, f2, l1, l2 = bounds
    begins, ends = (pl.col("b1"), pl.col("b2")), (pl.col("e1"), pl.col("e2"))
    ordered = not_after(f1, f2, l1, l2)
    if how == "starts":
        ends = begins
    elif how == "ends":
        begins = ends
    if how == "overlaps":
        when = not_after(*begins, l1, l2) & not_after(f1, f2, *ends)
    else:
        when = not_after(f1, f2, *begins) & not_after(*ends, l1, l2)
    when = when & ordered
    if first is not None and first <= today:
        return when
    ahead = f1 > today  # it would begin in the future, and then it is no event
    if how not in ("inside", "starts"):
        ahead = ahead & pl.col("course").is_null() & pl.col("first").is_not_null()
    return pl.when(when.is_null() & ahead).then(False).otherwise(when)


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(ordinal)

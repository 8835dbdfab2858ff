"""Where a question about histories is asked, and whether the values of events pass a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from guidelang.network.events import EventTest
from guidelang.network.ir import NodeId
from guidelang.run.columnar_history import History
from guidelang.run.columnar_number import Value, affine, any_odd, compare

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

Values: TypeAlias = Mapping[NodeId, Value]


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a node is asked: the histories, the table with the columns so far, and the values found in it."""

    history: History
    frame: pl.DataFrame
    values: Values

    def beside(self, events: pl.DataFrame, node: NodeId, name: str) -> tuple[pl.DataFrame, Value]:
        """The value of a node beside events, as columns that begin with `name`; one that is constant is left as is."""
        import narwhals as nw

        value = self.values[node]
        if value.constant is not None:
            return events, value
        parts = {"value": value.expr, "error": value.error, "odd": value.odd}
        there = {f"{name}:{part}": expr for part, expr in parts.items() if expr is not None}
        columns = nw.from_native(self.frame, eager_only=True).select(**there).to_native()
        events = events.hstack(columns[events["row"]])
        error = None if value.error is None else nw.col(f"{name}:error")
        odd = None if value.odd is None else nw.col(f"{name}:odd")
        return events, replace(value, expr=nw.col(f"{name}:value"), error=error, odd=odd)


def passing(test: EventTest, asked: Asked, events: pl.DataFrame, error: tuple[float, float] | None) -> pl.DataFrame:
    """Events with `passes` and `doubt`: whether their values pass a test."""
    import narwhals as nw
    import polars as pl

    if not test.asks:
        return events.with_columns(passes=pl.lit(True), doubt=pl.lit(False))
    if events.schema["value"] == pl.String:
        among = pl.col("value").is_in(list(test.words))
        return events.with_columns(passes=~among if test.excluded else among, doubt=pl.lit(False))
    own = Value(nw.col("value"), None, nw.col("censored"))
    if error is not None:
        own = replace(own, error=nw.col("value").abs() * error[0] + error[1], nearest=~nw.col("converted"))
    truths: list[nw.Expr] = []
    odds: list[nw.Expr | None] = []
    for number, comparison in enumerate(test.comparisons):
        events, bound = asked.beside(events, comparison.right, f"test{number}")
        scaled = own
        if comparison.factor != 1 or comparison.offset != 0:
            scaled = affine(own, comparison.factor, comparison.offset)
        truth, odd = compare(comparison.operator, scaled, bound)
        truths.append(truth)
        odds.append(odd)
    passes = truths[0]
    for truth in truths[1:]:
        passes = passes & truth
    doubt = any_odd(odds)
    flag = nw.lit(False) if doubt is None else doubt.fill_null(False)
    return nw.from_native(events, eager_only=True).with_columns(passes=passes, doubt=flag).to_native()

"""Days beside the values of a table with one row a patient (`phosphorus.time`): what is too old no longer counts.

A value whose day surely lies in the window of its fact is current; one that surely lies before it, or after the
evaluation day, is left out, as is a cell that is empty. Whoever has a day that leaves this open is read one by one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from guidelang.calendar import minus
from guidelang.cohort.moments import moments
from guidelang.cohort.wide import Wide
from guidelang.facts.setting import Setting
from guidelang.facts.table import TIME

if TYPE_CHECKING:
    import polars as pl


def timed(wide: Wide, setting: Setting) -> tuple[Wide, pl.Series | None]:
    """The cells that count on the evaluation day, and the rows to read one by one; None: the table gives no days."""
    import polars as pl

    frame, today = wide.frame, setting.as_of.toordinal()
    odd: pl.Series | None = None
    for name, definition in setting.network.facts.items():
        if f"{name}{TIME}" not in wide.cells or name not in wide.cells:
            continue
        column = wide.cells[name].column
        days = moments(wide.frame[wide.cells[f"{name}{TIME}"].column])
        first, last = days["first"], days["last"]
        since = None if definition.window is None else minus(setting.as_of, definition.window).toordinal()
        out = (first > today).fill_null(False)
        inside = (last <= today).fill_null(False)
        if since is not None:
            out = out | (last < since).fill_null(False)
            inside = inside & (first >= since).fill_null(False)
        left_open = days["unreadable"] | (first.is_not_null() & ~inside & ~out)
        left_open = left_open & frame[column].is_not_null()
        odd = left_open if odd is None else odd | left_open
        frame = frame.with_columns(pl.when(~out).then(column).alias(column))
    return replace(wide, frame=frame), None if odd is None else odd.arg_true()

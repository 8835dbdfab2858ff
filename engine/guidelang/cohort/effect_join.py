"""The same patients of two runs side by side, though chunks of one may end elsewhere than those of the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from guidelang.cohort.source import PATIENT

if TYPE_CHECKING:
    import polars as pl


class Joined:
    """Two streams of tables with a column `patient`, joined by it.

    Chunks of the same patients are put side by side as they are. What has no partner yet waits for one, so memory grows
    with how far apart the streams are, and not with how long they are.

    Attributes:
        apart: how many patients are in one stream alone: the first, the second. Known at the end.
    """

    def __init__(self, old: Iterator[pl.DataFrame], new: Iterator[pl.DataFrame]) -> None:
        self._streams = (old, new)
        self.apart = (0, 0)

    def tables(self) -> Iterator[pl.DataFrame]:
        """The rows of patients in both, with the columns of both."""
        waiting: tuple[pl.DataFrame | None, pl.DataFrame | None] = (None, None)
        for old, new in zip_longest(*self._streams):
            before, after = _with(waiting[0], old), _with(waiting[1], new)
            if before is None or after is None:
                waiting = before, after
                continue
            if before[PATIENT].equals(after[PATIENT]):
                yield before.hstack(after.drop(PATIENT))
                waiting = before.clear(), after.clear()
                continue
            yield before.join(after, on=PATIENT, how="inner", maintain_order="left")
            waiting = before.join(after, on=PATIENT, how="anti"), after.join(before, on=PATIENT, how="anti")
        self.apart = (_count(waiting[0]), _count(waiting[1]))


def _with(waiting: pl.DataFrame | None, more: pl.DataFrame | None) -> pl.DataFrame | None:
    import polars as pl

    if waiting is None or more is None:
        return waiting if more is None else more
    return more if waiting.is_empty() else pl.concat([waiting, more])


def _count(frame: pl.DataFrame | None) -> int:
    return 0 if frame is None else len(frame)

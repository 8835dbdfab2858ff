"""Whether each name comes once, of any number of names, in memory that does not grow with them.

Names are told apart by a hash of eight bytes; with very many of them, the hashes are looked at in several turns, each
of which takes those of another part. Where two hashes are the same, the names themselves are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from guidelang.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    import polars as pl

AT_ONCE = 2**24
"""Names of one turn: at most 128 MB of hashes, and as much again to sort them."""


def twice(names: Callable[[], Iterable[pl.Series]], count: int, *, at_once: int = AT_ONCE) -> list[str]:
    """The names that come more than once, in their order.

    Args:
        names: gives all names, in pieces, each time that it is called.
        count: how many there are, to choose the number of turns.
    """
    import polars as pl

    turns = count // at_once + 1
    found: list[str] = []
    for turn in range(turns):
        hashes = []
        for piece in names():
            hashed = piece.hash()
            hashes.append(hashed if turns == 1 else hashed.filter(hashed % turns == turn))
        these = pl.concat(hashes) if hashes else pl.Series(dtype=pl.UInt64)
        if these.n_unique() == len(these):
            continue
        same = these.filter(these.is_duplicated()).unique()
        alike = pl.concat([piece.filter(piece.hash().is_in(same.implode())) for piece in names()])
        found += alike.filter(alike.is_duplicated()).unique().to_list()
    return sorted(found)


def told_twice(names: list[str], source: str, count: int | None = None) -> Diagnostic:
    """The error of an input that has these patients more than once; of `count` of them, where these are some."""
    named = ", ".join(f"`{name}`" for name in names[:5])
    others = (len(names) if count is None else count) - min(len(names), 5)
    more = f" and {others} more" if others else ""
    message = f"a table has one row a patient; {named}{more} have several"
    return Diagnostic("G622", Severity.ERROR, message, file=source)

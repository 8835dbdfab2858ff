"""narwhals expressions in polars' own words, translated once.

narwhals translates an expression each time that it is used, which for hundreds of them takes as long as computing them
for a hundred thousand rows. Tables of one layout, slice by slice, are computed with the same expressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl


def native(columns: Mapping[str, nw.Expr]) -> list[pl.Expr]:
    """Expressions for polars, each with its name."""
    import narwhals as nw
    import polars as pl

    polars: Any = nw.from_native(pl.DataFrame(), eager_only=True).__narwhals_namespace__()
    # What `with_columns` itself asks of an expression; narwhals has no public name for it.
    translated: dict[str, Any] = {name: expr._to_compliant_expr(polars) for name, expr in columns.items()}
    return [expr.native.alias(name) for name, expr in translated.items()]

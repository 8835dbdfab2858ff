"""What computes the columns of a network: polars or DuckDB, from the same narwhals expressions.

Columns come in steps, each of which stands on those of earlier steps; a computation is made once and used for tables of
one layout, slice by slice. polars adds them to its table. DuckDB is given the columns that the expressions read as an
Arrow stream, answers with those that are new in one statement, and keeps the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from guidelang.run.columnar_native import native

if TYPE_CHECKING:
    import duckdb
    import narwhals as nw
    import polars as pl

Engine: TypeAlias = Literal["polars", "duckdb"]
Step: TypeAlias = "Mapping[str, nw.Expr]"
Computation: TypeAlias = "Callable[[pl.DataFrame], pl.DataFrame]"
"""Gives a table with the columns of all steps."""

_ROW = "row of the table"


def libraries(engine: Engine) -> tuple[str, ...]:
    """What has to be installed for an engine."""
    return ("narwhals", "polars") if engine == "polars" else ("narwhals", "polars", "duckdb")


def computation(engine: Engine, steps: Sequence[Step]) -> Computation:
    """The columns of all steps, on one of the engines.

    Raises:
        ImportError: the engine is not installed.
    """
    for library in libraries(engine):
        import_module(library)
    wanted = [step for step in steps if step]
    if not wanted:
        return lambda frame: frame
    return _of_polars(wanted) if engine == "polars" else _of_duckdb(wanted)


def _of_polars(steps: Sequence[Step]) -> Computation:
    translated = [native(step) for step in steps]

    def computed(frame: pl.DataFrame) -> pl.DataFrame:
        for columns in translated:
            frame = frame.with_columns(columns)
        return frame

    return computed


def _of_duckdb(steps: Sequence[Step]) -> Computation:
    new = list(dict.fromkeys(name for step in steps for name in step))
    read: dict[str, None] = {}
    made: set[str] = set()
    for step in steps:
        roots = {root for expr in native(step) for root in expr.meta.root_names()}
        read.update(dict.fromkeys(sorted(roots - made)))
        made.update(step)

    def computed(frame: pl.DataFrame) -> pl.DataFrame:
        import narwhals as nw
        import polars as pl

        given = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias(_ROW), *read)
        # narwhals has no stubs for lazy tables of DuckDB
        lazy: Any = nw.from_native(_connection().from_arrow(_Stream(given)))
        for step in steps:
            lazy = lazy.with_columns(**step)
        found = pl.DataFrame(lazy.select(_ROW, *new).to_native())
        if not found[_ROW].is_sorted():
            found = found.sort(_ROW)
        return frame.with_columns(found.drop(_ROW))

    return computed


class _Stream:
    """A table as nothing but an Arrow stream, for which DuckDB needs no pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(":memory:")

"""Histories in columns: the results of each fact for many patients, one row a result, and their spans.

A question about events has three answers here as elsewhere; what the columns do not tell surely is flagged, and the
patient is read one by one. Days are ordinals; a truth is a Boolean column in which NULL is unknown, so that `&` and `|`
are strong Kleene logic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guidelang.network.ir import FactDefinition
from guidelang.run.spans import EVER

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class FactHistory:
    """The results of one fact up to the evaluation day that count.

    Attributes:
        frame: a row a result with the columns of `cohort.results.Results`, and `place`, which tells results apart.
        error: as that of `columnar_table.FactColumn`, for its values.
        trusted: whether no record means no, for each patient.
        current: the results that are current where it is one and usable: row, place, value, censored, converted.
        stale: the patients whose results are all too old, by row.
    """

    definition: FactDefinition
    frame: pl.DataFrame
    error: tuple[float, float] | None
    trusted: pl.Series
    current: pl.DataFrame
    stale: pl.Series


@dataclass(frozen=True, slots=True)
class History:
    """The histories of a chunk of patients.

    Attributes:
        facts: of every fact that is not of the patient.
        size: how many patients there are.
        today: the evaluation day.
    """

    facts: Mapping[str, FactHistory]
    size: int
    today: int
    _candidates: dict[str, pl.DataFrame] = field(default_factory=dict, compare=False)

    def candidates(self, fact: str) -> pl.DataFrame:
        """All that may be events of a fact (`run.selection.candidates`), with spans and `exists`.

        A span has the days `b1` to `b2` on which it may have begun and `e1` to `e2` on which it may have ended, and
        the instants `bi1`, `bi2`, `ei1` and `ei2` where the record has a time of day.
        """
        if fact not in self._candidates:
            self._candidates[fact] = _candidates(self.facts[fact], self.today)
        return self._candidates[fact]

    def closed(self, fact: str) -> pl.Series:
        """Whether the record says that there are no more events of a fact than those it has, for each patient."""
        import polars as pl

        history = self.facts[fact]
        closed = history.trusted if history.definition.absent_means_no else self.nobody()
        if history.definition.type != "yes_no":
            return closed
        plain = pl.col("first").is_null() & pl.col("course").is_null()
        return closed | self.flags(history.frame.filter(~pl.col("value") & plain)["row"])

    def nobody(self) -> pl.Series:
        import polars as pl

        return pl.repeat(False, self.size, dtype=pl.Boolean, eager=True)

    def flags(self, *rows: pl.Series) -> pl.Series:
        """A Boolean for each patient: whether he or she is among the rows."""
        import polars as pl

        found = pl.concat([each.cast(pl.UInt32) for each in rows]) if rows else pl.Series([], dtype=pl.UInt32)
        return self.nobody() if found.is_empty() else self.nobody().scatter(found, True)

    def spread(self, frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        """Columns of a frame with one row for each of some patients, as columns with one row a patient."""
        import polars as pl

        rows = pl.int_range(self.size, dtype=pl.UInt32, eager=True).alias("row").to_frame()
        return rows.join(frame.select("row", *names), on="row", how="left", maintain_order="left").drop("row")


def not_after(a1: pl.Expr, a2: pl.Expr, b1: pl.Expr, b2: pl.Expr) -> pl.Expr:
    """Whether a day from `a1` to `a2` is no later than one from `b1` to `b2`."""
    import polars as pl

    return pl.when(a2 <= b1).then(True).when(a1 > b2).then(False)


def _candidates(history: FactHistory, today: int) -> pl.DataFrame:
    import polars as pl

    yes_no = history.definition.type == "yes_no"
    frame = history.frame
    if yes_no:
        frame = frame.filter(pl.col("value").fill_null(True))
    frame = frame.with_columns(spans(today, lasts=yes_no)).with_columns(narrowed())
    one = pl.col("value").is_null().not_() if yes_no else pl.lit(True)
    exists = pl.when(one).then(True) & pl.when(pl.col("b2") <= today).then(True).when(pl.col("b1") > today).then(False)
    frame = frame.with_columns(exists.alias("exists"))
    return frame.filter(pl.col("exists").fill_null(True))


def spans(today: int, *, lasts: bool) -> list[pl.Expr]:
    """The ends of spans as they are recorded: `run.spans.span_of` up to where the ends narrow each other."""
    import polars as pl

    course, ever = pl.col("course"), pl.lit(EVER, pl.Int32)
    no_time = course.is_null() & pl.col("first").is_null()
    now = pl.lit(today, pl.Int32)
    open_ = pl.col("value").is_null() if lasts else pl.lit(False)
    ended = (course == "dated") & pl.col("ends_first").is_not_null()
    unbegun = course.is_not_null() & pl.col("begins_first").is_null()

    def of(course_value: pl.Expr, moment: pl.Expr) -> pl.Expr:
        return pl.when(course.is_not_null()).then(course_value).otherwise(moment)

    begins_first = pl.when(unbegun).then(-ever).otherwise("begins_first")
    columns = {
        "b1": pl.when(no_time).then(-ever if lasts else now).otherwise(of(begins_first, pl.col("first"))),
        "b2": pl.when(no_time)
        .then(pl.when(open_).then(ever).otherwise(now))
        .otherwise(of(pl.when(unbegun).then(now).otherwise("begins_last"), pl.col("last"))),
        "e1": pl.when(no_time)
        .then(pl.when(open_).then(-ever).otherwise(now))
        .otherwise(
            of(
                pl.when(course == "running").then(ever).when(ended).then("ends_first").otherwise(begins_first),
                pl.col("first"),
            )
        ),
        "e2": pl.when(no_time)
        .then(ever if lasts else now)
        .otherwise(of(pl.when(ended).then("ends_last").otherwise(ever), pl.col("last"))),
    }
    instants = {"bi1": "begins_earliest", "bi2": "begins_latest", "ei1": "ends_earliest", "ei2": "ends_latest"}
    for name, instant in instants.items():
        end, part = instant.split("_")
        of_course = pl.when(pl.col(f"{end}_timed")).then(instant)
        if end == "ends":
            of_course = pl.when(ended).then(of_course)
        columns[name] = of(of_course, pl.when("timed").then(part))
    return [expr.alias(name) for name, expr in columns.items()]


def narrowed() -> list[pl.Expr]:
    """The ends narrowed by each other; a course that contradicts itself says nothing."""
    import polars as pl

    wrong = ((pl.col("b1") > pl.col("e2")) | (pl.col("bi1") > pl.col("ei2")).fill_null(False)) & pl.col(
        "course"
    ).is_not_null()
    ever = pl.lit(EVER, pl.Int32)
    course = pl.col("course").is_not_null()
    return [
        pl.when(wrong).then(-ever).otherwise("b1").alias("b1"),
        pl.when(wrong).then(ever).when(course).then(pl.min_horizontal("b2", "e2")).otherwise("b2").alias("b2"),
        pl.when(wrong).then(-ever).when(course).then(pl.max_horizontal("e1", "b1")).otherwise("e1").alias("e1"),
        pl.when(wrong).then(ever).otherwise("e2").alias("e2"),
        *(pl.when(~wrong).then(name).alias(name) for name in ("bi1", "bi2", "ei1", "ei2")),
    ]

"""Two editions side by side, a row a patient: what became of each piece of advice, and why, in columns.

What a patient gets is a rank: 0 no, 1 undecided, 2 yes. A piece of advice has the greatest rank of the rules that give
it, and no greater one than the scope; that is `or` and `and` of Kleene's logic. So what moved it is plain:

    down    the scope, if it fell below what the patient had; the rules that gave as much before, if all of them did
    up      the scope, if it kept the patient from it before; the rules that give as much now, if none did before

Where the rank stays at yes and the strength changes, it is the rules that give it in one edition alone, or state it
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from guidelang.cohort.effect_plan import SIDES, Giver, Piece, Plan, Side
from guidelang.cohort.source import PATIENT

if TYPE_CHECKING:
    import polars as pl

WORDS = ("no", "undecided", "yes")
SCOPE = "scope"
ADVICE = "advice"

_NO, _OPEN, _YES = range(3)
_PER_MASK = 60  # reasons that one column of 64 bits holds
_WIDTH = 1 << 16  # of an index of `Plan.strengths` in a key


@dataclass(frozen=True, slots=True)
class Move:
    """What became of a piece of advice, or of the scope, for some patients.

    Attributes:
        before, after: what they got, in `WORDS`.
        strengths: what was stated of it, before and after; empty unless they got it.
        because: what moved it: the names of rules, and the scope. Empty if nothing changed.
    """

    before: str
    after: str
    strengths: tuple[str, str] = ("", "")
    scope: bool = False
    because: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after or self.strengths[0] != self.strengths[1]


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of the patients of a chunk.

    Attributes:
        moves: how many patients have each, by piece of advice, and of the scope.
        changed: how many have a change of any piece of advice.
        rows: a row for each patient and piece of advice that changed; None unless it was asked for.
    """

    moves: Mapping[str, Mapping[Move, int]]
    changed: int
    rows: pl.DataFrame | None


def truths(side: Side, names: pl.Series, conditions: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """What one edition says of its patients: their names, and the ranks of `Plan.columns`."""
    import polars as pl

    ranks = [
        (pl.col(node).cast(pl.Int8) * 2).fill_null(_OPEN).alias(f"{side}:{name}")
        for name, node in plan.columns[side].items()
    ]
    return conditions.select(ranks).insert_column(0, names.alias(PATIENT))


def compared(frame: pl.DataFrame, plan: Plan, *, rows: bool) -> Compared:
    """Compares what two editions say of the same patients, one a row.

    Args:
        frame: the columns of `truths` of both editions.
        rows: give the rows that changed.
    """
    import polars as pl

    moves: dict[str, dict[Move, int]] = {SCOPE: _scopes(frame)}
    changed = [pl.repeat(False, len(frame), dtype=pl.Boolean, eager=True)]
    found = [_scope_rows(frame)] if rows else []
    for at, piece in enumerate(plan.pieces, start=1):
        columns = frame.select(_columns(plan, piece))
        moves[piece.advice] = _moves(columns, piece, plan)
        differ = columns.select(_differs())["before"]
        changed.append(differ)
        if rows:
            found.append(_rows(frame, columns, differ, piece, plan).insert_column(0, pl.lit(at).alias("at")))
    told = None
    if rows:
        found[0].insert_column(0, pl.lit(0).alias("at"))
        told = pl.concat(found).sort("row", "at").drop("row", "at")
    return Compared(moves, int(reduce(or_, changed).sum()), told)


# ---- a piece of advice ----------------------------------------------------------------------------------------------


def _columns(plan: Plan, piece: Piece) -> list[pl.Expr]:
    """Of one piece: before, after, the strengths, whether the scope moved it, and the rules that did, as bits."""
    import polars as pl

    ranks = {side: [_rank(plan, giver, side) for giver in piece.givers] for side in SIDES}
    scope = {side: pl.col(f"{side}:scope") for side in SIDES}
    given = {side: pl.max_horizontal(ranks[side]) for side in SIDES}
    had, has = (pl.min_horizontal(scope[side], given[side]) for side in SIDES)
    stated = {side: _strength(plan, piece, side, rank) for side, rank in zip(SIDES, (had, has), strict=True)}
    down, up, other = has < had, has > had, (had == _YES) & (has == _YES) & (stated["old"] != stated["new"])
    moved = []
    for at, giver in enumerate(piece.givers):
        old, new = ranks["old"][at], ranks["new"][at]
        gave, gives = old == _YES, new == _YES
        apart = gave != gives if _states_alike(giver) else gave | gives
        moved.append(
            (down & (given["new"] < had) & (old >= had)) | (up & (given["old"] < has) & (new >= has)) | (other & apart)
        )
    scoped = (down & (scope["new"] < had)) | (up & (scope["old"] < has))
    masks = [
        pl.sum_horizontal(
            [bit.cast(pl.UInt64) * (1 << place) for place, bit in enumerate(moved[start : start + _PER_MASK])]
        )
        for start in range(0, len(moved), _PER_MASK)
    ]
    return [
        had.alias("before"),
        has.alias("after"),
        stated["old"].alias("stated:old"),
        stated["new"].alias("stated:new"),
        scoped.alias("scoped"),
        *(mask.alias(f"mask:{number}") for number, mask in enumerate(masks)),
    ]


def _rank(plan: Plan, giver: Giver, side: Side) -> pl.Expr:
    import polars as pl

    column = plan.column(side, giver)
    return pl.lit(_NO, pl.Int8) if column is None else pl.col(column)


def _states_alike(giver: Giver) -> bool:
    return giver.old is not None and giver.new is not None and giver.states("old") == giver.states("new")


def _strength(plan: Plan, piece: Piece, side: Side, rank: pl.Expr) -> pl.Expr:
    """What is stated of the advice to who gets it, as `run.advice.merged` chooses.

    That is the leading rule's strength, and a recommendation where any rule recommends it.
    """
    import polars as pl

    givers = piece.of(side)
    recommends = {giver.recommends[side] for _, giver in givers}

    def led(kind: bool) -> pl.Expr:
        found = pl.lit(0, pl.Int32)
        for _, giver in reversed(givers):
            found = (
                pl.when(_rank(plan, giver, side) == _YES)
                .then(pl.lit(giver.stated[side][kind], pl.Int32))
                .otherwise(found)
            )
        return found

    if len(recommends) < 2:
        words = led(recommends == {True})
    else:
        applies = [_rank(plan, giver, side) == _YES for _, giver in givers if giver.recommends[side]]
        words = pl.when(pl.any_horizontal(applies)).then(led(True)).otherwise(led(False))
    return pl.when(rank == _YES).then(words).otherwise(pl.lit(0, pl.Int32))


def _differs() -> pl.Expr:
    import polars as pl

    return (pl.col("before") != pl.col("after")) | (
        (pl.col("before") == _YES) & (pl.col("stated:old") != pl.col("stated:new"))
    )


def _moves(columns: pl.DataFrame, piece: Piece, plan: Plan) -> dict[Move, int]:
    import polars as pl

    masks = [name for name in columns.columns if name.startswith("mask:")]
    key = pl.sum_horizontal(
        pl.col("before").cast(pl.UInt64) * 4,
        pl.col("after").cast(pl.UInt64),
        pl.col("scoped").cast(pl.UInt64) * 16,
        pl.col("stated:old").cast(pl.UInt64) * (32 * _WIDTH),
        pl.col("stated:new").cast(pl.UInt64) * 32,
    )
    counts = columns.select(key.alias("key"), *masks).group_by("key", *masks).len()
    found: dict[Move, int] = {}
    for packed, *bits, count in counts.iter_rows():
        states = packed >> 5
        move = Move(
            WORDS[packed >> 2 & 3],
            WORDS[packed & 3],
            (plan.strengths[states // _WIDTH], plan.strengths[states % _WIDTH]),
            bool(packed & 16),
            tuple(_named(bits, piece)),
        )
        found[move] = found.get(move, 0) + count
    return found


def _named(bits: Sequence[int], piece: Piece) -> Iterator[str]:
    for at, giver in enumerate(piece.givers):
        if bits[at // _PER_MASK] >> (at % _PER_MASK) & 1:
            yield giver.name


def _scopes(frame: pl.DataFrame) -> dict[Move, int]:
    counts = frame.group_by("old:scope", "new:scope").len()
    return {
        Move(WORDS[before], WORDS[after], scope=before != after): count for before, after, count in counts.iter_rows()
    }


# ---- the rows that changed ------------------------------------------------------------------------------------------


def _scope_rows(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    found = frame.with_row_index("row").filter(pl.col("old:scope") != pl.col("new:scope"))
    return found.select(
        "row",
        PATIENT,
        pl.lit(SCOPE).alias(ADVICE),
        _word("old:scope").alias("before"),
        _word("new:scope").alias("after"),
        *(pl.lit(None, pl.String).alias(f"strength_{when}") for when in ("before", "after")),
        *(pl.lit([], pl.List(pl.String)).alias(f"rules_{when}") for when in ("before", "after")),
        pl.lit([SCOPE], pl.List(pl.String)).alias("because"),
    )


def _rows(frame: pl.DataFrame, columns: pl.DataFrame, differ: pl.Series, piece: Piece, plan: Plan) -> pl.DataFrame:
    import polars as pl

    found = frame.with_row_index("row").hstack(columns).filter(differ)
    words = dict(enumerate(plan.strengths))
    stated = [
        pl.when(pl.col(f"stated:{side}") > 0).then(
            pl.col(f"stated:{side}").replace_strict(words, return_dtype=pl.String)
        ).alias(f"strength_{when}")
        for side, when in zip(SIDES, ("before", "after"), strict=True)
    ]  # fmt: skip
    because = [pl.when("scoped").then(pl.lit(SCOPE))]
    for at, giver in enumerate(piece.givers):
        mask = pl.col(f"mask:{at // _PER_MASK}") // (1 << at % _PER_MASK) % 2 == 1
        because.append(pl.when(mask).then(pl.lit(giver.name)))
    return found.select(
        "row",
        PATIENT,
        pl.lit(piece.advice).alias(ADVICE),
        _word("before").alias("before"),
        _word("after").alias("after"),
        *stated,
        _giving(plan, piece, "old", "before").alias("rules_before"),
        _giving(plan, piece, "new", "after").alias("rules_after"),
        pl.concat_list(because).list.drop_nulls().alias("because"),
    )


def _giving(plan: Plan, piece: Piece, side: Side, rank: str) -> pl.Expr:
    """The rules by which the patient has what he has, by their names in that edition; none where he has nothing."""
    import polars as pl

    names = []
    for _, giver in sorted(piece.of(side)):
        rule = giver.rule(side)
        assert rule is not None
        gives = (_rank(plan, giver, side) >= pl.col(rank)) & (pl.col(rank) > _NO)
        names.append(pl.when(gives).then(pl.lit(rule.name)))
    return pl.concat_list(names).list.drop_nulls() if names else pl.lit([], pl.List(pl.String))


def _word(rank: str) -> pl.Expr:
    import polars as pl

    return pl.col(rank).replace_strict(dict(enumerate(WORDS)), return_dtype=pl.Enum(WORDS))

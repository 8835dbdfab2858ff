"""Value nodes as expressions over a table: constants, current values, dates and ages, scores and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from guidelang.calendar import Duration, less, minus, plus
from guidelang.network.ir import (
    Affine,
    Age,
    Arithmetic,
    BeforeEvaluation,
    Constant,
    CurrentValue,
    DateConstant,
    DateShift,
    EventDay,
    FirstKnownValue,
    Node,
    NodeId,
    Round,
    Score,
    ScoreItem,
    Table,
)
from guidelang.run.columnar_number import (
    Value,
    affine,
    any_odd,
    arithmetic,
    constant,
    is_whole,
    total,
    unknowable,
)
from guidelang.run.columnar_table import BORN, FactTable

if TYPE_CHECKING:
    import narwhals as nw

Values = Mapping[NodeId, Value]
Truths = Mapping[NodeId, "nw.Expr"]


def value_of(node: Node, values: Values, truths: Truths, table: FactTable) -> Value | None:
    """One value node over the values and truths below it; None for a condition."""
    match node:
        case Constant(value=number):
            return constant(number)
        case DateConstant(ordinal=ordinal):
            return constant(Fraction(ordinal))
        case BeforeEvaluation(duration=duration):
            return constant(Fraction(minus(table.as_of, duration).toordinal()))
        case CurrentValue(fact=fact) | EventDay(fact=fact):
            return fact_value(table, fact)
        case DateShift(operand=operand, sign=sign, duration=duration):
            return _shifted(values[operand], sign, duration)
        case Age(unit=unit, at=at):
            return _age(unit, table, None if at is None else values[at])
        case Arithmetic(operator=operator, operands=operands):
            return arithmetic(operator, [values[operand] for operand in operands])
        case Round(operand=operand):
            return arithmetic("round", [values[operand]])
        case Affine(operand=operand, factor=factor, offset=offset):
            return affine(values[operand], factor, offset)
        case FirstKnownValue(operands=operands):
            return _first_known([values[operand] for operand in operands])
        case Score():
            return _score(node, values, truths)
        case Table():
            return _table(node, truths)
        case _:
            return None


def fact_value(table: FactTable, fact: str) -> Value:
    """The current value of a fact."""
    import narwhals as nw

    column = table.facts[fact]
    expr = nw.col(column.values)
    odd = None if column.odd is None else nw.col(column.odd)
    if column.error is None:
        return Value(expr, None, odd)
    relative, absolute = column.error
    return Value(expr, expr.abs() * relative + absolute, odd)


def _shifted(day: Value, sign: str, duration: Duration) -> Value:
    """A day moved in the calendar; in columns by days alone, and no further than the calendar goes."""
    import narwhals as nw

    if day.constant is not None:
        moved = (plus if sign == "+" else less)(dt.date.fromordinal(int(day.constant)), duration)
        if moved is not None:
            return constant(Fraction(moved.toordinal()))
        return Value(nw.lit(None, nw.Float64))
    if duration.unit not in {"day", "week"}:
        return arithmetic("shift", [day])
    days = duration.count * (7 if duration.unit == "week" else 1)
    expr = day.expr + float(days if sign == "+" else -days)
    outside = ((expr < 1) | (expr > dt.date.max.toordinal())).fill_null(False)
    return Value(expr, None, any_odd([day.odd, outside]))


def _age(unit: str, table: FactTable, at: Value | None) -> Value:
    """Completed units of time from the day of birth; at a day that differs from row to row, exactly."""
    import narwhals as nw

    odd = nw.col(table.born_odd)
    if at is None:
        day = table.as_of
    elif at.constant is not None:
        day = dt.date.fromordinal(int(at.constant))
    else:
        return unknowable(nw.lit(None, nw.Float64))
    return Value(completed_since(nw.col(BORN), day, unit), None, odd, True)


def completed_since(born: nw.Expr, day: dt.date, unit: str) -> nw.Expr:
    """`calendar.completed` over a column of dates."""
    import narwhals as nw

    if unit in {"day", "week"}:
        apart = nw.lit(day).cast(nw.Datetime) - born.cast(nw.Datetime)  # of two dates, DuckDB makes a number
        days = apart.dt.total_minutes() // (24 * 60)
        return (days if unit == "day" else days // 7).cast(nw.Float64)
    begun = (nw.lit(day.year) - born.dt.year().cast(nw.Int64)) * 12 + day.month - born.dt.month().cast(nw.Int64)
    months = begun - (born.dt.day() > day.day).cast(nw.Int64)
    return (months if unit == "month" else months // 12).cast(nw.Float64)


def _first_known(operands: Sequence[Value]) -> Value:
    import narwhals as nw

    expr = nw.coalesce(*(operand.expr for operand in operands))
    error = None
    if any(operand.error is not None for operand in operands):
        error = nw.max_horizontal(*(operand.bound() for operand in operands))
    odd = any_odd([operand.odd for operand in operands])
    return Value(expr, error, odd, all(operand.whole for operand in operands))


def _score(node: Score, values: Values, truths: Truths) -> Value:
    return total([_counted(node, item, values, truths) for item in node.items])


def _counted(node: Score, item: ScoreItem, values: Values, truths: Truths) -> Value:
    """What one item counts; NULL where it makes the score unknown, odd where it may count more or less."""
    import narwhals as nw

    if item.points is None:
        value = values[item.operand]
        if node.missing != "zero":
            return value
        error = None if value.error is None else value.error.fill_null(0.0)
        return replace(value, expr=value.expr.fill_null(0.0), error=error)
    points = constant(item.points)
    truth = truths[item.operand]
    expr = nw.when(truth).then(points.expr).when(~truth).then(nw.lit(0.0))
    if node.missing == "zero":
        return replace(points, expr=nw.when(truth.fill_null(False)).then(points.expr).otherwise(nw.lit(0.0)))
    if node.missing == "unknown":
        return replace(points, expr=expr)
    return replace(points, expr=nw.when(truth.fill_null(False)).then(points.expr).otherwise(nw.lit(0.0)),
                   odd=truth.is_null())  # fmt: skip


def _table(node: Table, truths: Truths) -> Value:
    """What the row that holds gives; as long as that is open, what all rows that may hold give, if it is one thing."""
    import narwhals as nw

    holds = [truths[row.condition].fill_null(False) for row in node.rows]
    certain = nw.sum_horizontal(*(each.cast(nw.Int32) for each in holds))
    given: dict[Fraction | str | None, nw.Expr] = {}
    for row, sure in zip(node.rows, holds, strict=True):
        what = row.word if row.number is None else row.number
        may = sure | (truths[row.condition].is_null() & (certain == 0))
        given[what] = given[what] | may if what in given else may
    kinds = nw.sum_horizontal(*(may.cast(nw.Int32) for may in given.values()))
    numbers = [what for what in given if isinstance(what, Fraction)]
    doubles = {number: constant(number) for number in numbers}
    expr = nw.lit(None, nw.Float64 if numbers else nw.String)
    for what, may in given.items():
        if what is not None:
            single = doubles[what].expr if isinstance(what, Fraction) else nw.lit(what)
            expr = nw.when(may & (kinds == 1)).then(single).otherwise(expr)
    odd = None
    if len(numbers) > 1:
        odd = reduce(or_, (given[number] for number in numbers)) & (kinds > 1)
    bounds = [double.error for double in doubles.values() if double.error is not None]
    error = nw.max_horizontal(*(double.bound() for double in doubles.values())) if bounds else None
    return Value(expr, error, odd, bool(numbers) and all(is_whole(number) for number in numbers))

"""Limits that belong to nobody (G922): `> 5.5` in one place, `< 5.5` in another, and 5.5 itself in neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from guidelang.calendar import DURATION_WORDS
from guidelang.diagnostics import Note, Report
from guidelang.lint.occurrences import occurrences, of_rule
from guidelang.model import Guideline
from guidelang.model.measures import conversion_between
from guidelang.model.plausibility import constant_of
from guidelang.model.types import AgeType, DurationType, MeasureType, Type
from guidelang.quantity import parse_decimal
from guidelang.source import Span
from guidelang.syntax import print_expression, tree

_Limit: TypeAlias = Fraction | tuple[int, str]  # in the subject's own unit; a length of time as count and unit

_OPPOSITE: dict[str, tree.Comparator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_MIRRORED: dict[str, tree.Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """`subject operator limit`, as it takes part: behind a `not` the opposite of what is written."""

    subject: str
    limit: _Limit
    operator: tree.Comparator
    limit_as_written: str
    span: Span


def check_boundaries(guideline: Guideline, report: Report) -> None:
    """G922: one place asks for more than a limit, another for less than it, and none for the limit itself.

    Compared are conditions on one subject (a fact, a derived number, an aggregate or `last N` of a fact, `age`, `time
    since`) and one constant limit, by value and not by name. Conditions count as they take part in rules, in derived
    facts and in the scope: `not pth > 300 pg/mL`, and `unless pth > 300 pg/mL`, take care of 300 itself.
    """
    by_limit: dict[tuple[str, _Limit], list[_Comparison]] = {}
    for comparison in _comparisons(guideline):
        by_limit.setdefault((comparison.subject, comparison.limit), []).append(comparison)
    for (subject, _), comparisons in by_limit.items():
        above = [c for c in comparisons if c.operator == ">"]
        below = [c for c in comparisons if c.operator == "<"]
        if not above or not below or any(c.operator in ("<=", ">=", "=") for c in comparisons):
            continue
        first, second = sorted((above[0], below[0]), key=lambda c: (c.span.source.name, c.span.start))
        side = {">": "above", "<": "below"}
        report.warning(
            "G922",
            f"nobody takes care of `{subject}` of exactly {second.limit_as_written}: this is about values "
            f"{side[second.operator]} it, another condition about those {side[first.operator]} it",
            second.span,
            suggestion=f"include the limit in one of the two, with `{'>=' if second.operator == '>' else '<='}` here "
            f"or `{'>=' if first.operator == '>' else '<='}` there",
            notes=[Note(f"the values {side[first.operator]} it", first.span)],
        )


def _comparisons(guideline: Guideline) -> Iterator[_Comparison]:
    symbols = guideline.symbols
    seen: set[tuple[int, bool]] = set()
    scope = symbols.head.applies_to
    alone = [(symbols.defines[name].declaration.value, True) for name in sorted(guideline.own_names)]
    found = [o for rule in symbols.rules.values() for o in of_rule(rule, symbols)]
    found += occurrences(([(scope, True)] if scope is not None else []) + alone, symbols)
    for occurrence in found:
        if (id(occurrence.node), occurrence.positive) in seen:
            continue
        seen.add((id(occurrence.node), occurrence.positive))
        for comparison in _in_node(occurrence.node, guideline):
            if occurrence.positive:
                yield comparison
            else:
                opposite = _OPPOSITE[comparison.operator]
                yield _Comparison(
                    comparison.subject, comparison.limit, opposite, comparison.limit_as_written, comparison.span
                )


def _in_node(node: tree.Expression, guideline: Guideline) -> Iterator[_Comparison]:
    match node:
        case tree.Compare():
            yield from _of(node, node.left, node.operator, node.right, guideline)
            yield from _of(node, node.right, _MIRRORED[node.operator], node.left, guideline)
        case tree.Between():
            yield from _of(node, node.subject, ">=", node.low, guideline)
            yield from _of(node, node.subject, "<=", node.high, guideline)
        case tree.LastN():
            fact = guideline.symbols.facts[node.fact.name]
            subject = f"last {node.count} {node.fact.name}"
            yield from _with_limit(
                node, subject, fact.type, operator=node.operator, limit=node.right, guideline=guideline
            )
        case _:
            return


def _of(
    whole: tree.Expression,
    subject: tree.Expression,
    operator: tree.Comparator,
    limit: tree.Expression,
    guideline: Guideline,
) -> Iterator[_Comparison]:
    constant = constant_of(subject, guideline.symbols) is not None
    found = guideline.types.get(id(subject))
    if constant or found is None:
        return
    yield from _with_limit(whole, print_expression(subject), found, operator=operator, limit=limit, guideline=guideline)


def _with_limit(
    whole: tree.Expression,
    subject: str,
    found: Type,
    *,
    operator: tree.Comparator,
    limit: tree.Expression,
    guideline: Guideline,
) -> Iterator[_Comparison]:
    value = _limit(whole, found, limit, guideline)
    if value is not None:
        yield _Comparison(subject, value, operator, _as_written(limit, guideline), whole.span)


def _limit(whole: tree.Expression, subject: Type, limit: tree.Expression, guideline: Guideline) -> _Limit | None:
    """The constant that a subject is compared with, in the subject's unit; None if it is no constant."""
    parameter = guideline.symbols.parameters.get(limit.name) if isinstance(limit, tree.Name) else None
    if parameter is not None and parameter.duration is not None:
        return parameter.duration.count, parameter.duration.unit
    stated = guideline.types.get(id(limit))
    if isinstance(stated, DurationType) and isinstance(limit, tree.Quantity):
        unit = limit.unit
        if unit is None and isinstance(whole, tree.Between) and isinstance(whole.high, tree.Quantity):
            unit = whole.high.unit  # the unit after the second bound serves both
        return int(parse_decimal(limit.number)), DURATION_WORDS[unit or "year"]
    number = constant_of(limit, guideline.symbols)
    if number is None:
        return None
    if isinstance(subject, AgeType):
        return int(number), "year"
    if not isinstance(subject, MeasureType):
        return None
    meeting = guideline.meeting.get(id(whole))
    written = stated if isinstance(stated, MeasureType) and not stated.bare else meeting
    if not isinstance(written, MeasureType) or (written.unit is None and subject.unit is None):
        return number
    change = conversion_between(written, subject, guideline.symbols)
    return None if change is None else change(number)


def _as_written(limit: tree.Expression, guideline: Guideline) -> str:
    parameter = guideline.symbols.parameters.get(limit.name) if isinstance(limit, tree.Name) else None
    return print_expression(limit) if parameter is None else parameter.text

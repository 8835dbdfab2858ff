"""Faults in each sort of statement: in its conditions, and in the clauses that are no expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from guidelang.calendar import DURATION_WORDS
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.syntax.print_example import advised
from guidelang.testing.mutation.change import Change, Kind, dropped, one_line, replaced
from guidelang.testing.mutation.codes import code_changes, list_changes, parameter_code_changes
from guidelang.testing.mutation.expressions import Converts, expression_changes, quantity_changes
from guidelang.testing.mutation.numbers import beside
from guidelang.testing.mutation.parts import everything
from guidelang.testing.mutation.tables import score_changes, table_changes

Clauses: TypeAlias = Mapping[tuple[str, int], Span]
"""Where the clauses of one statement stand, by kind and number."""

_OTHER_KIND = {"recommend": "suggest", "suggest": "recommend"}
_OTHER_STRENGTH = {"strong": "conditional", "conditional": "strong"}
_LOWER = {"high": "moderate", "moderate": "low", "low": "very low", "very low": "low"}


def clauses_of(file: tree.File) -> list[Clauses]:
    """The clauses of each statement of a file."""
    found: list[dict[tuple[str, int], Span]] = [{} for _ in file.statements]
    for clause in file.clauses:
        found[clause.statement][clause.kind, clause.index] = clause.span
    return list(found)


def converts_of(files: Sequence[tree.File]) -> Converts:
    """The units that facts say how to convert, their own among them; of a parameter those it is compared with."""
    found: dict[str, list[str]] = {}
    statements = [statement for file in files for statement in file.statements]
    for fact in statements:
        if isinstance(fact, tree.Fact):
            units = found.setdefault(fact.name.name, [])
            for convert in fact.converts:
                if isinstance(convert, tree.Convert):
                    units += [amount.unit for amount in convert.amounts if amount.unit is not None]
                else:
                    units += [convert.unit, convert.of_unit]
    parameters = {each.name.name for each in statements if isinstance(each, tree.Parameter)}
    for statement in statements:
        if not isinstance(statement, tree.Rule | tree.Define | tree.Score | tree.Guideline):
            continue
        for node in everything(statement):
            if isinstance(node, tree.Compare | tree.Between | tree.LastN | tree.Quantified):
                names = {each.name for each in everything(node) if isinstance(each, tree.Name | tree.Identifier)}
                for parameter in names & parameters:
                    units = found.setdefault(parameter, [])
                    units += [unit for name in sorted(names - parameters) for unit in found.get(name, ())]
    return found


def statement_changes(statement: tree.Statement, clauses: Clauses, converts: Converts) -> Iterator[Change]:
    """All faults of a statement, in the order of its clauses."""
    match statement:
        case tree.Guideline(applies_to=applies_to) if applies_to is not None:
            yield from expression_changes(applies_to, converts)
        case tree.Parameter():
            yield from _parameter(statement, converts)
        case tree.Codes():
            yield from list_changes(statement, clauses)
        case tree.Fact():
            yield from _fact(statement, clauses, converts)
        case tree.Define():
            yield from _define(statement, clauses, converts)
        case tree.Rule():
            yield from _rule(statement, clauses, converts)
        case tree.Score():
            yield from score_changes(statement, clauses, converts)
        case tree.Table():
            yield from table_changes(statement, converts)
        case _:  # examples and invariants judge the rest; other statements name things
            return


def _parameter(parameter: tree.Parameter, converts: Converts) -> Iterator[Change]:
    opening = f"{parameter.name} = "
    value = parameter.value
    match value:
        case tree.Quantity():
            kind: Kind = "window" if value.unit in DURATION_WORDS else "threshold"
            own = {"": converts.get(parameter.name.name, ())}
            yield from quantity_changes(value, value, kind, own, opening=opening)
        case tree.CodeLiteral():
            yield from parameter_code_changes(parameter, value)
        case _:
            return


def _define(define: tree.Define, clauses: Clauses, converts: Converts) -> Iterator[Change]:
    yield from expression_changes(define.value, converts)
    for index, each in enumerate(define.units):
        named = "result" if each.name is None else each.name.name
        own = converts.get(named, ())
        for unit in beside(each.unit, own):
            yield replaced("unit", clauses["with_unit", index], f"{named} in {unit}")


def _rule(rule: tree.Rule, clauses: Clauses, converts: Converts) -> Iterator[Change]:
    if rule.when is not None:
        yield from expression_changes(rule.when, converts)
    for index, unless in enumerate(rule.unless):
        yield dropped("exception", clauses["unless", index])
        yield from expression_changes(unless, converts)
    for other in rule.overrides:
        yield _without_override(other)
    for advice in rule.advice:
        word = Span(advice.span.source, advice.span.start, advice.span.start + len(advice.kind))
        after = advised(advice).replace(advice.kind, _OTHER_KIND[advice.kind], 1)
        yield Change("advice", word, _OTHER_KIND[advice.kind], advised(advice), after, advice.span)
    if rule.strength is not None:
        yield replaced("strength", clauses["strength", 0], f"strength {_OTHER_STRENGTH[rule.strength]}")
    if rule.certainty is not None:
        yield replaced("strength", clauses["certainty", 0], f"certainty {_LOWER[rule.certainty]}")


def _without_override(other: tree.Identifier) -> Change:
    """`overrides a, b` without one of them, or without the clause where it is the only one."""
    text, span = other.span.source.text, other.span
    before = re.search(r"overrides\s+\Z", text[: span.start])
    after = re.match(r"\s*,\s*", text[span.end :])
    told = f"overrides {other}"
    if before is None:
        comma = re.search(r"\s*,\s*\Z", text[: span.start])
        start = comma.start() if comma else span.start
        return Change("override", Span(span.source, start, span.end), "", told, "", span)
    if after is not None:
        return Change("override", Span(span.source, span.start, span.end + after.end()), "", told, "", span)
    return dropped("override", Span(span.source, before.start(), span.end), told)


def _fact(fact: tree.Fact, clauses: Clauses, converts: Converts) -> Iterator[Change]:
    if isinstance(fact.type, tree.QuantityType):
        span = fact.type.span
        for unit in beside(fact.type.unit, converts.get(fact.name.name, ())):
            text = f"quantity in {unit}"
            yield replaced("unit", span, text, f"{fact.name} is {one_line(span.text)}", f"{fact.name} is {text}")
    for duration in (fact.within, *(r.within for r in fact.readings if isinstance(r, tree.FromRecord))):
        if isinstance(duration, tree.Quantity):
            yield from quantity_changes(duration, duration, "window", converts, opening=f"{fact.name} within ")
    yield from code_changes(fact, clauses)
    if fact.absent_means_no:
        yield dropped("absence", clauses["absent_means_no", 0], f"{fact.name}: absent means no")

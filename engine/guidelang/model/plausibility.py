"""Thresholds against plausible ranges: a rule that asks for what no patient can have is an error (language.md 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from guidelang.diagnostics import Note, Report
from guidelang.model.measures import conversion_between
from guidelang.model.symbols import FactSymbol, Symbols
from guidelang.model.types import MeasureType, Type
from guidelang.quantity import UnitError, analyte_conversion, format_number, parse_decimal, parse_unit
from guidelang.syntax import print_expression, tree


def check_threshold(
    symbols: Symbols,
    sides: Sequence[tuple[tree.Expression, Type]],
    meeting: MeasureType,
    types: Mapping[int, Type],
    report: Report,
) -> None:
    """Reports G401 for each constant side that lies outside the plausible range of a fact it is compared with."""
    facts = [fact for expression, _ in sides if (fact := _fact_of(expression, symbols)) is not None]
    for fact in facts:
        if fact.plausible is None:
            continue
        own = MeasureType(fact.unit, fact.kind)
        for expression, _ in sides:
            constant = constant_of(expression, symbols)
            if constant is None:
                continue
            found = types.get(id(expression))
            stated = found if isinstance(found, MeasureType) else meeting
            if stated.bare:
                stated = own
            change = conversion_between(stated, own, symbols)
            if change is None:
                continue
            value = change(constant)
            low, high = fact.plausible
            if not low <= value <= high:
                _report(fact, expression, value, symbols, report)


def constant_of(expression: tree.Expression, symbols: Symbols) -> Fraction | None:
    """The number of a numeral (with its sign) or of a parameter, in the unit it is written in."""
    match expression:
        case tree.Quantity():
            return parse_decimal(expression.number)
        case tree.Negate():
            inner = constant_of(expression.operand, symbols)
            return None if inner is None else -inner
        case tree.Name():
            parameter = symbols.parameters.get(expression.name)
            return parameter.number if parameter is not None else None
        case _:
            return None


def _fact_of(expression: tree.Expression, symbols: Symbols) -> FactSymbol | None:
    """The fact whose own values this expression yields."""
    if isinstance(expression, tree.Name):
        return symbols.facts.get(expression.name)
    if isinstance(expression, tree.Aggregate) and expression.how not in ("count", "sum", "covered days"):
        return symbols.facts.get(expression.fact.name)
    return None


def _report(fact: FactSymbol, expression: tree.Expression, value: Fraction, symbols: Symbols, report: Report) -> None:
    assert fact.plausible is not None
    low, high = fact.plausible
    unit = f" {fact.unit.code}" if fact.unit else ""
    words = print_expression(expression)
    notes = []
    if isinstance(expression, tree.Name):
        parameter = symbols.parameters[expression.name]
        words = f"{expression.name} ({parameter.text})"
        notes.append(Note("the parameter is declared here", parameter.declaration.value.span))
    report.error(
        "G401",
        f"{words} is {format_number(value)}{unit}, which no plausible `{fact.name}` reaches",
        expression.span,
        expected=f"a threshold from {format_number(low)} to {format_number(high)}{unit}",
        suggestion=_nearby_unit(fact, expression, symbols),
        notes=notes,
    )


def _nearby_unit(fact: FactSymbol, expression: tree.Expression, symbols: Symbols) -> str | None:
    """The unit with which the same number would be plausible, among those that differ by a power of 1000 or 10."""
    number = constant_of(expression, symbols)
    if number is None or fact.unit is None or fact.plausible is None:
        return None
    low, high = fact.plausible
    prefixes = ("", "m", "u", "n", "p", "k")
    base = fact.unit.code
    candidates = [base]
    for part in ("g/", "mol/", "eq/"):
        if part in base:
            tail = base[base.index(part) :]
            candidates += [prefix + tail for prefix in prefixes]
    for code in candidates:
        try:
            unit = parse_unit(code)
        except UnitError:
            continue
        change = analyte_conversion(unit, fact.unit, fact.conversions)
        if change is not None and low <= change(number) <= high:
            return f"did you mean {format_number(number)} {code}?"
    return None

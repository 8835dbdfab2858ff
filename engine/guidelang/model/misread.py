"""What is said of a name that nothing declares, and of a value that stands where a condition is wanted."""

from __future__ import annotations

import re

from guidelang.diagnostics import Report, did_you_mean
from guidelang.model.locate import vocabulary_with
from guidelang.model.symbols import Symbols
from guidelang.model.types import AgeType, ChoiceType, DateType, ElapsedType, MeasureType, TextType, Type
from guidelang.quantity import UnitError, parse_unit
from guidelang.source import Span
from guidelang.syntax import print_expression, tree


def report_unknown(name: str, span: Span, symbols: Symbols, report: Report) -> None:
    """A name that nothing declares."""
    names = symbols.expression_names()
    suggestion = did_you_mean(name, names)
    if suggestion is None and name in symbols.rules:
        suggestion = f"`{name}` is a rule; to use its conclusion, let it `conclude` a name"
    report.error(
        "G201",
        f"unknown fact `{name}`",
        span,
        expected="a fact, a derived fact or a parameter of the loaded files",
        suggestion=suggestion or _declaration(name, span),
    )


def report_no_condition(expression: tree.Expression, found: Type, report: Report) -> None:
    """A value where a condition is wanted."""
    words = print_expression(expression)
    suggestions = {
        MeasureType: f"compare it, e.g. `{words} > …`, or ask `{words} is known`",
        ChoiceType: f"compare it, e.g. `{words} is …`",
        DateType: f"compare it, or ask `{words} is known`",
        TextType: f"compare it, or ask `{words} is known`",
        AgeType: f"compare it, e.g. `{words} >= 18 years`",
        ElapsedType: f"compare it, e.g. `{words} >= 3 months`",
    }
    report.error(
        "G306",
        f"`{words}` is {found}, not a condition",
        expression.span,
        expected="something that is true or false",
        suggestion=suggestions.get(type(found)),
    )


_BESIDE = re.compile(
    r"\s*(?:[<>=≤≥≠!]=?|between\b)\s*(?P<number>-?\d[\d.]*)[ \t]*(?P<unit>[^\s,()#]*)|\s+is\s+(?P<value>\w+)"
)


def _declaration(name: str, span: Span) -> str:
    """How an unknown fact may be declared: in a shipped vocabulary, or as what stands beside it says."""
    vocabulary = vocabulary_with(name)
    if vocabulary is not None:
        return f"the vocabulary `{vocabulary}` declares it: write `use vocabulary {vocabulary}` below the head"
    beside = _BESIDE.match(span.source.text, span.end)
    form = "yes or no"
    if beside is not None and beside["number"]:
        try:
            form = f"quantity in {parse_unit(beside['unit']).code}" if beside["unit"] else "number"
        except UnitError:
            form = "number"
    elif beside is not None and beside["value"] not in ("known", "missing", "stale", "not", "one"):
        form = f"one of {beside['value']}, …"
    return f"declare it: fact {name} is {form}"

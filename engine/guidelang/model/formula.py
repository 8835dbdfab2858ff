"""Empirical formulas: `with calcium in mg/dL, … result in mg/dL`; inside, names are plain numbers in those units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guidelang.diagnostics import Report
from guidelang.model.misread import report_unknown
from guidelang.model.parameters import unit_of
from guidelang.model.symbols import DefineSymbol
from guidelang.model.types import MeasureType, Type
from guidelang.quantity import Unit, analyte_conversion
from guidelang.syntax import tree

if TYPE_CHECKING:
    from guidelang.model.infer import Inference


def stated_units(symbol: DefineSymbol, inference: Inference) -> Mapping[str, Unit]:
    """The units a formula states for its names, each checked against what the name stands for."""
    define, report = symbol.declaration, inference.report
    stated: dict[str, Unit] = {}
    used = {n.name for n in tree.walk(define.value) if isinstance(n, tree.Name)}
    used |= {n.fact.name for n in tree.walk(define.value) if isinstance(n, tree.Aggregate | tree.Change)}
    for item in define.units:
        if item.name is None:
            continue
        name = item.name.name
        if name not in used:
            report.warning("G911", f"the formula does not use `{name}`", item.span)
        unit = unit_of(item.unit, item.span, report)
        if unit is None:
            continue
        stated[name] = unit
        found = inference.type_of_name(name)
        if inference.symbols.named(name) is None:
            report_unknown(name, item.name.span, inference.symbols, inference.report)
        elif not isinstance(found, MeasureType) or found.unit is None:
            if found is not None:
                report.error("G307", f"`{name}` is {found}; it has no unit", item.name.span)
        elif analyte_conversion(found.unit, unit, inference.symbols.conversions_of(found.kind)) is None:
            report.error("G302", f"`{name}` is in {found.unit.code}, which does not convert to {unit.code}", item.span)
    return stated


def formula_type(symbol: DefineSymbol, inner: Type | None, report: Report) -> MeasureType | None:
    """The type of a formula: a quantity of its own kind in the unit stated for the result."""
    define = symbol.declaration
    results = [item for item in define.units if item.name is None]
    if len(results) != 1:
        report.error(
            "G308",
            f"the formula `{symbol.name}` says {'no' if not results else 'more than one'} unit for its result",
            define.name.span,
            suggestion="write once in its `with`: result in UNIT",
        )
        return None
    unit = unit_of(results[0].unit, results[0].span, report)
    if inner is None or unit is None:
        return None
    if not isinstance(inner, MeasureType):
        report.error("G307", f"a formula with stated units yields a number, and this is {inner}", define.value.span)
        return None
    return MeasureType(unit, kind=symbol.name)

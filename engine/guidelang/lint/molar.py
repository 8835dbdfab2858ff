"""Codes whose results do not come in a fact's unit (G926)."""

from __future__ import annotations

from guidelang.diagnostics import Report
from guidelang.lint.confirmed import confirmed
from guidelang.model import Guideline
from guidelang.quantity import analyte_conversion, parse_unit
from guidelang.terminology import word_for


def check_codes_fit_unit(guideline: Guideline, report: Report) -> None:
    """G926: a quantity that is read from a code whose results come in a unit that does not convert into its own; most
    often a code for mass beside one for amount of substance, without a `convert`.
    """
    symbols = guideline.symbols
    for fact in symbols.facts.values():
        if fact.unit is None or fact.declaration is None:
            continue
        for listed in (listed for reading in fact.readings for listed in reading.codes):
            concept = confirmed(listed.code)
            if concept is None or concept.unit is None:
                continue
            unit = parse_unit(concept.unit)
            if analyte_conversion(unit, fact.unit, symbols.conversions_of(fact.kind)) is None:
                name = f"{word_for(listed.code.system)} {listed.code.code}"
                report.warning(
                    "G926",
                    f"results of {name} come in {unit.code}, which does not convert into {fact.unit.code}, the unit "
                    f"of `{fact.name}`: they would all be unusable",
                    fact.declaration.name.span,
                    suggestion=f"add a line `convert 1 {unit.code} = … {fact.unit.code}`, or give the code a fact of "
                    "its own",
                )

"""Numbers, units and intervals: everything quantitative, exactly.

A clinical threshold must not flip because a sum was binary or a unit was guessed, so numbers are rationals from the
digits as written to the comparison, and units convert only where that is true for every quantity (by the table) or
for this analyte (by what its fact declares). Moles, equivalents, international units and annotations are dimensions
of their own; a ratio remembers what it is a ratio of; months are no days.

    parse_unit        a UCUM code to a `Unit`; `UnitError` carries a suggestion, which nobody applies silently
    conversion        one signature: mg/dL to g/L. `analyte_conversion`: 2.5 mEq/L of calcium to 1.25 mmol/L
    unit_product ...  the unit of a computed value, with a readable code; `computed_factor` compares two of them
    Interval          what is known of a value that is no point, and comparisons in three values
    parse_decimal     text to number; `from_number` keeps the decimal places that were reported
    power, ln ...     rounded half-even to 12 significant digits, the only places where a number is rounded
    rounded           a number as a reader is told it; nothing is computed from that

`units.json` is written by `tools/generate_units.py` from UCUM's own definitions and checked by tests; no unit library
is loaded to run a guideline. This package knows nothing of guidelines, patients or syntax.
"""

from __future__ import annotations

from guidelang.quantity.conversion import (
    IDENTITY,
    Affine,
    AnalyteConversion,
    Contradiction,
    analyte_conversion,
    computed_factor,
    contradictions,
    conversion,
    equal_amounts,
)
from guidelang.quantity.functions import exp, ln, log10, power
from guidelang.quantity.interval import Comparator, Interval
from guidelang.quantity.number import (
    MAX_DIGITS,
    format_number,
    from_number,
    parse_decimal,
    round_half_even,
    round_significant,
)
from guidelang.quantity.reading import rounded
from guidelang.quantity.table import Powers
from guidelang.quantity.ucum import UnitError
from guidelang.quantity.unit import ONE, Dimension, Unit, parse_unit, unit_power, unit_product, unit_quotient

__all__ = [
    "IDENTITY",
    "MAX_DIGITS",
    "ONE",
    "Affine",
    "AnalyteConversion",
    "Comparator",
    "Contradiction",
    "Dimension",
    "Interval",
    "Powers",
    "Unit",
    "UnitError",
    "analyte_conversion",
    "computed_factor",
    "contradictions",
    "conversion",
    "equal_amounts",
    "exp",
    "format_number",
    "from_number",
    "ln",
    "log10",
    "parse_decimal",
    "parse_unit",
    "power",
    "round_half_even",
    "round_significant",
    "rounded",
    "unit_power",
    "unit_product",
    "unit_quotient",
]

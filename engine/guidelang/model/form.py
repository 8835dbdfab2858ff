"""Whether a value may stand in the place of another value of a parameter, before names are resolved."""

from __future__ import annotations

from guidelang.calendar import DURATION_WORDS
from guidelang.diagnostics import Report
from guidelang.quantity import UnitError, conversion, parse_unit
from guidelang.syntax import print_parameter_value, tree


def fits(old: tree.Parameter, new: tree.Parameter, report: Report) -> bool:
    """Whether a parameter's new value has the form of the old one; if not, an error (G405) says so at the new value.

    Units of one dimension must convert. Those of two dimensions may belong to an analyte with conversions of its own,
    which is checked where the parameter is used; a unit that does not exist is told when it is resolved.
    """
    was, is_ = _form(old.value), _form(new.value)
    unit = old.value.unit if isinstance(old.value, tree.Quantity) else None
    if (was, is_) == ("a quantity", "a number"):
        report.error(
            "G405",
            f"the value for the parameter `{new.name}` has no unit",
            new.value.span,
            expected=f"a number in {unit} or a unit that converts into it",
            suggestion=f"write {print_parameter_value(new.value)} {unit}",
        )
        return False
    if was == is_ and _convert(old.value, new.value):
        return True
    report.error(
        "G405",
        f"{print_parameter_value(new.value)} does not fit the parameter `{new.name}`, which is {was}",
        new.value.span,
        expected=f"a value such as {print_parameter_value(old.value)}",
    )
    return False


def _form(value: tree.ParameterValue) -> str:
    match value:
        case tree.CodeLiteral():
            return "a list of codes"
        case tree.DateLiteral():
            return "a date"
        case tree.Period():
            return "a period of days"
        case tree.Quantity(unit=None):
            return "a number"
        case tree.Quantity(unit=unit) if unit in DURATION_WORDS:
            return "a length of time"
        case _:
            return "a quantity"


def _convert(old: tree.ParameterValue, new: tree.ParameterValue) -> bool:
    units = [value.unit for value in (old, new) if isinstance(value, tree.Quantity) and value.unit is not None]
    if len(units) < 2 or units[0] in DURATION_WORDS:
        return True
    try:
        a, b = parse_unit(units[0]), parse_unit(units[1])
    except UnitError:
        return True
    return conversion(b, a) is not None or b.dimension != a.dimension

"""Parameters: numbers, durations, dates, periods and code lists that a site may set without editing a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import ceil

from guidelang.calendar import DURATION_WORDS, Duration
from guidelang.diagnostics import Report
from guidelang.model.days import day_of
from guidelang.model.symbols import ParameterForm, ParameterSymbol
from guidelang.quantity import Unit, UnitError, conversion, format_number, parse_decimal, parse_unit
from guidelang.source import Span
from guidelang.syntax import parse_parameter_value, print_parameter_value, tree
from guidelang.terminology import ListedCode

CodeResolver = Callable[[Iterable[tree.CodeRef]], tuple[ListedCode, ...]]


def resolve_parameter(
    parameter: tree.Parameter, setting: str | None, resolve_codes: CodeResolver, report: Report
) -> ParameterSymbol | None:
    """A parameter with its value; `setting` is what a site wrote for it, in the language's own form.

    After an error in the setting the guideline's own value stands in, so that the error is reported once and alone.
    """
    own = _symbol(parameter, parameter.value, False, resolve_codes, report)
    if own is None or setting is None:
        return own
    value = parse_parameter_value(setting, report, f"<parameter {parameter.name.name}>")
    set_by_site = _symbol(parameter, value, True, resolve_codes, report) if value is not None else None
    if value is None or set_by_site is None or not _fits(own, set_by_site, value, report):
        return own
    return set_by_site


def _fits(own: ParameterSymbol, set_by_site: ParameterSymbol, value: tree.ParameterValue, report: Report) -> bool:
    """Whether a site's value has the form of the guideline's own, and a unit that can be converted into its unit."""
    if own.form == "quantity" and own.unit is not None and set_by_site.form == "number":
        report.error(
            "G405",
            f"the value for the parameter `{own.name}` has no unit",
            value.span,
            expected=f"a number in {own.unit.code} or a unit that converts into it",
            suggestion=f"write {set_by_site.text} {own.unit.code}",
        )
        return False
    convertible = (
        own.unit is None
        or set_by_site.unit is None
        or conversion(set_by_site.unit, own.unit) is not None
        or set_by_site.unit.dimension != own.unit.dimension  # an analyte's own units: checked where it is used
    )
    if set_by_site.form == own.form and convertible:
        return True
    report.error(
        "G405",
        f"the value {set_by_site.text} does not fit the parameter `{own.name}`, which is {_form_words(own)}",
        value.span,
        expected=f"a value such as {own.text}",
    )
    return False


def duration_of(quantity: tree.Quantity, report: Report) -> Duration | None:
    """A duration in calendar units, or an error if the number is not whole or the unit is none of time."""
    word = DURATION_WORDS.get(quantity.unit or "")
    if word is None:
        report.error(
            "G403",
            f"`{quantity.number} {quantity.unit or ''}`".replace(" `", "`") + " is not a length of time",
            quantity.span,
            expected="a whole number of days, weeks, months or years",
            suggestion=_in_whole_days(quantity),
        )
        return None
    number = parse_decimal(quantity.number)
    if number.denominator != 1 or number < 0:
        report.error("G403", "a length of time is a whole number of days, weeks, months or years", quantity.span)
        return None
    if number > 1_000_000:
        report.error("G403", f"{quantity.number} {quantity.unit} is too long", quantity.span)
        return None
    return Duration(int(number), word)


_IN_A_DAY = {
    "hour": 24, "hours": 24, "hr": 24, "hrs": 24, "h": 24,
    "minute": 24 * 60, "minutes": 24 * 60, "min": 24 * 60,
}  # fmt: skip


def _in_whole_days(quantity: tree.Quantity) -> str | None:
    """Of hours and minutes, what is written instead, and how much longer that may be; None of other units."""
    in_a_day = _IN_A_DAY.get(quantity.unit or "")
    if in_a_day is None:
        return None
    days = max(1, ceil(parse_decimal(quantity.number) / in_a_day))
    length, counted = ("1 day", "yesterday") if days == 1 else (f"{days} days", f"the last {days} days")
    return (
        f"time is counted in calendar days: `within {length}` counts {counted} and today, whatever the hour, "
        f"so up to {24 * (days + 1) - 1} hours"
    )


def unit_of(text: str, span: Span | None, report: Report) -> Unit | None:
    """A unit, or the error G301 with the nearest known one."""
    if text in DURATION_WORDS:
        ucum = {"day": "d", "week": "wk", "month": "mo", "year": "a"}[DURATION_WORDS[text]]
        report.error("G301", f"`{text}` is a word for lengths of time, not a unit", span, suggestion=f"write `{ucum}`")
        return None
    try:
        return parse_unit(text)
    except UnitError as error:
        suggestion = f"did you mean `{error.suggestion}`?" if error.suggestion else None
        report.error(
            "G301",
            f"unknown unit `{text}`",
            span,
            expected="a UCUM unit, written as laboratories report it: mg/dL, mmol/L, 10*9/L, mm[Hg]",
            suggestion=suggestion,
        )
        return None


def _symbol(
    parameter: tree.Parameter,
    value: tree.ParameterValue,
    set_by_site: bool,
    resolve_codes: CodeResolver,
    report: Report,
) -> ParameterSymbol | None:
    name, text = parameter.name.name, print_parameter_value(value)
    if isinstance(value, tree.CodeLiteral):
        codes = resolve_codes(value.codes)
        return ParameterSymbol(name, parameter.label, parameter, "codes", text, set_by_site, codes=codes)
    if isinstance(value, tree.DateLiteral | tree.Period):
        days = _days(value, report)
        if days is None:
            return None
        form: ParameterForm = "date" if isinstance(value, tree.DateLiteral) else "period"
        _no_range(parameter, report)
        return ParameterSymbol(name, parameter.label, parameter, form, text, set_by_site, days=days)
    if value.unit in DURATION_WORDS:
        duration = duration_of(value, report)
        if duration is None:
            return None
        return ParameterSymbol(name, parameter.label, parameter, "duration", text, set_by_site, duration=duration)
    number = parse_decimal(value.number)
    if value.unit is None:
        symbol = ParameterSymbol(name, parameter.label, parameter, "number", text, set_by_site, number=number)
    else:
        unit = unit_of(value.unit, value.unit_span or value.span, report)
        if unit is None:
            return None
        symbol = ParameterSymbol(
            name, parameter.label, parameter, "quantity", text, set_by_site, number=number, unit=unit
        )
    _check_plausible(symbol, value.span, report)
    return symbol


def _days(value: tree.DateLiteral | tree.Period, report: Report) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a date or period; an error for a month alone, or an end before its start.

    A period that ends before it begins is kept, so that what uses it is no error of its own.
    """
    if isinstance(value, tree.DateLiteral):
        day = day_of(value, report)
        return None if day is None else (day, day)
    assert isinstance(value.first, tree.DateLiteral)  # by the grammar
    assert isinstance(value.last, tree.DateLiteral)
    first, last = day_of(value.first, report), day_of(value.last, report)
    if first is None or last is None:
        return None
    if last < first:
        report.error(
            "G408",
            f"the period {value.first.text} to {value.last.text} ends before it begins",
            value.span,
            expected="the earlier day first; both days belong to the period",
        )
    return first, last


def _no_range(parameter: tree.Parameter, report: Report) -> None:
    if parameter.plausible is not None:
        report.error("G402", "only a number has a plausible range", parameter.plausible.span)


def _check_plausible(symbol: ParameterSymbol, span: Span, report: Report) -> None:
    bounds = symbol.declaration.plausible
    if bounds is None or symbol.number is None:
        return
    number: Fraction = symbol.number
    if bounds.unit is not None:
        unit = unit_of(bounds.unit, bounds.span, report)
        if unit is None:
            return
        change = conversion(symbol.unit, unit) if symbol.unit else None
        if change is None:
            report.error("G302", f"the plausible range is in {unit.code}, the parameter is not", bounds.span)
            return
        number = change(number)
    low, high = parse_decimal(bounds.low), parse_decimal(bounds.high)
    if low > high:
        report.error("G402", "the lower end of the plausible range lies above the upper end", bounds.span)
    elif not low <= number <= high:
        unit_words = f" {bounds.unit}" if bounds.unit else ""
        report.error(
            "G401",
            f"{symbol.text} is not plausible for the parameter `{symbol.name}`",
            span,
            expected=f"{format_number(low)} to {format_number(high)}{unit_words}",
        )


def _form_words(symbol: ParameterSymbol) -> str:
    return {
        "number": "a plain number",
        "quantity": f"a quantity in {symbol.unit.code if symbol.unit else ''}",
        "duration": "a length of time",
        "date": "a date",
        "period": "a period of days",
        "codes": "a list of codes",
    }[symbol.form]

"""`from` and `within`: where a fact is read, which codes and statuses count, and how far back it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.filters import check_reading
from guidelang.model.lists import report_unknown_list
from guidelang.model.parameters import duration_of
from guidelang.model.symbols import CodedFilterSymbol, LengthFilterSymbol, ReadingSymbol, Symbols, Window
from guidelang.syntax import tree
from guidelang.terminology import KINDS, Code, ListedCode

CodeResolver = Callable[[Iterable[tree.CodeRef]], tuple[ListedCode, ...]]

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
"""What lengths of a supply or a validity count as, in a guideline and in a record: neither begins on a certain day."""


def resolve_reading(
    reading: tree.FromRecord, default: Window | None, symbols: Symbols, resolve_codes: CodeResolver, report: Report
) -> ReadingSymbol:
    codes, of_parameter = _codes(reading.codes, symbols, resolve_codes, report)
    check_reading(reading, report)
    window = resolve_window(reading.within, symbols, report) if reading.within is not None else default
    return ReadingSymbol(
        reading.record,
        codes,
        reading.status,
        reading.verification,
        of_parameter,
        window,
        any_code=not reading.codes,
        intent=reading.intent,
        coded=tuple(_coded(each, symbols, resolve_codes, report) for each in reading.coded),
        lengths=tuple(found for each in reading.lengths if (found := _length(each, symbols, report)) is not None),
        abated=reading.abatement,
        negated=reading.negation,
        timed_by=None if reading.timed_by == KINDS[reading.record].times[0] else reading.timed_by,
        daily_dose=reading.daily_dose,
    )


def _codes(
    items: tuple[tree.CodeRef | tree.ListRef, ...], symbols: Symbols, resolve_codes: CodeResolver, report: Report
) -> tuple[tuple[ListedCode, ...], bool]:
    """The codes that items name, each once, and whether they are a site's own list alone."""
    codes = list(resolve_codes([item for item in items if isinstance(item, tree.CodeRef)]))
    of_parameter = False
    for item in items:
        if not isinstance(item, tree.ListRef):
            continue
        parameter = symbols.parameters.get(item.name)
        if item.name in symbols.lists:
            codes += symbols.lists[item.name].codes
        elif parameter is not None and parameter.form == "codes":
            codes += parameter.codes
            of_parameter = len(items) == 1
        else:
            report_unknown_list(item, symbols.lists, symbols, report)
    unique: dict[Code, ListedCode] = {}
    for listed in codes:
        earlier = unique.get(listed.code)
        keeps = earlier is not None and earlier.strength is not None and listed.strength is None
        unique[listed.code] = replace(listed, strength=earlier.strength) if earlier and keeps else listed
    return tuple(unique.values()), of_parameter


def _coded(found: tree.CodedFilter, symbols: Symbols, resolve_codes: CodeResolver, report: Report) -> CodedFilterSymbol:
    codes, _ = _codes(found.codes, symbols, resolve_codes, report)
    return CodedFilterSymbol(found.element, codes, found.beginnings)


def _length(found: tree.LengthFilter, symbols: Symbols, report: Report) -> LengthFilterSymbol | None:
    window = resolve_window(found.length, symbols, report)
    if window is None:
        return None
    days = window.duration.count * _DAYS[window.duration.unit]
    return LengthFilterSymbol(found.element, found.operator, days, window.parameter)


def longest(readings: tuple[ReadingSymbol, ...], own: Window | None) -> Window | None:
    """How far back the fact looks as a whole: no limit if one of its readings has none."""
    windows = [reading.window for reading in readings] or [own]
    limits = [window for window in windows if window is not None]
    if len(limits) < len(windows):
        return None
    return max(limits, key=lambda window: window.duration.about_days)


def resolve_window(within: tree.Duration, symbols: Symbols, report: Report) -> Window | None:
    """What `within` says: a length of time, or a parameter that holds one."""
    if isinstance(within, tree.Quantity):
        duration = duration_of(within, report)
        return Window(duration, None) if duration is not None else None
    parameter = symbols.parameters.get(within.name)
    durations = [p.name for p in symbols.parameters.values() if p.form == "duration"]
    if parameter is None:
        report.error(
            "G201",
            f"unknown parameter `{within.name}`",
            within.span,
            expected="a length of time such as 31 days, or a parameter that holds one",
            suggestion=did_you_mean(within.name, durations),
        )
        return None
    if parameter.duration is None:
        report.error(
            "G403",
            f"the parameter `{within.name}` is {parameter.text}, which is no length of time",
            within.span,
            expected="a parameter with a value such as 31 days",
            notes=[Note("declared here", parameter.declaration.name.span)],
        )
        return None
    return Window(parameter.duration, parameter.name)

"""`from` and `within`: where a fact is read, which codes and statuses count, and how far back it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.parameters import duration_of
from guidelang.model.symbols import ReadingSymbol, Symbols, Window
from guidelang.syntax import tree
from guidelang.terminology import ListedCode

CodeResolver = Callable[[Iterable[tree.CodeRef]], tuple[ListedCode, ...]]

_STATUSES: dict[str, tuple[str, ...]] = {
    # FHIR R4 value sets: ObservationStatus; condition-clinical; medicationrequest- and medication-statement-status;
    # EventStatus; allergyintolerance-clinical
    "observation": ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"),
    "condition": ("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
    "medication": (
        "active", "on-hold", "cancelled", "completed", "stopped", "draft", "unknown", "intended", "not-taken",
    ),
    "procedure": ("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"),
    "allergy": ("active", "inactive", "resolved"),
}  # fmt: skip
_VERIFICATIONS = ("unconfirmed", "provisional", "differential", "confirmed", "refuted", "presumed")


def resolve_reading(
    reading: tree.FromRecord, default: Window | None, symbols: Symbols, resolve_codes: CodeResolver, report: Report
) -> ReadingSymbol:
    codes: list[ListedCode] = []
    of_parameter = False
    direct = [item for item in reading.codes if isinstance(item, tree.CodeRef)]
    codes += resolve_codes(direct)
    for item in reading.codes:
        if not isinstance(item, tree.ListRef):
            continue
        parameter = symbols.parameters.get(item.name)
        if item.name in symbols.lists:
            codes += symbols.lists[item.name].codes
        elif parameter is not None and parameter.form == "codes":
            codes += parameter.codes
            of_parameter = len(reading.codes) == 1
        else:
            lists = [*symbols.lists, *(p.name for p in symbols.parameters.values() if p.form == "codes")]
            report.error(
                "G209",
                f"there is no code list `{item.name}`",
                item.span,
                expected="a `codes` list or a code-list parameter of the loaded files",
                suggestion=did_you_mean(item.name, lists),
            )
    unique = {listed.code: listed for listed in codes}
    if reading.verification and reading.record not in ("condition", "allergy"):
        report.error(
            "G210",
            f"a {reading.record} has no verification status",
            reading.span,
            expected="`with verification` on a condition or allergy",
        )
    _check_words(reading, report)
    window = resolve_window(reading.within, symbols, report) if reading.within is not None else default
    return ReadingSymbol(
        reading.record, tuple(unique.values()), reading.status, reading.verification, of_parameter, window
    )


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


def _check_words(reading: tree.FromRecord, report: Report) -> None:
    for sort, words, known in (
        ("status", reading.status, _STATUSES[reading.record]),
        ("verification status", reading.verification, _VERIFICATIONS),
    ):
        for word in words:
            if word not in known:
                report.error(
                    "G210",
                    f"a {reading.record} has no {sort} `{word}`",
                    reading.span,
                    expected=", ".join(known),
                    suggestion=did_you_mean(word, known),
                )

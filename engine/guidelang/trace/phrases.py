"""Short phrases for a reader: a value with where it comes from, a piece of advice, a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from guidelang.facts.place import UNDATED
from guidelang.quantity import rounded
from guidelang.trace.document import (
    AdviceDocument,
    BorderlineDocument,
    CitationDocument,
    CourseDocument,
    IntervalDocument,
    MissingDocument,
    ResultDocument,
    UnlistedDocument,
    ViolationDocument,
)

# Control characters could rewrite the terminal's lines, and bidirectional overrides the order of words.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ANNOTATION = re.compile(r" \{[^{}]*\}$")  # of a unit such as {score}

REDACTED = "Identifiers are left out; all dates are moved by one unknown number of days"


WRITTEN = "written as "
"""Begins the detail of a parameter that the guideline, or the site, writes in another unit than it is compared in."""


def violation(violation: ViolationDocument) -> list[str]:
    """What an invariant says that this patient refutes, by which rules, and whose fault that is."""
    lines = [] if violation.words == violation.invariant else [clean(violation.words)]
    if violation.rules:
        lines.append(f"{'rule' if len(violation.rules) == 1 else 'rules'} {', '.join(violation.rules)}")
    return [*lines, "A rule is wrong here, or the invariant: a person has to decide."]


def clean(text: str) -> str:
    """A text of a guideline or record, safe for a terminal: control characters become U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def measure(value: str | None, unit: str | None, limits: Iterable[str] = ()) -> str:
    """A value with its unit; annotations in braces are units too, but nobody reads "4 {score}".

    What has more digits than anybody reads is rounded, as `rounded` says.
    """
    if value is None:
        return "unknown"
    value = rounded(value, limits)
    return f"{value} {unit}" if unit and not unit.startswith("{") else value


def interval(between: IntervalDocument, unit: str | None, limits: Iterable[str] = ()) -> str:
    """An interval in words: "below 2 pg/mL", "2024-05-01 to 2024-05-31"."""
    low, high = (None if end is None else rounded(end, limits) for end in (between.low, between.high))
    if low is None and high is None:
        return "any value"
    if low is None:
        return f"{'below' if between.high_open else 'at most'} {measure(high, unit)}"
    if high is None:
        return f"{'above' if between.low_open else 'at least'} {measure(low, unit)}"
    text = f"{low} to {measure(high, unit)}"
    excluded = [end for end, is_open in ((low, between.low_open), (high, between.high_open)) if is_open]
    return f"{text}, without {' and '.join(excluded)}" if excluded else text


def value(text: str | None, between: IntervalDocument | None, unit: str | None, limits: Iterable[str] = ()) -> str:
    return interval(between, unit, limits) if between is not None else measure(text, unit, limits)


def counts(truth: str | None, points: str | None, counted: str | None, between: IntervalDocument | None) -> str:
    """What an item of a score counts: "2 points", "0 of 2 points", "unknown, 0 to 2 points", "unknown, counts 0"."""
    if between is not None:
        return f"{'unknown, ' if truth == 'unknown' else ''}{interval(between, 'points')}"
    if counted is None:
        return "unknown" if points is None else f"unknown, {_points(points)} if true"
    if truth == "unknown":
        return f"unknown, counts {counted}"
    return _points(counted) if points is None or counted == points else f"{counted} of {_points(points)}"


def _points(number: str) -> str:
    return f"{number} point" if number in ("1", "-1") else f"{number} points"


def age(days: int) -> str:
    if days == 0:
        return "on the evaluation date"
    words = "day" if abs(days) == 1 else "days"
    return f"{days} {words} old" if days > 0 else f"{-days} {words} ahead"


def result(entry: ResultDocument, shown: str | None, told: str = "") -> str:
    """Where a value comes from: "reported as 1.78 mmol/L on 2024-05-03, 29 days old, final, Observation/p1".

    `shown` is the value that the reader sees already and `told` a sentence: what they say is not repeated.
    """
    if entry.reported and entry.reported in told:
        return clean(f"from {entry.source}")
    parts: list[str] = []
    when = "" if entry.time is None else "without a date" if entry.time == UNDATED else f"on {entry.time}"
    if entry.course is not None:
        when = _course(entry.course)
    reported = _ANNOTATION.sub("", entry.reported)
    reported = reported if reported != shown else ""
    parts.append(" ".join(part for part in (f"reported as {reported}" if reported else "", when) if part))
    if entry.age_days is not None and entry.course is None:
        parts.append(age(entry.age_days))
    if entry.status:
        parts.append(entry.status)
    if entry.attested:
        parts.append("attested")
    parts.append(entry.source)
    if entry.note:
        parts.append(entry.note)
    return clean(", ".join(part for part in parts if part))


def absence(entries: Sequence[ResultDocument]) -> str:
    """Why a fact is no that nothing says: there is no record of it, or none that counts."""
    return "by absence of a record that counts" if entries else "by absence of a record"


def _course(course: CourseDocument) -> str:
    """From when to when: "from 2020-01-01 to 2024-03", "since 2020", "from 2020, end not recorded"."""
    ends = "a day that is not told" if course.ends in (None, UNDATED) else course.ends
    if course.begins in (None, UNDATED):
        return {"dated": f"up to {ends}", "running": "goes on", "unknown": "end not recorded"}[course.end]
    return {
        "dated": f"from {course.begins} to {ends}",
        "running": f"since {course.begins}",
        "unknown": f"from {course.begins}, end not recorded",
    }[course.end]


def reasons(words: list[str], details: list[str]) -> str:
    """Reasons with their details in parentheses: "stale (412 pg/mL on 2024-01-03, 150 days old)"."""
    if not words:
        return ""
    told = ", ".join(words)
    return clean(f"{told} ({'; '.join(details)})" if details else told)


def missing(fact: MissingDocument) -> str:
    return reasons(fact.reasons, fact.details)


def borderline(mark: BorderlineDocument) -> str:
    """One line about a comparison at the border of what the reported precision can tell."""
    facts = " and ".join(mark.facts)
    subject = "it lies" if len(mark.facts) == 1 and mark.unit else "the value compared lies"
    verb = "is" if len(mark.facts) == 1 else "are"
    low = None if mark.interval.low is None else rounded(mark.interval.low)
    between = f"{low} and {measure(mark.interval.high, mark.unit)}"
    return f"borderline: as precise as {facts} {verb} reported, {subject} between {between}"


def unlisted(group: UnlistedDocument) -> str:
    """Records in no list, in one line: "observation Mg (LOINC 2601-4), 3 of them, first Observation/o1: hint"."""
    told = " ".join(part for part in (group.record, group.what) if part)
    several = f", {group.count} of them, first {group.source}" if group.count > 1 and group.source else ""
    one = f", {group.source}" if group.count == 1 and group.source else ""
    count = f", {group.count} of them" if not group.source else ""
    return clean(f"{told or 'others'}{several}{one}{count}" + (f": {group.hint}" if group.hint else ""))


def headline(advice: AdviceDocument) -> str:
    """One line of advice: "Recommend: reduce phosphorus", "Suggest against: activated vitamin d"."""
    target = advice.target.replace("_", " ")
    to = f" to {advice.to.replace('_', ' ')}" if advice.to else ""
    verb = advice.kind.capitalize()
    if advice.against:
        action = "" if advice.action == "start" else f"{advice.action} "
        return clean(f"{verb} against: {action}{target}{to}")
    return clean(f"{verb}: {advice.action} {target}{to}")


def grading(advice: AdviceDocument) -> str:
    """The stated strength and certainty, or the source's own mark; nothing stated is ungraded."""
    parts = []
    if advice.strength:
        parts.append(advice.strength)
    if advice.certainty:
        parts.append(f"{advice.certainty} certainty")
    if advice.grade:
        parts.append(f"grade {advice.grade}")
    return clean(", ".join(parts)) or "ungraded"


def citations(cites: list[CitationDocument]) -> str:
    return clean(", ".join(f"{c.source} {c.locator}" for c in cites))

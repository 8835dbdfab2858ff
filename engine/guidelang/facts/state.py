"""What is known of one patient: the fact set that every executor reads.

A value is a number or interval (quantities, numbers; dates as ordinals of days), a bool (yes or no), or a string (one
of a choice, text). A fact without a usable current value is unknown and says why, with one `Cause` for each reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.calendar import Moment
from guidelang.quantity import Interval

Value: TypeAlias = Interval | bool | str


class Reason(StrEnum):
    """Why a fact is unknown, or is no single point. The values are the words that traces print."""

    NO_RECORD = "no record"
    STALE = "stale"
    VALUE_ABSENT = "value absent"
    NO_UNIT = "no unit"
    UNIT_NOT_CONVERTIBLE = "unit not convertible"
    IMPLAUSIBLE = "implausible value"
    IMPRECISE_DATE = "imprecise date"
    CENSORED = "censored"
    CONFLICTING = "conflicting values"
    UNSUPPORTED_STATUS = "unsupported status"
    UNLISTED_CODE = "unlisted code"
    UNDEFINED = "undefined"
    ASKED_UNKNOWN = "recorded as unknown"


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """One reason, with what a reader wants to know about it ("6.1 mg/dL on 2024-03-01, 92 days old")."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """From when to when something went on: a stay, a diagnosis from onset to abatement, days covered by a supply.

    Attributes:
        begins: when it began; None where the record gives no beginning, which may then lie as far back as one likes.
        end: `dated` if it ended at `ends`; `running` if it has begun and not ended; `unknown` if the record does not
            say whether or when it ended, only that it was there when it began.
        ends: the end of a `dated` course, else None.
    """

    begins: Moment | None
    end: Literal["dated", "running", "unknown"]
    ends: Moment | None = None


NOT_THERE = "?"
"""How the key of something begins that a record refers to and that is not in the input."""


@dataclass(frozen=True, slots=True)
class Result:
    """One entry of a record for one fact, after conversion.

    Attributes:
        value: in the fact's own unit; None if it cannot be used, then `causes` says why.
        causes: why the value cannot be used, or why it is not a point (censored).
        reported: the value and unit as the record has them ("1.78 mmol/L"), or the code's label.
        precision: half a unit of the last reported place, in the fact's unit; None if that has no meaning.
        moment: when, None for "current at the evaluation time" (plain fact sets).
        source: where it was read, as a user can find it again ("Observation/abc", "facts.yaml: phosphorus").
        status: the status as recorded, e.g. "final".
        asserted: False where a record states a negative (refuted, not taken, not done, no known allergy).
        order: position in the input; breaks no ties of meaning, only keeps listings stable.
        course: from when to when it went on; None for what has one time, which is `moment`.
        encounter: the encounter it belongs to, as a key that is equal for the same encounter; an encounter's own key.
            It begins with `NOT_THERE` if it names an encounter that is not in the input.
        practitioners: who authored, recorded or performed it, as keys that are equal for the same person.
        record: what it was read from, as a key that is equal for all that was read from the same record, such as the
            components of one observation; None where one entry is one value.
    """

    value: Value | None
    causes: tuple[Cause, ...]
    reported: str
    moment: Moment | None
    source: str
    precision: Fraction | None = None
    status: str | None = None
    label: str | None = None
    attested: bool = False
    note: str | None = None
    order: int = 0
    course: Course | None = None
    encounter: str | None = None
    practitioners: tuple[str, ...] = ()
    record: str | None = None


@dataclass(frozen=True, slots=True)
class FactState:
    """The current state of one fact for one patient.

    `value` None is unknown; then `causes` is not empty. An interval that is no point is known, and `causes` says
    what made it one (censored, conflicting values for a tie, imprecise date). `how` says whether a yes or no was
    recorded, asserted as a negative, or follows from absence. `used` are the results that decided, `history` all
    results whose status counts up to the evaluation day, oldest first, whatever the window.

    `open` are the records, whatever the window, that leave open whether they are of the fact (an unlisted code, a
    status that says neither yes nor no). `absence` says what keeps "no record" from meaning no: None where the fact
    does not say that it does, else what of the record was not there to be read; nothing if absence can be trusted.

    `passed_over` are the records that do not count, of a fact that is no by absence: for a reader, who may know of one
    and look for it in vain; nothing is decided by them.
    """

    fact: str
    value: Value | None
    causes: tuple[Cause, ...] = ()
    how: Literal["recorded", "asserted", "absent"] | None = None
    used: tuple[Result, ...] = ()
    history: tuple[Result, ...] = ()
    open: tuple[Result, ...] = ()
    absence: tuple[Cause, ...] | None = None
    passed_over: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a record that could not be used, or is worth a look: nothing is lost silently."""

    message: str
    patient: str | None = None
    resource: str | None = None
    field: str | None = None
    fact: str | None = None
    reason: Reason | None = None
    kind: Literal["unusable", "ignored", "note"] = "unusable"


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Records of one kind and code that no list of the guideline has, so that nothing is read from them.

    Attributes:
        record: the kind of record, in words; `records` as the language has it.
        what: what the record calls it, and its code.
        source: the first of `count` records.
        fact: the fact that may have been meant.
        hint: why it looks like a slip; None where nothing says so.
    """

    record: str
    records: tuple[str, ...]
    what: str
    count: int
    source: str
    fact: str | None
    hint: str | None


@dataclass(frozen=True, slots=True)
class FactSet:
    """All facts of a guideline for one patient, at one evaluation day. Every fact of the network has a state."""

    patient: str
    as_of: dt.date
    states: Mapping[str, FactState]
    birth: Interval | None = None  # ordinals of the days the birth date may be
    age: Interval | None = None  # completed years, where a fact set gives an age and no birth date
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    unlisted: tuple[Unlisted, ...] = ()
    prepared: dict[str, object] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What a run has made of the history of a fact, by its name, so that not every question makes it again."""

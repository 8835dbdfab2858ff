"""The value of one fact in a fact set: a word or number, a mapping of its parts, or a list of these (a history)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.calendar import Moment, parse_moment
from guidelang.diagnostics import nearest
from guidelang.facts.attest import Attestations
from guidelang.facts.entry import Entry
from guidelang.facts.measured import COMPARATORS, Reported, measure
from guidelang.facts.misplaced import YES_OR_NO, described, meant
from guidelang.facts.place import undated
from guidelang.facts.state import Cause, Course, Problem, Reason, Result, Value
from guidelang.facts.written import is_unknown, measure_text, plain, text_of, truth
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval

MOST_SHOWN = 200
"""Characters of a value that cannot be used: enough to find it again, whatever somebody put there."""

_PARTS = ("value", "unit", "time", "start", "end", "attested", "comparator", "encounter", "practitioner")
_OTHER_WORDS = {"date": "time", "when": "time", "on": "time", "units": "unit", "uom": "unit", "operator": "comparator"}


@dataclass(frozen=True, slots=True)
class ValueReader:
    """Reads the values of one fact of one patient; what cannot be read is added to `problems`.

    `bare`: a number without a unit takes the fact's own; else it is unknown for having none.
    """

    fact: FactDefinition
    zone: dt.tzinfo
    attestations: Attestations
    patient: str
    source: str
    problems: list[Problem]
    as_of: dt.date
    bare: bool = True

    def entries(self, value: object) -> tuple[Entry, ...]:
        if not isinstance(value, list | tuple):
            return (Entry(self._result(value, 0), self.fact.window),)
        if not value:
            self._problem("an empty list says neither yes nor no", Reason.VALUE_ABSENT)
            return (Entry(self._unusable("", Cause(Reason.VALUE_ABSENT, "an empty list"), None, 0), self.fact.window),)
        return tuple(Entry(self._result(item, order), self.fact.window) for order, item in enumerate(value))

    def _result(self, value: object, order: int) -> Result:
        if not isinstance(value, Mapping):
            return self._read(value, {}, None, order)
        parts = {str(key): part for key, part in value.items() if part is not None}
        misread = self._unknown_parts(parts)
        shown = text_of(parts.get("value", "")) if plain(parts.get("value")) else ""
        moments: dict[str, Moment] = {}
        for key in ("time", "start", "end"):
            if key not in parts or (key == "end" and is_unknown(parts[key])):
                continue
            try:
                moments[key] = parse_moment(text_of(parts[key]), self.zone)
            except ValueError as error:
                self._problem(str(error), Reason.IMPRECISE_DATE)
                cause = Cause(Reason.IMPRECISE_DATE, f"`{text_of(parts[key])[:40]}` is no date")
                return self._unusable(shown, cause, None, order)
        moment, course = moments.get("time"), None
        if "start" in parts or "end" in parts:
            course = Course(
                moments.get("start"),
                "dated" if "end" in moments else "unknown" if "end" in parts else "running",
                moments.get("end"),
            )
            if moment is not None or _ends_before_it_begins(course):
                fault = "either `time`, or `start` and `end`" if moment is not None else "it ends before it begins"
                self._problem(fault, Reason.IMPRECISE_DATE)
                return self._unusable(shown, Cause(Reason.IMPRECISE_DATE, fault), None, order)
            moment = _last(course, self.as_of)
        if misread:
            cause = Cause(Reason.VALUE_ABSENT, f"`{misread}` is no part of a value")
            return self._unusable(shown, cause, moment, order)
        value = parts.get("value", True if self.fact.type == "yes_no" and course is not None else None)
        result = self._read(value, parts, moment, order)
        practitioner = text_of(parts["practitioner"]) if plain(parts.get("practitioner")) else None
        return replace(
            result,
            course=course,
            encounter=text_of(parts["encounter"]) if plain(parts.get("encounter")) else None,
            practitioners=(practitioner,) if practitioner is not None else (),
        )

    def _unknown_parts(self, parts: Mapping[str, object]) -> str | None:
        """Reports parts that are not known; returns one that was probably meant to say something about the value."""
        misread = None
        for key in parts:
            if key in _PARTS:
                continue
            meant = _OTHER_WORDS.get(key) or nearest(key, _PARTS)
            suggestion = f"did you mean `{meant}`?" if meant else f"expected {', '.join(_PARTS)}"
            kind = "unusable" if meant else "ignored"
            message = f"`{key}` is no part of a value of `{self.fact.name}`; {suggestion}"
            field = f"{self.fact.name}.{key}"
            self.problems.append(
                Problem(
                    message, self.patient, self.source, field, self.fact.name, kind="unusable" if meant else "ignored"
                )
            )
            misread = key if kind == "unusable" else misread
        return misread

    def _read(self, value: object, parts: Mapping[str, object], moment: Moment | None, order: int) -> Result:
        if value is None or value == "":
            self._problem("it has no value; write `unknown` if nobody knows, or leave it out", Reason.VALUE_ABSENT)
            return self._unusable("", Cause(Reason.VALUE_ABSENT), moment, order)
        if not plain(value):
            self._problem("a value is a word or a number", Reason.VALUE_ABSENT)
            return self._unusable("", Cause(Reason.VALUE_ABSENT, "no word or number"), moment, order)
        if is_unknown(value):
            return self._unusable("unknown", Cause(Reason.ASKED_UNKNOWN), moment, order)
        match self.fact.type:
            case "quantity" | "number":
                return self._measured(value, parts, moment, order)
            case "yes_no":
                answer = truth(value)
                return self._word(answer, value, YES_OR_NO, moment, order)
            case "choice":
                words = ", ".join(choice.value for choice in self.fact.choices)
                return self._word(self._chosen(text_of(value)), value, f"one of {words}", moment, order)
            case "date":
                return self._date(text_of(value), moment, order)
            case "text":
                return self._word(text_of(value), value, "a text", moment, order)

    def _word(self, answer: Value | None, value: object, expected: str, moment: Moment | None, order: int) -> Result:
        text = text_of(value)
        if answer is not None:
            return Result(answer, (), text, moment, self._place(), order=order)
        found = f"expected {expected}, found {described(text)}"
        help_ = meant(text, self.fact.name) if self.fact.type == "yes_no" else ""
        self._problem(f"{found}{help_}", Reason.VALUE_ABSENT)
        return self._unusable(text, Cause(Reason.VALUE_ABSENT, found), moment, order)

    def _chosen(self, word: str) -> str | None:
        """The choice that a word names, by its value or its label, in any case of letters."""
        for choice in self.fact.choices:
            if word == choice.value:
                return choice.value
        folded = word.casefold()
        names = {name.casefold(): c.value for c in self.fact.choices for name in (c.value, c.label) if name}
        return names.get(folded)

    def _date(self, text: str, moment: Moment | None, order: int) -> Result:
        try:
            day = parse_moment(text, self.zone)
        except ValueError as error:
            self._problem(str(error), Reason.VALUE_ABSENT)
            return self._unusable(text, Cause(Reason.VALUE_ABSENT, f"`{text[:40]}` is no date"), moment, order)
        value = Interval(Fraction(day.first_day.toordinal()), Fraction(day.last_day.toordinal()))
        causes = () if value.is_point else (Cause(Reason.IMPRECISE_DATE, text),)
        return Result(value, causes, text, moment, self._place(), order=order)

    def _measured(self, value: object, parts: Mapping[str, object], moment: Moment | None, order: int) -> Result:
        try:
            reported = self._with_parts(measure_text(value), parts)
        except ValueError as error:
            self._problem(str(error), Reason.VALUE_ABSENT)
            cause = Cause(Reason.VALUE_ABSENT, str(error))
            return self._unusable(text_of(value), cause, moment, order)
        note = None
        if self.fact.unit is not None and reported.unit is None and self.fact.unit.startswith("{"):
            reported = replace(reported, unit=self.fact.unit)  # what is counted or scored has no other unit
        elif self.fact.unit is not None and reported.unit is None and self.bare:
            note = f"reported without a unit, taken as {self.fact.unit}"
            message = f"{reported} has no unit and is taken as {self.fact.unit}"
            self._problem(message, None, kind="note")
            reported = replace(reported, unit=self.fact.unit)
        reported = self.attestations.apply(self.patient, self.fact.name, self._place(), reported)
        measured = measure(self.fact, reported)
        if measured.value is None:
            suggestion = f"; {measured.suggestion}" if measured.suggestion else ""
            for cause in measured.causes:
                detail = f" ({cause.detail})" if cause.detail else ""
                self._problem(f"{reported} cannot be used: {cause.reason}{detail}{suggestion}", cause.reason)
        return Result(
            measured.value,
            measured.causes,
            str(reported),
            moment,
            self._place(),
            measured.precision,
            attested=reported.attested,
            note=note,
            order=order,
        )

    def _with_parts(self, reported: Reported, parts: Mapping[str, object]) -> Reported:
        """The number with the unit, comparator and attestation that stand beside it. Raises ValueError."""
        if "unit" in parts:
            unit = text_of(parts["unit"])
            if reported.unit is not None and reported.unit != unit:
                raise ValueError(
                    f"`{reported.unit[:20]}` is written with the number, and the unit beside it, or in the column's "
                    f"header, is `{unit[:20]}`"
                )
            reported = replace(reported, unit=unit or None)
        if "comparator" in parts:
            comparator = COMPARATORS.get(text_of(parts["comparator"]))
            if comparator is None:
                raise ValueError(f"`{text_of(parts['comparator'])[:20]}` is no comparator; expected <, <=, > or >=")
            if reported.comparator not in (None, comparator):
                raise ValueError(f"it has two comparators, {reported.comparator} and {comparator}")
            reported = replace(reported, comparator=comparator)
        if "attested" in parts:
            attested = truth(parts["attested"])
            if attested is None:
                raise ValueError(f"`attested: {text_of(parts['attested'])[:20]}` is neither yes nor no")
            reported = replace(reported, attested=attested)
        return reported

    def _unusable(self, reported: str, cause: Cause, moment: Moment | None, order: int) -> Result:
        shown = reported if len(reported) <= MOST_SHOWN else f"{reported[:MOST_SHOWN]}…"
        return Result(None, (cause,), shown, moment, self._place(), order=order)

    def _place(self) -> str:
        return f"{self.source}: {self.fact.name}"

    def _problem(self, message: str, reason: Reason | None, kind: str = "unusable") -> None:
        self.problems.append(
            Problem(
                f"`{self.fact.name}`: {message}",
                self.patient,
                self.source,
                self.fact.name,
                self.fact.name,
                reason,
                "note" if kind == "note" else "unusable",
            )
        )


def _ends_before_it_begins(course: Course) -> bool:
    return course.begins is not None and course.ends is not None and course.ends.last_day < course.begins.first_day


def _last(course: Course, as_of: dt.date) -> Moment | None:
    """When a course last was: None while it goes on; its beginning where it may lie ahead or its end is not known."""
    begins, ends = course.begins, course.ends
    if begins is not None and (begins.last_day > as_of or course.end == "unknown"):
        return begins
    if ends is not None:
        return None if ends.first_day > as_of else ends
    return None if course.end == "running" else undated(as_of)

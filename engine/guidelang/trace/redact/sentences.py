"""The sentences that the engine makes from a record, taken apart: what is known to be safe stays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guidelang.network.ir import FactDefinition
from guidelang.quantity import UnitError, parse_unit
from guidelang.terminology import CODED_ELEMENTS, LENGTH_ELEMENTS, RECORD_TYPES, record_words
from guidelang.trace.redact.pseudonyms import Shift

REMOVED = "[removed]"
ENTRY = "an entry"
MOST_DIGITS = 7  # before the point: more of them may be a telephone number in the wrong field

_CALENDAR = frozenset(["day", "days", "week", "weeks", "month", "months", "year", "years"])
_NUMBER = r"-?\d+(?:\.\d+)?"
_MEASURE = re.compile(rf"(?P<number>(?:[<>]=?)?{_NUMBER})(?: (?P<unit>\S+))?", re.ASCII)
_WORDS = frozenset(
    (
        "no record type is read for it",
        "a bare number",
        "an empty list",
        "no word or number",
        "no number",
        "no date",
        "no status",
        "no dose",
        "no dosage",
        "a frequency without its period",
        "given at single times",
        "a text",
        "numbers in texts are not read",
        "division by zero",
        "a power that is no real number",
        "logarithm of a number that is not positive",
        "exponential out of range",
        "interval divided by interval",
        "it is open which results are the newest",
        "after the evaluation day",
        "set by the site",
        "it lies before the days asked about",
        "the days asked about lie ahead",
    )
)
_RECORD = f"(?:{'|'.join(sorted({*RECORD_TYPES, *map(record_words, RECORD_TYPES)}, key=len, reverse=True))})"
_KEPT = re.compile(
    rf"no {_RECORD} record was read|declare --complete {_RECORD} if there is none|and \d{{1,4}} more"
    r"|\d{1,4} more results?(?: of the last \d{1,6} (?:day|week|month|year)s?)? needed, \d{1,4} asked for and"
    r" \d{1,4} found|\d{1,6} results? lies? after the evaluation day"
    r"|none with one of its codes(?:, and \d{1,7} in no list)?"
    r"|it is read by a project's codes only, which are in no record by themselves"
    r"|counts for \d{1,6} (?:day|week|month|year)s?(?: \(\w{1,100}\))?",
    re.ASCII,
)
_LACKS = re.compile(rf".+: (?P<lack>no (?:{'|'.join((*CODED_ELEMENTS, *LENGTH_ELEMENTS, 'status', 'intent'))}))", re.S)
_ONE_DAY = r"\d{4}(?:-\d{2}(?:-\d{2}(?:T[0-9:.Z+-]*)?)?)?"
_DAY = rf"(?:up to )?{_ONE_DAY}(?: to {_ONE_DAY})?"
_DATED = re.compile(rf"(?P<before>before them )?(?P<what>.+) on (?P<day>{_DAY}), (?P<age>-?\d{{1,7}} days?) old", re.S)
_UNDATED = re.compile(r"(?P<before>before them )?(?P<what>.+)(?P<rest>, no date| has no date)", re.S)
_UNSURE = re.compile(
    rf"(?P<what>.+?) (?:on )?(?P<day>{_DAY}), which may lie (?P<sides>(?:before|after) {_DAY}"
    rf"(?: or after {_DAY})?)",
    re.S,
)
_OUTSIDE = re.compile(
    rf"(?P<what>\S+(?: \S+)??)(?: is {_NUMBER}(?: \S+)?,)? outside "
    rf"(?P<range>{_NUMBER} to {_NUMBER})(?: \S+)?"
)
_UNITS = re.compile(r"(?P<from>\S+) to (?P<to>\S+)")


def measure_of(text: str) -> str | None:
    """A number with a unit of UCUM or of the calendar, without annotations; None for anything else."""
    match = _MEASURE.fullmatch(text.strip())
    if match is None or len(match["number"].lstrip("<>=-").partition(".")[0]) > MOST_DIGITS:
        return None
    unit = match["unit"]
    if unit is None or unit.startswith("{"):
        return match["number"]
    return f"{match['number']} {unit}" if is_unit(unit) else None


def is_unit(text: str) -> bool:
    """Whether a text is a unit that can hold no words of anybody's own: annotations in braces can."""
    if text in _CALENDAR:
        return True
    if "{" in text or text.isdigit():
        return False
    try:
        parse_unit(text)
    except (UnitError, ValueError):
        return False
    return True


class Sentences:
    """The details of facts of one patient."""

    def __init__(self, shift: Shift) -> None:
        self._shift = shift

    def details(self, details: Sequence[str], definition: FactDefinition | None) -> list[str]:
        """The details of a fact's reasons, those parts dropped that are of no known form.

        `definition` None: of a value that belongs to no single fact. Of a birth date nothing is kept.
        """
        if definition is not None and definition.patient_field in ("birth_date", "age"):
            return []
        told = []
        for detail in details:
            pieces = [self._piece(piece, definition) for piece in detail.split("; ")]
            kept = "; ".join(dict.fromkeys(piece for piece in pieces if piece))
            if kept and kept not in told:
                told.append(kept)
        return told

    def _piece(self, text: str, definition: FactDefinition | None) -> str | None:
        if text in _WORDS or _KEPT.fullmatch(text):
            return text
        if definition is None:
            return None
        if match := _LACKS.fullmatch(text):
            return f"{ENTRY}: {match['lack']}"
        if match := _UNSURE.fullmatch(text):
            day = self._shift.text(match["day"])
            sides = re.sub(_DAY, lambda found: self._shift.text(found[0]) or "another day", match["sides"])
            return None if day is None else f"{self._what(match['what'], definition)} on {day}, which may lie {sides}"
        if match := _DATED.fullmatch(text):
            day = self._shift.text(match["day"])
            if day is None:
                return None
            return f"{match['before'] or ''}{self._what(match['what'], definition)} on {day}, {match['age']} old"
        if match := _UNDATED.fullmatch(text):
            return f"{match['before'] or ''}{self._what(match['what'], definition)}{match['rest']}"
        if definition.type in ("quantity", "number"):
            return self._number(text, definition)
        return self._shift.text(text) if definition.type == "date" else None

    def _number(self, text: str, definition: FactDefinition) -> str | None:
        if match := _OUTSIDE.fullmatch(text):
            unit = f" {definition.unit}" if definition.unit and is_unit(definition.unit) else ""
            what = measure_of(match["what"])
            return f"{what or ENTRY} outside {match['range']}{unit}"
        if match := _UNITS.fullmatch(text):
            return text if is_unit(match["from"]) and is_unit(match["to"]) else None
        return measure_of(text)

    def _what(self, text: str, definition: FactDefinition) -> str:
        """An entry of the record: its number or date, or no more than that it is one."""
        known = None
        if definition.type in ("quantity", "number"):
            known = measure_of(text)
        elif definition.type == "date":
            known = self._shift.text(text)
        return known or ENTRY

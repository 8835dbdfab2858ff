"""A FHIR Quantity: a number with a unit from UCUM. The unit is its code; the text beside it is for people."""

from __future__ import annotations

from fractions import Fraction

from guidelang.facts.fhir.access import Element
from guidelang.facts.measured import COMPARATORS, Comparator, Reported, is_unit, read_number
from guidelang.facts.state import Cause, Problem, Reason
from guidelang.quantity import from_number
from guidelang.terminology import canonical_uri

UCUM = "http://unitsofmeasure.org"
_UCUM_URIS = frozenset({UCUM, "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"})


def quantity(element: Element) -> tuple[Reported | None, Cause | None, str | None]:
    """The reported number and unit; a cause if it cannot be used; a note on how the unit was found.

    Without any unit `Reported.unit` is None and there is no cause: whether a unit is needed is the fact's to say.
    """
    number = element.number("value")
    if number is None:
        return None, Cause(Reason.VALUE_ABSENT, "no number"), None
    comparator, cause = _comparator(element)
    unit, unit_cause, note = _unit(element)
    try:
        reported = read_number(number, unit, comparator)
    except ValueError as error:
        element.problem("value", str(error))
        return None, Cause(Reason.VALUE_ABSENT, str(error)), None
    if note:
        message = f"{element.resource}: {note}"
        element.complain(Problem(message, element.patient, element.resource, f"{element.path}.unit", kind="note"))
    return reported, cause or unit_cause, note


_DAYS = {
    "d": Fraction(1), "wk": Fraction(7), "mo": Fraction(30), "a": Fraction(365),
    "h": Fraction(1, 24), "min": Fraction(1, 1440), "s": Fraction(1, 86400),
}  # fmt: skip
_WORDS = {
    "day": "d", "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo", "year": "a", "years": "a",
    "hour": "h", "hours": "h", "minute": "min", "minutes": "min", "second": "s", "seconds": "s",
}  # fmt: skip


def length_in_days(element: Element | None) -> Fraction | None:
    """A Duration in days: a year 365, a month 30, a week 7, hours and less as fractions. None if it is no point."""
    if element is None or element.has("comparator"):
        return None
    number = element.number("value")
    unit = element.text("code") or element.text("unit")
    if number is None or unit is None:
        return None
    days = _DAYS.get(_WORDS.get(unit.lower(), unit))
    try:
        length = None if days is None else from_number(number)[0] * days
        return None if length is None or length < 0 else length
    except ValueError as error:
        element.problem("value", str(error))
        return None


def _comparator(element: Element) -> tuple[Comparator | None, Cause | None]:
    text = element.text("comparator")
    if text is None:
        if element.has("comparator"):
            return None, Cause(Reason.VALUE_ABSENT, "the comparator cannot be read")
        return None, None
    if text not in COMPARATORS:
        return None, Cause(Reason.VALUE_ABSENT, f"the comparator `{text}` is not understood")
    return COMPARATORS[text], None


def _unit(element: Element) -> tuple[str | None, Cause | None, str | None]:
    code, system, text = element.text("code"), element.text("system"), element.text("unit")
    if code is not None:
        if system is not None and canonical_uri(system) not in _UCUM_URIS:
            return code, Cause(Reason.UNIT_NOT_CONVERTIBLE, f"`{code}` is a unit of {system}, not of UCUM"), None
        if system is None and is_unit(code):
            return code, None, f"the unit `{code}` names no system and is taken as UCUM"
        return code, None, None  # a code that UCUM does not have is found when it is converted
    if element.has("code"):
        return None, Cause(Reason.UNIT_NOT_CONVERTIBLE, "the code of the unit cannot be read"), None
    if text is None:
        return None, None, None
    if is_unit(text):
        return text, None, f"the unit has no code; its text `{text}` is taken, which is a UCUM code"
    return text, Cause(Reason.UNIT_NOT_CONVERTIBLE, f"`{text}` is the text of a unit without a code"), None

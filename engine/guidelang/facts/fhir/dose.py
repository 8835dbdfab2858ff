"""How much of a substance is taken a day by an order: doses a day, times the dose, times what one unit holds.

Where an order leaves room, the most that it allows is taken: the upper end of a range of doses or frequencies, and an
order as needed as often as it may be. What it does not say makes the value unusable with its reason; the one exception
is an order without any timing, of which one dose a day is assumed, with a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.listing import Hit
from guidelang.facts.fhir.quantity import quantity
from guidelang.facts.measured import Reported, is_unit, measure
from guidelang.facts.state import Cause, Reason
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval, conversion, format_number, from_number, parse_unit
from guidelang.terminology import Strength

_PER_DAY = {  # of a periodUnit (UCUM): how many of it make a day
    "s": Fraction(86400), "min": Fraction(1440), "h": Fraction(24), "d": Fraction(1), "wk": Fraction(1, 7),
    "mo": Fraction(1, 30), "a": Fraction(1, 365),
}  # fmt: skip
_CODES = {  # HL7's GTSAbbreviation, the preferred codes of a timing
    "BID": Fraction(2), "TID": Fraction(3), "QID": Fraction(4), "AM": Fraction(1), "PM": Fraction(1),
    "QD": Fraction(1), "QOD": Fraction(1, 2), "Q1H": Fraction(24), "Q2H": Fraction(12), "Q3H": Fraction(8),
    "Q4H": Fraction(6), "Q6H": Fraction(4), "Q8H": Fraction(3), "BED": Fraction(1), "WK": Fraction(1, 7),
    "MO": Fraction(1, 30),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dose:
    """The daily dose in the fact's unit, or None with the causes; in words, and what a reader should know of it."""

    value: Interval | None
    causes: tuple[Cause, ...] = ()
    reported: str = ""
    note: str | None = None


class _Unusable(Exception):
    """Raised inside this module alone."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.cause = Cause(reason, detail)


@dataclass(frozen=True, slots=True)
class _Amount:
    number: Fraction
    unit: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{format_number(self.number)} {self.unit}"


def daily_dose(element: Element, definition: FactDefinition, hits: Sequence[Hit]) -> Dose:
    """The daily dose of an order, statement or dispense.

    Dosages of one sequence, or without any, are taken side by side and add up. Dosages that follow each other are each
    the dose for a while, so the value lies between the lowest and the highest of them.
    """
    strength = next((hit.listed.strength for hit in hits if hit.listed is not None and hit.listed.strength), None)
    field = "dosage" if element.has("dosage") else "dosageInstruction"
    try:
        steps: dict[object, list[_Amount]] = {}
        for dosage in element.several(field):
            steps.setdefault(dosage.content.get("sequence"), []).append(_amount(dosage, strength))
        if not steps:
            raise _Unusable(Reason.VALUE_ABSENT, "no dosage")
        found = [_sum(amounts) for amounts in steps.values()]
    except _Unusable as error:
        return Dose(None, (error.cause,))
    measured = [measure(definition, Reported(each.number, 0, each.unit)) for each in found]
    causes = tuple(dict.fromkeys(cause for each in measured for cause in each.causes))
    values = [each.value for each in measured if each.value is not None]
    told = ", then ".join(dict.fromkeys(str(each) for each in found))
    note = "; ".join(dict.fromkeys(note for each in found for note in each.notes)) or None
    if len(values) < len(measured):
        return Dose(None, causes, told, note)
    value = Interval.hull(values)
    if not value.is_point:
        causes = (*causes, Cause(Reason.CONFLICTING, f"dosages that follow each other: {told}"))
    return Dose(value, causes, told, note)


def _sum(amounts: Iterable[_Amount]) -> _Amount:
    total, *rest = amounts
    for each in rest:
        change = conversion(parse_unit(each.unit), parse_unit(total.unit))
        if change is None:
            raise _Unusable(Reason.UNIT_NOT_CONVERTIBLE, f"{each.unit} to {total.unit}")
        total = replace(total, number=total.number + change(each.number), notes=total.notes + each.notes)
    return total


def _amount(dosage: Element, strength: Strength | None) -> _Amount:
    """What one dosage amounts to in a day, or in the time of a patch's rate."""
    dose = _dose(dosage)
    notes = ["as needed: the most that may be taken"] if _is_as_needed(dosage) else []
    amount, unit = _of_substance(dose, strength)
    if _is_rate(unit):
        return _Amount(amount, unit, tuple(notes))
    times, assumed = _times_a_day(dosage)
    if assumed:
        notes.append("no timing is recorded; one dose a day is assumed")
    return _Amount(amount * times, f"{unit}/d", tuple(notes))


def _of_substance(dose: Reported, strength: Strength | None) -> tuple[Fraction, str]:
    """The substance in one dose. A dose that is counted, or a volume, holds as much as the list of codes says."""
    unit = dose.unit if dose.unit is not None and is_unit(dose.unit) and not _is_count(dose.unit) else None
    if strength is None:
        if unit is None:
            raise _Unusable(Reason.VALUE_ABSENT, f"no strength is listed for a dose of {dose}")
        return dose.number, unit
    of, _, per = strength.unit.rpartition("/")
    if unit is None:
        if of and not _is_rate(strength.unit):
            raise _Unusable(Reason.UNIT_NOT_CONVERTIBLE, f"a dose of {dose} of what has {strength.unit}")
        return dose.number * strength.number, strength.unit
    if of and not _is_rate(strength.unit):
        change = conversion(parse_unit(unit), parse_unit(per))
        if change is not None:
            return change(dose.number) * strength.number, of
    if _is_rate(strength.unit) and not _is_rate(unit):
        raise _Unusable(Reason.UNIT_NOT_CONVERTIBLE, f"a dose of {dose} of what gives {strength.unit}")
    return dose.number, unit  # the dose is the substance itself


def _is_rate(unit: str) -> bool:
    per = unit.rpartition("/")[2]
    return "/" in unit and is_unit(per) and conversion(parse_unit(per), parse_unit("h")) is not None


def _is_count(unit: str) -> bool:
    return unit == "1" or unit.startswith("{")


def _dose(dosage: Element) -> Reported:
    found: dict[Reported, None] = {}
    for each in dosage.several("doseAndRate"):
        inner = each.element("doseQuantity")
        if inner is None and each.has("doseRange"):
            limits = each.element("doseRange")
            inner = limits.element("high") if limits is not None else None
        if inner is not None:
            found.setdefault(_counted(inner))
    if not found:
        raise _Unusable(Reason.VALUE_ABSENT, "no dose")
    if len(found) > 1:
        raise _Unusable(Reason.CONFLICTING, f"several doses: {', '.join(map(str, found))}")
    return next(iter(found))


def _counted(element: Element) -> Reported:
    """A dose; a unit that is none of UCUM (a tablet, a patch) counts pieces."""
    reported, cause, _ = quantity(element)
    if reported is None:
        raise _Unusable(Reason.VALUE_ABSENT, cause.detail if cause else "no dose")
    if reported.comparator is not None:
        raise _Unusable(Reason.CENSORED, str(reported))
    if cause is not None and (reported.unit is None or is_unit(reported.unit)):
        raise _Unusable(cause.reason, cause.detail)  # a unit of UCUM by its looks, of another system
    return reported


def _is_as_needed(dosage: Element) -> bool:
    return dosage.content.get("asNeededBoolean") is True or dosage.has("asNeededCodeableConcept")


def _times_a_day(dosage: Element) -> tuple[Fraction, bool]:
    """Doses a day, and whether they are assumed."""
    timing = dosage.element("timing")
    repeat = timing.element("repeat") if timing is not None else None
    if repeat is not None:
        times = _repeated(repeat)
        if times is not None:
            return times, False
    code = timing.element("code") if timing is not None else None
    if code is not None:
        words = [word for coding in code.several("coding") if (word := coding.text("code"))]
        known = {_CODES[word] for word in words if word in _CODES}
        if len(known) != 1:
            raise _Unusable(Reason.VALUE_ABSENT, f"the timing {', '.join(words) or 'in words'} is not understood")
        return known.pop(), False
    if timing is not None and timing.has("event"):
        raise _Unusable(Reason.VALUE_ABSENT, "given at single times")
    return Fraction(1), True


def _repeated(repeat: Element) -> Fraction | None:
    frequency = _number(repeat, "frequencyMax") or _number(repeat, "frequency")
    period, unit = _number(repeat, "period"), repeat.text("periodUnit") if repeat.has("periodUnit") else None
    if period is not None and unit in _PER_DAY:
        if period <= 0:
            raise _Unusable(Reason.VALUE_ABSENT, f"a period of {format_number(period)}")
        return (frequency if frequency is not None else Fraction(1)) * _PER_DAY[unit] / period
    if frequency is not None or period is not None:
        raise _Unusable(Reason.VALUE_ABSENT, "a frequency without its period")
    for name in ("timeOfDay", "when"):
        listed = repeat.content.get(name)
        if isinstance(listed, list | tuple) and listed:
            return Fraction(len(listed))
    return None


def _number(element: Element, name: str) -> Fraction | None:
    if not element.has(name):
        return None
    number = element.number(name)
    try:
        return None if number is None else from_number(number)[0]
    except ValueError as error:
        element.problem(name, str(error))
        return None

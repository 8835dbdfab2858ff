"""What is known of the person, whatever the guideline: birth, age, sex, death. Facts `from patient …` read it.

A record that does not mention death is a living person's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from guidelang.calendar import Moment, completed
from guidelang.facts.state import Cause, FactState, Reason, Result, Value
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval, UnitError, conversion, parse_unit

SEXES = ("female", "male", "other")


@dataclass(frozen=True, slots=True)
class Person:
    """Each field is what the record gives, with its source; None where it gives nothing.

    Attributes:
        birth: the birth date, possibly partial.
        age: completed years, where a fact set gives an age.
        sex: one of `SEXES`, or "unknown".
        deceased: whether the person is dead, or "unknown".
        death: the day of death, possibly partial.
    """

    birth: Moment | None = None
    age: int | None = None
    sex: str | None = None
    deceased: bool | str | None = None
    death: Moment | None = None
    source: str = "patient"


def agreed(versions: Sequence[Person]) -> Person:
    """The person as several versions of one record have it, of which nobody knows which counts: what they all say.

    Where they have different birth dates, one of them is right, so that it was some day from the first to the last.
    """
    first = versions[0]
    births = [each.birth for each in versions]
    birth = first.birth
    known = [each for each in births if each is not None]
    if any(each != birth for each in births):
        birth = _some_of(known) if len(known) == len(births) else None
    sex = first.sex if all(each.sex == first.sex for each in versions) else "unknown"
    if all((each.deceased, each.death) == (first.deceased, first.death) for each in versions):
        return replace(first, birth=birth, sex=sex)
    return replace(first, birth=birth, sex=sex, deceased="unknown", death=None)


def _some_of(moments: Sequence[Moment]) -> Moment:
    return Moment(
        " or ".join(sorted({moment.text for moment in moments})),
        min(moment.first_day for moment in moments),
        max(moment.last_day for moment in moments),
        min(moment.earliest for moment in moments),
        max(moment.latest for moment in moments),
    )


def birth_days(person: Person) -> Interval | None:
    """Ordinals of the days on which the person may have been born."""
    if person.birth is None:
        return None
    return _days(person.birth)


def age_years(person: Person, as_of: dt.date) -> Interval | None:
    """Completed years: as the fact set says, else by the birth date. None if neither is known or birth is to come."""
    if person.birth is not None:
        if person.birth.first_day > as_of:
            return None
        youngest = completed("year", min(person.birth.last_day, as_of), as_of)
        return Interval(Fraction(youngest), Fraction(completed("year", person.birth.first_day, as_of)))
    return None if person.age is None else Interval.point(Fraction(person.age))


def person_fact(definition: FactDefinition, person: Person, as_of: dt.date) -> FactState:
    """The state of a fact that reads a field of the patient."""
    match definition.patient_field:
        case "birth_date":
            return _birth(definition, person)
        case "age":
            return _age(definition, person, as_of)
        case "sex":
            return _sex(definition, person)
        case _:
            return _deceased(definition, person, as_of)


def _birth(definition: FactDefinition, person: Person) -> FactState:
    birth = birth_days(person)
    if birth is None or person.birth is None:
        return _unknown(definition, Cause(Reason.NO_RECORD))
    causes = () if birth.is_point else (Cause(Reason.IMPRECISE_DATE, person.birth.text),)
    return _known(definition, birth, person.birth.text, person, causes)


def _age(definition: FactDefinition, person: Person, as_of: dt.date) -> FactState:
    age = age_years(person, as_of)
    if age is None:
        detail = f"the birth date {person.birth.text} lies after {as_of}" if person.birth else ""
        return _unknown(definition, Cause(Reason.NO_RECORD, detail))
    causes = () if age.is_point or person.birth is None else (Cause(Reason.IMPRECISE_DATE, person.birth.text),)
    reported = f"{age.value if age.is_point else f'{age.low} to {age.high}'} years"
    if definition.unit not in (None, "a"):
        try:
            affine = conversion(parse_unit("a"), parse_unit(definition.unit or "a"))
        except UnitError:
            affine = None
        if affine is None:
            return _unknown(definition, Cause(Reason.UNIT_NOT_CONVERTIBLE, f"years to {definition.unit}"))
        age = age.scaled(affine.factor, affine.offset)
    return _known(definition, age, reported, person, causes)


def _sex(definition: FactDefinition, person: Person) -> FactState:
    if person.sex is None:
        return _unknown(definition, Cause(Reason.NO_RECORD))
    if person.sex == "unknown":
        return _unknown(definition, Cause(Reason.ASKED_UNKNOWN))
    if definition.choices and person.sex not in {choice.value for choice in definition.choices}:
        return _unknown(definition, Cause(Reason.UNLISTED_CODE, person.sex))
    return _known(definition, person.sex, person.sex, person)


def _deceased(definition: FactDefinition, person: Person, as_of: dt.date) -> FactState:
    if person.death is not None:
        text = f"died {person.death.text}"
        if person.death.first_day > as_of:
            return _known(definition, False, text, person)
        if person.death.last_day <= as_of:
            return _known(definition, True, text, person)
        return _unknown(definition, Cause(Reason.IMPRECISE_DATE, f"{text}, which may lie after {as_of}"))
    if isinstance(person.deceased, str):
        return _unknown(definition, Cause(Reason.ASKED_UNKNOWN))
    if person.deceased is None:
        return FactState(definition.name, False, (), "absent")
    result = _result(person.deceased, "yes" if person.deceased else "no", person)
    return FactState(
        definition.name, person.deceased, (), "recorded" if person.deceased else "asserted", (result,), (result,)
    )


def _known(
    definition: FactDefinition, value: Value, reported: str, person: Person, causes: tuple[Cause, ...] = ()
) -> FactState:
    result = _result(value, reported, person, causes)
    return FactState(definition.name, value, causes, "recorded", (result,), (result,))


def _result(value: Value, reported: str, person: Person, causes: tuple[Cause, ...] = ()) -> Result:
    return Result(value, causes, reported, None, person.source)


def _unknown(definition: FactDefinition, cause: Cause) -> FactState:
    return FactState(definition.name, None, (cause,))


def _days(moment: Moment) -> Interval:
    return Interval(Fraction(moment.first_day.toordinal()), Fraction(moment.last_day.toordinal()))

"""Patient: birth date, sex, death."""

from __future__ import annotations

from guidelang.calendar import Moment, parse_moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.timing import Clock
from guidelang.facts.person import SEXES, Person


def person(element: Element, clock: Clock) -> Person:
    """What a Patient resource says of the person."""
    sex = element.text("gender")
    if sex is not None and sex not in SEXES:
        if sex != "unknown":
            element.problem("gender", f"`{sex}` is no administrative gender; it is read as unknown")
        sex = "unknown"
    deceased: bool | str | None = element.boolean("deceasedBoolean")
    death = _day(element, clock, "deceasedDateTime")
    if death is None and element.has("deceasedDateTime"):
        deceased = True  # it says that the person died; only the day cannot be read
    elif deceased is None and element.has("deceasedBoolean"):
        deceased = "unknown"
    return Person(
        birth=_day(element, clock, "birthDate"),
        sex=sex,
        deceased=deceased,
        death=death,
        source=element.resource,
    )


def _day(element: Element, clock: Clock, name: str) -> Moment | None:
    text = element.text(name)
    if text is None:
        return None
    try:
        return parse_moment(text, clock.zone)
    except ValueError as error:
        element.problem(name, f"{name}: {error}")
        return None

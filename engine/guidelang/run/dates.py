"""Days that are computed: a day moved by a length of time, and the age at a day.

A day is the interval of all days that it may be. Moving days keeps their order, so an interval moves by its ends; an
age is least for the latest birth and the earliest day, and greatest the other way round.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Literal

from guidelang.calendar import Duration, DurationUnit, completed, less, plus
from guidelang.facts.state import Cause, FactSet, Reason
from guidelang.quantity import Interval
from guidelang.run.outcome import Computed

BIRTH_DATE = "birth_date"
"""The fact that an age without a birth date is reported to need."""

NO_SUCH_DAY = Cause(Reason.UNDEFINED, "a day outside the calendar")


def shifted(day: Computed, sign: Literal["+", "-"], duration: Duration) -> Computed:
    """A day moved by a duration; undefined beyond the years 1 and 9999."""
    if not isinstance(day.value, Interval):
        return day
    low, high = _moved(day.value.low, sign, duration), _moved(day.value.high, sign, duration)
    if low is None or high is None:
        return Computed(None, day.open_facts, (*day.causes, NO_SUCH_DAY))
    value = Interval(low, high)
    return Computed(value) if value.is_point else Computed(value, day.open_facts, day.causes)


def _moved(ordinal: Fraction | None, sign: Literal["+", "-"], duration: Duration) -> Fraction | None:
    if ordinal is None:
        return None
    day = dt.date.fromordinal(int(ordinal))
    moved = plus(day, duration) if sign == "+" else less(day, duration)
    return None if moved is None else Fraction(moved.toordinal())


def age(unit: DurationUnit, facts: FactSet, at: Computed | None = None) -> Computed:
    """Completed years, months, weeks or days at a day, by default the evaluation day.

    An interval where the birth date or the day is partial, or where a fact set gives an age in place of a birth date.
    At a day before the birth an age is negative (-1: not yet born), so that it is below every age.
    """
    born = birth_days(facts)
    if isinstance(born, tuple):
        return Computed(None, frozenset({BIRTH_DATE}) | (at.open_facts if at else frozenset()), born)
    if at is None:
        first = last = facts.as_of
    elif isinstance(at.value, Interval) and at.value.low is not None and at.value.high is not None:
        first, last = _day(at.value.low), _day(at.value.high)
    else:
        own = frozenset() if born.is_point else frozenset({BIRTH_DATE})
        return Computed(None, own | at.open_facts, at.causes)
    assert born.low is not None  # birth_days knows both ends
    assert born.high is not None
    youngest, oldest = completed(unit, _day(born.high), first), completed(unit, _day(born.low), last)
    value = Interval(Fraction(youngest), Fraction(oldest))
    if value.is_point:
        return Computed(value)
    open_facts = frozenset() if born.is_point else frozenset({BIRTH_DATE})
    causes = birth_causes(facts) if open_facts else ()
    if at is not None:
        open_facts, causes = open_facts | at.open_facts, (*causes, *at.causes)
    return Computed(value, open_facts, tuple(dict.fromkeys(causes)))


def birth_days(facts: FactSet) -> Interval | tuple[Cause, ...]:
    """The days on which the patient may have been born; the causes if nothing is known of them.

    A birth lies no later than the evaluation day. An age of 67 years says that the birth lies more than 68 years back
    or less, and 67 years or more.
    """
    today = facts.as_of.toordinal()
    birth = facts.birth
    if birth is not None and birth.low is not None and birth.high is not None:
        if birth.low > today:
            return birth_causes(facts)
        return Interval(birth.low, min(birth.high, Fraction(today)))
    years = facts.age
    if years is None or years.low is None or years.high is None:
        return birth_causes(facts)
    latest = less(facts.as_of, Duration(int(years.low), "year"))
    before = less(facts.as_of, Duration(int(years.high) + 1, "year"))
    if latest is None or before is None:
        return (Cause(Reason.IMPLAUSIBLE, f"{years.high} years"),)
    return Interval(Fraction(before.toordinal() + 1), Fraction(latest.toordinal()))


def birth_causes(facts: FactSet) -> tuple[Cause, ...]:
    """What keeps the day of birth from being known."""
    if facts.birth is not None:
        if facts.birth.low is not None and facts.birth.low > facts.as_of.toordinal():
            return (Cause(Reason.IMPLAUSIBLE, "after the evaluation day"),)
        return (Cause(Reason.IMPRECISE_DATE),)
    state = facts.states.get(BIRTH_DATE)
    return state.causes if state is not None and state.causes else (Cause(Reason.NO_RECORD),)


def _day(ordinal: Fraction) -> dt.date:
    return dt.date.fromordinal(int(ordinal))

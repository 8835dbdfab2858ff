"""Looking for a patient by trying many: for what no solver is told, such as how events lie to each other.

Values are tried at the numbers that guidelines compare them with, and days at the ends of windows, since it is there
that two editions part. The same question always tries the same patients.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction

from guidelang.calendar import Duration, minus
from guidelang.network.ir import FactDefinition, Network
from guidelang.prove.draft import Draft, Entry, units_of
from guidelang.prove.usual import step_of

TRIES = 4000
_AGES = (17, 18, 40, 64, 65, 66, 75, 76, 85)


def search(
    networks: Sequence[Network],
    as_of: dt.date,
    *,
    facts: Set[str],
    limits: Mapping[str, Sequence[Fraction]],
    holds: Callable[[Draft], bool],
    seconds: float,
    unusable: bool = False,
) -> Draft | None:
    """A patient for whom it holds, if trying finds one.

    Args:
        facts: those that matter.
        limits: for each fact the numbers that it is compared with.
        seconds: when to give up, if not after `TRIES` patients.
        unusable: some results are there, and nobody knows what they say.
    """
    networks = tuple(networks)
    definitions = {n: f for network in reversed(networks) for n, f in network.facts.items() if n in facts}
    days = days_of_change(networks, as_of)
    chosen = random.Random(0)
    until = time.monotonic() + seconds
    dates = frozenset(name for name, f in definitions.items() if f.type == "date")
    empty = Draft(as_of=as_of, entries={}, units=units_of(networks), dates=dates)
    for _ in range(TRIES):
        if time.monotonic() > until:
            return None
        draft = _somebody(empty, definitions, limits, days, chosen)
        if unusable:
            draft = _with_unusable(draft, chosen)
        if "birth_date" in facts:
            draft = replace(draft, months=12 * chosen.choice(_AGES))
        if holds(draft):
            return draft
    return None


def days_of_change(networks: Sequence[Network], as_of: dt.date) -> list[int]:
    """How many days ago something changes: at the ends of every length of time that a network names."""
    return sorted({day for network in networks for day in _days(network, as_of)})


def names_months(networks: Sequence[Network]) -> bool:
    """Whether a network names a length of time that is not the same number of days on every day."""
    return any(
        duration.unit in ("month", "year")
        for network in networks
        for duration in _durations((*network.nodes.values(), *network.facts.values()))
    )


def _somebody(
    empty: Draft,
    definitions: Mapping[str, FactDefinition],
    limits: Mapping[str, Sequence[Fraction]],
    days: Sequence[int],
    chosen: random.Random,
) -> Draft:
    entries: dict[str, tuple[Entry, ...]] = {}
    person: dict[str, Entry] = {}
    for name, definition in sorted(definitions.items()):
        match definition.patient_field:
            case "sex":
                person["sex"] = Entry(chosen.choice(("female", "male")))
            case None:
                count = chosen.choice((0, 1, 1, 1, 2, 3))
                made = tuple(_entry(definition, limits.get(name, ()), days, chosen, empty.as_of) for _ in range(count))
                if made:
                    entries[name] = made
    return replace(empty, entries=entries, person=person)


def _with_unusable(draft: Draft, chosen: random.Random) -> Draft:
    """The patient with one result in four unknown."""
    entries = {
        name: tuple(replace(entry, value=None) if chosen.random() < 0.25 else entry for entry in each)
        for name, each in draft.entries.items()
    }
    return replace(draft, entries=entries)


def _entry(
    definition: FactDefinition,
    limits: Sequence[Fraction],
    days: Sequence[int],
    chosen: random.Random,
    as_of: dt.date,
) -> Entry:
    age = chosen.choice((None, *days)) if definition.type != "date" else None
    ends = None
    if age is not None and definition.type == "yes_no" and chosen.random() < 0.5:
        ends = chosen.choice([day for day in days if day <= age])
    return Entry(_value(definition, limits, days, chosen, as_of), age, ends=ends)


def _value(
    definition: FactDefinition,
    limits: Sequence[Fraction],
    days: Sequence[int],
    chosen: random.Random,
    as_of: dt.date,
) -> Fraction | str | bool | None:
    match definition.type:
        case "yes_no":
            return chosen.random() < 0.8
        case "choice" | "text":
            return chosen.choice([choice.value for choice in definition.choices] or ["text"])
        case "date":
            return Fraction(as_of.toordinal() - chosen.choice(days))
    if limits:
        limit = chosen.choice(list(limits))
        return limit + chosen.choice((-1, 0, 1)) * step_of(limit)
    low, high = definition.plausible or (Fraction(0), Fraction(100))
    return low + (high - low) * Fraction(chosen.randrange(0, 11), 10)


def _days(network: Network, as_of: dt.date) -> Iterator[int]:
    yield 0
    for duration in _durations((*network.nodes.values(), *network.facts.values())):
        days = (as_of - minus(as_of, duration)).days
        yield from (day for day in (days - 1, days, days + 1, days // 2) if 0 <= day < 40000)


def _durations(value: object) -> Iterator[Duration]:
    if isinstance(value, Duration):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _durations(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _durations(getattr(value, field.name))

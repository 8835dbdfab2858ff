"""From the solver's model of a plain patient to a draft of one."""

from __future__ import annotations

from fractions import Fraction

from guidelang.network.ir import FactDefinition, Network
from guidelang.prove.ask import Somebody
from guidelang.prove.draft import Draft, Entry, units_of
from guidelang.prove.plain import PlainPatient
from guidelang.prove.slots import UNBOUNDED, Slot
from guidelang.prove.smt import Bool, Num
from guidelang.prove.terms import Rails, Range, Term, Word


def values_of(space: PlainPatient) -> list[Num]:
    """The numbers of a space that a reader will see, and that had better be round."""
    slots = [slot.value for each in space.slots.values() for slot in each if not slot.value.is_int()]
    facts = [term.low for _, term in space.facts_asked() if isinstance(term, Range) and not term.low.is_int()]
    return slots + facts


def draft_of(found: Somebody, space: PlainPatient, networks: tuple[Network, ...]) -> Draft:
    """A patient who is like the model, in the facts that the question came upon."""
    definitions = {name: f for network in reversed(networks) for name, f in network.facts.items()}
    entries: dict[str, tuple[Entry, ...]] = {}
    person: dict[str, Entry] = {}
    for (name, _), term in space.facts_asked():
        definition = definitions[name]
        if definition.patient_field == "birth_date":
            continue
        value = _value(found, term, space)
        if definition.patient_field is not None:
            if value is not None:
                person[definition.patient_field] = Entry(value.value)
            continue
        if name in space.slots:
            continue
        if value is not None:
            entries[name] = (value,)
        elif _is_stale(found, space, networks, name):
            entries[name] = (_stale(definition, space),)
        elif definition.absent_means_no:
            entries[name] = (Entry(None),)
    for name, slots in space.slots.items():
        made = _history(found, space, definitions[name], slots)
        if made:
            entries[name] = made
    months = space.age_asked()
    return Draft(
        as_of=space.as_of,
        entries=entries,
        units=units_of(networks),
        dates=frozenset(name for name, f in definitions.items() if f.type == "date"),
        months=int(found.number(months.low)) if months is not None and found.holds(months.known) else None,
        person=person,
    )


def _value(found: Somebody, term: Term, space: PlainPatient) -> Entry | None:
    """The value of a fact; None if it is not known."""
    if isinstance(term, Rails):
        return Entry(True) if found.holds(term.true) else Entry(False) if found.holds(term.false) else None
    if not found.holds(term.known):
        return None
    if isinstance(term, Word):
        return Entry(space.word(int(found.number(term.code))))
    low, high = found.number(term.low), found.number(term.high)
    return Entry(low) if low == high else Entry(low, high=high)


def _is_stale(found: Somebody, space: PlainPatient, networks: tuple[Network, ...], name: str) -> bool:
    asked = [space.stale_asked(network, name) for network in networks if name in network.facts]
    return any(stale is not None and found.holds(stale) for stale in asked)


def _stale(definition: FactDefinition, space: PlainPatient) -> Entry:
    """A plausible value, too old by a day."""
    age = space.days_of_window(definition) + 1
    if definition.type == "yes_no":
        return Entry(True, age)
    if definition.type in ("choice", "text"):
        return Entry(definition.choices[0].value if definition.choices else "text", age)
    return Entry(definition.plausible[0] if definition.plausible is not None else Fraction(1), age)


def _history(
    found: Somebody, space: PlainPatient, definition: FactDefinition, slots: tuple[Slot, ...]
) -> tuple[Entry, ...]:
    there = [slot for slot in slots if found.holds(slot.there)]
    if not there:
        return _said(found, space.denied[definition.name], space.unclear[definition.name])
    entries = []
    for slot in there:
        age = int(found.number(slot.age))
        number = found.number(slot.value)
        if definition.type == "yes_no":
            entries.append(Entry(True, age))
        elif definition.type in ("choice", "text"):
            entries.append(Entry(space.word(int(number)), age))
        else:
            entries.append(_result(number, number if slot.high is None else found.number(slot.high), age, slot))
    return tuple(entries)


def _result(low: Fraction, high: Fraction, age: int, slot: Slot) -> Entry:
    """A result, of what is known to lie between two numbers."""
    if low == high:
        return Entry(low, age)
    if slot.is_censored:
        return Entry(low, age, comparator=">") if high == UNBOUNDED else Entry(high, age, comparator="<")
    return Entry(low, age, high=high)


def _said(found: Somebody, denied: Bool, unclear: Bool) -> tuple[Entry, ...]:
    if found.holds(denied):
        return (Entry(False),)
    return (Entry(None),) if found.holds(unclear) else ()

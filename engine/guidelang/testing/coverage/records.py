"""Records that show a code which no example's record has, each with the example that takes it as its patient."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from guidelang.facts import Reading as Records
from guidelang.network.ir import FactDefinition, Network, Reading
from guidelang.prove import Draft, Entry
from guidelang.prove.record import JsonObject, bundle_of
from guidelang.run import evaluate
from guidelang.terminology import Code
from guidelang.testing.coverage.codes import shows
from guidelang.testing.coverage.expected import expectations
from guidelang.testing.coverage.item import Item, ReadCode
from guidelang.testing.coverage.offers import Offer
from guidelang.testing.coverage.plan import Plan

NOT_WRITTEN = "no record of its kind is written here; an example whose patient is a FHIR file with the code covers it"


def record_offers(plan: Plan, items: Iterable[Item], day: dt.date) -> tuple[list[Offer], dict[str, str]]:
    """For each code an example with its record, which was read; and why there is none, by the keys of the others.

    Args:
        day: the evaluation day of the examples.
    """
    good: list[Offer] = []
    bad: dict[str, str] = {}
    waiting = {item.key: (item, item.code) for item in items if item.code is not None}
    while waiting:
        key, (_, code) = next(iter(waiting.items()))
        record = _record(plan.network, code, day)
        shown = [] if record is None else [i for i, c in waiting.values() if shows(plan.network, c, record, day)]
        if record is None or key not in {item.key for item in shown}:
            bad[key] = NOT_WRITTEN
            del waiting[key]
            continue
        good.append(_offer(plan, shown, record, day))
        for item in shown:
            del waiting[item.key]
    return good, bad


def _offer(plan: Plan, items: Sequence[Item], record: JsonObject, day: dt.date) -> Offer:
    name = items[-1].title
    file = re.sub(r"\W+", "-", name).strip("-") + ".json"
    (facts,) = Records.of(plan.network, record, as_of=day).patients()
    expects = expectations(plan, items, evaluate(plan.network, facts, "direct"))
    comments = [f"# {item.title}" for item in items]
    lines = [*comments, f'example "{name}"', f"    on {day.isoformat()}", f'    given patient "{file}"']
    text = "\n".join([*lines, *(f"    expect {each}" for each in expects)]) + "\n"
    return Offer(name, text, tuple(items), {file: json.dumps(record, ensure_ascii=False) + "\n"})


def _record(network: Network, wanted: ReadCode, day: dt.date) -> JsonObject | None:
    """A Bundle with the patient and one record of the fact by the code; None if it is of a kind that is not written."""
    definition = replace(network.facts[wanted.fact], absent_means_no=False)
    value = _value(definition, wanted)
    by = _by(definition, wanted)
    if value is None or by is None:
        return None
    if wanted.value is not None:
        meant = [each for each in definition.choices if each.value == wanted.value]
        codes = [replace(each, codes=tuple(c for c in each.codes if c.code in wanted.codes)) for each in meant]
        definition = replace(definition, choices=tuple(codes))
    alone = replace(network, facts={wanted.fact: definition})
    draft = Draft(as_of=day, entries={wanted.fact: (Entry(value),)}, units={wanted.fact: definition.unit})
    return bundle_of(draft, alone, alone, {wanted.fact: by})


def _by(definition: FactDefinition, wanted: ReadCode) -> tuple[Reading, Code] | None:
    """The reading, and the code that its record has."""
    if wanted.reading is not None:
        code = min(wanted.codes, key=lambda each: (each.system, each.code))
        return definition.readings[wanted.reading], code
    return next(((each, listed.code) for each in definition.readings for listed in each.codes), None)


def _value(definition: FactDefinition, wanted: ReadCode) -> Fraction | str | bool | None:
    match definition.type:
        case "yes_no":
            return True
        case "quantity" | "number":
            low, high = definition.plausible or (Fraction(1), Fraction(1))
            return Fraction(round((low + high) / 2, 1))
        case "choice":
            return wanted.value or next((each.value for each in definition.choices if each.codes), None)
        case _:
            return None

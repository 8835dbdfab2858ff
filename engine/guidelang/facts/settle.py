"""All facts of one patient: each fact of the network gets its state from the entries that were read for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from guidelang.facts.entry import Coverage, Entry
from guidelang.facts.person import Person, age_years, birth_days, person_fact
from guidelang.facts.select import current_value, without_future
from guidelang.facts.state import FactSet, FactState, Problem
from guidelang.facts.yes_no import current_answer
from guidelang.network.ir import Network


def settle(
    network: Network,
    patient: str,
    as_of: dt.date,
    *,
    entries: Mapping[str, Sequence[Entry]],
    person: Person,
    coverage: Coverage,
    problems: tuple[Problem, ...] = (),
) -> FactSet:
    """The fact set of a patient; every fact of the network has a state in it."""
    states: dict[str, FactState] = {}
    warnings: list[str] = []
    for name, definition in network.facts.items():
        if definition.patient_field is not None:
            states[name] = person_fact(definition, person, as_of)
            continue
        kept, later = without_future(definition, entries.get(name, ()), as_of)
        if later is not None:
            warnings.append(later.told)
        if definition.type == "yes_no":
            states[name] = current_answer(definition, kept, as_of, coverage)
        else:
            states[name] = current_value(definition, kept, as_of)
        if later is not None:
            states[name] = later.remarked(states[name])
    return FactSet(
        patient,
        as_of,
        states,
        birth_days(person),
        age_years(person, as_of) if person.birth is None else None,
        problems,
        tuple(warnings),
    )

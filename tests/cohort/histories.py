"""Patients with histories, as rows of event tables, and both ways to evaluate them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from hypothesis import strategies as st

from guidelang.cohort.event_rows import EventRows, histories_of
from guidelang.cohort.history_table import chunk_of
from guidelang.cohort.one_by_one import SettledChunk, settle_chunk
from guidelang.cohort.single import condition_nodes
from guidelang.facts.event_rows import PARTS, event_fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run import evaluate
from guidelang.run.columnar import Columnar
from guidelang.run.columnar_engines import Engine
from tests.cohort.tables import DAY, assert_close

PERSON = ("birth_date", "age", "sex", "deceased")


@dataclass(frozen=True)
class Patient:
    """What is known of the person, and rows: the fact, and the cells of the parts."""

    person: Mapping[str, str]
    rows: Sequence[tuple[str, Mapping[str, str]]]


def event_rows(people: Sequence[Patient], trusted: Collection[str]) -> EventRows:
    cells = [
        {"row": number, "fact": fact, "where": order, **parts}
        for number, patient in enumerate(people)
        for order, (fact, parts) in enumerate(patient.rows)
    ]
    schema = {"row": pl.UInt32, "fact": pl.String, "where": pl.UInt32, **dict.fromkeys(PARTS, pl.String)}
    persons = [{key: patient.person.get(key) for key in PERSON} for patient in people]
    return EventRows(
        pl.DataFrame(cells, schema=schema),
        pl.Series("patient", [f"p{number}" for number in range(len(people))], pl.String),
        pl.DataFrame(persons, schema=dict.fromkeys(PERSON, pl.String)),
        trusted,
    )


def settled(
    network: Network, people: Sequence[Patient], trusted: Collection[str], engine: Engine = "polars"
) -> SettledChunk:
    histories = histories_of(Setting(network, DAY), event_rows(people, trusted))
    return settle_chunk(
        Columnar(network, histories=True, engine=engine), network, chunk_of(network, histories, len(people))
    )


def agree(
    network: Network, people: Sequence[Patient], trusted: Collection[str], engine: Engine = "polars"
) -> SettledChunk:
    """Columns say of each patient what the one-patient reader and `direct` say, condition by condition."""
    found = settled(network, people, trusted, engine)
    setting = Setting(network, DAY)
    outcomes, derived = found.settled.outcomes.to_dicts(), found.settled.derived.to_dicts()
    conditions, values = found.settled.conditions.to_dicts(), found.facts.to_dicts()
    for number, patient in enumerate(people):
        rows = [(fact, f"row {order}", parts) for order, (fact, parts) in enumerate(patient.rows)]
        facts = event_fact_set(setting, f"p{number}", patient.person, rows, trusted)
        evaluation = evaluate(network, facts, "direct")
        case = (number, patient)
        assert outcomes[number]["scope"] == evaluation.scope.value, case
        statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
        for name in network.rules:
            assert outcomes[number][f"rule:{name}"] == statuses.get(name), (name, *case)
        for node in condition_nodes(network):
            assert conditions[number][node] is evaluation.conditions[node], (network.names.get(node, node), *case)
        for name, each in network.derived.items():
            if each.node not in evaluation.conditions:
                assert_close(derived[number][name], evaluation.values[each.node].value, f"{name} {case}")
        for name, state in facts.states.items():
            assert_close(values[number][name], state.value, f"{name} {case}")
    return found


# ---- random histories ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What random rows are about: ordinary values, and odd ones.

    Attributes:
        quantities: numbers, ordinary units and odd ones.
        words: of choices and texts.
        courses: facts of yes or no that last.
    """

    quantities: Mapping[str, tuple[Sequence[str], Sequence[str], Sequence[str]]]
    words: Mapping[str, tuple[Sequence[str], Sequence[str]]]
    dates: Sequence[str]
    answers: Sequence[str]
    courses: Sequence[str]


DAYS = (
    "2024-06-01", "2024-05-31", "2024-05-20", "2024-05-20", "2024-05-03", "2024-04-15", "2024-03-31", "2024-03-02",
    "2024-03-01", "2024-02-29", "2024-01-10", "2023-12-31", "2023-06-01", "2023-05-31", "2022-01-01", "2024-06-02",
)  # fmt: skip
ODD_DAYS = ("2024-05", "2024", "2023", "2024-06", "2024-05-20T23:30:00-10:00", "2024-05-20T10:00", "soon", "")
STATUSES = ("final", "corrected", "entered-in-error", "preliminary", "cancelled")


def days(odd: bool) -> st.SearchStrategy[str]:
    timed = st.tuples(st.sampled_from(DAYS), st.sampled_from(("08:00:00Z", "12:30:00", "23:30:00-05:00"))).map("T".join)
    ordinary = st.sampled_from(DAYS) | timed
    return st.sampled_from(ODD_DAYS) | ordinary if odd else ordinary


@st.composite
def rows(draw: st.DrawFn, facts: Facts, odd: bool) -> tuple[str, dict[str, str]]:
    def rarely(of: int) -> bool:
        return odd and draw(st.integers(1, of)) == 1

    fact = draw(
        st.sampled_from(
            (*facts.quantities, *facts.quantities, *facts.words, *facts.dates, *facts.answers, *facts.courses)
        )
    )
    parts: dict[str, str] = {}
    when = draw(days(odd))
    lasts = fact in facts.courses
    if (lasts and draw(st.integers(0, 4))) or (fact in facts.answers and rarely(3)):
        later = draw(days(odd) | st.just("unknown") if odd else days(odd))
        parts["start"] = when
        if when and later and (when[:10] <= later[:10] or rarely(10)):
            parts["end"] = later
    elif not rarely(6):
        parts["time"] = when
    if fact in facts.quantities:
        numbers, units, others = facts.quantities[fact]
        parts["value"] = draw(st.sampled_from((*numbers, "<100", ">150", "1000", "unknown", "x") if odd else numbers))
        parts["unit"] = draw(st.sampled_from((*units, *others) if odd else units))
    elif fact in facts.words:
        words, others = facts.words[fact]
        parts["value"] = draw(st.sampled_from((*words, *others) if odd else words))
    elif fact in facts.dates:
        parts["value"] = draw(st.sampled_from((*DAYS, "2024-05", "x") if odd else DAYS))
    elif rarely(4) or (not lasts and draw(st.integers(0, 3)) == 0):
        parts["value"] = draw(st.sampled_from(("yes", "no", "unknown") if odd else ("yes", "no")))
    if rarely(4):
        parts["status"] = draw(st.sampled_from(STATUSES))
    if fact in (*facts.answers, *facts.courses) and draw(st.booleans()):
        parts["encounter"] = draw(st.sampled_from(("e1", "e2", "?e3") if odd else ("e1", "e2")))
        parts["practitioner"] = draw(st.sampled_from(("d1", "d2")))
    return fact, {name: part for name, part in parts.items() if part}


@st.composite
def patients(draw: st.DrawFn, facts: Facts, odd: int = 1) -> Patient:
    """A patient, of whom `odd` in four have rows that are out of the ordinary."""
    strange = draw(st.integers(0, 3)) < odd
    person: dict[str, str] = {}
    if draw(st.booleans()):
        births = ("1960-05-01", "1960", "x") if strange else ("1960-05-01", "2000-01-01")
        person["birth_date"] = draw(st.sampled_from(births))
    return Patient(person, draw(st.lists(rows(facts, strange), max_size=14)))

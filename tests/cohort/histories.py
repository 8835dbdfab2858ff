"""Patients with histories, as rows of event tables, and both ways to evaluate them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from guidelang.cohort.event_rows import EventRows, histories_of
from guidelang.cohort.history_table import chunk_of
from guidelang.cohort.one_by_one import SettledChunk, condition_nodes, settle_chunk
from guidelang.facts.event_rows import PARTS, event_fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run import evaluate
from guidelang.run.columnar import Columnar
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


def settled(network: Network, people: Sequence[Patient], trusted: Collection[str]) -> SettledChunk:
    histories = histories_of(Setting(network, DAY), event_rows(people, trusted))
    return settle_chunk(Columnar(network, histories=True), network, chunk_of(network, histories, len(people)))


def agree(network: Network, people: Sequence[Patient], trusted: Collection[str]) -> SettledChunk:
    """Columns say of each patient what the one-patient reader and `direct` say, condition by condition."""
    found = settled(network, people, trusted)
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

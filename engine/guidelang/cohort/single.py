"""What became of one patient, as columns have it: by the one-patient executor, a cell a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from guidelang.cohort.naming import SCOPE, rule_columns
from guidelang.facts.state import FactSet, Reason
from guidelang.network.ir import ConditionNode, Network
from guidelang.quantity import Interval
from guidelang.run import evaluate
from guidelang.run.outcome import ScopeStatus

Cell: TypeAlias = bool | float | str | None


@dataclass(frozen=True, slots=True)
class Single:
    """What became of one patient, a cell a column; small, so that processes may hand it over.

    Attributes:
        outcomes: the scope, and the status of each rule by name.
        derived, facts: in the order of the network.
        conditions: in the order of `condition_nodes`.
        missing: the facts that are needed for something that is undecided.
        why: rows of `naming.WHY`.
        rejected: cells of `REJECTED`.
    """

    outcomes: tuple[str | None, ...]
    derived: tuple[Cell, ...]
    conditions: tuple[bool | None, ...]
    facts: tuple[Cell, ...]
    missing: frozenset[str]
    why: tuple[tuple[str, str, str, str, str], ...]
    rejected: tuple[tuple[str | None, ...], ...]


def condition_nodes(network: Network) -> list[str]:
    return [node_id for node_id, node in network.nodes.items() if isinstance(node, ConditionNode)]


def single(network: Network, facts: FactSet) -> Single:
    """One patient, by the one-patient executor."""
    evaluation = evaluate(network, facts, "direct")
    statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
    applies = evaluation.scope is ScopeStatus.APPLIES
    conditions, values = evaluation.conditions, evaluation.values
    column = rule_columns(network)
    needs = [(SCOPE, evaluation.scope_missing), *((column[o.rule], o.missing) for o in evaluation.outcomes)]
    return Single(
        (evaluation.scope.value, *(statuses[name] if applies else None for name in sorted(network.rules))),
        tuple(
            conditions[derived.node] if derived.node in conditions else _cell(values[derived.node].value)
            for derived in network.derived.values()
        ),
        tuple(conditions[node] for node in condition_nodes(network)),
        tuple(_cell(facts.states[name].value) for name in network.facts),
        frozenset(each.fact for _, missing in needs for each in missing),
        tuple(
            (facts.patient, rule, each.fact, cause.reason.value, cause.detail)
            for rule, missing in needs
            for each in missing
            for cause in each.causes
        ),
        tuple(
            (
                facts.patient,
                problem.resource,
                problem.fact or problem.field,
                None,
                None,
                (problem.reason or Reason.VALUE_ABSENT).value,
                problem.message,
            )
            for problem in facts.problems
            if problem.kind == "unusable"
        ),
    )


def _cell(value: Interval | bool | str | None) -> Cell:
    if not isinstance(value, Interval):
        return value
    if not value.is_point:
        return None
    try:
        return float(value.value)
    except OverflowError:  # beyond what a double holds
        return None

"""From settled conditions to the result: scope, one outcome a rule, advice, conflicts, stacks.

The executors share this pass, so they can differ only in how they settle conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from guidelang.facts.state import FactSet
from guidelang.network.ir import Network, NodeId, RuleDefinition
from guidelang.run.advice import advice_of, merged
from guidelang.run.conflicts import conflicts, stacks
from guidelang.run.outcome import Computed, Evaluation, Firing, Outcome, ScopeStatus, Status, Truth
from guidelang.run.reasons import missing
from guidelang.run.settled import Settled
from guidelang.run.texts import Texts
from guidelang.run.words import rule_words


def conclude(
    network: Network,
    facts: FactSet,
    values: Mapping[NodeId, Computed],
    settled: Settled,
    *,
    engine: Literal["direct", "durable"],
    warnings: tuple[str, ...] = (),
) -> Evaluation:
    """The whole result of one run.

    Args:
        values: the value of every value node.
        settled: the truth of every condition, and the executor's steps.
        warnings: what is to be told beside the warnings of the fact set and of the guideline's dates.
    """
    conditions = settled.conditions
    scope = _scope(conditions[network.scope])
    outcomes: tuple[Outcome, ...] = ()
    if scope is ScopeStatus.APPLIES:
        case = _Case(network, facts, conditions, values, Texts(network, facts, conditions, values))
        outcomes = tuple(case.outcome(network.rules[name]) for name in sorted(network.rules))
    advice = merged(piece for outcome in outcomes for piece in outcome.advice)
    return Evaluation(
        network=network,
        facts=facts,
        engine=engine,
        conditions=conditions,
        values=values,
        scope=scope,
        scope_missing=missing(network, facts, conditions, values, network.scope),
        outcomes=outcomes,
        advice=advice,
        conflicts=conflicts(advice, network.rules),
        stacks=stacks(advice, network),
        warnings=(*warnings, *_dates(network, facts), *facts.warnings),
        firings=_firings(network, settled.firings, scope),
    )


def _scope(truth: Truth) -> ScopeStatus:
    if truth is None:
        return ScopeStatus.UNDECIDED
    return ScopeStatus.APPLIES if truth else ScopeStatus.NOT_FOR_THIS_PATIENT


@dataclass(frozen=True, slots=True)
class _Case:
    """One patient in scope, with every condition settled."""

    network: Network
    facts: FactSet
    conditions: Mapping[NodeId, Truth]
    values: Mapping[NodeId, Computed]
    texts: Texts

    def outcome(self, rule: RuleDefinition) -> Outcome:
        """The one outcome of a rule, from its two conditions (see `RuleDefinition`)."""
        applies = self.conditions[rule.applies]
        if applies is True:
            return Outcome(rule.name, Status.APPLIES, advice_of(rule, self.texts), ())
        if applies is None:
            needs = missing(self.network, self.facts, self.conditions, self.values, rule.applies)
            return Outcome(rule.name, Status.UNDECIDED, (), needs)
        if self.conditions[rule.base] is not False:
            return Outcome(rule.name, Status.OVERRIDDEN, (), (), overridden_by=self._overriding(rule))
        exceptions = tuple(node for node in rule.unless if self.conditions[node] is True)
        return Outcome(rule.name, Status.NOT_APPLICABLE, (), (), exceptions=exceptions)

    def _overriding(self, rule: RuleDefinition) -> tuple[str, ...]:
        rules = self.network.rules
        return tuple(sorted(o for o in rule.overridden_by if self.conditions[rules[o].applies] is True))


def _dates(network: Network, facts: FactSet) -> Iterator[str]:
    name = f"guideline {network.name} {network.version}"
    if network.effective is not None and facts.as_of < network.effective:
        yield f"{name} takes effect on {network.effective}, after the evaluation day {facts.as_of}"
    if network.retired is not None and facts.as_of > network.retired:
        yield f"{name} was retired on {network.retired}, before the evaluation day {facts.as_of}"


def _firings(network: Network, firings: tuple[Firing, ...], scope: ScopeStatus) -> tuple[Firing, ...]:
    """All steps, but none of rules where the guideline does not speak about the patient."""
    if scope is ScopeStatus.APPLIES:
        return firings
    rules = {rule_words(name) for name in network.rules}
    return tuple(firing for firing in firings if firing.concludes not in rules)

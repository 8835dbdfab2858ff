"""From settled conditions to the result: scope, one outcome a rule, advice, conflicts, stacks.

The executors share this pass, so they can differ only in how they settle conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from guidelang.facts.state import FactSet
from guidelang.network.ir import Network, NodeId, RuleDefinition
from guidelang.run.advice import advice_of, merged
from guidelang.run.conflicts import conflicts, stacks
from guidelang.run.invariants import violations
from guidelang.run.outcome import (
    Advice,
    Computed,
    Conflict,
    Firing,
    Missing,
    Outcome,
    ScopeStatus,
    Stack,
    Status,
    Violation,
)
from guidelang.run.reasons import missing
from guidelang.run.settled import Settled
from guidelang.run.texts import Texts
from guidelang.run.words import rule_words


class Evaluation:
    """Everything one run of a guideline on one patient yields.

    The settled value of every node is there from the start; what follows from them is worked out when it is first
    asked for, so that a run that only counts statuses makes no texts.

    Attributes:
        network, facts: what was run on what.
        engine: the executor that settled the conditions.
        conditions: the truth of every condition node.
        values: the value of every value node.
        warnings: beside those of the fact set and of the guideline's dates, what the run itself has to tell.
    """

    def __init__(
        self,
        network: Network,
        facts: FactSet,
        values: Mapping[NodeId, Computed],
        settled: Settled,
        *,
        engine: Literal["direct", "durable"],
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.network = network
        self.facts = facts
        self.engine = engine
        self.conditions = settled.conditions
        self.values = values
        self.warnings = (*warnings, *_dates(network, facts), *facts.warnings)
        self._settled = settled

    @cached_property
    def scope(self) -> ScopeStatus:
        """Whether the guideline speaks about this patient."""
        truth = self.conditions[self.network.scope]
        if truth is None:
            return ScopeStatus.UNDECIDED
        return ScopeStatus.APPLIES if truth else ScopeStatus.NOT_FOR_THIS_PATIENT

    @cached_property
    def scope_missing(self) -> tuple[Missing, ...]:
        """What the scope needs, if it is undecided."""
        return self._missing(self.network.scope)

    @cached_property
    def statuses(self) -> Mapping[str, Status]:
        """The status of each rule, in the order of their names; nothing unless the scope applies."""
        if self.scope is not ScopeStatus.APPLIES:
            return {}
        return {name: self._status(self.network.rules[name]) for name in sorted(self.network.rules)}

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One outcome for each rule, in the order of their names; nothing unless the scope applies."""
        texts = Texts(self.network, self.facts, self.conditions, self.values)
        return tuple(self._outcome(self.network.rules[name], status, texts) for name, status in self.statuses.items())

    @cached_property
    def advice(self) -> tuple[Advice, ...]:
        """Each piece once, with all rules that give it."""
        return merged(piece for outcome in self.outcomes for piece in outcome.advice)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Pieces of advice that are opposed."""
        return conflicts(self.advice, self.network.rules)

    @cached_property
    def stacks(self) -> tuple[Stack, ...]:
        """Pieces of advice that push one quantity the same way."""
        return stacks(self.advice, self.network)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """The invariants of the guideline that this patient refutes."""
        return violations(self.network, self.conditions)

    @cached_property
    def firings(self) -> tuple[Firing, ...]:
        """The executor's steps; none of rules where the guideline does not speak about the patient."""
        firings = self._settled.firings
        if self.scope is ScopeStatus.APPLIES:
            return firings
        rules = {rule_words(name) for name in self.network.rules}
        return tuple(firing for firing in firings if firing.concludes not in rules)

    def warned(self, warning: str) -> Evaluation:
        """The same, with one more warning."""
        other = Evaluation(self.network, self.facts, self.values, self._settled, engine=self.engine)
        other.warnings = (*self.warnings, warning)
        return other

    def _status(self, rule: RuleDefinition) -> Status:
        """The status of a rule, from its two conditions (see `RuleDefinition`)."""
        applies = self.conditions[rule.applies]
        if applies is None:
            return Status.UNDECIDED
        if applies:
            return Status.APPLIES
        return Status.NOT_APPLICABLE if self.conditions[rule.base] is False else Status.OVERRIDDEN

    def _outcome(self, rule: RuleDefinition, status: Status, texts: Texts) -> Outcome:
        match status:
            case Status.APPLIES:
                return Outcome(rule.name, status, advice_of(rule, texts), ())
            case Status.UNDECIDED:
                return Outcome(rule.name, status, (), self._missing(rule.applies))
            case Status.OVERRIDDEN:
                return Outcome(rule.name, status, (), (), overridden_by=self._overriding(rule))
            case Status.NOT_APPLICABLE:
                exceptions = tuple(node for node in rule.unless if self.conditions[node] is True)
                return Outcome(rule.name, status, (), (), exceptions=exceptions)

    def _overriding(self, rule: RuleDefinition) -> tuple[str, ...]:
        rules = self.network.rules
        return tuple(sorted(o for o in rule.overridden_by if self.conditions[rules[o].applies] is True))

    def _missing(self, node: NodeId) -> tuple[Missing, ...]:
        return missing(self.network, self.facts, self.conditions, self.values, node)


def _dates(network: Network, facts: FactSet) -> Iterator[str]:
    name = f"guideline {network.name} {network.version}"
    if network.effective is not None and facts.as_of < network.effective:
        yield f"{name} takes effect on {network.effective}, after the evaluation day {facts.as_of}"
    if network.retired is not None and facts.as_of > network.retired:
        yield f"{name} was retired on {network.retired}, before the evaluation day {facts.as_of}"

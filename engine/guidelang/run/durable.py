"""The rule network on durable_rules: Rete for one patient.

Literals are decided before, by the exact arithmetic that all executors share, and given as known true or known false.
The network does the rest: it joins and collects, and what follows is asserted as its rules fire. Conditions that are
not monotone are given when the rules have come to rest, stratum by stratum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from guidelang.network.graph import operands_of
from guidelang.network.ir import LITERALS, NON_MONOTONE, Certainly, ConditionKnown, Network, NodeId
from guidelang.run import kleene
from guidelang.run.durable_layout import DurableError, Layout, lay_out, ruleset_json
from guidelang.run.durable_rails import Derivation, Rails, Signal, rails
from guidelang.run.durable_session import LOCK, Ruleset, durable_available, register
from guidelang.run.outcome import Firing, Truth
from guidelang.run.settled import Settled
from guidelang.run.words import Words

__all__ = ["Durable", "DurableError", "durable_available"]


class Durable:
    """The executor of one network on durable_rules.

    Raises:
        DurableError: durable_rules is not there, or the network passes one of its limits.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._words = Words(network)
        self._rails = rails(network, self._words)
        self._layout = lay_out(self._rails)
        self._rulesets = [register(ruleset_json(rules)) for rules in self._layout.rulesets]

    def settle(self, literals: Mapping[NodeId, Truth]) -> Settled:
        """Settle every condition.

        Args:
            literals: the truth of every literal node, as `run.literals` gives it.

        Returns:
            All conditions, and a firing for each derived fact and rule, in the order in which the network reports them.

        Raises:
            DurableError: durable_rules refused a fact.
        """
        with LOCK:
            run = _Run(self._network, self._words, self._rails, self._layout, self._rulesets)
            try:
                return run.settle(literals)
            finally:
                for ruleset in self._rulesets:
                    ruleset.clear()


class _Count:
    """How much of what a rule needs is known, kept so that a firing costs the same however many premises there are."""

    def __init__(self, derivation: Derivation) -> None:
        self.counted: set[Signal] = set()
        self._sum = 0
        self._weights: dict[Signal, int] = {}
        for premise, weight in derivation.premises:
            self._weights[premise] = self._weights.get(premise, 0) + weight

    def with_more(self, premises: Iterable[Signal]) -> int:
        """The weights of all premises that are known, these included."""
        for premise in premises:
            if premise not in self.counted:
                self.counted.add(premise)
                self._sum += self._weights.get(premise, 0)
        return self._sum


class _Run:
    """One patient."""

    def __init__(self, network: Network, words: Words, plan: Rails, layout: Layout, rulesets: list[Ruleset]) -> None:
        self._network = network
        self._words = words
        self._plan = plan
        self._layout = layout
        self._rulesets = rulesets
        self._because: dict[Signal, tuple[Signal, ...]] = {}  # of each signal that is known
        self._counts: dict[str, _Count] = {}
        self._waiting: list[list[tuple[str, str]]] = [[] for _ in rulesets]
        self._reported: set[Signal] = set()
        self._steps: list[tuple[Signal, tuple[Signal, ...]]] = []

    def settle(self, literals: Mapping[NodeId, Truth]) -> Settled:
        for signal in self._plan.always:
            self._learn(signal, ())
        for node, truth in literals.items():
            if truth is not None:
                self._learn(self._plan.signals[node, truth], ())
        for stratum in self._network.strata:
            for node in stratum:
                if isinstance(self._network.nodes[node], NON_MONOTONE):
                    self._give_settled(node)
            self._drain()
        return Settled(dict(self._conditions()), self._firings)

    def _truth(self, node: NodeId) -> Truth:
        true = self._plan.signals[node, True] in self._because
        false = self._plan.signals[node, False] in self._because
        if true and false:
            raise DurableError(f"the condition {node} came out both true and false")
        return True if true else False if false else None

    def _conditions(self) -> Iterator[tuple[NodeId, Truth]]:
        return ((node, self._truth(node)) for node, truth in self._plan.signals if truth)

    def _give_settled(self, node_id: NodeId) -> None:
        """A condition that is not monotone, from operands that have come to rest."""
        node = self._network.nodes[node_id]
        operands = operands_of(node)
        truths = [self._truth(operand) for operand in operands]
        if isinstance(node, Certainly):
            truth: Truth = truths[0] is True
        elif isinstance(node, ConditionKnown):
            truth = truths[0] is not None
        else:
            truth = kleene.first_known(truths)
        if truth is not None:
            known = [(operand, t) for operand, t in zip(operands, truths, strict=True) if t is not None]
            self._learn(self._plan.signals[node_id, truth], (self._plan.signals[pair] for pair in known[:1]))

    def _learn(self, signal: Signal, because: Iterable[Signal]) -> None:
        """Take a signal as known, and bring it to all rules that wait for it."""
        if signal in self._because:
            return
        self._because[signal] = tuple(because)
        for delivery in self._layout.deliveries.get(signal, ()):
            if delivery.for_ is None or delivery.for_ == signal or delivery.for_ not in self._because:
                self._waiting[delivery.ruleset].append((delivery.id, delivery.json))

    def _drain(self) -> None:
        """Let the rules fire until nothing follows any more, in any ruleset."""
        while any(self._waiting):
            for ruleset, waiting in zip(self._rulesets, self._waiting, strict=True):
                if not waiting:
                    continue
                self._hand_over(ruleset, waiting)
                for rule, facts in ruleset.firings():
                    self._fired(rule, facts)
                    self._hand_over(ruleset, waiting)

    @staticmethod
    def _hand_over(ruleset: Ruleset, waiting: list[tuple[str, str]]) -> None:
        for fact, text in waiting:
            ruleset.give(fact, text)
        waiting.clear()

    def _fired(self, rule: str, facts: tuple[str, ...]) -> None:
        """Act on one firing: count it where several are needed, then learn what it concludes."""
        derivation = self._layout.derivations[rule]
        if derivation.signal in self._reported:
            return
        premises = tuple(self._layout.premises[fact] for fact in facts)
        if derivation.needed is not None and derivation.needed > 1:
            if rule not in self._counts:
                self._counts[rule] = _Count(derivation)
            count = self._counts[rule]
            if count.with_more(premises) < derivation.needed:
                return
            premises = tuple(premise for premise, _ in derivation.premises if premise in count.counted)
        self._reported.add(derivation.signal)
        self._learn(derivation.signal, premises)
        if derivation.signal in self._plan.meaning:
            self._steps.append((derivation.signal, premises))

    def _firings(self) -> Iterator[Firing]:
        """The steps in the reader's words. What is known is never unlearnt, so they can be told afterwards."""
        for signal, premises in self._steps:
            node, truth = self._plan.meaning[signal]
            yield from self._words.firings(node, truth, self._supports(signal, premises))

    def _supports(self, signal: Signal, premises: tuple[Signal, ...]) -> Iterator[tuple[NodeId, bool]]:
        """The nearest conditions that a reader knows, on the way back from the premises of a firing."""
        pending = list(reversed(premises))
        seen: set[Signal] = set()
        while pending:
            premise = pending.pop()
            if premise in seen:
                continue
            seen.add(premise)
            meaning = self._plan.meaning.get(premise)
            if meaning is not None and self._is_said(meaning[0], own=premise == signal):
                yield meaning
            else:
                pending.extend(reversed(self._because[premise]))

    def _is_said(self, node: NodeId, *, own: bool) -> bool:
        """Whether a support is told as it is. A condition that announces itself is told by what it stands on."""
        return isinstance(self._network.nodes[node], LITERALS) if own else self._words.is_leaf(node)

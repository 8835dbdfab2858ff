"""Each condition seen true, false and unknown, and seen to decide an outcome alone.

This is masking MC/DC (Chilenski & Miller 1994, "Applicability of modified condition/decision coverage to software
testing"; its masking form: Chilenski 2001, DOT/FAA/AR-01/18) with a third value. For each ordered pair of values v, w
of a condition there has to be a patient for whom the condition is v, and whose outcome would be another one if the
condition alone were w, everything else staying as it is. "Would be" is reckoned: the connectives above the condition
are settled once more, with w in its place.

The outcome of a rule's condition is the status of that rule. A derived fact's condition has to decide the status of
some rule that stands on the derived fact, or the scope; where none does so through connectives alone, it has to decide
the derived fact itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from guidelang.network.core import reachable
from guidelang.network.ir import NodeId, RuleDefinition
from guidelang.run.outcome import Truth
from guidelang.testing.coverage.item import Item
from guidelang.testing.coverage.places import Decision, Placed
from guidelang.testing.coverage.questions import Questions

WORDS: dict[Truth, str] = {True: "true", False: "false", None: "unknown"}


class DecisionItems:
    """Makes the items of conditions, in decisions of one network."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        network = questions.network
        self._below_scope = reachable(network.nodes, [network.scope])
        self._in_scope = questions.is_(network.scope, True)

    def values(self, decision: Decision) -> Iterator[Item]:
        """Each condition true, false and unknown, in a patient for whom the guideline is."""
        for placed in decision.conditions.values():
            for truth in self._truths(placed.node):
                node = self.in_scope(decision, placed.node, self._questions.is_(placed.node, truth))
                yield Item(
                    "condition",
                    decision.statement,
                    placed.span,
                    placed.words,
                    WORDS[truth],
                    f"{decision.statement.name}: {placed.words} {WORDS[truth]}",
                    node,
                    (placed.node, truth),
                )

    def deciding(self, decision: Decision) -> Iterator[Item]:
        """Each condition deciding, for each of its values against each other."""
        if not decision.holds:
            return
        for placed in decision.conditions.values():
            for truth, other in permutations(self._truths(placed.node), 2):
                yield self._deciding(decision, placed, truth, other)

    def in_scope(self, decision: Decision, condition: NodeId, node: NodeId) -> NodeId:
        """A question about patients for whom the guideline is.

        Of conditions of the scope, and of derived facts that it stands on, it is about all patients.
        """
        if decision.statement.sort != "rule" and condition in self._below_scope:
            return node
        return self._questions.all_of(self._in_scope, node)

    def _truths(self, node: NodeId) -> Sequence[Truth]:
        return (True, False) if self._questions.never_unknown(node) else (True, False, None)

    def _deciding(self, decision: Decision, placed: Placed, truth: Truth, other: Truth) -> Item:
        ask = self._questions
        changed = self._changed(decision, placed, other)
        rules, found = self._decided(decision, changed)
        return Item(
            "decision",
            decision.statement,
            placed.span,
            placed.words,
            f"{WORDS[truth]}, not {WORDS[other]}",
            f"{decision.statement.name}: {placed.words} {WORDS[truth]}; if {WORDS[other]}, another outcome",
            ask.all_of(ask.is_(placed.node, truth), ask.any_of(*found)),
            (placed.node, truth),
            rules,
        )

    def _changed(self, decision: Decision, placed: Placed, other: Truth) -> NodeId:
        """What the decision would be with another truth of the condition."""
        return self._questions.substituted(
            decision.root, {placed.node: self._questions.constant(other)}, decision.conditions
        )

    def _decided(self, decision: Decision, changed: NodeId) -> tuple[tuple[tuple[str, NodeId], ...], list[NodeId]]:
        """The rules whose status that may decide, with the condition that it does; and all outcomes that count."""
        ask, network = self._questions, self._questions.network
        sort, name = decision.statement.sort, decision.statement.name
        if sort == "scope":
            return (), [self._otherwise(decision.root, changed)]
        if sort == "rule":
            rule = network.rules[name]
            node = ask.all_of(self._in_scope, self._another_status(rule, changed))
            return ((name, node),), [node]
        rules = []
        for rule in network.rules.values():
            base = ask.substituted(rule.base, {decision.root: changed}, ())
            if base != rule.base:
                rules.append((rule.name, ask.all_of(self._in_scope, self._another_status(rule, base))))
        found = [node for _, node in rules]
        scope = ask.substituted(network.scope, {decision.root: changed}, ())
        if scope != network.scope:
            found.append(self._otherwise(network.scope, scope))
        if not found:
            found.append(self.in_scope(decision, decision.root, self._otherwise(decision.root, changed)))
        return tuple(rules), found

    def _otherwise(self, condition: NodeId, changed: NodeId) -> NodeId:
        """Whether a condition has another truth than one in its place would have."""
        ask = self._questions
        true = ask.differ(ask.is_(condition, True), ask.is_(changed, True))
        false = ask.differ(ask.is_(condition, False), ask.is_(changed, False))
        return ask.any_of(true, false)

    def _another_status(self, rule: RuleDefinition, base: NodeId) -> NodeId:
        """Whether the rule's status would be another one with another base, and the same rules overriding it.

        Whether its base is false makes a difference to any status. Whether it is true does so only where no overriding
        rule applies or is undecided.
        """
        ask = self._questions
        refused = ask.differ(ask.is_(rule.base, False), ask.is_(base, False))
        holds = ask.differ(ask.is_(rule.base, True), ask.is_(base, True))
        if rule.overridden_by:
            stronger = [ask.is_(ask.network.rules[name].applies, False) for name in rule.overridden_by]
            holds = ask.all_of(*stronger, holds)
        return ask.any_of(refused, holds)

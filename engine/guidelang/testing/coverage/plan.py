"""All items of a guideline, and the network on which evaluations answer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from guidelang.model.symbols import Guideline
from guidelang.network.ir import Network
from guidelang.run.evaluation import Evaluation
from guidelang.testing.coverage.codes import code_items
from guidelang.testing.coverage.decisions import DecisionItems
from guidelang.testing.coverage.item import KINDS, Item
from guidelang.testing.coverage.places import Decision, decisions_of
from guidelang.testing.coverage.questions import Answers, Questions
from guidelang.testing.coverage.statuses import rule_items, scope_items
from guidelang.testing.coverage.tables import row_items
from guidelang.testing.coverage.thresholds import threshold_items
from guidelang.testing.coverage.units import is_read, unit_items


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to cover.

    Attributes:
        items: in the order of the text: the scope, derived facts, rules, facts; each by kind.
        network: the guideline's network, and the literals that thresholds ask for: what examples are run on.
        asked: the same with every question, for the solver; `network` is what is run.
    """

    guideline: Guideline
    items: tuple[Item, ...]
    network: Network
    asked: Network
    questions: Questions

    def covered(self, evaluation: Evaluation, items: Iterable[Item] | None = None) -> Iterator[Item]:
        """The items that an evaluation of `network` covers, of all or of these; no codes, which a record shows."""
        answers = Answers(self.questions, evaluation.conditions)
        for item in self.items if items is None else items:
            if self._is_covered(item, evaluation, answers):
                yield item

    def is_covered(self, item: Item, evaluation: Evaluation) -> bool:
        """Whether an evaluation of `network` covers an item."""
        return self._is_covered(item, evaluation, Answers(self.questions, evaluation.conditions))

    def decided_rules(self, item: Item, evaluation: Evaluation) -> list[str]:
        """The rules whose status the item decides in this evaluation."""
        answers = Answers(self.questions, evaluation.conditions)
        return [rule for rule, node in item.rules if answers.truth(node) is True]

    @staticmethod
    def _is_covered(item: Item, evaluation: Evaluation, answers: Answers) -> bool:
        if item.code is not None:
            return False
        if item.unit is not None:
            return is_read(item.unit, evaluation)
        assert item.node is not None
        if item.gate is not None and evaluation.conditions[item.gate[0]] is not item.gate[1]:
            return False
        return answers.truth(item.node) is True


def plan_of(guideline: Guideline, network: Network) -> Plan:
    """The items of a checked guideline, whose network this is."""
    questions = Questions(network)
    items = DecisionItems(questions)
    decisions = decisions_of(guideline, network)
    found: dict[str, Item] = {}
    for decision in decisions:
        for item in sorted(_of_decision(decision, guideline, questions, items), key=_by_kind):
            found.setdefault(item.key, item)
    for item in (*unit_items(guideline, network), *code_items(guideline, network)):
        found.setdefault(item.key, item)
    run = replace(network, nodes={**network.nodes, **questions.literals})
    return Plan(
        guideline,
        tuple(found.values()),
        run,
        replace(run, nodes={**run.nodes, **questions.nodes}),
        questions,
    )


def _of_decision(
    decision: Decision, guideline: Guideline, questions: Questions, items: DecisionItems
) -> Iterator[Item]:
    if decision.statement.sort == "rule":
        yield from rule_items(decision, questions)
    elif decision.statement.sort == "scope":
        yield from scope_items(decision, questions)
    yield from items.values(decision)
    yield from items.deciding(decision)
    yield from threshold_items(decision, guideline, questions, items)
    yield from row_items(decision, questions, items)


def _by_kind(item: Item) -> int:
    return KINDS.index(item.kind)

"""The tree of why: how a rule, a derived fact or the scope came out as it did.

Only what decided is shown: of an `and` that is false its false operands, of one that is unknown the unknown ones, of
one that is true all; an `or` the other way round. Other operands are folded into a list of words. A derived fact is
expanded where it is met first, and referred to after that, so the tree is never larger than the network.
"""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.facts.state import Cause, Result
from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    LITERALS,
    Affine,
    Age,
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Certainly,
    Compare,
    ConditionKnown,
    Constant,
    CurrentValue,
    DateConstant,
    DateShift,
    EventDay,
    FactKnown,
    FactStale,
    FirstKnownCondition,
    FirstKnownValue,
    Holds,
    IsOneOf,
    LastN,
    NodeId,
    Not,
    Or,
    Round,
    RuleDefinition,
    Score,
    ScoreItem,
    Table,
    ValueKnown,
)
from guidelang.run.dates import BIRTH_DATE
from guidelang.run.evaluation import Evaluation
from guidelang.run.last_results import last_n
from guidelang.run.lasting import lasting
from guidelang.run.literals import first_known
from guidelang.run.occurrences import occurs
from guidelang.run.outcome import Truth
from guidelang.run.scores import possible_rows
from guidelang.trace import entries
from guidelang.trace.document import BorderlineDocument, WhyKind, WhyNode
from guidelang.trace.parts import Parts
from guidelang.trace.precision import Precision
from guidelang.trace.told import Told
from guidelang.trace.values import (
    details_of,
    interval_document,
    reasons_of,
    truth_word,
)
from guidelang.trace.words import Words

DEEPEST = 48
"""Levels of a tree; what lies deeper is cut and marked, so that no chain of derived facts exhausts the stack."""

LARGEST_IN_TRACE = 100
"""Nodes after which a rule's tree in a trace is cut, so that a trace grows with the rules; `explain` goes on."""

_KINDS: dict[type, WhyKind] = {
    And: "all_of",
    Or: "any_of",
    AtLeast: "at_least",
    FirstKnownCondition: "first_known",
    Not: "not",
    Certainly: "certainly",
    ConditionKnown: "is_known",
}


class Why:
    """Builds the trees of one evaluation; a tree that has `largest` nodes expands no more derived facts."""

    def __init__(self, evaluation: Evaluation, largest: int = 2000) -> None:
        self.evaluation = evaluation
        self.largest = largest
        self.words = Words(evaluation.network)
        self.precision = Precision(evaluation)
        self.parts = Parts(evaluation, self.words)

    def rule(self, name: str) -> WhyNode:
        """Why a rule applies, does not apply, is overridden or undecided. KeyError for an unknown rule."""
        return _Tree(self).rule(self.evaluation.network.rules[name], "rule", 0)

    def derived(self, name: str) -> WhyNode:
        """Why a derived fact has its value. KeyError for an unknown name."""
        return _Tree(self).derived(name, 0)

    def scope(self) -> WhyNode:
        """Why the guideline is, or is not, for this patient."""
        return _Tree(self).clause("scope", self.evaluation.network.scope, 0)

    def borderline_below(self, node: NodeId) -> BorderlineDocument | None:
        """The first mark among the comparisons that a condition is made of."""
        waiting, seen = [node], set[NodeId]()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            if (mark := self.borderline(current)) is not None:
                return mark
            below = self.evaluation.network.nodes[current]
            waiting.extend(() if isinstance(below, LITERALS) else reversed(operands_of(below)))
        return None

    def borderline(self, node: NodeId) -> BorderlineDocument | None:
        """The mark of a comparison, as published."""
        mark = self.precision.mark(node)
        if mark is None:
            return None
        interval = interval_document(mark.interval, "number")
        if interval is None:
            return None
        facts = self.evaluation.network.facts
        unit = facts[mark.facts[0]].unit if len(mark.facts) == 1 else None
        return BorderlineDocument(
            comparison=self.words.spelled(node), facts=list(mark.facts), interval=interval, unit=unit
        )


class _Tree:
    """One tree: remembers what it has shown."""

    def __init__(self, why: Why) -> None:
        self._why = why
        self._evaluation = why.evaluation
        self._network = why.evaluation.network
        self._facts = why.evaluation.facts
        self._words = why.words
        self._told = Told(why.evaluation)
        self._shown: set[str] = set()
        self._open_rules: list[str] = []
        self._size = 0

    # ---- rules and names --------------------------------------------------------------------------------------------

    def rule(self, rule: RuleDefinition, kind: WhyKind, depth: int) -> WhyNode:
        applies = self._truth(rule.applies)
        truth = truth_word(applies)
        if rule.name in self._shown:
            return WhyNode(kind=kind, words=rule.name, truth=truth, repeated=True)
        if self._is_full(depth):
            return WhyNode(kind=kind, words=rule.name, truth=truth, cut=True)
        self._shown.add(rule.name)
        self._open_rules.append(rule.name)
        clauses: list[tuple[WhyKind, NodeId, Truth]] = [("when", rule.when, self._truth(rule.when))]
        for exception in rule.unless:
            holds = self._truth(exception)
            clauses.append(("unless", exception, None if holds is None else not holds))
        base = self._truth(rule.base)
        children = [self.clause(word, node, depth + 1) for word, node, gives in clauses if gives is base]
        folded = [f"{word} {self._folded(node, base)}" for word, node, gives in clauses if gives is not base]
        for name in rule.overridden_by if base is not False else ():
            other = self._network.rules[name]
            if self._truth(other.applies) is False:
                # Where another rule overrides this one, it does not matter whether this other does.
                folded.append(f"whether {name} overrides it" if applies is False else f"not overridden by {name}")
            else:
                children.append(self.rule(other, "overridden_by", depth + 1))
        self._open_rules.pop()
        return WhyNode(kind=kind, words=rule.name, truth=truth, children=children, folded=folded)

    def clause(self, kind: WhyKind, node: NodeId, depth: int) -> WhyNode:
        """A `when`, an `unless` or the scope, with the condition that it states."""
        return WhyNode(
            kind=kind,
            words=self._name(node),
            truth=truth_word(self._truth(node)),
            children=[self.node(node, depth)],
        )

    def derived(self, name: str, depth: int) -> WhyNode:
        definition = self._network.derived[name]
        node = definition.node
        told = self._told.value(name, "derived", node, definition.type, definition.unit)
        if node in self._shown:
            return told.model_copy(update={"repeated": True})
        if self._is_full(depth):
            return told.model_copy(update={"cut": True})
        self._shown.add(node)
        if definition.concluded_by:
            truth = self._truth(node)
            rules = [self._network.rules[rule] for rule in definition.concluded_by]
            decided = [rule for rule in rules if self._truth(rule.applies) is truth]
            children = [self.rule(rule, "concluded_by", depth + 1) for rule in decided]
            folded = [rule.name for rule in rules if rule not in decided]
        elif node in self._evaluation.conditions:
            inner = self._condition(node, depth + 1)
            return told.model_copy(update={"children": [inner]})
        else:
            children, folded = self._behind(node, depth + 1)
        return told.model_copy(update={"children": children, "folded": folded})

    def _is_full(self, depth: int) -> bool:
        return depth > DEEPEST or self._size > self._why.largest

    # ---- conditions -------------------------------------------------------------------------------------------------

    def node(self, node: NodeId, depth: int) -> WhyNode:
        self._size += 1
        name = self._derived_name(node)
        if name is not None:
            return self.derived(name, depth)
        return self._condition(node, depth)

    def _condition(self, node_id: NodeId, depth: int) -> WhyNode:
        node = self._network.nodes[node_id]
        truth = self._truth(node_id)
        if depth > DEEPEST and not isinstance(node, LITERALS):
            return self._tell(_KINDS[type(node)], node_id, [], cut=True)
        match node:
            case And(operands):
                return self._connective("all_of", node_id, operands, truth is True, depth)
            case Or(operands):
                return self._connective("any_of", node_id, operands, truth is False, depth)
            case AtLeast():
                return self._connective("at_least", node_id, node.operands, False, depth)
            case FirstKnownCondition(operands):
                known = next((i for i, o in enumerate(operands) if self._truth(o) is not None), len(operands) - 1)
                return self._tell(
                    "first_known",
                    node_id,
                    [self.node(o, depth + 1) for o in operands[: known + 1]],
                    [self._name(o) for o in operands[known + 1 :]],
                )
            case Not(operand):
                return self._tell("not", node_id, [self.node(operand, depth + 1)])
            case Certainly(operand):
                return self._tell("certainly", node_id, [self.node(operand, depth + 1)])
            case ConditionKnown(operand):
                return self._tell("is_known", node_id, [self.node(operand, depth + 1)])
            case ValueKnown(operand):
                return self._tell("is_known", node_id, *self._operand(operand, depth + 1))
            case Holds(fact):
                return self._told.fact(fact)
            case FactKnown(fact) | FactStale(fact):
                return self._tell("is_known", node_id, [self._told.fact(fact)])
            case Compare():
                left, left_folded = self._operand(node.left, depth + 1)
                right, right_folded = self._operand(node.right, depth + 1)
                return self._tell("comparison", node_id, [*left, *right], [*left_folded, *right_folded])
            case IsOneOf():
                return self._tell("comparison", node_id, *self._operand(node.subject, depth + 1))
            case LastN():
                _, open_ = last_n(node, self._network, self._facts, self._evaluation.values)
                results = self._told.results(node.fact, entries.of_last(node, self._evaluation))
                newest = WhyNode(
                    kind="value",
                    words=f"newest results of {node.fact}",
                    truth=None,
                    unit=self._network.facts[node.fact].unit,
                    results=results,
                    reasons=reasons_of(open_.causes),
                    details=details_of(open_.causes),
                )
                right, folded = self._operand(node.right, depth + 1)
                return self._tell("comparison", node_id, [newest, *right], folded)
            case Occurs():
                return self._tell("comparison", node_id, *self._occurrence(node, depth))
            case Lasting():
                _, open_ = lasting(node, self._facts, self._evaluation.values)
                history = self._facts.states[node.fact].history
                followed = self._results(node.fact, "results", tuple(reversed(history)), open_.causes)
                bounds, folded = self._bounds([c.right for c in node.test.comparisons], depth)
                return self._tell("comparison", node_id, [followed, *bounds], folded)
            case _:
                raise TypeError(f"{type(node).__name__} is no condition")

    def _occurrence(self, node: Occurs, depth: int) -> tuple[list[WhyNode], list[str]]:
        """The events that fit, or else those that come nearest; what another fact leaves open; and the limits."""
        fitting, others = entries.of_occurrence(node, self._evaluation)
        found = occurs(node, self._network, self._facts, self._evaluation.values)
        truth = found.truth
        own = found.needs.get(node.fact, ())
        parts: list[WhyNode] = []
        if fitting:
            parts.append(self._results(node.fact, "events that fit", fitting, ()))
        if not fitting or (others and (truth is not True or node.quantifier == "every")):
            may_fit = truth is None and any(event.fits is None for event in found.selection.events)
            words = "events that may fit" if may_fit else "events that do not fit"
            if not others:
                words = "events" if own else "no event on record"
            parts.append(self._results(node.fact, words, others, own))
        elif own:
            parts.append(self._results(node.fact, "events", (), own))
        for fact, causes in found.needs.items():
            if fact != node.fact:
                parts.append(self._results(fact, "events", (), causes))
        bounds, folded = self._bounds(operands_of(node), depth)
        return [*parts, *bounds], folded

    def _results(self, fact: str, words: str, results: tuple[Result, ...], causes: tuple[Cause, ...]) -> WhyNode:
        """Entries of the record as one line, without a value of their own."""
        return WhyNode(
            kind="value",
            words=f"{fact}: {words}",
            truth=None,
            unit=self._network.facts[fact].unit,
            results=self._told.results(fact, results),
            reasons=reasons_of(causes),
            details=details_of(causes),
        )

    def _bounds(self, nodes: Sequence[NodeId], depth: int) -> tuple[list[WhyNode], list[str]]:
        """What the limits and days of a question are made of."""
        parts: list[WhyNode] = []
        folded: list[str] = []
        for node in nodes:
            more, more_folded = self._operand(node, depth + 1)
            parts += [part for part in more if part not in parts]
            folded += more_folded
        return parts, folded

    def _connective(
        self, kind: WhyKind, node: NodeId, operands: Sequence[NodeId], all_matter: bool, depth: int
    ) -> WhyNode:
        truth = self._truth(node)
        decided = [o for o in operands if all_matter or self._truth(o) is truth]
        folded = [o for o in operands if o not in decided]
        return self._tell(
            kind, node, [self.node(o, depth + 1) for o in decided], [self._folded(o, truth) for o in folded]
        )

    def _tell(
        self,
        kind: WhyKind,
        node: NodeId,
        children: list[WhyNode],
        folded: Sequence[str] = (),
        *,
        cut: bool = False,
    ) -> WhyNode:
        return WhyNode(
            kind=kind,
            words=self._words.spelled(node),
            truth=truth_word(self._truth(node)),
            borderline=self._why.borderline(node),
            children=children,
            folded=list(folded),
            cut=cut,
        )

    # ---- values and facts -------------------------------------------------------------------------------------------

    def _operand(self, node_id: NodeId, depth: int) -> tuple[list[WhyNode], list[str]]:
        """What a reader wants to see of an operand of a comparison: its own node, or what it is made of."""
        name = self._derived_name(node_id)
        if name is not None:
            return [self.derived(name, depth)], []
        return self._behind(node_id, depth)

    def _behind(self, node_id: NodeId, depth: int) -> tuple[list[WhyNode], list[str]]:
        """The facts, derived values and parameters that a value node is made of; and the words of those left out."""
        node = self._network.nodes[node_id]
        if depth > DEEPEST:
            return [WhyNode(kind="value", words=self._name(node_id), truth=None, cut=True)], []
        operands: tuple[NodeId, ...]
        folded: list[str] = []
        inside: list[WhyNode]
        match node:
            case CurrentValue(fact):
                return [self._told.fact(fact)], []
            case Constant() | DateConstant() if node.parameter is not None:
                return [self._told.parameter(node_id, node)], []
            case Aggregate():
                counts = node.how in ("count", "covered_days")
                unit = None if counts else self._network.facts[node.fact].unit
                type_ = "number" if counts else self._network.facts[node.fact].type
                told = self._told.value(self._words.spelled(node_id), "value", node_id, type_, unit)
                results = self._told.results(node.fact, entries.of_aggregate(node, self._evaluation))
                return [told.model_copy(update={"results": results})], []
            case EventDay(fact):
                told = self._told.value(self._words.spelled(node_id), "value", node_id, "date", None)
                results = self._told.results(fact, entries.of_event(node, self._facts))
                return [told.model_copy(update={"results": results})], []
            case Age():
                told = self._told.value(self._words.spelled(node_id), "value", node_id, "number", f"{node.unit}s")
                birth = self._facts.states.get(BIRTH_DATE)
                results = [] if birth is None else self._told.results(BIRTH_DATE, birth.used)
                inside, folded = ([], []) if node.at is None else self._operand(node.at, depth + 1)
                return [told.model_copy(update={"results": results, "children": inside})], folded
            case DateShift():
                told = self._told.value(self._words.spelled(node_id), "value", node_id, "date", None)
                inside, folded = self._operand(node.operand, depth + 1)
                return [told.model_copy(update={"children": inside})], folded
            case FirstKnownValue():
                known = first_known(node.operands, self._evaluation.values)
                last = len(node.operands) - 1 if known is None else node.operands.index(known)
                operands, folded = node.operands[: last + 1], [self._name(o) for o in node.operands[last + 1 :]]
            case Score():
                return [self._item(node, item, depth + 1) for item in node.items], []
            case Table():
                return self._table(node, node_id, depth + 1)
            case Arithmetic():
                operands = node.operands
            case Affine(operand) | Round(operand):
                operands = (operand,)
            case _:
                return [], []
        parts: list[WhyNode] = []
        for operand_id in operands:
            more, more_folded = self._operand(operand_id, depth + 1)
            parts += [part for part in more if part not in parts]
            folded += more_folded
        return parts, folded

    def _item(self, score: Score, item: ScoreItem, depth: int) -> WhyNode:
        """An item of a score with what it counts, over what decided it."""
        self._size += 1
        told = self._why.parts.item(score, item)
        below = self._operand(item.operand, depth)[0] if item.points is None else [self.node(item.operand, depth)]
        if item.label is None and len(below) == 1 and below[0].words == told.words and below[0].kind != "fact":
            below = below[0].children  # what says the same twice is one line
        return WhyNode(
            kind="item",
            words=told.words,
            truth=told.truth,
            label=told.label,
            points=told.points,
            value=told.value,
            interval=told.interval,
            children=below,
        )

    def _table(self, table: Table, node_id: NodeId, depth: int) -> tuple[list[WhyNode], list[str]]:
        """What a table looked up, and the row that holds; all that may hold, as long as that is open."""
        names = self._words.derived_at.get(node_id, ())
        unit = self._network.derived[names[0]].unit if names else None
        children: list[WhyNode] = []
        folded: list[str] = []
        for column in table.columns:
            if column in self._evaluation.conditions:
                more, more_folded = [self.node(column, depth)], list[str]()
            else:
                more, more_folded = self._operand(column, depth)
            children += [part for part in more if part not in children]
            folded += more_folded
        for row in possible_rows(table, self._evaluation.conditions):
            told = self._why.parts.row(row, unit)
            children.append(
                WhyNode(
                    kind="row",
                    words=told.words,
                    truth=told.truth,
                    value=told.value,
                    unit=told.unit,
                    borderline=self._why.borderline_below(row.condition),
                )
            )
        return children, folded

    # ---- names ------------------------------------------------------------------------------------------------------

    def _folded(self, node: NodeId, whole: Truth) -> str:
        """The name of a condition that is not shown; where it is settled and the whole is not, with what it came to."""
        name, truth = self._name(node), self._truth(node)
        return name if whole is not None or truth is None else f"{name} is {truth_word(truth)}"

    def _truth(self, node: NodeId) -> Truth:
        return self._evaluation.conditions[node]

    def _derived_name(self, node: NodeId) -> str | None:
        """The derived name that stands for a node here: not one that the rules being told conclude themselves."""
        for name in self._words.derived_at.get(node, ()):
            definition = self._network.derived[name]
            if not any(rule in self._open_rules for rule in definition.concluded_by):
                return name
        return None

    def _name(self, node: NodeId) -> str:
        return self._derived_name(node) or self._words.spelled(node)

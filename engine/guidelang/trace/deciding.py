"""Which facts to find out: the smallest sets that could decide, and the one that would decide most.

A set of facts could decide a condition if some outcome of the comparisons that read only these facts makes the
condition true or false. Comparisons are taken as free of each other, so a set may be listed whose values would have to
be two things at once (below 2 and above 5 in one measurement); a set that could decide by one free comparison or
more is never left out within the bound. What is now decided stays decided, except that a fact found out is known and no
longer stale. A comparison about days that all lie ahead is never free: nobody can find that out today.

The search is bounded (`Bound`), and a result says whether it was stopped.
"""

from __future__ import annotations

import datetime as dt
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    LITERALS,
    FactKnown,
    FactStale,
    Node,
    NodeId,
    ValueKnown,
)
from guidelang.run.evaluation import Evaluation
from guidelang.run.not_yet import literal_not_before
from guidelang.run.outcome import Computed, Missing, Truth
from guidelang.run.premises import connected, open_facts


@dataclass(frozen=True, slots=True)
class Bound:
    """How far the search goes: facts in a set, facts to choose from, and conditions evaluated in all."""

    facts: int = 3
    candidates: int = 16
    steps: int = 1_000_000

    def __str__(self) -> str:
        return (
            f"sets of up to {self.facts} facts, out of the first {self.candidates} by name, "
            f"at most {self.steps} conditions evaluated"
        )


@dataclass(frozen=True, slots=True)
class DecidingSet:
    """Facts that could decide together, while no smaller set of them could; and which way they could."""

    facts: tuple[str, ...]
    could_be_true: bool
    could_be_false: bool


@dataclass(frozen=True, slots=True)
class DecidingSets:
    """`complete` is False where the bound was reached: then there may be sets that are not listed."""

    sets: tuple[DecidingSet, ...]
    complete: bool
    bound: Bound


@dataclass(frozen=True, slots=True)
class MeasureFirst:
    """A fact, the undecided rules that it alone could decide, and those that need it.

    `not_before` is the first day on which it can be found out, where it is only asked about days that all lie ahead.
    """

    fact: str
    decides: tuple[str, ...]
    needed_by: tuple[str, ...]
    not_before: dt.date | None = None


def deciding_sets(
    evaluation: Evaluation, condition: NodeId, missing: Sequence[Missing], bound: Bound | None = None
) -> DecidingSets:
    """The smallest sets of missing facts that could decide an unknown condition, smallest first, then by name."""
    bound = bound or Bound()
    names = sorted({m.fact for m in missing})
    candidates = names[: bound.candidates]
    cone = _Cone(evaluation, condition)
    left = bound.steps
    found: list[DecidingSet] = []
    for size in range(1, min(bound.facts, len(candidates)) + 1):
        for chosen in combinations(candidates, size):
            if any(set(smaller.facts) <= set(chosen) for smaller in found):
                continue
            verdicts, spent, exhausted = cone.verdicts(chosen, left)
            left -= spent
            if verdicts:
                found.append(DecidingSet(chosen, True in verdicts, False in verdicts))
            if exhausted:
                return DecidingSets(tuple(found), False, bound)
    # A larger set without a smaller deciding one inside could only be made of facts that do not decide alone.
    rest = set(candidates) - {fact for one in found if len(one.facts) == 1 for fact in one.facts}
    complete = len(names) <= bound.candidates and len(rest) <= bound.facts
    return DecidingSets(tuple(found), complete, bound)


def measure_first(evaluation: Evaluation, *, steps: int = 1_000_000) -> tuple[MeasureFirst, ...]:
    """The missing facts, first the one that alone could decide most of what is undecided, then the most needed.

    Those that nobody can find out today come last, in the order of the days on which they can be.

    Where the scope is undecided, it is the one thing to decide, named `scope`. `steps` bounds the work for all
    rules together, in conditions evaluated; rules that come after it count as needing their facts only.
    """
    undecided: list[tuple[str, NodeId, Sequence[Missing]]] = [
        (outcome.rule, evaluation.network.rules[outcome.rule].applies, outcome.missing)
        for outcome in evaluation.outcomes
        if outcome.missing
    ]
    if evaluation.scope_missing:
        undecided = [("scope", evaluation.network.scope, evaluation.scope_missing)]
    decides: dict[str, list[str]] = {}
    needed: dict[str, list[str]] = {}
    today = evaluation.facts.as_of
    days: dict[str, dt.date] = {}
    for name, node, missing in undecided:
        cone = _Cone(evaluation, node) if steps > 0 else None
        for m in missing:
            days[m.fact] = min(days.get(m.fact, dt.date.max), m.not_before or today)
        for fact in sorted({m.fact for m in missing}):
            needed.setdefault(fact, []).append(name)
            if cone is None:
                continue
            verdicts, spent, _ = cone.verdicts((fact,), steps, enough=1)
            steps -= spent
            if verdicts:
                decides.setdefault(fact, []).append(name)
    return tuple(
        MeasureFirst(
            fact, tuple(decides.get(fact, ())), tuple(needed[fact]), None if days[fact] == today else days[fact]
        )
        for fact in sorted(needed, key=lambda f: (days[f], -len(decides.get(f, ())), -len(needed[f]), f))
    )


class _Cone:
    """The conditions below one condition, in an order in which each comes after its operands."""

    def __init__(self, evaluation: Evaluation, top: NodeId) -> None:
        self._evaluation = evaluation
        self._top = top
        nodes = evaluation.network.nodes
        self._order = list(_operands_first(top, nodes))
        self._literals = [(n, nodes[n]) for n in self._order if isinstance(nodes[n], LITERALS)]
        self._now = {node: evaluation.conditions[node] for node in self._order}
        self._connectives = [(n, nodes[n]) for n in self._order if not isinstance(nodes[n], LITERALS)]

    def verdicts(self, chosen: Sequence[str], budget: int, *, enough: int = 2) -> tuple[set[bool], int, bool]:
        """What the condition could become if these facts were known.

        Returns:
            The truths that were reached, the number of conditions evaluated, and whether the budget ended the search.
        """
        facts = frozenset(chosen)
        truths: dict[NodeId, Truth] = {}
        free: list[NodeId] = []
        for node_id, node in self._literals:
            now = self._evaluation.conditions[node_id]
            match node:
                case FactKnown(fact) if fact in facts:
                    now = True
                case FactStale(fact) if fact in facts:
                    now = False
                case ValueKnown(operand) if now is False and self._opened(facts, operand) and self._today(node_id):
                    now = True
                case _ if now is None and facts >= (needed := self._open(node)) and needed and self._today(node_id):
                    free.append(node_id)
            truths[node_id] = now
        reached: set[bool] = set()
        if not free and all(truths[n] == self._evaluation.conditions[n] for n, _ in self._literals):
            return reached, 0, False
        affected = self._affected({n for n in truths if n in free or truths[n] != self._evaluation.conditions[n]})
        spent = len(self._order)
        for assignment in product((True, False), repeat=len(free)):
            if spent >= budget:
                return reached, spent, True
            spent += len(affected)
            verdict = self._evaluate({**truths, **dict(zip(free, assignment, strict=True))}, affected)
            if verdict is not None:
                reached.add(verdict)
                if len(reached) >= enough:
                    break
        return reached, spent, False

    def _affected(self, changed: set[NodeId]) -> list[tuple[NodeId, Node]]:
        """The connectives above changed literals; all others keep their truth."""
        above: list[tuple[NodeId, Node]] = []
        for node_id, node in self._connectives:
            if not changed.isdisjoint(operands_of(node)):
                changed.add(node_id)
                above.append((node_id, node))
        return above

    def _evaluate(self, truths: dict[NodeId, Truth], affected: list[tuple[NodeId, Node]]) -> Truth:
        known = ChainMap(truths, self._now)
        for node_id, node in affected:
            truths[node_id] = connected(node, known)
        return known[self._top]

    def _open(self, literal: Node) -> frozenset[str]:
        """The facts that keep an unknown literal from being decided."""
        evaluation = self._evaluation
        return open_facts(literal, evaluation.values, evaluation.network, evaluation.facts)

    def _today(self, literal: NodeId) -> bool:
        """Whether a literal can be found out today."""
        evaluation = self._evaluation
        return literal_not_before(literal, evaluation.network, evaluation.facts, evaluation.values) is None

    def _opened(self, facts: frozenset[str], value: NodeId) -> bool:
        needed = self._evaluation.values.get(value, Computed(None)).open_facts
        return bool(needed) and needed <= facts


def _operands_first(top: NodeId, nodes: Mapping[NodeId, Node]) -> Iterator[NodeId]:
    """Conditions reachable from the top, each after its operands; without recursion, so depth does not matter."""
    done: set[NodeId] = set()
    waiting: list[tuple[NodeId, bool]] = [(top, False)]
    while waiting:
        node_id, operands_done = waiting.pop()
        if node_id in done:
            continue
        if operands_done:
            done.add(node_id)
            yield node_id
            continue
        waiting.append((node_id, True))
        below = () if isinstance(nodes[node_id], LITERALS) else operands_of(nodes[node_id])
        waiting.extend((operand, False) for operand in reversed(below))

"""Values that belong to nobody, and values that belong to two: what rules say on both sides of a limit.

Where one rule speaks of values below a limit and another of values above it, the limit itself should belong to one of
them. A gap is a patient with just that value to whom no rule about it applies, though with any smaller value one rule
would apply, and with any greater one another; an overlap is a patient to whom both apply, though they have no other
value in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guidelang.network.ir import Affine, And, Comparator, Compare, Constant, Network, NodeId, RuleDefinition
from guidelang.prove.advice import in_scope
from guidelang.prove.findings import Finding, patient_of
from guidelang.prove.opposed import turn_round
from guidelang.prove.prover import Encodings, Evaluations, Open, Prover, Question, Shown
from guidelang.prove.smt import Bool, number
from guidelang.prove.terms import Range
from guidelang.run.outcome import Status

_MIRRORED: dict[Comparator, Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule that applies only where a value compares so with a limit, and what else the rule asks."""

    rule: RuleDefinition
    value: NodeId
    operator: Comparator
    limit: Fraction
    others: tuple[NodeId, ...]
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Border:
    """Two rules that meet at a limit: one for values below it, the other for those above."""

    below: Bound
    above: Bound
    others: tuple[RuleDefinition, ...]  # all other rules that are bounded by the same value

    @property
    def is_gap(self) -> bool:
        return self.below.operator == "<" and self.above.operator == ">"


def borders(network: Network) -> list[Border]:
    """All pairs of rules that meet at a limit, with both or neither of them taking the limit itself.

    A limit that one rule wants more for and the other less is a goal: who has reached it needs neither.
    """
    by_limit: dict[tuple[NodeId, Fraction], list[Bound]] = {}
    for name in sorted(network.rules):
        for bound in _bounds(network, network.rules[name]):
            by_limit.setdefault((bound.value, bound.limit), []).append(bound)
    found = []
    for (value, _), bounds in by_limit.items():
        about = {b.rule.name: b.rule for (other, _), each in by_limit.items() if other == value for b in each}
        for below in bounds:
            for above in bounds:
                operators = (below.operator, above.operator)
                if operators not in (("<", ">"), ("<=", ">=")) or below.rule is above.rule:
                    continue
                if operators == ("<=", ">=") or not turn_round(network, below.rule, above.rule):
                    others = tuple(rule for rule in about.values() if rule not in (below.rule, above.rule))
                    found.append(Border(below, above, others))
    return found


def at_border(prover: Prover, border: Border) -> Finding | None:
    """A patient with the value of the limit whom nobody takes, or both do; None if that is proved to be nobody."""
    below, above = border.below, border.above
    rules = (below.rule.name, above.rule.name)
    taken = () if border.is_gap else rules
    about = [below.rule, above.rule, *border.others]

    def terms(encodings: Encodings) -> Sequence[Bool]:
        encoding = encodings[0]
        value = encoding.value(below.value)
        assert isinstance(value, Range)
        here = [in_scope(encoding).true, value.known, value.is_point, value.low == number(below.limit)]
        here += [encoding.condition(node).true for bound in (below, above) for node in bound.others]
        if border.is_gap:
            return [*here, *(encoding.condition(rule.applies).false for rule in about)]
        return [*here, *(encoding.condition(bound.rule.applies).true for bound in (below, above))]

    def shows(evaluations: Evaluations) -> bool | None:
        evaluation = evaluations[0]
        applying = {rule.name for rule in about if evaluation.statuses.get(rule.name) == Status.APPLIES}
        others = all(evaluation.conditions[node] is True for bound in (below, above) for node in bound.others)
        value = evaluation.values[below.value].value
        exactly = not isinstance(value, bool | str | None) and value.is_point and value.value == below.limit
        return (others and exactly and bool(evaluation.statuses) and applying == set(taken)) or None

    roots = ((prover.networks[0].scope, below.value, *(rule.applies for rule in about)),)
    answer = prover.find(Question([terms], shows, roots))
    limit = f"{below.words} of exactly {below.text}"
    if border.is_gap:
        kind, message = "gap", f"nobody takes care of {limit}: {rules[0]} is about less, {rules[1]} about more"
    else:
        kind, message = "overlap", f"both {rules[0]} and {rules[1]} apply to {limit}, and to no other value together"
    if isinstance(answer, Shown):
        expects = [f"not {name}" for name in rules] if border.is_gap else list(rules)
        patient = patient_of(answer, f"{limit}", expects)
        return Finding("gap" if kind == "gap" else "overlap", message, rules, patient)
    if isinstance(answer, Open):
        return Finding("undecided", f"whether {message}: {answer.why}", rules)
    return None


def _bounds(network: Network, rule: RuleDefinition) -> Iterator[Bound]:
    """The comparisons that all have to hold for the rule's base, each with the rest of the base."""
    needed = list(_needed(network, rule.base))
    for i, node_id in enumerate(needed):
        node = network.nodes[node_id]
        if not isinstance(node, Compare):
            continue
        others = tuple(needed[:i] + needed[i + 1 :])
        for value, limit, operator in (
            (node.left, node.right, node.operator),
            (node.right, node.left, _MIRRORED[node.operator]),
        ):
            subject, right = network.nodes[value], network.nodes[limit]
            if isinstance(right, Constant) and operator != "!=" and not isinstance(subject, Constant):
                words = _words(network, value)
                yield Bound(rule, value, operator, right.value, others, words, right.text)


def _needed(network: Network, node_id: NodeId) -> Iterator[NodeId]:
    node = network.nodes[node_id]
    if isinstance(node, And):
        for operand in node.operands:
            yield from _needed(network, operand)
    else:
        yield node_id


def _words(network: Network, value: NodeId) -> str:
    node = network.nodes[value]
    if isinstance(node, Affine):
        return _words(network, node.operand)
    derived = next((name for name, d in network.derived.items() if d.node == value), None)
    return derived or network.names.get(value) or str(getattr(node, "fact", "the value"))

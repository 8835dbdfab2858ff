"""Parts of a guideline that do nothing.

Rules that never apply, or only where another gives the same advice; conditions, exceptions and overrides that never
matter; conditions that are the same for everybody.

All of these are said of patients in scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import operands_of
from guidelang.network.ir import And, Compare, Holds, IsOneOf, LastN, Network, NodeId, RuleDefinition, Table
from guidelang.prove.advice import AdviceKey, advice_of, given_term, in_scope
from guidelang.prove.encode import Encoding
from guidelang.prove.findings import Finding
from guidelang.prove.prover import Answer, Encodings, Open, Proved, Prover, Question
from guidelang.prove.smt import Bool, all_of, any_of, negated
from guidelang.prove.terms import Rails, conjunction
from guidelang.run.outcome import Status


def dead_rule(prover: Prover, rule: RuleDefinition) -> Finding | None:
    """A rule that applies to nobody."""
    question = Question(
        [lambda encodings: [in_scope(encodings[0]).true, encodings[0].condition(rule.applies).true]],
        lambda evaluations: evaluations[0].statuses.get(rule.name) == Status.APPLIES or None,
        ((prover.networks[0].scope, rule.applies),),
    )
    answer = prover.find(question)
    if isinstance(answer, Proved):
        return Finding("dead_rule", f"{rule.name} can never apply{_why_dead(prover, rule)}", (rule.name,))
    if isinstance(answer, Open):
        return Finding("undecided", f"whether {rule.name} applies to anybody: {answer.why}", (rule.name,))
    return None


def _why_dead(prover: Prover, rule: RuleDefinition) -> str:
    """The part that keeps a rule from applying, if one part alone does."""
    network = prover.networks[0]
    for node, what in _parts(network, rule):
        if _never(prover, node, _true):
            return f": nobody in scope has {what}"
    if rule.overridden_by and not _never(prover, rule.base, _true):
        return f": {' or '.join(rule.overridden_by)} overrides it for everybody to whom it would"
    return ": its conditions exclude each other"


def _parts(network: Network, rule: RuleDefinition) -> Iterator[tuple[NodeId, str]]:
    for node in conjuncts(network, rule.when):
        yield node, f"`{network.names.get(node, 'one of its conditions')}`"


def conjuncts(network: Network, node_id: NodeId) -> list[NodeId]:
    """The conditions that all have to hold, for a condition to hold."""
    node = network.nodes[node_id]
    if not isinstance(node, And):
        return [node_id]
    return [below for operand in node.operands for below in conjuncts(network, operand)]


def rules_with_likes(network: Network) -> Iterator[tuple[AdviceKey, RuleDefinition, tuple[RuleDefinition, ...]]]:
    """Rules with one piece of advice that others give too, stated as strongly."""
    for key, rules in advice_of(network).items():
        for rule in rules:
            likes = tuple(other for other in rules if other is not rule and _stated(other, key) == _stated(rule, key))
            if likes and len(rule.advice) == 1 and not rule.concludes:
                yield key, rule, likes


def implied_rule(
    prover: Prover, key: AdviceKey, rule: RuleDefinition, likes: tuple[RuleDefinition, ...]
) -> Finding | None:
    """A rule that applies only where others give its advice, so that it adds nothing."""
    if not _adds_nothing(prover, rule, likes):
        return None
    names = tuple(other.name for other in likes)
    message = f"wherever {rule.name} applies, {' or '.join(names)} gives the same advice: {key}"
    return Finding("implied_rule", message, (rule.name, *names))


def _adds_nothing(prover: Prover, rule: RuleDefinition, others: tuple[RuleDefinition, ...]) -> bool:
    def alone(encoding: Encoding) -> list[Bool]:
        applies = encoding.condition(rule.applies).true
        return [in_scope(encoding).true, applies, negated(given_term(encoding, others).true)]

    return isinstance(_nobody(prover, alone), Proved)


def _stated(rule: RuleDefinition, key: AdviceKey) -> tuple[object, ...]:
    kind = next(
        a.kind
        for a in rule.advice
        if (a.target, a.action, a.against, a.to) == (key.target, key.action, key.against, key.to)
    )
    return kind, rule.strength, rule.certainty, rule.grade, rule.urgency


def idle_parts(prover: Prover, rule: RuleDefinition) -> Iterator[Finding]:
    """Conditions, exceptions and overrides of a rule without which its outcome would be the same for everybody."""
    network = prover.networks[0]
    needed = conjuncts(network, rule.when)
    for node in needed if len(needed) > 1 or rule.unless else ():
        others = [other for other in needed if other != node]
        if _same_without(prover, rule, others, rule.unless):
            name = network.names.get(node, "a condition")
            message = f"`{name}` never matters in {rule.name}: with the rest of it, it is true for everybody in scope"
            yield Finding("idle_condition", message, (rule.name,))
    for node in rule.unless:
        exceptions = [other for other in rule.unless if other != node]
        if _same_without(prover, rule, needed, exceptions):
            name = network.names.get(node, "an exception")
            message = f"the exception `{name}` of {rule.name} never matters: nobody to whom the rule speaks has it"
            yield Finding("idle_exception", message, (rule.name,))
    if rule.overridden_by and _never_overridden(prover, rule):
        message = f"{', '.join(rule.overridden_by)} never overrides {rule.name}: they never apply together"
        yield Finding("idle_override", message, (rule.name, *rule.overridden_by))


def _same_without(prover: Prover, rule: RuleDefinition, needed: Sequence[NodeId], exceptions: Sequence[NodeId]) -> bool:
    """Whether the rule's base is the same for everybody in scope if it asks for these conditions only."""

    def different(encoding: Encoding) -> list[Bool]:
        conditions = [encoding.condition(node) for node in needed]
        base = conjunction([*conditions, *(encoding.condition(node).swapped() for node in exceptions)])
        return [in_scope(encoding).true, _differ(encoding.condition(rule.base), base)]

    return isinstance(_nobody(prover, different), Proved)


def _never_overridden(prover: Prover, rule: RuleDefinition) -> bool:
    def overridden(encoding: Encoding) -> list[Bool]:
        return [in_scope(encoding).true, _differ(encoding.condition(rule.base), encoding.condition(rule.applies))]

    return isinstance(_nobody(prover, overridden), Proved)


def _differ(a: Rails, b: Rails) -> Bool:
    return any_of(
        (
            all_of((a.true, negated(b.true))),
            all_of((b.true, negated(a.true))),
            all_of((a.false, negated(b.false))),
            all_of((b.false, negated(a.false))),
        )
    )


def named_conditions(network: Network) -> list[tuple[NodeId, str]]:
    """Comparisons, questions to histories and derived facts that rules stand on, by name."""
    named = {derived.node: name for name, derived in network.derived.items() if derived.type == "yes_no"}
    asked = {n: name for n, name in network.names.items() if isinstance(network.nodes[n], _COMPARED)} | named
    outside = _outside_tables(network) - set(conjuncts(network, network.scope))
    kept = [(n, name) for n, name in asked.items() if n in outside and not isinstance(network.nodes[n], Holds)]
    return sorted(kept, key=lambda item: item[1])


def constant_condition(prover: Prover, node: NodeId, name: str) -> Finding | None:
    """A condition that nobody in scope has, or everybody, or that nobody knows."""
    never, always = _never(prover, node, _true), _never(prover, node, _false)
    if never and always:
        return Finding("constant_condition", f"`{name}` is unknown for everybody in scope", ())
    if never:
        return Finding("constant_condition", f"`{name}` is true for nobody in scope", ())
    return Finding("constant_condition", f"`{name}` is false for nobody in scope", ()) if always else None


_COMPARED = (Compare, IsOneOf, LastN, Occurs, Lasting)


def _outside_tables(network: Network) -> set[NodeId]:
    """The nodes that rules and derived facts stand on other than by way of a table, whose rows are checked as such."""
    roots = [
        network.scope,
        *(rule.applies for rule in network.rules.values()),
        *(d.node for d in network.derived.values()),
    ]
    found: set[NodeId] = set()
    while roots:
        node = roots.pop()
        if node not in found:
            found.add(node)
            roots += () if isinstance(network.nodes[node], Table) else operands_of(network.nodes[node])
    return found


def _true(rails: Rails) -> Bool:
    return rails.true


def _false(rails: Rails) -> Bool:
    return rails.false


def _never(prover: Prover, node: NodeId, rail: Callable[[Rails], Bool]) -> bool:
    """Whether a condition is that for nobody in scope."""

    def somebody(encoding: Encoding) -> list[Bool]:
        return [in_scope(encoding).true, rail(encoding.condition(node))]

    return isinstance(_nobody(prover, somebody), Proved)


def _nobody(prover: Prover, terms: Callable[[Encoding], Sequence[Bool]]) -> Answer:
    """Proved if there is nobody; whoever there may be is not looked for."""

    def conditions(encodings: Encodings) -> Sequence[Bool]:
        return terms(encodings[0])

    return prover.prove(conditions)

"""Which changes of the text may be what moved a rule: those of what its condition stands on.

This is read off the two texts and is no count. What a rule stands on is its own condition, the rules that override it
or conclude what it asks for, and the facts, derived facts and parameters below it. Where only one of them changed, that
change is responsible; where several did, one of them is, or some together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from guidelang.diff.change import TextChange
from guidelang.diff.document import CauseDocument
from guidelang.diff.verdict import SCOPE
from guidelang.network.graph import facts_of, nodes_below, parameters_of
from guidelang.network.ir import Aggregate, BeforeEvaluation, Constant, DateShift, LastN, Network, Node, NodeId
from guidelang.prove.content import Content

_OF_ALL = frozenset({"added", "removed", "split", "merged"})
_ADVICE = "advice"
_STATED = frozenset({"strength", "certainty", "grade"})
_WORDS_ONLY = frozenset({"label", "text", "citation", "evidence", "caution", "erratum", "urgency"})


@dataclass(frozen=True, slots=True)
class _Below:
    """The names that a condition stands on."""

    facts: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """What expressions name."""
        return self.facts | self.derived | self.parameters


class Causes:
    """Says of rules what changed below them.

    Args:
        renamed: rules of the old edition that have another name in the new one.
    """

    def __init__(
        self, old: Network, new: Network, text: Sequence[TextChange], renamed: dict[str, str] | None = None
    ) -> None:
        self._networks = (old, new)
        self._contents = (Content(old), Content(new))
        self._text = text
        self._before = {after: before for before, after in (renamed or {}).items()}

    def of(self, names: Iterable[str]) -> list[CauseDocument]:
        """What changed below these rules, named as reasons name them, or below the scope."""
        return [
            CauseDocument(
                rule=name,
                changes=[each.sentence for each in self._below_condition(name)],
                stated=[each.sentence for each in self._statement(name)],
            )
            for name in names
        ]

    def _statement(self, name: str) -> Iterator[TextChange]:
        for each in self._text:
            if each.part == "rule" and name in _named(each) and _is_stated(each):
                yield each

    def _below_condition(self, name: str) -> Iterator[TextChange]:
        old, new = self._below_of(name)
        whole = old is None or new is None  # of a rule that is new or gone, nothing else has to be looked for
        below = [] if old is None or new is None else [old, new]
        facts_below = {fact for each in below for fact in each.facts}
        derived = {name for name in below[0].derived & below[1].derived if self._differs(name)} if below else set()
        rules = {rule for each in below for rule in each.rules} - {name}
        parameters = {parameter for each in below for parameter in each.parameters if self._is_set_otherwise(parameter)}
        # A parameter that has become a derived fact of the same name is told of as removed and as added.
        turned = below[0].names & below[1].names if below else set()
        facts = {fact for fact in facts_below if self._changed(fact)}
        told = {each.name for each in self._text if each.part == "fact"}
        unsaid = bool(facts - told)  # then it is a list of codes that the fact is read by
        for each in self._text:
            match each.part:
                case "scope":
                    found = name == SCOPE
                case "fact" | "derived" | "parameter" if each.kind in ("added", "removed") and not each.aspect:
                    found = each.name in turned
                case "rule" if _is_stated(each):
                    found = False
                case "rule" if name in _named(each):
                    found = not whole or each.kind in _OF_ALL
                case "rule":
                    found = bool(rules & _named(each)) and each.aspect != _ADVICE
                case "fact":
                    found = each.name in facts
                case "derived":
                    found = each.name in derived
                case "parameter":
                    found = each.name in parameters and each.aspect == "value"
                case "code list" | "system":
                    found = unsaid
                case _:
                    found = False
            if found and each.kind != "renamed" and each.aspect not in _WORDS_ONLY:
                yield each

    def _below_of(self, name: str) -> tuple[_Below | None, _Below | None]:
        """What a rule stands on in each edition, or the scope; None where there is no such rule."""
        old, new = self._networks
        if name == SCOPE:
            return _below(old, old.scope, None), _below(new, new.scope, None)
        before, after = old.rules.get(self._before.get(name, name)), new.rules.get(name)
        return (
            None if before is None else _below(old, before.applies, before.name),
            None if after is None else _below(new, after.applies, after.name),
        )

    def _changed(self, fact: str) -> bool:
        """Whether a fact of both editions is read or measured in another way."""
        if any(fact not in network.facts for network in self._networks):
            return False
        return self._contents[0].fact(fact) != self._contents[1].fact(fact)

    def _is_set_otherwise(self, parameter: str) -> bool:
        """Whether a parameter has another value, and not the same one in another unit."""
        old, new = (
            {_value(node, parameter) for node in network.nodes.values() if parameter in parameters_of(node)}
            for network in self._networks
        )
        return old != new or not old or None in old

    def _differs(self, derived: str) -> bool:
        nodes = [network.derived[derived].node for network in self._networks if derived in network.derived]
        return len(nodes) == 2 and self._contents[0].node(nodes[0]) != self._contents[1].node(nodes[1])


def _below(network: Network, root: NodeId, rule: str | None) -> _Below:
    seen = nodes_below(network, [root])
    nodes = [network.nodes[each] for each in seen]
    facts = frozenset(fact for node in nodes for fact in facts_of(node))
    derived = frozenset(name for name, each in network.derived.items() if each.node in seen)
    windows = {network.facts[fact].window_parameter for fact in facts if fact in network.facts}
    concluding = {each for name in derived for each in network.derived[name].concluded_by}
    return _Below(
        facts,
        derived,
        _overriding(network, {*concluding, *(() if rule is None else (rule,))}),
        frozenset(each for node in nodes for each in parameters_of(node)) | {each for each in windows if each},
    )


def _value(node: Node, parameter: str) -> str | None:
    """What a node has of a parameter; None where that is not known."""
    if isinstance(node, Constant):
        return f"{node.value} {node.unit}"
    if isinstance(node, BeforeEvaluation | DateShift):
        return str(node.duration)
    if isinstance(node, LastN | Aggregate) and node.window_parameter == parameter:
        return str(node.window)
    return None


def _overriding(network: Network, rules: set[str]) -> frozenset[str]:
    """These rules, those that override them, and so on."""
    found: set[str] = set()
    pending = list(rules)
    while pending:
        rule = pending.pop()
        if rule not in found:
            found.add(rule)
            pending.extend(network.rules[rule].overridden_by)
    return frozenset(found)


def _is_stated(change: TextChange) -> bool:
    """Whether it changes how strong advice is, and not who gets it: also where `recommend` becomes `suggest`."""
    if change.aspect != _ADVICE or change.old is None or change.new is None:
        return change.aspect in _STATED
    return change.old.partition(" ")[2] == change.new.partition(" ")[2]


def _named(change: TextChange) -> frozenset[str]:
    """The declarations that a change is about: of what was renamed, split or merged, by all names."""
    if change.kind not in ("renamed", "split", "merged") or change.aspect:
        return frozenset({change.name})
    both = f"{change.old}, {change.new}".split(", ")
    return frozenset({change.name, *both})

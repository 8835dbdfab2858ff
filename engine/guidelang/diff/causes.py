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
from guidelang.network.graph import facts_of, operands_of, parameters_of
from guidelang.network.ir import Network, NodeId
from guidelang.prove.content import Content

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

    def __or__(self, other: _Below) -> _Below:
        return _Below(
            self.facts | other.facts,
            self.derived | other.derived,
            self.rules | other.rules,
            self.parameters | other.parameters,
        )


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
        roots = self._roots(name)
        below = _Below()
        for network, root in zip(self._networks, roots, strict=True):
            below |= _Below() if root is None else _below(network, root)
        facts = {each for each in below.facts if self._changed(each)}
        told = {each.name for each in self._text if each.part == "fact"}
        unsaid = bool(facts - told)  # then it is a list of codes that the fact is read by
        for each in self._text:
            match each.part:
                case "scope":
                    found = name == SCOPE
                case "rule":
                    own = name in _named(each)
                    found = not _is_stated(each) and (
                        own or (bool(below.rules & _named(each)) and each.aspect != _ADVICE)
                    )
                case "fact":
                    found = each.name in facts
                case "derived":
                    found = each.name in below.derived and self._differs(each.name)
                case "parameter":
                    found = each.name in below.parameters and each.aspect == "value"
                case "code list" | "system":
                    found = unsaid
                case _:
                    found = False
            if found and each.aspect not in _WORDS_ONLY:
                yield each

    def _roots(self, name: str) -> tuple[NodeId | None, NodeId | None]:
        old, new = self._networks
        if name == SCOPE:
            return old.scope, new.scope
        before, after = old.rules.get(self._before.get(name, name)), new.rules.get(name)
        return None if before is None else before.applies, None if after is None else after.applies

    def _changed(self, fact: str) -> bool:
        """Whether a fact of both editions is read or measured in another way."""
        if any(fact not in network.facts for network in self._networks):
            return False
        return self._contents[0].fact(fact) != self._contents[1].fact(fact)

    def _differs(self, derived: str) -> bool:
        nodes = [network.derived[derived].node for network in self._networks if derived in network.derived]
        return len(nodes) == 2 and self._contents[0].node(nodes[0]) != self._contents[1].node(nodes[1])


def _below(network: Network, root: NodeId) -> _Below:
    seen: set[NodeId] = set()
    pending = [root]
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            pending.extend(operands_of(network.nodes[current]))
    nodes = [network.nodes[each] for each in seen]
    facts = frozenset(fact for node in nodes for fact in facts_of(node))
    windows = {network.facts[fact].window_parameter for fact in facts if fact in network.facts}
    return _Below(
        facts,
        frozenset(name for name, each in network.derived.items() if each.node in seen),
        frozenset(name for name, each in network.rules.items() if each.applies in seen),
        frozenset(each for node in nodes for each in parameters_of(node)) | {each for each in windows if each},
    )


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

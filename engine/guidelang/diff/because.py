"""Which changes of the text lie behind a change of meaning: of the rules that advise, and of what they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guidelang.diff.change import Part, TextChange
from guidelang.diff.verdict import SCOPE, AdviceChange
from guidelang.network.graph import facts_of, nodes_below, parameters_of
from guidelang.network.ir import LITERALS, Network

_FOR_READERS = frozenset(
    {"label", "text", "caution", "citation", "evidence", "erratum", "strength", "certainty", "grade", "urgency"}
)
"""What is said of a rule and decides nothing; how strongly it is stated is told apart."""

_PARTS: tuple[Part, ...] = ("scope", "rule", "derived", "parameter", "fact", "code list")


def because(change: AdviceChange, texts: Iterable[TextChange], old: Network, new: Network) -> tuple[str, ...]:
    """The sentences, those of rules first."""
    if change.verdict == "same":
        return ()
    names = _Names.of(old, change.old_rules, change.advice) | _Names.of(new, change.new_rules, change.advice)
    found = [
        each
        for each in texts
        if each.aspect not in _FOR_READERS and each.part in _PARTS and names.has(each, change.advice == SCOPE)
    ]
    return tuple(each.sentence for each in sorted(found, key=lambda each: _PARTS.index(each.part)))


class _Names:
    """The names of what some rules stand on."""

    def __init__(self, names: Mapping[str, frozenset[str]]) -> None:
        self._names = names

    @classmethod
    def of(cls, network: Network, rules: tuple[str, ...], advice: str) -> _Names:
        roots = (
            [network.scope]
            if advice == SCOPE
            else [network.rules[name].applies for name in rules if name in network.rules]
        )
        nodes = nodes_below(network, roots)
        derived = {name for name, each in network.derived.items() if each.node in nodes}
        facts = {fact for node in nodes for fact in facts_of(network.nodes[node])}
        parameters = {name for node in nodes for name in parameters_of(network.nodes[node])}
        for fact in facts & set(network.facts):
            definition = network.facts[fact]
            windows = (definition.window_parameter, *(reading.window_parameter for reading in definition.readings))
            parameters |= {name for name in windows if name is not None}
        told_apart = nodes - {each.node for each in network.derived.values()}
        own = {
            name
            for name, rule in network.rules.items()
            if name in rules or (rule.applies in told_apart and not isinstance(network.nodes[rule.applies], LITERALS))
        }
        return cls(
            {
                "rule": frozenset(own),
                "derived": frozenset(derived),
                "fact": frozenset(facts),
                "parameter": frozenset(parameters),
            }
        )

    def __or__(self, other: _Names) -> _Names:
        return _Names({part: self._names[part] | other._names[part] for part in self._names})

    def has(self, change: TextChange, of_scope: bool) -> bool:
        if change.part == "scope":
            return of_scope
        return change.name in self._names.get(change.part, frozenset())

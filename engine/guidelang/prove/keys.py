"""Which pieces of advice a guideline has, and which rules give each: what editions are compared by."""

from __future__ import annotations

from dataclasses import dataclass

from guidelang.network.ir import Network, RuleDefinition


@dataclass(frozen=True, slots=True, order=True)
class AdviceKey:
    """What makes two pieces of advice the same: the same action on the same target, both for or both against."""

    target: str
    action: str
    against: bool
    to: str | None

    def __str__(self) -> str:
        return f"{'against ' if self.against else ''}{self.action} {self.target}{f' to {self.to}' if self.to else ''}"


def advice_of(network: Network) -> dict[AdviceKey, tuple[RuleDefinition, ...]]:
    """All pieces of advice of a guideline, each with the rules that give it, in the order of their names."""
    found: dict[AdviceKey, dict[str, RuleDefinition]] = {}
    for name in sorted(network.rules):
        for given in network.rules[name].advice:
            key = AdviceKey(given.target, given.action, given.against, given.to)
            found.setdefault(key, {})[name] = network.rules[name]
    return {key: tuple(rules.values()) for key, rules in sorted(found.items(), key=lambda item: str(item[0]))}

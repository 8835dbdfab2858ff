"""What is counted of two editions: their pieces of advice, with the rules that give each and what these state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.network.ir import Network, NodeId, RuleDefinition
from guidelang.prove.keys import AdviceKey, advice_of
from guidelang.run.advice import weight

Side: TypeAlias = Literal["old", "new"]
SIDES: tuple[Side, Side] = ("old", "new")


@dataclass(frozen=True, slots=True)
class Giver:
    """A rule that gives a piece of advice in one edition or in both.

    Attributes:
        name: in the new edition; of a rule that gives it no longer, in the old one.
        old, new: the rule; None where it does not give this advice.
        stated: what it states of the advice, by edition, as indices of `Plan.strengths`: as the rule that leads where
            what is given is a suggestion, and a recommendation.
        recommends: whether it recommends it, by edition, or suggests it.
    """

    name: str
    old: RuleDefinition | None
    new: RuleDefinition | None
    stated: Mapping[Side, tuple[int, int]]
    recommends: Mapping[Side, bool]

    def rule(self, side: Side) -> RuleDefinition | None:
        return self.old if side == "old" else self.new

    def states(self, side: Side) -> int:
        """What it states where it alone gives the advice, as an index of `Plan.strengths`."""
        return self.stated[side][self.recommends[side]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of advice of either edition, and the rules that give it."""

    advice: str
    givers: tuple[Giver, ...]

    def of(self, side: Side) -> list[tuple[int, Giver]]:
        """The rules of one edition with their places among all, those that lead first."""
        found = [(at, giver, rule) for at, giver in enumerate(self.givers) if (rule := giver.rule(side)) is not None]
        found.sort(key=lambda each: each[2].name)
        found.sort(key=lambda each: weight(each[2]), reverse=True)  # of equals, the first by name: sorting is stable
        return [(at, giver) for at, giver, _ in found]


@dataclass(frozen=True, slots=True)
class Plan:
    """Two editions, as they are compared patient by patient.

    Attributes:
        pieces: of advice, of either edition, by name.
        strengths: what rules state of their advice, in words; the first is nothing at all.
        columns: for each edition the conditions that are looked at, by the column that takes them: `scope`, and `0`,
            `1` … for the rules that give advice.
    """

    pieces: tuple[Piece, ...]
    strengths: tuple[str, ...]
    columns: Mapping[Side, Mapping[str, NodeId]]

    def column(self, side: Side, giver: Giver) -> str | None:
        """The column of a rule, in which its edition says whether it applies."""
        rule = giver.rule(side)
        if rule is None:
            return None
        nodes = self.columns[side]
        return f"{side}:{next(name for name, node in nodes.items() if node == rule.applies and name != 'scope')}"


def plan_of(old: Network, new: Network, renamed: Mapping[str, str] | None = None) -> Plan:
    """The plan for two editions.

    Args:
        renamed: rules of the old edition that have another name in the new one.
    """
    strengths: dict[str, int] = {"": 0}
    names = renamed or {}
    before, after = advice_of(old), advice_of(new)
    keys = sorted({*before, *after}, key=str)
    pieces = tuple(
        Piece(str(key), tuple(_givers(key, before.get(key, ()), after.get(key, ()), names, strengths))) for key in keys
    )
    columns = {"old": _columns(old, "old", pieces), "new": _columns(new, "new", pieces)}
    return Plan(pieces, tuple(strengths), {side: columns[side] for side in SIDES})


def _givers(
    key: AdviceKey,
    old: tuple[RuleDefinition, ...],
    new: tuple[RuleDefinition, ...],
    renamed: Mapping[str, str],
    strengths: dict[str, int],
) -> Iterator[Giver]:
    before = {renamed.get(rule.name, rule.name): rule for rule in old}
    after = {rule.name: rule for rule in new}
    for name in sorted({*before, *after}):
        rules: dict[Side, RuleDefinition | None] = {"old": before.get(name), "new": after.get(name)}
        yield Giver(
            name,
            rules["old"],
            rules["new"],
            {side: _stated(rule, strengths) for side, rule in rules.items() if rule is not None},
            {side: _recommends(key, rule) for side, rule in rules.items() if rule is not None},
        )


def _stated(rule: RuleDefinition, strengths: dict[str, int]) -> tuple[int, int]:
    graded = ", ".join(part for part in (rule.grade, rule.strength, rule.certainty) if part) or "ungraded"
    words = [f"{kind} ({graded})" for kind in ("suggest", "recommend")]
    return strengths.setdefault(words[0], len(strengths)), strengths.setdefault(words[1], len(strengths))


def _recommends(key: AdviceKey, rule: RuleDefinition) -> bool:
    return any(
        each.kind == "recommend" and key == AdviceKey(each.target, each.action, each.against, each.to)
        for each in rule.advice
    )


def _columns(network: Network, side: Side, pieces: tuple[Piece, ...]) -> dict[str, NodeId]:
    rules = (giver.rule(side) for piece in pieces for giver in piece.givers)
    nodes = dict.fromkeys(rule.applies for rule in rules if rule is not None)
    return {"scope": network.scope, **{str(at): node for at, node in enumerate(nodes)}}

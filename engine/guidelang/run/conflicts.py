"""Advice that contradicts other advice, and advice that adds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal, TypeAlias

from guidelang.network.ir import Action, Effect, Network, RuleDefinition
from guidelang.run.outcome import Advice, Conflict, Stack

OPPOSED_ACTIONS: frozenset[frozenset[Action]] = frozenset(
    frozenset(pair)
    for pair in (
        ("start", "stop"),
        ("start", "reduce"),
        ("continue", "stop"),
        ("increase", "stop"),
        ("increase", "reduce"),
    )
)
"""Actions on one target that cannot both be followed.

`start`, `continue` and `increase` differ in whom they address (who takes it, who does not), so they are not opposed;
nor are `continue` and `reduce`, since a smaller dose is still taken. `switch A to B` is `stop A` and `start B`.
Measure, order, refer, discuss and educate are opposed to no other action.
"""

OPPOSED_TO_ADVICE_AGAINST: Mapping[Action, frozenset[Action]] = {
    "start": frozenset({"start", "increase"}),
    "continue": frozenset({"continue", "start", "increase"}),
    "increase": frozenset({"increase", "start"}),
    "reduce": frozenset({"reduce", "stop"}),
    "stop": frozenset({"stop"}),
    "switch": frozenset({"switch"}),
    "measure": frozenset({"measure"}),
    "order": frozenset({"order"}),
    "refer": frozenset({"refer"}),
    "discuss": frozenset({"discuss"}),
    "educate": frozenset({"educate"}),
}
"""Which actions are opposed to advice against an action on the same target.

Advice against an action opposes that action, and each that does more of the same: who should not start a drug should
not take more of it, and who should not take more should not begin; who should not reduce should not stop. Advice
against stopping leaves room for reducing. Two pieces of advice against something never conflict.
"""

Move: TypeAlias = tuple[Action, str]
Push: TypeAlias = tuple[str, Literal["lowers", "raises"]]

_WITH_EFFECT = frozenset({"start", "increase", "continue"})
_AGAINST_EFFECT = frozenset({"stop", "reduce"})


def conflicts(advice: Sequence[Advice], rules: Mapping[str, RuleDefinition]) -> tuple[Conflict, ...]:
    """Pairs of opposed pieces of advice; none where of any two rules that give them one overrides the other."""
    found: dict[Conflict, None] = {}
    for first, second in combinations(advice, 2):
        for target in _opposed_on(first, second):
            if not _all_overridden(first, second, rules):
                found[Conflict(target, first, second)] = None
    return tuple(found)


def stacks(advice: Sequence[Advice], network: Network) -> tuple[Stack, ...]:
    """Quantities that two or more pieces of advice push the same way, in the order of their names.

    Pieces that come to one and the same move (start A, switch B to A) do not add up. To start, increase or continue
    something has its effects; to stop or reduce it pushes the other way. Advice against something, and to measure,
    order, refer, discuss or educate, pushes nothing.
    """
    pushing: dict[Push, list[tuple[Move, Advice]]] = {}
    for piece in advice:
        for push, move in _pushes(piece, network):
            pushing.setdefault(push, []).append((move, piece))
    return tuple(
        Stack(quantity, direction, tuple({id(piece): piece for _, piece in pushes}.values()))
        for (quantity, direction), pushes in sorted(pushing.items(), key=lambda item: item[0])
        if len({move for move, _ in pushes}) >= 2 and len({id(piece) for _, piece in pushes}) >= 2
    )


def _moves(advice: Advice) -> tuple[Move, ...]:
    """What advice amounts to, action by action: a switch stops one thing and starts another."""
    if advice.action != "switch" or advice.against:
        return ((advice.action, advice.target),)
    started: tuple[Move, ...] = () if advice.to is None else (("start", advice.to),)
    return (("switch", advice.target), ("stop", advice.target), *started)


def _opposed_on(first: Advice, second: Advice) -> Iterator[str]:
    """The targets on which two pieces of advice are opposed."""
    if first.against and second.against:
        return
    if (
        first.action == second.action == "switch"
        and first.against != second.against
        and not _same_switch(first, second)
    ):
        return
    for action, target in _moves(first):
        for other_action, other_target in _moves(second):
            if target != other_target:
                continue
            if first.against or second.against:
                against, for_ = (action, other_action) if first.against else (other_action, action)
                if for_ in OPPOSED_TO_ADVICE_AGAINST[against]:
                    yield target
            elif frozenset({action, other_action}) in OPPOSED_ACTIONS:
                yield target


def _same_switch(first: Advice, second: Advice) -> bool:
    """Whether advice against switching speaks of this switch: of any, where it does not say to what."""
    against, for_ = (first, second) if first.against else (second, first)
    return against.to is None or against.to == for_.to


def _all_overridden(first: Advice, second: Advice, rules: Mapping[str, RuleDefinition]) -> bool:
    return all(
        a != b and (b in rules[a].overrides or a in rules[b].overrides) for a in first.rules for b in second.rules
    )


def _pushes(advice: Advice, network: Network) -> Iterator[tuple[Push, Move]]:
    if advice.against:
        return
    for move in _moves(advice):
        action, target = move
        for effect in _effects(target, network):
            if action in _WITH_EFFECT:
                yield (effect.quantity, effect.direction), move
            elif action in _AGAINST_EFFECT:
                yield (effect.quantity, "raises" if effect.direction == "lowers" else "lowers"), move


def _effects(target: str, network: Network) -> tuple[Effect, ...]:
    if target in network.interventions:
        return network.interventions[target].effects
    return network.facts[target].effects if target in network.facts else ()

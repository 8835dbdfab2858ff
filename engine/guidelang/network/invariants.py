"""Invariants to nodes: what each takes for granted, and what it claims or rules out."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.model.invariants import invariant_name, rule_of
from guidelang.model.symbols import Symbols
from guidelang.network import ir
from guidelang.network.lower import Lowering
from guidelang.syntax import invariant_words, tree


def invariant_definitions(symbols: Symbols, lowering: Lowering, scope: ir.NodeId) -> Iterator[ir.InvariantDefinition]:
    """The invariants of a guideline whose rules have been lowered; their nodes are added."""
    for invariant in symbols.invariants:
        rules = _rules(invariant, symbols)
        yield ir.InvariantDefinition(
            name=invariant_name(invariant),
            words=invariant_words(invariant),
            kind=invariant.kind,
            premise=lowering.all_of([], "always") if invariant.when is None else lowering.condition(invariant.when),
            claimed=_claimed(invariant, rules, lowering, scope),
            of_scope=isinstance(invariant.claimed, tree.ClaimedScope),
            rules=rules,
        )


def _rules(invariant: tree.Invariant, symbols: Symbols) -> tuple[str, ...]:
    match invariant.claimed:
        case tree.ClaimedAdvice(action=action, target=target, against=against):
            return symbols.advising(action or "start", target.name, against=against)
        case tree.SomeAdvice():
            return tuple(sorted(name for name, rule in symbols.rules.items() if rule.advice))
        case _:
            rule = rule_of(invariant, symbols)
            return () if rule is None else (rule,)


def _claimed(invariant: tree.Invariant, rules: tuple[str, ...], lowering: Lowering, scope: ir.NodeId) -> ir.NodeId:
    claimed = invariant.claimed
    if isinstance(claimed, tree.ClaimedScope):
        return scope
    if isinstance(claimed, tree.ClaimedAdvice | tree.SomeAdvice) or rules:
        words = invariant_words(invariant).removeprefix(f"{invariant.kind} ").partition(" when ")[0]
        return lowering.any_of([lowering.applies[rule] for rule in rules], words)
    return lowering.condition(claimed)

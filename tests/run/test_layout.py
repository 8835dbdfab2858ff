"""Rulesets inside the limits of durable_rules, known before any is created."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from guidelang.network.ir import And, Holds, Network, Node, NodeId
from guidelang.run.durable_layout import DurableError, DurableRule, Layout, check, lay_out
from guidelang.run.durable_names import Vocabulary, fnv1a
from guidelang.run.durable_rails import rails
from guidelang.run.words import Words

from .networks import network, rule


def laid_out(of: Network) -> Layout:
    return lay_out(rails(of, Words(of)))


def test_names_with_one_hash_are_told_apart() -> None:
    assert fnv1a("costarring") == fnv1a("liquid")
    vocabulary = Vocabulary()
    names = [vocabulary.name(wanted) for wanted in ("costarring", "liquid", "liquid", "id")]
    assert names[0] == "costarring"
    assert len({fnv1a(name) for name in names} | {fnv1a("id")}) == 5


def test_a_premise_of_many_rules_gets_twins() -> None:
    nodes: dict[NodeId, Node] = {f"l{n}": Holds(f"l{n}") for n in range(601)}
    nodes |= {f"w{n}": And(("l600", f"l{n}")) for n in range(600)}
    layout = laid_out(network(nodes, rules=[rule(f"r{n}", f"w{n}") for n in range(600)]))
    shared = Counter(pattern for rules in layout.rulesets for each in rules for pattern in each.patterns)
    assert max(shared.values()) == 200


def test_the_plan_does_not_depend_on_earlier_ones() -> None:
    nodes: dict[NodeId, Node] = {"a": Holds("a"), "b": Holds("b"), "c": And(("a", "b"))}
    of = network(nodes, rules=[rule("r", "c")])
    assert laid_out(of) == laid_out(of)


def rules_of(count: int, *patterns: tuple[int, str]) -> tuple[DurableRule, ...]:
    return tuple(DurableRule(f"r{n}", patterns) for n in range(count))


@pytest.mark.parametrize(
    ("rules", "limit"),
    [
        (tuple(DurableRule(f"r{n}", ((n // 500, f"x{n}"),)) for n in range(4097)), "rules in a ruleset"),
        (rules_of(1, *((0, f"x{n}") for n in range(3))), "patterns in a rule"),
        (rules_of(256, (0, "x")), "rules that share a pattern"),
        (tuple(DurableRule(f"r{n}", ((0, f"x{n}"),)) for n in range(511)), "constants in a bucket"),
        (tuple(DurableRule(f"r{n}", ((n, f"x{n}"),)) for n in range(511)), "buckets in a ruleset"),
    ],
)
def test_each_limit_is_checked(rules: tuple[DurableRule, ...], limit: str) -> None:
    layout = Layout((rules,), {}, {}, {})
    with pytest.raises(DurableError, match=limit):
        check(layout)


def test_colliding_facts_are_refused() -> None:
    layout = Layout((), {}, {}, {"costarring": "1t"})
    check(layout)
    with pytest.raises(DurableError, match="hash"):
        check(dataclasses.replace(layout, premises={"costarring": "1t", "liquid": "2t"}))

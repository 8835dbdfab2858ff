"""The executors settle every condition alike, whatever the network and whatever is known."""

from __future__ import annotations

import dataclasses
import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang.network.graph import operands_of
from guidelang.network.ir import And, AtLeast, FactDefinition, Holds, Network, Node, NodeId, Not, Or
from guidelang.run import Direct, Durable, durable_available, durable_layout

from .networks import network, rule
from .strategies import assignments, networks

needs_durable = pytest.mark.skipif(not durable_available(), reason="durable_rules is not installed")


CASES = int(os.environ.get("GUIDELANG_CASES", "2400"))
"""How many patients the first test compares; `GUIDELANG_CASES=200000 pytest tests/run/test_executors.py` for many."""

PATIENTS = max(40, CASES // 1400)  # of one network: rulesets stay registered, so networks must not be too many


@needs_durable
@settings(max_examples=-(-CASES // PATIENTS), deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.randoms(use_true_random=False))
def test_durable_settles_what_direct_settles(of: Network, random: Random) -> None:
    direct, durable = Direct(of), Durable(of)
    names = [node_id for node_id, node in of.nodes.items() if isinstance(node, Holds)]
    for _ in range(PATIENTS):
        literals = {name: random.choice((True, False, None)) for name in names}
        expected, got = direct.settle(literals), durable.settle(literals)
        assert got.conditions == expected.conditions
        assert {(f.concludes, f.truth) for f in got.firings} == {(f.concludes, f.truth) for f in expected.firings}


@needs_durable
def test_they_agree_when_every_limit_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts with twins, many buckets and rulesets that pass facts on to each other."""
    monkeypatch.setattr(durable_layout, "MAX_RULES", 3)
    monkeypatch.setattr(durable_layout, "MAX_SHARING", 1)
    monkeypatch.setattr(durable_layout, "BUCKET_SIZE", 2)

    @settings(max_examples=30, deadline=None)
    @given(st.data(), networks())
    def agree(data: st.DataObject, of: Network) -> None:
        direct, durable = Direct(of), Durable(of)
        for literals in data.draw(st.lists(assignments(of), min_size=10, max_size=10)):
            assert durable.settle(literals).conditions == direct.settle(literals).conditions

    agree()


@needs_durable
@settings(max_examples=10, deadline=None)
@given(st.data(), networks())
def test_one_patient_leaves_nothing_behind_for_the_next(data: st.DataObject, of: Network) -> None:
    durable = Durable(of)
    patients = data.draw(st.lists(assignments(of), min_size=5, max_size=5))
    first = [durable.settle(literals) for literals in patients]
    again = [durable.settle(literals) for literals in reversed(patients)]
    assert first == again[::-1]


@given(st.data(), networks(monotone=True))
def test_learning_more_changes_no_known_condition(data: st.DataObject, of: Network) -> None:
    literals = data.draw(assignments(of))
    more = {node: data.draw(st.booleans()) if truth is None else truth for node, truth in literals.items()}
    direct = Direct(of)
    before, after = direct.settle(literals).conditions, direct.settle(more).conditions
    assert all(after[node] == truth for node, truth in before.items() if truth is not None)
    assert None not in after.values()


@given(st.data(), networks())
def test_the_order_of_nodes_and_rules_is_of_no_consequence(data: st.DataObject, of: Network) -> None:
    literals = data.draw(assignments(of))
    ready: dict[NodeId, Node] = {}
    for node_id in data.draw(st.permutations(list(of.nodes))):
        _with_operands(node_id, of, ready)
    rules = dict(data.draw(st.permutations(list(of.rules.items()))))
    other = dataclasses.replace(of, nodes=ready, rules=rules)
    assert Direct(other).settle(literals).conditions == Direct(of).settle(literals).conditions


def _with_operands(node_id: NodeId, of: Network, ready: dict[NodeId, Node]) -> None:
    for operand in operands_of(of.nodes[node_id]):
        _with_operands(operand, of, ready)
    ready[node_id] = of.nodes[node_id]


def generated(rules: int, facts: int) -> Network:
    """Rules that need one premise in common and two others, with an exception; every third stands on the one before."""
    nodes: dict[NodeId, Node] = {f"l{n}": Holds(f"l{n}") for n in range(facts)}
    made = []
    for n in range(rules):
        nodes[f"u{n}"] = Or((f"l{(7 * n + 1) % facts}", f"l{(3 * n + 2) % facts}"))
        nodes[f"n{n}"] = Not(f"u{n}")
        before = (f"w{n - 1}",) if n % 3 == 1 else ()
        nodes[f"w{n}"] = And(("l0", f"l{n % facts}", f"l{(5 * n + 3) % facts}", f"n{n}", *before))
        made.append(rule(f"r{n}", f"w{n}"))
    definitions = [FactDefinition(f"l{n}", "yes_no") for n in range(facts)]
    return network(nodes, rules=made, facts=definitions)


@needs_durable
def test_three_hundred_rules_share_a_premise() -> None:
    _agree(generated(300, 40))


@needs_durable
def test_five_thousand_rules_run_in_several_rulesets() -> None:
    _agree(generated(5000, 400))


@needs_durable
def test_long_connectives_and_counts() -> None:
    literals = tuple(f"l{n}" for n in range(300))
    nodes: dict[NodeId, Node] = {name: Holds(name) for name in literals}
    nodes["all"] = And(literals)
    nodes["any"] = Or(literals)
    nodes["most"] = AtLeast(151, literals)
    _agree(network(nodes, rules=[rule(name, name) for name in ("all", "any", "most")]))


def _agree(of: Network) -> None:
    direct, durable = Direct(of), Durable(of)
    names = [node_id for node_id, node in of.nodes.items() if isinstance(node, Holds)]
    for known in (
        dict.fromkeys(names, True),
        dict.fromkeys(names, False),
        {name: (True, False, None)[int(name[1:]) % 3] if name != "l0" else True for name in names},
        {name: None if name == "l1" else int(name[1:]) % 2 == 0 for name in names},
    ):
        assert durable.settle(known).conditions == direct.settle(known).conditions

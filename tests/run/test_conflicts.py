"""Opposed advice, and advice that adds up."""

from __future__ import annotations

import pytest

from guidelang.network import ir
from guidelang.run import Evaluation, evaluate

from .networks import advise, facts, network, rule

EFFECTS = {
    "cinacalcet": (ir.Effect("lowers", "calcium"), ir.Effect("lowers", "pth")),
    "thiosulfate": (ir.Effect("lowers", "calcium"),),
    "calcium_supplement": (ir.Effect("raises", "calcium"),),
}


def run(*lines: str, overrides: bool = False) -> Evaluation:
    """One applying rule for each line; "switch a -> b" is a switch."""
    rules = []
    for number, line in enumerate(lines):
        text, _, to = line.partition(" -> ")
        over = [f"r{n}" for n in range(number)] if overrides else []
        rules.append(rule(f"r{number}", "always", advice=[advise(text, to or None)], overrides=over))
    interventions = [ir.InterventionDefinition(name, None, effects=effects) for name, effects in EFFECTS.items()]
    return evaluate(network({}, rules=rules, interventions=interventions), facts(), "direct")


@pytest.mark.parametrize(
    ("first", "second", "targets"),
    [
        ("recommend start x", "recommend stop x", ["x"]),
        ("recommend continue x", "suggest stop x", ["x"]),
        ("recommend increase x", "recommend reduce x", ["x"]),
        ("recommend increase x", "recommend stop x", ["x"]),
        ("recommend start x", "recommend reduce x", ["x"]),
        ("recommend start x", "recommend against start x", ["x"]),
        ("recommend increase x", "suggest against increase x", ["x"]),
        ("recommend increase x", "recommend against start x", ["x"]),
        ("recommend start x", "recommend against increase x", ["x"]),
        ("recommend stop x", "recommend against reduce x", ["x"]),
        ("recommend measure x", "recommend against measure x", ["x"]),
        ("recommend switch x -> y", "recommend continue x", ["x"]),
        ("recommend switch x -> y", "recommend against start y", ["y"]),
        ("recommend switch x -> y", "recommend switch y -> x", ["x", "y"]),
        ("recommend switch x -> y", "recommend against switch x -> y", ["x"]),
        ("recommend switch x -> y", "recommend against switch x", ["x"]),
        ("recommend switch x -> y", "recommend against switch x -> z", []),
        ("recommend start x", "recommend stop y", []),
        ("recommend start x", "recommend continue x", []),
        ("recommend continue x", "recommend reduce x", []),
        ("recommend reduce x", "recommend against stop x", []),
        ("recommend stop x", "recommend against start x", []),
        ("recommend continue x", "recommend against start x", []),
        ("recommend against start x", "recommend against stop x", []),
        ("recommend measure x", "recommend stop x", []),
    ],
)
def test_opposed_actions(first: str, second: str, targets: list[str]) -> None:
    for lines in ((first, second), (second, first)):
        done = run(*lines)
        assert sorted(conflict.target for conflict in done.conflicts) == targets


def test_no_conflict_where_one_rule_overrides_the_other() -> None:
    assert run("recommend start x", "recommend stop x", overrides=True).conflicts == ()


def stacks(*lines: str) -> list[tuple[str, str, int]]:
    return [(stack.quantity, stack.direction, len(stack.advice)) for stack in run(*lines).stacks]


def test_advice_that_lowers_one_quantity_adds_up() -> None:
    lines = ("recommend start cinacalcet", "recommend increase thiosulfate", "recommend stop calcium_supplement")
    assert stacks(*lines) == [("calcium", "lowers", 3)]


def test_one_piece_alone_is_no_stack() -> None:
    assert stacks("recommend start cinacalcet", "recommend stop thiosulfate") == []


def test_advice_against_something_and_measuring_push_nothing() -> None:
    assert stacks("recommend start cinacalcet", "recommend against start thiosulfate", "recommend measure x") == []


def test_the_same_move_twice_does_not_add_up() -> None:
    assert stacks("recommend start cinacalcet", "recommend switch x -> cinacalcet") == []


def test_a_switch_pushes_by_what_it_stops_and_what_it_starts() -> None:
    switch = "recommend switch calcium_supplement -> thiosulfate"
    assert stacks(switch) == []
    assert stacks(switch, "recommend start cinacalcet") == [("calcium", "lowers", 2)]

"""CLIPS through clipspy: a rule for each conjunction; `or` and negation as for durable_rules."""

from __future__ import annotations

from collections.abc import Sequence

import clips

from guidelang.network.ir import And, Certainly, FirstKnownCondition, Network, Not, Or
from peers.by_hand_durable import _settled
from peers.plain_python import SYNTAX, Facts, function
from peers.rails import column, conditions, identifier


class ByHandClips:
    name = "CLIPS (clipspy)"

    def __init__(self, network: Network) -> None:
        literals = [each for each in conditions(network, SYNTAX) if each.literal]
        pairs = ", ".join(
            f"({identifier(e.node)!r}, {column(e.node, True)}, {column(e.node, False)})" for e in literals
        )
        self._literals = function(network, literals, f"({pairs},)")
        self._later = [
            (identifier(n), node)
            for n, node in network.nodes.items()
            if isinstance(node, Certainly | FirstKnownCondition)
        ]
        self._rules = [identifier(network.rules[name].applies) for name in sorted(network.rules)]
        self._environment = clips.Environment()
        self._environment.build("(deftemplate known (slot n) (slot v))")
        count = 0
        for node_id, node in network.nodes.items():
            for truth in (True, False):
                match node:
                    case Not(operand=operand):
                        ways = [[(operand, not truth)]]
                    case And(operands=operands):
                        ways = [[(o, True) for o in operands]] if truth else [[(o, False)] for o in operands]
                    case Or(operands=operands):
                        ways = [[(o, True)] for o in operands] if truth else [[(o, False) for o in operands]]
                    case _:
                        continue
                for way in ways:
                    premises = " ".join(_known(identifier(n), t) for n, t in dict.fromkeys(way))
                    head = _known(identifier(node_id), truth)
                    self._environment.build(f"(defrule r{count} {premises} => (assert {head}))")
                    count += 1
        self._template = self._environment.find_template("known")

    def run(self, patients: Sequence[Facts]) -> list[tuple[bool | None, ...]]:
        return [self._one(facts) for facts in patients]

    def _one(self, facts: Facts) -> tuple[bool | None, ...]:
        self._environment.reset()
        for name, true, false in self._literals(facts):
            if true or false:
                self._give(name, true)
        self._environment.run()
        for name, node in self._later:
            truth = _settled(node, self._known())
            if truth is not None:
                self._give(name, truth)
                self._environment.run()
        known = self._known()
        return tuple(known.get(name) for name in self._rules)

    def _give(self, name: str, truth: bool) -> None:
        self._template.assert_fact(n=clips.Symbol(name), v=clips.Symbol("TRUE" if truth else "FALSE"))

    def _known(self) -> dict[str, bool]:
        return {str(fact["n"]): fact["v"] is True or str(fact["v"]) == "TRUE" for fact in self._environment.facts()}


def _known(name: str, truth: bool) -> str:
    return f"(known (n {name}) (v {'TRUE' if truth else 'FALSE'}))"

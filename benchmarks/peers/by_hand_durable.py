"""durable_rules by its own functions: a rule for each conjunction, `or` as several rules, negation by a second rail.

Comparisons are done in Python before, as they are there for guidelang; only what the rules derive is left to them.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from guidelang.network.ir import And, Certainly, FirstKnownCondition, Network, Not, Or
from guidelang.run import durable_available
from peers.plain_python import SYNTAX, Facts, function
from peers.rails import column, conditions, identifier


class ByHandDurable:
    name = "durable_rules, by hand"

    def __init__(self, network: Network) -> None:
        assert durable_available()
        self._engine = importlib.import_module("durable_rules_engine")
        literals = [each for each in conditions(network, SYNTAX) if each.literal]
        pairs = ", ".join(
            f"({identifier(e.node)!r}, {column(e.node, True)}, {column(e.node, False)})" for e in literals
        )
        self._literals = function(network, literals, f"({pairs},)")
        self._concludes: dict[str, tuple[str, bool]] = {}
        self._later = [
            (identifier(n), node)
            for n, node in network.nodes.items()
            if isinstance(node, Certainly | FirstKnownCondition)
        ]
        self._rules = [identifier(network.rules[name].applies) for name in sorted(network.rules)]
        ruleset: dict[str, Any] = {}
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
                    name = f"r{len(ruleset)}"
                    self._concludes[name] = (identifier(node_id), truth)
                    ruleset[name] = {
                        "all": [
                            {f"m{place}": {"$and": [{"f": identifier(n)}, {"v": t}]}}
                            for place, (n, t) in enumerate(dict.fromkeys(way))
                        ]
                    }
        self._handle = self._engine.create_ruleset("by_hand", json.dumps(ruleset))

    def run(self, patients: Sequence[Facts]) -> list[tuple[bool | None, ...]]:
        return [self._one(facts) for facts in patients]

    def _one(self, facts: Facts) -> tuple[bool | None, ...]:
        known: dict[str, bool] = {}
        sent: list[str] = []
        offset = 0

        def give(name: str, truth: bool) -> None:
            nonlocal offset
            if name in known:
                return
            known[name] = truth
            text = f'{{"id":"{name}","f":"{name}","v":{"true" if truth else "false"}}}'
            code, offset = self._engine.assert_fact(self._handle, text)
            assert code in (0, 1)
            sent.append(text)

        for name, true, false in self._literals(facts):
            if true or false:
                give(name, true)
        self._drain(offset, give)
        waiting = self._later
        for name, node in waiting:
            truth = _settled(node, known)
            if truth is not None:
                give(name, truth)
                self._drain(offset, give)
        for text in sent:
            self._engine.retract_fact(self._handle, text)
        return tuple(known.get(name) for name in self._rules)

    def _drain(self, offset: int, give: Any) -> None:
        started = self._engine.start_action_for_state(self._handle, offset)
        message = None if started is None else started[1]
        while message is not None:
            (rule,) = json.loads(message)
            give(*self._concludes[rule])
            message = self._engine.complete_and_start_action(self._handle, offset)


def _settled(node: Any, known: Mapping[str, bool]) -> bool | None:
    if isinstance(node, Certainly):
        return known.get(identifier(node.operand)) is True
    return next((known[identifier(o)] for o in node.operands if identifier(o) in known), None)

"""The Python package rule-engine: one expression for each condition and rail, evaluated in order."""

from __future__ import annotations

from collections.abc import Sequence

import rule_engine

from guidelang.network.ir import Network
from peers.plain_python import Facts
from peers.rails import Syntax, column, conditions

SYNTAX = Syntax("{} != null", "{} == true", "{} == false", "{} == '{}'")


class RuleEngine:
    name = "rule-engine"

    def __init__(self, network: Network) -> None:
        context = rule_engine.Context(default_value=None)
        self._rules = [
            (column(each.node, truth), rule_engine.Rule(text.replace("True", "true"), context=context))
            for each in conditions(network, SYNTAX)
            for truth, text in ((True, each.true), (False, each.false))
        ]
        nodes = [network.rules[name].applies for name in sorted(network.rules)]
        self._columns = [(column(n, True), column(n, False)) for n in nodes]

    def run(self, patients: Sequence[Facts]) -> list[tuple[bool | None, ...]]:
        found = []
        for facts in patients:
            thing = dict(facts)
            for name, rule in self._rules:
                thing[name] = rule.matches(thing)
            found.append(tuple(True if thing[t] else False if thing[f] else None for t, f in self._columns))
        return found

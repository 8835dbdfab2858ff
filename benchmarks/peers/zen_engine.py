"""GoRules ZEN: one expression node, with two columns for each condition."""

from __future__ import annotations

import json
from collections.abc import Sequence

import zen

from guidelang.network.ir import Network
from peers.plain_python import Facts
from peers.rails import Syntax, column, conditions

SYNTAX = Syntax("{} != null", "{} == true", "{} == false", "{} == '{}'")


class ZenEngine:
    name = "GoRules ZEN"

    def __init__(self, network: Network) -> None:
        expressions = [
            {"id": column(each.node, truth), "key": column(each.node, truth), "value": text}
            for each in conditions(network, SYNTAX, "$.{}")
            for truth, text in ((True, each.true), (False, each.false))
        ]
        nodes = [
            {"id": "in", "type": "inputNode", "name": "in"},
            {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": expressions}},
            {"id": "out", "type": "outputNode", "name": "out"},
        ]
        for node in nodes:
            node["position"] = {"x": 0, "y": 0}
        edges = [
            {"id": "1", "sourceId": "in", "targetId": "rules", "type": "edge"},
            {"id": "2", "sourceId": "rules", "targetId": "out", "type": "edge"},
        ]
        self._decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
        nodes_of = [network.rules[name].applies for name in sorted(network.rules)]
        self._columns = [(column(n, True), column(n, False)) for n in nodes_of]

    def run(self, patients: Sequence[Facts]) -> list[tuple[bool | None, ...]]:
        found = []
        for facts in patients:
            result = self._decision.evaluate(dict(facts))["result"]
            found.append(tuple(True if result[t] else False if result[f] else None for t, f in self._columns))
        return found

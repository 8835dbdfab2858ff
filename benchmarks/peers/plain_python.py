"""Plain Python: one function, with two variables for each condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from guidelang.network.ir import Network
from peers.rails import Condition, Syntax, column, conditions, history_fact, identifier

SYNTAX = Syntax("{} is not None", "{} is True", "{} is False", "{} == {!r}", "v_{}")

Facts = Mapping[str, Any]


class PlainPython:
    name = "plain Python, written out"

    def __init__(self, network: Network) -> None:
        self._rules = function(network, conditions(network, SYNTAX), _rules(network))

    def run(self, patients: Sequence[Facts]) -> list[tuple[bool | None, ...]]:
        return [self._rules(facts) for facts in patients]


def function(network: Network, wanted: Iterable[Condition], result: str) -> Callable[[Facts], Any]:
    """A function of the facts that goes through conditions in order, and gives `result`."""
    names = [*network.facts, *(history_fact(node) for node in network.nodes)]
    lines = ["def rules(facts):", "    get = facts.get"]
    body = []
    for each in wanted:
        body.append(f"    {column(each.node, True)} = {each.true}")
        body.append(f"    {column(each.node, False)} = {each.false}")
    text = "\n".join(body)
    lines += [f"    v_{name} = get({name!r})" for name in names if f"v_{identifier(name)}" in text]
    namespace: dict[str, Any] = {}
    exec("\n".join([*lines, text, f"    return {result}"]), namespace)  # the text is this file's own
    made: Callable[[Facts], Any] = namespace["rules"]
    return made


def _rules(network: Network) -> str:
    nodes = [network.rules[name].applies for name in sorted(network.rules)]
    return "(" + "".join(f"True if {column(n, True)} else False if {column(n, False)} else None, " for n in nodes) + ")"

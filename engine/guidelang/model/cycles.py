"""Cycles among rules and derived facts: a guideline is a network without them (language.md 8).

What a name needs: a derived fact needs the names in its expression, a concluded fact its rules, a rule the names in
`when` and `unless`, the rules whose advice it asks for with `recommended`, and the rules that override it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from guidelang.diagnostics import Note, Report
from guidelang.model.symbols import Symbols
from guidelang.source import Span
from guidelang.syntax import tree


def check(symbols: Symbols, report: Report) -> None:
    """Reports each cycle once (G501), as the chain of names that leads back to its start."""
    needs = {name: list(_needs(name, symbols)) for name in sorted(_all(symbols))}
    for cycle in _cycles({name: [n for n, _ in edges] for name, edges in needs.items()}):
        chain = [*cycle, cycle[0]]
        places = [dict(needs[a])[b] for a, b in pairwise(chain)]
        words = " needs ".join(f"`{name}`" for name in chain)
        report.error(
            "G501",
            f"a cycle: {words}",
            places[0],
            notes=[
                Note(f"`{a}` needs `{b}` here", place)
                for a, b, place in zip(chain[1:], chain[2:], places[1:], strict=False)
            ],
            expected="conclusions that do not depend on themselves",
            suggestion="break the chain at one of these places",
        )


def dependency_order(symbols: Symbols) -> list[str]:
    """Derived facts and rules, each after those it needs; members of a cycle in any order."""
    graph = {name: [n for n, _ in _needs(name, symbols)] for name in sorted(_all(symbols))}
    return [name for component in _components(graph) for name in component]


def _all(symbols: Symbols) -> Iterator[str]:
    yield from symbols.defines
    yield from symbols.conclusions
    yield from symbols.rules


def _needs(name: str, symbols: Symbols) -> Iterator[tuple[str, Span]]:
    if name in symbols.conclusions:
        for rule in symbols.conclusions[name].rules:
            yield rule, symbols.rules[rule].name.span
    elif name in symbols.defines:
        yield from _in_expression(symbols.defines[name].declaration.value, symbols)
    elif name in symbols.rules:
        rule_tree = symbols.rules[name]
        for expression in (rule_tree.when, *rule_tree.unless):
            if expression is not None:
                yield from _in_expression(expression, symbols)
        yield from symbols.overriding(name)


def _in_expression(expression: tree.Expression, symbols: Symbols) -> Iterator[tuple[str, Span]]:
    for node in tree.walk(expression):
        if isinstance(node, tree.Name) and (node.name in symbols.defines or node.name in symbols.conclusions):
            yield node.name, node.span
        elif isinstance(node, tree.Recommended):
            for rule in symbols.givers(node.action or "start", node.target.name):
                yield rule, node.span


def _cycles(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """One cycle for each strongly connected component, found without recursion (Tarjan 1972; then a walk inside)."""
    for component in _components(graph):
        members = set(component)
        start = min(component)
        if len(component) == 1 and start not in graph[start]:
            continue
        yield _shortest_cycle(graph, start, members)


def _shortest_cycle(graph: dict[str, list[str]], start: str, members: set[str]) -> list[str]:
    paths: dict[str, list[str]] = {start: [start]}
    queue = [start]
    while queue:
        node = queue.pop(0)
        for following in sorted(set(graph[node]) & members):
            if following == start:
                return paths[node]
            if following not in paths:
                paths[following] = [*paths[node], following]
                queue.append(following)
    return [start]


def _components(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in list(graph):
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, edges = work[-1]
            for following in edges:
                if following not in index:
                    index[following] = low[following] = len(index)
                    stack.append(following)
                    on_stack.add(following)
                    work.append((following, iter(graph[following])))
                    break
                if following in on_stack:
                    low[node] = min(low[node], index[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    yield component

"""Nodes of the syntax tree inside other nodes, whatever sort they are of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TypeVar

from guidelang.syntax import tree

N = TypeVar("N", bound=tree.Node)


def children(node: tree.Node) -> Iterator[tree.Node]:
    """The nodes directly inside, in the order of their fields."""
    for field in fields(node):
        value = getattr(node, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, tree.Node):
                yield item


def everything(node: tree.Node) -> Iterator[tree.Node]:
    """The node and all inside it, outer before inner. Uses no recursion."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(list(children(each))))


def with_part(node: N, old: tree.Node, new: tree.Node) -> N:
    """The node with another part in the place of one that is somewhere inside it."""
    if node is old:
        return new  # type: ignore[return-value]  # the caller puts in what may stand there
    changed: dict[str, object] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tree.Node):
            other: object = with_part(value, old, new)
        elif isinstance(value, tuple):
            items = tuple(with_part(item, old, new) if isinstance(item, tree.Node) else item for item in value)
            other = items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        else:
            continue
        if other is not value:
            changed[field.name] = other
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]  # fields that it has

"""The smallest pieces in which two conditions of one shape differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.diff.same import Same, fields, matched, normal
from guidelang.syntax import tree

Aspect: TypeAlias = Literal["threshold", "range", "window", "duration", "values", "count", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A limit, a window or the like before and now; `other` is what has no word of its own."""

    aspect: Aspect
    old: tree.Node
    new: tree.Node


def pieces(a: tree.Node, b: tree.Node, same: Same) -> list[Piece]:
    """What is different in two pieces of text. Nothing, if they are the same."""
    return [] if same(a, b) else list(_different(normal(a, same.old), normal(b, same.new), same))


def _different(a: tree.Node, b: tree.Node, same: Same) -> Iterator[Piece]:
    aspect = _aspect(a, b, same)
    if aspect is not None:
        yield Piece(aspect, a, b)
        return
    inner = _inside(a, b, same)
    if inner is None:
        yield Piece("other", a, b)
        return
    for left, right in inner:
        yield from _different(normal(left, same.old), normal(right, same.new), same)


def _aspect(a: tree.Node, b: tree.Node, same: Same) -> Aspect | None:
    """What the difference is called, where all else of the two is the same."""
    match a, b:
        case tree.Compare(), tree.Compare() if same(a.left, b.left):
            return "threshold"
        case tree.LastN(), tree.LastN() if same.but(a, b, "operator", "right"):
            return "threshold"
        case tree.Between(), tree.Between() if same(a.subject, b.subject):
            return "range"
        case tree.Within(), tree.Within() if a.edge == b.edge:
            return "window"
        case tree.Lasting(), tree.Lasting() if same(a.test, b.test):
            return "duration"
        case tree.IsOneOf(), tree.IsOneOf() if same(a.subject, b.subject):
            return "values"
        case tree.AtLeast(), tree.AtLeast() if same.unordered(a.operands, b.operands):
            return "count"
        case tree.Quantified(), tree.Quantified() if a.count and b.count and same.but(a, b, "count"):
            return "count"
    return None


def _inside(a: tree.Node, b: tree.Node, same: Same) -> list[tuple[tree.Node, tree.Node]] | None:
    """The pairs of parts in which two nodes of one sort differ; None if they differ in more than their parts."""
    if type(a) is not type(b) or isinstance(a, tree.Name | tree.Quantity | tree.Identifier | tree.Text):
        return None
    found: list[tuple[tree.Node, tree.Node]] = []
    for field in fields(a):
        left, right = getattr(a, field), getattr(b, field)
        if same(left, right):
            continue
        if isinstance(left, tree.Node) and isinstance(right, tree.Node):
            found.append((left, right))
        elif isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
            pairs = matched(left, right, same)
            some = [each for i, each in enumerate(left) if i not in {i for i, _ in pairs}]
            others = [each for j, each in enumerate(right) if j not in {j for _, j in pairs}]
            if len(some) > 1 or not isinstance(next(iter(some), None), tree.Node | None):
                return None
            found += zip(some, others, strict=True)
        else:
            return None
    return found or None

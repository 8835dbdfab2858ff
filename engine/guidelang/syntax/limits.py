"""What a statement may not exceed: far above what a person writes, and low enough that all of it is read in seconds."""

from __future__ import annotations

from lark import Token, Tree

from guidelang.diagnostics import Report
from guidelang.quantity import MAX_DIGITS
from guidelang.source import Source, Span
from guidelang.syntax.build_expression import Branch

MAX_DEPTH = 100
"""Levels of a tree: far below what Python can recurse into."""

MAX_OPERANDS = 20_000
"""Conditions that one `and` or `or` joins; each costs half a millisecond and more."""

_JOINING = {"and_": "and", "or_": "or"}


def within_limits(branch: Branch, source: Source, report: Report) -> bool:
    """Whether a statement keeps them; of each that it does not there is an error at the first place."""
    found: dict[str, tuple[int, str, str]] = {}
    waiting = [(branch, 1)]
    while waiting:  # no recursion: how deep it goes is the question
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            found.setdefault("G108", _deep(node))
            continue
        if node.data in _JOINING and len(node.children) > MAX_OPERANDS:
            found.setdefault("G117", _wide(node))
        for child in node.children:
            if isinstance(child, Tree):
                waiting.append((child, depth + 1))
            elif isinstance(child, Token) and child.type == "NUMBER" and len(child) > MAX_DIGITS:
                found.setdefault("G118", _long(child))
    for code, (start, message, suggestion) in found.items():
        place = Span(source, start, min(start + 1, len(source.text)))
        report.error(code, message, place, suggestion=suggestion)
    return not found


def _deep(node: Branch) -> tuple[int, str, str]:
    told = f"this condition or formula is nested more than {MAX_DEPTH} levels deep"
    return node.meta.start_pos, told, "give parts of it names with `define`"


def _wide(node: Branch) -> tuple[int, str, str]:
    told = f"this `{_JOINING[node.data]}` joins {len(node.children):,} conditions; at most {MAX_OPERANDS:,} are read"
    return node.meta.start_pos, told, "give parts of it names with `define`, or make a table or a code list of them"


def _long(token: Token) -> tuple[int, str, str]:
    told = f"this number has {len(token):,} characters; at most {MAX_DIGITS} are read"
    return token.start_pos or 0, told, "no measured value has so many digits; write it shorter"

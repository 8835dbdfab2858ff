"""Invariants in their canonical form."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.syntax import tree
from guidelang.syntax.layout import Piece, head_piece
from guidelang.syntax.print_example import advised
from guidelang.syntax.print_expression import INDENT, broken, print_expression, quote


def invariant_words(invariant: tree.Invariant) -> str:
    """What an invariant says, on one line, without its label: ``never recommend start warfarin when calciphylaxis``."""
    claim = f"{invariant.kind} {_claimed(invariant)}"
    return claim if invariant.when is None else f"{claim} when {print_expression(invariant.when)}"


def invariant_pieces(invariant: tree.Invariant) -> Iterator[Piece]:
    head = "invariant" if invariant.label is None else f"invariant {quote(invariant.label.text)}"
    indent = "" if invariant.label is None else INDENT
    lead = f"{head} {invariant.kind} " if invariant.label is None else f"{INDENT}{invariant.kind} "
    if isinstance(invariant.claimed, tree.ClaimedAdvice | tree.SomeAdvice | tree.ClaimedScope):
        lines = [_claimed(invariant)]
    else:
        lines = _apart(broken(invariant.claimed, len(lead), len(indent) + len(INDENT)))
    claim = [lead + lines[0], *(indent + INDENT + line for line in lines[1:])]
    yield head_piece(*(claim if invariant.label is None else [head, *claim]))
    if invariant.when is not None:
        lines = broken(invariant.when, len(INDENT) + len("when "), 2 * len(INDENT))
        yield Piece("when", 0, (f"when {lines[0]}", *(INDENT + line for line in lines[1:])))


def _claimed(invariant: tree.Invariant) -> str:
    match invariant.claimed:
        case tree.ClaimedAdvice():
            return advised(invariant.claimed)
        case tree.SomeAdvice():
            return "some advice" if invariant.kind == "always" else "any advice"
        case tree.ClaimedScope():
            return "in scope"
        case _:
            return _apart([print_expression(invariant.claimed)])[0]


def _apart(lines: list[str]) -> list[str]:
    """A question about the events of a fact `advice` stands in parentheses, since `any advice` is another claim."""
    if not lines[0].startswith("any advice"):
        return lines
    return [f"({lines[0]}", *lines[1:-1], f"{lines[-1]})"] if len(lines) > 1 else [f"({lines[0]})"]

"""Local adaptation in its canonical form.

The items of a change stand under it like clauses, and their own clauses under them. An empty line keeps an item of
several lines apart from its neighbours.
"""

from __future__ import annotations

from dataclasses import replace

from guidelang.syntax import tree
from guidelang.syntax.layout import Piece, filled, head_piece
from guidelang.syntax.print_expression import INDENT, WIDTH, broken, quote


def remove_piece(item: tree.RemoveRules | tree.RemoveTexts) -> Piece:
    """``remove rule a, b``"""
    if isinstance(item, tree.RemoveRules):
        return head_piece(*filled("remove rule", [str(name) for name in item.names], "", WIDTH))
    return head_piece(*filled(f"remove {item.sort}", [quote(name.text) for name in item.names], "", WIDTH))


def narrow_piece(item: tree.Narrow) -> Piece:
    """``applies only to age >= 18 years``"""
    lead = "applies only to "
    lines = broken(item.condition, len(INDENT) + len(lead), 2 * len(INDENT))
    return head_piece(f"{lead}{lines[0]}", *(INDENT + line for line in lines[1:]))


def led_by(word: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces of a statement with a word before its first: ``replace rule …``."""
    head, *clauses = pieces
    return [replace(head, lines=(f"{word} {head.lines[0]}", *head.lines[1:])), *clauses]

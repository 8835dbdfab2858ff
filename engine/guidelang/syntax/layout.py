"""Where comments go, and how clauses become lines.

A statement is printed as a row of pieces: its head, its clauses, the items of its lists. The parser has noted where
each piece stands in the text (`tree.Clause`), so each comment can be given to the piece it belongs to:

- a comment after a piece on the same line stays behind it;
- a comment between or inside pieces goes before the piece that holds it or follows it;
- an indented comment after the last piece of a statement stays in that statement;
- what follows the last statement stays at the end of the file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from guidelang.source import Source
from guidelang.syntax import tree
from guidelang.syntax.print_expression import quote

Key: TypeAlias = tuple[int, str, int]  # statement, kind, index


@dataclass(slots=True)
class Comments:
    """The comments of a file, by the piece they are printed with."""

    before: dict[Key, list[tree.Comment]] = field(default_factory=dict)
    behind: dict[Key, tree.Comment] = field(default_factory=dict)
    closing: dict[int, list[tree.Comment]] = field(default_factory=dict)  # by statement
    last: list[tree.Comment] = field(default_factory=list)

    def left(self) -> list[tree.Comment]:
        """Comments of pieces that were not printed (a second `when` of a rule, say); arranging takes the others out."""
        found = [comment for comments in self.before.values() for comment in comments]
        return sorted([*found, *self.behind.values(), *self.last], key=lambda comment: comment.span.start)


def place_comments(file: tree.File) -> Comments:
    """Gives each comment to a piece."""
    placed = Comments()
    # Of two pieces that begin at one place the inner one is printed; it was noted later, and the sort is stable.
    pieces = sorted(file.clauses, key=lambda piece: piece.span.start)
    starts = [piece.span.start for piece in pieces]
    for comment in file.comments:
        source, at = comment.span.source, comment.span.start
        following = bisect_right(starts, at)
        previous = pieces[following - 1] if following else None
        next_piece = pieces[following] if following < len(pieces) else None
        if previous is not None and at < previous.span.end:
            placed.before.setdefault(_key(previous), []).append(comment)
        elif previous is not None and _same_line(source, previous.span.end, at) and _key(previous) not in placed.behind:
            placed.behind[_key(previous)] = comment
        elif (
            previous is not None
            and (next_piece is None or next_piece.statement != previous.statement)
            and comment.span.column > 1
        ):
            placed.closing.setdefault(previous.statement, []).append(comment)
        elif next_piece is not None:
            placed.before.setdefault(_key(next_piece), []).append(comment)
        else:
            placed.last.append(comment)
    return placed


def blank_after(comment: tree.Comment) -> bool:
    """Whether the author left an empty line after a comment."""
    rest = comment.span.source.text[comment.span.end : comment.span.end + 400]
    blanks = rest[: len(rest) - len(rest.lstrip())]
    return blanks.count("\n") > 1


def blank_before(node: tree.Node) -> bool:
    """Whether the author left an empty line before a statement or a comment."""
    text = node.span.source.text
    end = node.span.start
    start = end
    while start > 0 and text[start - 1].isspace():
        start -= 1
    return text.count("\n", start, end) > 1


def _same_line(source: Source, start: int, end: int) -> bool:
    return source.text.find("\n", start, end) < 0


def _key(piece: tree.Clause) -> Key:
    return (piece.statement, piece.kind, piece.index)


# ---- pieces and lines -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause as lines, without indentation; or an item of a list, to be joined with its neighbours."""

    kind: str
    index: int
    lines: tuple[str, ...]
    joined: str | None = None  # the word that opens the list this item belongs to
    sort: str | None = ""  # items of one sort share a clause; an item of sort None has one for itself


def head_piece(*lines: str) -> Piece:
    return Piece("head", 0, lines)


def named(word: str, name: tree.Identifier, label: str | None) -> str:
    return f"{word} {name}" if label is None else f"{word} {name} {quote(label)}"


def arrange(pieces: Iterable[Piece], statement: int, comments: Comments, indent: str, width: int) -> Iterator[str]:
    """The lines of pieces with their comments.

    Neighbouring items of one list share a clause, unless a comment stands between them.
    """
    group: list[Piece] = []
    for piece in pieces:
        key = (statement, piece.kind, piece.index)
        if group and (key in comments.before or not _joins(group[-1], piece)):
            yield from _grouped(group, statement, comments, indent, width)
            group = []
        for comment in comments.before.pop(key, ()):
            yield indent + comment.text
        group.append(piece)
        if key in comments.behind:
            yield from _grouped(group, statement, comments, indent, width)
            group = []
    if group:
        yield from _grouped(group, statement, comments, indent, width)


def _joins(previous: Piece, piece: Piece) -> bool:
    return (
        piece.joined is not None
        and (piece.joined, piece.sort) == (previous.joined, previous.sort)
        and piece.sort is not None
    )


def _grouped(group: list[Piece], statement: int, comments: Comments, indent: str, width: int) -> Iterator[str]:
    if group[0].joined is None:
        lines = [indent + line for line in group[0].lines]
    else:
        lines = filled(group[0].joined, [item.lines[0] for item in group], indent, width)
    behind = comments.behind.pop((statement, group[-1].kind, group[-1].index), None)
    if behind is not None:
        lines[-1] += f"  {behind.text}"
    yield from lines


def filled(word: str, items: list[str], indent: str, width: int) -> list[str]:
    """A word and a list after it, broken after commas where the page ends."""
    lines = [f"{indent}{word} {items[0]}"]
    for item in items[1:]:
        if len(lines[-1]) + len(item) + 3 > width:
            lines[-1] += ","
            lines.append(f"{indent}    {item}")
        else:
            lines[-1] += f", {item}"
    return lines

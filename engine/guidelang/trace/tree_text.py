"""The tree of why, for a terminal."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from guidelang.trace.document import WhyNode
from guidelang.trace.lines import Line, fold_repeated, line

_TRUTH_STYLE = {"true": "green", "false": "red", "unknown": "yellow"}
_REMARK_STYLE = {"reason": "yellow", "record": "dim", "borderline": "bold yellow"}


def tree(root: WhyNode, seen: set[Line] | None = None) -> Tree:
    """A rich tree; the root is the rule, derived fact or scope that was asked for.

    `seen` is what the trees above it on the page show, which is not drawn again; it takes what this one shows.
    """
    top = fold_repeated(line(root), set() if seen is None else seen)
    drawn = Tree(_label(top), guide_style="dim")
    _grow(drawn, top)
    return drawn


def _grow(branch: Tree, parent: Line) -> None:
    for child in parent.children:
        _grow(branch.add(_label(child)), child)
    if parent.folded:
        branch.add(Text(parent.folded, style="dim"))


def _label(told: Line) -> Text:
    text = Text(f"{told.clause} " if told.clause else "")
    text.append(told.words, style="bold" if told.named else "")
    if told.value is not None:
        text.append(" = ")
        text.append(told.value, style="bold" if told.known else "yellow")
    elif told.truth is not None:
        text.append(" ")
        text.append(told.outcome, style=_TRUTH_STYLE[told.truth])
    for aside in told.asides:
        text.append(f" ({aside})", style="dim")
    if told.origin:
        text.append(f" ({told.origin})", style="dim")
    for remark in told.remarks:
        text.append("\n" + remark.text, style=_REMARK_STYLE[remark.manner])
    return text

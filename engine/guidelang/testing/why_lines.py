"""The tree of why as plain lines, for files that no terminal shows."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.trace.document import WhyNode
from guidelang.trace.lines import Line, line


def why_lines(why: WhyNode) -> list[str]:
    """The lines of a tree, each level indented by two more blanks."""
    return list(_lines(line(why), 0))


def _lines(told: Line, depth: int) -> Iterator[str]:
    indent = "  " * depth
    words = [told.clause, told.words, f"= {told.value}" if told.value is not None else told.outcome]
    words += [f"({aside})" for aside in (*told.asides, told.origin) if aside]
    yield indent + " ".join(word for word in words if word)
    for remark in told.remarks:
        yield f"{indent}  {remark.text}"
    for child in told.children:
        yield from _lines(child, depth + 1)
    if told.folded:
        yield f"{indent}  {told.folded}"

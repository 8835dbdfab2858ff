"""A picture as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from guidelang.picture.shape import (
    EDGE_WORDS,
    GROUPS,
    MEANINGS,
    SIGNS,
    UNBOXED,
    Edge,
    EdgeSort,
    Kind,
    Look,
    Node,
    Picture,
)
from guidelang.trace.phrases import clean

_SHAPES: dict[Kind, tuple[str, str]] = {
    "fact": ("(", ")"),
    "condition": ("[", "]"),
    "combination": ("((", "))"),
    "derived": ("([", "])"),
    "scope": ("[[", "]]"),
    "rule": ("{{", "}}"),
    "advice": ("[/", "/]"),
}
_ARROWS: dict[EdgeSort, str] = {"needs": "-->", "not": "--o", "unless": "--x", "gives": "==>", "overrides": "-.->"}
_KINDS: dict[Kind, str] = {
    "fact": "fill:#ffffff,stroke:#555555,color:#111111",
    "condition": "fill:#f4f4f4,stroke:#555555,color:#111111",
    "combination": "fill:#f4f4f4,stroke:#555555,color:#111111",
    "derived": "fill:#e3eefc,stroke:#2f5c94,color:#111111",
    "scope": "fill:#efe9f7,stroke:#5b3f8c,color:#111111",
    "rule": "fill:#fff3d1,stroke:#7a5a00,color:#111111",
    "advice": "fill:#e2f3e4,stroke:#2b6b34,color:#111111",
}
_LOOKS: dict[Look, str] = {
    Look.YES: "fill:#cfe5f7,stroke:#00558c,stroke-width:3px,color:#111111",
    Look.NO: "fill:#f1f1f1,stroke:#767676,color:#333333",
    Look.UNKNOWN: "fill:#ffe9c2,stroke:#8a5600,stroke-width:2px,stroke-dasharray:6 3,color:#111111",
    Look.OVERRIDDEN: "fill:#f3dcea,stroke:#86336a,stroke-width:2px,stroke-dasharray:2 3,color:#111111",
    Look.OUTSIDE: "fill:#ffffff,stroke:#999999,stroke-dasharray:2 3,color:#333333",
}
_PLAIN = frozenset(" _-.,:()/+=!?'")


def mermaid(picture: Picture) -> str:
    """A flowchart from left to right; every text of the guideline is escaped."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    yield "flowchart LR"
    boxes = []
    for group, members in groupby(picture.nodes, key=lambda node: node.group):
        nodes = [_node(node) for node in members]
        if group in UNBOXED:
            yield f"  %% {GROUPS[group]}"
            yield from (f"  {node}" for node in nodes)
            continue
        boxes.append(group)
        yield f'  subgraph {group}["{GROUPS[group]}"]'
        yield from (f"    {node}" for node in nodes)
        yield "  end"
    yield from (f"  {_edge(edge)}" for edge in picture.edges)
    yield from _legend(picture)
    yield from (f"  style {box} fill:none,stroke:#bbbbbb" for box in (*boxes, "legend"))
    if picture.is_run:
        yield from (f"  classDef {look.value} {style}" for look, style in _LOOKS.items())
    else:
        used = {node.kind for node in picture.nodes}
        yield from (f"  classDef {kind} {style}" for kind, style in _KINDS.items() if kind in used)


def _node(node: Node) -> str:
    begin, end = _SHAPES[node.kind]
    lines = [node.title, *node.remarks, *([str(node.mark)] if node.mark else [])]
    class_ = node.mark.look.value if node.mark is not None else node.kind
    return f'{node.id}{begin}"{"<br/>".join(map(_escaped, lines))}"{end}:::{class_}'


def _edge(edge: Edge) -> str:
    words = " ".join(word for word in (edge.words, EDGE_WORDS[edge.sort]) if word)
    label = f'|"{words}"|' if words else ""
    return f"{edge.source} {_ARROWS[edge.sort]}{label} {edge.target}"


def _legend(picture: Picture) -> Iterator[str]:
    """Titles are no part of a flowchart, so the legend has the name of what is drawn."""
    about = [picture.title, *([picture.subtitle] if picture.subtitle else [])]
    about.append("circle: not; cross: unless; dotted arrow: overrides")
    yield '  subgraph legend["Legend"]'
    yield "    direction LR"
    yield f'    l0["{"<br/>".join(map(_escaped, about))}"]'
    if picture.is_run:
        for number, look in enumerate(_LOOKS, start=1):
            yield f'    l{number}["{_escaped(f"{SIGNS[look]} {MEANINGS[look]}")}"]:::{look.value}'
    yield "  end"


def _escaped(text: str) -> str:
    """Safe between quotation marks: what could end them, or be a tag, entity or directive, is a character's number."""
    return "".join(
        char if char.isalnum() or char in _PLAIN or ord(char) > 127 else f"#{ord(char)};"
        for char in " ".join(clean(text).split())
    )

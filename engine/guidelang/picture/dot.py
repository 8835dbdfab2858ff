"""A picture in the language of Graphviz."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape
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

WIDEST = 44
"""Characters of a line in a node; longer words of conditions go on in the next."""

_FONT = "Helvetica,Arial,sans-serif"
_SHAPES: dict[Kind, str] = {
    "fact": 'shape=box style="filled,rounded"',
    "condition": "shape=box style=filled",
    "combination": "shape=oval style=filled margin=0.02",
    "derived": 'shape=box style="filled,rounded"',
    "scope": "shape=box style=filled peripheries=2",
    "rule": "shape=box style=filled penwidth=2",
    "advice": "shape=note style=filled",
}
_COLORS: dict[Kind, tuple[str, str]] = {
    "fact": ("#ffffff", "#555555"),
    "condition": ("#f4f4f4", "#555555"),
    "combination": ("#f4f4f4", "#555555"),
    "derived": ("#e3eefc", "#2f5c94"),
    "scope": ("#efe9f7", "#5b3f8c"),
    "rule": ("#fff3d1", "#7a5a00"),
    "advice": ("#e2f3e4", "#2b6b34"),
}
_LOOKS: dict[Look, tuple[str, str, str]] = {  # fill, line, style of the line
    Look.YES: ("#cfe5f7", "#00558c", "bold"),
    Look.NO: ("#f1f1f1", "#767676", "solid"),
    Look.UNKNOWN: ("#ffe9c2", "#8a5600", "dashed"),
    Look.OVERRIDDEN: ("#f3dcea", "#86336a", "dotted"),
    Look.OUTSIDE: ("#ffffff", "#999999", "dotted"),
}
_ARROWS: dict[EdgeSort, str] = {
    "needs": "",
    "not": 'arrowhead=odot color="#8c2d04" fontcolor="#8c2d04"',
    "unless": 'arrowhead=obox color="#8c2d04" fontcolor="#8c2d04"',
    "gives": "penwidth=1.6",
    "overrides": 'style=dashed color="#86336a" fontcolor="#86336a" constraint=false',
}


def dot(picture: Picture) -> str:
    """A digraph with HTML-like labels; every text of the guideline is escaped."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    yield "digraph guideline {"
    yield '  graph [rankdir=LR newrank=true nodesep=0.12 ranksep=0.8 charset="UTF-8" bgcolor=white'
    yield f'    fontname="{_FONT}" fontsize=12 labelloc=t labeljust=l label=<{_heading(picture)}>]'
    yield f'  node [fontname="{_FONT}" fontsize=10 margin="0.1,0.05" height=0.3]'
    yield f'  edge [fontname="{_FONT}" fontsize=9 color="#555555" arrowsize=0.7]'
    for group, members in groupby(picture.nodes, key=lambda node: node.group):
        nodes = [_node(node) for node in members]
        if group not in UNBOXED:
            yield f"  subgraph cluster_{group} {{"
            yield f"    graph [label=<<b>{escape(GROUPS[group])}</b>>"
            yield '      fontsize=10 color="#cccccc" style=rounded margin=8]'
            yield from (f"    {line}" for line in nodes)
            yield "  }"
        else:
            yield from (f"  {line}" for line in nodes)
    yield from (f"  {_edge(edge)}" for edge in picture.edges)
    for kind, rank in (("fact", "same"), ("advice", "sink")):  # facts stand at the left, advice at the right
        ids = [node.id for node in picture.nodes if node.kind == kind]
        if ids:
            yield f"  {{ rank={rank}; {'; '.join(ids)} }}"
    yield "}"


def _node(node: Node) -> str:
    fill, line = _COLORS[node.kind]
    shape = _SHAPES[node.kind]
    if node.mark is not None:
        fill, line, style = _LOOKS[node.mark.look]
        shape = shape.replace("style=filled", 'style="filled"').replace('"filled', f'"filled,{style}', 1)
    return f'{node.id} [{shape} fillcolor="{fill}" color="{line}" label=<{_label(node)}>]'


def _label(node: Node) -> str:
    lines = [f"<b>{line}</b>" if _is_name(node) else line for line in _wrapped(node.title)]
    for remark in node.remarks:
        lines += [f'<font color="#444444">{line}</font>' for line in _wrapped(remark)]
    if node.mark is not None:
        color = _LOOKS[node.mark.look][1]
        lines += [f'<font color="{color}"><b>{line}</b></font>' for line in _wrapped(str(node.mark))]
    return "<br/>".join(lines)


def _is_name(node: Node) -> bool:
    return node.kind in ("fact", "derived", "rule", "scope")


def _wrapped(text: str) -> list[str]:
    return [_escaped(line) for line in textwrap.wrap(clean(text), WIDEST, break_on_hyphens=False)] or [" "]


def _escaped(text: str) -> str:
    """Safe inside of an HTML-like label, where a backslash could begin an escape of dot's own."""
    return escape(text).replace("\\", "&#92;")


def _edge(edge: Edge) -> str:
    words = " ".join(word for word in (edge.words, EDGE_WORDS[edge.sort]) if word)
    attributes = [_ARROWS[edge.sort], f'label="{words}"' if words else ""]
    told = " ".join(attribute for attribute in attributes if attribute)
    return f"{edge.source} -> {edge.target}" + (f" [{told}]" if told else "")


def _heading(picture: Picture) -> str:
    """The title, and the legend below it."""
    lines = [f'<b><font point-size="16">{_escaped(clean(picture.title))}</font></b>']
    if picture.subtitle:
        lines.append(_escaped(clean(picture.subtitle)))
    if picture.is_run:
        cells = "".join(
            f'<td bgcolor="{fill}" color="{line}" border="1" style="{_LEGEND_LINE.get(style, style)}">'
            f"{SIGNS[look]} {MEANINGS[look]}</td>"
            for look, (fill, line, style) in _LOOKS.items()
        )
    else:
        cells = "".join(
            f'<td bgcolor="{fill}" color="{line}" border="1">{kind}</td>'
            for kind, (fill, line) in _COLORS.items()
            if kind not in ("combination", "scope")
        )
    rows = [f'<tr><td align="left">{line}</td></tr>' for line in lines]
    told = escape("arrow: read by · empty circle: not · empty square: unless · dashed arrow: overrides")
    rows.append(
        f'<tr><td align="left"><table border="0" cellspacing="4" cellpadding="4"><tr>{cells}</tr></table></td></tr>'
    )
    rows.append(f'<tr><td align="left"><font point-size="10">{told}</font></td></tr>')
    return f'<table border="0" cellspacing="2">{"".join(rows)}</table>'


_LEGEND_LINE = {"bold": "solid"}
"""Tables have no bold lines."""

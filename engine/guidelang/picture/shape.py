"""What a picture is made of: nodes, edges, and what became of each node for one patient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from guidelang.terminology import RECORD_TYPES, record_words

Kind: TypeAlias = Literal["fact", "condition", "combination", "derived", "scope", "rule", "advice"]

EdgeSort: TypeAlias = Literal["needs", "not", "unless", "gives", "overrides"]


class Look(StrEnum):
    """How a node is drawn for a patient. Each has a colour, a line and a sign, so that none depends on colour."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    OVERRIDDEN = "overridden"
    OUTSIDE = "outside"


SIGNS: dict[Look, str] = {
    Look.YES: "✓",
    Look.NO: "✗",
    Look.UNKNOWN: "?",
    Look.OVERRIDDEN: "↷",
    Look.OUTSIDE: "–",
}

MEANINGS: dict[Look, str] = {
    Look.YES: "true, known, applies",
    Look.NO: "false, does not apply",
    Look.UNKNOWN: "unknown, undecided",
    Look.OVERRIDDEN: "overridden",
    Look.OUTSIDE: "not evaluated",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a node; `words` say it, without the sign ("6.1 mg/dL", "unknown: no record")."""

    look: Look
    words: str

    def __str__(self) -> str:
        return f"{SIGNS[self.look]} {self.words}"


@dataclass(frozen=True, slots=True)
class Node:
    """`title` is the name, or the words of a condition; `remarks` stand below it; `group` puts like to like."""

    id: str
    kind: Kind
    title: str
    remarks: tuple[str, ...] = ()
    group: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """From what is read to what reads it. `words` number the operands where their order matters."""

    source: str
    target: str
    sort: EdgeSort
    words: str = ""


_FAMILIAR = ("observation", "condition", "medication", "procedure", "allergy")
GROUPS: dict[str, str] = {
    "observation": "Facts from observations",
    "condition": "Facts from conditions",
    "medication": "Facts from medications",
    "procedure": "Facts from procedures",
    "allergy": "Facts from allergies",
    **{record: f"Facts from {record_words(record)}s" for record in RECORD_TYPES if record not in _FAMILIAR},
    "patient": "Facts of the patient",
    "several": "Facts from several records",
    "given": "Facts that are given only",
    "between": "Conditions and derived facts",
    "rules": "Rules",
    "advice": "Advice",
}
"""Groups of nodes with their titles, in the order in which they are written."""

UNBOXED = frozenset({"between", "rules"})
"""Groups that stand among each other, from left to right: a box around each would tear them apart."""

EDGE_WORDS: dict[EdgeSort, str] = {
    "needs": "",
    "not": "not",
    "unless": "unless",
    "gives": "",
    "overrides": "overrides",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A network, or a part of it, as it is drawn. The same network gives an equal picture, node for node.

    `is_run` tells whether the nodes carry marks of a patient.
    """

    title: str
    subtitle: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    is_run: bool

    def mermaid(self) -> str:
        """A Mermaid flowchart."""
        from guidelang.picture.mermaid import mermaid

        return mermaid(self)

    def dot(self) -> str:
        """A digraph in the language of Graphviz."""
        from guidelang.picture.dot import dot

        return dot(self)

    def svg(self) -> str:
        """An SVG image, laid out by Graphviz.

        Raises:
            NoGraphviz: if the program `dot` is not installed, or fails.
        """
        from guidelang.picture.svg import svg

        return svg(self.dot())

    def _repr_svg_(self) -> str | None:
        """What a notebook shows; None without Graphviz, and then it shows the Markdown."""
        from guidelang.picture.svg import NoGraphviz

        try:
            return self.svg()
        except NoGraphviz:
            return None

    def _repr_markdown_(self) -> str:
        return f"```mermaid\n{self.mermaid()}```\n"

    def __str__(self) -> str:
        return self.mermaid()

    def __repr__(self) -> str:
        return f"<Picture {self.title}: {len(self.nodes)} nodes, {len(self.edges)} edges>"

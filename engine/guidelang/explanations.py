"""What each diagnostic means, at length: the text behind `guidelang check --explain` and docs/diagnostics.md.

The texts are data, in the folder `diagnostics` beside the grammar: one file a group of codes, with a heading a code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from guidelang.resources import folder

_HEADING = re.compile(r"^## (G\d{3}) (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code.

    Attributes:
        title: what it says, in a few words.
        text: Markdown: what it means, why it matters, wrong examples and right ones. The fences of these say `wrong`
            and `right`; tests run them.
    """

    code: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """The codes of one stage: a title such as `G2: names`, words about all of them or none, and each code."""

    title: str
    text: str
    explanations: tuple[Explanation, ...]


@cache
def groups() -> tuple[Group, ...]:
    """All groups in the order of their codes."""
    return tuple(
        _group(path.read_text(encoding="utf-8")) for path in sorted((folder("grammar") / "diagnostics").glob("g*.md"))
    )


@cache
def explanations() -> Mapping[str, Explanation]:
    """All codes, in their order."""
    return {explanation.code: explanation for group in groups() for explanation in group.explanations}


def _group(text: str) -> Group:
    head, *sections = re.split(r"^(?=## G)", text, flags=re.MULTILINE)
    title, _, about = head.partition("\n")
    found = []
    for section in sections:
        heading = _HEADING.match(section)
        assert heading is not None, section[:40]
        found.append(Explanation(heading[1], heading[2], section[heading.end() :].strip()))
    return Group(title.removeprefix("# "), about.strip(), tuple(found))

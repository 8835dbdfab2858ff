"""Guidelines written for these tests, evaluated on fact sets."""

from __future__ import annotations

from functools import cache

import guidelang
from guidelang.run import Engine
from guidelang.source import Source
from guidelang.trace import WhyNode

FACTS = """
guideline trial version 1.0.0
    title "A guideline for tests"
    source book "A book"

fact a is yes or no from condition SNOMED CT 1
fact b is yes or no from condition SNOMED CT 2
fact c is yes or no from condition SNOMED CT 3
fact d is yes or no from condition SNOMED CT 4 absent means no
fact calcium is quantity in mg/dL
    from observation LOINC 17861-6
    within 31 days
    plausible 4 to 18 mg/dL
    convert 1 mmol/L = 4.0078 mg/dL
fact albumin is quantity in g/dL from observation LOINC 1751-7 within 92 days plausible 0.5 to 7 g/dL
fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1
    within 31 days
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
"""


@cache
def guideline(rules: str) -> guidelang.Guideline:
    return guidelang.load(Source("<trial>", FACTS + rules))


def evaluate(rules: str, facts: dict[str, object], *, engine: Engine = "direct") -> guidelang.Result:
    """A result for 2024-06-01; a fact that is not given has no record."""
    return guideline(rules).evaluate({"patient": "p1", **facts}, as_of="2024-06-01", engine=engine)


def why(rules: str, facts: dict[str, object], name: str = "r") -> WhyNode:
    return evaluate(rules, facts).why(name).document.why


def outline(node: WhyNode) -> object:
    """A tree as nested words, for comparison: (words, truth or value, children)."""
    shown = node.truth or node.value
    if not node.children:
        return (node.words, shown)
    return (node.words, shown, [outline(child) for child in node.children])


def nodes(root: WhyNode) -> list[WhyNode]:
    return [root, *(node for child in root.children for node in nodes(child))]

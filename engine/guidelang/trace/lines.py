"""The tree of why as lines to draw: what every rendering of a tree says, whatever it is drawn with.

A line has the words of one node, what it came to, and remarks below it. Nodes that would say the same twice are one
line: "when X" over X, and `not (X is known)`, which reads "X is missing".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from guidelang.facts.place import UNDATED
from guidelang.trace import phrases
from guidelang.trace.document import ResultDocument, TruthWord, WhyNode

_CLAUSES = {"when": "when", "unless": "unless", "scope": "applies to"}
_CONNECTIVES = {"all_of": "all of these:", "any_of": "any of these:"}
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])", re.ASCII)
_RULES = ("rule", "overridden_by", "concluded_by")
_VALUES = ("fact", "derived", "value", "parameter")
MOST_RESULTS = 6
LONGEST_CONDITION = 72  # a longer one is "all of" what stands below it

Manner = Literal["reason", "record", "borderline"]


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence below a line: why something is unknown, an entry of the record, or a mark of imprecision."""

    manner: Manner
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tree.

    Attributes:
        clause: "when", "unless" or "applies to" in front of the words; else empty.
        words: the condition, fact or value.
        named: whether the words are the name of a rule, derived fact or fact.
        truth: of a condition.
        outcome: what it came to, in words; empty where there is nothing to say.
        value: the value, for what is no condition; None where `outcome` speaks.
        known: whether `value` is one.
        asides: what stands in parentheses behind it, each.
        origin: for a parameter, that it is one and who set it.
        remarks: sentences below the line.
        children: the lines below.
        folded: what did not matter, as a sentence; or empty.
    """

    clause: str
    words: str
    named: bool
    truth: TruthWord | None
    outcome: str
    value: str | None
    known: bool
    asides: tuple[str, ...]
    origin: str
    remarks: tuple[Remark, ...]
    children: tuple[Line, ...]
    folded: str


def line(node: WhyNode, clause: str = "", limits: tuple[str, ...] = ()) -> Line:
    """A node with everything below it. All texts are safe for a terminal (`phrases.clean`), and for nothing more.

    `limits` are what its value is compared with.
    """
    is_value = node.truth is None and node.kind in _VALUES and not only_results(node)
    is_set = node.kind == "parameter" and not node.reasons
    if node.kind == "item":
        shown: str | None = phrases.counts(node.truth, node.points, node.value, node.interval)
    else:
        shown = phrases.clean(phrases.value(node.value, node.interval, node.unit, limits)) if is_value else None
    asides = []
    if node.how in ("asserted", "absent"):
        asides.append("asserted by the record" if node.how == "asserted" else phrases.absence(node.results))
    if node.repeated:
        asides.append(SHOWN_ABOVE)
    if node.cut:
        asides.append("deeper than is shown")
    written = next((d.removeprefix(phrases.WRITTEN) for d in node.details if d.startswith(phrases.WRITTEN)), None)
    origin = [phrases.clean(detail) for detail in node.details if not detail.startswith(phrases.WRITTEN)]
    if is_set and written is not None and shown is not None:
        origin.append(f"which is {shown}")
        shown = phrases.clean(written)
    remarks = []
    if node.reasons:
        remarks.append(Remark("reason", phrases.reasons(node.reasons, node.details)))
    remarks += [Remark("record", text) for text in _result_lines(node, limits)]
    if node.borderline is not None:
        remarks.append(Remark("borderline", phrases.clean(phrases.borderline(node.borderline))))
    return Line(
        clause=clause,
        words=_words(node),
        named=node.kind in ("rule", "derived", "fact"),
        truth=None if node.kind == "item" else node.truth,
        outcome="" if node.truth is None or node.kind == "item" else _outcome(node, node.truth),
        value=shown,
        known=node.truth != "unknown" if node.kind == "item" else node.value is not None or node.interval is not None,
        asides=tuple(asides),
        origin=", ".join(("parameter", *origin)) if is_set else "",
        remarks=tuple(remarks),
        children=tuple(_children(node, _limits(node) if node.kind == "comparison" else ())),
        folded=_folded(node),
    )


SHOWN_ABOVE = "shown above"


def fold_repeated(told: Line, seen: set[Line]) -> Line:
    """The line with what was shown in full before as a line of its own: named things with something below them.

    `seen` are those of the trees above, without their clause; it takes those of this one.
    """
    if told.named and told.children:
        same = replace(told, clause="")
        if same in seen:
            return replace(told, remarks=(), children=(), folded="", asides=(*told.asides, SHOWN_ABOVE))
        seen.add(same)
    return replace(told, children=tuple(fold_repeated(child, seen) for child in told.children))


def deciding_words(node: WhyNode) -> list[str]:
    """The facts and values that decided, in a few words each: "phosphorus 6.8 mg/dL", "no warfarin".

    A value says that it is borderline if the comparison is that it decided.
    """
    found: dict[str, None] = {}
    waiting: list[tuple[WhyNode, bool, WhyNode | None]] = [(node, False, None)]
    while waiting:
        current, borderline, comparison = waiting.pop()
        borderline = borderline or current.borderline is not None
        if current.kind == "comparison":
            comparison = current
        if current.kind == "fact" or (current.kind in ("value", "derived") and current.truth is None):
            marked = " (borderline)" if borderline and current.truth is None else ""
            limits = () if comparison is None else _limits(comparison)
            found[
                _events(current, comparison) or _in_brief(current, limits) + _failed(current, comparison) + marked
            ] = None
        # A derived number says enough; what it is made of stands in the tree.
        if not (current.kind == "derived" and current.truth is None and current.value is not None):
            waiting.extend((child, borderline, comparison) for child in reversed(current.children))
    return list(found)


def _events(node: WhyNode, comparison: WhyNode | None) -> str:
    """What was asked of events that have no value but yes, and when they were: empty for anything else.

    "not assessment within 2 days (2024-05-29)": what such events are is said by the question, not by a "yes".
    """
    if comparison is None or comparison.truth is None or not only_results(node) or not node.results:
        return ""
    if any(entry.value != "yes" for entry in node.results):
        return ""
    days = [entry.time for entry in node.results[:MOST_RESULTS] if entry.time not in (None, UNDATED)]
    words = comparison.words
    asked = {"true": words, "false": f"not {words}", "unknown": f"{words} unknown"}[comparison.truth]
    return f"{asked} ({', '.join(days)})" if days else asked


def _failed(node: WhyNode, comparison: WhyNode | None) -> str:
    """What a value is not, where that is what decided: ", not < 2.5 mg/dL"; parameters with their values."""
    if comparison is None or comparison.truth != "false" or node.truth is not None or node.value is None:
        return ""
    subject, limit = comparison.words[: len(node.words)], comparison.words[len(node.words) :].strip()
    if subject != node.words or not limit.startswith(("<", ">", "=", "!=", "is ")):
        return ""
    for child in comparison.children:
        if child.kind == "parameter" and limit.endswith(f" {child.words}"):
            limit = f"{limit.removesuffix(child.words)}{phrases.measure(child.value, child.unit)}"
    return f", not {limit.removeprefix('is ')}"


def only_results(node: WhyNode) -> bool:
    """A list of results is no value of its own, nor is an empty one that leaves nothing open."""
    if node.kind != "value" or node.value is not None or node.interval is not None:
        return False
    return bool(node.results) or not (node.reasons or node.children or node.cut)


def _limits(comparison: WhyNode) -> tuple[str, ...]:
    """What a comparison compares with: the numbers of its words, and its parameters."""
    parameters = (child.value for child in comparison.children if child.kind == "parameter" and child.value)
    return (*_NUMBER.findall(comparison.words), *(value for value in parameters if _NUMBER.fullmatch(value)))


def _in_brief(node: WhyNode, limits: tuple[str, ...]) -> str:
    if node.truth is not None:
        absent = " by absence" if node.how == "absent" else ""
        if node.truth != "unknown":
            return node.words if node.truth == "true" else f"no {node.words}{absent}"
    if only_results(node):
        if not node.results:
            return node.words
        values = [entry.value or "unknown" for entry in node.results[:MOST_RESULTS]]
        return f"{node.words} {phrases.measure(', '.join(values), node.unit)}"
    if node.value is None and node.interval is None:
        return f"{node.words} unknown" + (f" ({node.reasons[0]})" if node.reasons else "")
    return f"{node.words} {phrases.value(node.value, node.interval, node.unit, limits)}"


def _children(node: WhyNode, limits: tuple[str, ...]) -> Iterator[Line]:
    below = node.children
    if node.kind == "not" and len(below) == 1 and below[0].kind == "is_known":
        below = below[0].children  # drawn as one line "X is missing"
    for child in below:
        clause = _CLAUSES.get(child.kind)
        inner = child.children[0] if clause and len(child.children) == 1 else child
        if inner is not child and (inner.words == child.words or inner.kind in _CONNECTIVES):
            yield line(inner, clause or "", limits)  # "when X" over a node that says X again: one line is enough
        else:
            yield line(child, limits=limits)


def _folded(node: WhyNode) -> str:
    if not node.folded:
        return ""
    # What is undecided waits for the other operands; what is decided was decided without these. A rule that applies
    # folds nothing but the rules that do not override it, and that they do not is why it applies.
    settled = node.truth == "unknown" or (node.kind in _RULES and node.truth == "true")
    words = "settled: " if settled else "does not matter here: "
    return words + phrases.clean("; ".join(node.folded))


def _words(node: WhyNode) -> str:
    words = phrases.clean(node.label or node.words)
    if node.kind == "row":
        return words if words == "otherwise" else f"where {words}"
    if node.kind in _CONNECTIVES and len(words) > LONGEST_CONDITION:
        return _CONNECTIVES[node.kind]
    if node.kind in _CLAUSES:
        return f"{_CLAUSES[node.kind]} {words}"
    if node.kind == "own_condition":
        return "the rule's own condition:"
    if node.kind == "overridden_by":
        return f"rule {words}, which overrides it,"
    if node.kind == "concluded_by":
        return f"concluded by rule {words}"
    return words


def _outcome(node: WhyNode, truth: TruthWord) -> str:
    if node.kind == "own_condition":
        return truth
    if any(child.kind == "overridden_by" and child.truth == "true" for child in node.children):
        return "is overridden"
    if node.kind in _RULES:
        return {"true": "applies", "false": "does not apply", "unknown": "undecided"}[truth]
    if node.kind == "fact":
        return {"true": "= yes", "false": "= no", "unknown": "unknown"}[truth]
    if node.kind == "row":
        given = phrases.measure(node.value, node.unit)
        return phrases.clean(f"gives {given}" if truth == "true" else f"would give {given}, and may hold")
    return truth


def _result_lines(node: WhyNode, limits: tuple[str, ...]) -> list[str]:
    shown = None if node.value is None else phrases.measure(node.value, node.unit, limits)
    told = "; ".join(node.details)
    several = len(node.results) > 1 or only_results(node)
    lines = []
    for entry in node.results[:MOST_RESULTS]:
        text = phrases.result(entry, None if several else shown, told)
        if several and entry.value is not None:
            text = _with_value(entry, node.unit)
        lines.append(text)
    if len(node.results) > MOST_RESULTS:
        lines.append(f"and {len(node.results) - MOST_RESULTS} more results")
    return [text for text in lines if text]


def _with_value(entry: ResultDocument, unit: str | None) -> str:
    own = phrases.measure(entry.value, unit)
    rest = phrases.result(entry, own)
    return f"{own} {rest}" if rest.startswith("on ") else f"{own}, {rest}"

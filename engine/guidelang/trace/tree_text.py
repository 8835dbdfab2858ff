"""The tree of why, for a terminal."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from guidelang.trace import phrases
from guidelang.trace.document import ResultDocument, TruthWord, WhyNode

_TRUTH_STYLE = {"true": "green", "false": "red", "unknown": "yellow"}
_CLAUSES = {"when": "when", "unless": "unless", "scope": "applies to"}
_CONNECTIVES = {"all_of": "all of", "any_of": "any of"}
MOST_RESULTS = 6
LONGEST_CONDITION = 72  # a longer one is "all of" what stands below it


def tree(root: WhyNode) -> Tree:
    """A rich tree; the root is the rule, derived fact or scope that was asked for."""
    drawn = Tree(_label(root), guide_style="dim")
    _grow(drawn, root)
    return drawn


def deciding_words(node: WhyNode) -> list[str]:
    """The facts and values that decided, in a few words each: "phosphorus 6.8 mg/dL", "no warfarin"."""
    found: dict[str, None] = {}
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.kind == "fact" or (current.kind in ("value", "derived") and current.truth is None):
            found[_in_brief(current)] = None
        # A derived number says enough; what it is made of stands in the tree.
        if not (current.kind == "derived" and current.truth is None and current.value is not None):
            waiting.extend(reversed(current.children))
    return list(found)


def _in_brief(node: WhyNode) -> str:
    if node.truth is not None:
        absent = " by absence" if node.how == "absent" else ""
        if node.truth != "unknown":
            return node.words if node.truth == "true" else f"no {node.words}{absent}"
    if _only_results(node):
        values = [entry.value or "unknown" for entry in node.results[:MOST_RESULTS]]
        return f"{node.words} {phrases.measure(', '.join(values), node.unit)}"
    if node.value is None and node.interval is None:
        return f"{node.words} unknown" + (f" ({node.reasons[0]})" if node.reasons else "")
    return f"{node.words} {phrases.value(node.value, node.interval, node.unit)}"


def _grow(branch: Tree, node: WhyNode) -> None:
    for child in _children(node):
        clause = _CLAUSES.get(child.kind)
        inner = child.children[0] if clause and len(child.children) == 1 else child
        if inner is not child and (inner.words == child.words or inner.kind in _CONNECTIVES):
            # "when X" over a node that says X again: one line is enough.
            _grow(branch.add(_label(inner, f"{clause} ")), inner)
        else:
            _grow(branch.add(_label(child)), child)
    if node.folded:
        # what is undecided waits for the other operands; what is decided was decided without these
        words = "settled already: " if node.truth == "unknown" else "does not matter here: "
        branch.add(Text(words + phrases.clean("; ".join(node.folded)), style="dim"))


def _children(node: WhyNode) -> list[WhyNode]:
    """The children to draw: `not (X is known)` is drawn as one line "X is missing"."""
    if node.kind == "not" and len(node.children) == 1 and node.children[0].kind == "is_known":
        return node.children[0].children
    return node.children


def _label(node: WhyNode, clause: str = "") -> Text:
    text = Text(clause)
    text.append(_words(node), style="bold" if node.kind in ("rule", "derived", "fact") else "")
    if node.truth is None and node.kind in ("fact", "derived", "value", "parameter") and not _only_results(node):
        text.append(" = ")
        known = node.value is not None or node.interval is not None
        text.append(
            phrases.clean(phrases.value(node.value, node.interval, node.unit)), style="bold" if known else "yellow"
        )
    elif node.truth is not None:
        text.append(" ")
        text.append(_truth(node, node.truth), style=_TRUTH_STYLE[node.truth])
    if node.how in ("asserted", "absent"):
        text.append(" (asserted by the record)" if node.how == "asserted" else " (by absence of a record)", style="dim")
    if node.repeated:
        text.append(" (shown above)", style="dim")
    if node.cut:
        text.append(" (deeper than is shown)", style="dim")
    if node.reasons:
        text.append("\n" + phrases.reasons(node.reasons, node.details), style="yellow")
    elif node.kind == "parameter":
        text.append(f" ({', '.join(('parameter', *node.details))})", style="dim")
    for line in _result_lines(node):
        text.append("\n" + line, style="dim")
    if node.borderline is not None:
        text.append("\n" + phrases.clean(phrases.borderline(node.borderline)), style="bold yellow")
    return text


def _words(node: WhyNode) -> str:
    words = phrases.clean(node.words)
    if node.kind in _CONNECTIVES and len(words) > LONGEST_CONDITION:
        return _CONNECTIVES[node.kind]
    if node.kind in _CLAUSES:
        return f"{_CLAUSES[node.kind]} {words}"
    if node.kind == "overridden_by":
        return f"rule {words}, which overrides it,"
    if node.kind == "concluded_by":
        return f"concluded by rule {words}"
    return words


def _truth(node: WhyNode, truth: TruthWord) -> str:
    if any(child.kind == "overridden_by" and child.truth == "true" for child in node.children):
        return "is overridden"
    if node.kind in ("rule", "overridden_by", "concluded_by"):
        return {"true": "applies", "false": "does not apply", "unknown": "undecided"}[truth]
    if node.kind == "fact":
        return {"true": "= yes", "false": "= no", "unknown": "unknown"}[truth]
    return truth


def _only_results(node: WhyNode) -> bool:
    """A list of results is no value of its own."""
    return node.kind == "value" and node.value is None and node.interval is None and bool(node.results)


def _result_lines(node: WhyNode) -> list[str]:
    shown = None if node.value is None else phrases.measure(node.value, node.unit)
    told = "; ".join(node.details)
    several = len(node.results) > 1 or _only_results(node)
    lines = []
    for entry in node.results[:MOST_RESULTS]:
        line = phrases.result(entry, None if several else shown, told)
        if several and entry.value is not None:
            line = _with_value(entry, node.unit)
        lines.append(line)
    if len(node.results) > MOST_RESULTS:
        lines.append(f"and {len(node.results) - MOST_RESULTS} more results")
    return [line for line in lines if line]


def _with_value(entry: ResultDocument, unit: str | None) -> str:
    own = phrases.measure(entry.value, unit)
    rest = phrases.result(entry, own)
    return f"{own} {rest}" if rest.startswith("on ") else f"{own}, {rest}"

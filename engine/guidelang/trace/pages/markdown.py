"""Markdown (CommonMark) from the documents: what the HTML page says, as lists that read well unrendered too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from guidelang.trace import local, phrases
from guidelang.trace.document import (
    AdviceDocument,
    ExplainDocument,
    GuidelineDocument,
    ProblemDocument,
    TraceDocument,
    UnlistedDocument,
    WhyNode,
)
from guidelang.trace.first import no_set
from guidelang.trace.lines import Line, line
from guidelang.trace.pages.scale import sign
from guidelang.trace.pages.view import FactView, PatientView, problem_groups
from guidelang.trace.sums import HEADING

HASH_DIGITS = 12
_SPECIAL = re.compile(r"([\\`*\[\]<>#|~&$]|(?<!\w)_|_(?!\w))")  # underscores inside a name mean nothing
_LIST_MARK = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|[-+=])")
_LINK = re.compile(r"(?i)\b(https?(?=:)|ftp(?=:)|mailto(?=:)|www(?=\.))")
_STATUS = {
    "applies": "applies",
    "not_applicable": "does not apply",
    "undecided": "is undecided",
    "overridden": "is overridden",
}


def trace_markdown(document: TraceDocument) -> str:
    """A patient's page."""
    return _joined(_trace(document))


def explain_markdown(document: ExplainDocument) -> str:
    """Why one rule, derived fact or the scope came out as it did."""
    return _joined(_explain(document))


def escaped(text: str | None) -> str:
    """A text of a guideline or record that means nothing in Markdown: no markup, no HTML, no link, one line."""
    one_line = " ".join(phrases.clean(text or "").split())
    marked = _SPECIAL.sub(r"\\\1", one_line)
    marked = _LINK.sub(r"\1" + "\\\\", marked)  # some renderers make links of bare addresses
    return _LIST_MARK.sub(r"\1\\\2", marked) if not one_line[:1].isdigit() else _number_mark(marked)


def _number_mark(text: str) -> str:
    """A line that begins like a numbered list, which it is not."""
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", text)


def _joined(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _trace(document: TraceDocument) -> Iterator[str]:
    view = PatientView(document)
    yield from _head(document.guideline)
    if view.set_by_site:
        yield "Set by this site: " + "; ".join(f"{_code(p.name)} = {escaped(p.value)}" for p in view.set_by_site)
        yield ""
    yield f"## Patient {escaped(document.patient)}"
    yield ""
    yield f"Evaluated for {escaped(document.as_of)} ({document.engine})."
    yield ""
    if document.redacted:
        yield from (f"{phrases.REDACTED}.", "")
    yield from _warnings(document.warnings)
    yield from _violations(document)
    if view.in_scope:
        yield from _advice(view)
        yield from _alarms(document)
    else:
        told = "Not for this patient"
        if document.scope.status == "undecided":
            told = "Undecided whether the guideline is for this patient"
        yield from ("", f"### {told}", "", *_tree(document.scope.why))
    if view.needs:
        yield from ("", f"### Find out first ({len(view.needs)})", "")
        for number, need in enumerate(view.needs, start=1):
            told = f" ({need.told})" if need.told else ""
            told += f"; {escaped(need.help)}" if need.help else ""
            yield f"{number}. {', '.join(map(_code, need.facts))}: {escaped(need.reasons)}{told}"
    if view.later:
        yield from ("", f"### Only later ({len(view.later)})", "")
        yield from (f"- {_code(fact)}: {escaped(told)}" for fact, told in view.later)
    for group in view.rules:
        yield from ("", f"### {group.heading} ({len(group.rules)})", "")
        if group.status == "not_applicable":
            yield from (f"- {_code(outcome.rule)} {escaped(brief)}".rstrip() for outcome, brief in group.rules)
            continue
        for outcome, _ in group.rules:
            yield from _tree(outcome.why)
    if view.sums:
        yield from ("", f"### {HEADING} ({len(view.sums)})", "")
    for each in view.sums:
        yield f"- {_code(each.name)} = **{escaped(each.value)}**" + (f", {escaped(each.label)}" if each.label else "")
        yield from (f"  - {escaped(part)}" for part in each.parts)
    yield from _facts(view)
    yield from _problems(document.problems, document.unlisted)
    yield from _sources(document.guideline)


def _warnings(warnings: Sequence[str]) -> Iterator[str]:
    for warning in warnings:
        yield f"> **Warning:** {escaped(warning)}"
        yield ""


def _problems(problems: Sequence[ProblemDocument], unlisted: Sequence[UnlistedDocument]) -> Iterator[str]:
    for _, heading, texts in problem_groups(problems, unlisted):
        yield from ("", f"### {heading}", "")
        yield from (f"- {escaped(text)}" for text in texts)


def _head(guideline: GuidelineDocument) -> Iterator[str]:
    yield f"# {escaped(guideline.title or guideline.name)}"
    yield ""
    yield f"{escaped(guideline.name)} {escaped(guideline.version)} `#{guideline.hash[:HASH_DIGITS]}`"
    yield ""
    heading = local.heading(guideline)
    if heading is not None:
        yield from (f"{escaped(heading)}", "")
    for change in local.changes(guideline):
        yield f"- **{escaped(change.name)}**: {escaped(change.reason)}"
        yield from (f"  - {escaped(told)}" for told in local.told(change))
    yield ""


def _advice(view: PatientView) -> Iterator[str]:
    count = len(view.document.advice)
    yield from ("", f"### Advice ({count})" if count else "### No advice", "")
    for group in view.advice:
        if group.heading:
            yield from ("", f"#### {group.heading}", "")
        for piece, because in group.pieces:
            yield from _piece(piece, because, local.of_rules(piece.rules, view.document.guideline))


def _piece(piece: AdviceDocument, because: str, changed: str) -> Iterator[str]:
    yield f"- **{escaped(phrases.headline(piece))}** ({escaped(phrases.grading(piece))})"
    lines = [escaped(piece.text)] if piece.text else []
    lines += [f"**Caution:** {escaped(caution)}" for caution in piece.cautions]
    if because:
        lines.append(f"because {escaped(because)}")
    origin = ("rule " if len(piece.rules) == 1 else "rules ") + ", ".join(_code(rule) for rule in piece.rules)
    lines.append(origin + (f"; cites {escaped(phrases.citations(piece.cites))}" if piece.cites else ""))
    lines += [f"Erratum of the source: {escaped(erratum)}" for erratum in piece.errata]
    lines += [escaped(changed)] if changed else []
    yield from (f"  - {text}" for text in lines)


def _violations(document: TraceDocument) -> Iterator[str]:
    for violation in document.violations:
        yield from ("", f"### INVARIANT VIOLATED: {escaped(violation.invariant)}", "")
        yield from (f"- {escaped(line)}" for line in phrases.violation(violation))


def _alarms(document: TraceDocument) -> Iterator[str]:
    for conflict in document.conflicts:
        yield from ("", f"### CONFLICT about {escaped(conflict.target.replace('_', ' '))}", "")
        yield from (_opposed(piece) for piece in (conflict.first, conflict.second))
        yield from ("", "Neither rule overrides the other: a person has to decide.", "")
    for stack in document.stacks:
        verb = "lower" if stack.direction == "lowers" else "raise"
        quantity = escaped(stack.quantity.replace("_", " "))
        yield from ("", f"### STACK: {len(stack.advice)} measures {verb} {quantity}", "")
        yield from (_opposed(piece) for piece in stack.advice)


def _opposed(piece: AdviceDocument) -> str:
    return f"- **{escaped(phrases.headline(piece))}** ({', '.join(_code(rule) for rule in piece.rules)})"


def _tree(root: WhyNode) -> Iterator[str]:
    yield from _branch(line(root), 0)


def _branch(told: Line, depth: int) -> Iterator[str]:
    indent = "  " * depth
    text = f"{told.clause} " if told.clause else ""
    text += f"**{escaped(told.words)}**" if told.named else escaped(told.words)
    if told.value is not None:
        text += f" = {escaped(told.value)}"
    elif told.truth is not None:
        text += f" *{escaped(told.outcome)}*"
    for aside in (*told.asides, *([told.origin] if told.origin else [])):
        text += f" ({escaped(aside)})"
    yield f"{indent}- {text}"
    for remark in told.remarks:
        marked = escaped(remark.text)
        yield f"{indent}  - " + (f"**{marked}**" if remark.manner == "borderline" else f"*{marked}*")
    for child in told.children:
        yield from _branch(child, depth + 1)
    if told.folded:
        yield f"{indent}  - {escaped(told.folded)}"


def _facts(view: PatientView) -> Iterator[str]:
    if view.scaled:
        yield from ("", "### Facts against their thresholds", "")
        yield "| fact | value | compared with | plausible |"
        yield "| --- | --- | --- | --- |"
        for one in view.scaled:
            yield f"| {_label(one)} | {_value(one)} | {_compared(one)} | {_plausible(one)} |"
    if view.others:
        yield from ("", "### Other facts", "")
        for one in view.others:
            origins = "; ".join(escaped(origin) for origin in one.origins)
            yield f"- {_label(one)}: {_value(one)}" + (f"; {origins}" if origins else "")


def _label(one: FactView) -> str:
    return escaped(one.fact.label or one.fact.name)


def _value(one: FactView) -> str:
    told = f"**{escaped(one.value)}**" + (f" ({escaped(one.aside)})" if one.aside else "")
    return told + ("; **borderline**" if one.marks else "")


def _compared(one: FactView) -> str:
    told = (
        f"{escaped(sign(t.operator))} {escaped(phrases.measure(t.value, one.fact.unit))}: {t.truth}"
        for t in one.fact.thresholds
    )
    return "; ".join(dict.fromkeys(told))


def _plausible(one: FactView) -> str:
    plausible = one.fact.plausible
    return "" if plausible is None else escaped(phrases.interval(plausible, one.fact.unit))


def _explain(document: ExplainDocument) -> Iterator[str]:
    yield from _head(document.guideline)
    told = ""
    if document.status is not None:
        told = f" {_STATUS[document.status]}"
    elif document.why.kind not in ("rule", "own_condition") and document.why.truth is not None:
        told = f" is {document.why.truth}"
    yield from (f"## {escaped(document.name)}{told}", "")
    yield from (
        f"Patient {escaped(document.patient)}, evaluated for {escaped(document.as_of)} ({document.engine}).",
        "",
    )
    if document.redacted:
        yield from (f"{phrases.REDACTED}.", "")
    yield from _warnings(document.warnings)
    if document.label:
        yield from (escaped(document.label), "")
    if document.scope != "applies" and document.name != "scope":
        who = "is not for this patient" if document.scope == "not_for_this_patient" else "may not be for this one"
        yield f"> **The guideline {who}** (ask for `scope`), so no rule has an outcome."
        yield from ("> What follows is its condition alone.", "")
    for piece in document.advice:
        yield from _piece(piece, "", local.of_rules(piece.rules, document.guideline))
    yield from ("", "### Why not" if document.status == "not_applicable" else "### Why", "", *_tree(document.why))
    if document.missing:
        yield from ("", "### What it needs", "")
        yield from (f"- {_code(fact.fact)}: {escaped(phrases.missing(fact))}" for fact in document.missing)
    yield from _deciding(document)
    yield from _problems(document.problems, document.unlisted)
    titles = {source.name: source.title for source in document.sources}
    if document.cites:
        yield from ("", "### Cited", "")
        for cite in document.cites:
            title = f": {escaped(titles[cite.source])}" if cite.source in titles else ""
            yield f"- {escaped(cite.source)} {escaped(cite.locator)}{title}"
    if document.evidence:
        yield from ("", "### Evidence", "")
        yield from (f"- {escaped(f'{e.source} {e.locator}: {e.text}')}" for e in document.evidence)
    if document.errata:
        yield from ("", "### Errata of the source", "", *(f"- {escaped(erratum)}" for erratum in document.errata))


def _deciding(document: ExplainDocument) -> Iterator[str]:
    if document.deciding is None:
        return
    rule = document.status is not None
    ways = {"true": "apply" if rule else "true", "false": "not apply" if rule else "false", "unknown": ""}
    yield from ("", "### Smallest sets of facts that could decide it", "")
    for one in document.deciding.sets:
        told = " or ".join(ways[way] for way in one.could_be)
        yield f"- {' and '.join(_code(fact) for fact in one.facts)} could make it {told}"
    if not document.deciding.sets:
        yield f"- {no_set(document.missing)}"
    if not document.deciding.complete:
        yield from ("", f"There may be more: the search stopped at {escaped(document.deciding.bound)}.")


def _sources(guideline: GuidelineDocument) -> Iterator[str]:
    if guideline.sources:
        yield from ("", "### Sources", "")
        yield from (f"- {escaped(source.name)}: {escaped(source.title)}" for source in guideline.sources)


def _code(name: str) -> str:
    """A name of the guideline, which is letters, digits and underscores; anything else is escaped instead."""
    return f"`{name}`" if re.fullmatch(r"\w+", name) else escaped(name)

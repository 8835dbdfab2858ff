"""The trace on a page: what to do first, then what stands against it, then what is open and why.

Everything comes from the published documents. Nothing but plain text is passed to rich: no text of a guideline or
record is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from guidelang.trace import local, phrases
from guidelang.trace.document import (
    AdviceDocument,
    ExplainDocument,
    GuidelineDocument,
    MissingDocument,
    OutcomeDocument,
    ProblemDocument,
    TraceDocument,
    UnlistedDocument,
)
from guidelang.trace.first import help_for, later, needs, no_set
from guidelang.trace.lines import Line, deciding_words
from guidelang.trace.page import Hanging, Indented
from guidelang.trace.sums import HEADING, sums
from guidelang.trace.tree_text import tree

MOST_PROBLEMS = 12
MOST_WORDS = 3
HASH_DIGITS = 12

_STATUS = {
    "applies": ("applies", "bold green"),
    "not_applicable": ("does not apply", "bold"),
    "undecided": ("is undecided", "bold yellow"),
    "overridden": ("is overridden", "bold"),
}
_URGENCY = (("urgent", "Urgent"), ("soon", "Soon"), (None, "No stated urgency"), ("routine", "Routine"))


def trace_text(document: TraceDocument, *, brief: bool = False) -> RenderableType:
    """A patient's page. `brief` leaves out the trees of why at its end."""
    parts = _head(document)
    parts += _warnings(document.warnings)
    parts += _violations(document)
    if document.scope.status != "applies":
        parts += _out_of_scope(document)
    else:
        parts += _advice(document)
        parts += _conflicts(document)
        parts += _rules(document)
        parts += _sums(document)
    parts += _measure_first(document)
    parts += _problems(document.problems)
    parts += _unlisted(document.unlisted, brief=brief)
    if not brief:
        parts += _whys(document)
    parts += _local(document.guideline)
    parts += _sources(document)
    return Group(*parts)


def explain_text(document: ExplainDocument) -> RenderableType:
    """Why one rule, derived fact or the scope came out as it did, at length."""
    parts = _head(document)
    parts += _warnings(document.warnings)
    parts.append(Text())
    title = Text(phrases.clean(document.name), style="bold")
    if document.status is not None:
        words, style = _STATUS[document.status]
        title.append(f" {words}", style=style)
    elif document.why.kind not in ("rule", "own_condition") and document.why.truth is not None:
        title.append(f" is {document.why.truth}")
    parts.append(title)
    if document.label:
        parts.append(Indented(Text(phrases.clean(document.label), style="dim")))
    if document.scope != "applies" and document.name != "scope":
        told = "is not for this patient" if document.scope == "not_for_this_patient" else "may not be for this one"
        line = (
            f"The guideline {told} (ask for `scope`), so no rule has an outcome. What follows is its condition alone."
        )
        parts.append(Text(line, style="yellow"))
    changed = local.of_rules([document.name], document.guideline)
    if changed:
        parts.append(Indented(Text(changed, style="magenta")))
    for advice in document.advice:
        parts += [Indented(line) for line in _advice_lines(advice, with_rules=False)]
    parts += [Text(), Text("Why" if document.status != "not_applicable" else "Why not", style="bold")]
    parts.append(Indented(tree(document.why)))
    if document.missing:
        help_ = help_for(document.missing)
        helps: list[RenderableType] = [Text(help_, style="dim")] if help_ else []
        parts += _section("What it needs", [*_missing_lines(document.missing), *helps])
    parts += _deciding(document)
    if document.cites:
        titles = {source.name: source.title for source in document.sources}
        lines = [
            Text(phrases.clean(f"{c.source} {c.locator}" + (f": {titles[c.source]}" if c.source in titles else "")))
            for c in document.cites
        ]
        parts += _section("Cited", lines)
    if document.evidence:
        lines = [Text(phrases.clean(f"{e.source} {e.locator}: {e.text}")) for e in document.evidence]
        parts += _section("Evidence", lines)
    if document.errata:
        parts += _section("Errata of the source", [Text(phrases.clean(e)) for e in document.errata])
    parts += _problems(document.problems)
    parts += _unlisted(document.unlisted)
    return Group(*parts)


# ---- parts of the page ----------------------------------------------------------------------------------------------


def _head(document: TraceDocument | ExplainDocument) -> list[RenderableType]:
    guideline = document.guideline
    first = Text(phrases.clean(f"{guideline.name} {guideline.version}"), style="bold")
    first.append(f"  #{guideline.hash[:HASH_DIGITS]}", style="dim")
    parts: list[RenderableType] = [first]
    if guideline.title:
        parts.append(Text(phrases.clean(guideline.title)))
    line = Text(phrases.clean(f"Patient {document.patient}, evaluated for {document.as_of}"))
    line.append(f" ({document.engine})", style="dim")
    parts.append(line)
    if document.redacted:
        parts.append(Text(phrases.REDACTED, style="dim"))
    heading = local.heading(guideline)
    if heading is not None:
        parts.append(Text(heading))
    return parts


def _local(guideline: GuidelineDocument) -> list[RenderableType]:
    """The local changes of an adapted guideline, each with its reason."""
    lines: list[RenderableType] = []
    for change in local.changes(guideline):
        line = Text(phrases.clean(change.name), style="bold")
        line.append(f"  {phrases.clean(change.reason)}", style="not bold")
        lines.append(line)
        lines += [Indented(Hanging(Text(told, style="dim"))) for told in local.told(change)]
    return _section(f"Local changes ({len(local.changes(guideline))})", lines) if lines else []


def _out_of_scope(document: TraceDocument) -> list[RenderableType]:
    if document.scope.status == "not_for_this_patient":
        parts: list[RenderableType] = [Text(), Text("Not for this patient", style="bold")]
    else:
        parts = [Text(), Text("Undecided whether the guideline is for this patient", style="bold yellow")]
    return [*parts, Indented(tree(document.scope.why))]


def _advice(document: TraceDocument) -> list[RenderableType]:
    if not document.advice:
        return [Text(), Text("No advice", style="bold")]
    parts: list[RenderableType] = [Text(), Text(f"Advice ({len(document.advice)})", style="bold underline")]
    because = {o.rule: deciding_words(o.why) for o in document.outcomes if o.status == "applies"}
    urgencies = {advice.urgency for advice in document.advice}
    for urgency, heading in _URGENCY:
        group = [a for a in document.advice if a.urgency == urgency]
        if group and urgencies != {None}:
            parts.append(Indented(Text(heading, style="bold red" if urgency == "urgent" else "bold"), 1))
        for advice in group:
            lines = _advice_lines(advice, with_rules=True)
            changed = local.of_rules(advice.rules, document.guideline)
            if changed:
                lines.append(Indented(Text(changed, style="magenta")))
            words = list(dict.fromkeys(word for rule in advice.rules for word in because.get(rule, [])))
            if words:
                lines.append(Indented(Text("because " + phrases.clean("; ".join(words)), style="dim")))
            parts += [Indented(line) for line in lines]
    return parts


def _advice_lines(advice: AdviceDocument, *, with_rules: bool) -> list[RenderableType]:
    head = Text(phrases.headline(advice), style="bold cyan" if advice.kind == "recommend" else "cyan")
    head.append(f"  [{phrases.grading(advice)}]", style="dim not bold")
    lines: list[RenderableType] = [head]
    if advice.text:
        lines.append(Indented(Text(phrases.clean(advice.text))))
    for caution in advice.cautions:
        lines.append(Indented(Text(f"Caution: {phrases.clean(caution)}", style="yellow")))
    origin = []
    if with_rules:
        origin.append(("rule " if len(advice.rules) == 1 else "rules ") + ", ".join(advice.rules))
    if advice.cites:
        origin.append(f"cites {phrases.citations(advice.cites)}")
    if origin:
        lines.append(Indented(Text("; ".join(origin), style="dim")))
    if with_rules:
        for erratum in advice.errata:
            lines.append(Indented(Text(f"erratum: {phrases.clean(erratum)}", style="dim")))
    return lines


def _warnings(warnings: Iterable[str]) -> list[RenderableType]:
    return [Text(f"Warning: {phrases.clean(warning)}", style="yellow") for warning in warnings]


def _violations(document: TraceDocument) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for violation in document.violations:
        title = f"INVARIANT VIOLATED: {phrases.clean(violation.invariant)}"
        parts += [Text(), Text(title, style="bold white on red")]
        parts += [Indented(Hanging(Text(line))) for line in phrases.violation(violation)]
    return parts


def _conflicts(document: TraceDocument) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for conflict in document.conflicts:
        parts += [Text(), Text(f"CONFLICT about {conflict.target.replace('_', ' ')}", style="bold white on red")]
        for advice in (conflict.first, conflict.second):
            parts.append(Indented(Text(f"{phrases.headline(advice)} ({', '.join(advice.rules)})")))
        parts.append(Indented(Text("Neither rule overrides the other: a person has to decide.", style="dim")))
    for stack in document.stacks:
        verb = "lower" if stack.direction == "lowers" else "raise"
        title = f"STACK: {len(stack.advice)} measures {verb} {stack.quantity.replace('_', ' ')}"
        parts += [Text(), Text(title, style="bold black on yellow")]
        parts += [Indented(Text(f"{phrases.headline(a)} ({', '.join(a.rules)})")) for a in stack.advice]
    return parts


def _rules(document: TraceDocument) -> list[RenderableType]:
    by_status: dict[str, list[OutcomeDocument]] = {status: [] for status in _STATUS}
    for outcome in document.outcomes:
        by_status[outcome.status].append(outcome)
    parts: list[RenderableType] = []
    concluded = [o for o in by_status["applies"] if o.concludes]
    if concluded:
        parts += _section(
            f"Concluded ({len(concluded)})", [Text(f"{', '.join(o.concludes)}  ({o.rule})") for o in concluded]
        )
    if by_status["undecided"]:
        needing = [_undecided(outcome) for outcome in by_status["undecided"]]
        parts += _section(f"Undecided ({len(needing)})", needing, "bold yellow")
    if by_status["overridden"]:
        overridden = [Text(f"{o.rule}, by {', '.join(o.overridden_by)}") for o in by_status["overridden"]]
        parts += _section(f"Overridden ({len(overridden)})", overridden)
    if by_status["not_applicable"]:
        others = [_not_applicable(outcome) for outcome in by_status["not_applicable"]]
        parts += _section(f"Not applicable ({len(others)})", others)
        parts.append(Indented(Text("`guidelang explain` tells why, rule by rule", style="dim")))
    return parts


def _undecided(outcome: OutcomeDocument) -> Text:
    line = Text(outcome.rule, style="yellow")
    line.append(" needs ", style="dim not bold")
    line.append(phrases.clean(", ".join(m.fact for m in outcome.missing)), style="default")
    return line


def _not_applicable(outcome: OutcomeDocument) -> Text:
    line = Text(outcome.rule)
    words = "; ".join(deciding_words(outcome.why)[:MOST_WORDS])
    if outcome.exceptions:
        words = f"unless {', '.join(outcome.exceptions)}" + (f": {words}" if words else "")
    if words:
        line.append("  " + phrases.clean(words), style="dim")
    return line


def _missing_lines(missing: Iterable[MissingDocument]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for fact in missing:
        line = Text(phrases.clean(fact.fact), style="bold")
        line.append(f": {phrases.missing(fact)}", style="not bold")
        lines.append(line)
    return lines


def _measure_first(document: TraceDocument) -> list[RenderableType]:
    lines: list[RenderableType] = []
    found = needs(document)
    for need in found:
        line = Text(need.fact, style="bold")
        line.append(f": {need.reasons}", style="not bold")
        if need.told:
            line.append(f"  {need.told}", style="not bold dim")
        if need.help:
            line.append(f"; {need.help}", style="not bold dim")
        lines.append(line)
    parts = _section(f"Find out first ({len(found)})", lines) if lines else []
    ahead: list[RenderableType] = [
        Text(fact, style="bold").append(f": {told}", style="not bold") for fact, told in later(document)
    ]
    return parts + (_section(f"Only later ({len(ahead)})", ahead) if ahead else [])


def _sums(document: TraceDocument) -> list[RenderableType]:
    lines: list[RenderableType] = []
    found = sums(document.derived)
    for each in found:
        line = Text(each.name, style="bold")
        line.append(" = ", style="not bold")
        line.append(each.value, style="bold" if each.known else "not bold yellow")
        if each.label:
            line.append(f"  {each.label}", style="not bold dim")
        lines.append(line)
        lines += [Indented(Hanging(Text(part, style="dim"))) for part in each.parts]
    return _section(f"{HEADING} ({len(found)})", lines) if lines else []


def _problems(problems: Sequence[ProblemDocument]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for kind, heading in (
        ("unusable", "Of the record, not usable"),
        ("note", "Of the record, worth a look"),
        ("ignored", "Of the record, left out"),
    ):
        some = [p for p in problems if p.kind == kind]
        lines: list[RenderableType] = [Text(_problem(p)) for p in some[:MOST_PROBLEMS]]
        if len(some) > MOST_PROBLEMS:
            lines.append(Text(f"and {len(some) - MOST_PROBLEMS} more, all of them in the JSON trace", style="dim"))
        if some:
            parts += _section(f"{heading} ({len(some)})", lines, "bold yellow" if kind == "unusable" else "bold")
    return parts


def _unlisted(groups: Sequence[UnlistedDocument], *, brief: bool = False) -> list[RenderableType]:
    """What no list has; of a brief page only how much it is, and what looks like a slip."""
    shown = [group for group in groups if group.hint] if brief else list(groups)
    lines: list[RenderableType] = [Text(phrases.unlisted(group)) for group in shown[:MOST_PROBLEMS]]
    if len(shown) > MOST_PROBLEMS:
        lines.append(Text(f"and {len(shown) - MOST_PROBLEMS} more, all of them in the JSON trace", style="dim"))
    return _section(f"Of the record, in no list ({sum(g.count for g in groups)})", lines) if groups else []


def _problem(problem: ProblemDocument) -> str:
    place = ", ".join(part for part in (problem.resource, problem.field) if part and part not in problem.message)
    return phrases.clean(f"{place}: {problem.message}" if place else problem.message)


def _whys(document: TraceDocument) -> list[RenderableType]:
    shown = [o for o in document.outcomes if o.status != "not_applicable"]
    if not shown:
        return []
    parts: list[RenderableType] = [Text(), Text("Why", style="bold underline")]
    seen: set[Line] = set()
    for outcome in shown:
        parts.append(Indented(tree(outcome.why, seen)))
    return parts


def _sources(document: TraceDocument) -> list[RenderableType]:
    """The works that the advice cites, each with its title."""
    cited = {cite.source for advice in document.advice for cite in advice.cites}
    titles = [f"{s.name}: {s.title}" for s in document.guideline.sources if s.name in cited]
    return _section("Sources", [Text(phrases.clean(title), style="dim") for title in titles]) if titles else []


def _deciding(document: ExplainDocument) -> list[RenderableType]:
    deciding = document.deciding
    if deciding is None:
        return []
    lines: list[RenderableType] = []
    rule = document.status is not None
    for one in deciding.sets:
        line = Text(phrases.clean(" and ".join(one.facts)), style="bold")
        ways = {"true": "apply" if rule else "true", "false": "not apply" if rule else "false", "unknown": ""}
        told = " or ".join(ways[way] for way in one.could_be)
        line.append(f"  could make it {told}", style="not bold dim")
        lines.append(line)
    if not deciding.sets:
        lines.append(Text(no_set(document.missing), style="dim"))
    if not deciding.complete:
        lines.append(Text(f"There may be more: the search stopped at {deciding.bound}.", style="yellow"))
    return _section("Smallest sets of facts that could decide it", lines)


def _section(heading: str, lines: Sequence[RenderableType], style: str = "bold") -> list[RenderableType]:
    return [Text(), Text(heading, style=style), *(Indented(_hanging(line)) for line in lines)]


def _hanging(line: RenderableType) -> RenderableType:
    return Hanging(line) if isinstance(line, Text) else line

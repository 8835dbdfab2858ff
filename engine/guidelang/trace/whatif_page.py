"""A hypothetical on a page: what was set, and what that changes; as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from guidelang.trace import phrases
from guidelang.trace.document import AdviceDocument, ConflictDocument, MissingDocument, StackDocument
from guidelang.trace.page import Hanging, Indented
from guidelang.trace.pages.markdown import escaped
from guidelang.trace.whatif import StateDocument, ValueChangeDocument, WhatIfDocument

HASH_DIGITS = 12
_STATUS = {
    None: "without an outcome",
    "applies": "applies",
    "not_applicable": "does not apply",
    "undecided": "undecided",
    "overridden": "overridden",
}
_SCOPE = {
    "applies": "for this patient",
    "not_for_this_patient": "not for this patient",
    "undecided": "undecided whether it is for this patient",
}
NOTHING = "Nothing changes"


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[str, ...]
    style: str = "bold"


def whatif_text(document: WhatIfDocument) -> RenderableType:
    """The page for a terminal."""
    guideline = document.guideline
    first = Text(phrases.clean(f"{guideline.name} {guideline.version}"), style="bold")
    first.append(f"  #{guideline.hash[:HASH_DIGITS]}", style="dim")
    about = Text(phrases.clean(f"Patient {document.patient}, evaluated for {document.as_of}"))
    about.append(f" ({document.engine})", style="dim")
    parts: list[RenderableType] = [first, about]
    for section in sections(document):
        parts += [Text(), Hanging(Text(phrases.clean(section.heading), style=section.style))]
        parts += [Indented(Hanging(Text(phrases.clean(line)))) for line in section.lines]
    return Group(*parts)


def whatif_markdown(document: WhatIfDocument) -> str:
    """The page as Markdown."""
    guideline = document.guideline
    lines = [
        f"# {escaped(guideline.name)} {escaped(guideline.version)}",
        "",
        f"Patient {escaped(document.patient)}, evaluated for {document.as_of} ({document.engine}).",
    ]
    for section in sections(document):
        lines += ["", f"## {escaped(section.heading)}"]
        lines += ["", *(f"- {escaped(line)}" for line in section.lines)] if section.lines else []
    return "\n".join(lines) + "\n"


def sections(document: WhatIfDocument) -> list[Section]:
    """What the page says, in its order."""
    found = list(_sought(document))
    if document.set:
        found.append(Section("What if", tuple(_value(each) for each in document.set)))
    if document.set and not document.changes_anything:
        found.append(Section(NOTHING, (f"{document.same_rules} rules have the outcome that they had",)))
    found += [section for section in _changes(document) if section.lines]
    if document.changes_anything:
        same = document.same_rules
        found.append(Section(f"{same} {'rule has' if same == 1 else 'rules have'} the outcome that they had", ()))
    return found


def _sought(document: WhatIfDocument) -> Iterator[Section]:
    sought = document.sought
    if sought is None:
        return
    wanted = f"To avoid {sought.wanted}" if sought.avoid else f"To have {sought.wanted}"
    style = {"found": "bold green", "already": "bold", "impossible": "bold", "undecided": "bold yellow"}[sought.answer]
    lines = [sought.note]
    lines += ["as few facts: " + ", ".join(f"{k} = {v}" for k, v in each.set.items()) for each in sought.alternatives]
    yield Section(wanted, tuple(lines), style)


def _changes(document: WhatIfDocument) -> Iterator[Section]:
    if document.scope_before != document.scope_after:
        told = f"{_SCOPE[document.scope_before]}, then {_SCOPE[document.scope_after]}"
        yield Section("The guideline itself", (told,), "bold yellow")
    for violation in document.violations_gained:
        title = f"INVARIANT VIOLATED: {violation.invariant}"
        yield Section(title, tuple(phrases.violation(violation)), "bold white on red")
    yield Section("Advice gained", tuple(map(_advice, document.advice_gained)), "bold green")
    yield Section("Advice lost", tuple(map(_advice, document.advice_lost)), "bold red")
    changed = [line for each in document.advice_changed for line in (_advice(each.before), f"→ {_advice(each.after)}")]
    yield Section("Advice in other words, or by other rules", tuple(changed))
    yield Section("Conflicts gained", tuple(map(_conflict, document.conflicts_gained)), "bold white on red")
    yield Section("Conflicts lost", tuple(map(_conflict, document.conflicts_lost)))
    yield Section("Stacks gained", tuple(map(_stack, document.stacks_gained)), "bold black on yellow")
    yield Section("Stacks lost", tuple(map(_stack, document.stacks_lost)))
    yield Section("No longer violated", tuple(each.invariant for each in document.violations_lost))
    rules = []
    for each in document.rules:
        before, after = (
            _status(status, needs)
            for status, needs in ((each.before, each.needs_before), (each.after, each.needs_after))
        )
        rules.append(f"{each.rule}: {before} → {after}")
    yield Section("Rules", tuple(rules))
    yield Section("Derived facts", tuple(map(_value, document.derived)))


def _status(status: str | None, needs: Sequence[MissingDocument]) -> str:
    words = _STATUS[status]
    return f"{words}, needs {', '.join(need.fact for need in needs)}" if needs else words


def _value(change: ValueChangeDocument) -> str:
    return f"{change.name}: {_state(change.before, change.unit)} → {_state(change.after, change.unit)}"


def _state(state: StateDocument, unit: str | None) -> str:
    if state.value is None and state.interval is None:
        return f"unknown ({', '.join(state.reasons)})" if state.reasons else "unknown"
    return phrases.value(state.value, state.interval, unit)


def _advice(advice: AdviceDocument) -> str:
    text = f": {advice.text}" if advice.text else ""
    return f"{phrases.headline(advice)}{text} ({', '.join(advice.rules)})"


def _conflict(conflict: ConflictDocument) -> str:
    target = conflict.target.replace("_", " ")
    return f"{target}: {phrases.headline(conflict.first)}, against {phrases.headline(conflict.second)}"


def _stack(stack: StackDocument) -> str:
    verb = "lower" if stack.direction == "lowers" else "raise"
    measures = ", ".join(phrases.headline(advice) for advice in stack.advice)
    return f"{len(stack.advice)} measures {verb} {stack.quantity.replace('_', ' ')}: {measures}"

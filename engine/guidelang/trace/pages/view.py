"""What a page shows of a document, put in the order of its sections. Texts are those of `phrases`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.trace import phrases
from guidelang.trace.document import (
    AdviceDocument,
    FactDocument,
    OutcomeDocument,
    ProblemDocument,
    TraceDocument,
    UnlistedDocument,
)
from guidelang.trace.first import later, needs
from guidelang.trace.lines import MOST_RESULTS, deciding_words
from guidelang.trace.pages.scale import Scale, scale_of, words
from guidelang.trace.sums import sums

_URGENCY = (("urgent", "Urgent"), ("soon", "Soon"), (None, "No stated urgency"), ("routine", "Routine"))
_STATUS = (
    ("applies", "Rules that apply"),
    ("undecided", "Undecided rules"),
    ("overridden", "Overridden rules"),
    ("not_applicable", "Rules that do not apply"),
)
_PROBLEMS = (
    ("unusable", "Of the record, not usable"),
    ("note", "Of the record, worth a look"),
    ("ignored", "Of the record, left out"),
)
MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class AdviceGroup:
    """Pieces of one urgency; `heading` is empty where no piece states one."""

    urgent: bool
    heading: str
    pieces: tuple[tuple[AdviceDocument, str], ...]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules with one outcome, each with what it is about in a few words."""

    status: str
    heading: str
    rules: tuple[tuple[OutcomeDocument, str], ...]


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact with its value in words, where it comes from, and its place on a scale if it has one."""

    fact: FactDocument
    value: str
    aside: str
    origins: tuple[str, ...]
    marks: tuple[str, ...]
    scale: Scale | None


class PatientView:
    """One trace."""

    def __init__(self, document: TraceDocument) -> None:
        self.document = document
        self.in_scope = document.scope.status == "applies"
        self.set_by_site = [p for p in document.parameters if p.set_by_site]
        self.needs = needs(document)
        self.later = later(document)
        self.sums = sums(document.derived) if self.in_scope else []
        facts = [_fact(fact) for fact in document.facts]
        self.scaled = [fact for fact in facts if fact.scale is not None]
        self.others = [fact for fact in facts if fact.scale is None]

    @property
    def headline(self) -> str:
        """The patient's result in a few words, for a table of contents."""
        document = self.document
        if document.scope.status != "applies":
            return "not for this patient" if document.scope.status == "not_for_this_patient" else "scope undecided"
        urgent = sum(1 for a in document.advice if a.urgency == "urgent")
        undecided = sum(1 for o in document.outcomes if o.status == "undecided")
        parts = [counted(len(document.advice), "piece", "pieces") + " of advice"]
        if urgent:
            parts[0] += f" ({urgent} urgent)"
        if document.conflicts:
            parts.append(counted(len(document.conflicts), "conflict", "conflicts"))
        if undecided:
            parts.append(f"{undecided} undecided")
        return ", ".join(parts)

    @property
    def advice(self) -> list[AdviceGroup]:
        because = {o.rule: deciding_words(o.why) for o in self.document.outcomes if o.status == "applies"}
        stated = {a.urgency for a in self.document.advice} != {None}
        groups = []
        for urgency, heading in _URGENCY:
            pieces = tuple(
                (a, "; ".join(dict.fromkeys(word for rule in a.rules for word in because.get(rule, []))))
                for a in self.document.advice
                if a.urgency == urgency
            )
            if pieces:
                groups.append(AdviceGroup(urgency == "urgent", heading if stated else "", pieces))
        return groups

    @property
    def rules(self) -> list[RuleGroup]:
        groups = []
        for status, heading in _STATUS:
            rules = tuple((o, brief(o)) for o in self.document.outcomes if o.status == status)
            if rules:
                groups.append(RuleGroup(status, heading, rules))
        return groups

    @property
    def problems(self) -> list[tuple[str, str, list[str]]]:
        return problem_groups(self.document.problems, self.document.unlisted)


def problem_groups(
    problems: Sequence[ProblemDocument], unlisted: Sequence[UnlistedDocument] = ()
) -> list[tuple[str, str, list[str]]]:
    """The kind, heading and texts of what could not be used, is worth a look, was left out, or is in no list."""
    found = []
    for kind, heading in _PROBLEMS:
        texts = [problem_text(p) for p in problems if p.kind == kind]
        if texts:
            found.append((kind, f"{heading} ({len(texts)})", texts))
    if unlisted:
        heading = f"Of the record, in no list ({sum(group.count for group in unlisted)})"
        found.append(("unlisted", heading, [phrases.unlisted(group) for group in unlisted]))
    return found


def brief(outcome: OutcomeDocument) -> str:
    """What a rule is about, in one line."""
    if outcome.status == "undecided":
        return f"needs {', '.join(m.fact for m in outcome.missing)}"
    if outcome.status == "overridden":
        return f"by {', '.join(outcome.overridden_by)}"
    told = "; ".join(deciding_words(outcome.why)[:MOST_WORDS])
    if outcome.exceptions:
        return f"unless {', '.join(outcome.exceptions)}" + (f": {told}" if told else "")
    if outcome.concludes:
        return f"concludes {', '.join(outcome.concludes)}" + (f": {told}" if told else "")
    return told


def problem_text(problem: ProblemDocument) -> str:
    place = ", ".join(part for part in (problem.resource, problem.field) if part and part not in problem.message)
    return phrases.clean(f"{place}: {problem.message}" if place else problem.message)


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _fact(fact: FactDocument) -> FactView:
    limits = [threshold.value for threshold in fact.thresholds if fact.type in ("quantity", "number")]
    value = phrases.value(fact.value, fact.interval, fact.unit, limits)
    aside = {"asserted": "asserted by the record", "absent": phrases.absence(fact.results)}.get(fact.how or "", "")
    if fact.reasons:
        aside = phrases.reasons(fact.reasons, fact.details)
    told = "; ".join(fact.details)
    shown = None if fact.value is None else phrases.measure(fact.value, fact.unit, limits)
    origins = [phrases.result(entry, shown, told) for entry in fact.results[:MOST_RESULTS]]
    if len(fact.results) > MOST_RESULTS:
        origins.append(f"and {len(fact.results) - MOST_RESULTS} more results")
    return FactView(
        fact=fact,
        value=value,
        aside=aside,
        origins=tuple(origins),
        marks=tuple(phrases.borderline(mark) for mark in fact.borderline),
        scale=scale_of(fact, _alternative(fact, value)),
    )


def _alternative(fact: FactDocument, value: str) -> str:
    """The drawing in words."""
    parts = [f"{fact.label or fact.name}: {value}" + (", borderline" if fact.borderline else "")]
    compared = dict.fromkeys(
        f"{words(t.operator)} {phrases.measure(t.value, fact.unit)} is {t.truth}" for t in fact.thresholds
    )
    parts.append(f"thresholds: {', '.join(compared)}")
    if fact.plausible is not None:
        parts.append(f"plausible is {phrases.interval(fact.plausible, fact.unit)}")
    return ". ".join(parts)


def site_settings(view: Sequence[PatientView]) -> list[str]:
    """The parameters that a site set: the same for all patients of a run."""
    return [f"{p.name} = {p.value}" for p in (view[0].set_by_site if view else ())]

"""Advice of rules that apply: as each rule gives it, and merged into the one list that a reader sees."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from guidelang.network.ir import RuleDefinition
from guidelang.run.outcome import Advice
from guidelang.run.texts import Texts

_STRENGTHS = {"strong": 2, "conditional": 1, None: 0}
_CERTAINTIES = {"high": 4, "moderate": 3, "low": 2, "very low": 1, None: 0}
_URGENCIES = {"urgent": 0, "soon": 1, None: 2, "routine": 3}

_Item = TypeVar("_Item", bound=Hashable)


class Graded(Protocol):
    """What states how strong its advice is: a rule, or a piece of advice."""

    @property
    def strength(self) -> str | None: ...
    @property
    def certainty(self) -> str | None: ...
    @property
    def grade(self) -> str | None: ...


def advice_of(rule: RuleDefinition, texts: Texts) -> tuple[Advice, ...]:
    """What one applying rule advises, in the order in which it says so."""
    return tuple(
        Advice(
            kind=given.kind,
            against=given.against,
            action=given.action,
            target=given.target,
            to=given.to,
            text=texts.fill(given.text),
            strength=rule.strength,
            certainty=rule.certainty,
            grade=rule.grade,
            urgency=rule.urgency,
            cautions=tuple(texts.fill(caution) for caution in rule.cautions),
            rules=(rule.name,),
            cites=rule.cites,
            evidence=rule.evidence,
            errata=rule.errata,
        )
        for given in rule.advice
    )


def merged(given: Iterable[Advice]) -> tuple[Advice, ...]:
    """One piece for all rules that give the same advice: the same action on the same target, both for or both against.

    The rule that states the greatest strength leads: its strength, certainty and grade are shown, never a mixture of
    several rules' grades. `recommend` leads over `suggest`, and the most pressing stated urgency counts. Texts that
    differ follow each other in the order of rule names.

    Returns:
        The pieces in the order of every page and document: urgent ones first, then those for soon, those that say
        nothing and routine ones; within these, recommendations before suggestions, then by target and action.
    """
    same: dict[tuple[bool, str, str, str | None], list[Advice]] = {}
    for advice in sorted(given, key=lambda a: a.rules):
        same.setdefault((advice.against, advice.action, advice.target, advice.to), []).append(advice)
    pieces = [_merge(group) for group in same.values()]
    return tuple(sorted(pieces, key=_first_things_first))


def _first_things_first(advice: Advice) -> tuple[int, bool, str, str, bool, str]:
    suggested = advice.kind == "suggest"
    return _URGENCIES[advice.urgency], suggested, advice.target, advice.action, advice.against, advice.to or ""


def _merge(group: Sequence[Advice]) -> Advice:
    first = group[0]
    lead = max(group, key=weight)
    return Advice(
        kind="recommend" if any(a.kind == "recommend" for a in group) else "suggest",
        against=first.against,
        action=first.action,
        target=first.target,
        to=first.to,
        text=" ".join(_distinct(a.text for a in group if a.text)),
        strength=lead.strength,
        certainty=lead.certainty,
        grade=lead.grade,
        urgency=min((a.urgency for a in group if a.urgency is not None), key=_URGENCIES.__getitem__, default=None),
        cautions=_distinct(caution for a in group for caution in a.cautions),
        rules=_distinct(rule for a in group for rule in a.rules),
        cites=_distinct(cite for a in group for cite in a.cites),
        evidence=_distinct(evidence for a in group for evidence in a.evidence),
        errata=_distinct(erratum for a in group for erratum in a.errata),
    )


def weight(stated: Graded) -> tuple[int, bool, int]:
    """What leads where several rules give one piece of advice: the greatest, and of equals the first by name."""
    return _STRENGTHS[stated.strength], stated.grade is not None, _CERTAINTIES[stated.certainty]


def _distinct(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))

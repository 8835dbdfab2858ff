"""Pieces of advice as conditions: who gets one, for the solver and for an executor alike."""

from __future__ import annotations

from dataclasses import dataclass

from guidelang.network.ir import Network, RuleDefinition
from guidelang.prove.encode import Encoding
from guidelang.prove.runner import Given
from guidelang.prove.terms import Rails, conjunction, disjunction
from guidelang.run.evaluation import Evaluation
from guidelang.run.kleene import or_


@dataclass(frozen=True, slots=True, order=True)
class AdviceKey:
    """What makes two pieces of advice the same: the same action on the same target, both for or both against."""

    target: str
    action: str
    against: bool
    to: str | None

    def __str__(self) -> str:
        return f"{'against ' if self.against else ''}{self.action} {self.target}{f' to {self.to}' if self.to else ''}"


def advice_of(network: Network) -> dict[AdviceKey, tuple[RuleDefinition, ...]]:
    """All pieces of advice of a guideline, each with the rules that give it, in the order of their names."""
    found: dict[AdviceKey, dict[str, RuleDefinition]] = {}
    for name in sorted(network.rules):
        for given in network.rules[name].advice:
            key = AdviceKey(given.target, given.action, given.against, given.to)
            found.setdefault(key, {})[name] = network.rules[name]
    return {key: tuple(rules.values()) for key, rules in sorted(found.items(), key=lambda item: str(item[0]))}


def given_term(encoding: Encoding, rules: tuple[RuleDefinition, ...]) -> Rails:
    """Whether one of the rules applies."""
    return disjunction([encoding.condition(rule.applies) for rule in rules])


def in_scope(encoding: Encoding) -> Rails:
    """Whether the guideline speaks about the patient."""
    return encoding.condition(encoding.network.scope)


def given_in_scope(encoding: Encoding, rules: tuple[RuleDefinition, ...]) -> Rails:
    """Whether the patient gets the advice."""
    return conjunction([in_scope(encoding), given_term(encoding, rules)])


def given(evaluation: Evaluation, rules: tuple[RuleDefinition, ...]) -> Given:
    """Whether one of the rules applies, as an executor settled it."""
    return word_of(or_(tuple(evaluation.conditions[rule.applies] for rule in rules)))


def scope_of(evaluation: Evaluation) -> Given:
    """Whether the guideline speaks about the patient, as an executor settled it."""
    return word_of(evaluation.conditions[evaluation.network.scope])


def word_of(truth: bool | None) -> Given:
    """A truth as the answer to whether somebody gets something."""
    return "undecided" if truth is None else "yes" if truth else "no"

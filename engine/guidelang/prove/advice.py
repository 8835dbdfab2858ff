"""Pieces of advice as conditions: who gets one, for the solver and for an executor alike."""

from __future__ import annotations

from guidelang.network.ir import RuleDefinition
from guidelang.prove.encode import Encoding
from guidelang.prove.keys import AdviceKey, advice_of
from guidelang.prove.runner import Given
from guidelang.prove.terms import Rails, conjunction, disjunction
from guidelang.run.evaluation import Evaluation
from guidelang.run.kleene import or_

__all__ = ["AdviceKey", "advice_of", "given", "given_in_scope", "given_term", "in_scope", "scope_of", "word_of"]


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

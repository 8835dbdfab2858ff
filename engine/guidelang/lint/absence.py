"""Advice to start or stop something because nobody wrote down why not (G924)."""

from __future__ import annotations

from guidelang.diagnostics import Note, Report
from guidelang.lint.occurrences import of_rule
from guidelang.model import Guideline, Symbols
from guidelang.model.symbols import FactSymbol
from guidelang.source import Span
from guidelang.syntax import print_expression, tree
from guidelang.terminology import Code

HARMFUL = ("start", "stop")
"""The actions whose mistake is hardest to undo."""


_GIVEN = frozenset({
    "medication", "medication_request", "medication_statement", "medication_administration", "procedure",
    "service_request",
})  # fmt: skip


def check_absence(guideline: Guideline, report: Report) -> None:
    """G924: a rule that advises to start or stop something, and is held back only by a fact that counts as no where
    nobody recorded it.

    That is: the fact says `absent means no`; it stands in an `unless`, or behind `not`, there or through derived facts;
    and its being no is what lets the advice through. A fact that says whether the very thing is taken already (it has
    the target's name, or is read from medications or procedures with a code of the target) is left out: its absence is
    what the advice is about. So are the built-in facts.
    """
    symbols = guideline.symbols
    told: dict[str, Span] = {}
    for rule in symbols.rules.values():
        advice = next((a for a in rule.advice if not a.against and a.action in HARMFUL), None)
        if advice is None:
            continue
        seen: set[str] = set()
        for occurrence in of_rule(rule, symbols):
            node = occurrence.node
            fact = symbols.facts.get(node.name) if isinstance(node, tree.Name) else None
            if fact is None or occurrence.positive or fact.name in seen:
                continue
            if not fact.absent_means_no or fact.declaration is None or _says_it_is_taken(fact, rule, symbols):
                continue
            seen.add(fact.name)
            span = occurrence.written.span
            first = told.setdefault(fact.name, span)
            report.warning(
                "G924",
                f"`{advice.action} {advice.target}` is advised where nobody recorded `{fact.name}`"
                f"{_through(occurrence.written, fact)}: its absence counts as no",
                span,
                suggestion=_help(fact, rule) if first is span else _as_there(fact, first, span),
                notes=[Note(f"`{fact.name}` is declared here", fact.declaration.name.span)] if first is span else [],
            )


def _through(written: tree.Expression, fact: FactSymbol) -> str:
    """The name in the rule's own text that leads to the fact, where it is another."""
    other = isinstance(written, tree.Name) and written.name != fact.name
    return f", on which `{print_expression(written)}` stands" if other else ""


def _help(fact: FactSymbol, rule: tree.Rule) -> str:
    return (
        f"if no record may mean that nobody asked, remove `absent means no` from `{fact.name}`: `{rule.name}` then "
        "waits for an answer; if it truly means no, accept this: # guidelang: ignore G924 REASON"
    )


def _as_there(fact: FactSymbol, first: Span, span: Span) -> str:
    place = f"line {first.line}" if first.source == span.source else f"line {first.line} of {first.source.name}"
    return f"as in {place}: remove `absent means no` from `{fact.name}`, or accept this with a reason"


def _says_it_is_taken(fact: FactSymbol, rule: tree.Rule, symbols: Symbols) -> bool:
    targets = {advice.target.name for advice in rule.advice}
    codes: set[Code] = set()
    for name in targets:
        if name in symbols.interventions:
            codes |= {listed.code for listed in symbols.interventions[name].codes}
    given = (reading for reading in fact.readings if reading.record in _GIVEN)
    return fact.name in targets or any(listed.code in codes for reading in given for listed in reading.codes)

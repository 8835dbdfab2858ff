"""An exception that never ends: results of a measured fact that nobody can know not to be (G930)."""

from __future__ import annotations

from guidelang.diagnostics import Report
from guidelang.lint.occurrences import of_rule
from guidelang.model import Guideline, Symbols
from guidelang.syntax import print_expression, tree


def check_never_false(guideline: Guideline, report: Report) -> None:
    """G930: `any F during P`, of a measured fact and without a test of its value, in an `unless` or behind `not`.

    Absence of a measurement means nothing, so it is true, or unknown where there is none: the rule waits for ever.
    Only phrases of time are looked at. That nothing is related to an event of another fact can be known. What stands
    behind `certainly` is meant to be false where it is unknown.
    """
    symbols = guideline.symbols
    for rule in symbols.rules.values():
        seen: set[int] = set()
        for occurrence in of_rule(rule, symbols):
            node = occurrence.node
            if occurrence.positive or occurrence.proven or id(node) in seen or not _is_never_false(node, symbols):
                continue
            seen.add(id(node))
            words = print_expression(node)
            asked = words.removeprefix("any ").removeprefix("at least 1 ")
            report.hint(
                "G930",
                f"`{words}` is never false: for who has no such result it is unknown, so `{rule.name.name}` waits",
                occurrence.written.span,
                suggestion=f"write `latest {asked} is known`, which is false where there is none",
            )


def _is_never_false(node: tree.Expression, symbols: Symbols) -> bool:
    if not isinstance(node, tree.Quantified) or node.test is not None or node.different_days:
        return False
    if node.quantifier == "every" or (node.quantifier == "at least" and node.count != "1"):
        return False
    fact = symbols.facts.get(node.fact.name)
    return fact is not None and fact.form != "yes_no" and all(_is_time(phrase, symbols) for phrase in node.phrases)


def _is_time(phrase: tree.Phrase, symbols: Symbols) -> bool:
    if isinstance(phrase, tree.Within | tree.Ago | tree.Since):
        return True
    if not isinstance(phrase, tree.Beside) or phrase.test is not None:
        return False
    to = phrase.to.period if isinstance(phrase.to, tree.EndOf) else phrase.to
    fact = symbols.facts.get(to.name) if isinstance(to, tree.Name) else None
    return fact is None or fact.form == "date"

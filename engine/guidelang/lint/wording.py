"""What a reader may take for something else: a verb against its strength (G907), `and` beside `or` (G927)."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.diagnostics import Report
from guidelang.model import Guideline
from guidelang.model.invariants import conditions_of
from guidelang.source import Span
from guidelang.syntax import print_expression, tree


def check_strengths(guideline: Guideline, report: Report) -> None:
    """G907. GRADE words a strong recommendation "recommend", a conditional one "suggest" (Guyatt et al., BMJ 2008)."""
    for rule in guideline.symbols.rules.values():
        for advice in rule.advice:
            usual = {"recommend": "strong", "suggest": "conditional"}[advice.kind]
            if rule.strength is None or rule.strength == usual:
                continue
            other = "suggest" if advice.kind == "recommend" else "recommend"
            report.warning(
                "G907",
                f"`{advice.kind}` says {usual}, and the stated strength is {rule.strength}",
                advice.span,
                suggestion=f"write `{other}`, or `strength {usual}` if that is what the source says",
            )


def check_mixed_words(guideline: Guideline, report: Report) -> None:
    """G927: `a and b or c` without parentheses, which people read in two ways."""
    for condition in _conditions(guideline):
        for node in tree.walk(condition):
            if not isinstance(node, tree.Or):
                continue
            bare = [o for o in node.operands if isinstance(o, tree.And) and not _in_parentheses(o.span)]
            if bare:
                report.hint(
                    "G927",
                    "`and` binds more tightly than `or`; without parentheses that is easily read the other way",
                    node.span,
                    suggestion=f"write `{print_expression(node)}`, or parentheses around what you mean",
                )


def _conditions(guideline: Guideline) -> Iterator[tree.Expression]:
    for file in guideline.files:
        for statement in file.statements:
            match statement:
                case tree.Rule():
                    yield from (c for c in (statement.when, *statement.unless) if c is not None)
                case tree.Define() | tree.Score() | tree.Table():
                    yield statement.value
                case tree.Invariant():
                    yield from conditions_of(statement)
                case tree.Guideline() if statement.applies_to is not None:
                    yield statement.applies_to


def _in_parentheses(span: Span) -> bool:
    text = span.source.text
    return text[: span.start].rstrip().endswith("(") and text[span.end :].lstrip().startswith(")")

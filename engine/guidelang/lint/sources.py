"""Rules that do not say where they come from (G920)."""

from __future__ import annotations

from guidelang.diagnostics import Report
from guidelang.model import Guideline
from guidelang.syntax import tree


def check_sources(guideline: Guideline, report: Report) -> None:
    """G920: a rule with neither `cite` nor `evidence`; or, once, a guideline that declares no source at all.

    Scores and tables are somebody's definition too, and cite it.
    """
    symbols = guideline.symbols
    uncited = [rule for rule in symbols.rules.values() if not rule.cites and not rule.evidence]
    if uncited and not symbols.sources:
        report.hint(
            "G920",
            f"the guideline `{guideline.name}` names no source, so no rule says where it comes from",
            symbols.head.name.span,
            suggestion='declare one in the head, e.g. source review "Title", and cite it in the rules: cite review 1',
        )
        return
    for rule in uncited:
        report.warning(
            "G920",
            f"rule `{rule.name.name}` cites nothing, so nobody can look up where it comes from",
            rule.name.span,
            suggestion=f"add a line such as: cite {next(iter(symbols.sources))} 1; if it is your own, write "
            "`# guidelang: ignore G920` above it, and why",
        )
    if not symbols.sources:
        return
    for name in sorted(guideline.own_names):
        define = symbols.defines[name]
        form = {tree.ScoreSum: "score", tree.TableLookup: "table"}.get(type(define.declaration.value))
        if form is not None and not define.cites:
            report.warning(
                "G920",
                f"{form} `{name}` cites nothing, so nobody can look up where it comes from",
                define.declaration.name.span,
                suggestion=f"add a line such as: cite {next(iter(symbols.sources))} 1; if it is your own, write "
                "`# guidelang: ignore G920` above it, and why",
            )

"""What a rule must be besides well typed: targets, overrides, texts, citations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.measures import conversion_between
from guidelang.model.parameters import unit_of
from guidelang.model.symbols import Symbols
from guidelang.model.types import MeasureType
from guidelang.source import Span
from guidelang.syntax import tree

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check(symbols: Symbols, report: Report) -> None:
    """All checks of rules, and of the citations of parameters, scores and tables."""
    for rule in symbols.rules.values():
        for advice in rule.advice:
            _check_target(advice, symbols, report)
        _check_overrides(rule, symbols, report)
        for text in (*(a.text for a in rule.advice if a.text is not None), *rule.cautions):
            _check_placeholders(text, symbols, report)
        for source in (*(c.source for c in rule.cites), *(e.source for e in rule.evidence)):
            _check_source(source, symbols, report)
    cited = [parameter.declaration.cites for parameter in symbols.parameters.values()]
    cited += [define.cites for define in symbols.defines.values()]
    for cite in (cite for cites in cited for cite in cites):
        _check_source(cite.source, symbols, report)


def text_parts(text: str) -> Iterator[tuple[str | None, str | None]]:
    """The pieces of an advice text: (words, None) or (None, placeholder name)."""
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], None
        yield None, found[1].strip()
        end = found.end()
    if end < len(text):
        yield text[end:], None


def _check_target(advice: tree.Advice, symbols: Symbols, report: Report) -> None:
    action, target = advice.action or "start", advice.target
    if advice.to is not None and action not in ("switch", "increase", "reduce"):
        report.error("G505", f"`{action}` takes no `to`", advice.to.span, expected="`switch`, `increase` or `reduce`")
    if advice.to is None and action == "switch" and not advice.against:
        report.warning("G506", f"`switch {target}` does not say to what", target.span, suggestion="add `to …`")
    if isinstance(advice.to, tree.Quantity) and advice.to.unit is not None:
        unit = unit_of(advice.to.unit, advice.to.unit_span or advice.to.span, report)
        fact = symbols.facts.get(target.name)
        if unit is not None and fact is not None and fact.unit is not None:
            goal, own = MeasureType(unit), MeasureType(fact.unit, fact.kind)
            if conversion_between(goal, own, symbols) is None:
                report.error(
                    "G302",
                    f"{advice.to.unit} is no unit of `{target}`, which is in {fact.unit.code}",
                    advice.to.span,
                    expected=f"a unit that converts into {fact.unit.code}",
                )


def _check_overrides(rule: tree.Rule, symbols: Symbols, report: Report) -> None:
    for other in rule.overrides:
        if other.name not in symbols.rules:
            report.error(
                "G201",
                f"unknown rule `{other.name}`",
                other.span,
                expected="the name of a rule of the loaded files",
                suggestion=did_you_mean(other.name, symbols.rules),
            )


def _check_placeholders(text: tree.Text, symbols: Symbols, report: Report) -> None:
    for _, name in text_parts(text.text):
        if name is None or symbols.named(name) is not None:
            continue
        report.error(
            "G201",
            f"the text names `{{{name}}}`, which is neither a fact nor a parameter",
            _inside(text.span, "{" + name + "}"),
            expected="the name of a fact, a derived fact or a parameter between braces",
            suggestion=did_you_mean(name, symbols.expression_names()),
        )


def _check_source(source: tree.Identifier, symbols: Symbols, report: Report) -> None:
    if source.name not in symbols.sources:
        report.error(
            "G213",
            f"unknown source `{source.name}`",
            source.span,
            expected="a source that the head of the file declares",
            suggestion=did_you_mean(source.name, symbols.sources) or f'declare it: source {source.name} "Title"',
            notes=[Note("the head of the guideline", symbols.head.name.span)],
        )


def _inside(span: Span, part: str) -> Span:
    start = span.text.find(part)
    return Span(span.source, span.start + start, span.start + start + len(part)) if start >= 0 else span

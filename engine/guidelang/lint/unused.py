"""What is declared and never used (G921)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from guidelang.diagnostics import Report
from guidelang.model import Guideline
from guidelang.model.invariants import conditions_of
from guidelang.model.locate import MAP_NAMES
from guidelang.model.rules import text_parts
from guidelang.syntax import tree

_Declaration: TypeAlias = (
    tree.Fact | tree.Parameter | tree.Define | tree.Score | tree.Table | tree.Codes | tree.Intervention
)
_SORTS: dict[type[_Declaration], str] = {
    tree.Fact: "fact",
    tree.Parameter: "parameter",
    tree.Define: "derived fact",
    tree.Score: "score",
    tree.Table: "table",
    tree.Codes: "code list",
    tree.Intervention: "intervention",
}


def check_unused(guideline: Guideline, report: Report) -> None:
    """G921: a fact, parameter, derived fact, code list or intervention of the guideline's own that nothing uses.

    What only unused things use is unused too. Vocabularies are shared, so what they declare need not be used. The facts
    of an example's patient are no use; a derived fact whose value an example expects is used, for such a value is a
    result; so is one that a map in the guideline's folder names, for a deck is compared with it.
    """
    expected = {name for example in guideline.symbols.examples for name in _expected(example)}
    expected |= set(_in_maps(guideline))
    used: set[str] = set()
    waiting: list[tuple[_Declaration, frozenset[str]]] = []
    for file in guideline.files:
        is_own = not any(isinstance(s, tree.Vocabulary) for s in file.statements)
        for statement in file.statements:
            names = frozenset(_names(statement))
            if is_own and isinstance(statement, _Declaration) and not _is_result(statement, expected):
                waiting.append((statement, names))
            else:
                used |= names
    while reached := [names for statement, names in waiting if statement.name.name in used]:
        waiting = [(statement, names) for statement, names in waiting if statement.name.name not in used]
        used = used.union(*reached)
    for statement, _ in waiting:
        name, sort = statement.name.name, _SORTS[type(statement)]
        user = next((other.name.name for other, names in waiting if name in names), None)
        report.warning(
            "G921",
            f"nothing uses the {sort} `{name}`" + (f" but `{user}`, which nothing uses" if user else ""),
            statement.name.span,
            suggestion="remove it, or say in a rule what it is for",
        )


def _is_result(statement: _Declaration, expected: set[str]) -> bool:
    return isinstance(statement, tree.Define | tree.Score | tree.Table) and statement.name.name in expected


def _in_maps(guideline: Guideline) -> Iterator[str]:
    """The words of the maps in the guideline's folder, comments left out; of one that cannot be read, none."""
    own = Path(guideline.files[0].span.source.name)
    if not own.is_file():
        return
    for name in MAP_NAMES:
        path = own.parent / name.format(name=guideline.symbols.head.name.name)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        for line in text.splitlines():
            yield from re.findall(r"\w+", line.partition("#")[0])


def _names(statement: tree.Statement) -> Iterator[str]:
    """Every name that a statement uses, its own left out."""
    match statement:
        case tree.Guideline() if statement.applies_to is not None:
            yield from _in_expression(statement.applies_to)
        case tree.Define() | tree.Score() | tree.Table():
            yield from _in_expression(statement.value)
        case tree.Fact():
            yield from _within(statement.within)
            for reading in statement.readings:
                if isinstance(reading, tree.FromRecord):
                    yield from _in_reading(reading)
            yield from (effect.quantity.name for effect in statement.effects)
        case tree.Codes():
            yield from (i.name for i in (*statement.codes, *statement.excepted) if isinstance(i, tree.ListRef))
        case tree.Intervention():
            yield from (effect.quantity.name for effect in statement.effects)
        case tree.Rule():
            yield from _in_rule(statement)
        case tree.Invariant():
            yield from _in_invariant(statement)
        case _:
            return


def _in_reading(reading: tree.FromRecord) -> Iterator[str]:
    yield from _within(reading.within)
    for codes in (reading.codes, *(each.codes for each in reading.coded)):
        yield from (item.name for item in codes if isinstance(item, tree.ListRef))
    for bound in reading.lengths:
        yield from _within(bound.length)


def _in_rule(rule: tree.Rule) -> Iterator[str]:
    for condition in (rule.when, *rule.unless):
        if condition is not None:
            yield from _in_expression(condition)
    texts = list(rule.cautions)
    for advice in rule.advice:
        yield advice.target.name
        if isinstance(advice.to, tree.Identifier):
            yield advice.to.name
        if advice.text is not None:
            texts.append(advice.text)
    for text in texts:
        yield from (name for _, name in text_parts(text.text) if name is not None)


def _in_invariant(invariant: tree.Invariant) -> Iterator[str]:
    if isinstance(invariant.claimed, tree.ClaimedAdvice):
        yield invariant.claimed.target.name
    for condition in conditions_of(invariant):
        yield from _in_expression(condition)


def _in_expression(expression: tree.Expression) -> Iterator[str]:
    for node in tree.walk(expression):
        match node:
            case tree.Name():
                yield node.name
            case tree.Aggregate() | tree.LastN() | tree.Happened() | tree.Quantified():
                yield node.fact.name
                for phrase in node.phrases:
                    yield from _in_phrase(phrase)
            case tree.Change():
                yield node.fact.name
                yield from _within(node.over)
            case tree.Lasting():
                yield from _within(node.duration)
            case tree.TimeSince():
                yield node.fact.name
            case tree.Recommended():
                yield node.target.name
            case _:
                continue


def _in_phrase(phrase: tree.Phrase) -> Iterator[str]:
    """The names in a phrase that are no expressions of their own."""
    if isinstance(phrase, tree.Together | tree.OnDay):
        yield phrase.fact.name
    if isinstance(phrase, tree.OnDay):
        for inner in phrase.phrases:
            yield from _in_phrase(inner)
        return
    for duration in tree.durations(phrase):
        yield from _within(duration)


def _within(within: tree.Duration | None) -> Iterator[str]:
    if isinstance(within, tree.Name):
        yield within.name


def _expected(example: tree.Example) -> Iterator[str]:
    for expectation in example.expects:
        if isinstance(expectation, tree.ExpectTruth | tree.ExpectValue | tree.ExpectBetween | tree.ExpectWord):
            yield expectation.name.name

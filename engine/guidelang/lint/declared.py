"""What declarations leave out: targets one (G902); facts a range (G903), a window (G905, G923), a `from` (G942)."""

from __future__ import annotations

from guidelang.diagnostics import Report, did_you_mean
from guidelang.model import Guideline, Symbols
from guidelang.model.symbols import FactSymbol
from guidelang.syntax import tree
from guidelang.terminology import record_words


def check_targets(guideline: Guideline, report: Report) -> None:
    """G902: advice about something that no file declares."""
    symbols = guideline.symbols
    for rule in symbols.rules.values():
        for advice in rule.advice:
            _check_target(advice.target, symbols, report)
            if isinstance(advice.to, tree.Identifier) and advice.to.name not in symbols.parameters:
                _check_target(advice.to, symbols, report)


def check_facts(guideline: Guideline, report: Report) -> None:
    """G903, G905, G923 and G942, for every fact of every loaded file.

    G942 not for those of vocabularies, which may leave it open where a fact is read.
    """
    heads = ((file.span.source.name, statement) for file in guideline.files for statement in file.statements)
    shared = {name for name, statement in heads if isinstance(statement, tree.Vocabulary)}
    for fact in guideline.symbols.facts.values():
        if fact.declaration is None:
            continue
        if fact.unit is not None and fact.declaration.plausible is None:
            report.hint(
                "G903",
                f"`{fact.name}` has no plausible range, so a value sent in a wrong unit is believed",
                fact.span,
                suggestion=f"add what is possible in a patient: plausible LOW to HIGH {fact.unit.code}",
            )
        if not fact.declaration.readings and fact.declaration.span.source.name not in shared:
            report.hint(
                "G942",
                f"`{fact.name}` has no `from`: it can be given in fact sets, and is in no FHIR record",
                fact.span,
                suggestion="say where it is read, e.g. from observation LOINC …, if records have it",
            )
        _check_whose_window(fact.declaration, report)
        _check_window(fact, report)


def _check_target(name: tree.Identifier, symbols: Symbols, report: Report) -> None:
    if any(name.name in sort for sort in (symbols.facts, symbols.interventions, symbols.conclusions, symbols.defines)):
        return
    report.hint(
        "G902",
        f"`{name.name}` is not declared, so nothing is known about it but its name",
        name.span,
        suggestion=did_you_mean(name.name, [*symbols.interventions, *symbols.facts])
        or f'declare it: intervention {name.name} "{name.name.replace("_", " ").capitalize()}"',
    )


def _check_whose_window(fact: tree.Fact, report: Report) -> None:
    """A `within` belongs to the `from` before it. Where an earlier `from` has none, it may have been meant for both."""
    readings = [reading for reading in fact.readings if isinstance(reading, tree.FromRecord)]
    if fact.within is not None or not readings or readings[-1].within is None:
        return
    for reading in readings:
        if reading.within is None:
            report.hint(
                "G905",
                f"`within` belongs to `from {record_words(readings[-1].record)}` alone; this `from "
                f"{record_words(reading.record)}` looks back without limit",
                reading.span,
                suggestion="write `within` before the first `from` to mean all of them, or this `from` after the other",
            )


def _check_window(fact: FactSymbol, report: Report) -> None:
    assert fact.declaration is not None
    measured = [r for r in fact.readings if r.record == "observation"]
    if fact.form not in ("quantity", "number") or all(r.window is not None for r in measured):
        return
    if any(r.window is not None for r in fact.readings):
        return  # one `from` has a window and another none: that is G905's
    report.warning(
        "G923",
        f"`{fact.name}` has no window: where a rule asks for its value without a time, a result of years ago counts as "
        "today's",
        fact.declaration.name.span,
        suggestion="say how long a result speaks for today: `within 31 days`, for a height perhaps `within 5 years`",
    )

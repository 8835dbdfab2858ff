"""Invariants: what they speak of, and what can be said of them without a patient.

The name of an invariant is its label or, where it has none, what it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.symbols import Symbols
from guidelang.source import Span
from guidelang.syntax import invariant_words, tree


def invariant_name(invariant: tree.Invariant) -> str:
    """What reports call an invariant."""
    return invariant_words(invariant) if invariant.label is None else invariant.label.text


def rule_of(invariant: tree.Invariant, symbols: Symbols) -> str | None:
    """The rule that an invariant speaks of by its name, if it does."""
    claimed = invariant.claimed
    return claimed.name if isinstance(claimed, tree.Name) and claimed.name in symbols.rules else None


def conditions_of(invariant: tree.Invariant, symbols: Symbols | None = None) -> Iterator[tree.Expression]:
    """The conditions in an invariant; with symbols, without a name that is none (of a rule, say)."""
    claimed = invariant.claimed
    if not isinstance(claimed, tree.ClaimedAdvice | tree.SomeAdvice | tree.ClaimedScope) and not (
        symbols is not None and isinstance(claimed, tree.Name) and symbols.named(claimed.name) is None
    ):
        yield claimed
    if invariant.when is not None:
        yield invariant.when


def check(symbols: Symbols, report: Report) -> None:
    """Names that stand twice, advice that no rule gives, and targets that nobody speaks of."""
    seen: dict[str, Span] = {}
    for invariant in symbols.invariants:
        name = invariant_name(invariant)
        place = invariant.span if invariant.label is None else invariant.label.span
        if name in seen:
            report.error(
                "G202", f"two invariants are called {name!r}", place, notes=[Note("the first one", seen[name])]
            )  # fmt: skip
        seen.setdefault(name, place)
        if isinstance(invariant.claimed, tree.ClaimedAdvice):
            _check_advice(invariant, invariant.claimed, symbols, report)
        elif isinstance(invariant.claimed, tree.Name):
            _check_name(invariant.claimed, symbols, report)


def _check_name(name: tree.Name, symbols: Symbols, report: Report) -> None:
    if name.name not in symbols.rules and symbols.named(name.name) is None:
        names = [*symbols.rules, *symbols.expression_names()]
        report.error(
            "G201",
            f"unknown rule or condition `{name.name}`",
            name.span,
            expected="the name of a rule, or a condition",
            suggestion=did_you_mean(name.name, names),
        )


def _check_advice(invariant: tree.Invariant, claimed: tree.ClaimedAdvice, symbols: Symbols, report: Report) -> None:
    action, target = claimed.action or "start", claimed.target.name
    if symbols.advising(action, target, against=claimed.against):
        return
    advised = {a.target.name for rule in symbols.rules.values() for a in rule.advice}
    advised |= {a.to.name for rule in symbols.rules.values() for a in rule.advice if isinstance(a.to, tree.Identifier)}
    known = advised | set(symbols.interventions) | set(symbols.facts)
    if target not in known:
        report.error(
            "G201",
            f"`{target}` is no target that the guideline knows",
            claimed.target.span,
            expected="an intervention, a fact, or what the advice of some rule is about",
            suggestion=did_you_mean(target, known) or f"declare it: intervention {target}",
        )
    elif invariant.kind == "always":
        against = "against " if claimed.against else ""
        report.warning(
            "G513",
            f"no rule gives the advice `{against}{action} {target}`, so this holds for nobody it speaks of",
            claimed.span,
            expected="advice that some rule gives",
            suggestion=did_you_mean(f"{action} {target}", _given(symbols, claimed.against)),
        )


def _given(symbols: Symbols, against: bool) -> list[str]:
    advice = [a for rule in symbols.rules.values() for a in rule.advice if a.against is against]
    return sorted({f"{a.action or 'start'} {a.target.name}" for a in advice})

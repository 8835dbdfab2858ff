"""Local changes of a guideline, and the rules that they touch."""

from __future__ import annotations

from collections.abc import Iterable

from guidelang.model.adaptation import LocalChange, Touched
from guidelang.model.rules import text_parts
from guidelang.model.symbols import Guideline, Symbols
from guidelang.network import ir
from guidelang.network.uses import lists_behind, names_behind
from guidelang.syntax import tree


def adaptation_definition(guideline: Guideline) -> ir.AdaptationDefinition | None:
    """What the network says of the guideline that was adapted; None for one that adapts nothing."""
    adaptation = guideline.adaptation
    if adaptation is None:
        return None
    behind = {name: _behind(rule, guideline.symbols) for name, rule in sorted(guideline.symbols.rules.items())}
    return ir.AdaptationDefinition(
        adaptation.base,
        adaptation.version,
        tuple(_change(each, behind, guideline.symbols) for each in adaptation.changes),
    )


def _change(change: LocalChange, behind: dict[str, set[str]], symbols: Symbols) -> ir.LocalChange:
    names = {each.name for each in change.touched if each.sort not in ("example", "invariant", "scope")}
    names |= {name for each in change.touched if each.sort == "rule" for name in _given(each, symbols)}
    rules = tuple(rule for rule, found in behind.items() if rule in names or found & names)
    touched = tuple(
        ir.TouchedDefinition(each.how, each.sort, each.name, each.words)
        for each in change.touched
        if each.sort != "example"  # which is no part of a network
    )
    return ir.LocalChange(change.guideline, change.name, change.reason, touched, rules)


def _given(touched: Touched, symbols: Symbols) -> set[str]:
    """What a rule concludes, and the actions that it recommends: before the change and after it."""
    found: set[str] = set()
    for rule in (touched.was, symbols.rules.get(touched.name)):
        if isinstance(rule, tree.Rule):
            found |= {each.name for each in rule.concludes}
            found |= {f"{each.action or 'start'} {each.target}" for each in rule.advice if not each.against}
    return found


def _behind(rule: tree.Rule, symbols: Symbols) -> set[str]:
    """The names that a rule stands on: what it asks, advises and prints, the windows and lists of its facts."""
    texts = [text for text in (*(advice.text for advice in rule.advice), *rule.cautions) if text is not None]
    named = {name for text in texts for _, name in text_parts(text.text) if name is not None}
    asked = [each for each in (rule.when, *rule.unless) if each is not None]
    asked += [symbols.defines[name].declaration.value for name in named if name in symbols.defines]
    found = named | names_behind(asked, symbols) | _inside(asked, symbols)
    found |= {advice.target.name for advice in rule.advice}
    found |= {advice.to.name for advice in rule.advice if isinstance(advice.to, tree.Identifier)}
    return found | {each for name in found for each in _of_fact(name, symbols)}


def _inside(expressions: Iterable[tree.Expression], symbols: Symbols) -> set[str]:
    """What expressions name where no value stands: `latest phosphorus`, `any stroke`, `recommended start iron`."""
    found: set[str] = set()
    waiting, seen = list(expressions), set[str]()
    while waiting:
        for node in tree.walk(waiting.pop()):
            fact = getattr(node, "fact", None)
            if isinstance(fact, tree.Identifier):
                found.add(fact.name)
            if isinstance(node, tree.Recommended):
                found.add(f"{node.action or 'start'} {node.target}")
            if isinstance(node, tree.Name) and node.name in symbols.defines and node.name not in seen:
                seen.add(node.name)
                waiting.append(symbols.defines[node.name].declaration.value)
    return found


def _of_fact(name: str, symbols: Symbols) -> set[str]:
    """The parameters and code lists that a fact is read with."""
    fact = symbols.facts.get(name)
    if fact is None or fact.declaration is None:
        return set()
    windows = (fact.window, *(reading.window for reading in fact.readings))
    found = {window.parameter for window in windows if window is not None}
    found |= {each.parameter for reading in fact.readings for each in reading.lengths}
    records = [each for each in fact.declaration.readings if isinstance(each, tree.FromRecord)]
    codes = [code for r in records for code in (*r.codes, *(code for f in r.coded for code in f.codes))]
    found |= lists_behind([code for code in codes if isinstance(code, tree.ListRef)], symbols)
    return {each for each in found if each is not None}

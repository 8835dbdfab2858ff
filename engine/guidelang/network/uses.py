"""What a guideline uses of all that its files and vocabularies declare. What it does not use is not in its network."""

from __future__ import annotations

from collections.abc import Iterable

from guidelang.model.rules import text_parts
from guidelang.model.symbols import Symbols
from guidelang.network import ir
from guidelang.network.graph import facts_of, parameters_of
from guidelang.syntax import tree


def names_behind(expressions: Iterable[tree.Expression], symbols: Symbols) -> set[str]:
    """The names in expressions, and those in the derived facts that these names stand for, all the way down."""
    seen: set[str] = set()
    waiting = list(expressions)
    while waiting:
        for node in tree.walk(waiting.pop()):
            if isinstance(node, tree.Name) and node.name not in seen:
                seen.add(node.name)
                if node.name in symbols.defines:
                    waiting.append(symbols.defines[node.name].declaration.value)
    return seen


def used_defines(symbols: Symbols) -> set[str]:
    """The derived facts that a rule, the scope, a text or another used derived fact speaks of.

    What an example expects is used too: a vocabulary's score is then a result of the guideline.
    """
    expressions = [e for rule in symbols.rules.values() for e in (rule.when, *rule.unless) if e is not None]
    if symbols.head.applies_to is not None:
        expressions.append(symbols.head.applies_to)
    texts = [t for rule in symbols.rules.values() for t in (*(a.text for a in rule.advice), *rule.cautions) if t]
    mentioned = {n for text in texts for _, n in text_parts(text.text) if n is not None and n in symbols.defines}
    values = (tree.ExpectTruth, tree.ExpectValue, tree.ExpectBetween, tree.ExpectWord)
    expected = {e.name.name for example in symbols.examples for e in example.expects if isinstance(e, values)}
    mentioned |= expected & set(symbols.defines)
    expressions += [symbols.defines[name].declaration.value for name in mentioned]
    return mentioned | (names_behind(expressions, symbols) & set(symbols.defines))


def used_facts(nodes: Iterable[ir.Node], rules: Iterable[ir.RuleDefinition], symbols: Symbols) -> set[str]:
    """Facts that some node reads, some text prints, or some advice is about; and whether the patient is alive."""
    used = {"deceased"}
    for node in nodes:
        used.update(facts_of(node))
    for rule in rules:
        used |= _printed(rule)
        used |= {name for a in rule.advice for name in (a.target, a.to) if name is not None}
    return used & set(symbols.facts)


def used_parameters(
    nodes: Iterable[ir.Node], rules: Iterable[ir.RuleDefinition], facts: Iterable[str], symbols: Symbols
) -> set[str]:
    """Parameters that some node stands on, some text prints, some advice leads to, or a fact has as window or codes."""
    used: set[str | None] = set()
    for node in nodes:
        used.update(parameters_of(node))
    for rule in rules:
        used |= _printed(rule)
    used |= {a.to.name for rule in symbols.rules.values() for a in rule.advice if isinstance(a.to, tree.Identifier)}
    for name in facts:
        fact = symbols.facts[name]
        windows = (fact.window, *(reading.window for reading in fact.readings))
        used |= {window.parameter for window in windows if window is not None}
        readings = fact.declaration.readings if fact.declaration is not None else ()
        records = [r for r in readings if isinstance(r, tree.FromRecord)]
        codes = [code for r in records for code in (*r.codes, *(code for f in r.coded for code in f.codes))]
        used |= lists_behind([code for code in codes if isinstance(code, tree.ListRef)], symbols)
        used |= {each.parameter for reading in fact.readings for each in reading.lengths}
    return {name for name in symbols.parameters if name in used}


def lists_behind(references: Iterable[tree.ListRef], symbols: Symbols) -> set[str]:
    """The lists and code-list parameters that references name, and those that these lists name."""
    seen: set[str] = set()
    waiting = [reference.name for reference in references]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            declared = symbols.lists.get(name)
            items = (*declared.declaration.codes, *declared.declaration.excepted) if declared is not None else ()
            waiting += [item.name for item in items if isinstance(item, tree.ListRef)]
    return seen


def _printed(rule: ir.RuleDefinition) -> set[str]:
    """The names in a rule's texts."""
    texts = (*(advice.text for advice in rule.advice), *rule.cautions)
    return {part.name for text in texts for part in text if part.name is not None}

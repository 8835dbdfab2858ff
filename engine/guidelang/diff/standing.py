"""What a declaration stands on, and what of it means something else in another edition.

A rule stands on every name in its conditions, texts and advice, and on what these names are made of in turn: derived
facts, scores, tables, the rules that conclude a fact or give some advice, parameters, facts and lists of codes. Its own
text may be the same, letter for letter, while one of these has moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property

from guidelang.diff.edition import Edition
from guidelang.diff.same import same_amount
from guidelang.model.rules import text_parts
from guidelang.model.symbols import ParameterSymbol, Symbols
from guidelang.network.compile import fact_definition
from guidelang.prove.content import Content, fact_content
from guidelang.syntax import tree
from guidelang.terminology import ListedCode

_SAY_NOTHING = frozenset({"cites", "evidence", "errata", "overrides", "concludes", "label", "span"})
"""Fields with names that a declaration does not stand on: sources, and what follows from a rule."""


@dataclass(frozen=True)
class Standing:
    """What two editions make of the names that a declaration stands on."""

    old: Edition
    new: Edition

    def changed(self, node: tree.Node) -> tuple[str, ...]:
        """The names below `node` whose own declaration means something else now, in alphabetical order.

        Of what moved only because something below it did, that something is told.
        """
        before, after = self._below(node, self.old), self._below(node, self.new)
        return tuple(sorted(name for name in before | after if self._is_told(name, before, after)))

    def _is_told(self, name: str, before: set[str], after: set[str]) -> bool:
        if not (name in before and name in after):  # what names it has changed; a rule is named by nothing
            return any(name in edition.model.symbols.rules for edition in (self.old, self.new))
        if not self._means_otherwise(name):
            return False
        old, new = self._symbols
        if _declaration(name, old) != _declaration(name, new):
            return True
        below = {each for symbols in self._symbols for each in _direct(name, symbols)} - {name}
        return not any(self._means_otherwise(each) for each in below)

    def _means_otherwise(self, name: str) -> bool:
        old, new = self._symbols
        if name in old.facts and name in new.facts:
            return fact_content(fact_definition(old.facts[name])) != fact_content(fact_definition(new.facts[name]))
        if name in old.parameters and name in new.parameters:
            return not _same_value(old.parameters[name], new.parameters[name])
        if name in old.lists and name in new.lists:
            return _codes(old.lists[name].codes) != _codes(new.lists[name].codes)
        if name in old.interventions and name in new.interventions:
            some, other = old.interventions[name], new.interventions[name]
            return (_codes(some.codes), {*some.declaration.effects}) != (
                _codes(other.codes),
                {*other.declaration.effects},
            )
        meanings = [self._meaning(name, number) for number in (0, 1)]
        if None in meanings:  # what no rule uses is in no network, and is compared as it is written
            return _declaration(name, old) != _declaration(name, new)
        return meanings[0] != meanings[1]

    def _meaning(self, name: str, number: int) -> str | None:
        """A key for what a derived or concluded fact or the condition of a rule means; None if no network has it."""
        network = (self.old, self.new)[number].network
        if name in network.rules:
            return self._contents[number].node(network.rules[name].applies)
        return self._contents[number].node(network.derived[name].node) if name in network.derived else None

    @property
    def _symbols(self) -> tuple[Symbols, Symbols]:
        return self.old.model.symbols, self.new.model.symbols

    @cached_property
    def _contents(self) -> tuple[Content, Content]:
        return Content(self.old.network), Content(self.new.network)

    def _below(self, node: tree.Node, edition: Edition) -> set[str]:
        """All names that `node` stands on in one edition, all the way down."""
        symbols = edition.model.symbols
        found: set[str] = set()
        waiting = [*_names_in(node, symbols)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += _direct(name, symbols)
        return found


def _direct(name: str, symbols: Symbols) -> set[str]:
    """The names that a declaration itself names; of a fact that rules conclude, these rules."""
    if name in symbols.conclusions:
        return set(symbols.conclusions[name].rules)
    return {each for node in _declaration(name, symbols) for each in _names_in(node, symbols)}


def _declaration(name: str, symbols: Symbols) -> tuple[tree.Node, ...]:
    """What an edition writes of a name, labels and citations aside where they stand apart; nothing for `age`."""
    if name in symbols.defines:
        define = symbols.defines[name].declaration
        return (define.value, *define.units)
    if name in symbols.rules:
        rule = symbols.rules[name]
        return tuple(each for each in (rule.when, *rule.unless) if each is not None)
    if name in symbols.parameters:
        value = symbols.parameters[name].declaration.value
        return (value,)
    fact = symbols.facts.get(name)
    if fact is not None:
        return () if fact.declaration is None else (fact.declaration,)
    declared = symbols.lists.get(name) or symbols.interventions.get(name)
    return () if declared is None else (declared.declaration,)


def _names_in(root: tree.Node, symbols: Symbols) -> Iterator[str]:
    """The names anywhere in a tree, those of rows, windows, lists and texts too; rules for the advice it asks about."""
    waiting: list[object] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
            continue
        if not is_dataclass(node) or isinstance(node, type):
            continue
        if isinstance(node, tree.Name | tree.Identifier | tree.ListRef):
            yield node.name
        elif isinstance(node, tree.Recommended):
            yield from symbols.givers(node.action or "start", node.target.name)
        elif isinstance(node, tree.Text):
            yield from (name for _, name in text_parts(node.text) if name is not None)
        own = {"name"} if isinstance(node, tree.Statement) else set()
        waiting.extend(getattr(node, f.name) for f in fields(node) if f.name not in _SAY_NOTHING | own)


def _same_value(old: ParameterSymbol, new: ParameterSymbol) -> bool:
    some, other = old.declaration.value, new.declaration.value
    if isinstance(some, tree.Quantity) and isinstance(other, tree.Quantity):
        return same_amount(some, other)
    if (old.form, new.form) == ("codes", "codes"):
        return _codes(old.codes) == _codes(new.codes)
    return some == other


def _codes(codes: tuple[ListedCode, ...]) -> set[object]:
    return {(each.code, each.strength) for each in codes}

"""Pairing of declarations: by name, and those whose name is in one edition alone by their content.

A declaration is the same under another name only on evidence that is its own: the codes that it reads, its label, its
formula, a value that is used in the same places. Two yes-or-no facts without codes or labels are never one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from guidelang.diff.edition import Edition
from guidelang.diff.naming import Names, Pairs
from guidelang.diff.same import Same
from guidelang.model.invariants import invariant_name
from guidelang.syntax import tree

T = TypeVar("T")

ENOUGH = 0.5
"""The likeness from which two codes lists, or the codes of two facts, are taken for one under another name."""


def pairs_of(
    old: Mapping[str, T],
    new: Mapping[str, T],
    relevant: tuple[frozenset[str], frozenset[str]],
    likeness: Callable[[T, T], float] | None = None,
) -> Pairs:
    """Pairs declarations of one sort.

    Args:
        old: all declarations of the old edition by name; new: of the new one.
        relevant: those that each edition states or uses; what neither does is of no interest.
        likeness: how alike two declarations with different names are; 0 is not at all.
    """
    names = relevant[0] | relevant[1]
    both = [(name, name) for name in new if name in old and name in names]
    removed = [name for name in old if name in relevant[0] and name not in new]
    added = [name for name in new if name in relevant[1] and name not in old]
    if likeness is not None and removed and added:
        for a, b in best(removed, added, lambda a, b: likeness(old[a], new[b]), str):
            both.append((a, b))
            removed.remove(a)
            added.remove(b)
    order = {name: index for index, name in enumerate(new)}
    both.sort(key=lambda pair: order[pair[1]])
    return Pairs(tuple(both), tuple(removed), tuple(added))


def best(
    old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float], text: Callable[[T], str]
) -> list[tuple[T, T]]:
    """Pairs, the most alike first, each at most once. Which side is the old one makes no difference."""
    found = [(likeness(a, b), i, j) for i, a in enumerate(old) for j, b in enumerate(new)]
    found = [each for each in found if each[0] > 0]
    found.sort(key=lambda each: (-each[0], sorted((text(old[each[1]]), text(new[each[2]]))), each[1] + each[2]))
    left, right = set(range(len(old))), set(range(len(new)))
    pairs: list[tuple[T, T]] = []
    for _, i, j in found:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append((old[i], new[j]))
    return pairs


@dataclasses.dataclass(frozen=True)
class Paired:
    """All pairs of two editions, and the comparison that knows them."""

    same: Same
    sources: Pairs
    systems: Pairs
    lists: Pairs
    parameters: Pairs
    facts: Pairs
    interventions: Pairs
    derived: Pairs


def pair(old: Edition, new: Edition) -> Paired:
    """Pairs everything but rules and examples, which stand on these."""
    a, b = old.model.symbols, new.model.symbols
    names = Names()
    same = Same(old, new, names)
    sources = pairs_of(_sources(old), _sources(new), _all(_sources(old), _sources(new)), _by_title)
    names.sources.update(sources.both)
    systems = pairs_of(a.systems, b.systems, (stated(old, tree.System), stated(new, tree.System)), _equal)
    names.systems.update(systems.both)
    names.expression.update({name: name for name in _expressions(old) if name in _expressions(new)})
    names.rules.update({name: name for name in a.rules if name in b.rules})
    names.targets.update({name: name for name in a.interventions if name in b.interventions})
    names.lists.update({name: name for name in a.lists if name in b.lists})
    alike = Likeness(same, uses(old), uses(new))
    lists = pairs_of(
        {n: s.declaration for n, s in a.lists.items()},
        {n: s.declaration for n, s in b.lists.items()},
        (relevant_lists(old), relevant_lists(new)),
        alike.lists,
    )
    names.lists.update(lists.both)
    parameters = pairs_of(
        {n: s.declaration for n, s in a.parameters.items()},
        {n: s.declaration for n, s in b.parameters.items()},
        _used(old, new, tree.Parameter, lambda e: frozenset(p.name for p in e.network.parameters)),
        alike.parameters,
    )
    names.expression.update(parameters.both)
    facts = pairs_of(
        {n: s.declaration for n, s in a.facts.items() if s.declaration is not None},
        {n: s.declaration for n, s in b.facts.items() if s.declaration is not None},
        _used(old, new, tree.Fact, lambda e: frozenset(e.network.facts)),
        alike.facts,
    )
    names.expression.update(facts.both)
    interventions = pairs_of(
        {n: s.declaration for n, s in a.interventions.items()},
        {n: s.declaration for n, s in b.interventions.items()},
        _used(old, new, tree.Intervention, _targets),
        alike.interventions,
    )
    names.targets.update(interventions.both)
    derived = pairs_of(
        {n: s.declaration for n, s in a.defines.items()},
        {n: s.declaration for n, s in b.defines.items()},
        (_derived(old), _derived(new)),
        alike.derived,
    )
    names.expression.update(derived.both)
    return Paired(same, sources, systems, lists, parameters, facts, interventions, derived)


@dataclasses.dataclass(frozen=True)
class Likeness:
    """How alike two declarations with different names are, from 0 to about 3."""

    same: Same
    old_uses: Mapping[str, frozenset[str]]
    new_uses: Mapping[str, frozenset[str]]

    def lists(self, a: tree.Codes, b: tree.Codes) -> float:
        return _enough(self._shared(a.codes, b.codes)) + _label(a, b)

    def parameters(self, a: tree.Parameter, b: tree.Parameter) -> float:
        same_sort = type(a.value) is type(b.value)
        if not same_sort:
            return 0
        if self.same(a.value, b.value) and self._used_alike(a.name.name, b.name.name):
            return 2 + _label(a, b)
        return _label(a, b)

    def facts(self, a: tree.Fact, b: tree.Fact) -> float:
        if type(a.type) is not type(b.type):
            return 0
        codes = _enough(self._shared(_codes_read(a), _codes_read(b)))
        numbers = a.plausible is not None or bool(a.converts)
        if numbers and self.same.but(a, b, "name", "label") and self._used_alike(a.name.name, b.name.name):
            return 2 + codes
        return codes + _label(a, b)

    def interventions(self, a: tree.Intervention, b: tree.Intervention) -> float:
        return _enough(self._shared(a.codes, b.codes)) + _label(a, b)

    def derived(self, a: tree.Define, b: tree.Define) -> float:
        if type(a.value) is not type(b.value):
            return 0
        formula = self.same.but(a, b, "name", "label") and not isinstance(a.value, tree.Quantity)
        return 2 * formula + _label(a, b)

    def _shared(self, a: Sequence[tree.Node], b: Sequence[tree.Node]) -> float:
        """The share of codes that are in both, of all that are in one or the other."""
        pairs = sum(1 for x in a if any(self._one_code(x, y) for y in b))
        return pairs / (len(a) + len(b) - pairs) if pairs else 0

    def _one_code(self, a: tree.Node, b: tree.Node) -> bool:
        if isinstance(a, tree.CodeRef) and isinstance(b, tree.CodeRef):
            return self.same.code(a, b)
        return self.same(a, b)

    def _used_alike(self, old: str, new: str) -> bool:
        used = self.old_uses.get(old, frozenset())
        return bool(used) and used == self.new_uses.get(new, frozenset())


def _enough(share: float) -> float:
    return share if share >= ENOUGH else 0


def _label(a: object, b: object) -> float:
    label = getattr(a, "label", None)
    return 1.0 if label is not None and label == getattr(b, "label", None) else 0.0


def _equal(a: str, b: str) -> float:
    return float(a == b)


def _by_title(a: tree.SourceDocument, b: tree.SourceDocument) -> float:
    return float(a.title == b.title)


def _codes_read(fact: tree.Fact) -> list[tree.Node]:
    read = [code for each in fact.readings if isinstance(each, tree.FromRecord) for code in each.codes]
    chosen = fact.type.choices if isinstance(fact.type, tree.ChoiceType) else ()
    return [*read, *(code for choice in chosen for code in choice.codes)]


def _sources(edition: Edition) -> dict[str, tree.SourceDocument]:
    return {source.name.name: source for source in edition.model.symbols.head.sources}


def _all(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(old), frozenset(new)


def stated(edition: Edition, *sorts: type[tree.Statement]) -> frozenset[str]:
    """The names of what the edition's own files declare of some sorts."""
    return frozenset(each.name.name for each in edition.own if isinstance(each, sorts))  # type: ignore[union-attr]  # all have a name


def _used(
    old: Edition, new: Edition, sort: type[tree.Statement], used: Callable[[Edition], frozenset[str]]
) -> tuple[frozenset[str], frozenset[str]]:
    return used(old) | stated(old, sort), used(new) | stated(new, sort)


def _derived(edition: Edition) -> frozenset[str]:
    return stated(edition, tree.Define, tree.Score, tree.Table) | frozenset(edition.network.derived)


def _targets(edition: Edition) -> frozenset[str]:
    return frozenset(
        name
        for rule in edition.network.rules.values()
        for advice in rule.advice
        for name in (advice.target, advice.to)
        if name is not None
    )


def _expressions(edition: Edition) -> set[str]:
    return {*edition.model.symbols.expression_names()}


def relevant_lists(edition: Edition) -> frozenset[str]:
    """The code lists that are stated, and those that what is used reads."""
    symbols = edition.model.symbols
    roots: list[object] = [f.declaration for n, f in symbols.facts.items() if n in edition.network.facts]
    found = set(stated(edition, tree.Codes))
    waiting = [*roots, *(symbols.lists[name].declaration for name in found)]
    while waiting:
        for name in (each.name for each in nodes(waiting.pop()) if isinstance(each, tree.ListRef)):
            if name in symbols.lists and name not in found:
                found.add(name)
                waiting.append(symbols.lists[name].declaration)
    return frozenset(found)


def nodes(what: object) -> Iterator[tree.Node]:
    """A node and all nodes inside it, also those that are no expressions."""
    waiting = [what]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            waiting.extend(each)
        elif isinstance(each, tree.Node):
            yield each
            waiting.extend(getattr(each, field.name) for field in dataclasses.fields(each) if field.compare)


_NAMELESS = (
    tree.Example, tree.Part, tree.Use, tree.System, tree.Vocabulary, tree.Adapt, tree.LocalChange
)  # fmt: skip


def uses(edition: Edition) -> dict[str, frozenset[str]]:
    """Where each name is used: "rule start_iron", "fact ferritin"; examples do not count."""
    found: dict[str, set[str]] = {}
    for statement in edition.own:
        if isinstance(statement, _NAMELESS):
            continue
        own = None if isinstance(statement, tree.Invariant) else statement.name
        if isinstance(statement, tree.Invariant):
            owner = f'invariant "{invariant_name(statement)}"'
        else:
            owner = "scope" if isinstance(statement, tree.Guideline) else f"{_sort(statement)} {own}"
        for node in nodes(statement.applies_to if isinstance(statement, tree.Guideline) else statement):
            if isinstance(node, tree.Name | tree.Identifier | tree.ListRef) and node is not own:
                found.setdefault(node.name, set()).add(owner)
    return {name: frozenset(owners) for name, owners in found.items()}


def _sort(statement: tree.Statement) -> str:
    words = {tree.Define: "derived fact", tree.Codes: "code list"}
    return words.get(type(statement), type(statement).__name__.lower())

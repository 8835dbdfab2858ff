"""All changes of text between two editions, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from guidelang.diff.change import Fragment, Part, TextChange
from guidelang.diff.conditions import Place, whole_changes
from guidelang.diff.declared import (
    head_changes,
    intervention_changes,
    list_changes,
    list_summary,
    parameter_changes,
    source_changes,
)
from guidelang.diff.derived import derived_changes
from guidelang.diff.edition import Edition
from guidelang.diff.examples import example_changes, pair_examples
from guidelang.diff.facts import describe, fact_changes
from guidelang.diff.invariants import invariant_changes
from guidelang.diff.naming import Pairs
from guidelang.diff.pairing import Paired, pair, uses
from guidelang.diff.regroup import Split, regroup
from guidelang.diff.rules import rule_changes, summary
from guidelang.diff.wording import code, some, text
from guidelang.model.symbols import DefineSymbol, ListSymbol
from guidelang.source import Span
from guidelang.syntax import print_expression, print_parameter_value, tree

T = TypeVar("T")

_OF_EACH_PART = ("label", "text")
"""What rules say in their own words: of those that were split or merged, it always differs."""


def compare_text(old: Edition, new: Edition) -> tuple[TextChange, ...]:
    """What changed in the text from the old edition to the new one; nothing that only layout or order is.

    A changed parameter, fact or derived fact is told once, where it is declared, and not in each rule that uses it.
    """
    return tuple(_Teller(old, new, pair(old, new)).all())


def _formula(found: DefineSymbol) -> str:
    value = found.declaration.value
    return print_expression(value) if isinstance(value, tree.ScoreSum | tree.TableLookup) else code(value)


@dataclass(frozen=True)
class _Sort(Generic[T]):
    """One sort of declarations: what it is called, how one of them is described, where it stands."""

    part: Part
    word: str
    described: Callable[[T], str]
    span: Callable[[T], Span]


_SOURCES = _Sort[tree.SourceDocument]("source", "Source", lambda each: text(each.title), lambda each: each.span)
_PARAMETERS = _Sort[tree.Parameter](
    "parameter", "Parameter", lambda each: print_parameter_value(each.value), lambda each: each.span
)
_SYSTEMS = _Sort[tree.System]("system", "Code system", lambda each: text(each.uri), lambda each: each.span)
_LISTS = _Sort[ListSymbol](
    "code list", "Code list", lambda each: list_summary(each.declaration), lambda each: each.declaration.span
)
_FACTS = _Sort[tree.Fact]("fact", "Fact", describe, lambda each: each.span)
_INTERVENTIONS = _Sort[tree.Intervention](
    "intervention", "Intervention", lambda each: text(each.label) if each.label else "", lambda each: each.span
)
_DERIVED = _Sort[DefineSymbol]("derived", "Derived fact", _formula, lambda each: each.declaration.span)
_RULES = _Sort[tree.Rule]("rule", "Rule", summary, lambda each: each.span)


@dataclass(frozen=True)
class _Teller:
    old: Edition
    new: Edition
    paired: Paired

    def all(self) -> Iterator[TextChange]:
        a, b = self.old.model.symbols, self.new.model.symbols
        same, paired = self.paired.same, self.paired
        name = b.head.name.name
        rules = regroup(a.rules, b.rules, same)
        same.names.rules.update(rules.pairs.both)
        yield from self._told("head", name, "", head_changes(self.old, self.new))
        yield from self._sort(_SOURCES, paired.sources, (_by_name(a.head.sources), _by_name(b.head.sources)),
                              source_changes)  # fmt: skip
        scope = whole_changes(a.head.applies_to, b.head.applies_to, Place(), same)
        yield from self._told("scope", name, "Scope: ", scope)
        users = uses(self.new)
        yield from self._sort(
            _PARAMETERS,
            paired.parameters,
            ({n: s.declaration for n, s in a.parameters.items()}, {n: s.declaration for n, s in b.parameters.items()}),
            lambda x, y: parameter_changes(x, y, tuple(sorted(users.get(y.name.name, ()))), same),
        )
        yield from self._sort(_SYSTEMS, paired.systems, (_systems(self.old), _systems(self.new)), _uri)
        yield from self._sort(_LISTS, paired.lists, (a.lists, b.lists), lambda x, y: list_changes(x, y, same))
        yield from self._sort(
            _FACTS, paired.facts, (_facts(self.old), _facts(self.new)), lambda x, y: fact_changes(x, y, same)
        )
        yield from self._sort(
            _INTERVENTIONS,
            paired.interventions,
            (
                {n: s.declaration for n, s in a.interventions.items()},
                {n: s.declaration for n, s in b.interventions.items()},
            ),
            lambda x, y: intervention_changes(x, y, same),
        )
        yield from self._sort(
            _DERIVED, paired.derived, (a.defines, b.defines), lambda x, y: derived_changes(x, y, same)
        )
        for called, found in invariant_changes(a.invariants, b.invariants, same):
            yield self._change("invariant", called, found)
        yield from self._regrouped(rules.split, a.rules, b.rules, merged=False)
        yield from self._regrouped(rules.merged, b.rules, a.rules, merged=True)
        yield from self._sort(_RULES, rules.pairs, (a.rules, b.rules), lambda x, y: rule_changes(x, y, same))
        yield from self._examples()

    def _sort(
        self,
        sort: _Sort[T],
        pairs: Pairs,
        declared: tuple[Mapping[str, T], Mapping[str, T]],
        changes: Callable[[T, T], Iterable[Fragment]],
    ) -> Iterator[TextChange]:
        """The changes of all declarations of one sort, in the order of the new edition; what is gone comes last."""
        old, new = declared
        told: dict[str, list[TextChange]] = {}
        for before, now in pairs.both:
            spans = sort.span(old[before]), sort.span(new[now])
            renamed = Fragment("renamed", "", f"{sort.word} {before} is renamed {now}", before, now, *spans)
            told[now] = [self._change(sort.part, now, renamed)] if before != now else []
            told[now] += self._told(sort.part, now, f"{sort.word} {now}: ", changes(old[before], new[now]))
        for name in pairs.added:
            told[name] = [self._whole(sort, name, new[name], added=True)]
        for name in new:
            yield from told.get(name, ())
        for name in pairs.removed:
            yield self._whole(sort, name, old[name], added=False)

    def _whole(self, sort: _Sort[T], name: str, declared: T, *, added: bool) -> TextChange:
        what, span = sort.described(declared), sort.span(declared)
        words = f"{sort.word} {name} is {'added' if added else 'removed'}" + (f": {what}" if what else "")
        if added:
            return self._change(sort.part, name, Fragment("added", "", words, None, what or name, None, span))
        return self._change(sort.part, name, Fragment("removed", "", words, what or name, None, span, None))

    def _regrouped(
        self, found: tuple[Split, ...], wholes: Mapping[str, tree.Rule], parts: Mapping[str, tree.Rule], *, merged: bool
    ) -> Iterator[TextChange]:
        """Rules that were split or merged, and what else changed between the whole and its parts."""
        for each in sorted(found, key=lambda split: split.whole):
            whole, names = wholes[each.whole], ", ".join(each.parts)
            shares = "; ".join(f"{part}: {share}" for part, share in zip(each.parts, each.shares, strict=True))
            how = f"by {each.by} ({shares})"
            spans = (whole.span, parts[each.parts[0]].span)
            if merged:
                words = f"Rules {some(each.parts, 8)} are merged into {each.whole}, {how}"
                told = Fragment("merged", "", words, names, each.whole, spans[1], spans[0])
            else:
                words = f"Rule {each.whole} is split into {some(each.parts, 8)}, {how}"
                told = Fragment("split", "", words, each.whole, names, *spans)
            yield self._change("rule", each.whole, told)
            skip = frozenset({"label", "advice" if each.by == "advice" else "condition"})
            for part in each.parts:
                pair = (parts[part], whole) if merged else (whole, parts[part])
                prefix = f"Rule {each.whole} (merged from {part}): " if merged else f"Rule {part} (of {each.whole}): "
                changes = (
                    change
                    for change in rule_changes(*pair, self.paired.same, skip)
                    if change.aspect not in _OF_EACH_PART
                )
                yield from self._told("rule", each.whole if merged else part, prefix, changes)

    def _examples(self) -> Iterator[TextChange]:
        old, new = self.old.model.symbols.examples, self.new.model.symbols.examples
        pairs, removed, added = pair_examples(old, new, self.paired.same)
        for a, b in pairs:
            before, name = a.name.text, b.name.text
            if before != name:
                words = f"Example {text(before)} is renamed {text(name)}"
                yield self._change("example", name, Fragment("renamed", "", words, before, name, a.span, b.span))
            changes = example_changes(a, b, self.paired.same)
            yield from self._told("example", name, f"Example {text(name)}: ", changes)
        for each in added:
            name = each.name.text
            told = Fragment("added", "", f"Example {text(name)} is added", None, name, None, each.span)
            yield self._change("example", name, told)
        for each in removed:
            name = each.name.text
            told = Fragment("removed", "", f"Example {text(name)} is removed", name, None, each.span, None)
            yield self._change("example", name, told)

    def _told(self, part: Part, name: str, prefix: str, found: Iterable[Fragment]) -> Iterator[TextChange]:
        for each in found:
            yield self._change(part, name, each, prefix)

    def _change(self, part: Part, name: str, what: Fragment, prefix: str = "") -> TextChange:
        sentence = f"{prefix}{what.words}"
        places = self.old.place(what.old_span), self.new.place(what.new_span)
        return TextChange(what.kind, part, name, what.aspect, sentence[0].upper() + sentence[1:], what.old, what.new,
                          *places)  # fmt: skip


def _by_name(sources: tuple[tree.SourceDocument, ...]) -> dict[str, tree.SourceDocument]:
    return {source.name.name: source for source in sources}


def _facts(edition: Edition) -> dict[str, tree.Fact]:
    return {n: s.declaration for n, s in edition.model.symbols.facts.items() if s.declaration is not None}


def _systems(edition: Edition) -> dict[str, tree.System]:
    statements = (statement for file in edition.model.files for statement in file.statements)
    return {each.name.name: each for each in statements if isinstance(each, tree.System)}


def _uri(a: tree.System, b: tree.System) -> Iterator[Fragment]:
    if a.uri != b.uri:
        yield Fragment("changed", "URI", f"URI {text(a.uri)} becomes {text(b.uri)}", a.uri, b.uri, a.span, b.span)

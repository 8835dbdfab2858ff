"""What changed in the smaller declarations: parameters, code lists, interventions, the head of the guideline."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.diff.change import Fragment
from guidelang.diff.clauses import citations, effects, label, plausible, stated
from guidelang.diff.edition import Edition
from guidelang.diff.facts import code_changes
from guidelang.diff.same import Same
from guidelang.diff.wording import becomes, counted, items, some, text
from guidelang.model.symbols import ListSymbol
from guidelang.syntax import print_parameter_value, tree
from guidelang.terminology import word_for

_HEAD_WORDS = {"title": "title", "effective": "first day in force", "retired": "last day in force"}


def head_changes(old: Edition, new: Edition) -> Iterator[Fragment]:
    """Name, version, title and dates of the guideline, and versions of its vocabularies."""
    a, b = old.model.symbols.head, new.model.symbols.head
    if a.name.name != b.name.name:
        words = f"the guideline {a.name} is renamed {b.name}"
        yield Fragment("renamed", "name", words, a.name.name, b.name.name, a.span, b.span)
    yield from stated("version", a.version, b.version, (a.span, b.span))
    for word in ("title", "effective", "retired"):
        left, right = getattr(a, word), getattr(b, word)
        before, now = (each and (text(each.text) if word == "title" else each.text) for each in (left, right))
        spans = (left.span if left else a.span, right.span if right else b.span)
        yield from stated(word, before, now, spans, what=_HEAD_WORDS[word])
    for name in sorted({*old.vocabularies, *new.vocabularies}):
        x, y = old.vocabularies.get(name), new.vocabularies.get(name)
        if x is not None and y is not None:
            yield from stated("vocabulary", x.version, y.version, (x.span, y.span), what=f"vocabulary {name} version")
        elif x is not None:
            words = f"the vocabulary {name} is no longer used"
            yield Fragment("removed", "vocabulary", words, name, None, _use(old, name).span, None)
        elif y is not None:
            words = f"the vocabulary {name} is now used"
            yield Fragment("added", "vocabulary", words, None, name, None, _use(new, name).span)


def _use(edition: Edition, name: str) -> tree.Node:
    """Where a vocabulary is asked for, by the guideline or by another vocabulary."""
    statements = (each for file in edition.model.files for each in file.statements)
    uses = (each for each in statements if isinstance(each, tree.Use))
    return next((use for use in uses if use.vocabulary.name == name), edition.model.symbols.head)


def source_changes(a: tree.SourceDocument, b: tree.SourceDocument) -> Iterator[Fragment]:
    yield from stated("title", text(a.title), text(b.title), (a.span, b.span))


def parameter_changes(a: tree.Parameter, b: tree.Parameter, users: tuple[str, ...], same: Same) -> Iterator[Fragment]:
    """The value is told with where it is used; what uses it does not tell it again."""
    yield from label(a.label, b.label, (a.span, b.span))
    if isinstance(a.value, tree.CodeLiteral) and isinstance(b.value, tree.CodeLiteral):
        yield from code_changes(a.value.codes, b.value.codes, same)
    elif not same(a.value, b.value):
        old, new = print_parameter_value(a.value), print_parameter_value(b.value)
        used = f" (used in {some(users)})" if users else ""
        yield Fragment("changed", "value", becomes("value", old, new) + used, old, new, a.value.span, b.value.span)
    yield from plausible(a.plausible, b.plausible, same, a.span)
    yield from citations(a.cites, b.cites, same)


def list_changes(a: ListSymbol, b: ListSymbol, same: Same) -> Iterator[Fragment]:
    """What the list names; and where it names the same, what its value sets now hold that they did not."""
    old, new = a.declaration, b.declaration
    yield from label(old.label, new.label, (old.span, new.span))
    told = [*code_changes(old.codes, new.codes, same), *_excepted(old, new, same)]
    yield from told
    if told or not any(isinstance(item, tree.ValueSetRef) for item in (*new.codes, *new.excepted)):
        return
    left = {listed.code: listed for listed in a.codes}
    right = {listed.code: listed for listed in b.codes}
    for only, word in ((left.keys() - right.keys(), "no longer"), (right.keys() - left.keys(), "now")):
        if only:
            named = some([f"`{word_for(code.system)} {code.code}`" for code in sorted(only)], 8)
            words = f"its value sets {word} hold {counted(len(only), 'code')}: {named}"
            if word == "now":
                yield Fragment("added", "value set", words, None, named, None, new.span)
            else:
                yield Fragment("removed", "value set", words, named, None, old.span, None)


def _excepted(a: tree.Codes, b: tree.Codes, same: Same) -> Iterator[Fragment]:
    for each in code_changes(a.excepted, b.excepted, same):
        words = each.words.replace(" is ", " is, as an exception, ").replace(" are ", " are, as exceptions, ")
        yield Fragment(each.kind, "exception", words, each.old, each.new, each.old_span, each.new_span)


def intervention_changes(a: tree.Intervention, b: tree.Intervention, same: Same) -> Iterator[Fragment]:
    yield from label(a.label, b.label, (a.span, b.span))
    yield from code_changes(a.codes, b.codes, same)
    yield from effects(a.effects, b.effects, same)


def list_summary(codes: tree.Codes) -> str:
    return items(codes.codes)

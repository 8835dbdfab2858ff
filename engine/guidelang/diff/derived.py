"""What changed in a derived fact: a formula or condition, a score, a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.diff.change import Fragment
from guidelang.diff.clauses import citations, label, stated
from guidelang.diff.conditions import Place, changed, whole_changes
from guidelang.diff.facts import some_words
from guidelang.diff.pairing import best
from guidelang.diff.same import Same, matched
from guidelang.diff.wording import becomes, code
from guidelang.model.symbols import DefineSymbol
from guidelang.model.types import ConditionType
from guidelang.syntax import print_expression, tree
from guidelang.syntax.print_score import print_cell, print_given


def derived_changes(old: DefineSymbol, new: DefineSymbol, same: Same) -> Iterator[Fragment]:
    a, b = old.declaration, new.declaration
    spans = (a.span, b.span)
    yield from label(a.label, b.label, spans)
    match a.value, b.value:
        case tree.ScoreSum(), tree.ScoreSum():
            yield from _score(a.value, b.value, same)
        case tree.TableLookup(), tree.TableLookup():
            yield from _table(a.value, b.value, same)
        case _:
            yield from _value(old, new, same)
    names = same.names.expression
    before = {names.get(str(u.name), str(u.name)) if u.name else "result": u.unit for u in a.units}
    now = {str(u.name) if u.name else "result": u.unit for u in b.units}
    for name in sorted({*before, *now}):
        yield from stated("unit", before.get(name), now.get(name), spans, what=f"unit of {name}:")
    yield from citations(old.cites, new.cites, same)


def _value(old: DefineSymbol, new: DefineSymbol, same: Same) -> Iterator[Fragment]:
    a, b = old.declaration.value, new.declaration.value
    if same(a, b):
        return
    types = (same.old.model.define_types.get(old.name), same.new.model.define_types.get(new.name))
    if all(isinstance(each, ConditionType) for each in types):
        yield from whole_changes(a, b, Place(), same)
        return
    told = list(changed(a, b, Place("formula"), same))
    if len(told) == 1 and told[0].aspect == "formula":
        yield Fragment("changed", "formula", becomes("formula", code(a), code(b)), print_expression(a),
                       print_expression(b), a.span, b.span)  # fmt: skip
    else:
        yield from told


def _score(a: tree.ScoreSum, b: tree.ScoreSum, same: Same) -> Iterator[Fragment]:
    yield from stated("missing", a.missing, b.missing, (a.span, b.span), what="what is missing counts as")
    pairs = matched(a.items, b.items, same)
    left = [each for i, each in enumerate(a.items) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(b.items) if j not in {j for _, j in pairs}]

    def alike(x: tree.ScoreItem, y: tree.ScoreItem) -> float:
        if (x.points is None) != (y.points is None):
            return 0
        named = x.label is not None and x.label == y.label
        return 2.0 * same(x.value, y.value) + named

    for x, y in best(left, right, alike, _item):
        left.remove(x)
        right.remove(y)
        yield from _item_changes(x, y, same)
    for item in left:
        yield Fragment("removed", "item", f"item {_item(item)} is dropped", _item(item), None, item.span, None)
    for item in right:
        yield Fragment("added", "item", f"item {_item(item)} is added", None, _item(item), None, item.span)


def _item_changes(a: tree.ScoreItem, b: tree.ScoreItem, same: Same) -> Iterator[Fragment]:
    spans = (a.span, b.span)
    for found in label(a.label, b.label, spans):
        words = f"{found.words} of the item {code(b.value)}"
        yield Fragment(found.kind, "label", words, found.old, found.new, *spans)
    if a.points != b.points:
        yield from stated("points", a.points, b.points, spans, what=f"points for {code(b.value)}:")
    if not same(a.value, b.value):
        yield from changed(a.value, b.value, Place("item"), same)


def _item(item: tree.ScoreItem) -> str:
    return code(item.value) if item.points is None else f"`{item.points} when {print_expression(item.value)}`"


# ---- tables ---------------------------------------------------------------------------------------------------------


def _table(a: tree.TableLookup, b: tree.TableLookup, same: Same) -> Iterator[Fragment]:
    spans = (a.span, b.span)
    if not same(a.type, b.type):
        yield from _gives(a, b)
    if not same(a.columns, b.columns):
        yield from stated("columns", _columns(a), _columns(b), spans, what="columns")
    pairs = matched(a.rows, b.rows, same)
    left = [each for i, each in enumerate(a.rows) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(b.rows) if j not in {j for _, j in pairs}]

    def alike(x: tree.Row, y: tree.Row) -> float:
        cells = len(matched(x.cells, y.cells, same)) / max(len(x.cells), len(y.cells), 1)
        return 2.0 * (cells == 1) + same(x.gives, y.gives) + cells / 2 if cells == 1 or same(x.gives, y.gives) else 0

    for x, y in best(left, right, alike, _row):
        left.remove(x)
        right.remove(y)
        yield Fragment("changed", "row", becomes("row", f"`{_row(x)}`", f"`{_row(y)}`"), _row(x), _row(y), x.span,
                       y.span)  # fmt: skip
    for row in left:
        yield Fragment("removed", "row", f"row `{_row(row)}` is dropped", _row(row), None, row.span, None)
    for row in right:
        yield Fragment("added", "row", f"row `{_row(row)}` is added", None, _row(row), None, row.span)
    before, now = (None if each.otherwise is None else print_given(each.otherwise.gives) for each in (a, b))
    yield from stated("otherwise", before, now, spans, what="otherwise it gives")


def _gives(a: tree.TableLookup, b: tree.TableLookup) -> Iterator[Fragment]:
    spans = (a.span, b.span)
    match a.type, b.type:
        case tree.QuantityType(unit), tree.QuantityType(other):
            yield from stated("unit", unit, other, spans)
        case tree.ChoiceType(some), tree.ChoiceType(others):
            old, new = ({each.name.name: each.label for each in choices} for choices in (some, others))
            yield from _words("removed", "dropped", [name for name in old if name not in new], a)
            yield from _words("added", "added", [name for name in new if name not in old], b)
            for name in (each for each in new if each in old):
                for found in label(old[name], new[name], spans):
                    yield Fragment(found.kind, "value", f"value {name}: {found.words}", found.old, found.new, *spans)
        case _:
            yield from stated("type", _type(a.type), _type(b.type), spans)


def _words(kind: str, word: str, names: Sequence[str], table: tree.TableLookup) -> Iterator[Fragment]:
    for name in names:
        if kind == "added":
            yield Fragment("added", "value", f"value {name} is {word}", None, name, None, table.span)
        else:
            yield Fragment("removed", "value", f"value {name} is {word}", name, None, table.span, None)


def _type(type_: tree.FactType) -> str:
    words = {tree.QuantityType: "quantity", tree.NumberType: "number", tree.ChoiceType: "choice"}
    return words.get(type(type_)) or some_words([type(type_).__name__]) or ""


def _columns(table: tree.TableLookup) -> str:
    return ", ".join(f"`{print_expression(c.value)}{f' in {c.unit}' if c.unit else ''}`" for c in table.columns)


def _row(row: tree.Row) -> str:
    return f"{', '.join(map(print_cell, row.cells))} gives {print_given(row.gives)}"

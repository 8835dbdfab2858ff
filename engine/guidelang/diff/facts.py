"""What changed in a fact: its type and unit, what it is read from, how far back, what is plausible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.diff.change import Fragment, Kind
from guidelang.diff.clauses import effects, flag, label, plausible, stated
from guidelang.diff.edition import Edition
from guidelang.diff.pairing import best
from guidelang.diff.same import Same, matched
from guidelang.diff.wording import becomes, items, some, text, valued
from guidelang.syntax import tree
from guidelang.syntax.print_expression import print_quantity
from guidelang.terminology import ANY, record_words

_LONG = 3
"""More codes than this are counted in a sentence before they are listed."""


def fact_changes(a: tree.Fact, b: tree.Fact, same: Same) -> Iterator[Fragment]:
    spans = (a.span, b.span)
    yield from label(a.label, b.label, spans)
    yield from _type(a.type, b.type, same)
    yield from _window(a.within, b.within, "window", (a, b), same)
    yield from _readings(a, b, same)
    yield from plausible(a.plausible, b.plausible, same, a.span)
    yield from _conversions(a.converts, b.converts, same)
    absent = ("no record now means no", "no record no longer means no, but leaves it open")
    yield from flag("absence", a.absent_means_no, b.absent_means_no, absent, spans)
    complete = ("its codes are now complete: any other code means no", "its codes are no longer complete")
    yield from flag("codes complete", a.codes_complete, b.codes_complete, complete, spans)
    yield from flag(
        "modifiable", a.modifiable, b.modifiable, ("it is now modifiable", "it is no longer modifiable"), spans
    )
    yield from _ties(a, b)
    kinds = [None if each.kind is None else each.kind.name for each in (a, b)]
    yield from stated("kind", kinds[0], kinds[1], spans)
    yield from effects(a.effects, b.effects, same)


def _ties(a: tree.Fact, b: tree.Fact) -> Iterator[Fragment]:
    if a.ties == b.ties:
        return
    counts = {None: "none of them", "average": "their average", "lowest": "the lowest", "highest": "the highest"}
    words = f"of several results of one time, {counts[b.ties]} counts (before: {counts[a.ties]})"
    kind: Kind = "added" if a.ties is None else "removed" if b.ties is None else "changed"
    yield Fragment(kind, "ties", words, a.ties, b.ties, a.span, b.span)


def describe(fact: tree.Fact) -> str:
    """What a fact is, in a clause: "quantity in mg/dL, read from observations"."""
    told = _kind(fact.type)
    records = [_source(each) for each in fact.readings]
    return f"{told}, read from {some(list(dict.fromkeys(records)))}" if records else told


def _kind(type_: tree.FactType) -> str:
    match type_:
        case tree.QuantityType(unit):
            return f"quantity in {unit}"
        case tree.NumberType():
            return "number"
        case tree.YesNoType():
            return "yes or no"
        case tree.ChoiceType(choices):
            return f"one of {some([choice.name.name for choice in choices], 6)}"
        case tree.DateType():
            return "date"
        case tree.TextType():
            return "text"


def _type(a: tree.FactType, b: tree.FactType, same: Same) -> Iterator[Fragment]:
    match a, b:
        case tree.QuantityType(unit), tree.QuantityType(other):
            yield from stated("unit", unit, other, (a.span, b.span))
        case tree.ChoiceType(), tree.ChoiceType():
            yield from _choices(a.choices, b.choices, same)
        case _ if type(a) is not type(b):
            yield from stated("type", _kind(a), _kind(b), (a.span, b.span))


def _choices(old: Sequence[tree.Choice], new: Sequence[tree.Choice], same: Same) -> Iterator[Fragment]:
    left = [each for each in old if each.name.name not in {other.name.name for other in new}]
    right = [each for each in new if each.name.name not in {other.name.name for other in old}]
    for a, b in best(left, right, lambda a, b: _same_choice(a, b, same), str):
        left.remove(a)
        right.remove(b)
        yield Fragment("renamed", "value", f"value {a.name} is renamed {b.name}", a.name.name, b.name.name,
                       a.span, b.span)  # fmt: skip
    for each in left:
        yield Fragment("removed", "value", f"value {each.name} is dropped", each.name.name, None, each.span, None)
    for each in right:
        yield Fragment("added", "value", f"value {each.name} is added", None, each.name.name, None, each.span)
    for a, b in ((a, b) for a in old for b in new if a.name.name == b.name.name):
        yield from _of_value(b, label(a.label, b.label, (a.span, b.span)))
        yield from _of_value(b, code_changes(a.codes, b.codes, same))
        old_words, new_words = some_words(a.beginnings), some_words(b.beginnings)
        if set(a.beginnings) != set(b.beginnings):
            yield from _of_value(b, stated("texts", old_words, new_words, (a.span, b.span), what="texts of a record"))


def _same_choice(a: tree.Choice, b: tree.Choice, same: Same) -> float:
    codes = bool(a.codes) and same.unordered(a.codes, b.codes)
    return 2.0 * codes + (a.label is not None and a.label == b.label)


def _of_value(choice: tree.Choice, found: Iterator[Fragment]) -> Iterator[Fragment]:
    for each in found:
        words = f"value {choice.name}: {each.words}"
        yield Fragment(each.kind, "value", words, each.old, each.new, each.old_span, each.new_span)


def some_words(texts: Sequence[str]) -> str | None:
    return some([text(each) for each in texts], 6) if texts else None


def _window(
    a: tree.Duration | None, b: tree.Duration | None, what: str, owners: tuple[tree.Node, tree.Node], same: Same
) -> Iterator[Fragment]:
    if a is not None and b is not None and same(a, b):
        return
    spans = (a.span if a else owners[0].span, b.span if b else owners[1].span)
    old = None if a is None else valued(a, same.old)
    new = None if b is None else valued(b, same.new)
    yield from stated("window", old, new, spans, what=what)


def _conversions(
    old: Sequence[tree.Convert | tree.ConvertAffine], new: Sequence[tree.Convert | tree.ConvertAffine], same: Same
) -> Iterator[Fragment]:
    pairs = matched(old, new, same)
    left = [each for i, each in enumerate(old) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(new) if j not in {j for _, j in pairs}]
    if len(left) == len(right) == 1:
        a, b = left.pop(), right.pop()
        words = becomes("conversion", f"`{_conversion(a)}`", f"`{_conversion(b)}`")
        yield Fragment("changed", "conversion", words, _conversion(a), _conversion(b), a.span, b.span)
    for each in left:
        words = f"conversion `{_conversion(each)}` is dropped"
        yield Fragment("removed", "conversion", words, _conversion(each), None, each.span, None)
    for each in right:
        words = f"conversion `{_conversion(each)}` is added"
        yield Fragment("added", "conversion", words, None, _conversion(each), None, each.span)


def _conversion(each: tree.Convert | tree.ConvertAffine) -> str:
    if isinstance(each, tree.Convert):
        return " = ".join(map(print_quantity, each.amounts))
    sign = "-" if each.offset.startswith("-") else "+"
    return f"{each.unit} = {each.factor} * {each.of_unit} {sign} {each.offset.lstrip('-')}"


# ---- what a fact is read from ---------------------------------------------------------------------------------------


def _source(reading: tree.FromRecord | tree.FromPatient) -> str:
    return f"patient {reading.field}" if isinstance(reading, tree.FromPatient) else record_words(reading.record)


def _readings(a: tree.Fact, b: tree.Fact, same: Same) -> Iterator[Fragment]:
    pairs = matched(a.readings, b.readings, same)
    left = [each for i, each in enumerate(a.readings) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(b.readings) if j not in {j for _, j in pairs}]

    def alike(x: tree.FromRecord | tree.FromPatient, y: tree.FromRecord | tree.FromPatient) -> float:
        if not isinstance(x, tree.FromRecord) or not isinstance(y, tree.FromRecord) or x.record != y.record:
            return 0
        return 1 + len(matched(x.codes, y.codes, same))

    for x, y in best(left, right, alike, _read):
        left.remove(x)
        right.remove(y)
        assert isinstance(x, tree.FromRecord)
        assert isinstance(y, tree.FromRecord)
        yield from _reading(x, y, same)
    for each in left:
        words = f"it is no longer read from {_read(each)}"
        yield Fragment("removed", "reading", words, _read(each), None, each.span, None)
    for each in right:
        yield Fragment("added", "reading", f"it is now read from {_read(each)}", None, _read(each), None, each.span)


def _read(reading: tree.FromRecord | tree.FromPatient) -> str:
    source = _source(reading)
    if isinstance(reading, tree.FromPatient):
        return source
    return f"{source} {items(reading.codes)}" if reading.codes else f"any {source}"


def _reading(a: tree.FromRecord, b: tree.FromRecord, same: Same) -> Iterator[Fragment]:
    source = record_words(b.record)
    spans = (a.span, b.span)
    if bool(a.codes) != bool(b.codes):
        yield from stated("codes", items(a.codes) if a.codes else "any", items(b.codes) if b.codes else "any", spans,
                          what=f"codes of {source}")  # fmt: skip
    else:
        yield from code_changes(a.codes, b.codes, same, f" of {source}")
    for word in ("status", "verification", "intent"):
        old, new = getattr(a, word), getattr(b, word)
        if set(old) != set(new):
            yield from stated(word, _words(old), _words(new), spans, what=f"{word} of {source}")
    yield from _window(a.within, b.within, f"window of {source}", (a, b), same)
    yield from _filters(a, b, same, source)
    standing = (f"{source} with an abatement count", f"{source} with an abatement no longer count")
    yield from flag("filter", a.abatement, b.abatement, standing, spans)
    negated = (f"{source} that something was not done count", f"{source} that something was not done no longer count")
    yield from flag("filter", a.negation, b.negation, negated, spans)
    yield from stated("time", a.timed_by, b.timed_by, spans, what=f"{source} timed by")
    daily = (f"{source} are now read as a daily dose", f"{source} are no longer read as a daily dose")
    yield from flag("dose", a.daily_dose, b.daily_dose, daily, spans)


def _words(words: tuple[str, ...]) -> str | None:
    return None if not words else "any" if words == (ANY,) else ", ".join(words)


def _filters(a: tree.FromRecord, b: tree.FromRecord, same: Same, source: str) -> Iterator[Fragment]:
    old, new = _by_element(a), _by_element(b)
    for element in sorted({*old, *new}):
        left, right = old.get(element), new.get(element)
        if left is None or right is None or not same(left, right):
            spans = (left.span if left else a.span, right.span if right else b.span)
            before = None if left is None else _filter(left, same.old)
            now = None if right is None else _filter(right, same.new)
            yield from stated("filter", before, now, spans, what=f"filter of {source} by {element}:")


def _by_element(reading: tree.FromRecord) -> dict[str, tree.CodedFilter | tree.LengthFilter]:
    found: dict[str, tree.CodedFilter | tree.LengthFilter] = {each.element: each for each in reading.coded}
    found.update({each.element: each for each in reading.lengths})
    return found


def _filter(each: tree.CodedFilter | tree.LengthFilter, edition: Edition) -> str:
    if isinstance(each, tree.LengthFilter):
        return f"{each.operator} {valued(each.length, edition)}"
    texts = [f"beginning {text(beginning)}" for beginning in each.beginnings]
    told = ([items(each.codes)] if each.codes else []) + texts
    return ", ".join(told) or "any value"


def code_changes(
    old: Sequence[tree.CodeItem], new: Sequence[tree.CodeItem], same: Same, of: str = ""
) -> Iterator[Fragment]:
    """Codes that were added and dropped, and what is said of a code that stayed."""
    pairs = matched(old, new, lambda a, b: _one(a, b, same))
    for i, j in pairs:
        a, b = old[i], new[j]
        if not same(a, b):
            yield from stated("code", items([a]), items([b]), (a.span, b.span))
    left = [each for i, each in enumerate(old) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(new) if j not in {j for _, j in pairs}]
    for gone, kind, word in ((left, "removed", "dropped"), (right, "added", "added")):
        if not gone:
            continue
        noun = _noun(gone)
        told = f"{noun} {items(gone)}{of} {'is' if len(gone) == 1 else 'are'} {word}"
        if kind == "removed":
            yield Fragment("removed", "codes", told, items(gone), None, gone[0].span, None)
        else:
            yield Fragment("added", "codes", told, None, items(gone), None, gone[0].span)


def _one(a: tree.CodeItem, b: tree.CodeItem, same: Same) -> bool:
    """Whether two items name the same code, list or value set, whatever is said of it."""
    match a, b:
        case tree.CodeRef(), tree.CodeRef():
            return same.code(a, b)
        case tree.ValueSetRef(), tree.ValueSetRef():
            return a.url == b.url
        case _:
            return same(a, b)


def _noun(codes: Sequence[tree.CodeItem]) -> str:
    sorts = {type(code) for code in codes}
    noun = {tree.CodeRef: "code", tree.ListRef: "list", tree.ValueSetRef: "value set"}[sorts.pop()]
    if sorts:
        return "items"
    return noun if len(codes) == 1 else f"{len(codes)} {noun}s" if len(codes) > _LONG else f"{noun}s"

"""What changed in a condition: conditions added and dropped, thresholds, windows.

Two conditions are taken apart into what has to hold together (or into alternatives), what is the same is set aside, and
of the rest the most alike are paired. A pair is told by the smallest pieces in which it differs, if these are limits,
windows or lists of values; otherwise by both texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guidelang.diff.change import Fragment
from guidelang.diff.pairing import best
from guidelang.diff.pieces import Piece, pieces
from guidelang.diff.same import Same, flat, matched, normal
from guidelang.diff.wording import becomes, code, limit, valued
from guidelang.syntax import print_expression, tree

ALIKE = 0.5
"""From this likeness on, two conditions are one that changed; below it, one was dropped and the other added."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands: what it is called there, and what follows from it.

    Attributes:
        word: "condition", "exception", "alternative" …
        purpose: " for starting cinacalcet", or nothing.
        about: the target of the advice: a threshold of its own value needs no more words.
    """

    word: str = "condition"
    purpose: str = ""
    about: frozenset[str] = frozenset()


def condition_changes(
    old: Sequence[tree.Expression], new: Sequence[tree.Expression], place: Place, same: Same
) -> Iterator[Fragment]:
    """Compares two rows of conditions: those of an `and`, the exceptions of a rule, the alternatives of an `or`."""
    pairs = matched(old, new, same)
    left = [each for i, each in enumerate(old) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(new) if j not in {j for _, j in pairs}]
    alone = not pairs and len(old) == len(new) == 1
    for a, b in best(left, right, lambda a, b: _enough(likeness(a, b, same)), print_expression):
        left.remove(a)
        right.remove(b)
        yield from changed(a, b, place, same)
    if alone and left and right and place.word != "exception":
        yield _rewritten(left[0], right[0], place)
        return
    for each in left:
        yield Fragment("removed", place.word, f"the {place.word} {code(each)} is dropped", print_expression(each), None,
                       each.span, None)  # fmt: skip
    for each in right:
        yield Fragment("added", place.word, f"the {place.word} {code(each)} is added", None, print_expression(each),
                       None, each.span)  # fmt: skip


def whole_changes(
    old: tree.Expression | None, new: tree.Expression | None, place: Place, same: Same
) -> Iterator[Fragment]:
    """Compares two whole conditions, as they stand after `when` or `applies to`."""
    if old is not None and new is not None and same(old, new):
        return
    left = [] if old is None else flat(old, tree.And)
    right = [] if new is None else flat(new, tree.And)
    yield from condition_changes(left, right, place, same)


def likeness(a: tree.Expression, b: tree.Expression, same: Same) -> float:
    """How alike two conditions are, from 0 to 2, by the names in them and by what they compare."""
    for kind in (tree.Or, tree.And):
        some, others = flat(a, kind), flat(b, kind)
        if len(some) + len(others) > 2 and _akin(some, others, same):
            return 1
    a, b = _bare(a), _bare(b)
    shared = _shared(a, b, same)
    sort = 1 if type(a) is type(b) else 0.6
    left = isinstance(a, tree.Compare) and isinstance(b, tree.Compare) and same(a.left, b.left)
    return shared * sort + (1 if left else 0)


def _akin(some: Sequence[tree.Expression], others: Sequence[tree.Expression], same: Same) -> bool:
    """Whether one condition of each row is the same, or compares the same."""
    return any(same(a, b) or likeness(a, b, same) >= 1 for a in some for b in others)


def overlap(old: Sequence[tree.Expression], new: Sequence[tree.Expression], same: Same) -> float:
    """Which share of two rows of conditions is in both; what is alike counts three quarters. 1 for two empty rows."""
    pairs = matched(old, new, same)
    left = [each for i, each in enumerate(old) if i not in {i for i, _ in pairs}]
    right = [each for j, each in enumerate(new) if j not in {j for _, j in pairs}]
    similar = best(left, right, lambda a, b: _enough(likeness(a, b, same)), print_expression)
    together = len(old) + len(new) - len(pairs) - len(similar)
    return (len(pairs) + 0.75 * len(similar)) / together if together else 1


def changed(a: tree.Expression, b: tree.Expression, place: Place, same: Same) -> Iterator[Fragment]:
    """What is different in two conditions that are taken for one."""
    sorts = {type(normal(a, same.old)), type(normal(b, same.new))}
    for kind, word in ((tree.Or, "alternative"), (tree.And, "condition")):
        if kind not in sorts:
            continue
        some, others = flat(a, kind), flat(b, kind)
        if _akin(some, others, same):
            inner = word if place.word in ("condition", word) else f"{word} of the {place.word}"
            yield from condition_changes(some, others, Place(inner, place.purpose, place.about), same)
            return
    told = _wrapped(a, b, place, same) or _by_pieces(a, b, place, same)
    yield from told if told else [_rewritten(a, b, place)]


def _wrapped(a: tree.Expression, b: tree.Expression, place: Place, same: Same) -> list[Fragment]:
    """Where one of the two is the other one made certain."""
    for outer, other, words in ((b, a, "now has to be certain"), (a, b, "no longer has to be certain")):
        compare = same if outer is b else same.reversed()
        if isinstance(outer, tree.Certainly) and compare(other, outer.operand):
            sentence = f"the {place.word} {code(outer.operand)} {words}"
            return [Fragment("changed", place.word, sentence, print_expression(a), print_expression(b), a.span, b.span)]
    return []


def _by_pieces(a: tree.Expression, b: tree.Expression, place: Place, same: Same) -> list[Fragment]:
    found = pieces(a, b, same)
    if any(piece.aspect == "other" for piece in found):
        return []
    told = []
    for piece in found:
        old, new = _stated(piece, same)
        words = becomes(f"{piece.aspect}{_whose(piece, a, place)}:", old, new)
        told.append(Fragment("changed", piece.aspect, words, old, new, piece.old.span, piece.new.span))
    return told


def _stated(piece: Piece, same: Same) -> tuple[str, str]:
    """The two limits, ranges, windows or lists of values."""
    a, b = piece.old, piece.new
    match a, b:
        case tree.Compare(operator, _, right), tree.Compare(other_operator, _, other_right):
            return _limits((operator, right), (other_operator, other_right), same)
        case tree.LastN(operator=operator, right=right), tree.LastN(operator=other_operator, right=other_right):
            return _limits((operator, right), (other_operator, other_right), same)
        case tree.Between(_, low, high), tree.Between(_, lowest, highest):
            old = f"{valued(low, same.old)} to {valued(high, same.old)}"
            return old, f"{valued(lowest, same.new)} to {valued(highest, same.new)}"
        case tree.Within(length), tree.Within(other):
            return valued(length, same.old), valued(other, same.new)
        case tree.Lasting(_, length), tree.Lasting(_, other):
            return f"at least {valued(length, same.old)}", f"at least {valued(other, same.new)}"
        case tree.IsOneOf(_, some), tree.IsOneOf(_, others):
            return _values(some, a.negated), _values(others, b.negated)
        case tree.AtLeast(count), tree.AtLeast(other_count):
            return f"at least {count}", f"at least {other_count}"
        case tree.Quantified(), tree.Quantified():
            return f"at least {a.count}", f"at least {b.count}"
    raise AssertionError(f"no piece is a {type(a).__name__}")


def _limits(
    old: tuple[tree.Comparator, tree.Expression], new: tuple[tree.Comparator, tree.Expression], same: Same
) -> tuple[str, str]:
    """Two limits; where they differ in the operator alone, a parameter is its value and needs no name."""
    name = not same(old[1], new[1])
    return limit(*old, same.old, name=name), limit(*new, same.new, name=name)


def _whose(piece: Piece, whole: tree.Expression, place: Place) -> str:
    """What a limit is of, and what it is for."""
    if isinstance(piece.old, tree.Compare | tree.Between | tree.IsOneOf):
        subject = piece.old.left if isinstance(piece.old, tree.Compare) else piece.old.subject
        name = subject.name if isinstance(subject, tree.Name) else None
        name = print_expression(subject) if isinstance(subject, tree.Age) else name
        of = "" if name in place.about else f" of {name or code(subject)}"
    elif isinstance(piece.old, tree.LastN):
        of = f" of the last {piece.old.count} {piece.old.fact}"
    else:
        of = f" of {code(whole)}"
    where = place.purpose if place.word in ("condition", "alternative") else f" in the {place.word}"
    return f"{of}{where}"


def _values(values: Sequence[tree.Identifier | tree.Text], negated: bool) -> str:
    named = [value.name if isinstance(value, tree.Identifier) else f'"{value.text}"' for value in values]
    return ("none of " if negated and len(named) > 1 else "not " if negated else "") + " or ".join(named)


def _rewritten(a: tree.Expression, b: tree.Expression, place: Place) -> Fragment:
    words = becomes(place.word, code(a), code(b))
    return Fragment("changed", place.word, words, print_expression(a), print_expression(b), a.span, b.span)


def _enough(value: float) -> float:
    return value if value >= ALIKE else 0


def _bare(expression: tree.Expression) -> tree.Expression:
    while isinstance(expression, tree.Not | tree.Certainly):
        expression = expression.operand
    return expression


def _shared(a: tree.Expression, b: tree.Expression, same: Same) -> float:
    """The share of names that are in both conditions."""
    old = {same.names.expression.get(name, name) for name in names_in(a)}
    new = names_in(b)
    return len(old & new) / len(old | new) if old | new else 0


def names_in(expression: tree.Expression) -> set[str]:
    """The facts and derived facts that a condition is about."""
    found: set[str] = set()
    for each in tree.walk(expression):
        match each:
            case tree.Name(name):
                found.add(name)
            case tree.Aggregate() | tree.Happened() | tree.Quantified() | tree.Change() | tree.TimeSince():
                found.add(each.fact.name)
            case tree.LastN(fact=fact):
                found.add(fact.name)
            case tree.Age():
                found.add("age")
            case tree.Recommended(target=target):
                found.add(f"recommended {target}")
    return found

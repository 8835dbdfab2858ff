"""What questions to one history have to do with each other, whatever the history is.

A history may be anything, so a question to it is taken as it comes (`prove.every`). What two questions share is still
true of every patient: an event of the last 30 days is one of the last 60, two results above 6 are above 5, the average
lies between the lowest and the highest. These are said here of pairs of questions to one fact, in the terms of their
answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guidelang.calendar import Duration
from guidelang.network.events import Comparator, Comparison, Lasting, Occurs
from guidelang.network.hash import canonical, plain
from guidelang.network.ir import Aggregate, Constant, LastN, Network, NodeId
from guidelang.prove.numbers import compared, scaled
from guidelang.prove.smt import FALSE, TRUE, Bool, all_of, implies, negated
from guidelang.prove.terms import Rails, Range, Term


@dataclass(frozen=True, slots=True)
class Limit:
    """A value of the fact compares so with a number, in the fact's own unit; `term` for a limit that is no constant."""

    operator: Comparator
    number: Fraction | None
    key: str
    term: Range


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a history and its answer.

    Attributes:
        measured: whether the fact has values, so that its events are results with one time.
        how: how an event has to lie to the days from `first` to `last`; None is without limit.
        among: what else says which events are meant (relations, days), as a key.
        limits: what is asked of a value; None where that is nothing this module compares.
        test: the whole test, as a key.
    """

    node: Occurs | LastN | Aggregate | Lasting
    answer: Term
    measured: bool
    how: str
    first: Range | None
    last: Range | None
    among: str
    limits: tuple[Limit, ...] | None
    test: str


def asked_of(
    network: Network,
    node: Occurs | LastN | Aggregate | Lasting,
    answer: Term,
    *,
    terms: Mapping[NodeId, Term],
    key: Callable[[NodeId], str],
    back: Callable[[Duration], Range],
) -> Asked:
    """A question with what can be compared of it.

    Args:
        terms: of the limits and days that the node names.
        key: of a node, equal for equal meaning.
        back: the day that lies a length of time before the evaluation day.
    """
    measured = network.facts[node.fact].type != "yes_no"
    first = last = None
    how, among = "", ""
    limits: tuple[Limit, ...] | None = ()
    test = ""
    if not isinstance(node, Lasting):
        if node.relations or node.day is not None:
            among = str(canonical(plain((node.relations, node.day))))  # equal only if the same nodes are named
        if node.time is not None:
            how = node.time.how
            first, last = (None if end is None else _range(terms[end]) for end in (node.time.first, node.time.last))
    if isinstance(node, Aggregate | LastN) and node.window is not None:
        first, last = back(node.window), back(Duration(0, "day"))
    if isinstance(node, LastN):
        limits = (_limit(network, Comparison(node.operator, node.right, node.factor, node.offset), terms, key),)
    elif isinstance(node, Occurs | Lasting):
        test = str(canonical(plain((node.test.words, node.test.excluded))))
        limits = tuple(_limit(network, each, terms, key) for each in node.test.comparisons)
        if node.test.words:
            limits = None
    if limits:
        test += str(sorted((limit.operator, limit.key) for limit in limits))
    return Asked(node, answer, measured, how, first, last, among, limits, test)


def _limit(
    network: Network, comparison: Comparison, terms: Mapping[NodeId, Term], key: Callable[[NodeId], str]
) -> Limit:
    """A comparison in the unit of the fact."""
    node, factor, offset = network.nodes[comparison.right], comparison.factor, comparison.offset
    number = (node.value - offset) / factor if isinstance(node, Constant) else None
    operator = comparison.operator if factor > 0 else _TURNED[comparison.operator]
    name = str(number) if number is not None else f"{key(comparison.right)} {factor} {offset}"
    return Limit(operator, number, name, scaled(_range(terms[comparison.right]), 1 / factor, -offset / factor))


_TURNED: Mapping[Comparator, Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _range(term: Term) -> Range:
    assert isinstance(term, Range)
    return term


def shared(a: Asked, b: Asked) -> Iterator[Bool]:
    """What holds of two questions to the same fact; asked in both orders."""
    if a.among != b.among or (not a.measured and a.how != b.how):
        return
    match a.node, b.node:
        case Occurs(), Occurs():
            yield from _occurs(a, b)
        case LastN(), LastN():
            yield from _last(a, b)
        case Lasting(), Lasting():
            yield from _lasting(a, b)
        case Aggregate(), Aggregate():
            yield from _aggregates(a, b)
        case Aggregate(how="highest" | "lowest"), Occurs():
            yield from _extreme(a, b)


def _within(a: Asked, b: Asked) -> Bool:
    """Whether the days of the first lie among those of the second."""
    ends = [end for end in (a.first, a.last, b.first, b.last) if end is not None]
    after = TRUE if b.first is None else FALSE if a.first is None else a.first.low >= b.first.high
    before = TRUE if b.last is None else FALSE if a.last is None else a.last.high <= b.last.low
    return all_of((after, before, *(end.known for end in ends)))


def _ends_no_later(a: Asked, b: Asked) -> Bool:
    """Whether the days of the first end with those of the second, or before."""
    if b.last is None:
        return TRUE
    return FALSE if a.last is None else all_of((a.last.known, b.last.known, a.last.high <= b.last.low))


def _implies_test(a: Asked, b: Asked) -> bool:
    """Whether who passes the first test passes the second."""
    if a.test == b.test:
        return True
    if a.limits is None or b.limits is None:
        return b.limits == ()
    return all(any(_stricter(one, other) for one in a.limits) for other in b.limits)


def _stricter(a: Limit, b: Limit) -> bool:
    if (a.operator, a.key) == (b.operator, b.key):
        return True
    if a.number is None or b.number is None:
        return False
    upward, downward = (">", ">="), ("<", "<=")
    if a.operator in upward and b.operator in upward:
        return a.number > b.number or (a.number == b.number and (a.operator == ">" or b.operator == ">="))
    if a.operator in downward and b.operator in downward:
        return a.number < b.number or (a.number == b.number and (a.operator == "<" or b.operator == "<="))
    return False


def _occurs(a: Asked, b: Asked) -> Iterator[Bool]:
    assert isinstance(a.node, Occurs)
    assert isinstance(b.node, Occurs)
    one, other, within = _rails(a), _rails(b), _within(a, b)
    same_days = all_of((within, _within(b, a)))
    every = (a.node.quantifier == "every", b.node.quantifier == "every")
    if every == (False, False):
        harder = a.node.count >= b.node.count and (a.node.different_days or not b.node.different_days)
        if harder and _implies_test(a, b):
            yield implies(all_of((within, one.true)), other.true)
            # where nothing was measured nothing is known, so more days may know more
            yield implies(all_of((same_days if a.measured else within, other.false)), one.false)
    elif every == (True, True) and _implies_test(a, b):
        yield implies(all_of((same_days, one.true)), other.true)
        yield implies(all_of((_within(b, a), other.false)), one.false)
    elif every == (True, False) and a.node.count == b.node.count == 1 and _implies_test(a, b):
        yield implies(all_of((same_days, one.true)), other.true)
        yield implies(all_of((same_days, other.false)), one.false)


def _last(a: Asked, b: Asked) -> Iterator[Bool]:
    assert isinstance(a.node, LastN)
    assert isinstance(b.node, LastN)
    one, other = _rails(a), _rails(b)
    if _implies_test(a, b) and a.node.count >= b.node.count:
        yield implies(all_of((_within(a, b), one.true)), other.true)
        yield implies(all_of((_within(b, a), other.false)), one.false)


def _lasting(a: Asked, b: Asked) -> Iterator[Bool]:
    assert isinstance(a.node, Lasting)
    assert isinstance(b.node, Lasting)
    units = {a.node.duration.unit, b.node.duration.unit}
    if len(units) == 1 and a.node.duration.count >= b.node.duration.count and _implies_test(a, b):
        yield implies(_rails(a).true, _rails(b).true)
        yield implies(_rails(b).false, _rails(a).false)


def _aggregates(a: Asked, b: Asked) -> Iterator[Bool]:
    assert isinstance(a.node, Aggregate)
    assert isinstance(b.node, Aggregate)
    if not isinstance(a.answer, Range) or not isinstance(b.answer, Range):
        return
    hows, within = (a.node.how, b.node.how), _within(a, b)
    same_days, known = all_of((within, _within(b, a))), all_of((a.answer.known, b.answer.known))
    if hows in _ORDERED:
        yield implies(all_of((same_days, known)), _not_above(a.answer, b.answer))
    if set(hows) <= _OF_ALL:
        yield implies(same_days, a.answer.known == b.answer.known)
    if hows in (("highest", "highest"), ("count", "count")):
        yield implies(all_of((within, known)), _not_above(a.answer, b.answer))
    if hows == ("lowest", "lowest"):
        yield implies(all_of((within, known)), _not_above(b.answer, a.answer))
    if hows == ("latest", "latest"):
        # what lies among the later days is newer than all before them
        same_end = all_of((within, _ends_no_later(b, a)))
        yield implies(all_of((same_end, a.answer.known)), all_of((b.answer.known, _same(a.answer, b.answer))))


_OF_ALL = frozenset({"highest", "lowest", "average"})
"""What is known where every result can be used, and at least one is there."""

_ORDERED: Sequence[tuple[str, str]] = (
    ("lowest", "average"),
    ("average", "highest"),
    ("lowest", "highest"),
    ("lowest", "latest"),
    ("latest", "highest"),
    ("lowest", "earliest"),
    ("earliest", "highest"),
)


def _extreme(a: Asked, b: Asked) -> Iterator[Bool]:
    """The highest value says whether any or every result lies above a limit, and so on."""
    assert isinstance(a.node, Aggregate)
    assert isinstance(b.node, Occurs)
    if not isinstance(a.answer, Range) or b.limits is None or len(b.limits) != 1 or b.node.count != 1:
        return
    (limit,) = b.limits
    upward = limit.operator in (">", ">=")
    if limit.operator in ("=", "!=") or upward != ((a.node.how == "highest") == (b.node.quantifier != "every")):
        return
    same = all_of((_within(a, b), _within(b, a), a.answer.known))
    verdict, rails = compared(limit.operator, a.answer, limit.term), _rails(b)
    yield implies(all_of((same, verdict.true)), negated(rails.false))
    yield implies(all_of((same, verdict.false)), negated(rails.true))
    yield implies(all_of((same, rails.true)), negated(verdict.false))
    yield implies(all_of((same, rails.false)), negated(verdict.true))


def _not_above(a: Range, b: Range) -> Bool:
    return all_of((a.low <= b.low, a.high <= b.high))


def _same(a: Range, b: Range) -> Bool:
    return all_of((_not_above(a, b), _not_above(b, a)))


def _rails(asked: Asked) -> Rails:
    assert isinstance(asked.answer, Rails)
    return asked.answer

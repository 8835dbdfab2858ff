"""Scores, tables and `first known of` as terms: what `run.scores` does, for all patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce

from guidelang.network.ir import NodeId, Row, Score, ScoreItem, Table
from guidelang.prove.numbers import point
from guidelang.prove.smt import FALSE, TRUE, Bool, all_of, any_of, choose, greater, negated, number, smaller
from guidelang.prove.terms import Rails, Range, Term, Word


def first_known(operands: Sequence[Range | Word]) -> Range | Word:
    """The first operand that is known."""
    result = operands[-1]
    for operand in reversed(operands[:-1]):
        known = any_of((operand.known, result.known))
        if isinstance(operand, Word) and isinstance(result, Word):
            result = Word(known, choose(operand.known, operand.code, result.code))
        else:
            assert isinstance(operand, Range)
            assert isinstance(result, Range)
            points = operand.low is operand.high and result.low is result.high
            low = choose(operand.known, operand.low, result.low)
            result = Range(known, low, low if points else choose(operand.known, operand.high, result.high))
    return result


def score(node: Score, terms: Mapping[NodeId, Term]) -> Range:
    """The sum of what its items count."""
    counts = [_counted(node, item, terms[item.operand]) for item in node.items]
    known = all_of(count.known for count in counts)
    low = reduce(lambda a, b: a + b, (count.low for count in counts), number(0))
    if all(count.low is count.high for count in counts):
        return Range(known, low, low)
    return Range(known, low, reduce(lambda a, b: a + b, (count.high for count in counts), number(0)))


def _counted(node: Score, item: ScoreItem, term: Term) -> Range:
    if item.points is None:
        assert isinstance(term, Range)
        usable = term.known if node.missing == "bounds" else all_of((term.known, term.is_point))
        if node.missing != "zero":
            return Range(usable, term.low, term.high if node.missing == "bounds" else term.low)
        counted = choose(usable, term.low, number(0))
        return point(counted)
    assert isinstance(term, Rails)
    points, nothing = number(item.points), number(0)
    if node.missing == "bounds":
        least, most = number(min(item.points, Fraction(0))), number(max(item.points, Fraction(0)))
        low = choose(term.true, points, choose(term.false, nothing, least))
        return Range(TRUE, low, choose(term.true, points, choose(term.false, nothing, most)))
    counted = choose(term.true, points, nothing)
    return Range(TRUE if node.missing == "zero" else term.known, counted, counted)


def table(node: Table, terms: Mapping[NodeId, Term], code: Callable[[str], int]) -> Range | Word:
    """What the row that holds gives; where several may hold, their common value, or the hull of their numbers."""
    rows = [(row, _rails(terms[row.condition])) for row in node.rows]
    certain = any_of(rails.true for _, rails in rows)
    possible = [(row, any_of((rails.true, all_of((negated(certain), rails.unknown))))) for row, rails in rows]
    some = any_of(here for _, here in possible)
    nothing = any_of(here for row, here in possible if row.number is None and row.word is None)
    if any(row.word is not None for row in node.rows):
        return _word(possible, some, nothing, code)
    return _number(possible, some, nothing)


def _word(possible: Sequence[tuple[Row, Bool]], some: Bool, nothing: Bool, code: Callable[[str], int]) -> Word:
    words = dict.fromkeys(row.word for row, _ in possible if row.word is not None)
    value, alone = number(0), [FALSE]
    for word in words:
        here = any_of(there for row, there in possible if row.word == word)
        elsewhere = any_of((nothing, *(there for row, there in possible if row.word not in (word, None))))
        only = all_of((here, negated(elsewhere)))
        value = choose(only, number(code(word)), value)
        alone.append(only)
    return Word(all_of((some, any_of(alone))), value)


def _number(possible: Sequence[tuple[Row, Bool]], some: Bool, nothing: Bool) -> Range:
    numbers = [(row.number, here) for row, here in possible if row.number is not None]
    low = high = number(0)
    begun = FALSE
    for value, here in numbers:
        given = number(value)
        low = choose(here, choose(begun, smaller(low, given), given), low)
        high = choose(here, choose(begun, greater(high, given), given), high)
        begun = any_of((begun, here))
    return Range(all_of((some, negated(nothing))), low, high)


def _rails(term: Term) -> Rails:
    assert isinstance(term, Rails)
    return term

"""Where a condition is asked for, and on which side of a `not`: through derived facts and conclusions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guidelang.model import Symbols
from guidelang.syntax import tree


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A part of a condition.

    Attributes:
        node: the part, which may stand in a derived fact.
        positive: whether the condition as a whole can only become truer as this part does; behind an odd number of
            `not` and `unless` it is False.
        written: the part of the rule's own text that leads to it.
        proven: whether it stands behind a `certainly`, which takes unknown for false.
    """

    node: tree.Expression
    positive: bool
    written: tree.Expression
    proven: bool = False


def of_rule(rule: tree.Rule, symbols: Symbols) -> Iterator[Occurrence]:
    """All parts of what a rule asks: its `when`, and the opposite of each `unless`."""
    return occurrences(_conditions(rule, True), symbols)


def occurrences(conditions: Iterable[tuple[tree.Expression, bool]], symbols: Symbols) -> Iterator[Occurrence]:
    """All parts of conditions with their sign. A derived fact is entered once with each sign.

    A conclusion is entered through the rules that conclude it. `recommended …` is not: the rules that give the advice
    are looked at themselves.
    """
    entered: set[tuple[str, bool, bool]] = set()
    waiting: list[tuple[tree.Expression, bool, tree.Expression | None, bool]]  # the third: the name that led to it
    waiting = [(node, positive, None, False) for node, positive in reversed(list(conditions))]
    while waiting:
        node, positive, through, proven = waiting.pop()
        yield Occurrence(node, positive, through or node, proven)
        if isinstance(node, tree.Name):
            if (node.name, positive, proven) not in entered:
                entered.add((node.name, positive, proven))
                behind = _behind(node.name, positive, symbols)
                waiting.extend((part, sign, through or node, proven) for part, sign in behind)
            continue
        if isinstance(node, tree.IsState):
            continue  # whether something is known does not become truer with it
        inside = positive != isinstance(node, tree.Not)
        proven = proven or isinstance(node, tree.Certainly)
        waiting.extend((part, inside, through, proven) for part in reversed(tree.parts(node)))


def _conditions(rule: tree.Rule, positive: bool) -> list[tuple[tree.Expression, bool]]:
    when = [] if rule.when is None else [(rule.when, positive)]
    return [*when, *((exception, not positive) for exception in rule.unless)]


def _behind(name: str, positive: bool, symbols: Symbols) -> list[tuple[tree.Expression, bool]]:
    if name in symbols.defines:
        return [(symbols.defines[name].declaration.value, positive)]
    if name in symbols.conclusions:
        rules = (symbols.rules[rule] for rule in symbols.conclusions[name].rules)
        return [condition for rule in rules for condition in _conditions(rule, positive)]
    return []

"""What examples do not cover: proved to be covered by nobody, or an example that does, or neither.

The solver is asked for a patient; the executor says whether the patient covers the item. A patient found for one item
is tried on all others first, so that a few examples cover many.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from guidelang.prove import Draft, Entry, Open, Proved, Prover, Question, Shown
from guidelang.prove.draft import units_of
from guidelang.prove.encode import Encoding
from guidelang.prove.prover import Encodings, Evaluations
from guidelang.prove.smt import Bool
from guidelang.run.evaluation import Evaluation
from guidelang.testing.coverage.item import Item, ReadUnit
from guidelang.testing.coverage.plan import Plan


@dataclass(frozen=True, slots=True)
class Found:
    """A patient, what became of the patient, and the items that this covers."""

    draft: Draft
    evaluation: Evaluation
    items: tuple[Item, ...]


@dataclass(slots=True)
class Sought:
    """What became of items that were asked about.

    Attributes:
        found: patients, in the order in which they were found; each covers something that none before covers.
        unreachable: items that nobody can cover.
        undecided: items of which that is not known, each with the reason.
    """

    found: list[Found] = field(default_factory=list)
    unreachable: list[Item] = field(default_factory=list)
    undecided: dict[str, str] = field(default_factory=dict)


_FIRST = ("decision", "threshold", "row", "condition", "unit", "rule")


def seek(
    plan: Plan,
    items: Iterable[Item],
    *,
    as_of: dt.date,
    seconds: float,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Sought:
    """Asks the solver for patients who cover these items.

    Args:
        as_of: the evaluation day of the patients.
        seconds: how long the solver may think about one item.
    """
    prover = Prover([plan.network], as_of, seconds)
    waiting = {item.key: item for item in sorted(items, key=lambda each: _FIRST.index(each.kind))}
    total, sought = len(waiting), Sought()
    while waiting:
        item = next(iter(waiting.values()))
        answer = _patient(plan, item, prover)
        if isinstance(answer, Shown):
            evaluation = answer.evaluations[0]
            covered = tuple(plan.covered(evaluation, waiting.values()))
            sought.found.append(Found(answer.draft, evaluation, covered))
            for each in covered:
                del waiting[each.key]
        else:
            del waiting[item.key]
            if isinstance(answer, Proved):
                sought.unreachable.append(item)
            else:
                sought.undecided[item.key] = answer.why
        on_progress(total - len(waiting), total)
    return sought


def _patient(plan: Plan, item: Item, prover: Prover) -> Shown | Proved | Open:
    if item.unit is not None:
        return _reading(plan, item, item.unit, prover)
    assert item.node is not None
    node = item.node

    def terms(encodings: Encodings) -> list[Bool]:
        return [Encoding(plan.asked, encodings[0].space).condition(node).true]

    def shows(evaluations: Evaluations) -> bool | None:
        return plan.is_covered(item, evaluations[0]) or None

    return prover.find(Question([terms], shows, ((node_below(plan, item),),)))


def node_below(plan: Plan, item: Item) -> str:
    """The condition of the guideline that an item is about, for the facts that it stands on."""
    return plan.network.scope if item.gate is None else item.gate[0]


def _reading(plan: Plan, item: Item, unit: ReadUnit, prover: Prover) -> Shown | Open:
    """A patient of whom nothing is known but this fact, in this unit."""
    for value in _values(plan, unit):
        units = {**units_of((plan.network,)), unit.fact: unit.unit}
        draft = Draft(as_of=prover.as_of, entries={unit.fact: (Entry(value),)}, units=units)
        evaluations = prover.run(draft)
        if plan.is_covered(item, evaluations[0]):
            return Shown(draft, evaluations)
    return Open("no value was found that is plausible in this unit")


def _values(plan: Plan, unit: ReadUnit) -> Iterator[Fraction]:
    """Plain numbers in a unit: those that are near the middle of the plausible range in the fact's own unit first."""
    definition = plan.network.facts[unit.fact]
    change = next((each for each in definition.conversions if each.unit == unit.unit), None)
    if definition.plausible is not None and (change is not None or unit.unit == definition.unit):
        middle = sum(definition.plausible, Fraction(0)) / 2
        if change is not None:
            middle = (middle - change.offset) / change.factor
        for places in range(4):
            yield Fraction(round(middle, places))
    yield from (Fraction(10) ** power for power in range(-3, 5))

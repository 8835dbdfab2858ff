"""What the examples of a guideline cover, and what became of the rest."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from guidelang.diagnostics import Report
from guidelang.model import Guideline, load
from guidelang.model.locate import sources_of, value_sets_of
from guidelang.network import compile_network
from guidelang.source import Source
from guidelang.syntax import print_parameter_value, tree
from guidelang.terminology import ValueSets
from guidelang.testing.coverage.codes import covered_codes
from guidelang.testing.coverage.item import Item, Kind
from guidelang.testing.coverage.offers import Offer
from guidelang.testing.coverage.plan import Plan, plan_of
from guidelang.testing.examples import run_example
from guidelang.testing.guidelines import guidelines_in

State: TypeAlias = Literal["covered", "missing", "unreachable", "undecided"]
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The items of one guideline, and what became of each.

    Attributes:
        covered: the examples that cover an item, by its key.
        offers: examples that would cover what is missing; each covers something that no other offer covers.
        offered: the offer for a missing item, by its key.
        unreachable: the keys of items that nobody can cover.
        undecided: the keys of items of which it is not known whether somebody can cover them, with the reason.
    """

    plan: Plan
    examples: int
    covered: Mapping[str, tuple[str, ...]]
    offers: tuple[Offer, ...]
    offered: Mapping[str, Offer]
    unreachable: frozenset[str]
    undecided: Mapping[str, str]

    def state(self, item: Item) -> State:
        """What became of an item."""
        if item.key in self.covered:
            return "covered"
        if item.key in self.unreachable:
            return "unreachable"
        return "missing" if item.key in self.offered else "undecided"

    def counts(self, items: Iterable[Item] | None = None) -> Counts:
        """How many of the items, or of these, became what."""
        found = Counter(self.state(item) for item in (self.plan.items if items is None else items))
        return Counts(found["covered"], found["missing"], found["unreachable"], found["undecided"])

    def of_kind(self, kind: Kind) -> tuple[Item, ...]:
        return tuple(item for item in self.plan.items if item.kind == kind)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items became what."""

    covered: int
    missing: int
    unreachable: int
    undecided: int

    @property
    def counted(self) -> int:
        """Those that somebody can cover, or may be able to."""
        return self.covered + self.missing + self.undecided

    @property
    def percent(self) -> float:
        """Covered of counted, from 0 to 100; of nothing, 100. Below 100 it is never rounded up to it."""
        return 100.0 if not self.counted else 100.0 * self.covered / self.counted


@dataclass(frozen=True, slots=True)
class Loaded:
    """One edition of a guideline, and how to load it with other parameters."""

    plan: Plan
    files: tuple[Source, ...]
    value_sets: ValueSets


def plans(where: str | Path | Source, report: Report, valuesets: Iterable[str | Path] = ()) -> list[Loaded]:
    """The guideline's editions with their items; faults go to the report."""
    found = []
    for edition in guidelines_in(where):
        files = sources_of(edition, report)
        value_sets = value_sets_of(files, valuesets)
        guideline = load(files, report, value_sets=value_sets)
        if guideline is not None:
            found.append(Loaded(plan_of(guideline, compile_network(guideline)), files, value_sets))
    return found


def covered_by(loaded: Loaded) -> dict[str, list[str]]:
    """For each item that examples cover, by its key, their names. An example that fails covers nothing."""
    own = loaded.plan
    load_again = partial(load, loaded.files, value_sets=loaded.value_sets)
    by_settings: dict[tuple[object, ...], Plan | None] = {(id(own.guideline.symbols.head.applies_to),): own}
    found: dict[str, list[str]] = {}
    for example in own.guideline.symbols.examples:
        settings = {s.parameter.name: print_parameter_value(s.value) for s in example.settings}
        meant = own.guideline.for_example(example)
        key = (id(meant.symbols.head.applies_to), *sorted(settings.items()))
        if key not in by_settings:
            other = load_again(Report(), settings) if settings else meant
            other = None if other is None else other.for_example(example)
            by_settings[key] = None if other is None else plan_of(other, compile_network(other))
        plan = by_settings[key]
        if plan is not None:
            for item in _covered(plan, example):
                found.setdefault(item.key, []).append(example.name.text)
    keys = {item.key for item in own.items}
    return {key: names for key, names in found.items() if key in keys}


def _covered(plan: Plan, example: tree.Example) -> tuple[Item, ...]:
    result = run_example(example, plan.network, "direct")
    if not result.passed:
        return ()
    codes = covered_codes(plan.network, plan.items, example, result.evaluation.facts.as_of)
    return *plan.covered(result.evaluation), *codes


def coverage_of(
    loaded: Loaded, *, seconds: float = 5.0, on_progress: Progress = lambda _done, _total: None
) -> Coverage:
    """Runs the examples, and asks the solver about what they do not cover.

    Args:
        seconds: how long the solver may think about one item.
    """
    from guidelang.testing.coverage.missing import seek  # needs the solver
    from guidelang.testing.coverage.offers import offers
    from guidelang.testing.coverage.records import record_offers

    plan = loaded.plan
    covered = covered_by(loaded)
    missing = [item for item in plan.items if item.key not in covered]
    day = day_of(plan.guideline)
    sought = seek(
        plan,
        (item for item in missing if item.code is None),
        as_of=day,
        seconds=seconds,
        on_progress=on_progress,
    )
    good, bad = offers(plan, sought.found, loaded.files, loaded.value_sets)
    recorded, unwritten = record_offers(plan, (item for item in missing if item.code is not None), day)
    good += recorded
    undecided = dict(sought.undecided) | unwritten
    undecided |= {item.key: "a patient was found, but no example of it passes" for each in bad for item in each.items}
    return Coverage(
        plan=plan,
        examples=len(plan.guideline.symbols.examples),
        covered={key: tuple(names) for key, names in covered.items()},
        offers=tuple(good),
        offered={item.key: offer for offer in good for item in offer.items},
        unreachable=frozenset(item.key for item in sought.unreachable),
        undecided=undecided,
    )


def day_of(guideline: Guideline) -> dt.date:
    """The evaluation day of examples that are made: that of most examples, else when the guideline takes effect."""
    days = Counter(e.on.text for e in guideline.symbols.examples if e.on is not None)
    if days:
        return dt.date.fromisoformat(min(days, key=lambda day: (-days[day], day)))
    effective = guideline.symbols.head.effective
    return dt.date.fromisoformat(effective.text) if effective is not None else dt.date(2024, 6, 1)


def total(some: Iterable[Coverage]) -> Counts:
    """The counts of several guidelines together."""
    counts = [coverage.counts() for coverage in some]
    return Counts(*(sum(getattr(each, name) for each in counts) for name in STATES))


STATES: tuple[State, ...] = ("covered", "missing", "unreachable", "undecided")
KIND_WORDS: dict[Kind, str] = {
    "rule": "outcomes of rules",
    "condition": "values of conditions",
    "decision": "conditions deciding",
    "threshold": "thresholds",
    "row": "rows of tables",
    "unit": "units",
    "code": "codes",
}

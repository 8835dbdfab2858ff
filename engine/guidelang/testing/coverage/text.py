"""Coverage for a terminal: a line for each rule, then each condition that lacks something."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from guidelang.network.ir import LocalChange
from guidelang.testing.coverage.coverage import KIND_WORDS, Counts, Coverage
from guidelang.testing.coverage.item import KINDS, Item, Statement
from guidelang.testing.coverage.reasons import reasons


def percent_text(counts: Counts) -> str:
    """With one decimal, cut off: 99.96 is no 100."""
    return f"{math.floor(counts.percent * 10) / 10:.1f}"


def coverage_text(coverage: Coverage, *, examples: bool = False) -> str:
    """The page.

    Args:
        examples: print the examples that would cover what is missing.
    """
    return "\n".join(_lines(coverage, examples=examples)) + "\n"


def _lines(coverage: Coverage, *, examples: bool) -> Iterator[str]:
    guideline, counts = coverage.plan.guideline, coverage.counts()
    yield f"{guideline.name} {guideline.version}: {percent_text(counts)} percent covered by {_many(coverage.examples)}"
    yield ""
    yield from _table(coverage)
    yield ""
    told = f"{counts.covered} of {counts.counted} covered"
    if counts.unreachable:
        told += f"; {counts.unreachable} more proved to be covered by nobody, which do not count"
    yield told
    yield from _local(coverage)
    missing = [item for item in coverage.plan.items if coverage.state(item) == "missing"]
    if missing:
        yield f"\nnot covered ({len(missing)}):"
        yield from _by_place(missing)
    undecided = [item for item in coverage.plan.items if coverage.state(item) == "undecided"]
    if undecided:
        yield f"\nnot covered, and undecided whether anybody could ({len(undecided)}):"
        yield from _by_place(undecided)
        for why in dict.fromkeys(coverage.undecided[item.key] for item in undecided):
            yield f"  why: {why}"
    if coverage.offers and examples:
        yield "\nexamples that would cover it:"
        for offer in coverage.offers:
            yield f"\n{offer.text.rstrip()}"
            for name, content in offer.files.items():
                yield f"# {name}:\n{content.rstrip()}"
    elif coverage.offers:
        what = "it" if len(coverage.offers) == 1 else "them"
        yield f"\n{_many(len(coverage.offers))} would cover it: --missing prints {what}"


def _local(coverage: Coverage) -> Iterator[str]:
    """What is covered of that which local changes touch, change by change."""
    adaptation = coverage.plan.network.adaptation
    if adaptation is None:
        return
    yield f"local changes of {adaptation.base} {adaptation.version} ({len(adaptation.changes)}):"
    for change in adaptation.changes:
        items = touched(coverage, change)
        counts = coverage.counts(items)
        told = f"{counts.covered} of {counts.counted} covered" if items else "nothing in it is counted"
        yield f"  {change.name}: {told}"


def touched(coverage: Coverage, change: LocalChange) -> list[Item]:
    """The items of the rules, derived facts, facts and scope that a local change touches."""
    names = {each.name for each in change.touched if each.sort in ("rule", "derived", "fact")} | set(change.rules)
    scope = any(each.sort == "scope" for each in change.touched)
    return [
        item
        for item in coverage.plan.items
        if item.statement.name in names or (scope and item.statement.sort == "scope")
    ]


def _many(examples: int) -> str:
    return "1 example" if examples == 1 else f"{examples} examples"


def statements(items: Iterable[Item]) -> dict[Statement, list[Item]]:
    """Items by the statement that they are part of, in their order."""
    found: dict[Statement, list[Item]] = {}
    for item in items:
        found.setdefault(item.statement, []).append(item)
    return found


def _table(coverage: Coverage) -> Iterator[str]:
    """A row for each rule and derived fact, a column for each kind of item that there is."""
    kinds = [kind for kind in KINDS if coverage.of_kind(kind)]
    rows = [["", *(KIND_WORDS[kind] for kind in kinds), "percent"]]
    for statement, items in statements(coverage.plan.items).items():
        rows.append([statement.name, *_cells(coverage, items, kinds)])
    rows.append(["all", *_cells(coverage, coverage.plan.items, kinds)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _cells(coverage: Coverage, items: Sequence[Item], kinds: Sequence[str]) -> Iterator[str]:
    for kind in kinds:
        counts = coverage.counts(item for item in items if item.kind == kind)
        yield f"{counts.covered}/{counts.counted}" if counts.counted else "-"
    yield percent_text(coverage.counts(items))


def _by_place(items: Iterable[Item]) -> Iterator[str]:
    for own in statements(items).values():
        by_place: dict[str, list[Item]] = {}
        for item in own:
            by_place.setdefault(str(item.span), []).append(item)
        for place, each in by_place.items():
            yield f"  {place}"
            yield from (f"    {reason}" for reason in reasons(each))

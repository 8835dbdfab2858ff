"""Coverage for programs: JSON documents, and LCOV, which editors and reviews understand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guidelang.testing.coverage.coverage import STATES, Counts, Coverage, total
from guidelang.testing.coverage.item import KINDS, Item
from guidelang.testing.coverage.text import touched


def coverage_document(some: Iterable[Coverage]) -> dict[str, Any]:
    """All guidelines with all items, in plain JSON values."""
    some = list(some)
    return {**_counts(total(some)), "guidelines": [_guideline(each) for each in some]}


def _guideline(coverage: Coverage) -> dict[str, Any]:
    plan = coverage.plan
    return {
        "guideline": plan.guideline.name,
        "version": plan.guideline.version,
        "hash": plan.network.hash,
        "examples": coverage.examples,
        **_counts(coverage.counts()),
        "kinds": {kind: _counts(coverage.counts(own)) for kind in KINDS if (own := coverage.of_kind(kind))},
        "local_changes": _local(coverage),
        "items": [_item(coverage, item) for item in plan.items],
        "offers": [
            {"name": offer.name, "text": offer.text, "covers": [item.key for item in offer.items]}
            for offer in coverage.offers
        ],
    }


def _local(coverage: Coverage) -> list[dict[str, Any]]:
    """The local changes of an adapted guideline, each with what is covered of that which it touches."""
    adaptation = coverage.plan.network.adaptation
    return [
        {"name": change.name, "reason": change.reason, **_counts(coverage.counts(items))}
        for change in (() if adaptation is None else adaptation.changes)
        for items in (touched(coverage, change),)
    ]


def _counts(counts: Counts) -> dict[str, Any]:
    return {"percent": round(counts.percent, 4), **{state: getattr(counts, state) for state in STATES}}


def _item(coverage: Coverage, item: Item) -> dict[str, Any]:
    state = coverage.state(item)
    offer = coverage.offered.get(item.key) if state == "missing" else None
    return {
        "key": item.key,
        "kind": item.kind,
        "statement": item.statement.name,
        "subject": item.subject,
        "asks": item.asks,
        "title": item.title,
        "file": item.span.source.name,
        "line": item.span.line,
        "column": item.span.column,
        "state": state,
        "covered_by": list(coverage.covered.get(item.key, ())),
        "offer": None if offer is None else offer.name,
        "why": coverage.undecided.get(item.key) if state == "undecided" else None,
    }


def lcov(some: Iterable[Coverage]) -> str:
    """The items as branches of the lines where they stand; what nobody can cover is left out.

    A line is hit as often as examples cover items on it.
    """
    found: dict[str, dict[int, list[tuple[Coverage, Item]]]] = {}
    for coverage in some:
        for item in coverage.plan.items:
            if coverage.state(item) != "unreachable":
                lines = found.setdefault(item.span.source.name, {})
                lines.setdefault(item.span.line, []).append((coverage, item))
    return "".join(_file(name, lines) for name, lines in sorted(found.items()))


def _file(name: str, lines: dict[int, list[tuple[Coverage, Item]]]) -> str:
    out = ["TN:", f"SF:{name}"]
    taken = hit = 0
    for line, items in sorted(lines.items()):
        for branch, (coverage, item) in enumerate(items):
            times = len(coverage.covered.get(item.key, ()))
            taken += times > 0
            out.append(f"BRDA:{line},0,{branch},{times}")
    out += [f"BRF:{sum(len(items) for items in lines.values())}", f"BRH:{taken}"]
    for line, items in sorted(lines.items()):
        times = sum(len(coverage.covered.get(item.key, ())) for coverage, item in items)
        hit += times > 0
        out.append(f"DA:{line},{times}")
    out += [f"LF:{len(lines)}", f"LH:{hit}", "end_of_record"]
    return "\n".join(out) + "\n"

"""Items in few lines: why an example is there, and what examples lack."""

from __future__ import annotations

from collections.abc import Iterable

from guidelang.testing.coverage.item import Item


def reasons(items: Iterable[Item]) -> list[str]:
    """A line for each thing that items are about.

    Items that differ only in what a condition might be instead are one line; that a condition has a value goes without
    saying where it decides with that value.
    """
    items = list(items)
    deciding = [item for item in items if item.kind == "decision"]
    decided = {(item.statement, item.subject, _value(item)) for item in deciding}
    lines: dict[str, list[str]] = {}
    for item in items:
        if item.kind == "condition" and (item.statement, item.subject, item.asks) in decided:
            continue
        if item.kind == "decision":
            told = f"{item.statement.name}: {item.subject} {_value(item)}; if "
            lines.setdefault(told, []).append(item.asks.rpartition("not ")[2])
        else:
            lines.setdefault(item.title, [])
    return [f"{told}{' or '.join(others)}, another outcome" if others else told for told, others in lines.items()]


def _value(item: Item) -> str:
    return item.asks.partition(",")[0]

"""Scores, tables and formulas on a page: each with its value and its parts in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.trace import phrases
from guidelang.trace.document import DerivedDocument, PartDocument

HEADING = "Scores, tables and formulas"


@dataclass(frozen=True, slots=True)
class Sum:
    """A computed value in words; `known` is False where nobody can say anything about it."""

    name: str
    label: str | None
    value: str
    known: bool
    parts: tuple[str, ...]


def sums(derived: Sequence[DerivedDocument]) -> list[Sum]:
    """What is computed of parts, by name. All texts are safe for a terminal, and for nothing more."""
    return [_sum(each) for each in derived if each.form in ("score", "table", "formula")]


def _sum(derived: DerivedDocument) -> Sum:
    value = phrases.value(derived.value, derived.interval, derived.unit)
    if derived.status == "unknown" and derived.reasons:
        value += f": {phrases.reasons(derived.reasons, derived.details)}"
    return Sum(
        derived.name,
        None if derived.label is None else phrases.clean(derived.label),
        phrases.clean(value),
        derived.status == "known",
        tuple(phrases.clean(_part(part)) for part in derived.parts),
    )


def _part(part: PartDocument) -> str:
    words = part.label or part.words
    match part.kind:
        case "item":
            return f"{words}: {phrases.counts(part.truth, part.points, part.value, part.interval)}"
        case "row":
            given = phrases.measure(part.value, part.unit)
            where = words if words == "otherwise" else f"where {words}"
            return f"{where}: {given}" if part.truth == "true" else f"{where}, which may hold: {given}"
        case _ if part.truth is not None:
            return f"{words}: {({'true': 'yes', 'false': 'no'}).get(part.truth, 'unknown')}"
        case _:
            return f"{words}: {phrases.value(part.value, part.interval, part.unit)}"

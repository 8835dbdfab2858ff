"""Local changes in words, for all pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidelang.trace.document import GuidelineDocument, LocalChangeDocument
from guidelang.trace.phrases import clean


def heading(guideline: GuidelineDocument) -> str | None:
    """What is adapted: "Adapted from calciphylaxis 1.0.0: 2 local changes"; None if nothing is."""
    adaptation = guideline.adaptation
    if adaptation is None:
        return None
    count = len(adaptation.changes)
    told = f"{count} local change" + ("" if count == 1 else "s")
    return clean(f"Adapted from {adaptation.base} {adaptation.version}: {told}")


def changes(guideline: GuidelineDocument) -> list[LocalChangeDocument]:
    """All local changes; of a guideline that adapts none, none."""
    return [] if guideline.adaptation is None else guideline.adaptation.changes


def told(change: LocalChangeDocument) -> Iterator[str]:
    """A change in lines: what it does, and which rules it touches that it does not name itself."""
    if change.touched:
        yield clean("; ".join(each.words for each in change.touched))
    named = {each.name for each in change.touched}
    others = [rule for rule in change.rules if rule not in named]
    if others:
        yield clean(f"touches {', '.join(others)}")


def of_rules(rules: Iterable[str], guideline: GuidelineDocument) -> str:
    """The changes that touch some of these rules: "local change: No cinacalcet"; empty if none does."""
    wanted = set(rules)
    names = [change.name for change in changes(guideline) if wanted & set(change.rules)]
    return clean(f"local change{'' if len(names) == 1 else 's'}: {'; '.join(names)}") if names else ""

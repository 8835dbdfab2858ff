"""What to find out first, in words: facts that wait for the same code of the record are one thing to find out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guidelang.facts.state import Reason
from guidelang.run.no_event import AHEAD
from guidelang.trace import phrases
from guidelang.trace.document import MeasureFirstDocument, MissingDocument, TraceDocument

IN_NO_LIST = "is in no list of the loaded files"
"""How the detail of an unlisted code ends."""

UNLISTED_HELP = (
    "what helps: a list of the guideline, or a code-list parameter of the site, that has the code as what it is; or "
    "`codes complete` on the fact"
)


@dataclass(frozen=True, slots=True)
class Need:
    """Facts worth finding out together, mostly one. `told` says how much they decide, `help` what helps."""

    facts: tuple[str, ...]
    reasons: str
    told: str
    help: str | None

    @property
    def fact(self) -> str:
        return ", ".join(self.facts)


def needs(document: TraceDocument) -> list[Need]:
    """Every missing fact once, with all its reasons, first the one that would decide most.

    Facts that an unlisted code holds open stand together, where the first of them would stand. All texts are safe for a
    terminal, and for nothing more.
    """
    reasons: dict[str, dict[str, None]] = {}
    for missing in (document.scope.missing, *(outcome.missing for outcome in document.outcomes)):
        for fact in missing:
            reasons.setdefault(fact.fact, {})[phrases.missing(fact)] = None
    groups: dict[tuple[str, str], list[MeasureFirstDocument]] = {}
    for entry in document.measure_first:
        words = "; ".join(reasons.get(entry.fact, ()))
        groups.setdefault(("" if IN_NO_LIST in words else entry.fact, words), []).append(entry)
    applies = document.scope.status == "applies"
    return [
        Need(
            tuple(phrases.clean(entry.fact) for entry in entries),
            words,
            _told(entries) if applies else "",
            UNLISTED_HELP if IN_NO_LIST in words else None,
        )
        for (_, words), entries in groups.items()
    ]


def later(document: TraceDocument) -> list[tuple[str, str]]:
    """What nobody can find out today, with from when on and by how many rules it is needed."""
    applies = document.scope.status == "applies"
    return [
        (
            phrases.clean(entry.fact),
            ("not yet" if entry.day is None else f"from {entry.day} on")
            + (f", needed by {entry.needed_by}" if applies else ""),
        )
        for entry in document.measure_later
    ]


def no_set(missing: Iterable[MissingDocument]) -> str:
    """What stands in place of the sets of facts that could decide, where there are none."""
    ahead = any(detail.startswith(AHEAD) for fact in missing for detail in fact.details)
    return f"none today: {AHEAD}" if ahead else "none found"


def help_for(missing: Iterable[MissingDocument]) -> str | None:
    """What helps where one of these facts waits for a code that no list has."""
    details = [d for fact in missing if Reason.UNLISTED_CODE in fact.reasons for d in fact.details]
    return UNLISTED_HELP if any(detail.endswith(IN_NO_LIST) for detail in details) else None


def _told(entries: list[MeasureFirstDocument]) -> str:
    if len(entries) == 1:
        return f"needed by {entries[0].needed_by}, alone could decide {entries[0].decides}"
    return f"needed by {len({rule for entry in entries for rule in entry.rules})}"

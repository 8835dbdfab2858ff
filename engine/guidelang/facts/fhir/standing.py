"""Whether a record's status lets it count: yes, as a stated negative, not at all, or undecidable.

The defaults are those of eCQM practice (language: current value); a fact's own `with status` or `with verification`
takes their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from guidelang.network.ir import Reading


class Standing(IntEnum):
    """Ordered by what leads where several `from` clauses of one fact list the same code."""

    OUT = 0
    UNDECIDABLE = 1
    DENIES = 2
    COUNTS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """`detail` says what makes it undecidable; `may_be_yes` False: whatever it means, it makes nothing yes."""

    standing: Standing
    detail: str = ""
    may_be_yes: bool = True
    imprecise: bool = False  # undecidable because of a date, not because of a status


Judge: TypeAlias = Callable[[Reading], Verdict]

COUNTS = Verdict(Standing.COUNTS)
DENIES = Verdict(Standing.DENIES, may_be_yes=False)
OUT = Verdict(Standing.OUT, may_be_yes=False)


def undecidable(detail: str, *, may_be_yes: bool = True) -> Verdict:
    return Verdict(Standing.UNDECIDABLE, detail, may_be_yes)


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that leads among those of several readings; OUT for none."""
    return max(verdicts, key=lambda verdict: verdict.standing, default=OUT)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """How the statuses of one resource type stand.

    `wanted` are those that a fact asks for, in place of the default. `entered-in-error` never counts, not even then. A
    status that FHIR does not have is undecidable.
    """

    counts: frozenset[str]
    denies: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()
    undecidable: frozenset[str] = frozenset()

    def judge(self, status: str | None, wanted: tuple[str, ...]) -> Verdict:
        if status == "entered-in-error":
            return OUT
        if wanted:
            if status in wanted:
                return COUNTS
            if status in self.counts:
                return OUT
        if status is None:
            return undecidable("no status")
        if status in self.counts:
            return COUNTS
        if status in self.denies:
            return DENIES
        if status in self.out:
            return OUT
        return undecidable(f"status {status}" if status in self.undecidable else f"`{status}` is no status")

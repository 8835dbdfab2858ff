"""Whether a record's status lets it count: yes, as a stated negative, not at all, or undecidable.

The defaults are those of eCQM practice (language: current value); a fact's own `with status`, `with verification` or
`with intent` takes their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TypeAlias

from guidelang.network.ir import Reading
from guidelang.terminology import ANY, INTENTS


class Standing(IntEnum):
    """Ordered by what leads where several `from` clauses of one fact list the same code."""

    OUT = 0
    UNDECIDABLE = 1
    DENIES = 2
    COUNTS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """`detail` says what makes it undecidable, or why it is out ("it is resolved").

    `may_be_yes` False: whatever it means, it makes nothing yes.
    """

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


@lru_cache(maxsize=256)  # of the few words that statuses and intents are
def out(why: str) -> Verdict:
    """Not at all, with the reason in words."""
    return Verdict(Standing.OUT, why, may_be_yes=False)


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that leads among those of several readings; OUT for none."""
    return max(verdicts, key=lambda verdict: verdict.standing, default=OUT)


ORDERED = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
"""Intents of what was ordered; a proposal and a plan do not count unless a reading asks for them."""


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

    def judge(self, status: str | None, wanted: tuple[str, ...] = ()) -> Verdict:
        if status == "entered-in-error":
            return out("it is entered in error")
        if wanted:
            if status in wanted or wanted == (ANY,):
                return COUNTS
            if status in self.known and status not in self.denies and status != "unknown":
                return out(f"it is {status}")
        if status is None:
            return undecidable("no status")
        if status in self.counts:
            return COUNTS
        if status in self.denies:
            return DENIES
        if status in self.out:
            return out(f"it is {status}")
        return undecidable(f"status {status}" if status in self.undecidable else f"`{status}` is no status")

    def judge_negated(self, status: str | None, wanted: tuple[str, ...] = ()) -> Verdict:
        """How it stands where what was not done is asked for: what is a stated negative otherwise counts."""
        if status in self.denies:
            return COUNTS if not wanted or wanted == (ANY,) or status in wanted else OUT
        if status is None or status == "unknown":
            return undecidable("no status" if status is None else "status unknown")
        return OUT

    def judge_either(self, status: str | None, reading: Reading) -> Verdict:
        """By what the reading asks for, of a type that says in its status that something was not done."""
        if reading.negated:
            return self.judge_negated(status, reading.status)
        verdict = self.judge(status, reading.status)
        # a refusal is no such event, even where its status is asked for by name or by `any`
        return DENIES if verdict is COUNTS and status in self.denies else verdict

    @property
    def known(self) -> frozenset[str]:
        return self.counts | self.denies | self.out | self.undecidable


@dataclass(frozen=True, slots=True)
class Request:
    """How a request stands: by its status, its intent, and whether it asks for the thing or forbids it.

    Attributes:
        status: of a request to do it.
        intents: those that count unless a reading asks for others.
        draft: it is under review: then each status and intent counts unless a reading asks for some.
    """

    status: StatusRule
    intents: frozenset[str] = ORDERED
    draft: bool = False

    def judge(self, status: str | None, intent: str | None, forbids: bool | None, reading: Reading) -> Verdict:
        """`forbids` is None where the record cannot be understood on that point."""
        if forbids is True and not reading.negated:
            return out("it says not to do so")  # never a request, and no reason to think that there is one
        if forbids is False and reading.negated:
            return OUT
        rule = PROHIBITION if reading.negated else self.status
        verdict = rule.judge(status, reading.status or ((ANY,) if self.draft else ()))
        if verdict.standing is Standing.OUT:
            return verdict
        intended = self._intended(intent, reading.intent)
        if intended is OUT:
            return out(f"its intent is {intent}")
        if forbids is None:
            return undecidable("doNotPerform cannot be read")
        return verdict if intended is COUNTS else intended

    def _intended(self, intent: str | None, wanted: tuple[str, ...]) -> Verdict:
        if wanted == (ANY,):
            return COUNTS
        if intent is None:
            return undecidable("no intent") if wanted else COUNTS
        if intent not in INTENTS:
            return undecidable(f"`{intent}` is no intent")
        if wanted:
            return COUNTS if intent in wanted else OUT
        return COUNTS if self.draft or intent in self.intents else OUT


PROHIBITION = StatusRule(
    counts=frozenset({"active", "completed"}),
    out=frozenset({"on-hold", "cancelled", "stopped", "revoked", "draft"}),
    undecidable=frozenset({"unknown"}),
)
"""An order not to do something stands while it is active, and as one that was carried out."""

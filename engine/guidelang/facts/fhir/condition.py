"""Condition: a diagnosis counts while it is active and confirmed."""

from __future__ import annotations

from guidelang.calendar import Moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import code_words, concept
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.standing import COUNTS, DENIES, OUT, Standing, StatusRule, Verdict, undecidable
from guidelang.facts.fhir.timing import Clock
from guidelang.network.ir import Reading

CLINICAL = StatusRule(
    counts=frozenset({"active", "recurrence", "relapse"}), out=frozenset({"inactive", "remission", "resolved"})
)
_UNSETTLED = frozenset({"unconfirmed", "provisional", "differential"})


def condition(element: Element, clock: Clock, order: int) -> Event:
    """The diagnosis. Its date is that of onset, else the day it was recorded."""
    clinical = _one_word(element, "clinicalStatus")
    verification = _one_word(element, "verificationStatus")
    abated = _Abatement.of(element, clock)

    def judge(reading: Reading) -> Verdict:
        verdict = judge_verification(verification, reading.verification)
        if verdict is not COUNTS:
            return verdict
        if clinical is None and abated is not None and not reading.status:
            return abated.verdict(clock)
        verdict = CLINICAL.judge(clinical, reading.status)
        if clinical in CLINICAL.counts and verdict is COUNTS and abated is not None and not abated.is_ahead(clock):
            return abated.verdict(clock)  # active by its status and over by its date
        return verdict

    status = clinical if verification in (None, "confirmed") else verification
    return Event(
        "condition",
        element,
        concept(element.element("code")),
        clock.of(element, "onset", fallback="recordedDate"),
        status,
        judge,
        order=order,
    )


def judge_verification(verification: str | None, wanted: tuple[str, ...]) -> Verdict:
    """How a verification status stands: confirmed, or not stated, counts; refuted is a stated negative."""
    if verification == "entered-in-error":
        return OUT
    if wanted:
        if verification in wanted or (verification is None and "confirmed" in wanted):
            return COUNTS
        if verification == "confirmed":
            return OUT
    if verification == "refuted":
        return DENIES
    if verification == "confirmed" or (verification is None and not wanted):
        return COUNTS
    if verification is None:
        return undecidable("no verification status")
    words = f"verification {verification}"
    return undecidable(words if verification in _UNSETTLED else f"{words}, which is unknown")


class _Abatement:
    """When a diagnosis ended; `moment` None where the record says that it ended and no date."""

    def __init__(self, moment: Moment | None) -> None:
        self._moment = moment

    @classmethod
    def of(cls, element: Element, clock: Clock) -> _Abatement | None:
        period = element.element("abatementPeriod")
        if element.has("abatementDateTime"):
            return cls(clock.moment(element, "abatementDateTime"))
        if period is not None:
            return cls(clock.moment(period, "end", "start"))
        if any(element.has(name) for name in ("abatementAge", "abatementRange", "abatementString")):
            return cls(None)
        return None

    def is_ahead(self, clock: Clock) -> bool:
        return self._moment is not None and self._moment.first_day > clock.as_of

    def verdict(self, clock: Clock) -> Verdict:
        """OUT if it ended up to the evaluation day; where the end is ahead, no status says that it is active."""
        if self._moment is None or self._moment.last_day <= clock.as_of:
            return OUT
        if self.is_ahead(clock):
            return undecidable(f"no status; abatement {self._moment.text} lies ahead")
        return Verdict(Standing.UNDECIDABLE, f"abatement {self._moment.text} may lie ahead", imprecise=True)


def _one_word(element: Element, name: str) -> str | None:
    words = code_words(element.element(name))
    return words[0] if words else None

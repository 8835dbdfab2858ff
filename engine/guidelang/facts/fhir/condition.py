"""Condition: a diagnosis counts while it is active and confirmed."""

from __future__ import annotations

from guidelang.calendar import Moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import code_words, concept
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.standing import COUNTS, DENIES, OUT, Standing, StatusRule, Verdict, undecidable
from guidelang.facts.fhir.timing import Clock, When, is_before
from guidelang.facts.place import UNDATED, undated
from guidelang.facts.state import Course
from guidelang.network.ir import Reading
from guidelang.terminology import ANY

CLINICAL = StatusRule(
    counts=frozenset({"active", "recurrence", "relapse"}), out=frozenset({"inactive", "remission", "resolved"})
)
_UNSETTLED = frozenset({"unconfirmed", "provisional", "differential"})


def condition(element: Element, context: Context, order: int) -> Event:
    """The diagnosis. Its date is that of onset, else the day it was recorded."""
    clock = context.clock
    clinical = _one_word(element, "clinicalStatus")
    verification = _one_word(element, "verificationStatus")
    abated = _Abatement.of(element, clock)

    def judge(reading: Reading) -> Verdict:
        verdict = judge_verification(verification, reading.verification)
        if verdict is not COUNTS:
            return verdict
        verdict = CLINICAL.judge(clinical, reading.status)
        if reading.status or abated is None:
            return verdict
        if clinical is None:
            return abated.verdict(clock)
        if clinical in CLINICAL.counts and verdict is COUNTS and not abated.is_ahead(clock):
            return abated.verdict(clock)  # active by its status and over by its date
        return verdict

    def onset() -> tuple[When, ...]:
        moment = clock.of(element, "onset", fallback="recordedDate")
        return (When(moment, _course(element, clock, clinical, abated)),)

    return context.event(
        element,
        concept(element.element("code")),
        clinical if verification in (None, "confirmed") else verification,
        judge,
        {"onset": onset, "recorded": context.at(element, "recordedDate")},
        order=order,
    )


def begun_on(element: Element, clock: Clock, *, fallback: str) -> Moment | None:
    """The onset of a diagnosis or allergy, else the day on which it was recorded, by which it had begun."""
    begins = clock.moment(element, "onsetDateTime")
    if begins is None and element.has("onsetPeriod"):
        period = element.element("onsetPeriod")
        begins = clock.moment(period, "start") if period is not None else None
    return begins or clock.moment(element, fallback) or undated(clock.as_of)


def _course(element: Element, clock: Clock, clinical: str | None, abated: _Abatement | None) -> Course:
    """From onset to abatement. Without an onset a diagnosis that has ended began at any time before."""
    has_onset = element.has("onsetDateTime") or element.has("onsetPeriod")
    begins = begun_on(element, clock, fallback="recordedDate") if has_onset or abated is None else None
    if abated is not None:
        known = abated.ends is not None and abated.ends.text != UNDATED and not abated.is_contradicted
        return Course(begins, "dated", abated.ends) if known else Course(begins, "unknown")
    return Course(begins, "running" if clinical in CLINICAL.counts else "unknown")


def judge_verification(verification: str | None, wanted: tuple[str, ...]) -> Verdict:
    """How a verification status stands: confirmed, or not stated, counts; refuted is a stated negative."""
    if verification == "entered-in-error":
        return OUT
    if wanted == (ANY,):
        return COUNTS
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
    """When a diagnosis ended; `moment` None where the record says that it ended and no date.

    `ends` is the end of its course: None where a period of abatement has begun and not ended. An abatement before the
    onset contradicts the record, and then it tells nothing.
    """

    def __init__(self, moment: Moment | None, ends: Moment | None, *, is_contradicted: bool) -> None:
        self._moment = moment
        self.ends = ends
        self.is_contradicted = is_contradicted

    @classmethod
    def of(cls, element: Element, clock: Clock) -> _Abatement | None:
        moment = ends = None
        period = element.element("abatementPeriod")
        if element.has("abatementDateTime"):
            moment = ends = clock.moment(element, "abatementDateTime")
        elif period is not None:
            moment, ends = clock.moment(period, "end", "start"), clock.moment(period, "end")
        elif not any(element.has(name) for name in ("abatementAge", "abatementRange", "abatementString")):
            return None
        return cls(moment, ends, is_contradicted=_contradicts(element, clock, moment))

    def is_ahead(self, clock: Clock) -> bool:
        return self._moment is not None and self._moment.first_day > clock.as_of

    def verdict(self, clock: Clock) -> Verdict:
        """OUT if it ended up to the evaluation day; where the end is ahead, no status says that it is active."""
        if self.is_contradicted and self._moment is not None:
            return undecidable(f"abatement {self._moment.text} lies before the onset")
        if self._moment is None or self._moment.last_day <= clock.as_of:
            return OUT
        if self.is_ahead(clock):
            return undecidable(f"no status; abatement {self._moment.text} lies ahead")
        return Verdict(Standing.UNDECIDABLE, f"abatement {self._moment.text} may lie ahead", imprecise=True)


def _contradicts(element: Element, clock: Clock, abated: Moment | None) -> bool:
    onset = clock.moment(element, "onsetDateTime")
    period = element.element("onsetPeriod")
    if onset is None and period is not None:
        onset = clock.moment(period, "start")
    if abated is None or onset is None or UNDATED in (abated.text, onset.text) or not is_before(abated, onset):
        return False
    element.problem("abatement", f"it abated on {abated.text}, before its onset on {onset.text}")
    return True


def _one_word(element: Element, name: str) -> str | None:
    words = code_words(element.element(name))
    return words[0] if words else None

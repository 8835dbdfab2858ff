"""Condition: a diagnosis counts while it is active and confirmed."""

from __future__ import annotations

from guidelang.calendar import Moment
from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import UNREADABLE, concept, status_word
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.onset import at_age, begun_on, stated_onset
from guidelang.facts.fhir.standing import COUNTS, DENIES, Standing, StatusRule, Verdict, out, undecidable
from guidelang.facts.fhir.timing import Clock, When, is_before
from guidelang.facts.place import UNDATED
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
    clinical = status_word(element.element("clinicalStatus"))
    verification = status_word(element.element("verificationStatus"))
    abated = _Abatement.of(element, clock)
    stands = clinical in CLINICAL.counts and verification != "refuted"

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
        contradicted = abated is not None and abated.is_contradicted
        moment = clock.undated if contradicted else begun_on(element, clock, stands=stands)
        return (When(moment, _course(element, clock, clinical, abated, stands)),)

    return context.event(
        element,
        concept(element.element("code")),
        clinical if verification in (None, "confirmed") else verification,
        judge,
        {"onset": onset, "recorded": context.at(element, "recordedDate")},
        order=order,
    )


def _course(element: Element, clock: Clock, clinical: str | None, abated: _Abatement | None, stands: bool) -> Course:
    """From onset to abatement. Without an onset a diagnosis that has ended began at any time before."""
    if abated is not None and abated.is_contradicted:
        return Course(clock.undated, "unknown")
    has_onset = stated_onset(element, clock) is not None
    begins = begun_on(element, clock, stands=stands) if has_onset or abated is None else None
    if abated is not None:
        known = abated.ends is not None and abated.ends.text != UNDATED
        return Course(begins, "dated", abated.ends) if known else Course(begins, "unknown")
    return Course(begins, "running" if clinical in CLINICAL.counts else "unknown")


def judge_verification(verification: str | None, wanted: tuple[str, ...]) -> Verdict:
    """How a verification status stands: confirmed, or not stated, counts; refuted is a stated negative."""
    if verification == "entered-in-error":
        return out("it is entered in error")
    if verification == UNREADABLE:  # it may be that it was entered in error
        return undecidable("its verification is stated in words only")
    if wanted == (ANY,):
        return COUNTS
    if wanted:
        if verification in wanted or (verification is None and "confirmed" in wanted):
            return COUNTS
        if verification == "confirmed":
            return out("it is confirmed")
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

    `ends` is the end of its course: None where a period of abatement has begun and not ended. An abatement that lies
    before the onset, or ends before it begins, contradicts the record, and then it tells nothing.
    """

    def __init__(self, moment: Moment | None, ends: Moment | None, *, is_contradicted: bool) -> None:
        self._moment = moment
        self.ends = ends
        self.is_contradicted = is_contradicted

    @classmethod
    def of(cls, element: Element, clock: Clock) -> _Abatement | None:
        if len(element.given("abatement")) > 1:
            element.problem("abatement", "it has several abatements, of which one is allowed; none is read")
            return cls(None, None, is_contradicted=True)
        moment = ends = None
        period = element.element("abatementPeriod")
        if element.has("abatementDateTime"):
            moment = ends = clock.moment(element, "abatementDateTime")
        elif period is not None:
            start, end = clock.ends_of(period)
            if start is not None and start.text == UNDATED and period.has("end"):
                return cls(start, None, is_contradicted=True)
            moment = ends = clock.within(period) or end
            moment = moment or start
        elif element.has("abatementAge") or element.has("abatementRange"):
            moment = ends = at_age(element, clock, "abatement")
        elif not element.has("abatementString"):
            return None
        return cls(moment, ends, is_contradicted=_contradicts(element, clock, moment))

    def is_ahead(self, clock: Clock) -> bool:
        return self._moment is not None and self._moment.first_day > clock.as_of

    def verdict(self, clock: Clock) -> Verdict:
        """OUT if it ended up to the evaluation day; where the end is ahead, no status says that it is active."""
        if self.is_contradicted:
            return undecidable("its abatement contradicts its onset or itself")
        if self._moment is None or self._moment.last_day <= clock.as_of:
            return out("it has ended")
        if self.is_ahead(clock):
            return undecidable(f"no status; abatement {self._moment.text} lies ahead")
        return Verdict(Standing.UNDECIDABLE, f"abatement {self._moment.text} may lie ahead", imprecise=True)


def _contradicts(element: Element, clock: Clock, abated: Moment | None) -> bool:
    onset = stated_onset(element, clock)
    if abated is None or onset is None or UNDATED in (abated.text, onset.text) or not is_before(abated, onset):
        return False
    element.problem("abatement", f"it abated on {abated.text}, before its onset on {onset.text}")
    return True

"""What a patient takes: as ordered, stated, given or handed out."""

from __future__ import annotations

from math import floor

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept, concept
from guidelang.facts.fhir.context import Context, forbidden
from guidelang.facts.fhir.event import Event, Times
from guidelang.facts.fhir.filters import supply_days
from guidelang.facts.fhir.links import Resolve
from guidelang.facts.fhir.standing import COUNTS, OUT, Request, Standing, StatusRule, Verdict
from guidelang.facts.fhir.timing import Clock, When, days_later, spanning
from guidelang.facts.state import Course
from guidelang.network.ir import Reading

REQUEST = StatusRule(
    counts=frozenset({"active"}),
    out=frozenset({"on-hold", "cancelled", "completed", "stopped", "draft"}),
    undecidable=frozenset({"unknown"}),
)
STATEMENT = StatusRule(
    counts=frozenset({"active"}),
    denies=frozenset({"not-taken"}),
    out=frozenset({"completed", "intended", "stopped", "on-hold"}),
    undecidable=frozenset({"unknown"}),
)

ADMINISTRATION = StatusRule(
    counts=frozenset({"completed", "in-progress"}),
    denies=frozenset({"not-done"}),
    undecidable=frozenset({"on-hold", "stopped", "unknown"}),
)
DISPENSE = StatusRule(
    counts=frozenset({"completed"}),
    denies=frozenset({"declined"}),
    out=frozenset({"preparation", "in-progress", "cancelled", "on-hold"}),
    undecidable=frozenset({"stopped", "unknown"}),
)


def medication_request(element: Element, context: Context, order: int, *, draft: bool = False) -> Event:
    """An order. One that says not to give the medicine (`doNotPerform`) never means that it is taken."""
    status, intent, forbids = element.text("status"), element.text("intent"), forbidden(element)
    rule = Request(REQUEST, draft=draft)

    def judge(reading: Reading) -> Verdict:
        return rule.judge(status, intent, forbids, reading)

    authored = context.at(element, "authoredOn", draft=draft, stands=status in REQUEST.counts)
    times: Times = {
        "authored": authored,
        "dosage": lambda: _bounds(element, context.clock, "dosageInstruction", status),
        "supply": lambda: _supplied(element, context.clock, "authoredOn"),
        "validity": lambda: _valid(element, context.clock, status),
    }
    coded = _medication(element, context.resolve)
    return context.event(element, coded, status, judge, times, order=order, draft=draft)


def medication_statement(element: Element, context: Context, order: int) -> Event:
    """A statement that the patient takes a medicine, or does not. An active one whose time is over is over."""
    status, clock = element.text("status"), context.clock
    active = status == "active"
    course = clock.course(element.element("effectivePeriod"), ongoing=active)

    def judge(reading: Reading) -> Verdict:
        verdict = STATEMENT.judge_either(status, reading)
        if verdict is COUNTS and active and not reading.status and course is not None:
            return _still(course, clock)
        return verdict

    effective = context.of(element, "effective", fallback="dateAsserted", ongoing=active, stands=active)
    times: Times = {
        "effective": effective,
        "authored": effective,
        "recorded": context.at(element, "dateAsserted"),
        "dosage": lambda: _bounds(element, clock, "dosage", status),
    }
    return context.event(element, _medication(element, context.resolve), status, judge, times, order=order)


def medication_administration(element: Element, context: Context, order: int) -> Event:
    """That a medicine was given, or was not."""
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return ADMINISTRATION.judge_either(status, reading)

    times: Times = {"effective": context.of(element, "effective", ongoing=status == "in-progress")}
    return context.event(element, _medication(element, context.resolve), status, judge, times, order=order)


def medication_dispense(element: Element, context: Context, order: int) -> Event:
    """That a medicine was handed out, or that it was refused to."""
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return DISPENSE.judge_either(status, reading)

    times: Times = {
        "handed_over": context.at(element, "whenHandedOver", "whenPrepared"),
        "prepared": context.at(element, "whenPrepared"),
        "supply": lambda: _supplied(element, context.clock, "whenHandedOver"),
        "dosage": lambda: _bounds(element, context.clock, "dosageInstruction", status),
    }
    return context.event(element, _medication(element, context.resolve), status, judge, times, order=order)


def _still(course: Course, clock: Clock) -> Verdict:
    """Whether what is stated to be taken is taken on the evaluation day; the day of the end belongs to it."""
    ends = course.ends
    if ends is None or ends.first_day >= clock.as_of:
        return COUNTS
    if ends.last_day < clock.as_of:
        return OUT
    return Verdict(Standing.UNDECIDABLE, f"it ends on {ends.text}, which may lie ahead", imprecise=True)


# ---- times ----------------------------------------------------------------------------------------------------------


_OVER = frozenset({"completed", "stopped", "cancelled", "not-taken", "declined"})
"""Statuses of what goes on no longer, so that a period without an end ended some day."""


def _bounds(element: Element, clock: Clock, name: str, status: str | None) -> tuple[When, ...]:
    """The periods that dosages are bounded by; each is a time of its own.

    A dosage without a period, beside others that have one, may be for any time.
    """
    found = []
    unbounded = False
    for dosage in element.several(name):
        timing = dosage.element("timing")
        repeat = timing.element("repeat") if timing is not None else None
        bounds = repeat.element("boundsPeriod") if repeat is not None else None
        course = clock.course(bounds, ongoing=status not in _OVER)
        if course is not None:
            found.append(When(clock.last(course), course))
        else:
            unbounded = True
    if found and unbounded:
        found.append(When(clock.undated, Course(clock.undated, "unknown")))
    return tuple(dict.fromkeys(found))


def _supplied(element: Element, clock: Clock, name: str) -> tuple[When, ...]:
    """From the day of an order to that of its last supply; the end is not known where no supply is recorded.

    An order that may be refilled ends with its first dispense or its last, nobody knows which.
    """
    begins = clock.moment(element, name)
    if begins is None:
        return ()
    days = supply_days(element)
    ends = None if days is None else days_later(begins, floor(days))
    refills = _refills(element)
    if ends is not None and days is not None and refills:
        last = days_later(begins, floor(days * (1 + refills)))
        ends = None if last is None else spanning(ends, last)
    course = Course(begins, "unknown") if ends is None else Course(begins, "dated", ends)
    return (When(clock.last(course), course),)


def _refills(element: Element) -> int:
    """How often an order may be dispensed again."""
    request = element.element("dispenseRequest")
    number = request.number("numberOfRepeatsAllowed") if request is not None else None
    return max(0, int(number)) if isinstance(number, int) else 0


def _valid(element: Element, clock: Clock, status: str | None) -> tuple[When, ...]:
    request = element.element("dispenseRequest")
    period = request.element("validityPeriod") if request is not None else None
    return (clock.when(clock.course(period, ongoing=status not in _OVER)),)


# ---- what it is -----------------------------------------------------------------------------------------------------


def _medication(element: Element, resolve: Resolve) -> Concept:
    """The medicine: coded here, or in the Medication resource that is referred to."""
    coded = element.element("medicationCodeableConcept")
    if coded is not None:
        return concept(coded)
    reference = element.element("medicationReference")
    if reference is None:
        element.problem("medication", "it names no medication")
        return Concept()
    target = reference.text("reference")
    found = resolve(target, element.content) if target else None
    if found is None:
        element.problem("medicationReference", f"the medication that it refers to ({target}) is not in the input")
        return Concept(label=reference.text("display"))
    medicine = Element(found, element.resource, "medicationReference", element.patient, element.complain)
    return concept(medicine.element("code"))

"""Encounter, Immunization, AdverseEvent and Communication: what happened to a patient, or was said to one."""

from __future__ import annotations

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import concept, concepts
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import Event, Times
from guidelang.facts.fhir.standing import StatusRule, Verdict
from guidelang.network.ir import Reading

_PRESENT = frozenset({"arrived", "triaged", "in-progress", "onleave"})

ENCOUNTER = StatusRule(
    counts=_PRESENT | {"finished"}, out=frozenset({"planned", "cancelled"}), undecidable=frozenset({"unknown"})
)
IMMUNIZATION = StatusRule(counts=frozenset({"completed"}), denies=frozenset({"not-done"}))
COMMUNICATION = StatusRule(
    counts=frozenset({"completed", "in-progress"}),
    denies=frozenset({"not-done"}),
    out=frozenset({"preparation"}),
    undecidable=frozenset({"on-hold", "stopped", "unknown"}),
)
ADVERSE_EVENT = StatusRule(counts=frozenset({"actual"}), out=frozenset({"potential"}))


def encounter(element: Element, context: Context, order: int) -> Event:
    """A visit or stay, which is of what its types say. One that is finished and has no end on record ended some day."""
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return ENCOUNTER.judge(status, reading.status)

    times: Times = {"period": context.during(element, "period", ongoing=status in _PRESENT)}
    return context.event(element, concepts(element.several("type")), status, judge, times, order=order)


def immunization(element: Element, context: Context, order: int) -> Event:
    """That a vaccine was given, or was not."""
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return IMMUNIZATION.judge_either(status, reading)

    times: Times = {"occurred": context.of(element, "occurrence"), "recorded": context.at(element, "recorded")}
    return context.event(element, concept(element.element("vaccineCode")), status, judge, times, order=order)


def adverse_event(element: Element, context: Context, order: int) -> Event:
    """Harm that happened (`actual`), or nearly did (`potential`). Its code says what it was, or what caused it."""
    actuality = element.text("actuality")

    def judge(reading: Reading) -> Verdict:
        return ADVERSE_EVENT.judge(actuality, reading.status)

    times: Times = {
        "occurred": context.at(element, "date", "detected", "recordedDate"),
        "recorded": context.at(element, "recordedDate"),
    }
    return context.event(element, concept(element.element("event")), actuality, judge, times, order=order)


def communication(element: Element, context: Context, order: int) -> Event:
    """A message, which is about its topic."""
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return COMMUNICATION.judge_either(status, reading)

    times: Times = {"sent": context.at(element, "sent", "received"), "received": context.at(element, "received")}
    return context.event(element, concept(element.element("topic")), status, judge, times, order=order)

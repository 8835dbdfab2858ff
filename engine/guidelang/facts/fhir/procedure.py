"""Procedure: counts when it was done or goes on."""

from __future__ import annotations

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import concept
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.standing import StatusRule, Verdict
from guidelang.facts.fhir.timing import Clock
from guidelang.network.ir import Reading

STATUS = StatusRule(
    counts=frozenset({"completed", "in-progress"}),
    denies=frozenset({"not-done"}),
    out=frozenset({"preparation"}),
    undecidable=frozenset({"on-hold", "stopped", "unknown"}),
)


def procedure(element: Element, clock: Clock, order: int) -> Event:
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return STATUS.judge(status, reading.status)

    moment = clock.of(element, "performed", ongoing=status == "in-progress")
    return Event("procedure", element, concept(element.element("code")), moment, status, judge, order=order)

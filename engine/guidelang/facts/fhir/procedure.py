"""Procedure: counts when it was done or goes on."""

from __future__ import annotations

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import concept
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.standing import StatusRule, Verdict
from guidelang.network.ir import Reading

STATUS = StatusRule(
    counts=frozenset({"completed", "in-progress"}),
    denies=frozenset({"not-done"}),
    out=frozenset({"preparation"}),
    undecidable=frozenset({"on-hold", "stopped", "unknown"}),
)


def procedure(element: Element, context: Context, order: int) -> Event:
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return STATUS.judge_either(status, reading)

    performed = context.of(element, "performed", ongoing=status == "in-progress")
    return context.event(
        element, concept(element.element("code")), status, judge, {"performed": performed}, order=order
    )

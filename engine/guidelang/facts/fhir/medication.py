"""MedicationRequest and MedicationStatement: what a patient takes, as ordered or as stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept, concept
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.standing import OUT, StatusRule, Verdict, undecidable
from guidelang.facts.fhir.timing import Clock
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

Resolve = Callable[[str, Mapping[str, object]], Mapping[str, object] | None]
"""Finds the resource that a reference names, seen from the resource that holds the reference."""


def medication_request(element: Element, clock: Clock, order: int, resolve: Resolve) -> Event:
    """An order. One that says not to give the medicine (`doNotPerform`) never means that it is taken."""
    status = element.text("status")
    forbidden = element.boolean("doNotPerform") is True

    def judge(reading: Reading) -> Verdict:
        verdict = REQUEST.judge(status, reading.status)
        if forbidden and verdict is not OUT:
            return undecidable("an order not to give it (doNotPerform)", may_be_yes=False)
        return verdict

    moment = clock.moment_or_undated(element, "authoredOn")
    return Event("medication", element, _medication(element, resolve), moment, status, judge, order=order)


def medication_statement(element: Element, clock: Clock, order: int, resolve: Resolve) -> Event:
    """A statement that the patient takes a medicine, or does not."""
    status = element.text("status")

    def judge(reading: Reading) -> Verdict:
        return STATEMENT.judge(status, reading.status)

    moment = clock.of(element, "effective", fallback="dateAsserted", ongoing=status == "active")
    return Event("medication", element, _medication(element, resolve), moment, status, judge, order=order)


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

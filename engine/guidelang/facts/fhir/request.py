"""ServiceRequest, DeviceRequest and CarePlan: what was asked for or planned."""

from __future__ import annotations

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept, concept, concepts
from guidelang.facts.fhir.context import Context, forbidden
from guidelang.facts.fhir.event import Event, Times
from guidelang.facts.fhir.links import Resolve
from guidelang.facts.fhir.standing import Request, StatusRule, Verdict
from guidelang.network.ir import Reading

_WAITING = frozenset({"draft", "on-hold", "revoked"})

STATUS = StatusRule(counts=frozenset({"active", "completed"}), out=_WAITING, undecidable=frozenset({"unknown"}))
"""An order counts as made while it is active and after it was carried out."""

PLAN = StatusRule(counts=frozenset({"active"}), out=_WAITING | {"completed"}, undecidable=frozenset({"unknown"}))
PLANNED = frozenset({"plan", "order"})


def service_request(element: Element, context: Context, order: int, *, draft: bool = False) -> Event:
    return _request(element, context, order, concept(element.element("code")), draft)


def device_request(element: Element, context: Context, order: int, *, draft: bool = False) -> Event:
    return _request(element, context, order, _device(element, context.resolve), draft)


def care_plan(element: Element, context: Context, order: int) -> Event:
    """A plan, which is about what its categories say."""
    status, intent = element.text("status"), element.text("intent")
    rule = Request(PLAN, PLANNED)

    def judge(reading: Reading) -> Verdict:
        return rule.judge(status, intent, False, reading)

    times: Times = {
        "period": context.during(element, "period", ongoing=status in ("active", "on-hold")),
        "created": context.at(element, "created"),
    }
    return context.event(element, concepts(element.several("category")), status, judge, times, order=order)


def _request(element: Element, context: Context, order: int, coded: Concept, draft: bool) -> Event:
    status, intent, forbids = element.text("status"), element.text("intent"), forbidden(element)
    rule = Request(STATUS, draft=draft)

    def judge(reading: Reading) -> Verdict:
        return rule.judge(status, intent, forbids, reading)

    times: Times = {
        "authored": context.at(element, "authoredOn", draft=draft),
        "occurrence": context.of(element, "occurrence", open_end=status == "active"),
    }
    return context.event(element, coded, status, judge, times, order=order, draft=draft)


def _device(element: Element, resolve: Resolve) -> Concept:
    """The device: coded here, or the type of the Device that is referred to."""
    if element.has("codeCodeableConcept"):
        return concept(element.element("codeCodeableConcept"))
    reference = element.element("codeReference")
    target = reference.text("reference") if reference is not None and reference.has("reference") else None
    found = resolve(target, element.content) if target else None
    if found is None:
        return Concept(label=reference.text("display") if reference is not None else None)
    return concept(Element(found, element.resource, "codeReference", element.patient, element.complain).element("type"))

"""CDS Hooks requests as patients: https://cds-hooks.hl7.org, version 2.0.

The record is what the request was sent with (`prefetch`), each resource once however many items hold it. The orders
under review (`context.draftOrders`; of a refill `context.medications`) are no part of it: they are drafts. Where none
are there, only a hook that never has any says that there are none. The patient is `context.patientId`. An item that is
null, or that is left out, says nothing about what the server has: its type of record counts as not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidelang.diagnostics import Report
from guidelang.facts.fhir import Pool

_ORDERS = ("draftOrders", "medications", "orders")
"""Fields of a context that hold orders under review: of order-select and order-sign, of medication-refill and
medication-prescribe, of order-review."""

_WITHOUT_ORDERS = (
    "patient-view", "encounter-start", "encounter-discharge", "appointment-book", "problem-list-item-create",
    "allergyintolerance-create",
)  # fmt: skip
"""Hooks at which no order is under review. Not order-dispatch: its context only refers to an order."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a request holds: its resources, and whose they are."""

    pool: Pool
    patient: str


def is_request(value: Mapping[str, object]) -> bool:
    """Whether an object is a CDS Hooks request: it names its hook and has a context."""
    return isinstance(value.get("hook"), str) and isinstance(value.get("context"), Mapping)


def read_request(value: Mapping[str, object], place: str, report: Report) -> Request | None:
    """The resources of a request; None, with an error in the report (G608), if it names no patient."""
    hook, context = value["hook"], value["context"]
    assert isinstance(context, Mapping)
    given = context.get("patientId")
    patient = given.removeprefix("Patient/").strip() if isinstance(given, str) else ""
    if not patient:
        report.error(
            "G608",
            "this CDS Hooks request names no patient",
            file=place,
            expected='an identifier in its context: "patientId": "Patient/p1"',
        )
        return None
    pool = Pool()
    _read_orders(pool, hook, context, place)
    prefetch = value.get("prefetch")
    for name, item in prefetch.items() if isinstance(prefetch, Mapping) else ():
        for resource in item if isinstance(item, list | tuple) else [item]:
            if resource is not None:
                pool.add(resource, f"{place} prefetch {name}")
    return Request(pool, patient)


def _read_orders(pool: Pool, hook: object, context: Mapping[str, object], place: str) -> None:
    """The orders under review; whether there are any stays open where neither the context nor its hook says so."""
    fields = [name for name in _ORDERS if context.get(name) is not None]
    for name in fields:
        orders = context[name]
        for order in orders if isinstance(orders, list | tuple) else [orders]:
            pool.add(order, f"{place} {name}", draft=True)
    if not fields and hook in _WITHOUT_ORDERS:
        pool.add({"resourceType": "Bundle"}, f"{place} draftOrders", draft=True)
    elif not fields:
        pool.unreadable(
            f"{place} draftOrders", "the request does not say which orders are under review", "draft orders"
        )

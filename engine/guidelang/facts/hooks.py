"""CDS Hooks requests as patients: https://cds-hooks.hl7.org, version 2.0.

The record is what the request was sent with (`prefetch`), each resource once however many items hold it. The orders
under review (`context.draftOrders`) are no part of it: they are drafts. The patient is `context.patientId`. An item
that is null, or that is left out, says nothing about what the server has: its type of record counts as not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidelang.diagnostics import Report
from guidelang.facts.fhir import Pool

_WITH_ORDERS = ("order-select", "order-sign", "medication-prescribe", "order-review")
"""Hooks whose context has orders under review."""


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
    drafts = context.get("draftOrders")
    if drafts is not None:
        pool.add(drafts, f"{place} draftOrders", draft=True)
    elif hook in _WITH_ORDERS:
        pool.unreadable(f"{place} draftOrders", "the request has no orders under review", "draft orders")
    else:  # a hook that has none: there is nothing under review
        pool.add({"resourceType": "Bundle"}, f"{place} draftOrders", draft=True)
    prefetch = value.get("prefetch")
    for name, item in prefetch.items() if isinstance(prefetch, Mapping) else ():
        for resource in item if isinstance(item, list | tuple) else [item]:
            if resource is not None:
                pool.add(resource, f"{place} prefetch {name}")
    return Request(pool, patient)

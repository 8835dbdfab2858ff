"""What an input says that it lacks keeps absence from meaning no."""

from __future__ import annotations

from typing import Any

import pytest

from guidelang.facts import FactState, Reason

from .guideline import RXNORM, UNRELATED, WARFARIN, bundle, one, patient, read, resource

OTHER = resource("MedicationRequest", RXNORM, UNRELATED.code, status="active", intent="order")
SELF = "https://ehr.example/fhir/{}?patient=p1"
NEXT = "https://ehr.example/fhir?page=2"
FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
WARNED = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}


def link(**links: str) -> list[dict[str, str]]:
    return [{"relation": name, "url": url} for name, url in links.items()]


def warfarin(*inputs: Any) -> FactState:
    return one(list(inputs)).states["warfarin"]


@pytest.mark.parametrize(
    "said",
    [
        {"link": link(next=NEXT)},
        {"link": link(self=SELF.format("MedicationRequest"), next=NEXT)},
        {"link": link(self=NEXT, previous=SELF.format("MedicationRequest"))},
        {"total": 3},
        {"total": 50, "link": link(self=SELF.format("MedicationRequest"))},
    ],
)
def test_a_page_of_several_is_no_whole_record(said: dict[str, Any]) -> None:
    whole = bundle(patient(), OTHER)
    assert warfarin(whole).value is False
    found = warfarin(whole | said)
    assert (found.value, [cause.reason for cause in found.causes]) == (None, [Reason.NO_RECORD])


@pytest.mark.parametrize(
    "said", [{"total": 2}, {"link": link(self=SELF.format("Condition"), next=NEXT)}, {"total": True}]
)
def test_a_whole_answer_and_a_page_of_something_else_leave_it_trusted(said: dict[str, Any]) -> None:
    assert warfarin(bundle(patient(), OTHER) | said).value is False


def test_entries_that_came_along_are_no_matches() -> None:
    made = bundle(patient(), OTHER) | {"total": 2}
    made["entry"][1]["search"] = {"mode": "include"}
    assert warfarin(made).value is None


def test_pages_that_are_all_there_are_whole() -> None:
    first = bundle(OTHER) | {"total": 2, "link": link(self="urn:one", next="urn:two")}
    other = resource("MedicationRequest", RXNORM, UNRELATED.code, status="active", intent="order") | {"id": "r2"}
    second = bundle(other) | {"total": 2, "link": link(self="urn:two", previous="urn:one")}
    assert warfarin(patient(), first, second).value is False
    assert warfarin(patient(), first).value is None


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"resource": FAILED}, None),
        ({"response": {"status": "500", "outcome": FAILED}}, None),
        ({"response": {"status": "404 Not Found"}}, None),
        ({"resource": WARNED}, False),
        ({"response": {"status": "201", "outcome": WARNED}}, False),
    ],
)
def test_an_error_of_the_server_leaves_absence_open(entry: dict[str, Any], value: bool | None) -> None:
    made = bundle(patient(), OTHER)
    made["entry"].append(entry)
    assert warfarin(made).value is value
    assert any("records may be missing" in problem.message for problem in read(made).problems) is (value is None)


@pytest.mark.parametrize("item", [bundle(OTHER) | {"link": link(next=NEXT)}, [OTHER, FAILED]])
def test_a_page_in_what_was_prefetched(item: Any) -> None:
    request = {"hook": "patient-view", "context": {"patientId": "p1"}, "prefetch": {"p": patient(), "m": item}}
    assert one(request, WARFARIN).states["warfarin"].value is None
    request["prefetch"] = {"p": patient(), "m": OTHER}
    assert one(request, WARFARIN).states["warfarin"].value is False

"""CDS Hooks requests: whose they are, what is the record, and that orders under review are not."""

from __future__ import annotations

from typing import Any

import pytest

import guidelang
from guidelang.diagnostics import GuidelineError
from guidelang.source import Source

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
GUIDELINE = guidelang.load(
    Source(
        "<hooks>",
        "guideline hooks version 1\n"
        "fact warfarin is yes or no from medication RxNorm 11289 absent means no codes complete\n"
        "fact pth is quantity in pg/mL from observation LOINC 2731-8 plausible 1 to 5000 pg/mL\n"
        "rule stop_warfarin when warfarin recommend stop warfarin\n"
        "rule count_pth when count of pth >= 1 recommend measure pth\n",
    )
)


def order(name: str, code: str = "11289", patient: str = "p", **more: Any) -> dict[str, Any]:
    coding = {"coding": [{"system": RXNORM, "code": code}]}
    about = {"subject": {"reference": f"Patient/{patient}"}, "medicationCodeableConcept": coding}
    return {
        "resourceType": "MedicationRequest", "id": name, "status": "active", "intent": "order",
        "authoredOn": "2024-05-01", **about, **more,
    }  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def pth(name: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "2731-8"}]}, "effectiveDateTime": "2024-05-01",
        "valueQuantity": {"value": 300, "code": "pg/mL", "system": "http://unitsofmeasure.org"},
    }  # fmt: skip


def request(
    *drafts: dict[str, Any], patient: str = "Patient/p", hook: str = "order-sign", **prefetch: Any
) -> dict[str, Any]:
    context = {"patientId": patient, "draftOrders": bundle(*drafts)}
    items = {"patient": {"resourceType": "Patient", "id": "p", "birthDate": "1960-01-01"}, **prefetch}
    return {"hook": hook, "hookInstance": "1", "context": context, "prefetch": items}


def outcome(value: dict[str, Any], rule: str = "stop_warfarin", **options: Any) -> str:
    return GUIDELINE.evaluate(value, as_of="2024-06-01", **options)[rule].status.value


def test_the_record_is_what_was_prefetched() -> None:
    assert outcome(request(medications=bundle(order("m1")))) == "applies"
    assert outcome(request(medications=order("m1"), pth=None)) == "applies"
    assert outcome(request(medications=[order("m1", "6809"), order("m2")])) == "applies"


@pytest.mark.parametrize("patient", ["p", "Patient/p"])
def test_the_patient_is_that_of_the_context(patient: str) -> None:
    result = GUIDELINE.evaluate(request(patient=patient, medications=order("m1", patient="other")), as_of="2024-06-01")
    assert result.patient == "p"
    assert result["stop_warfarin"].status.value == "undecided"
    assert any("Patient/other" in finding.message for finding in result.diagnostics)


def test_a_resource_in_two_items_counts_once() -> None:
    result = GUIDELINE.evaluate(request(one=pth("o1"), two=bundle(pth("o1"), pth("o2"))), as_of="2024-06-01")
    assert len(result.facts["pth"].history) == 2


def test_orders_under_review_are_no_part_of_the_record() -> None:
    assert outcome(request(order("new", status="draft"), medications=bundle(order("m1", "6809")))) == "not_applicable"
    assert outcome(request(order("new"), medications=bundle(order("m1", "6809")))) == "not_applicable"


def test_a_record_entry_that_is_the_order_under_review_is_passed_over() -> None:
    both = bundle(order("new", "11289"), order("m1", "6809"))
    assert outcome(request(order("new", "6809"), medications=both)) == "not_applicable"


def test_an_item_that_is_null_says_nothing_about_its_type() -> None:
    assert outcome(request(medications=None)) == "undecided"
    assert outcome(request(medications=None), complete=["medication"]) == "not_applicable"
    assert outcome(request(medications=None), complete=["all"]) == "not_applicable"


def test_without_a_patient_resource_age_is_unknown_and_the_rest_is_read() -> None:
    value = request(medications=order("m1"))
    del value["prefetch"]["patient"]
    assert outcome(value) in ("applies", "undecided")
    assert GUIDELINE.evaluate(value, as_of="2024-06-01").facts["warfarin"].value is True


def test_a_request_without_a_patient_is_refused() -> None:
    for context in ({}, {"patientId": 7}, {"patientId": "Patient/"}):
        with pytest.raises(GuidelineError, match="G608"):
            GUIDELINE.evaluate({"hook": "patient-view", "context": context}, as_of="2024-06-01")


@pytest.mark.parametrize("prefetch", [None, [], "x", {"a": "x"}, {"a": [None, 3]}, {"a": {"entry": 1}}])
def test_whatever_else_is_wrong_gives_a_result_that_is_open(prefetch: object) -> None:
    value = {"hook": "order-sign", "context": {"patientId": "p"}, "prefetch": prefetch}
    assert outcome(value) == "undecided"


DRAFTS = guidelang.load(
    Source(
        "<drafts>",
        "guideline drafts version 1\n"
        "fact ordered is yes or no from draft medication request RxNorm 11289 absent means no codes complete\n"
        "rule think_again when ordered recommend stop warfarin\n",
    )
)


def drafted(value: dict[str, Any]) -> str:
    return DRAFTS.evaluate(value, as_of="2024-06-01")["think_again"].status.value


def test_orders_under_review_are_facts_of_their_own() -> None:
    assert drafted(request(order("new", status="draft"))) == "applies"
    assert drafted(request(order("new", "6809"), medications=order("m1"))) == "not_applicable"
    assert drafted(request(medications=order("m1"))) == "not_applicable"


def test_no_record_says_that_nothing_is_under_review_however_complete_it_is() -> None:
    record = {"resourceType": "Patient", "id": "p"}
    for words in ([], ["all"]):
        assert DRAFTS.evaluate(record, as_of="2024-06-01", complete=words)["think_again"].status.value == "undecided"


def test_an_order_under_review_of_another_patient_is_told_and_leaves_it_open() -> None:
    for value in (request(order("new", patient="q")), request(order("new"), patient="zzz")):
        result = DRAFTS.evaluate(value, as_of="2024-06-01")
        assert result["think_again"].status.value == "undecided"
        assert any(
            "MedicationRequest/new is under review and belongs to" in each.message for each in result.diagnostics
        )


def test_a_patient_who_is_not_the_prefetched_one_is_told() -> None:
    result = DRAFTS.evaluate(request(patient="zzz"), as_of="2024-06-01")
    assert any("`zzz`" in each.message and "Patient/p" in each.message for each in result.diagnostics)
    assert not any("patientId" in each.message for each in DRAFTS.evaluate(request(), as_of="2024-06-01").diagnostics)


def test_an_empty_bundle_of_an_order_hook_says_that_none_is_under_review() -> None:
    assert drafted(request(medications=order("m1"))) == "not_applicable"
    value = request(medications=order("m1"))
    value["context"]["draftOrders"] = None
    assert drafted(value) == "undecided"


@pytest.mark.parametrize("field", ["medications", "orders"])
def test_orders_of_other_hooks_are_under_review_too(field: str) -> None:
    for code, status in (("11289", "applies"), ("6809", "not_applicable")):
        value = request(hook="medication-refill")
        del value["context"]["draftOrders"]
        value["context"][field] = bundle(order("new", code, status="draft"))
        assert drafted(value) == status


@pytest.mark.parametrize(
    ("hook", "status"),
    [
        ("patient-view", "not_applicable"),
        ("encounter-discharge", "not_applicable"),
        ("order-sign", "undecided"),
        ("medication-refill", "undecided"),
        ("order-dispatch", "undecided"),
        ("a-hook-of-somebody", "undecided"),
    ],
)
def test_without_orders_only_a_hook_that_never_has_any_says_that_there_are_none(hook: str, status: str) -> None:
    value = request(hook=hook, medications=order("m1"))
    del value["context"]["draftOrders"]
    assert drafted(value) == status

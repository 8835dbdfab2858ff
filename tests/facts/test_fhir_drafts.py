"""Orders under review: apart from the record, and in the place of its entries of the same id."""

from __future__ import annotations

from typing import Any

from guidelang.facts.complete import Declared
from guidelang.facts.fhir import Pool, RecordReader
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet

from .readings import AS_OF, network, order, resource

DRAFT = "from draft medication request in things\nabsent means no"
RECORD = "from medication request in things\nfrom medication in things\nabsent means no"


def reviewed(clauses: str, drafts: list[Any], *record: Any, says: bool = True) -> FactSet:
    pool = Pool()
    pool.add({"resourceType": "Patient", "id": "p1"}, "request")
    for each in record:
        pool.add(each, "prefetch")
    if says:
        pool.add({"resourceType": "Bundle", "entry": [{"resource": each} for each in drafts]}, "drafts", draft=True)
    patients = pool.patients()
    reader = RecordReader.of(Setting(network(clauses), AS_OF), Declared())
    return reader.patient(pool, "p1", patients["p1"], pool.by_patient(patients)["p1"])


def value(clauses: str, drafts: list[Any], *record: Any, says: bool = True) -> bool | None:
    found = reviewed(clauses, drafts, *record, says=says).states["f"].value
    assert found is None or isinstance(found, bool)
    return found


def test_an_order_under_review_is_no_order_of_the_record() -> None:
    draft = order(id="d1", status="draft")
    assert value(DRAFT, [draft]) is True
    assert value(RECORD, [draft], order("other1", id="m1")) is False
    assert value(DRAFT, [], order(id="m1")) is False
    assert value(RECORD, [], order(id="m1")) is True


def test_without_a_word_about_drafts_nobody_knows_whether_there_are_any() -> None:
    assert value(DRAFT, [], order(id="m1"), says=False) is None
    assert value(DRAFT, []) is False


def test_an_entry_of_the_record_with_the_id_of_a_draft_is_passed_over() -> None:
    draft = order("other1", id="m1", status="draft")
    assert value(RECORD, [draft], order(id="m1")) is False
    assert value(RECORD, [draft], order(id="m1"), order(id="m2")) is True
    assert value(DRAFT, [order(id="m1")], order("other1", id="m1")) is True


def test_what_is_passed_over_is_noted() -> None:
    pool = Pool()
    pool.add(order(id="m1"), "prefetch")
    pool.add({"resourceType": "Bundle", "entry": [{"resource": order(id="m1")}]}, "drafts", draft=True)
    pool.by_patient(pool.patients())
    assert [(note.message, note.kind) for note in pool.problems] == [
        ("MedicationRequest/m1 is an order under review; the entry of the record is not read", "note")
    ]


def test_drafts_of_any_status_and_intent_count_but_prohibitions_do_not() -> None:
    assert value(DRAFT, [order(status="on-hold", intent="proposal")]) is True
    assert value(DRAFT, [order(status="entered-in-error")]) is False
    assert value(DRAFT, [order(doNotPerform=True)]) is False
    assert value("from draft medication request in things with intent order\nabsent means no", [order()]) is True
    assert value("from draft medication request in things with intent plan\nabsent means no", [order()]) is False


def test_a_draft_without_a_subject_is_of_the_only_patient() -> None:
    draft = order()
    del draft["subject"]
    assert value(DRAFT, [draft]) is True
    assert value(DRAFT, [order(subject={"reference": "p1"})]) is True


def test_a_draft_of_another_patient_leaves_open_which_orders_are_under_review() -> None:
    others = order(id="d1", subject={"reference": "Patient/somebody-else"})
    facts = reviewed(DRAFT, [others])
    (cause,) = facts.states["f"].causes
    assert (facts.states["f"].value, "Patient/somebody-else, and not to p1" in cause.detail) == (None, True)
    assert value(DRAFT, [others, order(id="d2")]) is True
    assert value(RECORD, [others], order("other1", id="m1")) is False


def test_a_lone_entry_of_a_bundle_is_its_resource() -> None:
    assert value(RECORD, [], {"response": {"status": "200"}, "resource": order(id="m1")}) is True


def test_a_draft_refers_to_a_medication_beside_it() -> None:
    draft = order(medicationReference={"reference": "Medication/m"})
    del draft["medicationCodeableConcept"]
    medicine = resource("Medication", id="m")
    medicine["code"] = medicine.pop("medicationCodeableConcept")
    assert value(DRAFT, [draft, medicine]) is True


def test_other_kinds_of_order_are_under_review_too() -> None:
    draft = resource("ServiceRequest", status="draft", intent="order")
    assert value("from draft service request in things\nabsent means no", [draft]) is True
    assert (
        value("from service request in things\nabsent means no", [draft], resource("ServiceRequest", "other1")) is False
    )


def test_any_intent_may_be_asked_for() -> None:
    plan = order(intent="plan")
    assert value("from medication request in things\nabsent means no", [], plan) is False
    assert value("from medication request in things with any intent\nabsent means no", [], plan) is True

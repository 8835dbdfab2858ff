"""Kinds of record and their filters: what certainly is of a fact, certainly is not, or is left open."""

from __future__ import annotations

from typing import Any

import pytest

from guidelang.facts import Reason

from .readings import OPEN, answer, concept, condition, finding, order, resource, state, stay

UNLISTED = (Reason.UNLISTED_CODE,)
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
YES = "with value SNOMED CT 373066001"
NOTHING = (Reason.NO_RECORD,)

COUNTING: dict[str, tuple[str, dict[str, Any]]] = {
    "immunization": ("Immunization", {"status": "completed", "occurrenceDateTime": "2024-05-01"}),
    "encounter": ("Encounter", {"status": "finished", "period": {"start": "2024-05-01", "end": "2024-05-01"}}),
    "adverse event": ("AdverseEvent", {"actuality": "actual", "date": "2024-05-01"}),
    "medication": ("MedicationRequest", {"status": "active", "authoredOn": "2024-05-01"}),
    "medication request": ("MedicationRequest", {"status": "active", "authoredOn": "2024-05-01"}),
    "medication statement": ("MedicationStatement", {"status": "active", "effectiveDateTime": "2024-05-01"}),
    "medication administration": (
        "MedicationAdministration",
        {"status": "completed", "effectiveDateTime": "2024-05-01"},
    ),
    "medication dispense": ("MedicationDispense", {"status": "completed", "whenHandedOver": "2024-05-01"}),
    "service request": ("ServiceRequest", {"status": "completed", "intent": "order", "authoredOn": "2024-05-01"}),
    "device request": ("DeviceRequest", {"status": "active", "intent": "order", "authoredOn": "2024-05-01"}),
    "care plan": ("CarePlan", {"status": "active", "intent": "plan", "period": {"start": "2024-05-01"}}),
    "communication": ("Communication", {"status": "completed", "sent": "2024-05-01"}),
}


@pytest.mark.parametrize("words", COUNTING)
def test_each_kind_of_record_is_read_by_its_word(words: str) -> None:
    kind, fields = COUNTING[words]
    asked = f"from {words} in things"
    assert answer(asked, resource(kind, **fields)) is True
    assert answer(asked, resource(kind, "other1", **fields)) == "absent"
    assert answer(asked, resource(kind, "nobody-listed-it1", **fields)) == UNLISTED
    assert answer(asked) == NOTHING
    assert answer(asked, complete=[words]) == "absent"
    assert answer(asked, complete=[kind]) == "absent"
    assert answer(f"from {words} any", resource(kind, "nobody-listed-it1", **fields)) is True
    status = "actuality" if kind == "AdverseEvent" else "status"
    assert answer(asked, resource(kind, **fields | {status: "entered-in-error"})) == "absent"
    if kind != "AdverseEvent":
        assert answer(f"{asked} with any status", resource(kind, **fields | {status: "unknown"})) is True
    assert answer(f"{asked} with any status", resource(kind, **fields | {status: "entered-in-error"})) == "absent"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (resource("Encounter", status="planned"), "absent"),
        (resource("Encounter", status="cancelled"), "absent"),
        (resource("Encounter", status="in-progress"), True),
        (resource("Encounter", status="unknown"), OPEN),
        (resource("Encounter"), OPEN),
    ],
)
def test_encounters_that_took_place_count(found: Any, expected: Any) -> None:
    assert answer("from encounter in things", found) == expected


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Procedure", "not-done"),
        ("Immunization", "not-done"),
        ("MedicationAdministration", "not-done"),
        ("MedicationDispense", "declined"),
        ("MedicationStatement", "not-taken"),
        ("Communication", "not-done"),
    ],
)
def test_what_was_not_done_is_a_no_unless_it_is_asked_for(kind: str, status: str) -> None:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()
    refusal = resource(kind, status=status, statusReason=concept("thing2"))
    assert answer(f"from {words} in things", refusal) == "asserted"
    assert answer(f"from {words} in things with any status", refusal) == "asserted"
    assert answer(f"from {words} in things with negation", refusal) is True
    assert answer(f"from {words} in things with negation", resource(kind, status="completed")) == "absent"
    assert answer(f"from {words} in things with negation", resource(kind, status="unknown")) == OPEN


@pytest.mark.parametrize(
    ("clause", "found", "expected"),
    [
        ("", order(doNotPerform=True), "absent"),
        ("", order(doNotPerform=False), True),
        ("", order(doNotPerform="yes"), OPEN),
        ("with negation", order(doNotPerform=True), True),
        ("with negation", order(doNotPerform=True, status="completed"), True),
        ("with negation", order(doNotPerform=True, status="stopped"), "absent"),
        ("with negation with status stopped", order(doNotPerform=True, status="stopped"), True),
        ("with negation", order(), "absent"),
        ("with negation", order(doNotPerform="yes"), OPEN),
    ],
)
def test_an_order_not_to_do_it_is_read_only_as_such(clause: str, found: Any, expected: Any) -> None:
    assert answer(f"from medication request in things {clause}", found) == expected


@pytest.mark.parametrize(
    ("clause", "intent", "expected"),
    [
        ("", "order", True),
        ("", "filler-order", True),
        ("", "plan", "absent"),
        ("", "proposal", "absent"),
        ("", None, True),
        ("", "nonsense", OPEN),
        ("with intent plan, proposal", "plan", True),
        ("with intent plan", "order", "absent"),
        ("with intent order", None, OPEN),
    ],
)
def test_intents(clause: str, intent: str | None, expected: Any) -> None:
    assert answer(f"from medication request in things {clause}", order(intent=intent)) == expected


def test_an_explicit_status_leaves_out_every_other_known_one() -> None:
    asked = "from observation in things with status final with any value"
    assert answer(asked, finding(status="final")) is True
    assert answer(asked, finding(status="preliminary")) == "absent"
    assert answer(asked, finding(status="unknown")) == OPEN
    assert answer("from observation in things with any value", finding(status="preliminary")) == OPEN


FILTERED: list[tuple[str, str, dict[str, Any], Any]] = [
    ("condition", "with category where:list1", {"category": [concept("list1", "urn:where")]}, True),
    ("condition", "with category where:list1, where:list2", {"category": [concept("list2", "urn:where")]}, True),
    ("condition", "with category where:list1", {"category": [concept("list2", "urn:where")]}, "absent"),
    ("condition", "with category where:list1", {"category": [concept("list1", "urn:elsewhere")]}, "absent"),
    ("condition", "with category where:list1", {}, OPEN),
    ("condition", "with category where:list1", {"category": [{"text": "problem list"}]}, OPEN),
    ("condition", "with category where:list1", {"category": "list1"}, OPEN),
    ("encounter", "with class act:AMB", {"class": {"system": "urn:act", "code": "AMB"}}, True),
    ("encounter", "with class act:AMB", {"class": {"system": "urn:act", "code": "IMP"}}, "absent"),
    ("encounter", "with class act:AMB", {}, OPEN),
    ("encounter", "with discharge in things", {"hospitalization": {"dischargeDisposition": concept("thing2")}}, True),
    ("encounter", "with discharge in things", {"hospitalization": {"dischargeDisposition": concept("home")}}, "absent"),
    ("encounter", "with discharge in things", {"hospitalization": {}}, OPEN),
    ("encounter", "with discharge in things", {"hospitalization": {}, "status": "in-progress"}, "absent"),
    ("encounter", "with discharge in things", {}, OPEN),
    ("encounter", "with discharge in things", {"class": {"system": ACT, "code": "AMB"}}, "absent"),
    ("encounter", "with discharge in things", {"class": {"system": ACT, "code": "IMP"}}, OPEN),
    ("encounter", "with discharge in things", {"class": {"system": ACT, "code": "EMER"}}, OPEN),
    ("encounter", "with discharge in things", {"class": {"system": "urn:house", "code": "AMB"}}, OPEN),
    ("encounter", "with discharge in things", {"class": {"code": "AMB"}}, OPEN),
    (
        "encounter",
        "with discharge in things",
        {"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}},
        OPEN,
    ),
    ("medication request", "with reason in things", {"reasonCode": [concept("thing2")]}, True),
    ("medication request", "with reason in things", {"reasonCode": [concept("other1")]}, "absent"),
    ("medication request", "with reason in things", {"reasonReference": [{"reference": "Condition/c1"}]}, True),
    ("medication request", "with reason in things", {"reasonReference": [{"reference": "Condition/none"}]}, OPEN),
    ("medication request", "with reason in things", {}, OPEN),
    ("procedure", "with reason in things", {"statusReason": concept("thing1")}, True),
    ("condition", "with abatement with any status", {"abatementDateTime": "2021-01-01"}, True),
    ("condition", "with abatement with any status", {"abatementPeriod": {"start": "2021-01-01"}}, "absent"),
    ("condition", "with abatement with any status", {}, "absent"),
]


@pytest.mark.parametrize(("words", "clause", "fields", "expected"), FILTERED)
def test_filters_on_elements(words: str, clause: str, fields: dict[str, Any], expected: Any) -> None:
    made = {
        "condition": condition,
        "encounter": stay,
        "medication request": order,
        "procedure": lambda **more: resource("Procedure", status="completed", performedDateTime="2024-05-01", **more),
    }[words]
    reason = {**condition(), "id": "c1"}
    clauses = f"from {words} in things {clause}"
    assert answer(clauses, made(**fields), *([reason] if words != "condition" else [])) == expected


@pytest.mark.parametrize(
    ("clause", "fields", "expected"),
    [
        ("with value in things", {"valueCodeableConcept": concept("thing2")}, True),
        ("with value in things", {"valueCodeableConcept": concept("other1")}, "absent"),
        ("with value in things", {"valueCodeableConcept": {"text": "Thing"}}, OPEN),
        ("with value in things", {"valueString": "thing"}, OPEN),
        ("with value in things", {"valueQuantity": {"value": 3}}, "absent"),
        ("with value in things", {}, OPEN),
        ('with value beginning "pos"', {"valueString": " POSITIVE for it"}, True),
        ('with value beginning "pos"', {"valueString": "negative"}, "absent"),
        ('with value in things, beginning "pos"', {"valueString": "Pos"}, True),
        ('with value in things, beginning "pos"', {"valueCodeableConcept": concept("thing1")}, True),
        ("with any value", {"valueQuantity": {"value": 3}}, True),
        ("with any value", {}, True),
        ("with any value", {"dataAbsentReason": concept("not-performed", ABSENT)}, "absent"),
        ("with any value", {"dataAbsentReason": concept("unknown", ABSENT)}, True),
        (YES, {"valueBoolean": True}, True),
        (YES, {"valueBoolean": False}, "absent"),
        (YES, {"valueCodeableConcept": concept("LA33-6", "http://loinc.org")}, True),
        (YES, {"valueCodeableConcept": concept("LA32-8", "http://loinc.org")}, "absent"),
        ("with value LOINC LA32-8", {"valueBoolean": False}, True),
        ("with value in things", {"valueBoolean": True}, "absent"),
        ('with value beginning "pos"', {"valueBoolean": True}, "absent"),
    ],
)
def test_an_answer_makes_a_yes(clause: str, fields: dict[str, Any], expected: Any) -> None:
    assert answer(f"from observation in things {clause}", finding(**fields)) == expected


def test_the_answer_of_a_component_is_that_of_its_own_code() -> None:
    parts = [{"code": concept("thing1"), "valueString": "negative"}, {"code": concept("thing2"), "valueString": "pos"}]
    panel = finding(code=concept("other1"), component=parts)
    assert answer('from observation sort:thing1 with value beginning "pos"', panel) == "absent"
    assert answer('from observation sort:thing2 with value beginning "pos"', panel) is True


def test_a_newer_answer_of_another_kind_takes_nothing_back() -> None:
    old = finding(id="o1", valueString="positive", effectiveDateTime="2024-01-01")
    new = finding(id="o2", valueString="negative")
    assert answer('from observation in things with value beginning "pos"', old, new) is True


@pytest.mark.parametrize(
    ("clause", "dispense", "expected"),
    [
        ("with supply >= 28 days", {"expectedSupplyDuration": {"value": 28, "unit": "days", "code": "d"}}, True),
        ("with supply >= 28 days", {"expectedSupplyDuration": {"value": 27, "code": "d"}}, "absent"),
        ("with supply >= long", {"expectedSupplyDuration": {"value": 4, "code": "wk"}}, True),
        ("with supply < 1 month", {"expectedSupplyDuration": {"value": 1, "code": "mo"}}, "absent"),
        ("with supply <= 1 day", {"expectedSupplyDuration": {"value": 24, "code": "h"}}, True),
        ("with supply < 1 day", {"expectedSupplyDuration": {"value": 23.5, "code": "h"}}, True),
        ("with supply < 1 day", {"expectedSupplyDuration": {"value": -3, "code": "d"}}, OPEN),
        ("with supply < 1 day", {"expectedSupplyDuration": {"value": 3, "code": "boxes"}}, OPEN),
        ("with supply < 1 day", {}, OPEN),
        ("with validity >= 28 days", {"validityPeriod": {"start": "2024-01-01", "end": "2024-01-29"}}, True),
        ("with validity >= 28 days", {"validityPeriod": {"start": "2024-01-01", "end": "2024-01-28"}}, "absent"),
        ("with validity >= 28 days", {"validityPeriod": {"start": "2024-01-15", "end": "2024-02"}}, OPEN),
        ("with validity >= 28 days", {"validityPeriod": {"start": "2024-01-01", "end": "2024-03"}}, True),
        ("with validity >= 28 days", {"validityPeriod": {"start": "2024-01-01"}}, OPEN),
        (
            "with validity = 92 days",
            {"validityPeriod": {"start": "2023-01-29T00:00:00-07:00", "end": "2023-05-01T00:00:00-06:00"}},
            True,
        ),
        (
            "with supply >= 7 days with supply < 28 days",
            {"expectedSupplyDuration": {"value": 14, "code": "d"}},
            True,
        ),
    ],
)
def test_lengths_of_a_supply_and_of_a_validity(clause: str, dispense: dict[str, Any], expected: Any) -> None:
    found = order(dispenseRequest=dispense)
    assert answer(f"from medication request in things {clause}", found) == expected


def test_what_was_dispensed_says_for_how_many_days() -> None:
    found = resource("MedicationDispense", status="completed", daysSupply={"value": 30, "code": "d"})
    assert answer("from medication dispense in things with supply >= 28 days", found) is True
    assert answer("from medication dispense in things with supply < 28 days", found) == "absent"


def test_a_code_in_no_list_is_passed_over_where_a_filter_leaves_it_out() -> None:
    found = condition(code=concept("nobody-listed-it1"), category=[concept("list2", "urn:where")])
    assert answer("from condition in things", found) == UNLISTED
    assert answer("from condition in things with category where:list1", found) == "absent"


def test_a_record_that_two_clauses_match_is_one_result() -> None:
    dispense = {
        "expectedSupplyDuration": {"value": 30, "code": "d"},
        "validityPeriod": {"start": "2024-01-01", "end": "2024-05-01"},
    }
    clauses = """
        from medication request in things with supply >= 28 days
        from medication request in things with validity >= 28 days
        from medication in things"""
    assert len(state(clauses, order(dispenseRequest=dispense)).history) == 1
    assert len(state(clauses, order(dispenseRequest={}, status="completed")).history) == 0


def test_an_open_clause_that_looks_back_farther_is_not_hidden_by_one_that_counts() -> None:
    clauses = """
        from condition in things with any status within 1 year
        from condition in things with any status with category where:list1 within 10 years
        absent means no"""
    assert state(clauses, condition(onsetDateTime="2020-03-01")).value is None
    assert state(clauses, condition(onsetDateTime="2024-03-01")).value is True
    elsewhere = condition(onsetDateTime="2020-03-01", category=[concept("list2", "urn:where")])
    assert state(clauses, elsewhere).value is False


def test_a_statement_whose_time_is_over_is_not_active() -> None:
    def taken(end: str) -> Any:
        return resource("MedicationStatement", status="active", effectivePeriod={"start": "2024-01-01", "end": end})

    assert answer("from medication in things", taken("2024-05-31")) == "absent"
    assert answer("from medication in things", taken("2024-06-01")) is True
    assert answer("from medication in things", taken("2025")) is True
    assert answer("from medication in things", taken("2024")) == (Reason.IMPRECISE_DATE,)
    assert answer("from medication in things with status active", taken("2024-05-31")) is True

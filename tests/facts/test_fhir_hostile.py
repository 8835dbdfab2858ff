"""Records that contradict themselves, refer to nothing or in circles, or are large: a report, and no wrong no."""

from __future__ import annotations

from typing import Any

import pytest

from guidelang.facts import Reason

from .readings import OPEN, answer, concept, condition, finding, order, read, resource, state, stay


def test_an_abatement_before_the_onset_is_told_and_denies_nothing() -> None:
    found = read("from condition in things\nabsent means no", condition(abatementDateTime="2019-01-01"))
    (patient,) = found.patients
    assert patient.states["f"].value is None
    assert any("before its onset" in problem.message for problem in patient.problems)


@pytest.mark.parametrize("clinical", ["active", None])
def test_an_abatement_whose_date_may_lie_ahead_denies_nothing(clinical: str | None) -> None:
    assert answer("from condition in things", condition(clinical, abatementDateTime="2024")) == (Reason.IMPRECISE_DATE,)


@pytest.mark.parametrize(
    "later",
    [
        condition(onsetDateTime="2030-01-01"),
        condition(onsetDateTime="9999-12-31"),
        condition(onsetDateTime="2030-01-01", abatementDateTime="2031-01-01"),
    ],
)
def test_what_begins_after_the_evaluation_day_is_left_out_with_a_warning(later: Any) -> None:
    (patient,) = read("from condition in things\nabsent means no", later).patients
    assert patient.states["f"].value is False
    assert "lies after 2024-06-01" in patient.warnings[0]


def test_a_resource_that_is_repeated_word_for_word_is_one() -> None:
    twice = [order(id="m1"), order(id="m1")]
    assert len(state("from medication request in things", *twice).history) == 1
    differing = [order(id="m1"), order(id="m1", authoredOn="2024-05-02")]
    assert len(state("from medication request in things", *differing).history) == 2


def medication(identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Medication", "id": identity, **more}


def ordered(reference: str, **more: Any) -> dict[str, Any]:
    found = order(medicationReference={"reference": reference}, **more)
    del found["medicationCodeableConcept"]
    return found


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ("from medication request in things", ordered("Medication/nowhere")),
        ("from medication request in things", ordered("#nowhere")),
        ("from medication request in things", ordered("MedicationRequest/x1")),
        ("from medication request in things", ordered("")),
        (
            "from medication request in things with reason in things",
            order(reasonReference=[{"reference": "Condition/no"}]),
        ),
        ("from medication request in things with reason in things", order(reasonReference=[{"display": "pain"}])),
        (
            "from medication request in things with reason in things",
            order(reasonReference=[{"reference": "MedicationRequest/x1"}]),
        ),
        (
            "from device request in things",
            resource("DeviceRequest", status="active", codeReference={"reference": "x"}, codeCodeableConcept=None),
        ),
        ("from encounter in things", stay(type=None)),
        ("from encounter in things", stay(type=[{"text": "visit"}])),
        ("from care plan in things", resource("CarePlan", status="active", category="pain")),
    ],
)
def test_what_refers_to_nothing_or_has_no_code_leaves_it_open(clauses: str, found: Any) -> None:
    assert state(f"{clauses}\nabsent means no", found).value is None


@pytest.mark.parametrize(
    "subject", [{"reference": "p1"}, {"reference": "p2"}, {"reference": "#"}, {"display": "Ann"}, None]
)
def test_a_record_that_names_no_patient_keeps_absence_from_meaning_no(subject: Any) -> None:
    others = order("other1", id="m2")
    assert answer("from medication request in things", order(subject=subject), others) == (Reason.NO_RECORD,)
    elsewhere = order(subject={"reference": "Patient/p2"})
    assert answer("from medication request in things", elsewhere, others) == "absent"


def test_references_in_a_circle_come_to_an_end() -> None:
    circle = [
        ordered(
            "#a",
            contained=[medication("a", code={"coding": "#a"}, ingredient=[{"itemReference": {"reference": "#a"}}])],
        ),
        resource("Condition", id="c1", encounter={"reference": "Encounter/e1"}, code=concept("other1")),
        stay(id="e1", partOf={"reference": "Encounter/e1"}, reasonReference=[{"reference": "Condition/c1"}]),
    ]
    found = read("from encounter in things with reason in others\nabsent means no", *circle)
    assert found.patients[0].states["f"].value is True


WRONG: list[Any] = [None, 0, "", "text", [], {}, [None], [[]], [{}], {"coding": None}, {"start": []}, {"value": "x"}]
FIELDS = {
    "Condition": ("category", "onsetPeriod", "abatementPeriod", "abatementDateTime", "encounter", "recorder", "meta"),
    "Encounter": ("type", "class", "period", "hospitalization", "participant", "reasonCode", "reasonReference"),
    "MedicationRequest": (
        "doNotPerform", "intent", "category", "dispenseRequest", "dosageInstruction", "reasonCode", "requester",
    ),
    "MedicationDispense": ("daysSupply", "whenHandedOver", "performer", "context"),
    "Observation": ("category", "effectivePeriod", "component", "performer", "valueCodeableConcept", "valueString"),
    "CarePlan": ("category", "period", "author", "addresses"),
    "Immunization": ("vaccineCode", "statusReason", "occurrenceDateTime"),
    "AdverseEvent": ("event", "actuality", "date"),
}  # fmt: skip
CLAUSES = """
    from condition in things with any status with category in things
    from encounter in things with class in things with discharge in others with reason in others
    from medication request in things with supply >= 1 day with validity >= 1 day with reason in others
        with category in others timed by dosage
    from medication request in things timed by supply
    from medication request in things with negation
    from medication dispense in things with supply >= 1 day timed by supply
    from observation in things with category in things with value in things, beginning "pos"
    from care plan in things with reason in things timed by created
    from immunization in things with negation with reason in things
    from adverse event in things timed by updated
    absent means no"""


@pytest.mark.parametrize("wrong", WRONG)
def test_no_malformed_element_ends_the_reading(wrong: Any) -> None:
    for kind, fields in FIELDS.items():
        for field in fields:
            sound = resource(kind, status="active", intent="order")
            (patient,) = read(CLAUSES, sound | {field: wrong}).patients
            assert patient.states["f"].value in (True, False, None)
            nested = {"timing": wrong, "doseAndRate": wrong, "expectedSupplyDuration": wrong, "validityPeriod": wrong}
            read(CLAUSES, sound | {field: nested}, sound | {field: [nested]})


def test_a_dose_of_nonsense_is_unusable_and_ends_nothing() -> None:
    for wrong in WRONG:
        for dosage in (wrong, {"doseAndRate": wrong}, {"timing": wrong}, {"timing": {"repeat": wrong}}):
            for found in (dosage, [dosage]):
                clauses = "from medication request in tablets as daily dose"
                order_of_it = order("tablet10", dosageInstruction=found)
                assert state(clauses, order_of_it, is_a="quantity in mg/d").value is None


def test_a_large_record_is_read_whole() -> None:
    many = [finding(id=f"o{n}", valueString="negative") for n in range(3000)]
    clauses = 'from observation in things with value beginning "pos"'
    assert answer(clauses, *many) == "absent"
    assert answer(clauses, *many, finding(id="last", valueString="positive")) is True
    assert answer(clauses, *(finding(id=f"o{n}") for n in range(3000))) == OPEN

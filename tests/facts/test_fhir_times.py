"""When a record was, from when to when it went on, and with whom and what it belongs together."""

from __future__ import annotations

from typing import Any

import pytest

from guidelang.facts import Reason

from .readings import answer, condition, finding, only, order, read, resource, state, stay


def when(clauses: str, *resources: Any, **more: Any) -> tuple[str | None, Any]:
    """The moment of the only result as text, and its course as begin, end and what is known of the end."""
    result = only(clauses, *resources, **more)
    moment = None if result.moment is None else result.moment.text
    if result.course is None:
        return moment, None
    begins, ends = result.course.begins, result.course.ends
    return moment, (begins.text if begins else None, result.course.end, ends.text if ends else None)


ANY = "from condition in things with any status"


@pytest.mark.parametrize(
    ("fields", "moment", "course"),
    [
        ({}, "2020-03-01", ("2020-03-01", "running", None)),
        ({"clinical": "resolved"}, "2020-03-01", ("2020-03-01", "unknown", None)),
        ({"clinical": None}, "2020-03-01", ("2020-03-01", "unknown", None)),
        ({"abatementDateTime": "2021-01-01"}, "2020-03-01", ("2020-03-01", "dated", "2021-01-01")),
        ({"abatementPeriod": {"end": "2021"}}, "2020-03-01", ("2020-03-01", "dated", "2021")),
        ({"abatementPeriod": {"start": "2021"}}, "2020-03-01", ("2020-03-01", "unknown", None)),
        ({"abatementString": "last year"}, "2020-03-01", ("2020-03-01", "unknown", None)),
        ({"abatementDateTime": "soon"}, "2020-03-01", ("2020-03-01", "unknown", None)),
        ({"onsetDateTime": None, "abatementDateTime": "2021-01-01"}, "no date", (None, "dated", "2021-01-01")),
        (
            {"onsetDateTime": None, "recordedDate": "2022-02-02"},
            "2022-02-02",
            ("2022-02-02", "running", None),
        ),
        (
            {"onsetDateTime": None, "onsetPeriod": {"start": "2019", "end": "2020"}},
            "2019 to 2020",
            ("2019 to 2020", "running", None),
        ),
        ({"onsetDateTime": None, "onsetPeriod": {"start": "2019"}}, "2019", ("2019", "running", None)),
        (
            {"onsetDateTime": None, "onsetPeriod": {"end": "2019"}, "recordedDate": "2022-02-02"},
            "up to 2019",
            ("up to 2019", "running", None),
        ),
        (
            {"onsetDateTime": None, "onsetPeriod": {"start": "2020", "end": "2019"}},
            "no date",
            ("no date", "running", None),
        ),
        (
            {"onsetDateTime": None, "onsetString": "as a child", "recordedDate": "2022-02-02"},
            "up to 2022-02-02",
            ("up to 2022-02-02", "running", None),
        ),
        ({"onsetDateTime": None, "onsetString": "as a child"}, "no date", ("no date", "running", None)),
        (
            {"abatementPeriod": {"start": "2021", "end": "2022"}},
            "2020-03-01",
            ("2020-03-01", "dated", "2021 to 2022"),
        ),
        ({"abatementPeriod": {"start": "2022", "end": "2021"}}, "no date", ("no date", "unknown", None)),
        ({"onsetDateTime": None}, "no date", ("no date", "running", None)),
        ({"abatementDateTime": "2019-01-01"}, "no date", ("no date", "unknown", None)),
        (
            {"onsetDateTime": "2030-05-01", "abatementDateTime": "2019-01-01"},
            "no date",
            ("no date", "unknown", None),
        ),
    ],
)
def test_a_diagnosis_goes_from_onset_to_abatement(fields: dict[str, Any], moment: str, course: Any) -> None:
    assert when(ANY, condition(**fields)) == (moment, course)


@pytest.mark.parametrize(
    ("status", "period", "moment", "course"),
    [
        ("finished", {"start": "2024-05-01", "end": "2024-05-03"}, "2024-05-03", ("2024-05-01", "dated", "2024-05-03")),
        ("finished", {"start": "2024-05-01"}, "2024-05-01", ("2024-05-01", "unknown", None)),
        ("in-progress", {"start": "2024-05-01"}, None, ("2024-05-01", "running", None)),
        ("finished", {"end": "2024-05-03"}, "2024-05-03", (None, "dated", "2024-05-03")),
        ("in-progress", {"start": "2024-05-01", "end": "2024-07-01"}, None, ("2024-05-01", "dated", "2024-07-01")),
        ("finished", {"start": "2024-05-03", "end": "2024-05-01"}, "no date", ("no date", "unknown", None)),
        ("finished", {"start": "2030-05-03", "end": "2024-05-01"}, "no date", ("no date", "unknown", None)),
        ("finished", {"start": "2024-05-01", "end": "later"}, "2024-05-01", ("2024-05-01", "unknown", None)),
        ("finished", {}, "no date", None),
        ("finished", None, "no date", None),
    ],
)
def test_a_stay_goes_through_its_period(status: str, period: Any, moment: Any, course: Any) -> None:
    assert when("from encounter in things", stay(status=status, period=period)) == (moment, course)


@pytest.mark.parametrize(("status", "end"), [("completed", "unknown"), ("in-progress", "running")])
@pytest.mark.parametrize(
    ("kind", "clauses", "period"),
    [
        ("Procedure", "from procedure in things", "performedPeriod"),
        ("MedicationAdministration", "from medication administration in things", "effectivePeriod"),
    ],
)
def test_what_is_over_and_has_no_end_does_not_go_on(
    kind: str, clauses: str, period: str, status: str, end: str
) -> None:
    found = resource(kind, status=status, **{period: {"start": "2024-05-01"}})
    assert when(clauses, found)[1] == ("2024-05-01", end, None)


DOSAGES = [
    {"timing": {"repeat": {"boundsPeriod": {"start": "2024-01-01", "end": "2024-02-01"}}}},
    {"timing": {"repeat": {"boundsPeriod": {"start": "2024-03-01"}}}},
]


def test_a_dosage_without_a_period_beside_others_may_be_any_time() -> None:
    made = order(dosageInstruction=[DOSAGES[0], {"text": "then 1 daily"}])
    found = state("from medication request in things timed by dosage", made)
    moments = [result.moment.text if result.moment else None for result in found.history]
    assert sorted(map(str, moments)) == ["2024-02-01", "no date"]


SUPPLY = {"expectedSupplyDuration": {"value": 30, "code": "d"}}


@pytest.mark.parametrize(
    ("clauses", "found", "moment", "course"),
    [
        ("from medication request in things", order(), "2024-05-01", None),
        (
            "from medication request in things timed by supply",
            order(dispenseRequest=SUPPLY),
            "2024-05-31",
            ("2024-05-01", "dated", "2024-05-31"),
        ),
        (
            "from medication request in things timed by supply",
            order(authoredOn="2024-01-01", dispenseRequest=SUPPLY | {"numberOfRepeatsAllowed": 3}),
            "2024-01-31 to 2024-04-30",
            ("2024-01-01", "dated", "2024-01-31 to 2024-04-30"),
        ),
        (
            "from medication request in things timed by supply",
            order(dispenseRequest=SUPPLY | {"numberOfRepeatsAllowed": 10**12}),
            "2024-05-01",
            ("2024-05-01", "unknown", None),
        ),
        ("from medication request in things timed by supply", order(), "2024-05-01", ("2024-05-01", "unknown", None)),
        (
            "from medication request in things timed by validity",
            order(dispenseRequest={"validityPeriod": {"start": "2024-05-01"}}),
            None,
            ("2024-05-01", "running", None),
        ),
        ("from medication request in things timed by validity", order(), "no date", None),
        (
            "from medication request in things timed by dosage",
            order(dosageInstruction=DOSAGES[:1]),
            "2024-02-01",
            ("2024-01-01", "dated", "2024-02-01"),
        ),
        ("from medication request in things timed by dosage", order(), "no date", None),
        (
            "from medication request in things timed by updated",
            order(meta={"lastUpdated": "2024-05-05T10:00:00Z"}),
            "2024-05-05T10:00:00Z",
            None,
        ),
        ("from medication request in things timed by updated", order(), "no date", None),
        ("from condition in things timed by recorded", condition(recordedDate="2021-01-01"), "2021-01-01", None),
        (
            "from observation in things with any value timed by issued",
            finding(issued="2024-05-02T08:00:00Z"),
            "2024-05-02T08:00:00Z",
            None,
        ),
        (
            "from care plan in things timed by created",
            resource("CarePlan", status="active", created="2024-04-01"),
            "2024-04-01",
            None,
        ),
        (
            "from service request in things timed by occurrence",
            resource("ServiceRequest", status="active", occurrencePeriod={"start": "2024-04-01"}),
            "2024-04-01",
            ("2024-04-01", "running", None),
        ),
        (
            "from medication dispense in things timed by supply",
            resource(
                "MedicationDispense",
                status="completed",
                whenHandedOver="2024-04-01",
                daysSupply={"value": 7, "code": "d"},
            ),
            "2024-04-08",
            ("2024-04-01", "dated", "2024-04-08"),
        ),
        (
            "from adverse event in things timed by recorded",
            resource("AdverseEvent", actuality="actual", date="2024-01-01", recordedDate="2024-02-01"),
            "2024-02-01",
            None,
        ),
        (
            "from procedure in things",
            resource("Procedure", status="completed", performedPeriod={"start": "2024-04-01", "end": "2024-04-02"}),
            "2024-04-02",
            ("2024-04-01", "dated", "2024-04-02"),
        ),
    ],
)
def test_a_reading_says_which_time_counts(clauses: str, found: Any, moment: Any, course: Any) -> None:
    assert when(clauses, found) == (moment, course)


def test_dosages_with_bounds_of_their_own_are_times_of_their_own() -> None:
    found = state("from medication request in things timed by dosage", order(dosageInstruction=DOSAGES))
    assert [result.moment and result.moment.text for result in found.history] == ["2024-02-01", None]


def test_an_explicit_status_asks_for_the_status_alone() -> None:
    over = condition(abatementDateTime="2021-01-01")
    assert answer("from condition in things", over) == "absent"
    assert answer("from condition in things with status active", over) is True
    assert answer("from condition in things with any status", over) is True
    contradicted = condition(abatementDateTime="2019-01-01")
    assert answer("from condition in things", contradicted) == (Reason.UNSUPPORTED_STATUS,)


def test_records_of_one_encounter_have_one_key() -> None:
    def key(**fields: Any) -> str | None:
        return only("from condition in things", condition(**fields), stay(id="e1")).encounter

    itself = only("from encounter in things", stay(id="e1")).encounter
    assert itself is not None
    assert key(encounter={"reference": "Encounter/e1"}) == itself
    assert key(encounter={"reference": "Encounter/e1/_history/3"}) == itself
    assert key(encounter={"reference": "Encounter/e2"}) == "?Encounter/e2"  # not in the input
    assert key() is None
    assert key(encounter={"reference": "#"}) not in (None, itself)


def test_who_made_a_record() -> None:
    def people(kind: str, **fields: Any) -> tuple[str, ...]:
        words = {"CarePlan": "care plan", "Procedure": "procedure", "Encounter": "encounter"}.get(kind, "condition")
        return only(f"from {words} in things with any status", resource(kind, **fields)).practitioners

    ann, bob = {"reference": "Practitioner/ann"}, {"reference": "Practitioner/bob"}
    assert people("Condition", recorder=ann, asserter=bob) == ("Practitioner/ann", "Practitioner/bob")
    assert people("Condition", recorder={"reference": "Patient/p1"}) == ()
    assert people("CarePlan", intent="plan", author=ann) == ("Practitioner/ann",)
    assert people("Procedure", performer=[{"actor": ann}, {"actor": {"reference": "Organization/o"}}]) == (
        "Practitioner/ann",
    )
    assert people("Encounter", participant=[{"individual": bob}]) == ("Practitioner/bob",)
    licence = {"identifier": {"system": "urn:licence", "value": "7"}}
    assert people("Condition", recorder=licence) == ("urn:licence|7",)


def test_a_future_course_is_left_out_with_a_warning() -> None:
    (patient,) = read("from encounter in things", stay(period={"start": "2024-07-01", "end": "2024-07-03"})).patients
    assert patient.states["f"].history == ()
    assert len(patient.warnings) == 1


def test_the_day_of_a_record_is_reported_as_it_is_written_there() -> None:
    result = only(f"{ANY} timed by onset", condition(onsetDateTime="2019-05"), is_a="date")
    assert (result.reported, result.moment and result.moment.text) == ("2019-05", "2019-05")


def test_a_role_is_the_person_who_has_it_and_without_one_may_be_anybodys() -> None:
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/ann"}}

    def people(reference: str, *others: Any) -> tuple[str, ...]:
        recorder = {"reference": reference}
        return only("from condition in things", condition(recorder=recorder), *others).practitioners

    assert people("PractitionerRole/r", role) == ("Practitioner/ann",)
    assert people("PractitionerRole/r", role | {"practitioner": None}) == ("?PractitionerRole/r",)
    assert people("PractitionerRole/absent") == ("?PractitionerRole/absent",)
    assert people("https://elsewhere.example/fhir/Practitioner/ann") == (
        "?https://elsewhere.example/fhir/Practitioner/ann",
    )
    assert people("Practitioner/absent") == ("Practitioner/absent",)

"""Whose resource is it? References, contained resources, and records that are not what they should be."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidelang.facts import Reason

from .guideline import (
    RXNORM,
    SNOMED,
    bundle,
    codes,
    names,
    observation,
    one,
    patient,
    point,
    read,
    reasons,
    resource,
    status,
)

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
WEB = "https://ehr.example/fhir/Patient/p1"


def with_url(url: str, subject: dict[str, Any] | None) -> dict[str, Any]:
    made = bundle(patient(identifier=[{"system": "urn:mrn", "value": "42"}]), observation("2777-1", 6))
    made["entry"][0]["fullUrl"] = url
    made["entry"][1]["resource"]["subject"] = subject
    return made


@pytest.mark.parametrize(
    ("url", "reference"),
    [
        (URN, URN),
        (URN, "Patient/p1"),
        (WEB, WEB),
        (WEB, "Patient/p1"),
        (WEB, WEB + "/_history/3"),
        (URN, WEB),
    ],
)
def test_references_to_the_patient(url: str, reference: str) -> None:
    assert one(with_url(url, {"reference": reference})).states["phosphorus"].value == point("6")


def test_a_reference_may_be_an_identifier() -> None:
    subject = {"identifier": {"system": "urn:mrn", "value": "42"}}
    assert one(with_url(URN, subject)).states["phosphorus"].value == point("6")


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/p2"},
        {"reference": "https://other.example/fhir/Patient/p1"},
        {"reference": "urn:uuid:1"},
        {"reference": 1},
        {"display": "p1"},
        {"identifier": {"value": "42"}},
        "Patient/p1",
        None,
    ],
)
def test_what_is_nobodys_is_reported_and_not_guessed(subject: Any) -> None:
    found = read(with_url(WEB, subject))
    assert reasons(found.patients[0].states["phosphorus"]) == [Reason.NO_RECORD]
    (problem,) = found.problems
    assert (problem.resource, problem.field) == ("Observation/r1", "subject")


def test_a_record_of_nobody_takes_the_trust_in_absence() -> None:
    listed = resource("MedicationRequest", RXNORM, "314076", status="active")
    assert one(bundle(patient(), listed)).states["warfarin"].how == "absent"
    nobodys = resource("MedicationRequest", RXNORM, "855332", status="active", id="r2") | {"subject": None}
    found = read(bundle(patient(), listed, nobodys)).patients[0]
    assert reasons(found.states["warfarin"]) == [Reason.NO_RECORD]


def test_records_without_a_patient_resource_name_their_patient() -> None:
    for source in (observation("2777-1", 6), bundle(observation("2777-1", 6)), [observation("2777-1", 6)]):
        found = one(source)
        assert found.patient == "p1"
        assert found.states["phosphorus"].value == point("6")
        assert [problem.kind for problem in found.problems] == ["note"]
    assert codes(read(observation("2777-1", 6) | {"subject": None}).report) == ["G602"]


def test_bundles_in_bundles_and_repeated_resources() -> None:
    inner = bundle(patient(), observation("2777-1", 6))
    found = one(bundle(inner, deepcopy(inner)))
    assert len(found.states["phosphorus"].history) == 1
    deep: Any = inner
    for _ in range(50):
        deep = bundle(deep)
    refused = read(deep)
    assert codes(refused.report) == ["G602"]
    assert "nested too deeply" in refused.problems[0].message
    changed = one(bundle(patient(), observation("2777-1", 6), observation("2777-1", 7)))
    assert len(changed.states["phosphorus"].history) == 2


def test_types_that_are_not_read_are_noted() -> None:
    (note,) = one(bundle(patient(), resource("Goal", SNOMED, "1"))).problems
    assert "Goal (1)" in note.message
    assert note.kind == "note"


MALFORMED: list[Any] = [None, 0, "", "text", [], {}, [None], [[]], {"coding": None}, {"coding": [None, 3, {}]}]


@pytest.mark.parametrize("wrong", MALFORMED)
@pytest.mark.parametrize(
    "made",
    [
        observation("2777-1", 6, component=[{"code": {"coding": [{"system": "http://loinc.org", "code": "1"}]}}]),
        resource("Condition", SNOMED, "1001", **status("condition", "active"), onsetDateTime="2020"),
        resource("MedicationRequest", RXNORM, "855332", status="active", authoredOn="2024-01-01", doNotPerform=False),
        resource("MedicationStatement", RXNORM, "855332", status="active", effectivePeriod={"start": "2024"}),
        resource("Procedure", SNOMED, "302497006", status="completed", performedPeriod={"end": "2024-05-20"}),
        resource("AllergyIntolerance", SNOMED, "2001", **status("allergy", "active")),
        patient(id="p2", gender="male", birthDate="1950", deceasedBoolean=False, identifier=[{"system": "x"}]),
    ],
    ids=lambda made: made["resourceType"],
)
def test_no_malformed_field_raises_or_loses_the_rest(made: Any, wrong: Any) -> None:
    good = observation("72514-3", 4, "{score}") | {"id": "good"}
    for field in made:
        found = read(bundle(patient(), made | {field: wrong}, good))
        assert not found.report.findings
        assert found.patients[0].states["pain"].value == point("4")


def test_entries_that_are_no_resources() -> None:
    made = bundle(patient(), observation("2777-1", 6))
    made["entry"] += [None, 3, {}, {"resource": None}, {"resource": []}, {"resource": {"id": "x"}}]
    found = read(made)
    assert found.patients[0].states["phosphorus"].value == point("6")
    assert len(found.problems) == 5
    assert codes(read({"resourceType": "Bundle", "entry": "none"}).report) == ["G602"]
    assert codes(read({"resourceType": 3}).report) == ["G602"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "active", "Patient/p1", "2024-05"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["coding", "code", "system", "reference", "value", "unit", "start", "end", "resource", "id"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


FIELDS = (
    "id",
    "status",
    "code",
    "subject",
    "clinicalStatus",
    "verificationStatus",
    "valueQuantity",
    "contained",
    "component",
    "effectiveDateTime",
    "performedPeriod",
    "medicationReference",
    "abatementPeriod",
)
TYPES = st.sampled_from(["Observation", "Condition", "MedicationRequest", "Procedure", "Patient"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries({"resourceType": TYPES}, optional=dict.fromkeys(FIELDS, JSON)), max_size=4))
def test_nothing_that_json_can_say_raises(resources: Any) -> None:
    found = read(bundle(patient(), *resources))
    assert names(found.patients)[0] == "p1"
    for each in found.patients:
        assert all(state.value is not None or state.causes for state in each.states.values())


@pytest.mark.parametrize(
    ("codes_", "how_often"), [(("2777-1", "2731-8"), "twice"), (("2777-1", "2731-8", "1-1"), "3 times")]
)
def test_things_that_share_an_id_are_each_read_and_counted(codes_: tuple[str, ...], how_often: str) -> None:
    same = [observation(code, 6, "mg/dL") | {"id": "o1"} for code in codes_]
    found = read(bundle(patient(), *same))
    assert [problem.message for problem in found.problems] == [
        f"Observation/o1 is in the input {how_often}, as things of different codes or servers; each is read"
    ]
    assert found.patients[0].states["phosphorus"].value == point("6")


def test_a_person_of_several_birth_dates_was_born_on_one_of_them() -> None:
    found = read(bundle(patient(birthDate="1964-06-02"), patient(birthDate="1963-01-05")))
    state = found.patients[0].states["birth_date"]
    assert [(cause.reason, cause.detail) for cause in state.causes] == [
        (Reason.IMPRECISE_DATE, "1963-01-05 or 1964-06-02")
    ]
    assert [result.reported for result in state.history] == ["1963-01-05 or 1964-06-02"]

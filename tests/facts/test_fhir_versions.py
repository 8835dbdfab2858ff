"""Two versions of one resource: the newer one counts, and where nothing says which it is, neither does for certain."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guidelang.facts import Reason
from guidelang.facts.fhir import Pool

from .guideline import SNOMED, bundle, observation, one, patient, point, read, resource, status


def condition(clinical: str, **meta: str) -> dict[str, Any]:
    found = resource("Condition", SNOMED, "79619009", **status("condition", clinical))
    return found | ({"meta": meta} if meta else {})


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ({"versionId": "1"}, {"versionId": "2"}, False),
        ({"versionId": "2"}, {"versionId": "1"}, True),
        ({"versionId": "9"}, {"versionId": "10"}, False),
        ({"lastUpdated": "2024-02-01T12:00:00Z"}, {"lastUpdated": "2024-02-01T12:30:00+01:00"}, True),
        ({"lastUpdated": "2024-02-01T12:00:00Z"}, {"lastUpdated": "2024-02-02T12:00:00Z"}, False),
        ({"versionId": "1", "lastUpdated": "2024-02-02T12:00:00Z"}, {"versionId": "2"}, False),
        (
            {"versionId": "1", "lastUpdated": "2024-02-02T12:00:00Z"},
            {"versionId": "2", "lastUpdated": "2024-02-01T12:00:00Z"},
            None,
        ),
        ({"versionId": "a"}, {"versionId": "b"}, None),
        ({"versionId": "1"}, {"versionId": "1"}, None),
        ({"lastUpdated": "2024"}, {"lastUpdated": "soon"}, None),
        ({}, {"versionId": "2"}, None),
        ({}, {}, None),
    ],
)
def test_the_newer_version_counts(first: dict[str, str], second: dict[str, str], value: bool | None) -> None:
    for made in (
        bundle(patient(), condition("active", **first), condition("inactive", **second)),
        [patient(), condition("active", **first), condition("inactive", **second)],
    ):
        found = one(made).states["mitral_stenosis"]
        assert found.value is value
        if value is None:
            assert [cause.reason for cause in found.causes] == [Reason.CONFLICTING]
        assert any(("open" if value is None else "newer one") in problem.message for problem in read(made).problems)


def test_a_patient_is_still_known_by_an_identifier_where_a_version_was_left_out() -> None:
    known = patient(identifier=[{"system": "urn:mrn", "value": "42"}])
    result = observation("2777-1", 6) | {"subject": {"identifier": {"system": "urn:mrn", "value": "42"}}}
    versions = [condition("active", versionId="1"), condition("inactive", versionId="2")]
    found = one(bundle(known, result, *versions))
    assert found.states["phosphorus"].value == point("6")
    assert found.states["mitral_stenosis"].value is False


def test_what_both_versions_say_alike_is_known() -> None:
    first, second = observation("2777-1", 6), observation("2777-1", 6, note=[{"text": "seen"}])
    assert one([patient(), first, second]).states["phosphorus"].value == point("6")
    assert one([patient(), first, observation("2777-1", 9)]).states["phosphorus"].value is None


def test_resources_of_two_servers_are_no_versions() -> None:
    made = bundle(patient(), condition("active"), condition("inactive"))
    made["entry"][1]["fullUrl"] = "https://a.example/Condition/r1"
    made["entry"][2]["fullUrl"] = "https://b.example/Condition/r1"
    assert one(made).states["mitral_stenosis"].value is True


def test_two_things_of_one_id_are_no_versions() -> None:
    made = [patient(), observation("2777-1", 6), observation("72514-3", 4, "{score}")]
    states = one(made).states
    assert (states["phosphorus"].value, states["pain"].value) == (point("6"), point("4"))
    assert any("different codes" in problem.message for problem in read(made).problems)


def test_the_newer_version_of_a_patient() -> None:
    old = patient(gender="male", meta={"versionId": "1"})
    new = patient(gender="female", meta={"versionId": "2"})
    assert one([old, new]).states["sex"].value == "female"
    assert one([new, old]).states["sex"].value == "female"


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("versions", "value"),
    [
        ([("active", {}), ("inactive", {"versionId": "1"}), ("inactive", {"versionId": "2"})], None),
        ([("active", {"versionId": "1"}), ("active", {"versionId": "2"}), ("inactive", {"versionId": "3"})], False),
        ([("inactive", {"versionId": "1"}), ("inactive", {"versionId": "2"}), ("active", {"versionId": "3"})], True),
        ([("active", {"versionId": "1"}), ("inactive", {"versionId": "2"}), ("inactive", {"versionId": "2"})], False),
        (
            [
                ("active", {"versionId": "1"}),
                ("inactive", {"versionId": "2", "lastUpdated": "2024-01-01T00:00:00Z"}),
                ("active", {"lastUpdated": "2024-02-01T00:00:00Z"}),
            ],
            True,
        ),
    ],
)
def test_every_version_is_compared_with_all_others(
    versions: list[tuple[str, dict[str, str]]], value: bool | None, order: tuple[int, ...]
) -> None:
    made = [condition(versions[index][0], **versions[index][1]) for index in order]
    assert one([patient(), *made]).states["mitral_stenosis"].value is value
    assert one(bundle(patient(), *made, *made)).states["mitral_stenosis"].value is value


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.none() | st.integers(1, 4), st.none() | st.integers(1, 4)), min_size=1, max_size=6))
@example([(None, 2), (2, None), (1, 3), (3, 1)])
def test_a_version_is_left_out_exactly_if_another_one_took_its_place(
    signs: list[tuple[int | None, int | None]],
) -> None:
    def made(number: int, sign: tuple[int | None, int | None]) -> dict[str, Any]:
        version = {"versionId": str(sign[0])} if sign[0] else {}
        changed = {"lastUpdated": f"2024-01-0{sign[1]}T00:00:00Z"} if sign[1] else {}
        return condition("active", **version, **changed) | {"note": [{"text": str(number)}]}

    def took_its_place(one_: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
        compared = [
            (mine > its) - (mine < its)
            for mine, its in zip(one_, other, strict=True)
            if mine is not None and its is not None
        ]
        return 1 in compared and -1 not in compared

    pool = Pool()
    for number, sign in enumerate(signs):
        pool.add(made(number, sign), "here")
    pool.settle()
    left = [int(each.content["note"][0]["text"]) for each in pool.resources]  # type: ignore[index]  # made above
    first = [n for n, sign in enumerate(signs) if not any(took_its_place(other, sign) for other in signs)]
    assert left == (first or list(range(len(signs))))  # each may have taken another's place, in a circle
    assert all(len(pool.contest(each)) == (len(left) if len(left) > 1 else 0) for each in pool.resources)


def test_of_contested_patients_only_what_all_say_is_known() -> None:
    first = patient(gender="male", birthDate="1950-01-01", deceasedBoolean=False)
    second = patient(gender="female", birthDate="1960-01-01", deceasedBoolean=False)
    facts = one([first, second])
    assert facts.states["sex"].value is None
    assert facts.states["deceased"].value is False
    assert facts.birth is not None
    assert (facts.birth.low, facts.birth.high) == (
        dt.date(1950, 1, 1).toordinal(),
        dt.date(1960, 1, 1).toordinal(),
    )
    assert one([first, patient(gender="male", deceasedBoolean=True)]).states["deceased"].value is None
    assert one([first, patient(gender="male", deceasedBoolean=False)]).birth is None


def test_ten_thousand_versions_are_settled_at_once() -> None:
    numbered = [condition("active", versionId=str(number)) for number in range(5_000)]
    assert one([patient(), *numbered, condition("inactive", versionId="5000")]).states["mitral_stenosis"].value is False
    open_ = [condition("active") | {"onsetDateTime": f"{1000 + number}"} for number in range(500)]
    assert one([patient(), *open_]).states["mitral_stenosis"].value is None

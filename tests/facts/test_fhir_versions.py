"""Two versions of one resource: the newer one counts, and where nothing says which it is, neither does for certain."""

from __future__ import annotations

from typing import Any

import pytest

from guidelang.facts import Reason

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

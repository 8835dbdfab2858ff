"""Records with a code of a fact that do not count: a no by absence knows of them, and tells why."""

from __future__ import annotations

from typing import Any

import pytest

import guidelang
from guidelang.source import Source
from guidelang.trace.redact import Redaction

from .readings import concept, condition, order, resource, state

THINGS = "from condition in things"
OF_CATEGORY = f"{THINGS} with category sort:other1"
ORDERS = "from medication request in things"
GUIDELINE = """guideline g version 1.0.0
system sort "urn:sort"
codes things "Things" sort:thing1
fact f is yes or no
    from condition in things
    absent means no
rule r when not f recommend discuss f
"""


@pytest.mark.parametrize(
    ("clauses", "record", "why"),
    [
        (THINGS, condition("resolved"), "because it is resolved"),
        (THINGS, condition(verificationStatus=concept("entered-in-error")), "because it is entered in error"),
        (THINGS, condition(None, abatementDateTime="2021-01-01"), "because it has ended"),
        (THINGS, condition(abatementDateTime="2021-01-01"), "because it has ended"),
        (OF_CATEGORY, condition(category=[concept("x")]), "because it is not of the sort that is asked for"),
        (ORDERS, order(status="stopped"), "because it is stopped"),
        (ORDERS, order(intent="proposal"), "because its intent is proposal"),
        (ORDERS, order(doNotPerform=True), "because it says not to do so"),
    ],
)
def test_what_does_not_count_is_known_with_the_reason(clauses: str, record: dict[str, Any], why: str) -> None:
    found = state(f"{clauses}\nabsent means no", record)
    assert (found.value, found.how, found.used, found.history) == (False, "absent", (), ())
    (told,) = found.passed_over
    assert (told.source, told.note) == (f"{record['resourceType']}/x1", f"does not count {why}")


@pytest.mark.parametrize("other", [condition(), condition("active", verificationStatus=concept("provisional"))])
def test_it_is_left_out_where_another_record_decides(other: dict[str, Any]) -> None:
    assert state(f"{THINGS}\nabsent means no", condition("resolved"), {**other, "id": "x2"}).passed_over == ()


def test_other_records_are_not_told_of() -> None:
    other = {**condition("resolved"), "code": concept("other1")}
    found = state(f"{THINGS}\nabsent means no", other, resource("Procedure", status="not-done"))
    assert found.passed_over == ()


@pytest.fixture(scope="module")
def result() -> guidelang.Result:
    records = [{"resourceType": "Patient", "id": "p1"}, {**condition("resolved"), "id": "c1"}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in records]}
    return guidelang.load(Source("g", GUIDELINE)).evaluate(bundle, as_of="2024-06-01")


def test_pages_say_that_there_is_a_record_and_why_it_does_not_count(result: guidelang.Result) -> None:
    page = " ".join(str(result.why("r")).split())
    assert "f = no (by absence of a record that counts)" in page
    assert "resolved, Condition/c1, does not count because it is resolved" in page


def test_a_redacted_trace_names_no_record(result: guidelang.Result) -> None:
    (fact,) = [each for each in result.trace(redaction=Redaction(b"key")).facts if each.name == "f"]
    assert [(told.source, told.status) for told in fact.results] == [("Condition/record-1", "resolved")]

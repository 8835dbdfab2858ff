"""Records that were right and are damaged: there is always a result, and what was a yes never becomes a certain no.

The law holds for every damage that takes something away or contradicts what is there, since what is lost may have been
what was asked for: a field that is gone, empty, of a wrong type or no date; a date with less in it; a reference to
nothing; an end before the beginning; a second element where a choice allows one; the same resource once more with
another content and no version.

A record whose patient or code is lost, or that is no resource at all any more, stands in the way of absence. For
measured facts the law cannot hold then: nobody knows of which fact the record may have been the newest result. How many
there are, and how much, is said of the events that a record has, where it has some. Nor can the law hold where the
damaged record is a right one that says something else: a newer version, a resource of another type, somebody else's,
another code or status. There is a result all the same.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guidelang
from guidelang.guideline import Guideline
from guidelang.source import Source

TEXT = """guideline damaged version 1
system s "urn:s"
fact ill is yes or no from condition s:ill absent means no
fact allergic is yes or no from allergy s:allergic absent means no
fact taking is yes or no from medication request s:drug from medication statement s:drug absent means no
fact operated is yes or no from procedure s:operation within 1 year absent means no
fact seen is yes or no from encounter s:visit absent means no
fact level is quantity in mg/dL from observation s:level within 1 year
fact smoker is yes or no from observation s:smoking
fact screened is yes or no from observation s:screen with value s:positive absent means no

rule r_ill when ill recommend discuss ill
rule r_allergic when allergic recommend discuss allergic
rule r_taking when taking recommend discuss taking
rule r_operated when operated recommend discuss operated
rule r_level when level > 5 mg/dL recommend discuss level
rule r_smoker when smoker recommend discuss smoker
rule r_screened when screened recommend discuss screened
rule e_ill when ill within 1 year recommend discuss ill
rule e_taking when taking within 90 days recommend discuss taking
rule e_level when any level > 5 mg/dL within 1 year recommend discuss level
rule e_often when at least 2 level > 5 mg/dL within 1 year on different days recommend discuss level
rule e_seen when operated during seen recommend discuss operated
rule e_while when taking overlaps 2024-01-01 to 2024-06-01 recommend discuss taking
rule e_same when operated in the same encounter as ill recommend discuss operated
rule e_covered when covered days of seen within 1 year >= 2 recommend discuss seen
rule e_twice when at least 2 taking within 1 year recommend discuss taking
rule e_count when count of operated within 1 year >= 2 recommend discuss operated
rule e_since when time since operated < 60 days recommend discuss operated
rule e_last when seen on the last day with operated recommend discuss seen
"""
SUBJECT = {"reference": "Patient/p1"}
DAYS = ("2023-01-10", "2023-12-01", "2024-05-01", "2024-05-01T08:30:00Z", "2024-05-20", "2024-05", "2024")
day = st.sampled_from(DAYS)
UNITS = {"unit": "mg/dL", "code": "mg/dL", "system": "http://unitsofmeasure.org"}


@cache
def guideline() -> Guideline:
    return guidelang.load(Source("<damaged>", TEXT))


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "urn:s", "code": code}], "text": code}


def clinical(kind: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{kind}-clinical", "code": code}]}


def resource(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    subject = "patient" if kind == "AllergyIntolerance" else "subject"
    return st.fixed_dictionaries(fields).map(lambda made: {"resourceType": kind, subject: SUBJECT, **made})


ENCOUNTER = st.just({"reference": "Encounter/r0"})
RESOURCES = st.one_of(
    resource(
        "Condition",
        code=st.just(coded("ill")),
        clinicalStatus=st.just(clinical("condition", "active")),
        onsetDateTime=day,
        encounter=ENCOUNTER,
    ),
    resource(
        "AllergyIntolerance",
        code=st.just(coded("allergic")),
        clinicalStatus=st.just(clinical("allergyintolerance", "active")),
        recordedDate=day,
    ),
    resource(
        "MedicationRequest",
        status=st.just("active"),
        intent=st.just("order"),
        medicationReference=st.just({"reference": "Medication/m"}),
        authoredOn=day,
    ),
    resource(
        "MedicationStatement",
        status=st.just("active"),
        medicationCodeableConcept=st.just(coded("drug")),
        effectivePeriod=st.builds(lambda start: {"start": start}, day),
    ),
    resource(
        "Procedure",
        status=st.just("completed"),
        code=st.just(coded("operation")),
        performedDateTime=day,
        encounter=ENCOUNTER,
    ),
    resource(
        "Observation",
        status=st.sampled_from(["final", "amended"]),
        code=st.just(coded("level")),
        effectiveDateTime=day,
        valueQuantity=st.sampled_from([4, 6, 7]).map(lambda value: {"value": value, **UNITS}),
    ),
    resource(
        "Observation",
        status=st.just("final"),
        code=st.just(coded("smoking")),
        effectiveDateTime=day,
        valueBoolean=st.booleans(),
    ),
    resource(
        "Observation",
        status=st.just("final"),
        code=st.just(coded("screen")),
        effectiveDateTime=day,
        valueCodeableConcept=st.sampled_from(["positive", "negative"]).map(coded),
    ),
    resource(
        "Encounter",
        status=st.just("finished"),
        type=st.just([coded("visit")]),
        period=st.sampled_from(["2024-05-01", "2024-04-20"]).map(lambda start: {"start": start, "end": "2024-05-02"}),
    ),
)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The resources of a patient, who is the first of them."""
    found = draw(st.lists(RESOURCES, min_size=1, max_size=6))
    numbered = [{**copy.deepcopy(each), "id": f"r{number}"} for number, each in enumerate(found)]
    medication = {"resourceType": "Medication", "id": "m", "code": coded("drug")}
    person = {"resourceType": "Patient", "id": "p1", "birthDate": "1960-05-05", "gender": "female"}
    return [person, medication, *numbered]


WRONG: tuple[Any, ...] = (
    None, 7, -1.5, True, "", " ", "x", [], {}, [None], [[]], {"coding": []}, {"value": {}}, "9" * 500,
)  # fmt: skip
NO_DATES = ("2024-13-45", "soon", "", "0000", 20240501, ["2024-05-01"], {"start": "2024"})
MEASURED = {"r_level", "r_smoker", "e_level", "e_often"}
DAMAGES = ["gone", "wrong", "date", "choice", "nothing", "abated", "twice", "cycle", "entry"]
KEPT = frozenset({"resourceType", "id"})
NO = {"coding": [{"system": "http://snomed.info/sct", "code": "373067005"}]}
LONG_AGO = {"start": "2001", "end": "2002"}
ONE = {"value": 1, **UNITS}
CHOICES: dict[str, dict[str, Any]] = {
    "valueQuantity": {"valueBoolean": False, "valueInteger": 1, "valueString": "none", "valueCodeableConcept": NO},
    "valueBoolean": {"valueCodeableConcept": NO, "valueString": "no"},
    "valueCodeableConcept": {"valueBoolean": False, "valueString": "no", "valueQuantity": ONE},
    "effectiveDateTime": {"effectivePeriod": LONG_AGO, "effectiveInstant": "2001-01-01T00:00:00Z"},
    "effectivePeriod": {"effectiveDateTime": "2001-01-01"},
    "performedDateTime": {"performedPeriod": LONG_AGO},
    "onsetDateTime": {"onsetPeriod": LONG_AGO, "onsetString": "long ago", "onsetAge": {"value": 3, "code": "a"}},
    "medicationReference": {"medicationCodeableConcept": coded("other")},
    "medicationCodeableConcept": {"medicationReference": {"reference": "Medication/other"}},
}
NOWHERE = ["Medication/none", "urn:uuid:none", "#none", "?", "//"]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all fields inside a resource; not what it is and how it is called."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, item in items:
        if path or key not in KEPT:
            found += [(*path, key), *places(item, (*path, key))]
    return found


def holder_of(resource_: Any, path: tuple[str | int, ...]) -> Any:
    for key in path[:-1]:
        resource_ = resource_[key]
    return resource_


@st.composite
def taken_away(draw: st.DrawFn) -> tuple[list[Any], list[Any], bool]:
    """A record, the same with one damage, and whether that leaves open of which fact and whom a resource is."""
    whole = draw(records())
    damaged: list[Any] = copy.deepcopy(whole)
    target = draw(st.sampled_from(damaged[1:]))
    lost = False
    dates = [path for path in places(target) if isinstance(holder_of(target, path)[path[-1]], str) and is_date(path)]
    kind = draw(st.sampled_from(DAMAGES))
    if kind in ("gone", "wrong"):
        path = draw(st.sampled_from([each for each in places(target) if is_loss(target, each)]))
        lost = path[0] in ("code", "subject", "patient")
        holder = holder_of(target, path)
        if kind == "gone":
            del holder[path[-1]]
        else:
            holder[path[-1]] = draw(st.sampled_from([value for value in WRONG if is_wrong(path, value)]))
    elif kind == "date" and dates:
        path = draw(st.sampled_from(dates))
        holder = holder_of(target, path)
        holder[path[-1]] = draw(st.sampled_from([*NO_DATES, holder[path[-1]][:7], holder[path[-1]][:4]]))
    elif kind == "choice":
        for name in [name for name in CHOICES if name in target]:
            extra, value = draw(st.sampled_from(sorted(CHOICES[name].items(), key=lambda item: item[0])))
            target.update({extra: value} if draw(st.booleans()) else {})
            if draw(st.booleans()):  # in front of the first one
                moved = target.pop(name)
                target[name] = moved
            target.setdefault(extra, value)
    elif kind == "nothing":
        for name in ("medicationReference", "encounter"):
            if name in target:
                target[name] = {"reference": draw(st.sampled_from(NOWHERE))}
    elif kind == "abated" and target["resourceType"] == "Condition":
        target["abatementDateTime"] = "1999-01-01"
    elif kind == "twice":
        other = copy.deepcopy(target)
        if other["resourceType"] != "Medication":
            other["status"] = "stopped"
            other["clinicalStatus"] = clinical("condition", "inactive")
        damaged.insert(draw(st.integers(0, len(damaged))), other)
    elif kind == "cycle":
        target["encounter"] = target["partOf"] = {"reference": f"{target['resourceType']}/{target['id']}"}
        target["contained"] = [copy.deepcopy(target)]
    elif kind == "entry":
        lost = True
        damaged[damaged.index(target)] = draw(st.sampled_from([None, [], "x", 3, {}, {"id": "r1"}]))
    return whole, damaged, lost


def is_date(path: tuple[str | int, ...]) -> bool:
    return str(path[-1]).endswith(("DateTime", "Date", "On", "start", "end"))


def is_loss(resource_: Any, path: tuple[str | int, ...]) -> bool:
    """Whether a field that is gone leaves a record that says less. Without its end a period says something else, and
    without a unit's code or system the text beside it stands in; who is meant by a reference, its own key says.
    """
    return path[-1] != "end" and holder_of(resource_, path)[path[-1]] is not None


def is_wrong(path: tuple[str | int, ...], value: Any) -> bool:
    """Whether a value is none that the field may have: another one says something else."""
    if path[-1] == "valueBoolean" and isinstance(value, bool):
        return False
    if path[-1] == "value" and isinstance(value, int | float) and not isinstance(value, bool):
        return False
    return not (path[-1] in ("code", "system", "reference", "status", "intent") and value in ("x", "9" * 500))


def statuses(resources: list[Any]) -> dict[str, str]:
    """Which rules apply and which are undecided."""
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
    (result,) = guideline().evaluate_all(bundle, as_of="2024-06-01", engine="direct")
    assert str(result)
    json.loads(result.to_json())
    return dict.fromkeys(result.applies, "applies") | dict.fromkeys(result.undecided, "undecided")


@settings(max_examples=400, deadline=None)
@given(taken_away())
def test_what_was_a_yes_never_becomes_a_certain_no_by_damage(made: tuple[list[Any], list[Any], bool]) -> None:
    whole, damaged, lost = made
    before, after = statuses(whole), statuses(damaged)
    yes = {rule for rule, status in before.items() if status == "applies"} - (MEASURED if lost else set())
    assert not yes - set(after)


PERIOD = {"start": "2024-05-01", "end": "2024-05-02"}
DRUG = {"reference": "Medication/m"}
SEVEN = {"valueQuantity": {"value": 7, **UNITS}}
DOUBLED = [
    ("smoking", "r_smoker", {"valueBoolean": True, "valueCodeableConcept": NO}),
    ("screen", "r_screened", {"valueCodeableConcept": coded("positive"), "valueBoolean": False}),
    ("level", "r_level", {**SEVEN, "valueInteger": 1}),
    ("level", "e_level", {**SEVEN, "effectivePeriod": PERIOD, "effectiveDateTime": "2001"}),
    ("ill", "e_ill", {"onsetDateTime": "2030-01-01", "onsetPeriod": PERIOD}),
    ("ill", "r_ill", {"onsetDateTime": "2020", "abatementDateTime": "2021", "abatementPeriod": {"end": "2025"}}),
    ("operation", "r_operated", {"performedPeriod": PERIOD, "performedDateTime": "2001"}),
    ("taken", "r_taking", {"medicationCodeableConcept": coded("other"), "medicationReference": DRUG}),
]


@pytest.mark.parametrize(("code", "rule", "fields"), DOUBLED)
def test_of_two_elements_where_one_is_allowed_neither_is_read(code: str, rule: str, fields: dict[str, Any]) -> None:
    kinds = {"ill": "Condition", "operation": "Procedure", "taken": "MedicationStatement"}
    status = {"Condition": {"clinicalStatus": clinical("condition", "active")}, "Procedure": {"status": "completed"}}
    kind = kinds.get(code, "Observation")
    made: dict[str, Any] = {"resourceType": kind, "id": "r0", "subject": SUBJECT, **fields}
    made |= status.get(kind, {"status": "active" if code == "taken" else "final"})
    if code != "taken":
        made["code"] = coded(code)
    dated = {"Observation": "effectiveDateTime", "MedicationStatement": "effectiveDateTime"}.get(kind)
    if dated is not None and not any(name.startswith("effective") for name in fields):
        made[dated] = "2024-05-01"
    drug = {"resourceType": "Medication", "id": "m", "code": coded("drug")}
    for fields_first in (made, dict(reversed(made.items()))):
        assert statuses([{"resourceType": "Patient", "id": "p1"}, drug, fields_first])[rule] == "undecided"


LONG = """guideline long version 1
system s "urn:s"
fact level is quantity in mg/dL from observation s:level within 1 year
rule r_last when last 3 level > 5 mg/dL recommend discuss level
rule r_mean when average level within 1 year > 5 mg/dL recommend discuss level
rule r_top when highest level within 1 year > 5 mg/dL recommend discuss level
"""


@pytest.mark.parametrize("when", ["2024-05-01", "2024", "2024-05-01T10:00:00Z"])
def test_thousands_of_results_of_one_time(when: str) -> None:
    """The work must not grow with the square of them."""
    first = {"resourceType": "Observation", "status": "final", "subject": SUBJECT, "code": coded("level")}
    many = [
        {**first, "id": f"o{number}", "effectiveDateTime": when, "valueQuantity": {"value": 4 + number % 4, **UNITS}}
        for number in range(4_000)
    ]
    result = guidelang.load(Source("<long>", LONG)).evaluate(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in many]},
        as_of="2024-06-01",
        engine="direct",
    )
    assert result["r_last"].status == "undecided"
    assert result["r_top"].status == ("undecided" if when == "2024" else "applies")

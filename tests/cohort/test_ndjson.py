"""Bulk exports of FHIR, read in columns, against the same files read patient by patient."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import guidelang
from guidelang.cohort import run_cohort
from guidelang.cohort.ndjson import open_export_source
from guidelang.cohort.one_by_one import SettledChunk, condition_nodes, settle_chunk
from guidelang.cohort.source import Chunk
from guidelang.diagnostics import GuidelineError, Report
from guidelang.facts import FactSet, read_patients
from guidelang.facts.complete import declared
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run import evaluate
from guidelang.run.columnar import Columnar
from tests.cohort.tables import assert_close
from tests.cohort.test_agreement import network_of
from tests.shared_data import shared_data

DAY = dt.date(2024, 6, 1)
CASES = int(os.environ.get("GUIDELANG_AGREEMENT_CASES", "600"))
PATIENTS = 12

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
UCUM = "http://unitsofmeasure.org"

GUIDELINE = """guideline export version 1

fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1
    within 31 days
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact systolic is quantity in mm[Hg]
    from observation LOINC 8480-6
    within 1 year
    ties highest
fact pain is number
    from observation LOINC 72514-3
fact smoker is yes or no
    from observation LOINC 72166-2
    absent means no
fact frail is yes or no
    from observation SNOMED 248279007 with value SNOMED 373066001
fact stage is one of g3, g4
    from observation LOINC 69405-9
    g3 = SNOMED 700378005
    g4 = SNOMED 700379002
fact note is text
    from observation LOINC 34109-9
fact released is quantity in mg/dL
    from observation LOINC 2777-1 timed by issued
fact warfarin is yes or no
    from medication RxNorm 11289
    absent means no
fact statin is yes or no
    from medication request RxNorm 83367 with status active, completed with category SNOMED 3001 timed by dosage
    absent means no
fact refused is yes or no
    from medication request RxNorm 83367 with negation
fact dose is quantity in mg/d
    from medication request RxNorm 7804 daily dose
fact supplied is yes or no
    from medication dispense RxNorm 7804 timed by supply
    absent means no
fact given is yes or no
    from medication administration RxNorm 7804
fact dialysis is yes or no
    from procedure SNOMED 302497006 within 31 days
    from condition SNOMED 105502003
    absent means no
fact diabetes is yes or no
    from condition SNOMED 44054006
    absent means no
fact past_cancer is yes or no
    from condition SNOMED 363346000 with any status with any verification
fact diagnosed is date
    from condition SNOMED 44054006 with any status timed by onset
fact recorded is date
    from condition SNOMED 44054006 with any status timed by recorded
fact allergy_to_penicillin is yes or no
    from allergy SNOMED 91936005
fact vaccinated is yes or no
    from immunization CVX 140 within 1 year
    absent means no
fact stay is yes or no
    from encounter any with class act:IMP
    absent means no
fact visit is yes or no
    from encounter SNOMED 185349003 with status finished
    absent means no
fact counselled is yes or no
    from communication SNOMED 225323000
fact referred is yes or no
    from service request SNOMED 306206005 with any intent
    absent means no
fact planned is yes or no
    from care plan SNOMED 736366004
fact bleed is yes or no
    from adverse event SNOMED 131148009
fact device is yes or no
    from device request SNOMED 702172008

system act "http://terminology.hl7.org/CodeSystem/v3-ActCode"

define last_two = last 2 systolic within 1 year >= 140 mm[Hg]
define visits = count of visit within 1 year
define stay_pressure = highest systolic during stay

rule phosphate when phosphorus >= 5.5 mg/dL conclude high_phosphate
rule released_high when released >= 5.5 mg/dL conclude released_was_high
rule pressure when last_two conclude high_pressure
rule worst_pressure when stay_pressure > 150 mm[Hg] conclude bad_stay
rule painful when pain >= 5 conclude in_pain
rule smokes when smoker conclude is_smoker
rule is_frail when frail conclude frailty
rule advanced when stage is g4 conclude advanced_stage
rule noted when note is known conclude has_note
rule anticoagulated when warfarin conclude on_warfarin
rule covered when statin conclude on_statin
rule refusal when refused conclude has_refused
rule dosed when dose >= 10 mg/d conclude high_dose
rule supplies when supplied conclude has_supply
rule infused when given conclude was_given
rule dialysed when dialysis conclude on_dialysis
rule diabetic when diabetes and not diagnosed is missing conclude known_diabetes
rule cancer when past_cancer conclude had_cancer
rule long_known when time since diagnosed >= 1 year conclude long_diabetes
rule late_record when recorded > diagnosed conclude recorded_late
rule allergic when allergy_to_penicillin conclude no_penicillin
rule flu when vaccinated conclude flu_shot
rule visited when visits >= 2 conclude seen_often
rule in_stay when visit during stay conclude visited_in_stay
rule same when phosphorus is known and visit in the same encounter as stay conclude same_encounter
rule talked when counselled conclude was_counselled
rule sent when referred within 90 days conclude was_referred
rule has_plan when planned conclude is_planned
rule bled when bleed conclude had_bleed
rule with_device when device conclude has_device
rule grown when age >= 65 and sex is female conclude older_woman
"""


@pytest.fixture(scope="session")
def network() -> Network:
    return network_of(GUIDELINE)


def codes(*listed: tuple[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """A concept: one of these codes most often; another code, one without a system, or no code."""
    return st.one_of(
        st.sampled_from(listed).map(lambda code: concept(*code)),
        st.sampled_from(listed).map(lambda code: concept(*code)),
        st.just(concept(SNOMED, "1234567")),
        st.just({"coding": [{"code": listed[0][1]}], "text": "in words"}),
    )


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": f"code {code}"}]}


DATES = st.one_of(
    st.integers(-800, 60).map(lambda days: (DAY + dt.timedelta(days=days)).isoformat()),
    st.tuples(st.integers(-60, 3), st.sampled_from(["T08:30:00Z", "T23:30:00-05:00", "T00:10:00.250+02:00"])).map(
        lambda each: (DAY + dt.timedelta(days=each[0])).isoformat() + each[1]
    ),
    st.integers(-60, 3).map(lambda days: (DAY + dt.timedelta(days=days)).isoformat()),
)
ODD_DATES = st.sampled_from(["2024", "2024-05", "2023-02-30", "yesterday", "2024-05-30T08:30", 2024])
SOME_DATES = st.integers(0, 19).flatmap(lambda roll: ODD_DATES if roll == 0 else DATES)
PERIODS = st.one_of(
    st.tuples(DATES, DATES).map(lambda both: {"start": min(both), "end": max(both)}),
    DATES.map(lambda start: {"start": start}),
    st.tuples(SOME_DATES, SOME_DATES).map(lambda both: {"start": both[0], "end": both[1]}),
    DATES.map(lambda end: {"end": end}),
)


def record(kind: str, required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"resourceType": st.just(kind), **required}, optional=optional)


def times(stem: str, **more: Any) -> dict[str, Any]:
    return {f"{stem}DateTime": SOME_DATES, f"{stem}Period": PERIODS, **more}


def words(*often: str, rarely: Sequence[object] = ("unknown", "entered-in-error", "nonsense", 5)) -> Any:
    return st.integers(0, 9).flatmap(lambda roll: st.sampled_from(rarely if roll == 0 else often))


STANDING = st.sampled_from(["active", "active", "resolved", "recurrence", "entered-in-error"]).map(
    lambda word: concept("http://terminology.hl7.org/CodeSystem/condition-clinical", word)
)
VERIFIED = st.sampled_from(["confirmed", "confirmed", "refuted", "provisional"]).map(
    lambda word: concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", word)
)
QUANTITIES = st.one_of(
    st.tuples(st.integers(0, 250), st.integers(0, 1), st.sampled_from(["mg/dL", "mmol/L", "mm[Hg]"])).map(
        lambda each: {"value": each[0] / 10 ** each[1], "unit": each[2], "system": UCUM, "code": each[2]}
    ),
    st.sampled_from(
        [
            {"value": 5.5, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"},
            {"value": 2, "comparator": "<", "system": UCUM, "code": "mg/dL"},
            {"value": 5.50000000000000001, "system": UCUM, "code": "mg/dL"},
            {"value": 6, "unit": "mg/dL"},
            {"value": 6},
            {"value": "6", "code": "mg/dL"},
            {"unit": "mg/dL"},
            {},
            {"value": 6, "system": UCUM, "code": "furlong", "extension": [{"url": "x", "valueQuantity": {"value": 1}}]},
        ]
    ),
)
ANSWERS = st.sampled_from(["373066001", "373067005", "700378005", "700379002"]).map(lambda code: concept(SNOMED, code))
OBSERVED = codes(
    (LOINC, "2777-1"), (LOINC, "8480-6"), (LOINC, "72514-3"), (LOINC, "72166-2"), (SNOMED, "248279007"),
    (LOINC, "69405-9"), (LOINC, "34109-9"), (LOINC, "2777-1"), (LOINC, "8480-6"),
)  # fmt: skip
VALUES: dict[str, Any] = {
    "valueQuantity": QUANTITIES,
    "valueCodeableConcept": ANSWERS,
    "valueBoolean": st.booleans(),
    "valueInteger": st.integers(0, 10),
    "valueString": st.sampled_from(["mild", "6.1 mg/dL", ""]),
}
VALUE = st.sampled_from(["valueQuantity"] * 4 + list(VALUES)).flatmap(
    lambda name: st.fixed_dictionaries({name: VALUES[name]})
)
REFERENCES = st.sampled_from([{"reference": f"Encounter/e{number}"} for number in range(4)])
OBSERVATION = st.builds(
    lambda whole, value, more: {**whole, **value, **more},
    record(
        "Observation",
        {"status": words("final", "final", "amended", "corrected", "preliminary"), "code": OBSERVED},
        {"effectiveDateTime": SOME_DATES, "issued": DATES, "encounter": REFERENCES, "meta": st.just({"versionId": "1"})},
    ),
    st.one_of(VALUE, VALUE, VALUE, st.just({})),
    st.one_of(
        st.just({}), st.just({}), st.just({}),
        st.just({"dataAbsentReason": concept("x", "unknown")}),
        PERIODS.map(lambda period: {"effectivePeriod": period}),
        st.tuples(codes((LOINC, "8480-6")), VALUE).map(lambda each: {"component": [{"code": each[0], **each[1]}]}),
    ),
)  # fmt: skip
DOSAGES = st.lists(
    st.builds(
        lambda dose, period, timing: {
            "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg", "system": UCUM, "code": "mg"}}],
            "timing": {"repeat": {**timing, **({"boundsPeriod": period} if period else {})}},
        },
        st.integers(1, 20),
        st.none() | PERIODS,
        st.sampled_from([{"frequency": 2, "period": 1, "periodUnit": "d"}, {}]),
    ),
    max_size=2,
)
MEDICINES = st.one_of(
    codes((RXNORM, "11289"), (RXNORM, "83367"), (RXNORM, "7804")).map(lambda code: {"medicationCodeableConcept": code}),
    st.sampled_from(["Medication/m1", "Medication/m2", "Medication/gone", "#inside"]).map(
        lambda reference: {"medicationReference": {"reference": reference}}
    ),
)
SUPPLY = st.just({"expectedSupplyDuration": {"value": 30, "unit": "days"}, "numberOfRepeatsAllowed": 1})
ORDER = st.builds(
    lambda whole, medicine: {**whole, **medicine},
    record(
        "MedicationRequest",
        {"status": words("active", "active", "completed", "stopped"), "intent": words("order", "plan")},
        {
            "authoredOn": SOME_DATES,
            "doNotPerform": st.booleans(),
            "category": st.just([concept(SNOMED, "3001")]),
            "dosageInstruction": DOSAGES,
            "dispenseRequest": SUPPLY,
            "reasonReference": st.just([{"reference": "Condition/c"}]),
        },
    ),
    MEDICINES,
)
STATEMENT = st.builds(
    lambda whole, medicine: {**whole, **medicine},
    record("MedicationStatement", {"status": words("active", "completed", "not-taken")}, times("effective", dateAsserted=DATES)),
    MEDICINES,
)  # fmt: skip
DISPENSE = st.builds(
    lambda whole, medicine: {**whole, **medicine},
    record(
        "MedicationDispense",
        {"status": words("completed", "declined")},
        {"whenHandedOver": SOME_DATES, "daysSupply": st.just({"value": 30, "code": "d", "system": UCUM})},
    ),
    MEDICINES,
)
ADMINISTRATION = st.builds(
    lambda whole, medicine: {**whole, **medicine},
    record("MedicationAdministration", {"status": words("completed", "in-progress")}, times("effective")),
    MEDICINES,
)
CONDITION = record(
    "Condition",
    {"code": codes((SNOMED, "44054006"), (SNOMED, "363346000"), (SNOMED, "105502003"))},
    {
        "clinicalStatus": STANDING,
        "verificationStatus": VERIFIED,
        "onsetDateTime": SOME_DATES,
        "onsetPeriod": PERIODS,
        "recordedDate": DATES,
        "abatementDateTime": SOME_DATES,
        "onsetAge": st.just({"value": 60, "unit": "a"}),
        "abatementString": st.just("long ago"),
    },
)
EVENT = st.one_of(
    record("Procedure", {"status": words("completed", "in-progress", "not-done"), "code": codes((SNOMED, "302497006"))}, times("performed")),
    record("AllergyIntolerance", {"code": codes((SNOMED, "91936005"), (SNOMED, "716186003"))}, {"clinicalStatus": STANDING, "onsetDateTime": DATES}),
    record("Immunization", {"status": words("completed", "not-done"), "vaccineCode": codes(("http://hl7.org/fhir/sid/cvx", "140"))}, {"occurrenceDateTime": SOME_DATES, "recorded": DATES}),
    record("Communication", {"status": words("completed", "not-done"), "topic": codes((SNOMED, "225323000"))}, {"sent": DATES}),
    record("ServiceRequest", {"status": words("active", "completed"), "intent": words("order", "plan"), "code": codes((SNOMED, "306206005"))}, times("occurrence", authoredOn=DATES)),
    record("DeviceRequest", {"status": words("active"), "intent": words("order")}, {"codeCodeableConcept": codes((SNOMED, "702172008")), "authoredOn": DATES}),
    record("CarePlan", {"status": words("active", "completed"), "intent": words("plan"), "category": codes((SNOMED, "736366004")).map(lambda one: [one])}, {"period": PERIODS, "created": DATES}),
    record("AdverseEvent", {"actuality": words("actual", "potential"), "event": codes((SNOMED, "131148009"))}, {"date": SOME_DATES}),
)  # fmt: skip
ENCOUNTER = record(
    "Encounter",
    {"status": words("finished", "in-progress", "planned"), "type": codes((SNOMED, "185349003")).map(lambda one: [one])},
    {"class": st.sampled_from(["IMP", "AMB"]).map(lambda code: {"system": ACT, "code": code}), "period": PERIODS},
)
RECORDS = st.lists(
    st.one_of(
        OBSERVATION, OBSERVATION, OBSERVATION, ORDER, ORDER, STATEMENT, DISPENSE, ADMINISTRATION, CONDITION, CONDITION,
        EVENT, EVENT, EVENT, ENCOUNTER, ENCOUNTER,
    ),
    max_size=9,
)  # fmt: skip
PERSON = record(
    "Patient",
    {},
    {
        "gender": words("female", "male", "other", rarely=["unknown", "lady", 5]),
        "birthDate": st.sampled_from(["1950-03-01", "1959-06-01", "2001-12-31", "1959", "nonsense"]),
        "deceasedBoolean": words("x", rarely=[False]).filter(lambda word: word != "x") | st.just(False),
        "deceasedDateTime": st.sampled_from(["2024-05-01", "2024-07-01T10:00:00Z", "2024"]),
    },
)
SUBJECT = {"AllergyIntolerance": "patient", "Immunization": "patient"}


@dataclass(frozen=True)
class Drawn:
    """Resources of several patients, in some order."""

    lines: tuple[dict[str, Any], ...]


@st.composite
def exports(draw: st.DrawFn) -> Drawn:
    lines: list[dict[str, Any]] = [
        {"resourceType": "Medication", "id": "m1", "code": concept(RXNORM, "11289")},
        {"resourceType": "Medication", "id": "m2", "code": concept(RXNORM, "99999")},
    ]
    number = 0
    for patient in range(PATIENTS):
        lines.append({**draw(PERSON), "id": f"p{patient}"})
        for each in draw(RECORDS):
            kind = each["resourceType"]
            number += 1
            name = f"e{number % 4}" if kind == "Encounter" and number % 3 == 0 and patient == 0 else f"r{number}"
            whose = draw(words(f"Patient/p{patient}", rarely=[f"http://host/fhir/Patient/p{patient}", "Patient/gone"]))
            lines.append({**each, "id": name, SUBJECT.get(kind, "subject"): {"reference": whose}})
    return Drawn(tuple(lines))


def write(folder: Path, lines: Sequence[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    for each in folder.iterdir():
        each.unlink()
    by_kind: dict[str, list[str]] = {}
    for line in lines:
        by_kind.setdefault(str(line.get("resourceType")), []).append(json.dumps(line))
    for kind, texts in by_kind.items():
        (folder / f"{kind}.ndjson").write_text("\n".join(texts) + "\n", encoding="utf-8")


def chunks_of(network: Network, path: Path, complete: Sequence[str] = (), **options: Any) -> list[Chunk]:
    report = Report()
    source = open_export_source(path, Setting(network, DAY), declared(complete, network, report), report)
    assert source is not None, report.findings
    for name, value in options.items():
        setattr(source, name, value)
    return list(source.chunks())


def assert_same(network: Network, chunk: Chunk, expected: dict[str, FactSet]) -> SettledChunk:
    """Columns say of each patient what the one-patient reader and `direct` say of the same files."""
    found = settle_chunk(Columnar(network, histories=True), network, chunk)
    outcomes, conditions = found.settled.outcomes.to_dicts(), found.settled.conditions.to_dicts()
    derived, values = found.settled.derived.to_dicts(), found.facts.to_dicts()
    for row, name in enumerate(chunk.names):
        facts = expected[name]
        evaluation = evaluate(network, facts, "direct")
        assert outcomes[row]["scope"] == evaluation.scope.value, name
        for node in condition_nodes(network):
            words = (name, network.names.get(node, node))
            assert conditions[row][node] is evaluation.conditions[node], words
        statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
        for rule in network.rules:
            assert outcomes[row][f"rule:{rule}"] == statuses.get(rule), (name, rule)
        for fact, state in facts.states.items():
            assert_close(values[row][fact], state.value, f"{fact} of {name}")
        for each in network.derived.values():
            if each.node not in evaluation.conditions:
                assert_close(derived[row][each.name], evaluation.values[each.node].value, f"{each.name} of {name}")
    return found


def one_by_one(network: Network, path: Path, complete: Sequence[str] = ()) -> dict[str, FactSet]:
    found = read_patients(network, path, as_of=DAY, complete=complete)
    return {facts.patient: facts for facts in found.patients}


def agree(network: Network, path: Path, complete: Sequence[str] = (), **options: Any) -> list[SettledChunk]:
    expected = one_by_one(network, path, complete)
    chunks = chunks_of(network, path, complete, **options)
    assert sorted(name for chunk in chunks for name in chunk.names) == sorted(expected)
    return [assert_same(network, chunk, expected) for chunk in chunks]


@settings(
    max_examples=max(CASES // 20, 1),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(drawn=exports(), complete=st.sampled_from([(), ("medication", "condition", "procedure", "encounter")]))
def test_random_exports(
    network: Network, tmp_path_factory: pytest.TempPathFactory, drawn: Drawn, complete: Sequence[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "random"
    write(folder, drawn.lines)
    agree(network, folder, complete)

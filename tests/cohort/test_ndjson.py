"""Bulk exports of FHIR, read in columns, against the same files read patient by patient."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
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
from tests.cohort.exports import DAY, Export, concept, write
from tests.cohort.tables import assert_close
from tests.cohort.test_agreement import network_of
from tests.shared_data import shared_data

CASES = int(os.environ.get("GUIDELANG_AGREEMENT_CASES", "600"))
PATIENTS = 25

GUIDELINE = """guideline export version 1

system act "http://terminology.hl7.org/CodeSystem/v3-ActCode"

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
fact stage is one of g3 (SNOMED 700378005), g4 (SNOMED 700379002)
    from observation LOINC 69405-9
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
    from medication request RxNorm 7804 as daily dose
fact supplied is yes or no
    from medication dispense RxNorm 7804 timed by supply
    absent means no
fact infusion is yes or no
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
rule infused when infusion conclude was_given
rule dialysed when dialysis conclude on_dialysis
rule diabetic when diabetes and not diagnosed is missing conclude known_diabetes
rule cancer when past_cancer conclude had_cancer
rule long_known when time since diagnosed >= 1 year conclude long_diabetes
rule late_record when recorded > diagnosed conclude recorded_late
rule allergic when allergy_to_penicillin conclude no_penicillin
rule flu when vaccinated conclude flu_shot
rule visited when visits >= 2 conclude seen_often
rule often_dialysed when at least 2 dialysis within 90 days conclude dialysed_often
rule in_stay when visit during stay conclude visited_in_stay
rule same when phosphorus is known and visit in the same encounter as stay conclude same_encounter
rule talked when counselled conclude was_counselled
rule sent when referred within 90 days conclude was_referred
rule has_plan when planned conclude is_planned
rule bled when bleed conclude had_bleed
rule with_device when device conclude has_device
rule grown when age >= 65 and sex is female conclude older_woman
"""

# Counts of what a file may keep silent about are open above: who has some of them is read one by one.
COUNTS = """
rule twice_dialysed when count of dialysis within 1 year >= 2 conclude dialysed_twice
rule lately_dialysed when time since dialysis < 45 days conclude dialysed_lately
rule long_dialysed when covered days of dialysis within 90 days >= 30 conclude dialysed_long
"""


@pytest.fixture(scope="session")
def network() -> Network:
    return network_of(GUIDELINE + COUNTS)


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


@settings(max_examples=max(CASES // 60, 1), deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    seed=st.integers(0, 2**32), complete=st.sampled_from([(), ("medication", "condition", "procedure", "encounter")])
)
def test_random_exports(
    network: Network, tmp_path_factory: pytest.TempPathFactory, seed: int, complete: Sequence[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "random"
    write(folder, Export(seed, PATIENTS, 14).lines)
    agree(network, folder, complete)


def test_most_patients_are_read_in_columns(tmp_path: Path) -> None:
    """Where records are as they should be, hardly anybody is read one by one."""
    network = network_of(GUIDELINE)
    write(tmp_path / "export", Export(1, 60, 12, oddness=0).lines)
    (chunk,) = chunks_of(network, tmp_path / "export")
    assert chunk.odd is not None
    assert len(chunk.odd) <= 3
    found = assert_same(network, chunk, one_by_one(network, tmp_path / "export"))
    assert found.alone <= 12


def test_counts_are_read_in_columns_where_absence_is_declared(network: Network, tmp_path: Path) -> None:
    write(tmp_path / "export", Export(1, 60, 12, oddness=0).lines)
    complete = ("procedure", "condition")
    (chunk,) = chunks_of(network, tmp_path / "export", complete)
    found = assert_same(network, chunk, one_by_one(network, tmp_path / "export", complete))
    assert found.alone <= 12


def test_parts_of_the_patients(network: Network, tmp_path: Path) -> None:
    """What does not fit into memory is put into files, a part of the patients each, and means the same."""
    write(tmp_path / "export", Export(2, 40, 10).lines)
    found = agree(network, tmp_path / "export", part=8_000)
    assert len(found) > 3


def test_one_file_with_all_types_packed(network: Network, tmp_path: Path) -> None:
    lines = Export(3, 20, 10).lines
    text = "\n\n".join(json.dumps(line) for line in lines)
    (tmp_path / "all.ndjson").write_text(text, encoding="utf-8")
    packed = tmp_path / "all.ndjson.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    expected = one_by_one(network, tmp_path / "all.ndjson")
    for path in (tmp_path / "all.ndjson", packed):
        (chunk,) = chunks_of(network, path)
        assert sorted(chunk.names) == sorted(expected)
        assert_same(network, chunk, expected)


def test_without_patients_those_count_whom_records_name(network: Network, tmp_path: Path) -> None:
    lines = [line for line in Export(4, 20, 10).lines if line["resourceType"] != "Patient"]
    write(tmp_path / "export", lines)
    agree(network, tmp_path / "export")


def test_a_resource_given_twice(network: Network, tmp_path: Path) -> None:
    """Word for word, as a newer version, and as two that contradict each other."""
    lines = Export(5, 20, 10).lines
    again = [dict(line) for line in lines if "id" in line]
    for number, line in enumerate(again):
        if number % 3 == 1:
            line.update(meta={"versionId": "2"}, status="entered-in-error")
        elif number % 3 == 2:
            line.update(status="unknown")
    write(tmp_path / "export", [*lines, *again[::4]])
    agree(network, tmp_path / "export")


X = '{"resourceType": "Observation", "id": "x", '
BAD = [
    ("not json", "this is not JSON"),
    (X + '"id": "y"}', "given twice"),
    (X + '"valueQuantity": {"value": NaN}}', "is no number"),
    (X + "}", "this is not JSON"),
    ("[1, 2]", "not an object"),
    (X + '"status": "final"}', "names no patient"),
    (X + '"subject": {"reference": "Group/g"}}', "as it may be anybody's"),
    (X + '"subject": {"reference": "Patient/zz"}}', "no patient of the export"),
    ('{"id": "x"}', "no resourceType"),
    ('{"resourceType": "Bundle", "entry": []}', "is a Bundle"),
    ('{"resourceType": "Patient", "gender": "male"}', "a Patient without an id"),
]
READ_OTHERWISE = ("no resourceType", "is a Bundle", "a Patient without an id")
"""What the one-patient reader takes for a fact set, for pages of a search, or for a patient without a name."""


@pytest.mark.parametrize(("bad", "told"), BAD)
def test_rejected_lines(network: Network, tmp_path: Path, bad: str, told: str) -> None:
    """They are told of with file, line and reason; the other lines of the file are read."""
    write(tmp_path / "export", Export(6, 10, 8, oddness=0).lines)
    path = tmp_path / "export" / "Observation.ndjson"
    texts = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*texts[:3], "", bad, *texts[3:]]), encoding="utf-8")
    (chunk,) = chunks_of(network, tmp_path / "export")
    rejected = chunk.rejected.filter(chunk.rejected["where"].is_not_null()).to_dicts()
    assert [(row["where"], told in row["message"]) for row in rejected] == [(f"{path}:5", True)]
    assert chunk.left_out == (told == "a Patient without an id")
    if told not in READ_OTHERWISE:
        assert_same(network, chunk, one_by_one(network, tmp_path / "export"))


@pytest.mark.parametrize(("content", "told"), [(b"\xff\xfe\xfd\n", "UTF-8"), (b'{"resourceType":\x00"x"}\n', "null")])
def test_what_is_no_text_ends_the_run(network: Network, tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "Patient.ndjson").write_bytes(content)
    with pytest.raises(GuidelineError, match=told):
        chunks_of(network, tmp_path)


def test_a_broken_archive_ends_the_run(network: Network, tmp_path: Path) -> None:
    whole = gzip.compress(b'{"resourceType": "Patient", "id": "p1"}\n' * 1000)
    (tmp_path / "Patient.ndjson.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(GuidelineError, match="cannot be read"):
        chunks_of(network, tmp_path)


def test_nobody_is_an_error(network: Network, tmp_path: Path) -> None:
    (tmp_path / "Organization.ndjson").write_text('{"resourceType": "Organization", "id": "o1"}\n')
    report = Report()
    assert run_cohort(network, tmp_path, DAY, report) is None
    assert [finding.code for finding in report.findings] == ["G602"]


def test_one_patient_of_an_export(network: Network, tmp_path: Path) -> None:
    """`fact_set` of a source is what the one-patient reader says of the whole export."""
    write(tmp_path / "export", Export(7, 12, 10).lines)
    expected = one_by_one(network, tmp_path / "export")
    report = Report()
    source = open_export_source(tmp_path / "export", Setting(network, DAY), declared((), network, report), report)
    assert source is not None
    assert source.fact_set("nobody") is None
    for name, facts in expected.items():
        found = source.fact_set(name)
        assert found is not None
        assert {key: state.value for key, state in found.states.items()} == {
            key: state.value for key, state in facts.states.items()
        }


def test_counts_add_up(network: Network, tmp_path: Path) -> None:
    lines = Export(8, 30, 8).lines
    write(tmp_path / "export", [*lines, {"resourceType": "Patient", "gender": "female"}])
    report = Report()
    cohort = run_cohort(network, tmp_path / "export", DAY, report)
    assert cohort is not None
    assert (cohort.counts.read, len(cohort.outcomes), cohort.counts.left_out) == (31, 30, 1)


# ---- shared records -------------------------------------------------------------------------------------------------


def test_the_shared_export_in_columns(tmp_path: Path) -> None:
    folder = shared_data("patients", "ndjson-10")
    for name, sets in (
        ("calciphylaxis", None),
        ("opioid_prescribing", shared_data("decks", "opioid", "valuesets.json")),
    ):
        network = guidelang.load(name, valuesets=[] if sets is None else [sets]).network
        expected = one_by_one(network, folder)
        (chunk,) = chunks_of(network, folder)
        assert len(chunk.names) == 13
        assert_same(network, chunk, expected)


def test_the_deck_of_statin_therapy_as_an_export(tmp_path: Path) -> None:
    """The bundles of the deck as one export, the resources of each made its own, agree with the bundles."""
    deck = shared_data("decks", "cms347")
    network = guidelang.load("statin_therapy", valuesets=[deck / "valuesets.json"]).network
    bundles = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((deck / "patients").glob("*.json"))]
    write(tmp_path / "export", [line for number, bundle in enumerate(bundles) for line in of_its_own(bundle, number)])
    found = read_patients(network, deck / "patients", as_of=dt.date(2025, 12, 31))
    expected = {facts.patient: facts for facts in found.patients}
    report = Report()
    setting = Setting(network, dt.date(2025, 12, 31))
    source = open_export_source(tmp_path / "export", setting, declared((), network, report), report)
    assert source is not None
    (chunk,) = source.chunks()
    assert len(chunk.names) == 180
    assert assert_same(network, chunk, expected).alone <= 5


def of_its_own(bundle: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """The resources of a Bundle's patient, with names that no other Bundle has; that of the patient stays."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    (own,) = (f"Patient/{each['id']}" for each in resources if each["resourceType"] == "Patient")
    subjects = [each.get("subject", each.get("patient", {"reference": own})) for each in resources]
    resources = [each for each, subject in zip(resources, subjects, strict=True) if subject["reference"] == own]
    names = {
        f"{each['resourceType']}/{each['id']}": f"{each['id']}.{number}"
        for each in resources
        if each["resourceType"] != "Patient"
    }

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: renamed(each) for key, each in value.items()}
            reference = kept.get("reference")
            if isinstance(reference, str) and reference in names:
                kept["reference"] = f"{reference.partition('/')[0]}/{names[reference]}"
            return kept
        return [renamed(each) for each in value] if isinstance(value, list) else value

    return [
        {**renamed(each), "id": names.get(f"{each['resourceType']}/{each['id']}", each["id"])} for each in resources
    ]


def test_one_id_of_two_patients(network: Network, tmp_path: Path) -> None:
    """What another patient's record of the same id leaves open is not held against one who is read alone."""
    code = concept("http://loinc.org", "2777-1")
    observation = {"resourceType": "Observation", "id": "same", "status": "final", "code": code}
    lines: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": name, "identifier": [{"system": "urn:mrn", "value": name}]}
        for name in ("p1", "p2")
    ]
    lines.append({**observation, "subject": {"reference": "Patient/p1"}})
    lines.append({**observation, "subject": {"identifier": {"system": "urn:mrn", "value": "p2"}}})
    write(tmp_path / "export", lines)
    (found,) = agree(network, tmp_path / "export")
    assert found.alone == 2

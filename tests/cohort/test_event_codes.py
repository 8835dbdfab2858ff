"""Tables of events that say by record type and code what their rows are about, held against the same record in FHIR."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import guidelang
from guidelang.cohort import Cohort, open_cohort, run_cohort
from guidelang.diagnostics import Report
from guidelang.run import evaluate
from guidelang.source import Source
from guidelang_cli.main import main
from tests.cohort.tables import DAY

TEXT = """guideline coded version 1
fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1 within 31 days
    from observation LOINC 24519-1 within 1 year
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact dialysis is yes or no
    from procedure SNOMED 302497006 within 31 days
    from condition SNOMED 105502003
    absent means no
fact warfarin is yes or no from medication request RxNorm 11289 absent means no codes complete
fact ill is yes or no from condition ICD-10-CM N18.6 absent means no
fact refill is yes or no from medication request RxNorm 855332 with category SNOMED 3001 absent means no
rule high when phosphorus >= 5.5 mg/dL recommend reduce phosphorus
rule twice when at least 2 phosphorus >= 5.5 mg/dL within 1 year recommend measure phosphorus
rule on_dialysis when dialysis recommend discuss dialysis
rule bleeding when warfarin recommend discuss warfarin
rule is_ill when ill recommend discuss ill
rule refilled when refill recommend discuss refill
"""
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
RXNORM, ICD = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/fhir/sid/icd-10-cm"
CODES = {
    "Observation": [(LOINC, "2777-1"), (LOINC, "24519-1"), (LOINC, "1-8"), ("", "2777-1")],
    "Procedure": [(SNOMED, "302497006"), (SNOMED, "1"), (SNOMED, "")],
    "Condition": [(SNOMED, "105502003"), (ICD, "N18.6"), (ICD, "N18.5"), (SNOMED, "302497006")],
    "MedicationRequest": [(RXNORM, "11289"), (RXNORM, "855332"), (RXNORM, "1"), (SNOMED, "7")],
}
DAYS = ("2024-05-20", "2024-05-02", "2024-03-01", "2023-01-01", "2024-05", "2024-06-02", "")


@pytest.fixture(scope="module")
def guideline() -> guidelang.Guideline:
    return guidelang.load(Source("coded.guide", TEXT))


def rows() -> st.SearchStrategy[tuple[str, tuple[str, str], str, int]]:
    return st.sampled_from(sorted(CODES)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.sampled_from(CODES[kind]), st.sampled_from(DAYS), st.integers(4, 7))
    )


def line(patient: str, row: tuple[str, tuple[str, str], str, int]) -> str:
    kind, (system, code), day, value = row
    measured = f"{value},mg/dL" if kind == "Observation" else ","
    return f"{patient},{kind},{system},{code},{measured},{day}"


def cohort_of(guideline: guidelang.Guideline, folder: Path, lines: list[str]) -> Cohort:
    path = folder / "events.csv"
    path.write_text("\n".join(["patient,record,system,code,value,unit,time", *lines, ""]), encoding="utf-8")
    report = Report()
    cohort = run_cohort(guideline.network, path, DAY, report)
    assert cohort is not None, report.findings
    return cohort


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(rows(), max_size=5), min_size=8, max_size=8))
def test_columns_say_what_the_one_patient_reader_says(
    guideline: guidelang.Guideline, tmp_path: Path, people: list[list[tuple[str, tuple[str, str], str, int]]]
) -> None:
    lines = [line(f"p{number}", row) for number, given_ in enumerate(people) for row in given_]
    lines += [line("q", (kind, codes[0], "2020-01-01", 5)) for kind, codes in CODES.items()]
    cohort = cohort_of(guideline, tmp_path, lines)
    opened = open_cohort(guideline.network, tmp_path / "events.csv", DAY, Report())
    assert opened is not None
    for row in cohort.outcomes.to_dicts():
        facts = opened.source.fact_set(row["patient"])
        assert facts is not None
        statuses = {o.rule: o.status.value for o in evaluate(guideline.network, facts, "direct").outcomes}
        assert statuses == {rule: row[rule] for rule in guideline.network.rules}


STATUS = {
    "Observation": {"status": "final"}, "Procedure": {"status": "completed"},
    "MedicationRequest": {"status": "active", "intent": "order"},
    "Condition": {"clinicalStatus": {"coding": [{"code": "active"}]}},
}  # fmt: skip
TIME = {
    "Observation": "effectiveDateTime", "Procedure": "performedDateTime", "MedicationRequest": "authoredOn",
    "Condition": "onsetDateTime",
}  # fmt: skip
RECORDS = [
    [("Observation", (LOINC, "2777-1"), "2024-05-20", 6)],
    [("Observation", (LOINC, "24519-1"), "2024-03-01", 6)],  # each reading has its own window
    [("Observation", (LOINC, "2777-1"), "2024-03-01", 6)],
    [("Procedure", (SNOMED, "302497006"), "2024-05-20", 0)],
    [("Procedure", (SNOMED, "302497006"), "2023-05-20", 0)],
    [("Procedure", (SNOMED, "1"), "2024-05-20", 0)],  # in no list: it may be the procedure in question
    [("Condition", (SNOMED, "105502003"), "2001-01-01", 0)],
    [("Condition", (ICD, "N18.5"), "2024-01-01", 0)],
    [("Condition", (SNOMED, "302497006"), "2024-01-01", 0)],  # in a list: it is that other thing
    [("MedicationRequest", (RXNORM, "11289"), "2024-05-20", 0)],
    [("MedicationRequest", (RXNORM, "1"), "2024-05-20", 0)],  # where codes are complete, it is none of the fact
]


@pytest.mark.parametrize("record", RECORDS)
def test_rows_mean_what_the_resources_mean(
    guideline: guidelang.Guideline, tmp_path: Path, record: list[tuple[str, tuple[str, str], str, int]]
) -> None:
    """Of a patient with an old record of each type, so that all of them were read."""
    other = [
        ("Procedure", (SNOMED, "302497006"), "2001-01-01", 0),
        ("Condition", (SNOMED, "302497006"), "2001-01-01", 0),
        ("MedicationRequest", (RXNORM, "855332"), "2001-01-01", 0),
        ("Observation", (LOINC, "2777-1"), "2001-01-01", 4),
    ]
    entries = []
    for kind, (system, code), day, value in [*record, *other]:
        subject = {"subject": {"reference": "Patient/p"}, TIME[kind]: day, **STATUS[kind]}
        concept = {"coding": [{"system": system, "code": code}]}
        own = {"medicationCodeableConcept" if kind == "MedicationRequest" else "code": concept}
        units = {"unit": "mg/dL", "code": "mg/dL", "system": "http://unitsofmeasure.org"}
        measured = {"valueQuantity": {"value": value, **units}} if kind == "Observation" else {}
        entries.append({"resource": {"resourceType": kind, **subject, **own, **measured}})
    person = {"resource": {"resourceType": "Patient", "id": "p"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [person, *entries]}
    result = guideline.evaluate(bundle, as_of=str(DAY))
    cohort = cohort_of(guideline, tmp_path, [line("p", row) for row in [*record, *other]])
    for rule in ("high", "twice", "on_dialysis", "bleeding", "is_ill"):
        assert cohort.outcomes[rule][0] == result[rule].status, rule


def test_what_a_row_does_not_tell_stays_open(guideline: guidelang.Guideline, tmp_path: Path) -> None:
    lines = [line("p", ("MedicationRequest", (RXNORM, "855332"), "2024-05-20", 0)), "q,MedicationRequest,RxNorm,7,,,"]
    assert cohort_of(guideline, tmp_path, lines).outcomes["refilled"].to_list() == ["undecided", "undecided"]


def test_words_of_the_language_and_facts_beside_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("coded.guide").write_text(TEXT, encoding="utf-8")
    lines = [
        "patient,fact,record,system,code,value,unit,time",
        "p1,,observation,LOINC,2777-1,1.78,mmol/L,2024-05-20",
        "p1,warfarin,,,,,,",
        "p2,,medication request,RxNorm,11289,,,2024-05-20",
        "p2,,condition,SNOMED CT,105502003,,,",
        "p3,,procdure,SNOMED CT,302497006,,,",
        "p3,,,,,7,mg/dL,",
    ]
    Path("events.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    options = ["--data", "events.csv", "--out", "out", "--as-of", "2024-06-01"]
    assert main(["cohort", "coded.guide", *options]) == 0
    told = capsys.readouterr()
    assert "`procdure` is no type of record, and its rows are not read" in told.err
    assert "did you mean `procedure`?" in told.err
    document = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
    assert document["counts"]["rules"]["bleeding"]["applies"] == 2
    assert document["counts"]["rules"]["high"]["applies"] == 1
    assert document["counts"]["values_rejected"] == 1

"""Files, folders, texts and tables; encodings; several patients; what is refused and where."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from guidelang.facts import Reason

from .guideline import (
    NOTE,
    PHOSPHORUS,
    PTH,
    SESSIONS,
    WARFARIN,
    bundle,
    codes,
    names,
    network,
    observation,
    one,
    patient,
    point,
    read,
    reasons,
    resource,
)

BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 12))
YAML = """\
patient: p1
phosphorus: 6.10 mg/dL
calciphylaxis: yes
pth:                                       # a history
  - {value: 412, unit: pg/mL, time: 2024-03-05}
  - {value: ">2500", unit: pg/mL, time: 2024-05-20}
warfarin: no
note: 1:30
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_yaml_words_dates_and_numbers_are_what_they_look_like(tmp_path: Path) -> None:
    for source in (written(tmp_path, "p.yaml", YAML), YAML, str(written(tmp_path, "facts.txt", YAML))):
        found = one(source)
        assert found.patient == "p1"
        assert found.states["phosphorus"].used[0].reported == "6.10 mg/dL"
        assert found.states["calciphylaxis"].value is True
        assert (found.states["warfarin"].value, found.states["warfarin"].how) == (False, "asserted")
        assert found.states["note"].value == "1:30"
        assert [result.reported for result in found.states["pth"].history] == ["412 pg/mL", ">2500 pg/mL"]


def test_yaml_numbers_never_pass_through_binary() -> None:
    found = one("sessions: 0.1000000000000000055511151231257827\npatient: 007\n")
    assert found.states["sessions"].value == point("0.1000000000000000055511151231257827")
    assert found.patient == "007"


@pytest.mark.parametrize("places", [400, 401])
def test_a_number_of_too_many_digits_is_a_text(places: int) -> None:
    found = one('{"patient": ' + "7" * places + "}")
    assert found.patient == ("7" * 400 if places == 400 else f"{'7' * 20}… (401 characters)")


def test_several_documents_lists_and_lines_are_several_patients() -> None:
    assert names(read("patient: a\n---\npatient: b\n").patients) == ["a", "b"]
    assert names(read('[{"patient": "a"}, {"patient": "b"}]').patients) == ["a", "b"]
    assert names(read('{"patient": "a"}\n{"patient": "b"}\n').patients) == ["a", "b"]
    assert names(read([{"patient": "a"}, {}, {}]).patients) == ["a", "patient", "patient 2"]
    assert names(read("{patient: a, warfarin: yes}\n").patients) == ["a"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = json.dumps({"patient": "Zoë", "note": "ångström"}, ensure_ascii=False)
    found = one(written(tmp_path, "p.json", text.encode(encoding)))
    assert found.patient == "Zoë"
    assert found.states["note"].value == "ångström"


@pytest.mark.parametrize(
    ("name", "content", "place", "words"),
    [
        ("a.json", "{", ":1:2", "not JSON"),
        ("a.json", '{"a": 1,\n "a": 2}', ":2:2", "`a` is given twice"),
        ("a.json", '{"phosphorus": NaN}', ":1:16", "`NaN` is no number"),
        ("a.json", "[\n" + "[" * 100000, ":2:100000", "nested too deeply"),
        ("a.json", '{"a": [1],\n"b":\n' + "[" * 5000 + "]" * 5000 + ",\n[]}", ":3:5000", "nested too deeply"),
        ("a.yaml", "a: 1\nb: " + "[" * 2000 + "]" * 2000, ":2:2003", "nested too deeply"),
        ("a.json", "", "", "empty"),
        ("a.json", b"\xff\xfe\xfa", "", "not UTF-8"),
        ("a.csv", b"patient,note\np1,\xe9\n", ":2", "not UTF-8"),
        ("a.yaml", "a: 1\nb: [", ":2", "not YAML"),
        ("a.yaml", "a: 1\na: 2\n", ":2:1", "`a` is given twice"),
        ("a.yaml", "a: .nan\n", ":1:4", "`.nan` is no number"),
        ("a.yaml", "a: &x [*x]\n", ":1:4", "contains itself"),
        ("a.csv", "patient,note,note\n", ":1", "there twice"),
        ("a.json", '{"a": "NaN \\" {", "b": {"a": 1}, "c": [{"a": 2}], "\\u0061": 3}', ":1:51", "`a` is given twice"),
        ("a.json", '{"a": [\n-Infinity]}', ":2:1", "`-Infinity` is no number"),
        ("a.json", b"\x1f\x8b\x08\x00", "", "compressed (gzip)"),
        ("a.json", '{"a": 1}'.encode("utf-16-le"), "", "UTF-16"),
        ("a.json", '{"a": 1}'.encode("utf-16-be"), "", "UTF-16"),
        ("a.csv", ",".join(f"c{n}" for n in range(6000)), ":1", "6000 columns"),
        ("a.yaml", BOMB, "", "aliases"),
        ("a.csv", 'patient,note\n"p1,x\n', "", "not CSV"),
    ],
)
def test_what_cannot_be_decoded_is_an_error_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, place: str, words: str
) -> None:
    path = written(tmp_path, name, content)
    found = read(path)
    assert not found.patients
    (finding,) = found.report.findings
    assert finding.code == "G601"
    assert words in finding.message
    assert finding.file is not None
    assert finding.file.startswith(f"{path}{place}")


@pytest.mark.parametrize(
    ("name", "content", "words", "help_"),
    [
        ("a.guide", "# One.\nguideline a version 1\n", "this is a guideline", "the guideline comes first"),
        ("a.txt", "part of a\n", "this is a guideline", "the guideline comes first"),
        ("a.html", "<!DOCTYPE html>\n<html></html>\n", "this is a web page", "asked for as JSON"),
        ("a.json", "\n<HTML lang='en'>", "this is a web page", "asked for as JSON"),
        ("a.json", '<?xml version="1.0"?><Bundle/>', "this is XML", "JSON form"),
    ],
)
def test_what_was_never_a_patient_is_told_as_what_it_is(
    tmp_path: Path, name: str, content: str, words: str, help_: str
) -> None:
    (finding,) = read(written(tmp_path, name, content)).report.findings
    assert finding.code == "G601"
    assert words in finding.message
    assert help_ in (finding.suggestion or "")


@pytest.mark.parametrize(
    ("content", "line", "write"),
    [
        ("patient: p1\nphosphorus 6.1 mg/dL\n", 2, "phosphorus: 6.1 mg/dL"),
        ("patient: p1\nphosphorus 6.1 mg/dL  # high\ncalcium: 9 mg/dL\n", 2, "phosphorus: 6.1 mg/dL"),
        ("phosphorus 6.1 mg/dL\n", 1, "phosphorus: 6.1 mg/dL"),
        ("phosphorus 6.1 mg/dL\n\ncalcium: 9 mg/dL\n", 1, "phosphorus: 6.1 mg/dL"),
        ("phosphorus 6.1 mg/dL # x\ncalcium: 9 mg/dL\n", 1, "phosphorus: 6.1 mg/dL"),
        ("patient: p1\nphosphorus:6.1\npth: 300\n", 2, "phosphorus: 6.1"),
    ],
)
def test_a_forgotten_colon_is_told_on_its_line(tmp_path: Path, content: str, line: int, write: str) -> None:
    path = written(tmp_path, "a.yaml", content)
    (finding,) = read(path).report.findings
    assert (finding.code, finding.file) == ("G601", f"{path}:{line}:1")
    assert finding.suggestion == f"write `{write}`"


def test_inputs_without_a_patient_are_errors(tmp_path: Path) -> None:
    assert codes(read(tmp_path / "missing.json").report) == ["G600"]
    assert codes(read(tmp_path).report) == ["G602"]
    assert codes(read(bundle()).report) == ["G602"]
    assert codes(read("[]").report) == ["G604"]
    assert codes(read("[1, 2]").report) == ["G602"]
    assert codes(read(b"3", NOTE).report) == ["G623", "G620"]
    assert codes(read({"entry": [{"resource": patient()}]}).report) == ["G605"]


def test_one_patient_of_several(tmp_path: Path) -> None:
    both = [{"patient": "anna", "warfarin": "yes"}, {"patient": "bela"}]
    assert names(read(both, patient="bela").patients) == ["bela"]
    missing = read(both, patient="ana")
    assert codes(missing.report) == ["G603"]
    assert missing.report.findings[0].suggestion == "did you mean `anna`?"
    two = bundle(patient(), patient() | {"id": "p2"}, observation("2777-1", 6))
    assert names(read(two).patients) == ["p1", "p2"]
    assert names(read(two, patient="Patient/p2").patients) == ["p2"]
    assert reasons(read(two).patients[1].states["phosphorus"]) == [Reason.NO_RECORD]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(YAML.encode())

    monkeypatch.setattr(sys, "stdin", Stream())
    assert names(read("-").patients) == ["p1"]


HEADER = "patient,phosphorus [mg/dL],warfarin,note,sessions\n"
TABLE_FACTS = (PHOSPHORUS, WARFARIN, NOTE, SESSIONS)


def test_a_table_has_one_row_a_patient(tmp_path: Path) -> None:
    rows = HEADER + 'p1,6.1,yes,"a, b",3\n\np2,,,,\np3,unknown,unknown,unknown,x\n'
    found = read(written(tmp_path, "t.csv", rows), *TABLE_FACTS)
    assert names(found.patients) == ["p1", "p2", "p3"]
    first, second, third = (each.states for each in found.patients)
    assert first["phosphorus"].value == point("6.1")
    assert first["note"].value == "a, b"
    assert (second["warfarin"].value, second["warfarin"].how) == (False, "absent")
    assert reasons(second["phosphorus"]) == [Reason.NO_RECORD]
    assert {name: reasons(third[name]) for name in ("phosphorus", "warfarin", "note")} == {
        name: [Reason.ASKED_UNKNOWN] for name in ("phosphorus", "warfarin", "note")
    }
    (problem,) = found.patients[2].problems
    assert problem.resource is not None
    assert problem.resource.endswith("t.csv:5")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("phosphorus [mg/dL],pth,note", "`phosphorus`, `pth`"),
        ("phosphorus [mg/dL],phosphorus.time,pth,note", "`pth`"),
        ("phosphorus [mg/dL],phosphorus.time,pth,pth.time,note", None),
        ("phosphorus.time,note", None),
    ],
)
def test_values_without_a_day_are_told_of_once(tmp_path: Path, header: str, told: str | None) -> None:
    commas = "," * header.count(",")
    path = written(tmp_path, "t.csv", f"patient,{header}\np1,{commas}\np2,{commas}\n")
    found = read(path, PHOSPHORUS, PTH, NOTE, complete=["phosphorus", "pth"])
    assert not found.report.findings
    first, second = ([p for p in patient.problems if p.kind == "note"] for patient in found.patients)
    assert second == []
    if told is None:
        assert first == []
        return
    (note,) = first
    assert note.message.startswith(f"values of {told} have no date in the table and count as of the evaluation day")
    assert (note.patient, note.resource) == ("p1", str(path))


@pytest.mark.parametrize(
    ("header", "separator"),
    [("phosphorus (mmol/L)", ","), ("phosphorus [mmol/L]", ";"), (" phosphorus  [mmol/L] ", "\t")],
)
def test_units_and_separators_of_a_table(header: str, separator: str) -> None:
    rows = f"{header}{separator}patient\n2{separator}p1\n"
    assert one(rows.encode(), PHOSPHORUS).states["phosphorus"].value == point("6.1948")


def test_a_missing_column_is_an_error_unless_declared(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "patient,phosphorus\np1,6 mg/dL\n")
    found = read(path, *TABLE_FACTS)
    assert codes(found.report) == ["G620"]
    assert "`warfarin`, `note`, `sessions`" in found.report.findings[0].message
    declared = read(path, *TABLE_FACTS, complete=("medication", "note", "sessions"))
    assert not declared.report.findings
    assert declared.patients[0].states["warfarin"].how == "absent"


def test_a_column_that_is_no_fact_is_reported_once(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "patient,note,nota\np1,a,\np2,b,c\n")
    found = read(path, NOTE)
    assert [(finding.code, finding.severity) for finding in found.report.findings] == [("G623", "warning")]
    assert found.report.findings[0].suggestion == "did you mean `note`?"
    assert len(found.patients) == 2


def test_rows_that_do_not_fit_are_errors_and_the_others_are_read(tmp_path: Path) -> None:
    rows = HEADER + "p1,6,yes,,\np2,6,yes\np1,7,no,,\np3,5,no,,\n"
    found = read(written(tmp_path, "t.csv", rows), *TABLE_FACTS)
    assert names(found.patients) == ["p1", "p3"]
    assert codes(found.report) == ["G621", "G622"]


def test_complete_takes_record_types_and_facts_only() -> None:
    found = read({}, complete=("medications",))
    assert codes(found.report) == ["G650"]
    assert found.report.findings[0].suggestion == "did you mean `medication`?"


def test_attested_values_in_a_file(tmp_path: Path) -> None:
    high = bundle(patient(), observation("2777-1", 61))
    for entry in (
        {"fact": "phosphorus", "source": "Observation/r1"},
        {"fact": "phosphorus", "patient": "p1", "value": "61.0 mg/dL"},
    ):
        path = written(tmp_path, "attested.json", json.dumps([entry]))
        assert one(high, attest=path).states["phosphorus"].value == point("61")
        assert one(high, attest=[entry]).states["phosphorus"].used[0].attested
    for other in (
        {"fact": "phosphorus", "source": "Observation/r2"},
        {"fact": "phosphorus", "patient": "p2", "value": "61 mg/dL"},
        {"fact": "phosphorus", "value": "61 mmol/L"},
        {"fact": "pth", "value": "61 mg/dL"},
    ):
        assert reasons(one(high, attest=[other]).states["phosphorus"]) == [Reason.IMPLAUSIBLE]
    yaml = written(tmp_path, "attested.yaml", "- {fact: phosphorus, value: 61 mg/dL}\n")
    assert one(high, attest=yaml).states["phosphorus"].value == point("61")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([{"fact": "phosphorus"}], "G640"),
        (["phosphorus"], "G640"),
        ([{"fact": "phosphorous", "value": 1}], "G642"),
        ([{"fact": "phosphorus", "value": "much"}], "G643"),
        ([{"fact": "phosphorus", "value": 61, "who": "me"}], "G641"),
    ],
)
def test_faults_in_attestations_are_errors(content: Any, code: str) -> None:
    assert codes(read({}, attest=content).report) == [code]


def test_a_folder_of_everything(tmp_path: Path) -> None:
    written(tmp_path, "a.yaml", "patient: from yaml\n")
    written(tmp_path, "b.json", json.dumps(bundle(patient() | {"id": "from bundle"})))
    written(tmp_path, "c.csv", "patient,phosphorus\nfrom table,6 mg/dL\n")
    written(tmp_path, "d.json", "{")
    written(tmp_path, "README.md", "words")
    (tmp_path / "more").mkdir()
    lines = [json.dumps(patient() | {"id": "from lines"}), "", json.dumps(patient() | {"id": "from lines 2"})]
    written(tmp_path, "Patient.ndjson", "\n".join(lines))
    measured = observation("2777-1", 6) | {"subject": {"reference": "Patient/from lines 2"}}
    written(tmp_path, "Observation.000.ndjson", json.dumps(measured))
    found = read(tmp_path, PHOSPHORUS)
    assert names(found.patients) == ["from yaml", "from bundle", "from table", "from lines", "from lines 2"]
    assert found.patients[4].states["phosphorus"].value == point("6")
    assert codes(found.report) == ["G601"]
    assert [Path(problem.resource or "").name for problem in found.problems] == ["README.md", "more"]


def test_a_damaged_line_takes_the_trust_in_absence_and_nothing_else(tmp_path: Path) -> None:
    other = resource("MedicationRequest", "http://www.nlm.nih.gov/research/umls/rxnorm", "314076", status="active")
    written(tmp_path, "Patient.ndjson", json.dumps(patient()))
    good = json.dumps(other)
    path = written(tmp_path, "MedicationRequest.ndjson", good)
    assert one(tmp_path).states["warfarin"].how == "absent"
    written(tmp_path, "MedicationRequest.ndjson", good + "\n{broken\n" + json.dumps(observation("2777-1", 6)))
    found = read(tmp_path)
    (problem,) = found.problems
    assert f"{path}:2" in problem.message
    assert reasons(found.patients[0].states["warfarin"]) == [Reason.NO_RECORD]
    assert found.patients[0].states["phosphorus"].value == point("6")


def test_one_patient_in_two_bundles_is_noted(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        written(tmp_path, name, json.dumps(bundle(patient())))
    found = read(tmp_path)
    assert names(found.patients) == ["p1", "p1"]
    assert "evaluated apart" in found.problems[0].message


def test_every_fact_has_a_state() -> None:
    assert set(one({}).states) == set(network().facts)
    assert set(one(bundle(patient())).states) == set(network().facts)


@pytest.mark.parametrize("text", [r'{"patient": "a\ud800", "note": "\ud83d\ude00"}', r'patient: "a\ud800"'])
def test_half_a_character_is_replaced_and_a_whole_one_kept(text: str) -> None:
    found = one(text + "\n")
    assert found.patient == "a\ufffd"
    if "note" in text:
        assert found.states["note"].value == "\U0001f600"

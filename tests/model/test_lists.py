"""Code lists that hold lists and value sets, and what is excepted from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import guidelang
from guidelang.diagnostics import Diagnostic, GuidelineError, Report
from guidelang.model import load
from guidelang.source import Source
from guidelang.testing import run_examples

URL = "http://example.org/ValueSet/statins"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HEAD = "guideline lists version 1\n"
RULE = "\nfact statin is yes or no from medication in statins\nrule r when statin recommend stop statin\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    content = {"title": "Statins", "version": "7", "codes": [{"system": RXNORM, "code": c} for c in ("1", "2", "3")]}
    path = tmp_path / "valuesets.json"
    path.write_text(json.dumps({"valuesets": {URL: content}}), encoding="utf-8")
    return path


def codes(text: str, files: Path, parameters: dict[str, str] | None = None) -> dict[str, str | None]:
    guideline = guidelang.load(Source("<lists>", HEAD + text + RULE), valuesets=files, parameters=parameters)
    return {listed.code.code: listed.label for listed in guideline.facts["statin"].readings[0].codes}


def findings(text: str) -> list[Diagnostic]:
    report = Report()
    load(Source("<lists>", HEAD + text + RULE), report)
    return [finding for finding in report.sorted() if finding.code != "G902"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'codes statins from valueset "{URL}"', {"1", "2", "3"}),
        (f'codes statins from valueset "{URL}|7" RxNorm 9', {"1", "2", "3", "9"}),
        (f'codes statins from valueset "{URL}" version 7 except RxNorm 2, 3', {"1"}),
        (f'codes statins RxNorm 2, 9 except valueset "{URL}"', {"9"}),
        (f'codes statins in others except in old codes old RxNorm 3 codes others from valueset "{URL}"', {"1", "2"}),
        ("codes statins except RxNorm 4 RxNorm 4, 5 in a codes a in b, RxNorm 6 codes b RxNorm 7", {"5", "6", "7"}),
        ("parameter more = codes RxNorm 8 codes statins RxNorm 1 in more", {"1", "8"}),
    ],
)
def test_lists_add_up_and_exceptions_take_out(text: str, expected: set[str], files: Path) -> None:
    assert set(codes(text, files)) == expected


def test_what_the_list_says_of_a_code_goes_before_the_set(files: Path) -> None:
    assert codes(f'codes statins RxNorm 1 "my own" from valueset "{URL}"', files)["1"] == "my own"


def test_a_parameter_inside_a_list_is_used(files: Path) -> None:
    text = "parameter more = no codes codes statins RxNorm 1 in more"
    assert set(codes(text, files, {"more": "codes RxNorm 8"})) == {"1", "8"}
    guideline = guidelang.load(Source("<lists>", HEAD + text + RULE))
    assert set(guideline.parameters) == {"more"}


def test_an_excepted_code_is_known_as_something_else(files: Path) -> None:
    text = HEAD + f'codes statins from valueset "{URL}" except RxNorm 3' + RULE.replace("recommend", "recommend")
    text = text.replace("in statins\n", "in statins absent means no\n")
    guideline = guidelang.load(Source("<lists>", text), valuesets=files)

    def outcome(code: str) -> str:
        coding = {"coding": [{"system": RXNORM, "code": code}]}
        order = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "id": "m1"}
        order |= {
            "subject": {"reference": "Patient/p"},
            "medicationCodeableConcept": coding,
            "authoredOn": "2024-01-01",
        }
        record = {
            "resourceType": "Bundle",
            "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}, {"resource": order}],
        }
        return guideline.evaluate(record, as_of="2024-06-01").trace().outcomes[0].status

    assert [outcome(code) for code in ("1", "3", "77")] == ["applies", "not_applicable", "undecided"]


def test_one_error_for_all_sets_that_are_missing() -> None:
    (found,) = findings(f'codes statins from valueset "{URL}" codes b from valueset "{URL}/b" version 2 in statins')
    assert found.code == "G006"
    assert found.span is not None
    assert found.span.text == f'valueset "{URL}"'
    assert f"2 value sets were not found: {URL}, {URL}/b version 2" in found.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("codes statins in a codes a in b codes b in statins", "G501"),
        ("codes statins in statins", "G501"),
        ("codes statins in nothing", "G209"),
        ("codes statins RxNorm 1 except RxNorm 1", "G214"),
        ("codes statins RxNorm 1 except RxNorm 2", "G912"),
        ("codes statins RxNorm 1, 1", "G910"),
    ],
)
def test_what_is_wrong_with_a_list(text: str, code: str) -> None:
    assert {finding.code for finding in findings(text)} == {code}


def test_the_files_are_part_of_the_hash_of_the_network_and_of_the_key_of_the_cache(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDELANG_CACHE", str(tmp_path / "kept"))
    path = tmp_path / "lists.guide"
    path.write_text(HEAD + f'codes statins from valueset "{URL}"' + RULE)
    first = guidelang.load(path, valuesets=files)
    again = guidelang.load(path, valuesets=files)
    assert again.network == first.network
    (found,) = first.network.value_sets
    assert (found.url, found.version, found.title, found.size) == (URL, "7", "Statins", 3)
    files.write_text(files.read_text().replace('"3"', '"4"').replace('"7"', '"88"'))
    changed = guidelang.load(path, valuesets=files)
    assert changed.hash != first.hash
    assert changed.network.value_sets[0].version == "88"
    files.unlink()
    with pytest.raises(GuidelineError, match="G008"):
        guidelang.load(path, valuesets=files)
    files.write_text("{}")
    with pytest.raises(GuidelineError, match="G008"):
        guidelang.load(path, valuesets=files)


def test_examples_run_with_value_sets(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "lists.guide"
    path.write_text(
        HEAD + f'codes statins from valueset "{URL}"' + RULE + 'example "e" on 2024-06-01 given statin expect r\n'
    )
    report = Report()
    results = run_examples(path, report, valuesets=[files])
    assert [result.passed for result in results] == [True]


def test_a_page_of_requirements_tells_some_codes_and_a_table_all() -> None:
    text = "codes statins RxNorm " + ", ".join(str(number) for number in range(100, 160))
    requirements = guidelang.load(Source("<lists>", HEAD + text + RULE)).data_requirements()
    assert "110, 111 and 48 more (--format csv has all)" in " ".join(str(requirements).split())
    assert requirements.to_csv().count("rxnorm,") == 60

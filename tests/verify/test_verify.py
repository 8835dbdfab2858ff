"""A guideline held against a deck: what is compared, how it is counted, and what keeps a deck from agreeing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from guidelang.diagnostics import GuidelineError
from guidelang.trace.page import as_string
from guidelang.trace.redact import Redaction
from guidelang.verify import Verification, verify
from guidelang.verify.build import verification_document
from guidelang.verify.markdown import verification_markdown
from guidelang.verify.summary import alike, explained, remarks
from guidelang.verify.text import verification_text

GUIDELINE = """\
guideline trial version 1.0.0

parameter limit = 9 %
    plausible 1 to 20 %
parameter year = 2024-01-01 to 2024-12-31

fact diabetes is yes or no
    from condition SNOMED CT 73211009
fact insulin is yes or no
    from medication RxNorm 5856
    absent means no
fact a1c is quantity in %
    from observation LOINC 4548-4
    plausible 2 to 20 %
fact stage is one of low, high

define grown = age at start of year >= 18 years
define poor = diabetes and a1c > limit
define double = 2 * a1c

rule treat
    when poor
    unless insulin
    recommend start insulin

rule review
    when poor and insulin
    recommend increase insulin

rule advise_against
    when diabetes and a1c < 5 %
    suggest against start insulin

rule staged
    when stage is high and grown
    conclude high_stage
"""
PATIENTS = {
    "ann": {"birth_date": "1961-02-03", "diabetes": "yes", "a1c": "9.4 %", "stage": "high"},
    "bob": {"birth_date": "2006-07-01", "diabetes": "yes", "a1c": "10.1 %", "insulin": "yes"},
    "eve": {"birth_date": "1990-11-30", "diabetes": "yes"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "trial.guide").write_text(GUIDELINE, encoding="utf-8")
    (tmp_path / "patients").mkdir()
    for name, facts in PATIENTS.items():
        (tmp_path / "patients" / f"{name}.json").write_text(json.dumps(facts), encoding="utf-8")
    return tmp_path


def held(folder: Path, expected: str, map_: str = "as of: 2024-12-31", **options: Any) -> Verification:
    (folder / "expected.csv").write_text(expected, encoding="utf-8")
    (folder / "deck.yaml").write_text(map_, encoding="utf-8")
    named = {"map_file": folder / "deck.yaml", **options}
    return verify(folder / "trial.guide", folder / "patients", folder / "expected.csv", **named)


def differences(found: Verification) -> list[tuple[str, str, str, str]]:
    return [(case.case, d.column, d.expected, d.got) for case in found.cases for d in case.differences]


def codes(error: pytest.ExceptionInfo[GuidelineError]) -> set[str]:
    return {finding.code for finding in error.value.diagnostics}


def test_columns_are_compared_with_what_has_their_name(folder: Path) -> None:
    found = held(folder, "case,treat,poor,insulin,scope,unknown_column\nann,1,1,0,1,x\nbob,0,1,1,1,y\neve,,,0,1,z\n")
    assert found.agrees
    assert (found.exact, len(found.cases), found.left_out) == (3, 3, ("unknown_column",))
    poor = next(column for column in found.columns if column.column == "poor")
    assert (poor.cases, poor.right, poor.undecided, poor.ones, poor.ones_found, poor.false_ones) == (3, 3, 1, 2, 2, 0)


@pytest.mark.parametrize("width", [36, 60, 80, 120])
def test_names_get_the_room_that_they_need(folder: Path, width: int) -> None:
    (folder / "trial.guide").write_text(
        GUIDELINE + "define denominator_of_group_one = grown and poor\n", encoding="utf-8"
    )
    map_ = "as of: 2024-12-31\ncolumns: {g1.denominator-population: denominator_of_group_one, poor: poor}\n"
    page = as_string(
        verification_text(held(folder, "case,g1.denominator-population,poor\nann,1,1\n", map_), 0), width=width
    )
    assert all(len(line) <= width for line in page.splitlines())
    words = {word for line in page.splitlines() for word in line.split()}
    assert words.isdisjoint({"d", "ation", "popula", "denomi", "nator"})
    assert {80: "g1.denominator-", 120: "g1.denominator-population"}.get(width, "g1.") in page


def test_redacted_cells_are_truths_numbers_and_words_of_the_guideline(folder: Path) -> None:
    facts = {"birth_date": "1925-02-03", "stage": "high", "diabetes": "yes", "a1c": "9.4 %"}
    (folder / "patients" / "old.json").write_text(json.dumps(facts), encoding="utf-8")
    guide = GUIDELINE + (
        "fact note is text\ndefine years = min(age, 200)\ndefine born = birth_date\n"
        'rule all when note is "x" or years > 3 or born > 1900-01-01 recommend start x\n'
    )
    (folder / "trial.guide").write_text(guide, encoding="utf-8")
    table = "case,a1c,stage,years,born,note,treat\nold,9.5,low,98,1925-02-04,Roe,0\nann,9.5,Roe,62,1961-02-04,Roe,1\n"
    found = held(folder, table, redaction=Redaction())
    assert found.redacted
    removed = "[removed]"
    assert differences(found) == [
        ("case-1", "a1c", "9.5", "9.4"),
        ("case-1", "stage", "low", "high"),
        ("case-1", "years", removed, removed),
        ("case-1", "born", removed, removed),
        ("case-1", "note", removed, ""),
        ("case-1", "treat", "0", "1"),
        ("case-2", "a1c", "9.5", "9.4"),
        ("case-2", "stage", removed, "high"),
        ("case-2", "years", "62", "63"),
        ("case-2", "born", removed, removed),
        ("case-2", "note", removed, ""),
    ]
    text = verification_document(found).model_dump_json()
    text = text.replace(found.guideline.hash, "")
    assert [planted for planted in ("old", "ann", "Roe", "1925", "98", "99", "-02-0", "bob") if planted in text] == []


def test_each_difference_has_its_why(folder: Path) -> None:
    found = held(folder, "case;treat\nann.json;0\nbob;1\nPatient/eve;1\n")
    assert differences(found) == [
        ("ann.json", "treat", "0", "1"),
        ("bob", "treat", "1", "0"),
        ("Patient/eve", "treat", "1", ""),
    ]
    assert not found.agrees
    document = verification_document(found)
    assert (document.exact, document.values, document.right) == (0, 3, 0)
    (column,) = document.columns
    assert (column.ones, column.ones_found, column.false_ones, column.undecided) == (2, 0, 1, 1)
    assert any("insulin" in line for line in document.differing[1].differences[0].why)
    assert any("no record" in line for line in document.differing[2].differences[0].why)
    assert type(document).model_validate_json(document.model_dump_json()) == document


def test_values_are_compared_by_value(folder: Path) -> None:
    text = "case,double,a1c,stage\nann,18.80,9.4 %,High\nbob,20.2,10.10,\neve,,,\n"
    assert held(folder, text).agrees
    wrong = held(folder, "case,double,stage\nann,18,low\nbob,,\neve,1,\n")
    assert differences(wrong) == [
        ("ann", "double", "18", "18.8"),
        ("ann", "stage", "low", "high"),
        ("bob", "double", "", "20.2"),
        ("eve", "double", "1", ""),
    ]


def test_an_unknown_outcome_is_an_empty_cell_unless_the_map_says_what_else(folder: Path) -> None:
    text = "case,poor\nann,1\nbob,1\neve,0\n"
    assert differences(held(folder, text)) == [("eve", "poor", "0", "")]
    assert held(folder, text, "as of: 2024-12-31\nunknown: 0").agrees
    assert held(folder, text.replace("eve,0", "eve,"), "as of: 2024-12-31\nunknown: 0").agrees
    false_one = held(folder, text.replace("bob,1", "bob,0"), "as of: 2024-12-31\nunknown: 0")
    assert differences(false_one) == [("bob", "poor", "0", "1")]


def test_advice_and_lists_of_targets(folder: Path) -> None:
    map_ = """
as of: 2024-12-31
columns:
  given: advice start insulin
  more: advice increase insulin
  none: advice against start insulin
  any: [treat, review]
"""
    assert held(folder, "case,given,more,none,any\nann,1,0,0,1\nbob,0,1,0,1\neve,,0,,\n", map_).agrees


def test_a_column_names_which_of_several_is_true(folder: Path) -> None:
    map_ = "as of: 2024-12-31\ncolumns:\n  kind: {new: treat, more: [review, high_stage]}\n"
    assert held(folder, "case,kind\nann,more\nbob,more\neve,\n", map_).agrees
    wrong = held(folder, "case,kind\nann,new\nbob,new\neve,new\n", map_)
    assert differences(wrong) == [("bob", "kind", "new", "more"), ("eve", "kind", "new", "")]


def test_a_column_picks_the_rule_of_a_case(folder: Path) -> None:
    rules = '{"01": treat, "02": [review, treat], 3: poor}'
    map_ = f"case: who\nas of: day\nrule: {{column: rec, expected: card, rules: {rules}}}\n"
    text = "who,day,rec,card\nann,2024-12-31,01,1\nbob,2024-12-31,02,1\nbob,2024-12-31,01,0\neve,2024-12-31,3,\n"
    found = held(folder, text, map_)
    assert found.agrees
    assert [(c.words, c.cases, c.is_sum) for c in found.columns] == [
        ("01: treat", 2, False),
        ("02: review or treat", 1, False),
        ("3: poor", 1, False),
        ("all", 4, True),
    ]
    with pytest.raises(GuidelineError) as error:
        held(folder, text.replace(",3,", ",4,"), map_)
    assert codes(error) == {"G702"}


def test_columns_set_parameters_of_a_case(folder: Path) -> None:
    map_ = """
as of: end
parameters:
  limit: limit
  year: [start, end]
columns: {poor: poor, grown: grown}
"""
    text = "case,start,end,limit,poor,grown\nbob,2024-01-01,2024-12-31,,1,0\nbob,2024-07-01,2024-12-31,11 %,0,1\n"
    found = held(folder, text, map_)
    assert differences(found) == []
    assert found.cases[1].parameters == {"limit": "11 %", "year": "2024-07-01 to 2024-12-31"}
    assert held(folder, "case,poor\nann,1\nbob,1\neve,\n", "as of: 2024-12-31\nparameters: {limit: 9.3 %}").agrees
    for_site = held(folder, "case,poor\nann,0\nbob,1\neve,\n", parameters={"limit": "10 %"})
    assert for_site.agrees


@pytest.mark.parametrize("cell", ["9 kg", "much", "2024-12-31"])
def test_a_parameter_of_a_case_that_the_guideline_does_not_take_is_an_error_of_the_table(
    cell: str, folder: Path
) -> None:
    map_ = "as of: 2024-12-31\nparameters: {limit: limit}\ncolumns: {poor: poor}\n"
    with pytest.raises(GuidelineError) as error:
        held(folder, f"case,limit,poor\nann,{cell},1\nbob,9 %,1\neve,9 %,\n", map_)
    (finding,) = error.value.diagnostics
    assert finding.code == "G705"
    assert f"`limit` = {cell}" in finding.message
    assert str(finding.file).endswith("expected.csv:2")


def test_a_period_needs_both_of_its_days(folder: Path) -> None:
    map_ = "as of: 2024-12-31\nparameters: {year: [start, end]}\ncolumns: {grown: grown}\n"
    assert held(folder, "case,start,end,grown\nann,,,1\nbob,,,0\neve,,,1\n", map_).agrees
    for days in ("2024-01-01,", ",2024-12-31"):
        with pytest.raises(GuidelineError, match="both days of a period") as error:
            held(folder, f"case,start,end,grown\nann,{days},1\n", map_)
        assert codes(error) == {"G705"}


def test_rows_without_a_patient_and_patients_without_a_row(folder: Path) -> None:
    found = held(folder, "case,poor\nann,1\nzoe,1\n")
    assert (found.exact, found.without_row, found.agrees) == (1, ("bob.json", "eve.json"), False)
    assert found.cases[1].problem is not None
    (column,) = found.columns
    assert (column.cases, column.right, column.ones, column.ones_found) == (2, 1, 2, 1)
    (folder / "patients" / "zoe.json").write_text("{", encoding="utf-8")
    broken = held(folder, "case,poor\nann,1\nbob,1\neve,\nzoe,1\n")
    assert "JSON" in (broken.cases[3].problem or "")
    assert not broken.agrees


def test_patients_by_identifier_and_several_in_one_file(folder: Path) -> None:
    export = folder / "all.ndjson"
    export.write_text(
        "\n".join(json.dumps({"patient": name, **facts}) for name, facts in PATIENTS.items()), encoding="utf-8"
    )
    (folder / "expected.csv").write_text("patient,as_of,poor\neve,2024-12-31,\nann,2024-12-31,1\nbob,2024-12-31,1\n")
    assert verify(folder / "trial.guide", export, folder / "expected.csv").agrees
    renamed = folder / "renamed"
    renamed.mkdir()
    for name, facts in PATIENTS.items():
        (renamed / f"file-{name}.json").write_text(json.dumps({"patient": name, **facts}), encoding="utf-8")
    assert verify(folder / "trial.guide", renamed, folder / "expected.csv").agrees


def test_a_patient_that_is_there_twice_is_no_patient(folder: Path) -> None:
    eve = {"patient": "eve", **PATIENTS["eve"]}
    twice = folder / "all.ndjson"
    twice.write_text("\n".join(json.dumps(each) for each in (eve, {**eve, "a1c": "12 %"})), encoding="utf-8")
    (folder / "expected.csv").write_text("case,as_of,poor\neve,2024-12-31,1\n", encoding="utf-8")
    found = verify(folder / "trial.guide", twice, folder / "expected.csv")
    assert (found.cases[0].problem, found.agrees) == ("all.ndjson has several patients `eve`", False)
    apart = folder / "apart"
    apart.mkdir()
    for name in ("a", "b"):
        (apart / f"{name}.json").write_text(json.dumps(eve), encoding="utf-8")
    found = verify(folder / "trial.guide", apart, folder / "expected.csv")
    assert found.cases[0].problem == "there are several patients `eve`, in a.json, b.json"
    assert found.without_row == ()


def test_patients_of_a_file_that_no_row_speaks_about_are_told(folder: Path) -> None:
    export = folder / "all.ndjson"
    lines = [json.dumps({"patient": name, **facts}) for name, facts in PATIENTS.items()]
    export.write_text("\n".join(lines), encoding="utf-8")
    (folder / "expected.csv").write_text("case,as_of,poor\nann,2024-12-31,1\nbob,2024-12-31,1\n", encoding="utf-8")
    found = verify(folder / "trial.guide", export, folder / "expected.csv")
    assert (found.exact, found.agrees, found.without_row) == (2, False, ())
    assert found.patients_without_row == ("all.ndjson: eve",)
    assert verification_document(found).patients_without_a_row == ["all.ndjson: eve"]
    assert "No row for 1 patient: all.ndjson: eve" in list(remarks(found, 5))
    assert verify(folder / "trial.guide", export, folder / "expected.csv", select="ann").agrees


def test_warnings_of_the_records_are_told_with_the_number_of_cases(folder: Path) -> None:
    for name in PATIENTS:
        lost = {"resourceType": "Observation", "id": f"o-{name}", "subject": {"reference": "Patient/other"},
                "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}}  # fmt: skip
        record = [{"resourceType": "Patient", "id": name}, lost]
        (folder / "patients" / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    found = held(folder, "case,poor\nann,\nbob,\neve,\neve,\n")
    assert found.agrees
    (warned,) = found.warnings
    assert warned.cases == ("ann", "bob", "eve")
    assert "o-ann" not in warned.message
    (told,) = [remark for remark in remarks(found, 5) if remark.startswith("Warning")]
    assert told.startswith("Warning in 3 cases: ")
    assert "Observation/…" in told
    (written,) = verification_document(found).warnings
    assert written.cases == ["ann", "bob", "eve"]


def test_the_map_in_the_guideline_s_folder_and_a_deck_in_one_folder(folder: Path) -> None:
    (folder / "trial.map.yaml").write_text("as of: 2024-12-31\ncolumns: {x: poor}\n", encoding="utf-8")
    (folder / "patients" / "expected.csv").write_text("case,x\nann,1\nbob,1\neve,\n", encoding="utf-8")
    found = verify(folder / "trial.guide", folder / "patients", folder / "patients" / "expected.csv")
    assert found.agrees
    assert found.map_file is not None
    day = verify(
        folder / "trial.guide", folder / "patients", folder / "patients" / "expected.csv", as_of=dt.date(2023, 1, 1)
    )
    assert {case.as_of for case in day.cases} == {dt.date(2023, 1, 1)}


@pytest.mark.parametrize(
    ("expected", "map_", "code"),
    [
        ("case,poor\nann,1\n", "colums: {}", "G701"),
        ("case,poor\nann,1\n", "- a", "G701"),
        ("case,poor\nann,1\n", "rule: {column: poor}", "G701"),
        ("case,poor\nann,1\n", "columns: {poor: []}", "G701"),
        ("case,poor\nann,1\n", "columns: [poor]", "G701"),
        ("case,poor\nann,1\n", "as of: [1]", "G701"),
        ("case,poor\nann,1\n", "as of: 2024-12-31\ncolumns: {pour: poor}", "G702"),
        ("case,poor\nann,1\n", "as of: someday", "G702"),
        ("name,poor\nann,1\n", "as of: 2024-12-31", "G702"),
        ("case,poor\nann,1\n", "as of: 2024-12-31\ncolumns: {poor: poors}", "G703"),
        ("case,poor\nann,1\n", "as of: 2024-12-31\ncolumns: {poor: advice stop insulin}", "G703"),
        ("case,poor\nann,1\n", "as of: 2024-12-31\ncolumns: {poor: [poor, double]}", "G703"),
        ("case,poor\nann,1\n", "as of: 2024-12-31\nparameters: {limits: 3 %}", "G703"),
        ("case,other\nann,1\n", "as of: 2024-12-31", "G704"),
        ("case,poor\nann\n", "as of: 2024-12-31", "G705"),
        ("case,poor,poor\nann,1,1\n", "as of: 2024-12-31", "G705"),
        ("case,poor\n", "as of: 2024-12-31", "G705"),
        ("case,poor\nann,2\n", "as of: 2024-12-31", "G705"),
        ("case,double\nann,much\n", "as of: 2024-12-31", "G705"),
        ("case,double\nann,3 kg\n", "as of: 2024-12-31", "G705"),
        ("case,kind\nann,other\n", "as of: 2024-12-31\ncolumns: {kind: {new: treat}}", "G705"),
        ("case,poor\nann,1\n", "unknown: 0", "G706"),
        ("case,as_of,poor\nann,2024-13-01,1\n", "unknown: 0", "G706"),
    ],
)
def test_what_is_wrong_with_a_map_or_a_table(expected: str, map_: str, code: str, folder: Path) -> None:
    with pytest.raises(GuidelineError) as error:
        held(folder, expected, map_)
    assert codes(error) == {code}


def test_value_sets_beside_the_deck(folder: Path) -> None:
    url = "http://example.org/ValueSet/insulin"
    text = GUIDELINE.replace("RxNorm 5856", "in insulins")
    (folder / "trial.guide").write_text(text + f'codes insulins from valueset "{url}"\n', encoding="utf-8")
    listed = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "5856"}
    deck = folder / "deck"
    deck.mkdir()
    (deck / "valuesets.json").write_text(json.dumps({"valuesets": {url: {"codes": [listed]}}}), encoding="utf-8")
    (deck / "expected.csv").write_text("case,as_of,treat\nann,2024-12-31,1\nbob,2024-12-31,0\neve,2024-12-31,\n")
    assert verify(folder / "trial.guide", folder / "patients", deck / "expected.csv").agrees
    with pytest.raises(GuidelineError, match="G006"):
        held(folder, "case,treat\nann,1\n")


def test_single_cases(folder: Path) -> None:
    found = held(folder, "case,poor\nann,1\nbob,0\neve,\n", select="AN")
    assert ([case.case for case in found.cases], found.agrees) == (["ann"], True)


def test_both_executors_and_complete(folder: Path) -> None:
    record = [
        {"resourceType": "Patient", "id": "zoe", "birthDate": "1990-01-01"},
        {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/zoe"},
         "code": {"coding": [{"system": "http://snomed.info/sct", "code": "73211009"}]},
         "clinicalStatus": {"coding": [{"code": "active"}]}},
        {"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/zoe"}, "status": "final",
         "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}, "effectiveDateTime": "2024-05-01",
         "valueQuantity": {"value": 9.4, "code": "%", "system": "http://unitsofmeasure.org"}},
    ]  # fmt: skip
    for file in (folder / "patients").iterdir():
        file.unlink()
    (folder / "patients" / "zoe.json").write_text(json.dumps(record), encoding="utf-8")
    text = "case,treat\nzoe,1\n"
    for engine in ("direct", "durable"):
        assert differences(held(folder, text, engine=engine)) == [("zoe", "treat", "1", "")]
        assert held(folder, text, "as of: 2024-12-31\ncomplete: medication", engine=engine).agrees
        assert held(folder, text, complete=["medication"], engine=engine).agrees


def test_differences_that_are_alike_stand_together_and_share_the_explanations(folder: Path) -> None:
    found = held(folder, "case,treat,poor\nann,0,0\nbob,0,0\neve,,1\n")
    groups = alike(found)
    assert [(group.column, len(group.cases)) for group in groups] == [("poor", 2), ("treat", 1), ("poor", 1)]
    assert [explained(groups, most) for most in (0, 1, 3, 4, 9)] == [
        {0: 0, 1: 0, 2: 0},
        {0: 1, 1: 0, 2: 0},
        {0: 1, 1: 1, 2: 1},
        {0: 2, 1: 1, 2: 1},
        {0: 2, 1: 1, 2: 1},
    ]


def test_markdown_holds_the_counts_and_the_whys(folder: Path) -> None:
    page = verification_markdown(held(folder, "case,treat,odd|column\nann,0,1\nbob,0,1\neve,,1\n"), 5)
    assert "**2 of 3 cases exact, 2 of 3 values right**" in page
    assert "| treat | treat | 3 | 2 | 0 of 0 | 1 | 1 |" in page
    assert "### treat: expected 0, got 1" in page
    assert "treat applies" in page
    assert "odd\\|column" in page


def test_a_folder_without_a_file_of_a_patient_is_an_error(folder: Path) -> None:
    (folder / "none").mkdir()
    (folder / "expected.csv").write_text("case,treat\nann,1\n", encoding="utf-8")
    with pytest.raises(GuidelineError, match=r"G602.*no file of a patient"):
        verify(folder / "trial.guide", folder / "none", folder / "expected.csv", as_of=dt.date(2024, 12, 31))


def test_what_is_nearly_right_is_told_with_what_may_be_meant(folder: Path) -> None:
    found = held(folder, "case,treat\nanne,1\n")
    assert found.cases[0].problem is not None
    assert found.cases[0].problem.endswith("did you mean `ann`?")

    def by_names(table: str) -> Verification:
        return held(folder, table, map_file=None)

    with pytest.raises(GuidelineError, match="`por`: did you mean `poor`"):
        by_names("case,as_of,por\nann,2024-12-31,1\n")
    page = verification_markdown(by_names("case,as_of,treat,por\nann,2024-12-31,1,1\n"), 5)
    assert "Not compared: por (did you mean " in page
    with pytest.raises(GuidelineError, match="parted by commas, semicolons or tabs"):
        by_names("case|as_of|poor\nann|2024-12-31|1\n")


def test_numbers_agree_exactly_in_units_of_their_own(folder: Path) -> None:
    """Also where the number in the fact's unit has no end (18 kPa), and through the analyte's own conversion."""
    with (folder / "trial.guide").open("a", encoding="utf-8") as file:
        file.write(
            "\nfact systolic is quantity in mm[Hg]\n    from observation LOINC 8480-6\n"
            "fact phosphorus is quantity in mg/dL\n    convert 1 mmol/L = 3.0974 mg/dL\n"
            "define pressed = any systolic > 1 mm[Hg] and phosphorus > 1 mg/dL\n"
        )
    (folder / "patients" / "ann.json").write_text(
        json.dumps({"systolic": "18 kPa", "phosphorus": "1.78 mmol/L", "diabetes": "yes"}), encoding="utf-8"
    )
    found = held(folder, "case,systolic,phosphorus\nann,18 kPa,1.78 mmol/L\n")
    assert differences(found) == []
    assert differences(held(folder, "case,systolic,phosphorus\nann,135.011475975,5.51\n")) == [
        ("ann", "phosphorus", "5.51", "5.513372")
    ]

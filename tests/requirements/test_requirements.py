"""What data a guideline needs."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

import guidelang
from guidelang.requirements.document import FactsDocument
from guidelang.requirements.page import page
from guidelang.source import Source
from guidelang.trace.page import as_string

TEXT = """
guideline trial_2 version 1.2.0
    title "A trial"
    applies to dialysis
system own "urn:example:codes"
parameter window = 31 days
fact modality is one of hemodialysis "Hemodialysis" (SNOMED CT 302497006), peritoneal from observation LOINC 45667-3
fact sessions is number from observation LOINC 45668-1 plausible 1 to 7
parameter site_list = no codes
fact dialysis is yes or no from procedure SNOMED CT 302497006 within 31 days
    from condition ICD-10-CM Z99.2 "Dependence on dialysis" unconfirmed absent means no
fact warfarin "=cmd|' /C calc'!A0" is yes or no from medication RxNorm 11289 "warfarin" absent means no
fact phosphorus "Phosphorus, serum" is quantity in mg/dL from observation LOINC 2777-1, 14879-1 within window
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact calcium is quantity in mg/dL from observation LOINC 17861-6 within 31 days plausible 4 to 18 mg/dL
fact lesion is yes or no from condition own:lesion_1 with status active with verification provisional
fact picked is yes or no from medication in site_list
fact asked is yes or no
define high = phosphorus > 5.5 mg/dL
rule lower when high unless warfarin recommend reduce phosphorus
rule trend when last 2 phosphorus within 6 months > 5 mg/dL recommend measure phosphorus
rule elapsed when time since calcium > 3 months recommend measure calcium
rule teach when lesion or picked or asked or modality is hemodialysis or sessions > 2 or age > 60 recommend
    educate warfarin "Calcium {calcium}, dialysis {dialysis}."
"""


@pytest.fixture(scope="module")
def needs() -> guidelang.requirements.DataRequirements:
    return guidelang.load(Source("<trial>", TEXT)).data_requirements()


def test_each_fact_with_its_readers(needs: guidelang.requirements.DataRequirements) -> None:
    assert [fact.name for fact in needs] == sorted(fact.name for fact in needs)
    readers = {fact.name: (fact.scope, fact.rules) for fact in needs}
    assert readers["phosphorus"] == (False, ("lower", "trend"))
    assert readers["warfarin"] == (False, ("lower",))
    assert readers["calcium"] == (False, ("elapsed", "teach"))  # teach prints it
    assert readers["dialysis"] == (True, ("teach",))
    assert readers["birth_date"] == (False, ("teach",))
    assert needs["phosphorus"].units == ("mg/dL", "mmol/L")
    assert (needs["warfarin"].absence, needs["phosphorus"].absence) == ("no", "unknown")
    with pytest.raises(KeyError):
        needs["nothing"]


def test_statuses_and_windows_of_a_reading(needs: guidelang.requirements.DataRequirements) -> None:
    (lesion,) = needs["lesion"].readings
    assert (lesion.statuses, lesion.verification, lesion.window) == (("active",), ("provisional",), None)
    (phosphorus,) = needs["phosphorus"].readings
    assert phosphorus.statuses == ("amended", "corrected", "final")
    assert (str(phosphorus.window), phosphorus.window_parameter) == ("31 days", "window")
    assert str(phosphorus.look_back) == "6 months"
    (calcium,) = needs["calcium"].readings
    assert (str(calcium.window), calcium.look_back) == ("31 days", None)  # the day of the newest, however old
    procedure, condition = needs["dialysis"].readings
    assert (str(procedure.window), condition.window) == ("31 days", None)
    assert condition.verification == ("confirmed",)


def test_the_statuses_listed_are_those_that_count() -> None:
    """The list is held against the readers: an observation of each status, and what becomes of the fact."""
    text = (
        'guideline g version 1.0.0\nfact n is number from observation LOINC "2777-1" within 31 days plausible 1 to 9\n'
    )
    guideline = guidelang.load(Source("<g>", f"{text}\nrule r when n > 1 recommend discuss n\n"))
    counting = set()
    for status in ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"):
        observation = {
            "resourceType": "Observation", "id": "o", "status": status, "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "2777-1"}]}, "effectiveDateTime": "2024-05-30",
            "valueQuantity": {"value": 5, "code": "1", "system": "http://unitsofmeasure.org"},
        }  # fmt: skip
        result = guideline.evaluate([{"resourceType": "Patient", "id": "p"}, observation], as_of="2024-06-01")
        if result.facts["n"].value is not None:
            counting.add(status)
    (reading,) = guideline.data_requirements()["n"].readings
    assert counting == set(reading.statuses)


def test_the_page_is_a_table_where_there_is_room(needs: guidelang.requirements.DataRequirements) -> None:
    narrow, wide = (as_string(page(needs), width=width) for width in (60, 160))
    assert "  also in    mmol/L" in narrow
    assert "(unconfirmed)" in narrow
    assert "a list that the site fills" in " ".join(narrow.split())
    assert max(len(line) for line in narrow.splitlines()) <= 60
    header = next(line for line in wide.splitlines() if "From the record" in line)
    assert re.split(r"\s{2,}", header.strip()) == ["Fact", "Value", "From the record", "Within", "Read by"]
    assert str(needs).startswith("trial_2 1.2.0")


def test_csv_has_a_row_for_each_code_and_no_formula(needs: guidelang.requirements.DataRequirements) -> None:
    rows = list(csv.DictReader(io.StringIO(needs.to_csv())))
    codes = [(row["fact"], row["record"], row["code"], row["standing"]) for row in rows]
    assert ("phosphorus", "observation", "2777-1", "stated") in codes
    assert ("phosphorus", "observation", "14879-1", "stated") in codes
    assert ("dialysis", "condition", "Z99.2", "unconfirmed") in codes
    assert ("lesion", "condition", "lesion_1", "project") in codes
    assert {row["fact"] for row in rows} == {fact.name for fact in needs}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert all(None not in row and None not in row.values() for row in rows)


def test_the_values_of_a_choice_are_told_with_their_codes(needs: guidelang.requirements.DataRequirements) -> None:
    rows = [row for row in csv.DictReader(io.StringIO(needs.to_csv())) if row["fact"] == "modality"]
    assert [(row["choice"], row["record"], row["code"], row["code_label"]) for row in rows] == [
        ("hemodialysis", "value", "302497006", "Hemodialysis"),
        ("peritoneal", "value", "", ""),
        ("", "observation", "45667-3", ""),
    ]
    assert 'hemodialysis "Hemodialysis": SNOMED CT 302497006' in as_string(page(needs), width=80)
    query = next(r for r in needs.to_fhir()["dataRequirement"] if r["id"] == "modality-Observation")
    assert query["extension"] == [
        {
            "url": "urn:guidelang:fhir:value",
            "valueCoding": {"system": "http://snomed.info/sct", "code": "302497006", "display": "Hemodialysis"},
        }
    ]


def test_the_page_says_which_units_are_read(needs: guidelang.requirements.DataRequirements) -> None:
    told = " ".join(as_string(page(needs), width=80).split())
    assert "number (unit: none or 1)" in told
    assert "also in mmol/L; what scales to one of them, such as mg/L, ug/mL and g/L" in told


def test_where_absence_means_no_all_records_are_asked_for(needs: guidelang.requirements.DataRequirements) -> None:
    rows = list(csv.DictReader(io.StringIO(needs.to_csv())))
    delivered = {(row["fact"], row["record"]): row["deliver"] for row in rows}
    assert delivered["warfarin", "medication"] == "all records of the type"
    assert delivered["dialysis", "condition"] == delivered["dialysis", "procedure"] == "all records of the type"
    assert delivered["phosphorus", "observation"] == delivered["picked", "medication"] == "these codes"
    assert needs.in_full() == {
        "condition": ("dialysis",), "medication": ("warfarin",), "procedure": ("dialysis",)
    }  # fmt: skip
    told = " ".join(as_string(page(needs), width=80).split())
    assert "Needed in full, whatever the codes: condition records (Condition) for dialysis; medication records" in told
    assert "means no, if ALL procedure and condition records are delivered, not only these codes" in told


def test_json_follows_its_schema(needs: guidelang.requirements.DataRequirements) -> None:
    document = FactsDocument.model_validate_json(needs.to_json())
    assert [fact.name for fact in document.facts] == [fact.name for fact in needs]
    assert json.loads(needs.to_json(indent=None)) == document.model_dump(mode="json")


# What FHIR R4 has, of the elements that are used: name to whether there may be several.
LIBRARY = {
    "resourceType": False, "version": False, "name": False, "title": False, "status": False, "type": False,
    "subjectCodeableConcept": False, "description": False, "dataRequirement": True,
}  # fmt: skip
DATA_REQUIREMENT = {
    "id": False, "extension": True, "type": False, "profile": True, "subjectCodeableConcept": False,
    "mustSupport": True, "codeFilter": True, "dateFilter": True, "limit": False, "sort": True,
}  # fmt: skip
CODE_FILTER = {"path": False, "searchParam": False, "valueSet": False, "code": True}
DATE_FILTER = {"path": False, "searchParam": False, "valueDuration": False}
CODING = {"extension": True, "system": False, "version": False, "code": False, "display": False}
TYPES = {
    "Patient", "Observation", "Condition", "MedicationRequest", "MedicationStatement", "Procedure",
    "AllergyIntolerance",
}  # fmt: skip


def _fits(element: dict[str, object], allowed: dict[str, bool]) -> None:
    assert set(element) <= set(allowed)
    for name, value in element.items():
        assert isinstance(value, list) is allowed[name], name
        assert value not in ("", [], {}), name


@pytest.mark.parametrize("name", ["<trial>", "calciphylaxis", "calciphylaxis_transplant"])
def test_fhir_is_a_library_of_data_requirements(name: str) -> None:
    guideline = guidelang.load(Source(name, TEXT) if name == "<trial>" else name)
    library = guideline.data_requirements().to_fhir()
    _fits(library, LIBRARY)
    assert (library["resourceType"], library["status"]) == ("Library", "draft")
    assert library["type"]["coding"] == [
        {"system": "http://terminology.hl7.org/CodeSystem/library-type", "code": "module-definition"}
    ]
    assert re.fullmatch(r"[A-Z]([A-Za-z0-9_]){0,254}", library["name"])
    ids = [requirement["id"] for requirement in library["dataRequirement"]]
    assert len(ids) == len(set(ids))
    assert not any(" " in identifier for identifier in ids)
    for requirement in library["dataRequirement"]:
        _fits(requirement, DATA_REQUIREMENT)
        assert requirement["type"] in TYPES
        assert requirement["profile"] == [f"http://hl7.org/fhir/StructureDefinition/{requirement['type']}"]
        for filter_ in requirement.get("codeFilter", []):
            _fits(filter_, CODE_FILTER)
            assert ("path" in filter_) is not ("searchParam" in filter_)
            for coding in filter_["code"]:
                _fits(coding, CODING)
                assert re.fullmatch(r"[a-z]+:\S+", coding["system"])
        for filter_ in requirement.get("dateFilter", []):
            _fits(filter_, DATE_FILTER)
            duration = filter_["valueDuration"]
            assert duration["system"] == "http://unitsofmeasure.org"
            assert duration["code"] in ("d", "wk", "mo", "a")
            assert duration["value"] >= 0


def test_fhir_queries_lose_nothing_that_decides(needs: guidelang.requirements.DataRequirements) -> None:
    library = needs.to_fhir()
    by_id = {requirement["id"]: requirement for requirement in library["dataRequirement"]}
    assert by_id["phosphorus-Observation"]["dateFilter"][0]["valueDuration"]["code"] == "mo"
    assert by_id["phosphorus-Observation-component"]["codeFilter"][0]["path"] == "component.code"
    assert "dateFilter" not in by_id["calcium-Observation"]  # looked for however old it is
    assert "dateFilter" not in by_id["dialysis-Condition"]
    for type_ in ("MedicationRequest", "MedicationStatement", "Procedure", "Condition"):
        assert set(by_id[f"all-{type_}"]) == {"id", "type", "profile", "mustSupport"}
    assert "all-Observation" not in by_id
    assert not any(identifier.startswith("asked") for identifier in by_id)
    assert set(by_id["patient"]["mustSupport"]) == {"identifier", "birthDate", "deceased"}
    (coding,) = by_id["dialysis-Condition"]["codeFilter"][0]["code"]
    assert coding["extension"] == [{"url": "urn:guidelang:fhir:standing", "valueCode": "unconfirmed"}]
    (coding,) = by_id["lesion-Condition"]["codeFilter"][0]["code"]
    assert coding["extension"] == [{"url": "urn:guidelang:fhir:standing", "valueCode": "project"}]
    (coding,) = by_id["warfarin-MedicationRequest"]["codeFilter"][0]["code"]
    assert "extension" not in coding


def test_facts_of_scores_say_which() -> None:
    requirements = guidelang.load("scores").data_requirements()
    assert requirements["ascites"].rules == ()
    assert requirements["ascites"].scores == ("child_pugh", "child_pugh_ascites", "child_pugh_class")
    assert "no rule; in child_pugh, child_pugh_ascites, child_pugh_class" in str(requirements)

"""What `from` clauses ask of a record, told to who has to deliver it."""

from __future__ import annotations

import csv
import io
import json

import guidelang
from guidelang.requirements import DataRequirements
from guidelang.source import Source

TEXT = """guideline asked version 1.0.0

system sort "urn:sort"
codes products sort:tablet1 "tablet" strength 10 mg
parameter long = 4 weeks
parameter site_reasons = no codes

fact refused is yes or no
    from medication request in products with reason in site_reasons with negation
fact stayed is yes or no
    from encounter any with discharge sort:home1 "home" timed by updated
fact supplied is yes or no
    from draft medication request in products with supply >= long with validity < 8 weeks with intent plan
fact screened is yes or no
    from observation in products with value sort:yes1, beginning "pos" with category sort:lab1
    from observation sort:other1 with any value timed by issued
fact past is yes or no
    from condition in products with any status with any verification with abatement
fact dose is quantity in mg/d
    from medication in products as daily dose
    plausible 0 to 100 mg/d

rule r
    when (refused or stayed or supplied or screened or past) and dose > 5 mg/d
    recommend discuss dose
"""


def requirements() -> DataRequirements:
    return guidelang.load(Source("<asked>", TEXT)).data_requirements()


def test_the_page_tells_filters_times_and_doses_in_words() -> None:
    page = str(requirements())
    for words in (
        "medication request urn:sort tablet1",
        "reason of no code",
        "not done, not taken, or an order not to do it",
        "encounter any",
        'discharge urn:sort home1 "home"',
        "timed by updated",
        "supply >= 28 days (long)",
        "validity < 56 days",
        "intent plan",
        'value urn:sort yes1 (a project\'s code: in no record by itself); beginning "pos"',
        "whatever its value",
        "timed by issued",
        "its end is recorded",
        "its value is the daily dose",
        '"tablet" 10 mg',
    ):
        assert words in page


def test_json_and_csv_have_the_same() -> None:
    found = {fact["name"]: fact for fact in json.loads(requirements().to_json())["facts"]}
    (supplied,) = found["supplied"]["readings"]
    assert supplied["record"] == "draft_medication_request"
    assert supplied["lengths"][0] == {"element": "supply", "operator": ">=", "days": 28, "parameter": "long"}
    assert supplied["intents"] == ["plan"]
    assert found["screened"]["readings"][0]["coded"][1]["beginnings"] == ["pos"]
    assert found["dose"]["readings"][0]["codes"][0]["strength"] == "10 mg"
    assert found["stayed"]["readings"][0]["any_code"]
    rows = {row["fact"]: row for row in csv.DictReader(io.StringIO(requirements().to_csv()))}
    assert rows["supplied"]["only"] == "supply >= 28 days (long); validity < 56 days"
    assert rows["past"]["statuses"] == "any"


def test_the_library_names_the_elements_that_filters_are_read_from() -> None:
    queries = {each["id"]: each for each in requirements().to_fhir()["dataRequirement"]}
    assert "hospitalization.dischargeDisposition" in queries["stayed-Encounter"]["mustSupport"]
    assert "meta.lastUpdated" in queries["stayed-Encounter"]["mustSupport"]
    assert "codeFilter" not in queries["stayed-Encounter"]
    assert {"reasonCode", "reasonReference"} <= set(queries["refused-MedicationRequest"]["mustSupport"])
    supplied = set(queries["supplied-MedicationRequest"]["mustSupport"])
    assert {"dispenseRequest.expectedSupplyDuration", "dispenseRequest.validityPeriod"} <= supplied
    assert "dosage" in queries["dose-MedicationStatement"]["mustSupport"]
    told = [each["valueString"] for each in queries["past-Condition"]["extension"] if each["url"].endswith(":only")]
    assert told == ["its end is recorded"]


def test_the_parameters_of_filters_take_part() -> None:
    guideline = guidelang.load(Source("<asked>", TEXT))
    assert {parameter.name for parameter in guideline.network.parameters} == {"long", "site_reasons"}
    set_by_site = guidelang.load(Source("<asked>", TEXT), parameters={"long": "5 weeks"})
    assert set_by_site.network.hash != guideline.network.hash


def test_the_order_of_filters_is_no_part_of_the_meaning() -> None:
    other = TEXT.replace(
        "with supply >= long with validity < 8 weeks with intent plan",
        "with intent plan with validity < 8 weeks with supply >= long",
    )
    assert other != TEXT
    assert guidelang.load(Source("<asked>", other)).network.hash == guidelang.load(Source("<asked>", TEXT)).network.hash

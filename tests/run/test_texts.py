"""Numbers in the texts of advice, as a person reads them."""

from __future__ import annotations

import guidelang
from guidelang.source import Source

GUIDELINE = """guideline g version 1.0.0
parameter low = 1.8 L/h

fact age_at_start is number
fact weight is quantity in kg
    plausible 30 to 300 kg
fact creatinine is quantity in mg/dL
    plausible 0.2 to 20 mg/dL
    convert 1 mg/dL = 88.42 umol/L

define dose = weight * 1
    with weight in kg, result in mg
define clearance = (140 - age_at_start) * weight / (72 * creatinine)
    with creatinine in mg/dL, weight in kg, result in mL/min
define kidneys_weak = clearance < low

rule r
    when creatinine > 0.5 mg/dL
    recommend educate weight "{TEXT}"
    caution "Beware of {dose}."
"""
PATIENT: dict[str, object] = {"age_at_start": 71, "weight": "187 [lb_av]", "creatinine": "133 umol/L"}


def advice(text: str, **facts: object) -> guidelang.Advice:
    loaded = guidelang.load(Source("g", GUIDELINE.replace("{TEXT}", text)))
    (found,) = loaded.evaluate({**PATIENT, **facts}, as_of="2024-06-01").advice
    return found


def test_computed_values_have_no_more_digits_than_anybody_reads() -> None:
    told = advice("Give {dose}, clearance {clearance}.")
    assert told.text == "Give 84.82 mg, clearance 54.04 mL/min."
    assert told.cautions == ("Beware of 84.82 mg.",)


def test_measured_values_are_as_they_were_reported() -> None:
    assert advice("{weight}, {creatinine}").text == "187 [lb_av], 133 umol/L"
    assert advice("{weight}", weight="84.82177319 kg").text == "84.82177319 kg"


def test_what_is_made_of_several_results_is_rounded() -> None:
    two = [{"value": "133 umol/L", "time": "2024-05-20"}, {"value": "135 umol/L", "time": "2024-05-20"}]
    assert advice("{creatinine}", creatinine=two).text == "1.504 to 1.527 mg/dL"


def test_the_document_has_the_value_as_it_was_compared() -> None:
    loaded = guidelang.load(Source("g", GUIDELINE.replace("{TEXT}", "{dose}")))
    document = loaded.evaluate(PATIENT, as_of="2024-06-01").trace()
    assert {each.name: each.value for each in document.derived}["dose"] == "84.82177319"


def test_a_value_stays_on_its_side_of_what_it_is_compared_with_in_another_unit() -> None:
    # 1.8 L/h are 30 mL/min
    facts = {"weight": "100 kg", "creatinine": "2.625 mg/dL"}
    assert advice("{clearance}", age_at_start="83.3000001", **facts).text == "29.9999999 mL/min"
    assert advice("{clearance}", age_at_start="83.31", **facts).text == "29.99 mL/min"


def test_a_redacted_trace_rounds_likewise() -> None:
    loaded = guidelang.load(Source("g", GUIDELINE.replace("{TEXT}", "{dose}")))
    document = loaded.evaluate(PATIENT, as_of="2024-06-01").trace(redaction=guidelang.Redaction(key=b"key"))
    assert document.advice[0].text == "84.82 mg"

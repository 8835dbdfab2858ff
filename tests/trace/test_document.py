"""The published trace: its keys, its exact numbers, its bytes."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

import guidelang
from guidelang.source import Source
from guidelang.trace import TraceDocument

from .written import FACTS, evaluate

RULES = """
rule alpha
    when phosphorus >= 5.5 mg/dL
    unless b
    recommend reduce phosphorus "Phosphorus is {phosphorus}."
    strength strong
    certainty low
    caution "Slowly."
    urgency urgent
    cite book 1
rule beta when a and calcium > 9 mg/dL recommend start calcium_tablets
rule gamma when c recommend stop calcium_tablets
rule special when a overrides gamma suggest measure calcium
"""
PATIENT: dict[str, object] = {"phosphorus": {"value": 6.1, "unit": "mg/dL", "time": "2024-05-20"}, "b": False}


def test_the_keys_that_others_rely_on() -> None:
    document = json.loads(evaluate(RULES, PATIENT).to_json())
    assert document["guideline"]["name"] == "trial"
    assert document["guideline"]["version"] == "1.0.0"
    assert len(document["guideline"]["hash"]) == 64
    assert (document["patient"], document["as_of"], document["engine"]) == ("p1", "2024-06-01", "direct")
    assert (document["scope"]["status"], document["scope"]["missing"]) == ("applies", [])
    outcomes = {outcome["rule"]: outcome for outcome in document["outcomes"]}
    assert {rule: outcome["status"] for rule, outcome in outcomes.items()} == {
        "alpha": "applies",
        "beta": "undecided",
        "special": "undecided",
        "gamma": "undecided",
    }
    assert [(m["fact"], m["reasons"]) for m in outcomes["beta"]["missing"]] == [
        ("a", ["no record"]),
        ("calcium", ["no record"]),
    ]
    (advice,) = document["advice"]
    assert advice["text"] == "Phosphorus is 6.1 mg/dL."
    assert advice["cites"] == [{"source": "book", "locator": "1"}]
    expected = {"kind": "recommend", "against": False, "action": "reduce", "target": "phosphorus", "strength": "strong"}
    expected |= {"certainty": "low", "rules": ["alpha"], "urgency": "urgent", "cautions": ["Slowly."], "grade": None}
    assert {key: advice[key] for key in expected} == expected
    for key in ("conflicts", "stacks", "warnings", "facts", "derived", "firings", "problems", "measure_first"):
        assert isinstance(document[key], list)


def test_a_stale_value_gives_its_reason_and_its_detail() -> None:
    old = {"value": 6.1, "unit": "mg/dL", "time": "2024-01-02"}
    document = evaluate("rule r when phosphorus > 5 mg/dL recommend measure calcium", {"phosphorus": old}).trace()
    (missing,) = document.outcomes[0].missing
    assert missing.reasons == ["stale"]
    assert "6.1 mg/dL" in missing.details[0]
    assert "151 days" in missing.details[0]


def test_numbers_are_exact_texts() -> None:
    facts: dict[str, object] = {"phosphorus": {"value": "1.78", "unit": "mmol/L"}, "calcium": 10, "albumin": 3}
    rules = "define share = calcium / phosphorus\ndefine ninth = albumin / 9\n"
    rules += "rule r when share > 1 and ninth > 1 g/dL recommend measure calcium"
    document = evaluate(rules, facts).trace()
    assert next(f.value for f in document.facts if f.name == "phosphorus") == "5.513372"
    assert next(d.value for d in document.derived if d.name == "ninth") == "0.333333333333"


def test_an_interval_is_told_with_its_ends() -> None:
    fact = next(
        fact
        for fact in evaluate("rule r when phosphorus < 4 mg/dL recommend measure calcium", {"phosphorus": "<2.0 mg/dL"})
        .trace()
        .facts
        if fact.name == "phosphorus"
    )
    assert fact.interval is not None
    assert (fact.status, fact.value, fact.interval.low, fact.interval.high) == ("known", None, "0", "2")
    assert fact.interval.high_open
    assert fact.reasons == ["censored"]


def test_the_same_input_gives_the_same_bytes_whatever_its_order() -> None:
    forwards = evaluate(RULES, PATIENT).to_json()
    backwards = evaluate(RULES, dict(reversed(PATIENT.items()))).to_json()
    turned = "\n".join(["", *reversed([f"rule {part}" for part in RULES.split("\nrule ")[1:]])])
    assert backwards == forwards
    assert evaluate(turned, PATIENT).to_json() == forwards


def test_executors_differ_in_their_firings_alone() -> None:
    direct = evaluate(RULES, PATIENT).trace()
    durable = evaluate(RULES, PATIENT, engine="durable").trace()
    same = {"engine": "", "firings": [], "warnings": []}
    assert direct.model_copy(update=same) == durable.model_copy(update=same)


def test_a_document_reads_back_and_refuses_unknown_keys() -> None:
    text = evaluate(RULES, PATIENT).to_json()
    assert TraceDocument.model_validate_json(text).model_dump_json(indent=2) == text
    with pytest.raises(ValidationError):
        TraceDocument.model_validate({**json.loads(text), "more": 1})


def test_every_part_of_the_schema_is_described() -> None:
    schema = TraceDocument.model_json_schema()
    assert [name for name, part in schema["$defs"].items() if not part.get("description")] == []


def test_out_of_scope_there_are_no_outcomes() -> None:
    text = FACTS.replace('source book "A book"', 'source book "A book"\n    applies to a and d') + RULES
    guideline = guidelang.load(Source("<trial>", text))
    out = guideline.evaluate({"a": False}, as_of="2024-06-01", engine="direct").trace()
    assert (out.scope.status, out.outcomes, out.advice, out.measure_first) == ("not_for_this_patient", [], [], [])
    undecided = guideline.evaluate({"d": True}, as_of="2024-06-01", engine="direct").trace()
    assert undecided.scope.status == "undecided"
    assert [(m.fact, m.reasons) for m in undecided.scope.missing] == [("a", ["no record"])]

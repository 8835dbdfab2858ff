"""Two editions compared by meaning: what is proved, who shows a difference, and that both are true."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.diff.meaning import compare_meaning
from guidelang.diff.verdict import AdviceChange, Meaning, Witness
from guidelang.facts import read_patients
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.model import load
from guidelang.network.ir import Network
from guidelang.prove.advice import advice_of, scope_of
from guidelang.prove.advice import given as given_advice
from guidelang.run import Evaluation, evaluate
from guidelang.source import Source
from tests.agreement.guidelines import Drawn, guidelines, patients
from tests.prove.guidelines import HEAD, network
from tests.prove.test_every import network_of

DAY = dt.date(2024, 6, 1)


def meaning(old: Network, new: Network) -> Meaning:
    return compare_meaning(old, new, as_of=DAY)


def rule(condition: str) -> Network:
    return network(f"rule r when {condition} recommend reduce phosphorus\n")


def only(found: Meaning) -> AdviceChange:
    (change,) = found.advice[1:]
    return change


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("phosphorus >= 5.5 mg/dL", "not phosphorus < 5.5 mg/dL"),
        ("phosphorus >= 5.5 mg/dL", "phosphorus >= ceiling"),
        ("phosphorus >= 5.5 mg/dL", "phosphorus >= 0.055 g/L"),
        ("phosphorus between 3 and 5 mg/dL", "phosphorus >= 3 mg/dL and not phosphorus > 5 mg/dL"),
        ("not (dialysis and warfarin)", "not dialysis or not warfarin"),
        ("at least 2 of (dialysis, warfarin, valve)", "dialysis and (warfarin or valve) or warfarin and valve"),
        ("corrected > 10.2 mg/dL", "not corrected <= 10.20 mg/dL"),
        ("corrected > 10.2 mg/dL", "10.2 mg/dL < corrected"),
        ("calcium * phosphorus > 55 mg2/dL2", "not phosphorus * calcium <= 55 mg2/dL2"),
        ("stage is one of (g3, g4)", "stage is g3 or stage is g4"),
        ("time since diagnosed > 12 months", "time since diagnosed > 1 year"),
        ("age >= 18 years", "age >= 216 months"),
        ("visit within 14 days", "visit within 14 days and visit within 14 days"),
    ],
)
def test_proved_to_be_the_same(old: str, new: str) -> None:
    found = meaning(rule(old), rule(new))
    assert only(found).verdict == "same"
    assert not found.changed
    assert found.bump == "patch"


@pytest.mark.parametrize(
    ("old", "new", "verdict", "shown"),
    [
        ("phosphorus >= 5.5 mg/dL", "phosphorus > 5.5 mg/dL", "narrower", ["phosphorus 5.5 mg/dL"]),
        ("phosphorus > 5.5 mg/dL", "phosphorus >= 5.5 mg/dL", "broader", ["phosphorus 5.5 mg/dL"]),
        ("phosphorus > 5.5 mg/dL", "phosphorus > 5 mg/dL", "broader", ["phosphorus 5.5 mg/dL"]),
        ("phosphorus > 5 mg/dL", "phosphorus < 5 mg/dL", "different", ["phosphorus 4.9 mg/dL", "phosphorus 5.1 mg/dL"]),
        ("dialysis", "dialysis or warfarin", "broader", ["not dialysis, warfarin"]),
        ("dialysis and warfarin", "dialysis", "broader", ["dialysis"]),
        ("dialysis", "certainly dialysis", "narrower", [""]),
        ("calcium > 10 mg/dL", "corrected > 10 mg/dL", "different", ["", ""]),
        ("calcium * phosphorus > 55 mg2/dL2", "calcium * phosphorus >= 55 mg2/dL2", "broader", [""]),
        ("last 2 phosphorus > 5.5 mg/dL", "last 3 phosphorus > 5.5 mg/dL", "narrower", [""]),
        ("visit within 30 days", "visit within 60 days", "broader", ["visit 31 days ago"]),
        # on 15 March a month is 28 days long
        ("visit within 1 month", "visit within 30 days", "different", ["visit 30 days ago", "visit 31 days ago"]),
        ("highest phosphorus within 90 days > 6 mg/dL", "lowest phosphorus within 90 days > 6 mg/dL", "narrower", [""]),
        ("any phosphorus > 6 mg/dL within 90 days", "every phosphorus > 6 mg/dL within 90 days", "narrower", [""]),
        # of somebody with two results of one time, 4.9 and 5, neither holds
        ("phosphorus is known", "phosphorus < 5 mg/dL or phosphorus >= 5 mg/dL", "different", ["nothing known", ""]),
        ("age >= 65 years", "age > 65 years", "narrower", ["birth_date 1959-06-01"]),
        ("time since diagnosed > 30 days", "time since diagnosed >= 30 days", "broader", ["diagnosed 2024-05-02"]),
    ],
)
def test_a_patient_shows_the_difference(old: str, new: str, verdict: str, shown: list[str]) -> None:
    editions = rule(old), rule(new)
    found = meaning(*editions)
    change = only(found)
    assert (change.verdict, change.proved) == (verdict, True)
    witnesses = [witness for witness in (change.gained, change.lost) if witness is not None]
    for witness, summary in zip(witnesses, shown, strict=True):
        assert summary in ("", witness.summary)
        reproduced(editions, change, witness)
    assert found.bump == ("minor" if verdict == "broader" else "major")


def reproduced(editions: tuple[Network, Network], change: AdviceChange, witness: Witness) -> None:
    """The other executor says the same of the patient, from the patient's own file."""
    assert (witness.old, witness.new) == tuple(
        answer(run(edition, witness.facts, witness.as_of), change.advice) for edition in editions
    )


def run(of: Network, person: object, day: dt.date = DAY) -> Evaluation:
    assert isinstance(person, dict)
    return evaluate(of, fact_set(Setting(of, day), person, "p", "p"), "durable")


def answer(evaluation: Evaluation, advice: str) -> str:
    if advice == "scope":
        return scope_of(evaluation)
    rules = {str(key): rules for key, rules in advice_of(evaluation.network).items()}
    return given_advice(evaluation, rules.get(advice, ()))


def test_advice_that_comes_and_goes() -> None:
    one = network("rule r when dialysis recommend reduce phosphorus\n")
    two = network("rule r when dialysis recommend increase calcium\n")
    verdicts = {change.advice: change.verdict for change in meaning(one, two).advice}
    assert verdicts == {"scope": "same", "reduce phosphorus": "narrower", "increase calcium": "broader"}


def test_a_scope_is_compared_by_itself() -> None:
    text = "rule r when dialysis recommend reduce phosphorus\n"
    found = meaning(network(text, scope="warfarin"), network(text, scope="warfarin or valve"))
    assert [change.verdict for change in found.advice] == ["broader", "same"]
    gained = found.advice[0].gained
    assert gained is not None
    assert (gained.old, gained.new, gained.summary) == ("no", "yes", "valve")


def test_the_strength_of_the_same_advice() -> None:
    one = network("rule r when dialysis suggest reduce phosphorus\n    strength conditional\n    certainty low\n")
    two = network("rule r when dialysis recommend reduce phosphorus\n    strength strong\n    certainty low\n")
    change = only(meaning(one, two))
    assert (change.verdict, change.strength) == (
        "same",
        "suggest (conditional, low) becomes recommend (strong, low)",
    )


@pytest.mark.parametrize(
    ("old", "new", "verdict", "summary"),
    [
        # who was undecided may now get it, and may now not
        (
            "in mg/dL\n    within 31 days",
            "in mg/dL\n    within 60 days",
            "different",
            "phosphorus 5.5 mg/dL 32 days ago",
        ),
        # of two editions that read a fact differently, nothing is proved of those whom both read
        ("plausible 0.5 to 20", "plausible 0.5 to 30", "undecided", "phosphorus 20.1 mg/dL"),
    ],
)
def test_a_fact_that_is_read_differently(old: str, new: str, verdict: str, summary: str) -> None:
    text = HEAD.format(name="small", scope="") + "rule r when phosphorus >= 5.5 mg/dL recommend reduce phosphorus\n"
    found = meaning(network_of(text), network_of(text.replace(old, new, 1)))
    change = only(found)
    assert found.changed_facts == ("phosphorus",)
    assert change.verdict == verdict
    assert change.gained is not None
    assert change.gained.summary == summary


def test_codes_are_read_differently() -> None:
    head = (
        "guideline g version 1\nfact phosphorus is quantity in mg/dL\n    from observation LOINC {}\n"
        "fact dialysis is yes or no\n    from procedure SNOMED CT 302497006\n    absent means no\n"
    )
    text = head + "rule r when phosphorus >= 5.5 mg/dL unless dialysis recommend reduce phosphorus\n"
    editions = network_of(text.format("2777-1")), network_of(text.format("2777-1, 14879-1"))
    found = meaning(*editions)
    change = only(found)
    assert found.changed
    assert change.note == "the same but for what is read as phosphorus"
    assert change.gained is not None
    assert (change.gained.old, change.gained.new) == ("undecided", "yes")
    assert change.gained.summary == "phosphorus 5.5 mg/dL; phosphorus by code 14879-1"
    for edition, expected in zip(editions, ("undecided", "yes"), strict=True):
        (facts,) = read_patients(edition, change.gained.facts, as_of=DAY).patients
        assert answer(evaluate(edition, facts, "durable"), change.advice) == expected


def test_no_false_difference_from_binary_fractions() -> None:
    old = network(
        "define d = phosphorus * 0.1 + phosphorus * 0.2\nrule r when d > 0.3 mg/dL recommend reduce phosphorus\n"
    )
    new = network("define d = phosphorus * 0.3\nrule r when d > 0.3 mg/dL recommend reduce phosphorus\n")
    assert not meaning(old, new).changed


# ---- random editions ------------------------------------------------------------------------------------------------

EDITS = (
    (r" >= ", " > "), (r" > ", " >= "), (r" <= ", " < "), (r" < ", " > "), (r"\band\b", "or"), (r"\bor\b", "and"),
    (r"not \(", "("), (r"certainly \(", "("), (r"\n    unless [^\n]*", ""), (r"\n    overrides [^\n]*", ""),
    (r"5\.5 mg", "5.4 mg"), (r"10\.2 mg", "10.3 mg"), (r"\b2 of", "1 of"), (r"is known", "is missing"),
    (r"first known of", "at least 1 of"), (r"within 90 days", "within 60 days"), (r"highest", "lowest"),
)  # fmt: skip


def edited(text: str, seed: int) -> str:
    """The guideline with one change in its rules and derived facts, at random, so that it still checks."""
    begins = text.index("row above 300")
    places = [(match.span(), new) for old, new in EDITS for match in re.finditer(old, text) if match.start() > begins]
    random.Random(seed).shuffle(places)
    for (start, end), new in places:
        changed = text[:start] + new + text[end:]
        if load(Source("edited.guide", changed), Report()) is not None:
            return changed
    return text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    guidelines(most_events=2),
    st.integers(0, 10**6),
    st.lists(patients(has_history=True), min_size=15, max_size=15),
)
def test_what_is_told_is_true(drawn: Drawn, seed: int, people: list[dict[str, object]]) -> None:
    editions = network_of(drawn.text), network_of(edited(drawn.text, seed))
    found = compare_meaning(*editions, as_of=DAY, seconds=2)
    runs = [tuple(run(edition, person) for edition in editions) for person in people]
    rank = {"no": 0, "undecided": 1, "yes": 2}
    for change in found.advice:
        for witness in (change.gained, change.lost):
            if witness is not None:
                reproduced(editions, change, witness)
        if not change.proved:
            continue
        for evaluations in runs:
            if change.advice != "scope" and {scope_of(each) for each in evaluations} != {"yes"}:
                continue
            old, new = (rank[answer(each, change.advice)] for each in evaluations)
            assert new <= old or change.gained is not None, (change, evaluations)
            assert new >= old or change.lost is not None, (change, evaluations)

"""What `prove` finds in small guidelines, and what it does not."""

from __future__ import annotations

import datetime as dt

import pytest

from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.prove.findings import Finding, Proofs
from guidelang.prove.proofs import prove
from guidelang.run import evaluate
from tests.prove.guidelines import network

DAY = dt.date(2024, 6, 1)


def proofs(*networks: Network, seconds: float = 10.0) -> Proofs:
    return prove(networks, as_of=DAY, seconds=seconds)


def only(found: Proofs, kind: str) -> Finding:
    (finding,) = [finding for finding in found.findings if finding.kind == kind]
    return finding


def run(of: Network, finding: Finding) -> object:
    assert finding.patient is not None
    facts = fact_set(Setting(of, finding.patient.as_of), finding.patient.facts, "p", "p")
    return evaluate(of, facts, "direct")


def test_a_guideline_without_faults() -> None:
    found = proofs(network("rule r when phosphorus >= 5.5 mg/dL recommend reduce phosphorus\n"))
    assert found.findings == ()
    assert {(s.question, s.asked, s.proved) for s in found.settled} >= {("every rule applies to somebody", 1, 1)}


CONFLICT = """
rule a when phosphorus >= 5.5 mg/dL recommend start cinacalcet
rule b when calcium < 8.4 mg/dL recommend against cinacalcet
"""


def test_a_conflict_has_a_patient() -> None:
    of = network(CONFLICT)
    found = proofs(of)
    finding = only(found, "conflict")
    assert finding.rules == ("a", "b")
    assert finding.patient is not None
    assert finding.patient.summary == "calcium 8.3 mg/dL, phosphorus 5.5 mg/dL"
    assert run(of, finding).conflicts  # type: ignore[attr-defined]
    assert found.has_errors


@pytest.mark.parametrize(
    "resolved",
    [
        CONFLICT.replace("rule a when", "rule a overrides b when"),
        CONFLICT.replace("recommend start", "unless calcium < 9 mg/dL recommend start"),
        CONFLICT.replace("phosphorus >= 5.5 mg/dL", "calcium > 8.4 mg/dL"),
    ],
)
def test_no_conflict_where_they_never_meet(resolved: str) -> None:
    found = proofs(network(resolved))
    assert not [finding for finding in found.findings if finding.kind in ("conflict", "undecided")]


def test_conflicts_between_two_guidelines() -> None:
    one = network("rule a when phosphorus >= 5.5 mg/dL recommend start cinacalcet\n", name="bones", scope="dialysis")
    two = network("rule a when calcium < 8.4 mg/dL recommend against cinacalcet\n", name="kidneys")
    finding = only(proofs(one, two), "conflict")
    assert finding.patient is not None
    assert finding.patient.summary == "calcium 8.3 mg/dL, dialysis, phosphorus 5.5 mg/dL"
    assert (
        finding.message
        == "recommend start cinacalcet (bones: a) contradicts recommend against start cinacalcet (kidneys: a)"
    )


def test_a_stack_has_as_many_pieces_as_anybody_gets() -> None:
    of = network(
        "rule a when phosphorus >= 5.5 mg/dL recommend start cinacalcet\n"
        "rule b when calcium > 10 mg/dL recommend start thiosulfate\n"
        "rule c when calcium < 9 mg/dL recommend reduce calcium\n"
    )
    found = proofs(of)
    finding = only(found, "stack")
    assert finding.rules == ("a", "b")
    assert not found.has_errors


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("when phosphorus > 6 mg/dL and phosphorus < 5 mg/dL", "its conditions exclude each other"),
        ("when not dialysis", "nobody in scope has `not dialysis`"),
        ("when phosphorus > 6 mg/dL unless phosphorus is known", "its conditions exclude each other"),
        ("when corrected > 10 mg/dL and calcium < 7 mg/dL and albumin > 5 g/dL", "its conditions exclude each other"),
        ("when phosphorus > 6 mg/dL and phosphorus is missing", "its conditions exclude each other"),
        ("when visit within 30 days and not visit within 30 days", "its conditions exclude each other"),
    ],
)
def test_a_dead_rule(rule: str, why: str) -> None:
    found = proofs(network(f"rule r {rule} recommend reduce phosphorus\n", scope="dialysis"))
    assert only(found, "dead_rule").message == f"r can never apply: {why}"


def test_a_rule_that_is_always_overridden_is_dead() -> None:
    of = network(
        "rule wide when phosphorus > 5 mg/dL recommend reduce phosphorus\n"
        "rule narrow when phosphorus > 6 mg/dL recommend measure phosphorus\n"
    )
    assert not [f for f in proofs(of).findings if f.kind == "dead_rule"]
    of = network(
        "rule wide overrides narrow when phosphorus > 5 mg/dL recommend reduce phosphorus\n"
        "rule narrow when phosphorus > 6 mg/dL recommend measure phosphorus\n"
    )
    message = only(proofs(of), "dead_rule").message
    assert message == "narrow can never apply: wide overrides it for everybody to whom it would"


def test_a_rule_that_adds_nothing() -> None:
    of = network(
        "rule wide when phosphorus > 5 mg/dL recommend reduce phosphorus\n"
        "rule narrow when phosphorus > 6 mg/dL and dialysis recommend reduce phosphorus\n"
    )
    finding = only(proofs(of), "implied_rule")
    assert finding.rules == ("narrow", "wide")
    stronger = network(
        "rule wide when phosphorus > 5 mg/dL suggest reduce phosphorus\n"
        "rule narrow when phosphorus > 6 mg/dL and dialysis recommend reduce phosphorus\n"
    )
    assert not [f for f in proofs(stronger).findings if f.kind == "implied_rule"]


@pytest.mark.parametrize(
    ("rule", "kind", "what"),
    [
        ("when dialysis and phosphorus > 6 mg/dL", "idle_condition", "`dialysis`"),
        ("when phosphorus > 6 mg/dL and phosphorus > 5 mg/dL", "idle_condition", "`phosphorus > 5 mg/dL`"),
        ("when phosphorus > 6 mg/dL unless phosphorus < 5 mg/dL", "idle_exception", "`phosphorus < 5 mg/dL`"),
    ],
)
def test_what_never_matters(rule: str, kind: str, what: str) -> None:
    finding = only(proofs(network(f"rule r {rule} recommend reduce phosphorus\n", scope="dialysis")), kind)
    assert what in finding.message


@pytest.mark.parametrize(
    "rule",
    [
        "when warfarin and phosphorus > 6 mg/dL",
        "when phosphorus > 6 mg/dL unless warfarin",
        "when phosphorus > 6 mg/dL unless certainly warfarin",  # unknown warfarin: the one leaves it open
    ],
)
def test_what_does_matter(rule: str) -> None:
    assert proofs(network(f"rule r {rule} recommend reduce phosphorus\n", scope="dialysis")).findings == ()


def test_dates_may_lie_ahead() -> None:
    of = network(
        "define weeks = (days from diagnosed - 280 days to today) / 7\n"
        "rule screen when weeks between 24 and 28 recommend measure calcium\n"
        "rule late when weeks > 40 recommend discuss calcium\n"
        "invariant never screen when diagnosed < 2024-08-25\n"
    )
    found = proofs(of)
    finding = only(found, "invariant")
    assert [f.kind for f in found.findings] == ["invariant"]
    assert finding.patient is not None
    assert run(of, finding).violations  # type: ignore[attr-defined]
    assert finding.patient.summary == "diagnosed 2024-08-24"  # 28 weeks to the day


def test_an_override_that_never_happens() -> None:
    of = network(
        "rule low overrides high when phosphorus < 5 mg/dL recommend measure phosphorus\n"
        "rule high when phosphorus > 6 mg/dL recommend reduce phosphorus\n"
    )
    assert only(proofs(of), "idle_override").rules == ("high", "low")


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        (("< 5.5 mg/dL", "> 5.5 mg/dL"), "gap"),
        (("<= 5.5 mg/dL", ">= 5.5 mg/dL"), "overlap"),
        (("< ceiling", "> 5.5 mg/dL"), "gap"),
        (("< 5.5 mg/dL", ">= 5.5 mg/dL"), None),
        (("<= 5.5 mg/dL", "> 5.5 mg/dL"), None),
        (("< 2.5 mg/dL", "> 5.5 mg/dL"), None),
    ],
)
def test_the_limit_belongs_to_one(limits: tuple[str, str], kind: str | None) -> None:
    of = network(
        f"rule low when phosphorus {limits[0]} recommend measure phosphorus\n"
        f"rule high when dialysis and phosphorus {limits[1]} recommend reduce phosphorus\n"
    )
    found = proofs(of)
    if kind is None:
        assert not [f for f in found.findings if f.kind in ("gap", "overlap", "undecided")]
        return
    finding = only(found, kind)
    assert finding.patient is not None
    assert finding.patient.summary == "dialysis, phosphorus 5.5 mg/dL"
    assert "phosphorus of exactly 5.5 mg/dL" in finding.message


def test_a_goal_is_no_gap() -> None:
    of = network(
        "rule low when phosphorus < 5.5 mg/dL recommend increase phosphorus\n"
        "rule high when phosphorus > 5.5 mg/dL recommend reduce phosphorus\n"
    )
    assert proofs(of).findings == ()


def test_a_third_rule_may_take_the_limit() -> None:
    of = network(
        "rule low when phosphorus < 5.5 mg/dL recommend measure phosphorus\n"
        "rule high when phosphorus > 5.5 mg/dL recommend reduce phosphorus\n"
        "rule exact when phosphorus = 5.5 mg/dL recommend discuss phosphorus\n"
    )
    assert proofs(of).findings == ()


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("corrected > 25 mg/dL", "`corrected > 25 mg/dL` is true for nobody in scope"),
        ("phosphorus >= 0.5 mg/dL", "`phosphorus >= 0.5 mg/dL` is false for nobody in scope"),
        ("calcium * phosphorus > 400 mg2/dL2", "`calcium * phosphorus > 400 mg2/dL2` is true for nobody in scope"),
    ],
)
def test_conditions_that_are_the_same_for_everybody(condition: str, told: str) -> None:
    of = network(f"rule r when dialysis or {condition} recommend reduce phosphorus\n")
    assert only(proofs(of), "constant_condition").message == told


@pytest.mark.parametrize(
    ("invariant", "patient"),
    [
        ("never start_it when phosphorus > 6 mg/dL", None),
        ("never start_it when phosphorus >= 5 mg/dL", "dialysis, phosphorus 5 mg/dL"),
        ("never recommend start cinacalcet when certainly not dialysis", None),
        ("always some advice when phosphorus < 5.5 mg/dL", "not dialysis, phosphorus 5.4 mg/dL"),
        ("always some advice when phosphorus < 5.5 mg/dL and dialysis", None),
        ("always lower when phosphorus >= 5.5 mg/dL", None),
        ("always lower when phosphorus >= 5.4 mg/dL", "phosphorus 5.4 mg/dL"),
        ("never in scope when warfarin", "warfarin"),
        ("never corrected > 10 mg/dL when calcium < 6 mg/dL", None),
        ("never corrected > 8 mg/dL when calcium < 6 mg/dL", "albumin 0.6 g/dL, calcium 5.9 mg/dL"),
    ],
)
def test_invariants(invariant: str, patient: str | None) -> None:
    of = network(
        "rule start_it when dialysis and phosphorus <= 5.5 mg/dL unless phosphorus > 6 mg/dL\n"
        "    recommend start cinacalcet\n"
        "rule lower when phosphorus >= 5.5 mg/dL recommend reduce phosphorus\n"
        f"invariant {invariant}\n"
    )
    found = [f for f in proofs(of).findings if f.kind in ("invariant", "undecided")]
    if patient is None:
        assert found == []
        return
    (finding,) = found
    assert finding.is_error
    assert finding.patient is not None
    assert finding.patient.summary == patient
    assert run(of, finding).violations  # type: ignore[attr-defined]

"""Invariants: who refutes one, what they leave as it is, and what reports say of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pytest

from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.model import load
from guidelang.network import compile_network, ir
from guidelang.network.core import without_invariants
from guidelang.network.document import from_document, to_document
from guidelang.network.hash import network_hash
from guidelang.network.packed import pack, unpack
from guidelang.requirements import data_requirements
from guidelang.run import Evaluation, evaluate
from guidelang.source import Source
from guidelang.testing import run_examples
from guidelang.trace import trace_document
from guidelang.trace.page import as_string
from guidelang.trace.text import trace_text

DAY = dt.date(2024, 6, 1)
GUIDELINE = """guideline g version 1
    applies to dialysis

parameter ceiling = 5.5 mg/dL
parameter floor = 2 mg/dL

fact dialysis is yes or no
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
fact pth is quantity in pg/mL
    plausible 1 to 5000 pg/mL
fact warfarin is yes or no
fact lesion is yes or no
fact minor is yes or no

intervention apixaban

rule lower when phosphorus >= ceiling recommend reduce phosphorus
rule begin when lesion unless warfarin suggest start warfarin
rule exchange when lesion and warfarin recommend switch warfarin to apixaban
rule look when pth is missing recommend measure pth
rule avoid when minor suggest against warfarin
"""


def network(*invariants: str) -> ir.Network:
    report = Report()
    guideline = load(Source("g", GUIDELINE + "\n".join(f"invariant {each}" for each in invariants) + "\n"), report)
    assert guideline is not None, report.sorted()
    return compile_network(guideline)


def ran(compiled: ir.Network, facts: dict[str, object], engine: Literal["direct", "durable"] = "direct") -> Evaluation:
    return evaluate(compiled, fact_set(Setting(compiled, DAY), {"patient": "p", **facts}, "p", "test"), engine)


def refutes(invariant: str, engine: Literal["direct", "durable"] = "direct", **facts: object) -> bool:
    return bool(ran(network(invariant), {"dialysis": True, **facts}, engine).violations)


@pytest.mark.parametrize("engine", ["direct", "durable"])
@pytest.mark.parametrize(
    ("invariant", "facts", "refuted"),
    [
        ("never recommend start warfarin when lesion", {"lesion": True, "warfarin": False}, True),
        ("never suggest start warfarin when lesion", {"lesion": True, "warfarin": False}, True),
        ("never recommend start warfarin when lesion", {"lesion": False, "warfarin": False}, False),
        ("never recommend start warfarin when lesion", {"lesion": True, "warfarin": "unknown"}, False),
        ("never recommend start warfarin when pth > 300 pg/mL", {"lesion": True, "warfarin": False}, False),
        ("never recommend start apixaban", {"lesion": True, "warfarin": True}, True),
        ("never recommend stop warfarin", {"lesion": True, "warfarin": True}, True),
        ("never recommend against warfarin", {"minor": True}, True),
        ("never recommend against start warfarin", {"minor": True}, True),
        ("never recommend start warfarin", {"minor": True, "lesion": False}, False),
        ("always recommend reduce phosphorus when phosphorus > 5 mg/dL", {"phosphorus": 5.2}, True),
        ("always recommend reduce phosphorus when phosphorus > 5 mg/dL", {"phosphorus": 5.5}, False),
        ("always recommend reduce phosphorus when lesion", {"lesion": True}, False),
        ("always certainly recommended reduce phosphorus when lesion", {"lesion": True}, True),
        ("always recommend measure pth when pth is missing", {}, False),
        ("never look when pth is missing", {}, True),
        ("always look when pth is known", {"pth": 100}, True),
        ("never lower", {"phosphorus": 6}, True),
        ("always some advice", {"pth": 100, "phosphorus": 3, "lesion": False, "minor": False}, True),
        ("always some advice", {"pth": 100, "phosphorus": 3, "lesion": False, "minor": True}, False),
        ("always some advice", {"pth": 100, "phosphorus": 3, "lesion": False}, False),
        ("never any advice when lesion", {"lesion": True}, True),
        ("never phosphorus > 6 mg/dL when lesion", {"lesion": True, "phosphorus": 7}, True),
        ("always not (lesion and minor)", {"lesion": True, "minor": True}, True),
    ],
)
def test_who_refutes_an_invariant(
    invariant: str, facts: dict[str, object], refuted: bool, engine: Literal["direct", "durable"]
) -> None:
    assert refutes(invariant, engine, **facts) is refuted


@pytest.mark.parametrize(
    ("dialysis", "rules", "scope"), [(True, True, True), (False, False, False), ("unknown", False, False)]
)
def test_an_invariant_is_about_patients_in_scope_and_one_of_the_scope_about_all(
    dialysis: object, rules: bool, scope: bool
) -> None:
    facts: dict[str, object] = {"dialysis": dialysis, "minor": True, "phosphorus": 6}
    compiled = network("never lower", "never in scope when minor", '"out" always in scope when minor')
    found = {violation.invariant for violation in ran(compiled, facts).violations}
    assert ("never lower" in found) is rules
    assert ("never in scope when minor" in found) is scope
    assert ("out" in found) is (dialysis is False)


def test_an_overridden_rule_does_not_apply() -> None:
    text = GUIDELINE + "rule special when minor overrides lower recommend discuss phosphorus\ninvariant always lower\n"
    report = Report()
    guideline = load(Source("g", text), report)
    assert guideline is not None, report.sorted()
    facts: dict[str, object] = {"dialysis": True, "minor": True, "phosphorus": 6}
    assert [v.invariant for v in ran(compile_network(guideline), facts).violations] == ["always lower"]


INVARIANTS = (
    "never lower when phosphorus < floor and warfarin",
    '"b" always some advice when minor or certainly lesion',
    "never in scope when age < 18 years",
)


def test_invariants_change_neither_hash_nor_what_the_rules_stand_on() -> None:
    plain, more = network(), network(*INVARIANTS)
    assert more.hash == plain.hash == network_hash(more)
    assert {"birth_date", "floor"} <= set(more.for_invariants)
    assert without_invariants(more) == plain
    assert without_invariants(plain) is plain
    assert data_requirements(more).facts == data_requirements(plain).facts


def test_invariants_are_kept_by_documents_and_the_cache() -> None:
    compiled = network(*INVARIANTS)
    assert len(compiled.invariants) == 3
    assert from_document(to_document(compiled)) == compiled
    assert unpack(pack(compiled)) == compiled


def test_their_order_says_nothing() -> None:
    assert network(*INVARIANTS).invariants == network(*reversed(INVARIANTS)).invariants


def test_reports_say_which_invariant_is_refuted_and_by_which_rules() -> None:
    compiled = network('"No new warfarin" never recommend start warfarin when lesion')
    document = trace_document(ran(compiled, {"dialysis": True, "lesion": True, "warfarin": False}))
    (violation,) = document.violations
    assert violation.invariant == "No new warfarin"
    assert violation.words == "never recommend start warfarin when lesion"
    assert violation.rules == ["begin"]
    page = as_string(trace_text(document))
    assert page.index("INVARIANT VIOLATED: No new warfarin") < page.index("Advice (")
    assert "rule begin" in page


def test_an_example_whose_patient_refutes_an_invariant_fails() -> None:
    text = GUIDELINE + (
        "invariant never lower when minor\n"
        'example "kept" on 2024-06-01 given dialysis, not minor, phosphorus 6 mg/dL expect lower\n'
        'example "broken" on 2024-06-01 given dialysis, minor, phosphorus 6 mg/dL expect lower\n'
    )
    report = Report()
    kept, broken = run_examples(Source("g", text), report)
    assert kept.passed
    (failure,) = broken.failures
    assert str(failure) == "expected the invariant `never lower when minor`, but this patient refutes it: lower applies"
    assert failure.rule == "lower"

"""Both executors and a second reading of the language agree on random guidelines and patients.

`make agreement` runs 200,000 cases (a case is one patient on one guideline); the test command runs 2,000.
"""

from __future__ import annotations

import datetime as dt
import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.model import load
from guidelang.network import compile_network
from guidelang.run import evaluate
from guidelang.source import Source
from guidelang.syntax import parse
from tests.agreement.guidelines import ABSENT_MEANS_NO, Drawn, guidelines, patients
from tests.agreement.reference import Reference

CASES = int(os.environ.get("GUIDELANG_AGREEMENT_CASES", "2000"))
PATIENTS = 20 if CASES <= 2000 else 50  # rulesets of durable_rules are never freed: fewer guidelines in a long run
DAY = dt.date(2024, 6, 1)
SCOPES = {True: "applies", False: "not_for_this_patient", None: "undecided"}


@settings(
    max_examples=CASES // PATIENTS,
    deadline=None,
    derandomize=CASES == 2000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    database=None,
    phases=[Phase.generate, Phase.shrink] if "GUIDELANG_SHRINK" in os.environ else [Phase.generate],
)
@given(guidelines(most_events=3), st.lists(patients(has_history=True), min_size=PATIENTS, max_size=PATIENTS))
def test_all_agree(drawn: Drawn, people: list[dict[str, object]]) -> None:
    report = Report()
    source = Source("random.guide", drawn.text)
    guideline = load(source, report)
    assert guideline is not None, [str(d) for d in report.findings]
    network = compile_network(guideline)
    file = parse(source, Report())
    for person in people:
        facts = fact_set(Setting(network, DAY), person, "p", "random")
        direct, durable = evaluate(network, facts, "direct"), evaluate(network, facts, "durable")
        assert direct.conditions == durable.conditions
        assert direct.outcomes == durable.outcomes
        assert (direct.scope, direct.scope_missing) == (durable.scope, durable.scope_missing)
        assert (direct.advice, direct.conflicts, direct.stacks) == (durable.advice, durable.conflicts, durable.stacks)

        events = {
            name: direct.conditions[network.derived[name].node] for name in drawn.events if name in network.derived
        }
        reference = Reference(file, person, frozenset(ABSENT_MEANS_NO), events)
        assert direct.scope.value == SCOPES[reference.scope()]
        for outcome in direct.outcomes:
            assert outcome.status.value == reference.status(outcome.rule), outcome.rule
            missing = {m.fact for m in outcome.missing}
            assert bool(missing) == (outcome.status.value == "undecided")
        for name, derived in network.derived.items():
            if derived.type == "yes_no":
                assert direct.conditions[derived.node] is reference.name(name), name

"""Every patient is a patient of the space that proofs are about: what the executor says of one holds of the terms.

A proof is worth as much as this law. It is tested on random guidelines and patients: censored and tied values, stale
and implausible ones, partial dates, histories.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet, Value
from guidelang.model import load
from guidelang.network import compile_network
from guidelang.network.ir import ConditionNode, Network
from guidelang.prove.ask import Nobody, Somebody, ask
from guidelang.prove.encode import Encoding
from guidelang.prove.every import EveryPatient
from guidelang.prove.smt import Bool, all_of, any_of, negated, number
from guidelang.prove.terms import Rails, Term, Word
from guidelang.quantity import Interval
from guidelang.run import evaluate
from guidelang.source import Source
from tests.agreement.guidelines import HEAD, Drawn, guidelines, patients

DAY = dt.date(2024, 6, 1)
FAR = Fraction(10**12)
NEAR = Fraction(1, 10**9)


def network_of(text: str) -> Network:
    report = Report()
    guideline = load(Source("random.guide", text), report)
    assert guideline is not None, [str(d) for d in report.findings]
    return compile_network(guideline)


def is_so(term: Term, value: Value | None, space: EveryPatient) -> Bool:
    """That a fact has this value. An open end is one that lies a little further inside, as `prove.terms` says."""
    if isinstance(term, Rails):
        return term.true if value is True else term.false if value is False else term.unknown
    if value is None:
        return negated(term.known)
    if isinstance(term, Word):
        assert isinstance(value, str)
        return all_of((term.known, term.code == space.code(value)))
    assert isinstance(value, Interval)
    low = -FAR if value.low is None else value.low + (NEAR if value.low_open else 0)
    high = FAR if value.high is None else value.high - (NEAR if value.high_open else 0)
    return all_of((term.known, term.low == number(low), term.high == number(high)))


def as_the_executor_says(network: Network, facts: FactSet) -> list[Bool]:
    """The patient's facts, and of every condition what the executor made of them."""
    space = EveryPatient()
    encoding = Encoding(network, space)
    conditions = evaluate(network, facts, "direct").conditions
    holds = [space.today() == DAY.toordinal()]
    for node, truth in conditions.items():
        assert isinstance(network.nodes[node], ConditionNode)
        rails = encoding.condition(node)
        holds.append(rails.true if truth is True else rails.false if truth is False else rails.unknown)
    for (name, _), term in space.facts_asked():
        holds.append(is_so(term, facts.states[name].value, space))
    return [*holds, *space.constraints]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(guidelines(most_events=3), st.lists(patients(has_history=True), min_size=3, max_size=3))
def test_every_patient_is_one_of_them(drawn: Drawn, people: list[dict[str, object]]) -> None:
    network = network_of(drawn.text)
    for person in people:
        facts = fact_set(Setting(network, DAY), person, "p", "random")
        assert isinstance(ask(as_the_executor_says(network, facts), 20), Somebody)


EVENT_QUESTIONS = (
    "any {f} > 130 mg/dL {t}", "any {f} >= 131 mg/dL {t}", "every {f} > 130 mg/dL {t}", "every {f} >= 130 mg/dL {t}",
    "at least 2 {f} > 130 mg/dL {t}", "at least 3 {f} > 130 mg/dL {t}",
    "at least 2 {f} > 130 mg/dL {t} on different days",
    "count of {f} {t} >= 2", "highest {f} {t} > 130 mg/dL", "lowest {f} {t} > 130 mg/dL", "average {f} {t} > 130 mg/dL",
    "latest {f} {t} is missing", "latest {f} {t} > 130 mg/dL", "earliest {f} {t} > 130 mg/dL",
    "any {f} < 131 mg/dL {t}",
)  # fmt: skip
LAST_QUESTIONS = (
    "last 2 {f} within 90 days > 130 mg/dL", "last 2 {f} within 60 days > 130 mg/dL", "last 3 {f} > 130 mg/dL",
    "last 2 {f} > 120 mg/dL", "{f} > 130 mg/dL for at least 3 months", "{f} > 130 mg/dL for at least 1 month",
)  # fmt: skip
VISITS = ("visit {t}", "count of visit {t} >= 2", "at least 2 visit {t}", "at least 2 visit {t} on different days")
WHEN = (
    "within 30 days", "within 90 days", "within 3 months", "since 2024-03-01", "since 2024-02-29", "during period",
    "since diagnosed", "by 2024-02-29", "1 to 90 days ago",
)  # fmt: skip


@st.composite
def rich_in_events(draw: st.DrawFn) -> str:
    """A guideline that asks one history many things."""
    events = [
        *draw(st.lists(st.tuples(st.sampled_from(EVENT_QUESTIONS), st.sampled_from(WHEN)), min_size=3, max_size=8)),
        *draw(st.lists(st.tuples(st.sampled_from(LAST_QUESTIONS), st.just("")), max_size=4)),
        *draw(st.lists(st.tuples(st.sampled_from(VISITS), st.sampled_from(WHEN)), max_size=6)),
    ]
    asked = [form.format(f="ldl", t=when) for form, when in events]
    defines = "".join(f"define e{n} = {condition}\n" for n, condition in enumerate(asked))
    return f"{HEAD}\n{defines}\nrule r when {' or '.join(f'e{n}' for n in range(len(asked)))} recommend start t0\n"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(rich_in_events(), st.lists(patients(has_history=True), min_size=4, max_size=4))
def test_what_questions_to_one_history_share(text: str, people: list[dict[str, object]]) -> None:
    network = network_of(text)
    for person in people:
        facts = fact_set(Setting(network, DAY), person, "p", "random")
        assert isinstance(ask(as_the_executor_says(network, facts), 20), Somebody)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(guidelines(), patients())
def test_without_histories_the_facts_decide_every_condition(drawn: Drawn, person: dict[str, object]) -> None:
    network = network_of(drawn.text)
    facts = fact_set(Setting(network, DAY), person, "p", "random")
    space = EveryPatient()
    encoding = Encoding(network, space)
    conditions = evaluate(network, facts, "direct").conditions
    different = []
    for node, truth in conditions.items():
        rails = encoding.condition(node)
        different.append(negated(rails.true if truth is True else rails.false if truth is False else rails.unknown))
    known = [is_so(term, facts.states[name].value, space) for (name, _), term in space.facts_asked()]
    assert isinstance(ask([any_of(different), *known, *space.constraints], 20), Nobody)

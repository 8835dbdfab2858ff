"""Mutants as editions: what the comparison by meaning and the judge of mutants say of each is true.

A fault in one place is the smallest difference that two editions can have, so mutants are what a comparison is most
likely to overlook. And a guideline written otherwise, which means the same, must not be told as a change.
"""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

pytest.importorskip("z3")

from guidelang.diagnostics import Report
from guidelang.diff.meaning import compare_meaning
from guidelang.model.locate import sources_of
from guidelang.network.ir import Network
from guidelang.prove.advice import scope_of
from guidelang.run import Evaluation
from guidelang.source import Source
from guidelang.testing.mutation import Candidate, Workshop
from guidelang.testing.mutation.judge import Judge
from tests.agreement.guidelines import Drawn, conditions, guidelines, patients
from tests.diff.test_meaning import answer, reproduced, run
from tests.prove.test_every import network_of

DAY = dt.date(2024, 6, 1)
RANK = {"no": 0, "undecided": 1, "yes": 2}


def told_truly(editions: tuple[Network, Network], people: list[dict[str, object]]) -> None:
    """Nobody among some people is at odds with what is told, and whoever is shown is as told."""
    found = compare_meaning(*editions, as_of=DAY, seconds=2)
    runs = [tuple(run(edition, person) for edition in editions) for person in people]
    for change in found.advice:
        for witness in (change.gained, change.lost):
            if witness is not None:
                reproduced(editions, change, witness)
        if change.verdict == "same":
            for evaluations in runs:
                if change.advice == "scope" or {scope_of(each) for each in evaluations} == {"yes"}:
                    before, after = (answer(each, change.advice) for each in evaluations)
                    assert before == after, (change.advice, evaluations[0].facts)


def a_mutant(text: str, seed: int) -> tuple[Workshop, Candidate, Network]:
    """One mutant of a guideline, at random."""
    workshop = Workshop((Source("random.guide", text),), Report())
    assert workshop.guideline is not None
    candidates = workshop.candidates()
    chosen = random.Random(seed)
    for candidate in chosen.sample(candidates, min(8, len(candidates))):
        made = workshop.made(candidate)
        if made is not None:
            return workshop, candidate, made
    assume(False)
    raise AssertionError


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(guidelines(most_events=2), st.integers(0, 10**6), st.lists(patients(has_history=True), min_size=12, max_size=12))
def test_random_mutants(drawn: Drawn, seed: int, people: list[dict[str, object]]) -> None:
    workshop, _, mutant = a_mutant(drawn.text, seed)
    told_truly((workshop.network, mutant), people)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(guidelines(most_events=2), st.integers(0, 10**6), st.lists(patients(has_history=True), min_size=12, max_size=12))
def test_what_is_judged_equivalent_is_the_same_for_everybody(
    drawn: Drawn, seed: int, people: list[dict[str, object]]
) -> None:
    workshop, candidate, mutant = a_mutant(drawn.text, seed)
    (verdict,) = Judge(workshop, seconds=2).judge([candidate], {})
    assert verdict is not None
    assert verdict.fate != "killed"  # nothing judges: there are no examples
    if verdict.fate == "equivalent":
        for person in people:
            before, after = (seen(run(each, person)) for each in (workshop.network, mutant))
            assert before == after, (candidate.change.sentence, person)


def seen(evaluation: Evaluation) -> object:
    """What an example can see of it."""
    network = evaluation.network
    derived = {
        name: evaluation.conditions[each.node] if each.type == "yes_no" else evaluation.values[each.node].value
        for name, each in network.derived.items()
    }
    given_ = sorted((a.kind, a.against, a.action, a.target) for a in evaluation.advice)
    return evaluation.scope, dict(evaluation.statuses), derived, given_


@pytest.mark.parametrize(("name", "most"), [("calciphylaxis", 8), ("ckd_mbd@2017", 4), ("ckd_mbd@2003", 4)])
def test_mutants_of_shipped_guidelines(name: str, most: int) -> None:
    workshop = Workshop(sources_of(name, Report()), Report())
    made = 0
    for candidate in random.Random(7).sample(workshop.candidates(), most + 4):
        mutant = workshop.made(candidate)
        if mutant is None or made == most:
            continue
        made += 1
        found = compare_meaning(workshop.network, mutant, as_of=DAY, seconds=5)
        for change in found.advice:
            for witness in (change.gained, change.lost):
                if witness is not None:
                    reproduced((workshop.network, mutant), change, witness)
    assert made == most


# ---- another text of the same meaning -------------------------------------------------------------------------------


def same(old: str, new: str, extra: str = "") -> None:
    from tests.agreement.guidelines import HEAD

    editions = [network_of(f"{HEAD}{extra}rule r\n    when {when}\n    recommend start t\n") for when in (old, new)]
    found = compare_meaning(*editions, as_of=DAY, seconds=5)
    assert [change.verdict for change in found.advice] == ["same", "same"], (old, new)


CONDITIONS = conditions((), ())


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(CONDITIONS, CONDITIONS, CONDITIONS)
def test_equivalent_rewritings_are_the_same(a: str, b: str, c: str) -> None:
    same(f"({a})", f"not not ({a})")
    same(f"not (({a}) and ({b}))", f"not ({a}) or not ({b})")
    same(f"not (({a}) or ({b}))", f"not ({a}) and not ({b})")
    same(f"({a}) and ({b}) and ({c})", f"({c}) and ({a}) and ({b})")
    same(f"({a}) and (({b}) or ({c}))", f"(({c}) or ({b})) and ({a})")
    same(f"at least 1 of (({a}), ({b}))", f"({a}) or ({b})")


@pytest.mark.parametrize(
    ("old", "new", "extra"),
    [
        ("phosphorus >= 3.0974 mg/dL", "phosphorus >= 1 mmol/L", ""),
        ("phosphorus < 5.5 mg/dL", "phosphorus < 55 mg/L", ""),
        ("albumin < 3.5 g/dL", "albumin < 35 g/L", ""),
        ("pth > 300 pg/mL", "pth > 0.3 ng/mL", ""),
        ("calcium > ceiling", "calcium > 10.2 mg/dL", ""),
        ("calcium > ceiling", "calcium > top", "parameter top = 102 mg/L\n"),
        ("corrected > 10.2 mg/dL", "calcium > 10.2 mg/dL - 0.8 mg/dL * (4.0 - albumin / 1 g/dL)", ""),
        ("visit within 2 weeks", "visit within 14 days", ""),
        ("stage is not g3", "not stage is g3", ""),
        ("stage is one of (g3, g4)", "stage is g4 or stage is g3", ""),
    ],
)
def test_the_same_in_another_unit_or_by_another_name(old: str, new: str, extra: str) -> None:
    same(old, new, extra)

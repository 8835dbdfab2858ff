"""Histories in columns against the one-patient reader and `direct`, on random histories."""

from __future__ import annotations

import os
import re

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.model import load
from guidelang.network import compile_network
from guidelang.source import Source
from tests.cohort.histories import Facts, Patient, agree, patients, settled
from tests.cohort.phrases import DRAWN, phrased_guidelines
from tests.cohort.test_agreement import network_of

CASES = int(os.environ.get("GUIDELANG_AGREEMENT_CASES", "300"))
PATIENTS = 30

GUIDELINE = """guideline histories version 1

fact systolic is quantity in mm[Hg]
    within 92 days
    plausible 40 to 300 mm[Hg]
fact dose is quantity in mg
    ties highest
    convert 1 mmol = 100 mg
fact pth is quantity in pg/mL
    within 3 months
    plausible 1 to 10000 pg/mL
    ties lowest
fact visits is number
    within 2 weeks
fact stage is one of g3, g4, g5
    within 1 year
fact note is text
fact diagnosed is date
fact visit is yes or no
    absent means no
fact stay is yes or no
    absent means no
fact smoker is yes or no
    within 1 year
fact supply is yes or no
    within 90 days
    absent means no

parameter quarter = 2024-01-01 to 2024-03-31

define highest_pressure = highest systolic within 1 year
define lowest_pressure = lowest systolic
define latest_dose = latest dose within 90 days
define earliest_dose = earliest dose within 1 year
define average_pressure = average systolic within 6 months
define sum_dose = sum of dose within 30 days
define change_pressure = change in systolic over 3 months
define visits_quarter = count of visit during quarter
define dose_count = count of dose within 1 year
define covered = covered days of supply within 90 days
define latest_stage_late = latest stage within 2 years is g5
define pressure_sum = systolic + 0.1 * visits * 1 mm[Hg]
define stay_pressure = highest systolic during stay

rule now_rule when systolic > 140 mm[Hg] conclude is_now_rule
rule dose_rule when dose >= 20 mg conclude is_dose_rule
rule pth_rule when pth < 150 pg/mL conclude is_pth_rule
rule visits_rule when visits = 2 conclude is_visits_rule
rule stage_rule when stage is one of (g4, g5) conclude is_stage_rule
rule note_rule when note is known conclude is_note_rule
rule date_rule when diagnosed < 2024-03-01 conclude is_date_rule
rule smoker_rule when smoker unless visit conclude is_smoker_rule
rule stale_rule when systolic is stale or smoker is stale conclude is_stale_rule
rule since_rule when time since diagnosed >= 3 months conclude is_since_rule
rule since_visit when time since visit < 2 weeks conclude is_since_visit
rule since_pressure when time since systolic <= 10 days conclude is_since_pressure
rule last_rule when last 2 systolic > 140 mm[Hg] conclude is_last_rule
rule last_three when last 3 dose within 1 year >= 20 mg conclude is_last_three
rule any_rule when any systolic > 180 mm[Hg] within 90 days conclude is_any_rule
rule every_rule when every systolic > 120 mm[Hg] within 90 days conclude is_every_rule
rule twice_rule when at least 2 systolic >= 140 mm[Hg] within 1 year on different days conclude is_twice_rule
rule two_visits when at least 2 visit within 1 year conclude is_two_visits
rule stage_any when any stage is g5 within 1 year conclude is_stage_any
rule pressure_average when average_pressure > 140 mm[Hg] conclude is_pressure_average
rule lasting_rule when systolic > 140 mm[Hg] for at least 3 months conclude is_lasting_rule
rule during_rule when any systolic > 140 mm[Hg] during stay conclude is_during_rule
rule not_during when any systolic > 140 mm[Hg] not during any stay within 1 year conclude is_not_during
rule overlaps_rule when stay overlaps supply conclude is_overlaps_rule
rule before_rule when visit within 14 days before stay conclude is_before_rule
rule after_rule when visit 1 to 31 days after stay conclude is_after_rule
rule not_after when stay not within 14 days before any visit conclude is_not_after
rule starts_rule when stay starts during quarter conclude is_starts_rule
rule ends_rule when stay ends 15 to 90 days ago not ends within 14 days before any visit conclude is_ends_rule
rule day_rule when visit on a day of systolic conclude is_day_rule
rule same_stay when visit in the same encounter as stay conclude is_same_stay
rule by_same when visit by the same practitioner as stay conclude is_by_same
rule quarter_rule when visits_quarter >= 2 conclude is_quarter_rule
rule covered_rule when covered >= 30 conclude is_covered_rule
rule since_date when highest systolic since diagnosed > 140 mm[Hg] conclude is_since_date
rule within_date when visit within 31 days before diagnosed conclude is_within_date
rule stay_rule when stay_pressure > 150 mm[Hg] conclude is_stay_rule
rule sum_rule when pressure_sum >= 140.2 mm[Hg] conclude is_sum_rule
rule covered_date when covered days of supply since diagnosed >= 10 conclude is_covered_date
"""
NETWORK = network_of(GUIDELINE)
NETWORK_WITHOUT = network_of(re.sub(r"rule covered_date .*", "", GUIDELINE))  # an unknown date makes intervals

FACTS = Facts(
    quantities={
        "systolic": (("120", "140", "150", "180", "190", "139.5"), ("mm[Hg]",), ("kPa", "", "mg")),
        "dose": (("10", "20", "19.9", "30.5", "0.2"), ("mg",), ("mmol", "g", "")),
        "pth": (("149", "150", "300", "12.5"), ("pg/mL",), ("ng/L", "pmol/L")),
        "visits": (("1", "2", "3"), ("",), ("mg",)),
    },
    words={"stage": (("g3", "g4", "g5"), ("unknown", "G5", "g9")), "note": (("here", "there"), ("unknown",))},
    dates=("diagnosed",),
    answers=("smoker", "visit"),
    courses=("stay", "supply"),
)
ABSENT = frozenset({"visit", "stay", "supply"})


def suite(cases: int) -> settings:
    return settings(
        max_examples=cases // PATIENTS,
        deadline=None,
        derandomize=CASES == 300,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate, Phase.shrink] if "GUIDELANG_SHRINK" in os.environ else [Phase.generate],
    )


@suite(CASES)
@given(
    st.lists(patients(FACTS), min_size=PATIENTS, max_size=PATIENTS),
    st.sampled_from((ABSENT, frozenset({"visit", "stay"}))),
)
def test_all_forms(people: list[Patient], trusted: frozenset[str]) -> None:
    agree(NETWORK, people, trusted)


@suite(90)
@given(st.lists(patients(FACTS), min_size=PATIENTS, max_size=PATIENTS))
def test_all_forms_on_duckdb(people: list[Patient]) -> None:
    agree(NETWORK, people, ABSENT, "duckdb")


@suite(CASES)
@given(phrased_guidelines(), st.lists(patients(DRAWN), min_size=PATIENTS, max_size=PATIENTS))
def test_random_guidelines(text: str, people: list[Patient]) -> None:
    guideline = load(Source("random.guide", text), Report())
    assume(guideline is not None)  # a few of the phrases make no sense together
    assert guideline is not None
    agree(compile_network(guideline), people, ("warfarin", "valve"))


def test_most_of_the_ordinary_is_settled_in_columns() -> None:
    """What sends patients to the one-patient reader would make all other tests here pass."""
    counts = [0, 0]

    @settings(suite(600), max_examples=10)
    @given(st.lists(patients(FACTS, odd=0), min_size=60, max_size=60))
    def count(people: list[Patient]) -> None:
        counts[0] += len(people)
        counts[1] += settled(NETWORK_WITHOUT, people, ABSENT).alone

    count()
    assert counts[0] == 600
    assert counts[1] < 0.15 * counts[0]

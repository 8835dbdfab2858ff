"""Histories in columns against the one-patient reader and `direct`, on random histories."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cohort.histories import Patient, agree
from tests.cohort.test_agreement import network_of

CASES = int(os.environ.get("GUIDELANG_AGREEMENT_CASES", "600"))
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

QUANTITIES = {
    "systolic": (("120", "140", "150", "180", "190", "139.5"), ("mm[Hg]",), ("kPa", "", "mg")),
    "dose": (("10", "20", "19.9", "30.5", "0.2"), ("mg",), ("mmol", "g", "")),
    "pth": (("149", "150", "300", "12.5"), ("pg/mL",), ("ng/L", "pmol/L")),
    "visits": (("1", "2", "3"), ("",), ("mg",)),
}
DAYS = (
    "2024-06-01", "2024-05-31", "2024-05-20", "2024-05-20", "2024-05-03", "2024-04-15", "2024-03-31", "2024-03-02",
    "2024-03-01", "2024-02-29", "2024-01-10", "2023-12-31", "2023-06-01", "2023-05-31", "2022-01-01", "2024-06-02",
)  # fmt: skip
ODD_DAYS = ("2024-05", "2024", "2023", "2024-06", "2024-05-20T23:30:00-10:00", "2024-05-20T10:00", "soon", "")
ABSENT = frozenset({"visit", "stay", "supply"})


def days(odd: bool) -> st.SearchStrategy[str]:
    timed = st.tuples(st.sampled_from(DAYS), st.sampled_from(("08:00:00Z", "12:30:00", "23:30:00-05:00"))).map("T".join)
    ordinary = st.sampled_from(DAYS) | timed
    return st.sampled_from(ODD_DAYS) | ordinary if odd else ordinary


@st.composite
def rows(draw: st.DrawFn, odd: bool) -> tuple[str, dict[str, str]]:
    fact = draw(st.sampled_from((*QUANTITIES, "systolic", "systolic", "stage", "note", "diagnosed", "visit", "visit",
                                 "stay", "smoker", "supply", "supply")))  # fmt: skip
    parts: dict[str, str] = {}
    when = draw(days(odd))
    if fact in ("stay", "supply") or (odd and fact == "smoker" and draw(st.booleans())):
        later = draw(days(odd))
        if when and later and ((odd and draw(st.integers(0, 9)) == 0) or when[:10] <= later[:10]):
            parts |= {"start": when, "end": later}
        else:
            parts["start"] = when
    elif not (odd and draw(st.integers(0, 5)) == 0):
        parts["time"] = when
    if fact in QUANTITIES:
        numbers, units, others = QUANTITIES[fact]
        parts["value"] = draw(st.sampled_from((*numbers, "<100", ">150", "1000", "unknown", "x") if odd else numbers))
        unit = draw(st.sampled_from((*units, *others) if odd else units))
        if unit:
            parts["unit"] = unit
    elif fact == "stage":
        parts["value"] = draw(st.sampled_from(("g3", "g4", "g5", "unknown", "G5", "g9") if odd else ("g3", "g4", "g5")))
    elif fact == "note":
        parts["value"] = draw(st.sampled_from(("here", "there")))
    elif fact == "diagnosed":
        parts["value"] = draw(st.sampled_from((*DAYS, "2024-05", "x") if odd else DAYS))
    elif fact == "smoker" or (odd and draw(st.integers(0, 3)) == 0):
        parts["value"] = draw(st.sampled_from(("yes", "no", "unknown") if odd else ("yes", "no")))
    if odd and draw(st.integers(0, 3)) == 0:
        parts["status"] = draw(st.sampled_from(("final", "corrected", "entered-in-error", "preliminary", "cancelled")))
    if fact in ("visit", "stay") and draw(st.booleans()):
        parts["encounter"] = draw(st.sampled_from(("e1", "e2", "?e3") if odd else ("e1", "e2")))
        parts["practitioner"] = draw(st.sampled_from(("d1", "d2")))
    return fact, {name: part for name, part in parts.items() if part}


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    odd = draw(st.integers(0, 3)) == 0
    person: dict[str, str] = {}
    if draw(st.booleans()):
        person["birth_date"] = draw(
            st.sampled_from(("1960-05-01", "1960", "x") if odd else ("1960-05-01", "2000-01-01"))
        )
    return Patient(person, draw(st.lists(rows(odd), max_size=14)))


def suite(cases: int) -> settings:
    return settings(
        max_examples=cases // PATIENTS,
        deadline=None,
        derandomize=CASES == 600,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate, Phase.shrink] if "GUIDELANG_SHRINK" in os.environ else [Phase.generate],
    )


@suite(CASES)
@given(
    st.lists(patients(), min_size=PATIENTS, max_size=PATIENTS), st.sampled_from((ABSENT, frozenset({"visit", "stay"})))
)
def test_all_forms(people: list[Patient], trusted: frozenset[str]) -> None:
    agree(NETWORK, people, trusted)

"""The columnar executor against `direct`, on random guidelines and random fact sets."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.model import load
from guidelang.network import compile_network
from guidelang.network.ir import Network
from guidelang.run.columnar_engines import Engine
from guidelang.source import Source
from tests.agreement.guidelines import Drawn, guidelines, patients
from tests.cohort.tables import assert_same, cohort_of, csv_of, one_by_one

CASES = int(os.environ.get("GUIDELANG_AGREEMENT_CASES", "600"))
PATIENTS = 30

FORMULAS = """guideline formulas version 1

fact creatinine is quantity in mg/dL
    plausible 0.1 to 30 mg/dL
    convert 1 umol/L = 0.0113096584 mg/dL
fact calcium is quantity in mg/dL
    plausible 4 to 18 mg/dL
    convert 1 mmol/L = 4.0078 mg/dL
fact albumin is quantity in g/dL
fact ionized is quantity in mg/dL
    kind calcium
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact temperature is quantity in Cel
fact visits is number
fact onset is date
fact delivery is date
fact form is one of a, b, c
fact place is text
fact lesion is yes or no
    absent means no

parameter third = 3

define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL
define ratio = calcium / phosphorus
define root = creatinine ^ 0.5
    with creatinine in mg/dL, result in mg/dL
define rounded = round(visits / third, 1)
define largest = max(calcium, ionized)
define best = first known of (calcium, ionized)
define span = abs(visits - 4) + ln(visits)
define due = onset + 3 months
define soon = onset + 10 days

score points
    1.5 when lesion
    0.1 when corrected > 10.2 mg/dL
    add visits
    missing zero
table band is one of low, high
    by visits
    row < 3 gives low
    row >= 3 gives high

rule sum_rule
    when corrected > 10.2 mg/dL
    conclude hypercalcemia
rule at_sum
    when corrected >= 10.2 mg/dL
    recommend measure calcium
rule high_rule
    when phosphorus >= 5.5 mg/dL
    conclude hyperphosphatemia
rule above_rule
    when phosphorus > 5.5 mg/dL
    conclude above_it
rule equal_rule
    when phosphorus = 5.513372 mg/dL
    conclude equal_it
rule quotient_rule
    when ratio > 2
    conclude many
rule quotient_is_rule
    when ratio = 2
    conclude twice
rule product_rule
    when calcium * phosphorus >= 55 mg2/dL2
    conclude product_is
rule square_rule
    when root >= 1.1 mg/dL
    conclude root_is
rule rounding_rule
    when rounded = 0.7
    conclude rounded_is
rule chosen_rule
    when largest > 5.5 mg/dL
    conclude largest_is
rule alternative_rule
    when best <= 8.4 mg/dL
    conclude best_is
rule fever_rule
    when temperature >= 38 Cel
    conclude fever_is
rule difference_rule
    when span > 3
    conclude span_is
rule sums_rule
    when points >= 3.1
    conclude points_is
rule banded_rule
    when band is high
    conclude band_is
rule adult_rule
    when age >= 18 years
    conclude adult_is
rule months_rule
    when age >= 220 months
    conclude months_is
rule weeks_rule
    when age < 1000 weeks
    conclude weeks_is
rule overdue_rule
    when due < 2024-06-01
    conclude due_is
rule ten_rule
    when soon <= 2024-06-01
    conclude soon_is
rule young_rule
    when age at onset < 18 years
    conclude grown_is
rule order_rule
    when onset <= delivery
    conclude order_is
rule words_rule
    when form is one of (a, b)
    conclude form_is
rule woman_rule
    when sex is female
    conclude woman_is
rule known_rule
    when root is known and ratio is missing
    conclude known_is
rule both_rule
    when at least 2 of (fever_is, adult_is, many, lesion)
    overrides words_rule
    conclude both_is
"""


def network_of(text: str) -> Network:
    report = Report()
    guideline = load(Source("random.guide", text), report)
    assert guideline is not None, [str(d) for d in report.findings]
    return compile_network(guideline)


def agree(network: Network, people: list[dict[str, object]], engine: Engine = "polars") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_text(csv_of(network, people), encoding="utf-8")
        assert_same(network, cohort_of(network, path, engine=engine), one_by_one(network, people))


@settings(
    max_examples=CASES // PATIENTS,
    deadline=None,
    derandomize=CASES == 600,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    database=None,
    phases=[Phase.generate],
)
@given(guidelines(), st.lists(patients(), min_size=PATIENTS, max_size=PATIENTS))
def test_random_guidelines(drawn: Drawn, people: list[dict[str, object]]) -> None:
    agree(network_of(drawn.text), people)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(guidelines(), st.lists(patients(), min_size=PATIENTS, max_size=PATIENTS))
def test_random_guidelines_on_duckdb(drawn: Drawn, people: list[dict[str, object]]) -> None:
    agree(network_of(drawn.text), people, "duckdb")


PLAIN = ("0", "1", "2", "3", "4", "0.5", "1.21", "3.5", "9.8", "9.9", "10.2", "5.5", "5.49", "1.7", "11", "2.1", "0.7")
CLOSE = ("5.5000000001", "5.500000000000000001", "2.0000000000000000001", "1.776", "7.25", "0.05", "100", "1e1")
OTHER = ("<2.0", ">9", "-3", "unknown", "abc", "1e400")
NUMBERS = st.sampled_from((*PLAIN, *CLOSE, *OTHER))
DATES = st.sampled_from(
    ("2024-03-01", "2024-02-29", "2023-12-31", "2006-06-01", "2006-06-02", "2024-05", "2024", "9999-12-31", "x")
)


@st.composite
def measured(draw: st.DrawFn) -> dict[str, object]:
    found: dict[str, object] = {}
    units = {
        "creatinine": ("mg/dL", "umol/L"), "calcium": ("mg/dL", "mmol/L", "mg/L"), "albumin": ("g/dL", "g/L"),
        "phosphorus": ("mg/dL", "mmol/L", "mmol"), "ionized": ("mg/dL", "mmol/L"), "visits": ("",),
        "temperature": ("Cel", "[degF]"),
    }  # fmt: skip
    for name, possible in units.items():
        number = draw(st.none() | NUMBERS)
        if number is not None:
            unit = "" if number in ("unknown", "abc") else draw(st.sampled_from(("", *possible)))
            found[name] = f"{number} {unit}".strip()
    for name in ("onset", "delivery"):
        day = draw(st.none() | DATES)
        if day is not None:
            found[name] = day
    choices: dict[str, tuple[str, ...]] = {
        "form": ("a", "B", "d", "unknown"),
        "place": ("here", "unknown"),
        "lesion": ("yes", "No", "unknown", "1"),
        "sex": ("female", "male", "unknown", "x"),
        "age": ("17", "18 years", "20 months", "220 months", "z", "unknown"),
        "birth_date": ("2006-06-01", "2006-06-02", "2006", "2006-06", "2004-02-29", "2030-01-01", "x", "unknown"),
        "deceased": ("yes", "no", "2024-05-01", "2025", "2024", "unknown", "x"),
    }
    for name, words in choices.items():
        word = draw(st.none() | st.sampled_from(words))
        if word is not None and not (name == "deceased" and draw(st.booleans())):
            found[name] = word
    return found


@settings(max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(st.lists(measured(), min_size=30, max_size=30))
def test_formulas(people: list[dict[str, object]]) -> None:
    agree(FORMULAS_NETWORK, people)


@settings(max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(st.lists(measured(), min_size=30, max_size=30))
def test_formulas_on_duckdb(people: list[dict[str, object]]) -> None:
    agree(FORMULAS_NETWORK, people, "duckdb")


FORMULAS_NETWORK = network_of(FORMULAS)

"""The shipped scores: their README against real runs, their grid and equation against second ones, their bounds."""

from __future__ import annotations

from fractions import Fraction

import pytest

import guidelang
from guidelang.quantity import Interval
from guidelang.resources import folder
from guidelang.run.texts import value_text
from guidelang.testing import run_examples

HOME = folder("guidelines") / "scores"
PATIENTS = HOME / "patients"
ENGINES = ("direct", "durable")
AS_OF = "2024-06-01"
SCORES = (
    "cha2ds2_vasc", "has_bled", "child_pugh", "child_pugh_class", "ckd_epi_2021", "gfr_category",
    "albuminuria_category", "ckd_risk", "mme", "mme_at_least",
)  # fmt: skip


@pytest.fixture(scope="module")
def scores() -> guidelang.Guideline:
    return guidelang.load("scores")


def rows() -> list[dict[str, str]]:
    """The rows of the README's tables whose first column is `patient`, each a mapping from heading to cell."""
    found: list[dict[str, str]] = []
    heading: list[str] = []
    for line in (HOME / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            heading = []
        elif not heading:
            heading = cells
        elif heading[0] == "patient" and not set(line) <= set("|- "):
            found.append(dict(zip(heading, cells, strict=True)))
    return found


def told(result: guidelang.Result, name: str) -> str:
    derived = result.evaluation.network.derived[name]
    return value_text(result.evaluation.values[derived.node].value, False, derived.unit)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join(row.values())[:40])
def test_each_patient_has_the_scores_that_the_readme_says(
    scores: guidelang.Guideline, row: dict[str, str], engine: guidelang.Engine
) -> None:
    result = scores.evaluate(PATIENTS / row["patient"], as_of=AS_OF, engine=engine)
    assert {name: told(result, name) for name in row if name != "patient"} == {
        name: cell for name, cell in row.items() if name != "patient"
    }
    assert [problem for problem in result.problems if problem.kind != "note"] == []


def test_the_readme_tells_each_score_of_each_patient() -> None:
    told_of = {(row["patient"], name) for row in rows() for name in row if name != "patient"}
    assert told_of == {(path.name, name) for path in PATIENTS.glob("*.yaml") for name in SCORES}


@pytest.mark.parametrize("engine", ENGINES)
def test_examples(engine: guidelang.Engine) -> None:
    report = guidelang.Report()
    results = run_examples(HOME, report, engine=engine)
    assert not report.has_errors
    assert len(results) > 130
    assert [f"{r.name}: {failure}" for r in results for failure in r.failures] == []


def test_every_cell_of_the_grid(scores: guidelang.Guideline) -> None:
    """The grid of KDIGO written down a second time, at the middle and at both ends of each of its 18 cells."""
    grid = {
        "G1": ("low", "moderate", "high"),
        "G2": ("low", "moderate", "high"),
        "G3a": ("moderate", "high", "very_high"),
        "G3b": ("high", "very_high", "very_high"),
        "G4": ("very_high", "very_high", "very_high"),
        "G5": ("very_high", "very_high", "very_high"),
    }
    gfr = {
        "G1": ("90", "100", "200"), "G2": ("60", "75", "89.99"), "G3a": ("45", "50", "59.99"),
        "G3b": ("30", "37", "44.99"), "G4": ("15", "20", "29.99"), "G5": ("1", "8", "14.99"),
    }  # fmt: skip
    albumin = {"A1": ("0", "10", "29.99"), "A2": ("30", "100", "300"), "A3": ("300.01", "2000", "20000")}
    for category, risks in grid.items():
        for (album, albumins), risk in zip(albumin.items(), risks, strict=True):
            for x in gfr[category]:
                for y in albumins:
                    facts = {"egfr": f"{x} mL/min/{{1.73_m2}}", "uacr": f"{y} mg/g"}
                    result = scores.evaluate(facts, as_of=AS_OF, engine="direct")
                    got = [told(result, n) for n in ("gfr_category", "albuminuria_category", "ckd_risk")]
                    assert got == [category, album, f"{risk}_risk"], facts


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("age", [18, 40, 65, 90])
@pytest.mark.parametrize("creatinine", ["0.4", "0.7", "0.71", "0.9", "0.91", "1.3", "2.75", "9"])
def test_ckd_epi_against_binary_numbers(scores: guidelang.Guideline, sex: str, age: int, creatinine: str) -> None:
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = float(creatinine) / kappa
    expected = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age * factor
    facts = {"sex": sex, "birth_date": f"{2024 - age}-05-31", "creatinine": f"{creatinine} mg/dL"}
    result = scores.evaluate(facts, as_of=AS_OF, engine="direct")
    assert told(result, "ckd_epi_2021") == f"{round(expected)} mL/min/{{1.73_m2}}"


def test_factors_of_the_equivalents(scores: guidelang.Guideline) -> None:
    factors = {
        "codeine_dose": "0.15", "fentanyl_rate": "2.4", "hydrocodone_dose": "1", "hydromorphone_dose": "5",
        "methadone_dose": "4.7", "morphine_dose": "1", "oxycodone_dose": "1.5", "oxymorphone_dose": "3",
        "tapentadol_dose": "0.4", "tramadol_dose": "0.2",
    }  # fmt: skip
    units = {name: "ug/h" if name == "fentanyl_rate" else "mg/d" for name in factors}
    for name, factor in factors.items():
        facts = {**{other: f"0 {unit}" for other, unit in units.items()}, name: f"10 {units[name]}"}
        evaluation = scores.evaluate(facts, as_of=AS_OF, engine="direct").evaluation
        for score in ("mme", "mme_at_least"):
            found = evaluation.values[evaluation.network.derived[score].node].value
            assert found == Interval.point(Fraction(factor) * 10), name


@pytest.mark.parametrize("patient", sorted(path.name for path in PATIENTS.glob("*.yaml")))
@pytest.mark.parametrize("score", ["cha2ds2_vasc", "has_bled", "child_pugh"])
def test_what_is_found_out_stays_within_the_bounds(scores: guidelang.Guideline, patient: str, score: str) -> None:
    """Each fact that is missing, found out to be either way, narrows the score or leaves it."""
    import yaml

    facts = yaml.safe_load((PATIENTS / patient).read_text(encoding="utf-8"))
    before = bounds(scores, facts, score)
    for fact in ("heart_failure", "diabetes", "stroke", "bleeding_history", "hypertension", "chronic_liver_disease"):
        if fact not in facts:
            for answer in (True, False):
                after = bounds(scores, {**facts, fact: answer}, score)
                assert before[0] <= after[0] <= after[1] <= before[1]


def bounds(scores: guidelang.Guideline, facts: dict[str, object], score: str) -> tuple[Fraction, Fraction]:
    evaluation = scores.evaluate(facts, as_of=AS_OF, engine="direct").evaluation
    found = evaluation.values[evaluation.network.derived[score].node].value
    assert isinstance(found, Interval)
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high

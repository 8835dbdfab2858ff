"""The README of a shipped guideline says what each patient gives; both executors are held to it."""

from __future__ import annotations

from pathlib import Path

import pytest

import guidelang
from guidelang.resources import folder

HOME = folder("guidelines") / "calciphylaxis"
PATIENTS = HOME / "patients"
ENGINES = ("direct", "durable")
AS_OF = "2024-06-01"


def tables() -> list[list[dict[str, str]]]:
    """The tables of the README whose first column is `patient`, a row a mapping from heading to cell."""
    found: list[list[dict[str, str]]] = []
    heading: list[str] = []
    for line in (HOME / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            heading = []
        elif not heading:
            heading = cells
            if cells[0] == "patient":
                found.append([])
        elif heading[0] == "patient" and not set(line) <= set("|- "):
            found[-1].append(dict(zip(heading, cells, strict=True)))
    return found


DEFAULT, WITH_LIST, TRANSPLANT = tables()


def names(result: guidelang.Result, status: str) -> str:
    rows = [o for o in result.outcomes if o.status == status]
    by = {o.rule: f"{o.rule} by {', '.join(o.overridden_by)}" if o.overridden_by else o.rule for o in rows}
    return ", ".join(by[rule] for rule in sorted(by)) or "none"


def pushes(result: guidelang.Result) -> str:
    found = [f"stack {s.direction} {s.quantity}" for s in result.stacks]
    found += [f"conflict {c.target}" for c in result.conflicts]
    return ", ".join(found) or "none"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("guideline", "row"),
    [("calciphylaxis", row) for row in DEFAULT] + [("calciphylaxis_transplant", row) for row in TRANSPLANT],
    ids=lambda value: value if isinstance(value, str) else value["patient"],
)
def test_each_patient_gives_what_the_readme_says(guideline: str, row: dict[str, str], engine: guidelang.Engine) -> None:
    result = guidelang.load(guideline).evaluate(PATIENTS / row["patient"], as_of=AS_OF, engine=engine)
    assert {
        "scope": result.scope.value,
        "applies": names(result, "applies"),
        "undecided": names(result, "undecided"),
        "overridden": names(result, "overridden"),
        "stacks/conflicts": pushes(result),
    } == {key: row[key] for key in ("scope", "applies", "undecided", "overridden", "stacks/conflicts")}


@pytest.mark.parametrize("row", WITH_LIST, ids=lambda row: row["patient"])
def test_a_site_fills_the_list_of_problem_medications(row: dict[str, str]) -> None:
    guideline = guidelang.load("calciphylaxis", parameters={"problem_medications": "codes RxNorm 577315"})
    result = guideline.evaluate(PATIENTS / row["patient"], as_of=AS_OF)
    (outcome,) = [o for o in result.outcomes if o.rule == "discuss_problem_medications"]
    assert outcome.status == row["discuss_problem_medications"]


def test_every_patient_has_a_row() -> None:
    assert [row["patient"] for row in DEFAULT] == sorted(path.name for path in PATIENTS.glob("*.json"))
    assert len(DEFAULT) >= 12


def test_each_rule_applies_and_does_not_and_is_undecided_in_some_patient() -> None:
    """But for two that cannot: `check_pth` is never undecided, and a site's list is empty until it fills it."""
    guideline = guidelang.load("calciphylaxis")
    seen: dict[str, set[str]] = {rule: set() for rule in guideline.rules}
    for path in sorted(Path(PATIENTS).glob("*.json")):
        for outcome in guideline.evaluate(path, as_of=AS_OF).outcomes:
            seen[outcome.rule].add(outcome.status)
    wanted = {"applies", "not_applicable", "undecided"}
    incomplete = {rule for rule, statuses in seen.items() if not wanted <= statuses}
    assert incomplete == {"check_pth", "discuss_problem_medications"}
    assert seen["check_pth"] >= {"applies", "not_applicable"}

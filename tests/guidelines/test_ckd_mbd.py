"""Three editions of one guideline: every statement has its rule, and each patient gives what the README says."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest

import guidelang
from guidelang.diagnostics import Report
from guidelang.model.locate import editions_of
from guidelang.resources import folder
from guidelang.testing import run_examples

HOME = folder("guidelines") / "ckd_mbd"
README = (HOME / "README.md").read_text(encoding="utf-8")
EDITIONS = ("2003", "2009", "2017")
AS_OF = "2024-06-01"

# What the sheet has for each statement: rule, where it stands, strength, certainty; of 2003 the source's own mark.
# A place without a digit is a topic: the sheet has no number for it.
STATEMENTS_2003 = """
    lower_phosphorus; phosphorus: range
    raise_phosphorus; phosphorus: range
    lower_calcium; calcium: range
    reduce_calcium_load; calcium: above the range
    raise_calcium; calcium: below the range
    lower_calcium_phosphorus_product; calcium-phosphorus product
    lower_pth; PTH: range
    raise_pth; PTH: range
    start_phosphate_binder; phosphate binders
    limit_calcium_binder; calcium-based binders: dose; opinion
    limit_calcium_intake; calcium-based binders: dose
    no_calcium_binder; 5.6; evidence
    stop_calcium_binder; 5.6; evidence
    prefer_non_calcium_binder; 5.7; opinion
    switch_calcium_binder; 5.7; opinion
    add_non_calcium_binder; 5.4
    add_calcium_binder; 5.4
    start_aluminum_binder; 5.8
    no_aluminum_binder; 5.8
    stop_aluminum_binder; 5.8
    limit_dietary_phosphorus; diet
    lower_dialysate_calcium; 9.1; opinion
    raise_dialysate_calcium; 9.1; opinion
    discuss_dialysate_calcium; 9.2
    treat_high_pth; vitamin D
    hold_vitamin_d_hypercalcemia; vitamin D: when to hold
    hold_vitamin_d_hyperphosphatemia; vitamin D: when to hold
    refer_parathyroidectomy; parathyroidectomy
    measure_phosphorus; testing
    measure_calcium; testing
    measure_pth; testing
"""
STATEMENTS_2009 = """
    repeat_phosphorus; 3.1.4; 1C; *
    repeat_calcium; 3.1.4; 1C; *
    repeat_pth; 3.1.4; 1C; *
    no_calcium_phosphorus_product; 3.1.5; 2D; *
    calcium_beside_phosphorus; 3.1.5; 2D; *
    phosphorus_beside_calcium; 3.1.5; 2D; *
    lower_phosphorus; 4.1.1; 2C
    lower_calcium; 4.1.2; 2D
    raise_calcium; 4.1.2; 2D
    lower_pth; 4.2.3; 2C
    raise_pth; 4.2.3; 2C
    act_on_pth_change; 4.2.3; 2C
    start_phosphate_binder; 4.1.4; 2B; *
    restrict_calcium_binder; 4.1.5; 1B
    restrict_vitamin_d; 4.1.5; 1B
    restrict_calcium_binder_calcification; 4.1.5; 2C
    restrict_calcium_binder_adynamic_bone; 4.1.5; 2C
    restrict_calcium_binder_low_pth; 4.1.5; 2C
    stop_aluminum_binder; 4.1.6; 1C
    limit_dietary_phosphorus; 4.1.7; 2D
    increase_phosphorus_removal; 4.1.8; 2C
    lower_dialysate_calcium; 4.1.3; 2D
    raise_dialysate_calcium; 4.1.3; 2D
    treat_high_pth; 4.2.4; 2B
    hold_vitamin_d_hypercalcemia; when to cut back; 1B; *
    hold_vitamin_d_hyperphosphatemia; when to cut back; 2D; *
    reduce_calcimimetic_hypocalcemia; when to cut back; 2D; *
    reduce_vitamin_d_low_pth; when to cut back; 2C; *
    reduce_calcimimetic_low_pth; when to cut back; 2C; *
    refer_parathyroidectomy; 4.2.5; 2B; *
    measure_phosphorus; testing
    measure_calcium; testing
    measure_pth; testing
"""
STATEMENTS_2017 = """
    repeat_phosphorus; 4.1.1
    repeat_calcium; 4.1.1
    repeat_pth; 4.1.1
    pth_beside_minerals; 4.1.1
    no_calcium_phosphorus_product; 3.1.5; 2D; *
    calcium_beside_phosphorus; 3.1.5; 2D; *
    phosphorus_beside_calcium; 3.1.5; 2D; *
    lower_phosphorus; 4.1.2; 2C
    lower_calcium; 4.1.3; 2C
    lower_pth; 4.2.3; 2C
    raise_pth; 4.2.3; 2C
    act_on_pth_change; 4.2.3; 2C
    start_phosphate_binder; 4.1.5
    restrict_calcium_binder; 4.1.6; 2B
    stop_aluminum_binder; 4.1.7; 1C
    limit_dietary_phosphorus; 4.1.8; 2D
    increase_phosphorus_removal; 4.1.9; 2C
    lower_dialysate_calcium; 4.1.4; 2C
    raise_dialysate_calcium; 4.1.4; 2C
    treat_high_pth; 4.2.4; 2B
    refer_parathyroidectomy; 4.2.5; 2B; *
    measure_phosphorus; testing
    measure_calcium; testing
    measure_pth; testing
"""
LEVELS = {"1": "strong", "2": "conditional"}
CERTAINTIES = {"A": "high", "B": "moderate", "C": "low", "D": "very low"}


def statements(text: str) -> dict[str, tuple[str, str | None, bool]]:
    """From a rule to its place, its mark, and whether it is known from memory only."""
    found = {}
    for line in text.strip().splitlines():
        rule, place, *rest = (part.strip() for part in line.split(";"))
        marks = [part for part in rest if part != "*"]
        found[rule] = (place, marks[0] if marks else None, "*" in rest)
    return found


STATEMENTS = {
    "2003": statements(STATEMENTS_2003),
    "2009": statements(STATEMENTS_2009),
    "2017": statements(STATEMENTS_2017),
}


def files(edition: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((HOME / edition).glob("*.guide")))


# ---- statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_statement_has_its_rule_with_place_and_grade(edition: str) -> None:
    rules = guidelang.load(f"ckd_mbd@{edition}").rules
    assert set(rules) == set(STATEMENTS[edition])
    for name, (place, mark, _) in STATEMENTS[edition].items():
        rule = rules[name]
        (cite,) = rule.cites
        assert (cite.source, cite.locator) == ("kdoqi" if edition == "2003" else "kdigo", place), name
        if edition == "2003":
            assert (rule.strength, rule.certainty, rule.grade) == (None, None, mark), name
        elif mark is None:
            assert (rule.strength, rule.certainty, rule.grade) == (None, None, None), name
        else:
            assert (rule.strength, rule.certainty, rule.grade) == (LEVELS[mark[0]], CERTAINTIES[mark[1]], None), name
            kind = "recommend" if mark[0] == "1" else "suggest"
            assert {advice.kind for advice in rule.advice} == {kind}, name


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_from_memory_is_marked_in_the_file_and_nothing_else(edition: str) -> None:
    """The mark stands in the comment above a rule, or above the first of several rules of one statement."""
    marked: set[str] = set()
    of_statement: dict[str, bool] = {}
    for comment, name in re.findall(r"((?:^#[^\n]*\n)*)^rule (\w+)", files(edition), re.MULTILINE):
        place = STATEMENTS[edition][name][0]
        if comment:
            of_statement[place] = "unconfirmed" in comment.casefold()
        if of_statement.get(place, False):
            marked.add(name)
    assert marked == {name for name, (_, _, from_memory) in STATEMENTS[edition].items() if from_memory}


def test_parameters_that_no_statement_gives_are_cited_to_nobody() -> None:
    for edition in EDITIONS:
        network = guidelang.load(f"ckd_mbd@{edition}").network
        own = {p.name for p in network.parameters if not p.cites and p.name not in _of_vocabularies()}
        expected = {
            "2003": set(),
            "2009": {
                "aluminum_course", "calcium_ceiling", "calcium_floor", "marked_pth_change", "phosphorus_ceiling",
                "phosphorus_floor", "product_ceiling", "pth_upper_limit", "severe_pth",
            },
        }  # fmt: skip
        expected["2017"] = expected["2009"] | {"progressive_rise"}
        assert own == expected[edition]


def _of_vocabularies() -> set[str]:
    texts = [(HOME.parent / "vocabulary" / f"{name}.guide").read_text() for name in ("nephrology", "mineral_bone")]
    return {name for text in texts for name in re.findall(r"^parameter (\w+)", text, re.MULTILINE)}


def test_the_editions_follow_each_other_without_a_gap() -> None:
    editions = editions_of("ckd_mbd")
    assert [e.mark for e in editions] == list(EDITIONS)
    for older, newer in pairwise(editions):
        assert older.retired is not None
        assert newer.effective == older.retired + dt.timedelta(days=1)
    assert editions[-1].retired is None
    days = ("2003-10-01", "2009-07-31", "2009-08-01", "2017-06-30", "2017-07-01", AS_OF)
    versions = [guidelang.load("ckd_mbd", as_of=day).version[:4] for day in days]
    assert versions == ["2003", "2003", "2009", "2009", "2017", "2017"]


# ---- examples -------------------------------------------------------------------------------------------------------

NEVER_UNDECIDED = {
    "measure_phosphorus", "measure_calcium", "measure_pth", "calcium_beside_phosphorus", "phosphorus_beside_calcium",
    "pth_beside_minerals",
}  # fmt: skip
"""These ask whether a value is known."""


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_rule_applies_and_does_not_and_is_undecided_in_some_example(edition: str) -> None:
    seen: dict[str, set[str]] = {}
    for result in run_examples(f"ckd_mbd@{edition}", Report(), engine="direct"):
        for outcome in result.evaluation.outcomes:
            seen.setdefault(outcome.rule, set()).add(outcome.status.value)
    wanted = {"applies", "not_applicable", "undecided"}
    assert {rule for rule, statuses in seen.items() if not wanted <= statuses} == NEVER_UNDECIDED & set(seen)
    assert all(statuses >= {"applies", "not_applicable"} for statuses in seen.values())


@pytest.mark.parametrize("edition", EDITIONS)
def test_examples_are_of_days_on_which_the_edition_is_in_force(edition: str) -> None:
    (own,) = editions_of(f"ckd_mbd@{edition}")
    days = {dt.date.fromisoformat(day) for day in re.findall(r"^    on (\S+)$", files(edition), re.MULTILINE)}
    assert days
    assert all(own.effective <= day and (own.retired is None or day <= own.retired) for day in days if own.effective)


# ---- the README -----------------------------------------------------------------------------------------------------


def table(heading: str, number: int = 0) -> list[dict[str, str]]:
    """The rows of one of the tables of the README that begin with a column of this name."""
    parts = re.findall(rf"^\| {heading} \|.*?(?=\n\n|\Z)", README, re.MULTILINE | re.DOTALL)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in parts[number].strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_of_statements_names_every_rule_and_no_other(edition: str) -> None:
    named = [name for row in table("topic") for name in re.findall(r"`(\w+)`", row[edition])]
    assert sorted(named) == sorted(STATEMENTS[edition])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_of_statements_has_the_places_of_the_rules(edition: str) -> None:
    for row in table("topic"):
        for part in row[edition].split(";"):
            places = set(re.findall(r"\d\.\d(?:\.\d)?", part))
            for rule in re.findall(r"`(\w+)`", part):
                place, _, from_memory = STATEMENTS[edition][rule]
                assert places == ({place} if place[0].isdigit() else set()), (rule, part)
                assert ("*" in part) == from_memory, rule


def test_what_an_edition_does_not_have_is_told_in_its_head() -> None:
    """A dash in the table of statements has its words in the comment at the head of the edition."""
    absent = {(row["topic"], edition) for row in table("topic") for edition in EDITIONS if row[edition][0] == "–"}
    words = {
        "single values, or trends": "how to judge",
        "what is judged together": "how to judge",
        "removal of phosphorus by dialysis": "removal of phosphorus",
        "calcium times phosphorus": "the product of calcium and phosphorus",
        "binders combined": "binders combined",
        "binders without calcium preferred": "binders without calcium preferred",
        "no calcium-based binder": "no calcium-based binder at all",
        "when to cut back": "when to cut back",
    }
    for topic, edition in absent:
        head = (HOME / edition / "ckd_mbd.guide").read_text(encoding="utf-8").partition("\nguideline ")[0]
        assert words[topic] in " ".join(line.lstrip("# ") for line in head.splitlines()), (topic, edition)


def names(result: guidelang.Result, status: str) -> str:
    rows = [o for o in result.outcomes if o.status == status]
    by = {o.rule: f"{o.rule} by {', '.join(o.overridden_by)}" if o.overridden_by else o.rule for o in rows}
    return ", ".join(by[rule] for rule in sorted(by)) or "none"


def pushes(result: guidelang.Result) -> str:
    found = [f"stack {s.direction} {s.quantity}" for s in result.stacks]
    found += [f"conflict {c.target}" for c in result.conflicts]
    return ", ".join(found) or "none"


@pytest.mark.parametrize("engine", ["direct", "durable"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_each_patient_gives_what_the_readme_says(edition: str, engine: guidelang.guideline.Engine) -> None:
    guideline = guidelang.load(f"ckd_mbd@{edition}")
    rows = table("patient", EDITIONS.index(edition))
    assert [row["patient"] for row in rows] == sorted(path.name for path in (HOME / "patients").glob("*.yaml"))
    for row in rows:
        result = guideline.evaluate(HOME / "patients" / row["patient"], as_of=AS_OF, engine=engine)
        assert result.diagnostics == ()
        assert row == {
            "patient": row["patient"],
            "scope": result.scope.value,
            "applies": names(result, "applies"),
            "undecided": names(result, "undecided"),
            "overridden": names(result, "overridden"),
            "stacks/conflicts": pushes(result),
        }


def test_every_patient_has_its_reason() -> None:
    assert [row["file"] for row in table("file")] == sorted(path.name for path in (HOME / "patients").glob("*.yaml"))


# ---- telling patients -----------------------------------------------------------------------------------------------

DIALYSIS = {"dialysis": True, "birth_date": "1957-03-20"}


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        (
            {"pth": "450 pg/mL", "phosphorus": "4.2 mg/dL", "calcium": "9 mg/dL", "albumin": "4 g/dL"},
            {"2003": {"reduce pth", "start activated_vitamin_d"}, "2009": set(), "2017": set()},
        ),
        (
            {"phosphorus": "5 mg/dL", "non_calcium_binder": True},
            {"2003": set(), "2009": {"reduce phosphorus", "reduce dietary_phosphorus"}},
        ),
        (
            {"calcium_binder": True, "calcium": "9 mg/dL", "albumin": "4 g/dL"},
            {"2003": set(), "2009": set(), "2017": {"reduce calcium_binder"}},
        ),
        (
            {"phosphorus": "5.5 mg/dL", "calcium": "10 mg/dL", "albumin": "4 g/dL"},
            {
                "2003": {"reduce calcium_phosphorus_product"},
                "2009": {"against reduce calcium_phosphorus_product"},
                "2017": {"against reduce calcium_phosphorus_product"},
            },
        ),
        (
            {"dialysate_calcium": "3 mEq/L"},
            {"2003": {"reduce dialysate_calcium"}, "2009": set(), "2017": set()},
        ),
        (
            {"calcium": "8 mg/dL", "albumin": "4 g/dL", "symptomatic_hypocalcemia": False, "pth": "200 pg/mL"},
            {"2003": set(), "2009": {"increase calcium"}, "2017": set()},
        ),
    ],
    ids=["PTH of 450", "phosphorus of 5", "calcium-based binder", "product of 55", "dialysate of 3", "calcium of 8"],
)
def test_what_each_edition_advises(facts: dict[str, object], advice: dict[str, set[str]]) -> None:
    asked = set().union(*advice.values())
    given = {
        edition: asked
        & {
            f"{'against ' if a.against else ''}{a.action} {a.target}"
            for a in guidelang.load(f"ckd_mbd@{edition}").evaluate({**DIALYSIS, **facts}, as_of=AS_OF).advice
        }
        for edition in advice
    }
    assert given == advice

"""Two editions over a population, held against the one-patient executor: who gets what, and by which rules."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import html5lib
import polars as pl
import pytest

from guidelang.cohort import CohortFolderError
from guidelang.cohort.effect import open_effect, run_effect
from guidelang.cohort.effect_counts import ALL
from guidelang.cohort.effect_join import Joined
from guidelang.diagnostics import GuidelineError, Report
from guidelang.diff import compare_text, read_edition
from guidelang.diff.causes import Causes
from guidelang.diff.document import DiffDocument
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.prove.advice import advice_of, word_of
from guidelang.run import evaluate
from guidelang.run.evaluation import Evaluation
from guidelang.run.kleene import and_, or_
from guidelang_cli.main import main

from ..cohort.tables import DAY, csv_of
from .pairs import edition

FACTS = """\
guideline trial version {version}
    source book "A book"
    applies to {scope}

fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
fact calcium is quantity in mg/dL
    plausible 4 to 18 mg/dL
fact pth is quantity in pg/mL
    plausible 1 to 5000 pg/mL
fact dialysis is yes or no
fact lesion is yes or no
    absent means no

intervention cinacalcet
intervention warfarin
intervention wound

"""
OLD = (
    FACTS.format(version="1", scope="dialysis")
    + """\
rule lower "Less phosphorus"
    when phosphorus > 5.5 mg/dL
    recommend reduce phosphorus
    certainty moderate
    cite book 1
rule lower_soon
    when phosphorus > 7 mg/dL and lesion
    recommend reduce phosphorus
    strength strong
    certainty high
    cite book 1
rule calcium_down
    when calcium > 10.2 mg/dL
    unless lesion
    suggest reduce calcium
    cite book 2
rule wounds
    when lesion
    recommend discuss wound
    recommend against start warfarin
    cite book 3
rule old_only
    when pth > 600 pg/mL
    suggest start cinacalcet
    cite book 4
"""
)
NEW = (
    FACTS.format(version="2", scope="dialysis or pth > 800 pg/mL")
    + """\
rule lower "Less phosphorus"
    when phosphorus >= 5.5 mg/dL
    suggest reduce phosphorus
    certainty low
    cite book 1
rule lower_soon
    when phosphorus > 7 mg/dL and lesion
    recommend reduce phosphorus
    strength strong
    certainty high
    cite book 1
rule less_calcium
    when calcium > 10.2 mg/dL
    unless lesion
    suggest reduce calcium
    cite book 2
rule wounds
    when lesion and calcium < 10.5 mg/dL
    recommend discuss wound
    recommend against start warfarin
    cite book 3
rule new_only
    when lesion and pth > 300 pg/mL
    overrides lower_soon
    recommend measure pth
    cite book 4
"""
)


def people(count: int, seed: int = 1) -> list[dict[str, object]]:
    """Patients with values at the thresholds and beside them, and many facts missing."""
    made = random.Random(seed)
    values = {
        "phosphorus": ["5.4 mg/dL", "5.5 mg/dL", "5.6 mg/dL", "7.5 mg/dL"],
        "calcium": ["9 mg/dL", "10.2 mg/dL", "11 mg/dL"],
        "pth": ["100 pg/mL", "400 pg/mL", "700 pg/mL", "900 pg/mL"],
        "dialysis": [True, True, False],
        "lesion": [True, False],
    }
    return [{n: made.choice(v) for n, v in values.items() if made.random() < 0.7} for _ in range(count)]


def table_of(network: Network, patients: Sequence[Mapping[str, object]], folder: Path) -> Path:
    path = folder / "patients.csv"
    path.write_text(csv_of(network, patients), encoding="utf-8")
    return path


def effect_of(
    old: Network, new: Network, path: Path, out: Path | None = None, *, renamed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    report = Report()
    opened = open_effect(old, new, path, DAY, report, renamed=renamed)
    assert opened is not None, [str(finding) for finding in report.findings]
    return run_effect(opened, out)


def by_hand(network: Network, patients: Sequence[Mapping[str, object]]) -> list[Evaluation]:
    return [
        evaluate(network, fact_set(Setting(network, DAY), each, f"p{n}", "table"), "direct")
        for n, each in enumerate(patients)
    ]


def got(evaluation: Evaluation, advice: str) -> str:
    """Whether a patient gets a piece of advice: one of its rules applies, and the guideline does."""
    rules = {str(key): rules for key, rules in advice_of(evaluation.network).items()}.get(advice, ())
    truths = evaluation.conditions
    return word_of(and_((truths[evaluation.network.scope], or_(truths[rule.applies] for rule in rules))))


def stated(evaluation: Evaluation, advice: str) -> tuple[object, ...] | None:
    """What is stated of it, as the page of that patient has it."""
    for each in evaluation.advice:
        words = f"{'against ' if each.against else ''}{each.action} {each.target}{f' to {each.to}' if each.to else ''}"
        if words == advice:
            return each.kind, each.strength, each.certainty, each.grade
    return None


def moved(before: str, after: str, altered: bool) -> str:
    if before == after:
        return "strength_changed" if altered else f"unchanged_{before}"
    return {("no", "yes"): "gained", ("yes", "no"): "lost"}.get((before, after), f"{before}_to_{after}")


def assert_as_by_hand(found: Mapping[str, Any], old: Sequence[Evaluation], new: Sequence[Evaluation]) -> None:
    for piece in found["advice"]:
        name = piece["advice"]
        pairs = [
            (got(a, name), got(b, name), stated(a, name) != stated(b, name)) for a, b in zip(old, new, strict=True)
        ]
        counts = Counter(moved(*pair) for pair in pairs)
        assert {each: piece[each] for each in ALL} == {each: counts[each] for each in ALL}, name
        assert piece["before"] == {word: sum(a == word for a, _, _ in pairs) for word in ("yes", "undecided", "no")}
        assert piece["after"] == {word: sum(b == word for _, b, _ in pairs) for word in ("yes", "undecided", "no")}
    scopes = [(word_of(a.conditions[a.network.scope]), word_of(b.conditions[b.network.scope]), False)
              for a, b in zip(old, new, strict=True)]  # fmt: skip
    counts = Counter(moved(*pair) for pair in scopes)
    assert {each: found["scope"][each] for each in ALL} == {each: counts[each] for each in ALL}
    assert found["patients"]["both"] == len(old)


def piece(found: Mapping[str, Any], advice: str) -> dict[str, Any]:
    (only,) = [each for each in found["advice"] if each["advice"] == advice]
    return dict(only)


@pytest.fixture(scope="module")
def editions() -> tuple[Network, Network]:
    return edition(OLD, "old.guide").network, edition(NEW, "new.guide").network


def test_counts_are_those_of_the_one_patient_executor(editions: tuple[Network, Network], tmp_path: Path) -> None:
    patients = people(400)
    found = effect_of(*editions, table_of(editions[0], patients, tmp_path))
    old, new = (by_hand(network, patients) for network in editions)
    assert_as_by_hand(found, old, new)
    names = [each["advice"] for each in found["advice"]]
    changed = sum(
        any(got(a, name) != got(b, name) or stated(a, name) != stated(b, name) for name in names)
        for a, b in zip(old, new, strict=True)
    )
    assert found["patients"]["changed"] == changed
    every = {each for piece in found["advice"] for each in ALL if piece[each]}
    assert every == set(ALL), "a sort of change that no patient shows is not tested"


def test_counts_add_up(editions: tuple[Network, Network], tmp_path: Path) -> None:
    found = effect_of(*editions, table_of(editions[0], people(300, seed=2), tmp_path))
    for each in (found["scope"], *found["advice"]):
        assert sum(each[name] for name in ALL) == found["patients"]["both"] == 300
        assert sum(each["before"].values()) == sum(each["after"].values()) == 300
        gains = each["gained"] + each["undecided_to_yes"]
        losses = each["lost"] + each["yes_to_undecided"]
        assert each["after"]["yes"] - each["before"]["yes"] == gains - losses
        assert sum(reason["patients"] for reason in each["reasons"]) == (
            0 if each["advice"] == "scope" else 300 - sum(n for name, n in each.items() if name.startswith("unchanged"))
        )
    given = sum(each["before"]["yes"] for each in found["advice"])
    assert found["per_hundred_before"] == pytest.approx(100 * given / 300, abs=1e-4)


def test_the_same_edition_changes_nothing(editions: tuple[Network, Network], tmp_path: Path) -> None:
    path = table_of(editions[0], people(100), tmp_path)
    found = effect_of(editions[0], editions[0], path, tmp_path / "out")
    assert found["patients"]["changed"] == 0
    assert not any(each[name] for each in found["advice"] for name in ALL if not name.startswith("unchanged"))
    assert found["per_hundred_before"] == found["per_hundred_after"] > 0
    assert len(pl.read_parquet(tmp_path / "out" / "changed.parquet")) == 0


def test_reasons_name_the_rules_that_moved_it(editions: tuple[Network, Network], tmp_path: Path) -> None:
    patients: list[dict[str, object]] = [
        {"dialysis": True, "lesion": False, "calcium": "9 mg/dL", "phosphorus": "5.5 mg/dL", "pth": "100 pg/mL"},
        {"dialysis": True, "lesion": False, "calcium": "9 mg/dL", "phosphorus": "5.6 mg/dL", "pth": "700 pg/mL"},
        {"dialysis": True, "lesion": True, "calcium": "9 mg/dL", "phosphorus": "7.5 mg/dL", "pth": "400 pg/mL"},
        {"dialysis": False, "lesion": False, "calcium": "11 mg/dL", "phosphorus": "9 mg/dL", "pth": "900 pg/mL"},
    ]
    found = effect_of(*editions, table_of(editions[0], patients, tmp_path), renamed={"calcium_down": "less_calcium"})
    assert piece(found, "reduce phosphorus")["reasons"] == [
        {"moved": "gained", "scope": False, "rules": ["lower"], "patients": 1},
        {"moved": "gained", "scope": True, "rules": [], "patients": 1},
        {"moved": "strength_changed", "scope": False, "rules": ["lower"], "patients": 1},
        {"moved": "strength_changed", "scope": False, "rules": ["lower", "lower_soon"], "patients": 1},
    ]
    assert piece(found, "reduce phosphorus")["by_scope"] == {"gained": 1}
    assert piece(found, "reduce phosphorus")["strengths"] == [
        {"before": "recommend (moderate)", "after": "suggest (low)", "patients": 1},
        {"before": "recommend (strong, high)", "after": "suggest (low)", "patients": 1},
    ]
    assert piece(found, "start cinacalcet")["reasons"] == [
        {"moved": "lost", "scope": False, "rules": ["old_only"], "patients": 1}
    ]
    assert piece(found, "reduce calcium")["reasons"] == [{"moved": "gained", "scope": True, "rules": [], "patients": 1}]
    assert found["scope"]["gained"] == 1


def test_advice_lost_with_the_scope_is_told_apart(editions: tuple[Network, Network], tmp_path: Path) -> None:
    patients: list[dict[str, object]] = [
        {"dialysis": False, "lesion": True, "calcium": "9 mg/dL", "pth": "900 pg/mL"},  # out of scope of the old one
        {"dialysis": True, "lesion": True, "calcium": "9 mg/dL", "pth": "100 pg/mL"},
        {"lesion": True, "calcium": "9 mg/dL", "pth": "900 pg/mL"},  # undecided in scope of the old one
    ]
    found = effect_of(editions[1], editions[0], table_of(editions[0], patients, tmp_path))
    wounds = piece(found, "discuss wound")
    assert (wounds["lost"], wounds["yes_to_undecided"], wounds["unchanged_yes"]) == (1, 1, 1)
    assert wounds["by_scope"] == {"lost": 1, "yes_to_undecided": 1}
    assert {(r["moved"], r["scope"], tuple(r["rules"])) for r in wounds["reasons"]} == {
        ("lost", True, ()), ("yes_to_undecided", True, ()),
    }  # fmt: skip
    assert (found["scope"]["lost"], found["scope"]["yes_to_undecided"]) == (1, 1)


def test_the_table_of_changed_patients_says_who(editions: tuple[Network, Network], tmp_path: Path) -> None:
    patients = people(200, seed=3)
    found = effect_of(*editions, table_of(editions[0], patients, tmp_path), tmp_path / "out")
    rows = pl.read_parquet(tmp_path / "out" / "changed.parquet").to_dicts()
    old, new = (by_hand(network, patients) for network in editions)
    expected = {
        (a.facts.patient, each["advice"], got(a, each["advice"]), got(b, each["advice"]))
        for each in found["advice"]
        for a, b in zip(old, new, strict=True)
        if got(a, each["advice"]) != got(b, each["advice"]) or stated(a, each["advice"]) != stated(b, each["advice"])
    }
    of_advice = [row for row in rows if row["advice"] != "scope"]
    assert {(r["patient"], r["advice"], r["before"], r["after"]) for r in of_advice} == expected
    assert len(of_advice) == len(expected)
    assert len({r["patient"] for r in of_advice}) == found["patients"]["changed"]
    evaluations = {a.facts.patient: (a, b) for a, b in zip(old, new, strict=True)}
    for row in of_advice:
        for evaluation, when in zip(evaluations[row["patient"]], ("before", "after"), strict=True):
            truths = evaluation.conditions
            rules = {str(k): v for k, v in advice_of(evaluation.network).items()}.get(row["advice"], ())
            if row[when] == "yes":
                assert row[f"rules_{when}"] == sorted(r.name for r in rules if truths[r.applies] is True)
            elif row[when] == "no":
                assert row[f"rules_{when}"] == []
            else:
                assert row[f"rules_{when}"] == sorted(r.name for r in rules if truths[r.applies] is not False)
            assert (row[f"strength_{when}"] is None) == (row[when] != "yes")
        assert row["because"]
    assert len([row for row in rows if row["advice"] == "scope"]) == 200 - sum(
        found["scope"][name] for name in ALL if name.startswith("unchanged")
    )


def test_an_output_replaces_another_one_and_nothing_else(editions: tuple[Network, Network], tmp_path: Path) -> None:
    path, out = table_of(editions[0], people(20), tmp_path), tmp_path / "out"
    effect_of(*editions, path, out)
    before = (out / "effect.json").read_text()
    effect_of(*editions, path, out)
    assert (out / "effect.json").read_text() == before
    assert not (tmp_path / ".out.partial").exists()
    (out / "mine.txt").write_text("keep")
    with pytest.raises(CohortFolderError, match=r"mine\.txt"):
        effect_of(*editions, path, out)
    assert (out / "mine.txt").read_text() == "keep"


def test_a_patient_in_two_rows_ends_it(editions: tuple[Network, Network], tmp_path: Path) -> None:
    path = table_of(editions[0], people(3), tmp_path)
    text = path.read_text()
    path.write_text(text + text.splitlines(keepends=True)[1] + ",".join([""] * (text.count(",") // 4 + 1)) + "\n")
    with pytest.raises(GuidelineError) as ended:
        effect_of(*editions, path, tmp_path / "out")
    assert [each.code for each in ended.value.diagnostics] == ["G622"]
    assert not (tmp_path / "out").exists()


def test_rows_without_a_name_are_told_apart(editions: tuple[Network, Network], tmp_path: Path) -> None:
    path = table_of(editions[0], people(5), tmp_path)
    path.write_text(path.read_text().replace("p3,", ",", 1))
    patients = effect_of(*editions, path)["patients"]
    assert (patients["read_old"], patients["read_new"], patients["both"]) == (5, 5, 4)
    assert (patients["rejected_old"], patients["rejected_new"]) == (1, 1)


def test_errors_of_both_editions_are_told_once(editions: tuple[Network, Network], tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("patient,phosphorus [mg/dL]\na,5\n")
    report = Report()
    assert open_effect(*editions, path, DAY, report) is None
    assert report.has_errors
    assert len(report.findings) == len({str(finding) for finding in report.findings})


def test_streams_that_end_elsewhere_are_joined_all_the_same() -> None:
    def chunks(sizes: Sequence[int], names: Sequence[str], column: str) -> list[pl.DataFrame]:
        at, found = 0, []
        for size in sizes:
            part = names[at : at + size]
            found.append(pl.DataFrame({"patient": part, column: [f"{column}{name}" for name in part]}))
            at += size
        return found

    names = [f"p{n}" for n in range(20)]
    some = [name for name in names if name not in ("p3", "p11")]
    joined = Joined(iter(chunks([7, 7, 6], names, "a")), iter(chunks([3, 3, 3, 9, 1], [*some, "x"], "b")))
    table = pl.concat(joined.tables())
    assert sorted(table["patient"]) == sorted(some)
    assert all(row["a"] == f"a{row['patient']}" and row["b"] == f"b{row['patient']}" for row in table.to_dicts())
    assert joined.apart == (2, 1)


# ---- a shipped guideline, on histories -------------------------------------------------------------------------------

RANGES = {
    "phosphorus": ("mg/dL", 30, 90, 10), "calcium": ("mg/dL", 78, 112, 10), "albumin": ("g/dL", 28, 45, 10),
    "pth": ("pg/mL", 40, 1200, 1), "calcium_intake": ("mg/d", 500, 2600, 1),
    "calcium_from_binders": ("mg/d", 0, 2400, 1), "dialysate_calcium": ("mEq/L", 20, 35, 10),
}  # fmt: skip
ANSWERS = (
    "calcium_binder", "non_calcium_binder", "aluminum_binder", "calcimimetic", "activated_vitamin_d",
    "severe_calcification", "refractory_hyperparathyroidism",
)  # fmt: skip


def histories(count: int, folder: Path) -> Path:
    """A table of events: two months of results for some facts of each patient, and answers."""
    made = random.Random(5)
    lines = ["patient,fact,value,unit,time"]
    for number in range(count):
        name = f"p{number:03}"
        if made.random() < 0.9:
            lines.append(f"{name},dialysis,{'yes' if made.random() < 0.9 else 'no'},,")
        for fact, (unit, low, high, per) in RANGES.items():
            for _ in range(made.choice((0, 1, 1, 2, 3))):
                day = DAY - dt.timedelta(days=made.randrange(60))
                value = made.randrange(low, high) / per
                lines.append(f"{name},{fact},{value:g},{unit},{day}")
        lines += [f"{name},{fact},{made.choice(('yes', 'no'))},," for fact in ANSWERS if made.random() < 0.4]
    (folder / "data").mkdir()
    (folder / "data" / "events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    persons = "".join(f"p{number:03},{made.choice((17, 40, 75))}\n" for number in range(count) if number % 10)
    (folder / "data" / "patients.csv").write_text(f"patient,age\n{persons}", encoding="utf-8")
    return folder / "data"


def test_two_editions_of_a_shipped_guideline(tmp_path: Path) -> None:
    old, new = read_edition("ckd_mbd@2003").network, read_edition("ckd_mbd@2017").network
    opened = open_effect(old, new, histories(120, tmp_path), DAY, Report())
    assert opened is not None
    found = run_effect(opened)
    evaluations = []
    for each in (opened.old, opened.new):
        facts = [each.source.fact_set(f"p{number:03}") for number in range(120)]
        evaluations.append([evaluate(each.network, one, "direct") for one in facts if one is not None])
    assert_as_by_hand(found, *evaluations)
    assert found["patients"]["changed"] > 60
    assert {each["advice"] for each in found["advice"] if each["gained"]}
    assert {each["advice"] for each in found["advice"] if each["lost"]}


# ---- what changed in the text ---------------------------------------------------------------------------------------

STANDS = """\
guideline stands version {version}
    source book "A book"

fact phosphorus is quantity in mg/dL
    from observation LOINC 2777-1
    within {window} days
    plausible 0.5 to 20 mg/dL
fact calcium is quantity in mg/dL
    from observation LOINC 17861-6
    within 31 days
    plausible 4 to 18 mg/dL
fact lesion is yes or no
    absent means no

parameter ceiling = {ceiling} mg/dL

define product = calcium * phosphorus
    with calcium in mg/dL, phosphorus in mg/dL, result in mg2/dL2

intervention binder
intervention wound

rule pause
    when lesion and calcium {sign} 11 mg/dL
    recommend discuss wound
    cite book 1
rule bind
    when product > 55 mg2/dL2
    recommend start binder
    overrides {overrides}
    cite book 2
rule lower
    when calcium > ceiling
    recommend reduce calcium "{words}"
    certainty {certainty}
    cite book 3
"""
SAME = {"window": "31", "ceiling": "10.2", "sign": ">", "overrides": "pause", "words": "Less.", "certainty": "low"}


def causes_of(**changed: str) -> dict[str, tuple[list[str], list[str]]]:
    old = edition(STANDS.format(version="1", **SAME), "old.guide")
    new = edition(STANDS.format(version="2", **{**SAME, **changed}), "new.guide")
    found = Causes(old.network, new.network, compare_text(old, new)).of(["pause", "bind", "lower"])
    return {each.rule: (each.changes, each.stated) for each in found}


def test_a_rule_may_be_moved_by_what_it_stands_on_alone() -> None:
    found = causes_of(window="62", words="Much less.", certainty="high")
    assert [len(changes) for changes, _ in found.values()] == [1, 1, 0]  # `pause` is overridden by `bind`
    assert "window" in found["bind"][0][0]
    assert found["lower"] == ([], ["Rule lower: certainty raised from low to high"])
    found = causes_of(ceiling="9.5", sign=">=")
    assert [len(changes) for changes, _ in found.values()] == [1, 0, 1]
    assert "Parameter ceiling" in found["lower"][0][0]
    assert "at or above 11 mg/dL" in found["pause"][0][0]
    nothing: dict[str, tuple[list[str], list[str]]] = {"pause": ([], []), "bind": ([], []), "lower": ([], [])}
    assert causes_of() == nothing
    assert causes_of(ceiling="10.20") == nothing


def test_of_a_rule_that_is_gone_nothing_else_is_looked_for() -> None:
    texts = [STANDS.format(version=version, **SAME) for version in ("1", "2")]
    gone = texts[1].replace("rule lower\n", "rule other\n").replace("calcium > ceiling", "lesion")
    old, new = edition(texts[0]), edition(gone.replace("= 10.2", "= 9.5"))
    found = Causes(old.network, new.network, compare_text(old, new)).of(["lower", "other"])
    assert [[change.partition(":")[0] for change in each.changes] for each in found] == [
        ["Rule lower is removed"],
        ["Rule other is added"],
    ]


def test_a_parameter_that_became_a_derived_fact_is_told() -> None:
    texts = [STANDS.format(version=version, **SAME) for version in ("1", "2")]
    turned = "define ceiling = 1.0 * calcium + 5 mg/dL"
    old, new = edition(texts[0]), edition(texts[1].replace("parameter ceiling = 10.2 mg/dL", turned))
    (found,) = Causes(old.network, new.network, compare_text(old, new)).of(["lower"])
    assert [change.partition(":")[0] for change in found.changes] == [
        "Parameter ceiling is removed",
        "Derived fact ceiling is added",
    ]


# ---- the command and its pages --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.guide").write_text(OLD)
    (tmp_path / "new.guide").write_text(NEW)
    table_of(edition(OLD).network, people(60), tmp_path)
    return tmp_path


def diff(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["diff", "old.guide", "new.guide", "--text-only", "--as-of", "2024-06-01", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_tells_the_effect_in_each_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = diff(capsys, "--cohort", "patients.csv", "--format", "json", "--out", "changed")
    assert code == 1
    effect = DiffDocument.model_validate_json(out).effect
    assert effect is not None
    assert effect.patients.both == 60
    rows = pl.read_parquet(folder / "changed" / "changed.parquet")
    assert rows.filter(pl.col("advice") != "scope")["patient"].n_unique() == effect.patients.changed
    kept = json.loads((folder / "changed" / "effect.json").read_text())
    assert kept["advice"] == json.loads(out)["effect"]["advice"]
    told = f"{effect.patients.changed} patients of 60 get other advice than before, or may"
    (reason, *_) = next(each for each in effect.advice if each.advice == "start cinacalcet").reasons
    for form in ("text", "markdown", "html"):
        code, out, _ = diff(capsys, "--cohort", "patients.csv", "--format", form)
        words = " ".join(re.sub(r"<[^>]*>|\\", "", out).split())
        assert code == 1
        assert told in words
        assert f"{reason.patients} lost: rule" in words
        assert "old_only is removed" in words
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(out)
    (picture,) = parsed.iter("img")
    assert picture.get("src").startswith("data:image/svg+xml;base64,")
    assert "img-src data:" in out
    assert "<script" not in out


def test_the_exit_code_stays_that_of_the_meaning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(capsys, "--cohort", "patients.csv")[0] == 1
    (folder / "new.guide").write_text(OLD)
    code, out, _ = diff(capsys, "--cohort", "patients.csv")
    assert code == 0
    assert "0 patients of 60 get other advice" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--out", "changed"), 2, "it goes with --cohort"),
        (("--cohort", "nowhere.csv"), 2, "no file or folder"),
        (("--cohort", "patients.csv", "--out", "mine"), 2, "which no comparison has written"),
        (("--cohort", "patients.csv", "--complete", "nothing"), 2, "G650"),
        (("--cohort", "narrow.csv"), 1, "phosphorus"),
    ],
)
def test_what_is_wrong_with_a_cohort_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: Sequence[str], code: int, said: str
) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "letter.txt").write_text("keep")
    (folder / "narrow.csv").write_text("patient\na\n")
    ended, out, err = diff(capsys, *words)
    assert ended == code, err
    assert said in " ".join(err.split())
    assert out == ""


def test_an_export_is_run_in_both_editions(tmp_path: Path) -> None:
    old = edition(STANDS.format(version="1", **SAME)).network
    new = edition(STANDS.format(version="2", **{**SAME, "window": "62"})).network
    records: list[dict[str, object]] = []
    for number, (code, value, day) in enumerate(
        [
            ("2777-1", 8, "2024-05-20"),
            ("17861-6", 9, "2024-05-20"),
            ("2777-1", 8, "2024-04-10"),
            ("17861-6", 9, "2024-05-20"),
        ]
    ):
        name = f"p{number // 2}"
        records += [{"resourceType": "Patient", "id": name}] if number % 2 == 0 else []
        records.append({
            "resourceType": "Observation", "id": f"o{number}", "status": "final", "effectiveDateTime": day,
            "subject": {"reference": f"Patient/{name}"},
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": "mg/dL"},
        })  # fmt: skip
    path = tmp_path / "export.ndjson"
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    binder = piece(effect_of(old, new, path), "start binder")
    assert (binder["unchanged_yes"], binder["undecided_to_yes"]) == (1, 1)
    assert [reason["rules"] for reason in binder["reasons"]] == [["bind"]]

"""What examples cover: exactly these things, by exactly these examples; what is missing is offered or proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.testing import run_examples
from guidelang.testing.coverage.coverage import Coverage, Loaded, coverage_of, covered_by, plans, total
from guidelang.testing.coverage.deck import generate
from guidelang.testing.coverage.document import coverage_document, lcov
from guidelang.testing.coverage.page import coverage_page
from guidelang.testing.coverage.text import coverage_text
from guidelang_cli.main import main
from tests.golden import Golden

SMALL = """guideline small version 1
    applies to adult

parameter ceiling = 5.5 mg/dL

fact adult is yes or no
fact binder is yes or no
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL

define high = phosphorus >= ceiling

rule lower
    when high
    unless binder
    recommend reduce phosphorus
"""

FACTS = "".join(f"fact {name} is yes or no\n" for name in "abc")


def loaded(text: str) -> Loaded:
    report = Report()
    found = plans(Source("small.guide", text), report)
    assert not report.has_errors, report.sorted()
    return found[0]


def example(number: int, facts: str, expected: str = "in scope", sets: str = "") -> str:
    given_line = f"    given {facts}\n" if facts else ""
    return f'\nexample "{number}"\n    on 2024-06-01\n{sets}{given_line}    expect {expected}\n'


def titles(text: str) -> set[str]:
    """What the examples of a guideline cover."""
    of = loaded(text)
    covered = covered_by(of)
    return {item.title for item in of.plan.items if item.key in covered}


def rule(condition: str, more: str = "") -> str:
    head = f"guideline g version 1\n\nintervention x\n\n{FACTS}"
    return f"{head}\nrule r\n    when {condition}\n{more}    recommend order x\n"


def deciding(condition: str, facts: str, more: str = "") -> set[str]:
    """What decides the rule's outcome for a patient: `a true, not false`."""
    of = loaded(rule(condition, more) + example(1, facts))
    covered = covered_by(of)
    items = [item for item in of.plan.items if item.key in covered and item.kind == "decision"]
    return {f"{item.subject} {item.asks}" for item in items}


def test_the_items_of_a_guideline() -> None:
    items = loaded(SMALL).plan.items
    pairs = ["true, not false", "true, not unknown", "false, not true", "false, not unknown"]
    pairs += ["unknown, not true", "unknown, not false"]
    values = ["true", "false", "unknown"]
    expected = [("rule", "scope", "scope", asks) for asks in ("for this patient", "not for this patient", "undecided")]
    expected += [("condition", "scope", "adult", asks) for asks in values]
    expected += [("decision", "scope", "adult", asks) for asks in pairs]
    comparison = "phosphorus >= ceiling"
    expected += [("condition", "high", comparison, asks) for asks in values]
    expected += [("decision", "high", comparison, asks) for asks in pairs]
    expected += [("threshold", "high", comparison, asks) for asks in ("just below", "at", "just above")]
    expected += [("rule", "lower", "lower", asks) for asks in ("applied", "not applicable", "undecided")]
    expected += [("condition", "lower", name, asks) for name in ("high", "binder") for asks in values]
    expected += [("decision", "lower", name, asks) for name in ("high", "binder") for asks in pairs]
    expected += [("unit", "phosphorus", "phosphorus", asks) for asks in ("read in mg/dL", "read in mmol/L")]
    assert [(i.kind, i.statement.name, i.subject, i.asks) for i in items] == expected


def test_items_have_places() -> None:
    items = loaded(SMALL).plan.items
    told = {(i.kind, i.statement.name): i.span.text for i in reversed(items)}
    assert told["condition", "high"] == "phosphorus >= ceiling"
    assert told["rule", "lower"] == "lower"
    assert told["rule", "scope"] == "adult"
    assert told["unit", "phosphorus"] == "quantity in mg/dL"


def test_what_one_example_covers() -> None:
    assert titles(SMALL + example(1, "adult, phosphorus 5.5 mg/dL, not binder")) == {
        "in scope",
        "scope: adult true",
        "scope: adult true; if false, another outcome",
        "scope: adult true; if unknown, another outcome",
        "high: phosphorus >= ceiling true",
        "high: phosphorus >= ceiling true; if false, another outcome",
        "high: phosphorus >= ceiling true; if unknown, another outcome",
        "high: phosphorus exactly at ceiling (5.5 mg/dL)",
        "lower applies",
        "lower: high true",
        "lower: high true; if false, another outcome",
        "lower: high true; if unknown, another outcome",
        "lower: binder false",
        "lower: binder false; if true, another outcome",
        "lower: binder false; if unknown, another outcome",
        "phosphorus in mg/dL",
    }


def test_outside_the_scope_nothing_of_a_rule_is_covered() -> None:
    found = titles(SMALL + example(1, "not adult, phosphorus 5.5 mg/dL, not binder", "not for this patient"))
    assert {title for title in found if not title.startswith("scope")} == {
        "not for this patient",
        "phosphorus in mg/dL",
    }


def test_an_example_that_fails_covers_nothing() -> None:
    assert titles(SMALL + example(1, "adult, phosphorus 5.5 mg/dL, not binder", "not lower")) == set()


def test_an_example_with_other_parameters_covers_the_same_items() -> None:
    sets = "    with ceiling = 4.5 mg/dL\n"
    found = titles(SMALL + example(1, "adult, phosphorus 4.5 mg/dL", "high", sets))
    assert "high: phosphorus exactly at ceiling (5.5 mg/dL)" in found


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ("a and b", "a, b", {"a true, not false", "a true, not unknown", "b true, not false", "b true, not unknown"}),
        ("a and b", "a, not b", {"b false, not true", "b false, not unknown"}),
        ("a and b", "not a, not b", set()),
        ("a and b", "a", {"a true, not false", "b unknown, not true", "b unknown, not false"}),
        ("a and b", "", {"a unknown, not false", "b unknown, not false"}),
        ("a or b", "not a", {"a false, not true", "b unknown, not true", "b unknown, not false"}),
        ("a or b", "a, b", set()),
        ("not a", "a", {"a true, not false", "a true, not unknown"}),
        ("certainly a", "", {"a unknown, not true"}),
        ("certainly a", "not a", {"a false, not true"}),
        ("a is known", "", {"a is known false, not true"}),
        ("at least 2 of (a, b, c)", "a, not b", {"a true, not false", "b false, not true", "c unknown, not true",
                                                 "c unknown, not false"}),
        ("first known of (a, b)", "b", {"a unknown, not false", "b true, not false", "b true, not unknown"}),
        ("first known of (a, b)", "a, b", {"a true, not false"}),
    ],
)  # fmt: skip
def test_a_condition_decides_alone(condition: str, facts: str, expected: set[str]) -> None:
    assert deciding(condition, facts) == expected


def test_an_exception_decides() -> None:
    found = deciding("a", "a, not b", "    unless b\n")
    assert found == {"a true, not false", "a true, not unknown", "b false, not true", "b false, not unknown"}


OVERRIDDEN = f"""guideline g version 1

{FACTS}
rule weak
    when a
    recommend order x
rule strong
    when b
    overrides weak
    recommend order y

intervention x
intervention y
"""


def test_only_what_is_overridden_should_be_seen_so() -> None:
    items = [(i.statement.name, i.asks) for i in loaded(OVERRIDDEN).plan.items if i.kind == "rule"]
    assert ("weak", "overridden") in items
    assert ("strong", "overridden") not in items


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("a, b", {"a true, not false"}),  # overridden; with a unknown it would be overridden too
        ("a, not b", {"a true, not false", "a true, not unknown"}),
        ("a", {"a true, not false"}),  # undecided, whether or not a is known
    ],
)
def test_what_decides_a_rule_that_may_be_overridden(facts: str, expected: set[str]) -> None:
    of = loaded(OVERRIDDEN + example(1, facts))
    covered = covered_by(of)
    items = [item for item in of.plan.items if item.kind == "decision" and item.statement.name == "weak"]
    assert {f"{item.subject} {item.asks}" for item in items if item.key in covered} == expected


def test_a_derived_fact_has_to_decide_a_rule() -> None:
    text = rule("d and b").replace("\nrule r", "\ndefine d = a or c\n\nrule r")
    assert "d: a true; if false, another outcome" not in titles(text + example(1, "a, not c, not b"))
    assert "d: a true; if false, another outcome" in titles(text + example(1, "a, not c, b"))


def test_a_derived_fact_that_no_rule_asks_for_decides_itself() -> None:
    text = rule("b").replace("\nrule r", "\ndefine d = a or c\n\nrule r")
    assert "d: a true; if false, another outcome" in titles(text + example(1, "a, not c, not b"))


NUMBERS = """guideline g version 1

fact x is number
    plausible 0 to 400
fact seen is yes or no
    from observation LOINC 2777-1
{declared}
rule r
    when {condition}
    recommend order y

intervention y
"""


@pytest.mark.parametrize(
    ("condition", "below", "at", "above"),
    [
        ("x >= 5.5", "x 5.4", "x 5.5", "x 5.6"),
        ("x < 5.50", "x 5.49", "x 5.5", "x 5.51"),
        ("150 > x", "x 149", "x 150", "x 151"),
        ("x = 3", "x 2", "x 3", "x 4"),
        ("x between 3 and 9", "x 2.5", "x 3", "x 3.5"),
        ("age >= 18 years", "birth_date 2006-06-02", "birth_date 2006-06-01", "birth_date 2005-06-01"),
        ("time since seen >= 3 months", "seen on 2024-03-02", "seen on 2024-03-01", "seen on 2024-02-29"),
        ("last 2 x > 5", "x 4 3 days ago, 8", "x 5 3 days ago, 9 2 days ago", "x 6 3 days ago, 9 2 days ago"),
        ("any x >= 5 within 9 days", "x 4 3 days ago, 1 2 days ago", "x 5", "x 6 3 days ago, 2 2 days ago"),
    ],
)  # fmt: skip
def test_thresholds(condition: str, below: str, at: str, above: str) -> None:
    text = NUMBERS.format(condition=condition, declared="")
    sides = {"just below": below, "at": at, "just above": above}
    for side, facts in sides.items():
        of = loaded(text + example(1, facts))
        covered = covered_by(of)
        items = [i for i in of.plan.items if i.kind == "threshold"][:3]
        assert [i.asks for i in items if i.key in covered] == [side], (side, facts)


def test_a_step_farther_is_not_beside_the_threshold() -> None:
    text = NUMBERS.format(condition="x >= 5.5", declared="")
    of = loaded(text + example(1, "x 5.3") + example(2, "x 5.7") + example(3, "x 200"))
    assert not [i for i in of.plan.items if i.kind == "threshold" and i.key in covered_by(of)]


def test_rows_of_a_table_and_their_cells() -> None:
    table = """
table size is number
    by x
    row < 5  gives 1
    row >= 5 gives 2
"""
    text = NUMBERS.format(condition="size > 1", declared=table)
    of = loaded(text + example(1, "x 5", "r"))
    covered = covered_by(of)
    assert [(i.subject, i.key in covered) for i in of.plan.items if i.kind == "row"] == [
        ("row < 5 gives 1", False),
        ("row >= 5 gives 2", True),
    ]


def test_units_are_those_that_are_read() -> None:
    assert "phosphorus in mmol/L" in titles(SMALL + example(1, "adult, phosphorus 2 mmol/L"))
    assert "phosphorus in mmol/L" not in titles(SMALL + example(1, "adult, phosphorus 6 mg/dL"))


# ---- what is missing -------------------------------------------------------------------------------------------------


def states(coverage: Coverage) -> dict[str, str]:
    return {f"{item.subject} {item.asks}": coverage.state(item) for item in coverage.plan.items}


def test_what_nobody_can_cover_is_proved_so_and_does_not_count() -> None:
    coverage = coverage_of(loaded(rule("certainly a and b")))
    found = states(coverage)
    assert found["a unknown, not false"] == "unreachable"
    assert found["a unknown, not true"] == "missing"
    assert found["r undecided"] == "missing"
    unreachable = [name for name, state in found.items() if state == "unreachable"]
    assert unreachable == ["a false, not unknown", "a unknown, not false"]
    assert coverage.counts().counted == len(found) - 2


def test_a_rule_that_never_applies() -> None:
    found = states(coverage_of(loaded(rule("a and not a"))))
    assert found["r applied"] == "unreachable"
    assert found["r not applicable"] == found["r undecided"] == "missing"


HISTORY = """guideline g version 1

fact x is number
    within 31 days
    plausible 0 to 400

rule r
    when {condition}
    recommend order y

intervention y
"""


def test_a_value_below_or_above_what_is_measured_decides_by_one_limit() -> None:
    coverage = coverage_of(loaded(HISTORY.format(condition="(x < 2 or x > 5) and count of x within 90 days < 2")))
    assert states(coverage)["x < 2 unknown, not false"] == "missing"
    assert states(coverage)["x > 5 unknown, not false"] == "missing"
    assert "x <" in "".join(offer.text for offer in coverage.offers)


def test_a_change_without_width_is_of_values_without_width() -> None:
    condition = "x between 2 and 5 and abs(change in x over 90 days) >= 1"
    coverage = coverage_of(loaded(HISTORY.format(condition=condition)))
    assert states(coverage)["x >= 2 unknown, not true"] == "unreachable"
    assert states(coverage)["x >= 2 unknown, not false"] == "missing"


def with_offers(of: Loaded, coverage: Coverage) -> Loaded:
    return loaded(of.files[0].text + "".join(f"\n{offer.text}" for offer in coverage.offers))


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        rule("a and (b or not c)", "    unless certainly b\n"),
        OVERRIDDEN,
        NUMBERS.format(condition="last 2 x > 5 or time since seen >= 3 months", declared=""),
    ],
    ids=["numbers", "conditions", "overrides", "histories"],
)
def test_each_offered_example_covers_what_it_is_offered_for(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = loaded(text)
    coverage = coverage_of(of)
    assert coverage.offers
    assert not coverage.undecided
    monkeypatch.chdir(tmp_path)
    for offer in coverage.offers:
        for name, content in offer.files.items():
            Path(name).write_text(content, encoding="utf-8")
        assert {item.title for item in offer.items} <= titles(text + "\n" + offer.text)
    again = coverage_of(with_offers(of, coverage))
    assert again.counts().percent == 100
    assert again.offers == ()
    assert again.counts().unreachable == coverage.counts().unreachable


POOL = ["", "adult", "not adult", "adult, phosphorus 5.5 mg/dL", "adult, phosphorus 5.4 mg/dL, not binder", "binder"]
POOL += ["adult, phosphorus 2 mmol/L, binder", "unknown adult, phosphorus 6 mg/dL", "adult, binder"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(POOL), min_size=1, max_size=4))
def test_one_more_example_never_covers_less(facts: list[str]) -> None:
    def text(some: list[str]) -> str:
        return SMALL + "".join(example(i, each, _scope(each)) for i, each in enumerate(some))

    assert titles(text(facts[:-1])) <= titles(text(facts))


def _scope(facts: str) -> str:
    if "unknown adult" in facts:
        return "undecided scope"
    if "not adult" in facts:
        return "not for this patient"
    return "in scope" if "adult" in facts else "undecided scope"


@pytest.mark.parametrize("text", [SMALL, OVERRIDDEN], ids=["numbers", "overrides"])
def test_a_generated_deck_checks_passes_and_covers_all_that_can_be(text: str, tmp_path: Path) -> None:
    of = loaded(text)
    deck = generate(of)
    (tmp_path / "small.guide").write_text(text, encoding="utf-8")
    (tmp_path / "boundary.guide").write_text(deck.text, encoding="utf-8")
    report = Report()
    results = run_examples(tmp_path, report)
    assert not report.has_errors, report.sorted()
    assert len(results) == len(deck.offers)
    assert all(result.passed for result in results)
    assert deck.covered + deck.unreachable == len(of.plan.items)
    found = plans(tmp_path, report)[0]
    assert len(covered_by(found)) == deck.covered
    assert (
        all(f"# {line}" in deck.text for line in ("high: phosphorus exactly at ceiling (5.5 mg/dL)",)) or text != SMALL
    )


def test_a_deck_has_no_example_that_the_others_make_up_for() -> None:
    deck = generate(loaded(SMALL))
    keys = [{item.key for item in offer.items} for offer in deck.offers]
    assert sum(len(each) for each in keys) == len(set().union(*keys))
    assert all(keys)


# ---- reports ---------------------------------------------------------------------------------------------------------

EXAMPLES = example(1, "adult, phosphorus 5.5 mg/dL, not binder", "lower") + example(2, "adult", "undecided lower")


def some() -> Coverage:
    return coverage_of(loaded(SMALL + EXAMPLES))


def test_the_page_for_a_terminal(golden: Golden) -> None:
    golden.check("coverage.txt", coverage_text(some(), examples=True))


def test_the_page_over_the_source_text(golden: Golden) -> None:
    golden.check("coverage.html", coverage_page([some()]))


def test_a_page_says_nothing_that_is_not_escaped() -> None:
    text = SMALL.replace("guideline small version 1\n", 'guideline small version 1\n    title "<b>&"\n')
    page = coverage_page([coverage_of(loaded(text))])
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;" in page


def test_documents() -> None:
    coverage = some()
    document = json.loads(json.dumps(coverage_document([coverage])))
    assert document["guidelines"][0]["guideline"] == "small"
    items = document["guidelines"][0]["items"]
    assert len(items) == len(coverage.plan.items)
    assert {item["state"] for item in items} == {"covered", "missing"}
    offers = {offer["name"] for offer in document["guidelines"][0]["offers"]}
    assert {item["offer"] for item in items if item["state"] == "missing"} == offers
    assert document["covered"] == total([coverage]).covered == sum(item["state"] == "covered" for item in items)


def test_lcov_has_a_branch_for_each_item_that_counts() -> None:
    coverage = coverage_of(loaded(rule("certainly a") + example(1, "a", "r")))
    lines = lcov([coverage]).splitlines()
    branches = [line for line in lines if line.startswith("BRDA:")]
    assert lines[:2] == ["TN:", "SF:small.guide"]
    assert lines[-1] == "end_of_record"
    assert len(branches) == coverage.counts().counted
    assert sum(not line.endswith(",0") for line in branches) == coverage.counts().covered
    assert f"BRF:{len(branches)}" in lines


# ---- the command -----------------------------------------------------------------------------------------------------


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["test", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_tells_writes_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.guide"
    path.write_text(SMALL + EXAMPLES, encoding="utf-8")
    files = {form: tmp_path / f"coverage.{form}" for form in ("html", "json", "lcov")}
    options = [part for form, file in files.items() for part in (f"--coverage-{form}", str(file))]
    code, out, _ = ended(capsys, str(path), "--fail-under", "20", *options)
    assert code == 0
    assert "2 passed, 0 failed" in out
    assert all(file.read_text(encoding="utf-8") for file in files.values())
    assert json.loads(files["json"].read_text(encoding="utf-8"))["missing"] > 0
    code, out, _ = ended(capsys, str(path), "--fail-under", "100", "--missing")
    assert code == 1
    assert 'example "' in out


def test_the_command_writes_a_deck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, deck = tmp_path / "small.guide", tmp_path / "boundary.guide"
    path.write_text(SMALL, encoding="utf-8")
    code, out, err = ended(capsys, str(path), "--generate", "--output", str(deck))
    assert (code, out) == (0, "")
    assert "examples cover" in err
    code, out, _ = ended(capsys, str(path), "--fail-under", "100")
    assert code == 0, out


@pytest.mark.parametrize("options", [("--coverage", "-k", "x"), ("--generate", "-k", "x"), ("--fail-under", "101")])
def test_what_the_command_refuses(options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.guide"
    path.write_text(SMALL, encoding="utf-8")
    assert ended(capsys, str(path), *options)[0] == 2

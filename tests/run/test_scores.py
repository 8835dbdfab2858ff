"""Scores and tables, run by both executors and read a second time, by going through what unknown facts may be."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import guidelang
from guidelang.diagnostics import Report
from guidelang.guideline import load
from guidelang.model import load as load_model
from guidelang.quantity import Interval
from guidelang.source import Source

HEAD = """guideline trial version 1
fact a is yes or no
fact b is yes or no
fact c is yes or no
    absent means no
fact x is number
    plausible 0 to 10
fact stage is one of low_stage, high_stage
"""
DOMAINS: dict[str, list[object]] = {
    "a": [True, False],
    "b": [True, False],
    "c": [True, False],
    "x": [0, 1, 2, "2.5", 3, 5, 10],
    "stage": ["low_stage", "high_stage"],
}
ENGINES = ("direct", "durable")


def value(text: str, name: str, facts: dict[str, object], engine: str = "direct") -> object:
    """The value of a derived fact: an interval, a word, or None."""
    evaluation = load(Source("trial", HEAD + text)).evaluate(facts, as_of="2024-06-01", engine=engine).evaluation
    return evaluation.values[evaluation.network.derived[name].node].value


def point(number: int | str) -> Interval:
    return Interval.point(Fraction(number))


# ---- scores ---------------------------------------------------------------------------------------------------------

SCORE = """score s
    1 when a
    2 when b or x > 3
    -1 when c
    missing {}
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("policy", "facts", "found"),
    [
        ("unknown", {"a": True, "b": True, "c": True}, point(2)),
        ("unknown", {"a": True, "b": True}, point(3)),  # no record of c means no
        ("unknown", {"a": True, "x": 3}, None),
        ("unknown", {"a": True, "b": False, "x": 3}, point(1)),
        ("unknown", {"a": True, "x": "3.5"}, point(3)),  # the unknown b does not matter
        ("zero", {"a": True, "x": 3}, point(1)),
        ("zero", {"c": "unknown"}, point(0)),
        ("bounds", {"a": True, "x": 3}, Interval(Fraction(1), Fraction(3))),
        ("bounds", {"c": "unknown"}, Interval(Fraction(-1), Fraction(3))),
        ("bounds", {"a": False, "b": False, "x": 0}, point(0)),
    ],
)
def test_policies(engine: str, policy: str, facts: dict[str, object], found: object) -> None:
    assert value(SCORE.format(policy), "s", facts, engine) == found


def test_a_number_that_is_added_counts_as_it_is() -> None:
    text = "score s\n    1 when a\n    add x\n    missing {}\n"
    assert value(text.format("unknown"), "s", {"a": True, "x": "2.5"}) == point("3.5")
    assert value(text.format("bounds"), "s", {"a": True}) is None  # nobody knows how much
    assert value(text.format("zero"), "s", {"a": True}) == point(1)


def test_bounds_of_an_added_table_are_those_of_its_rows() -> None:
    text = "table t is number\n    by x\n    row < 3 gives 1\n    row 3 to below 5 gives 2\n    row >= 5 gives 4\n"
    text += "score s\n    1 when a\n    add t\n    missing {}\n"
    assert value(text.format("bounds"), "s", {"a": True}) == Interval(Fraction(2), Fraction(5))
    assert value(text.format("bounds"), "s", {"a": True, "x": 4}) == point(3)
    assert value(text.format("unknown"), "s", {"a": True}) is None
    assert value(text.format("zero"), "s", {"a": True}) == point(1)


@pytest.mark.parametrize("engine", ENGINES)
def test_rules_build_on_scores(engine: str) -> None:
    text = HEAD + SCORE.format("bounds")
    text += "rule r when s >= 2 recommend start treatment\nrule q when s > 5 conclude z\n"
    loaded = load(Source("trial", text))
    undecided = loaded.evaluate({"a": True, "x": 3}, as_of="2024-06-01", engine=engine)
    assert [str(o.status) for o in undecided.outcomes] == ["not_applicable", "undecided"]  # never above 3
    assert [m.fact for m in undecided.outcomes[1].missing] == ["b"]
    applies = loaded.evaluate({"b": True}, as_of="2024-06-01", engine=engine)
    assert [str(o.status) for o in applies.outcomes] == ["not_applicable", "applies"]  # 2 or 3, whatever `a` is


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("condition", "facts", "needed"),
    [
        ("a", {}, ["a"]),
        ("a and b", {"a": True}, ["b"]),
        ("stage is high_stage", {}, ["stage"]),
        ("x > 3", {}, ["x"]),
        ("last 2 x > 3", {"x": {"value": 5, "date": "2024-05-20"}}, ["x"]),
        ("any x > 3 within 3 months", {}, ["x"]),
        ("x > 3 for at least 3 months", {"x": {"value": 5, "date": "2024-05-20"}}, ["x"]),
    ],
)
def test_a_score_needs_what_its_conditions_need(
    engine: str, condition: str, facts: dict[str, object], needed: list[str]
) -> None:
    text = f"{HEAD}score s\n    1 when {condition}\n    missing unknown\nrule r when s >= 1 conclude z\n"
    evaluation = load(Source("trial", text)).evaluate(facts, as_of="2024-06-01", engine=engine).evaluation
    (outcome,) = evaluation.outcomes
    assert str(outcome.status) == "undecided"
    assert [each.fact for each in outcome.missing] == needed
    assert evaluation.values[evaluation.network.derived["s"].node].open_facts == set(needed)


conditions = st.sampled_from(["a", "b", "c", "not b", "a and x > 2", "x >= 3", "at least 2 of (a, b, c)", "a is known"])
patients = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from([True, False]),
        "b": st.sampled_from([True, False, "unknown"]),
        "c": st.sampled_from([True, False, "unknown"]),
        "x": st.sampled_from([0, 2, "2.5", 3, 10, "<3", ">2"]),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(-3, 5), conditions), min_size=1, max_size=5), patients)
def test_bounds_hold_the_score_of_every_completion(items: list[tuple[int, str]], facts: dict[str, object]) -> None:
    assume(not any("known" in condition for _, condition in items))  # no longer asked once all facts are known
    lines = "".join(f"    {points} when {condition}\n" for points, condition in items)
    bounded = load(Source("trial", f"{HEAD}score s\n{lines}    missing bounds\n"))
    strict = load(Source("trial", f"{HEAD}score s\n{lines}    missing unknown\n"))
    found = [number(bounded, facts, engine) for engine in ENGINES]
    assert found[0] == found[1]
    assert isinstance(found[0], Interval)
    reached = set()
    for complete in completions(facts):
        exact = sum(points for points, condition in items if holds(condition, complete))
        assert number(bounded, complete) == number(strict, complete) == point(exact)
        assert found[0].contains(Fraction(exact))
        reached.add(exact)
    if (certain := number(strict, facts)) is not None:
        assert found[0] == certain
        assert reached == {certain.value}


def number(loaded: guidelang.Guideline, facts: dict[str, object], engine: str = "direct") -> Interval | None:
    evaluation = loaded.evaluate(facts, as_of="2024-06-01", engine=engine).evaluation
    found = evaluation.values[evaluation.network.derived["s"].node].value
    assert found is None or isinstance(found, Interval)
    return found


def completions(facts: dict[str, object]) -> list[dict[str, object]]:
    """Every way in which what is not known may be; no record of `c` is a no."""
    given_ = {"c": False, **{name: each for name, each in facts.items() if each != "unknown"}}
    if facts.get("c") == "unknown":
        del given_["c"]
    limits = {"<3": [0, 1, 2, "2.5"], ">2": ["2.5", 3, 5, 10]}
    choices = {n: limits.get(str(given_[n]), [given_[n]]) if n in given_ else DOMAINS[n] for n in ("a", "b", "c", "x")}
    return [dict(zip(choices, each, strict=True)) for each in product(*choices.values())]


def holds(condition: str, facts: dict[str, object]) -> bool:
    """A condition of the generator for somebody of whom everything is known, read by Python."""
    a, b, c, x = facts["a"], facts["b"], facts["c"], Fraction(str(facts["x"]))
    return bool(
        {
            "a": a,
            "b": b,
            "c": c,
            "not b": not b,
            "a and x > 2": a and x > 2,
            "x >= 3": x >= 3,
            "at least 2 of (a, b, c)": [a, b, c].count(True) >= 2,
        }[condition]
    )


# ---- tables ---------------------------------------------------------------------------------------------------------

TABLE = """table t is one of i, ii, iii
    by x, stage
    row < 2,          any        gives i
    row 2 to below 5, low_stage  gives i
    row 2 to below 5, high_stage gives ii
    row >= 5,         any        gives iii
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"x": "1.9"}, "i"),
        ({"x": 2, "stage": "low_stage"}, "i"),
        ({"x": 2, "stage": "high_stage"}, "ii"),
        ({"x": 5}, "iii"),
        ({"x": 2}, None),
        ({"x": "<5", "stage": "low_stage"}, "i"),  # whichever row it is
        ({"x": "<5", "stage": "high_stage"}, None),
        ({"stage": "low_stage"}, None),
        ({}, None),
    ],
)
def test_the_row_that_holds(engine: str, facts: dict[str, object], found: str | None) -> None:
    assert value(TABLE, "t", facts, engine) == found


def test_what_a_table_needs_is_what_could_still_decide_it() -> None:
    text = HEAD + TABLE + "rule r when t is ii recommend start treatment\n"
    loaded = load(Source("trial", text))

    def needs(facts: dict[str, object]) -> list[str]:
        return [m.fact for m in loaded.evaluate(facts, as_of="2024-06-01").outcomes[0].missing]

    assert needs({}) == ["stage", "x"]
    assert needs({"x": 3}) == ["stage"]
    assert needs({"stage": "high_stage"}) == ["x"]
    assert needs({"x": 7}) == []


def test_otherwise_and_no_value() -> None:
    text = "table t is quantity in mg\n    by a, x\n    row yes, > 3 gives 2 g\n    row no, > 3 gives unknown\n"
    text += "    otherwise gives 5\n"
    assert value(text, "t", {"a": True, "x": 4}) == point(2000)
    assert value(text, "t", {"a": False, "x": 4}) is None
    assert value(text, "t", {"x": 3}) == point(5)
    assert value(text, "t", {"a": True}) == Interval(Fraction(5), Fraction(2000))
    loaded = load(Source("trial", f"{HEAD}{text}rule r when t > 3 mg recommend start treatment\n"))
    (outcome,) = loaded.evaluate({"a": False, "x": 4}, as_of="2024-06-01").outcomes
    assert [(m.fact, [str(c.reason) for c in m.causes]) for m in outcome.missing] == [
        ("a", ["undefined"]), ("x", ["undefined"]),
    ]  # fmt: skip


def test_an_attested_value_that_no_row_covers_gives_nothing() -> None:
    text = "table t is number\n    by x\n    row 0 to 5 gives 1\n    row above 5 to 10 gives 2\n"
    assert value(text, "t", {"x": 10}) == point(2)
    assert value(text, "t", {"x": {"value": 11, "attested": True}}) is None


@st.composite
def partitions(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """The cells of a column that cut the numbers from 0 to 10 into pieces, each with both ends said, and the cuts."""
    cuts = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=4)))
    open_ = [draw(st.booleans()) for _ in cuts]  # whether the lower piece leaves the cut to the upper one
    cells = [f"{'<' if open_[0] else '<='} {cuts[0]}"]
    for (low, low_open), (high, high_open) in zip(
        zip(cuts, open_, strict=True), zip(cuts[1:], open_[1:], strict=True), strict=False
    ):
        cells.append(f"{'' if low_open else 'above '}{low} to {'below ' if high_open else ''}{high}")
    cells.append(f"{'>=' if open_[-1] else '>'} {cuts[-1]}")
    return cells, cuts


@settings(max_examples=60, deadline=None)
@given(partitions(), partitions(), st.booleans(), st.randoms(use_true_random=False))
def test_a_table_without_gaps_and_overlaps_has_exactly_one_row_for_every_value(
    first: tuple[list[str], list[int]], second: tuple[list[str], list[int]], with_yes_no: bool, random: object
) -> None:
    rows = [f"{a}, {b}" for a in first[0] for b in second[0]]
    if with_yes_no:
        rows = [f"{row}, {word}" for row in rows for word in ("yes", "no")]
    random.shuffle(rows)  # type: ignore[attr-defined]  # hypothesis' own Random
    head = f"{HEAD}fact y is number\n    plausible 0 to 10\n"
    head += f"table t is number\n    by x, y{', a' if with_yes_no else ''}\n"
    text = head + "".join(f"    row {row} gives {number_}\n" for number_, row in enumerate(rows))
    loaded = load(Source("trial", text))  # no finding: neither a gap nor an overlap
    for x, y in product(sorted({0, 10, *first[1], *(c + 0.5 for c in first[1])}), [0, *second[1], second[1][-1] + 0.5]):
        result = loaded.evaluate({"x": x, "y": y, "a": True}, as_of="2024-06-01", engine="direct").evaluation
        node = result.network.nodes[result.network.derived["t"].node]
        holding = [row for row in node.rows if result.conditions[row.condition] is True]
        assert len(holding) == 1
        assert result.values[result.network.derived["t"].node].value == Interval.point(holding[0].number)
    assert codes(head + "".join(f"    row {row} gives 1\n" for row in rows[1:])) == {"G509"}
    assert codes(text + f"    row {rows[0]} gives 9\n") == {"G510"}
    assert codes(text + f"    row {rows[0]} gives 9\n    otherwise gives 3\n") == {"G510"}


def codes(text: str) -> set[str]:
    report = Report()
    load_model(Source("trial", text), report)
    return {finding.code for finding in report.findings}


# ---- meaning --------------------------------------------------------------------------------------------------------


def test_the_order_of_items_and_rows_means_nothing() -> None:
    def hash_of(text: str) -> str:
        return load(Source("trial", HEAD + text)).hash

    items = ["    1 when a\n", '    2 when b "B"\n']
    assert hash_of(f"score s\n{items[0]}{items[1]}    missing zero\n") == hash_of(
        f"score s\n{items[1]}    missing zero\n{items[0]}"
    )
    assert hash_of(f"score s\n{items[0]}    missing zero\n") != hash_of(f"score s\n{items[0]}    missing bounds\n")
    rows = ["    row < 3 gives 1\n", "    row >= 3 gives 2\n"]
    assert hash_of(f"table t is number by x\n{rows[0]}{rows[1]}") == hash_of(
        f"table t is number by x\n{rows[1]}{rows[0]}"
    )


def test_scores_may_ask_what_is_not_monotone() -> None:
    text = (
        "score s\n    1 when certainly a\n    2 when b is missing\n    4 when (a or b) is known\n    missing unknown\n"
    )
    text += "define big = s >= 3\n"
    for engine in ENGINES:
        assert value(text, "s", {}, engine) == point(2)
        assert value(text, "s", {"a": True}, engine) == point(7)
    loaded = load(Source("trial", f"{HEAD}{text}rule r when big or certainly big conclude z\n"))
    outcomes = [loaded.evaluate({"a": True}, as_of="2024-06-01", engine=e).outcomes for e in ENGINES]
    assert [[str(o.status) for o in each] for each in outcomes] == [["applies"], ["applies"]]

"""The tree of why shows what decided, and nothing else."""

from __future__ import annotations

import pytest

from guidelang.trace.lines import deciding_words, line

from .written import evaluate, nodes, outline, why

ADVICE = " recommend measure calcium"
CORRECTED = """
define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL
"""


def clause(rules: str, facts: dict[str, object]) -> object:
    """The condition below `when` of the rule r."""
    return outline(why(rules, facts).children[0].children[0])


def test_of_a_false_and_only_its_false_operands_decided() -> None:
    tree = why("rule r when a and b and c" + ADVICE, {"a": True, "b": False})
    assert outline(tree.children[0].children[0]) == ("a and b and c", "false", [("b", "false")])
    assert tree.children[0].children[0].folded == ["a", "c"]


def test_of_a_true_and_all_operands_decided() -> None:
    assert clause("rule r when a and b" + ADVICE, {"a": True, "b": True}) == (
        "a and b",
        "true",
        [("a", "true"), ("b", "true")],
    )


def test_of_an_unknown_and_the_unknown_operands_matter() -> None:
    assert clause("rule r when a and b and c" + ADVICE, {"a": True}) == (
        "a and b and c",
        "unknown",
        [("b", "unknown"), ("c", "unknown")],
    )


def test_of_a_true_or_only_its_true_operands_decided() -> None:
    assert clause("rule r when a or b or c" + ADVICE, {"a": False, "c": True}) == (
        "a or b or c",
        "true",
        [("c", "true")],
    )


def test_of_a_false_or_all_operands_decided() -> None:
    assert clause("rule r when a or b" + ADVICE, {"a": False, "b": False}) == (
        "a or b",
        "false",
        [("a", "false"), ("b", "false")],
    )


@pytest.mark.parametrize(
    ("facts", "truth", "shown"),
    [
        ({"a": True, "b": True}, "true", ["a", "b"]),
        ({"a": False, "b": False, "c": True}, "false", ["a", "b"]),
        ({"a": True, "b": False}, "unknown", ["c"]),
    ],
)
def test_at_least_n_of_shows_the_operands_that_count(facts: dict[str, object], truth: str, shown: list[str]) -> None:
    node = why("rule r when at least 2 of (a, b, c)" + ADVICE, facts).children[0].children[0]
    assert (node.kind, node.truth, [child.words for child in node.children]) == ("at_least", truth, shown)


def test_first_known_of_shows_what_was_asked_before_the_operand_that_decided() -> None:
    node = why("rule r when first known of (a, b, c)" + ADVICE, {"b": True}).children[0].children[0]
    assert [(child.words, child.truth) for child in node.children] == [("a", "unknown"), ("b", "true")]
    assert node.folded == ["c"]


def test_certainly_is_false_of_something_unknown() -> None:
    assert clause("rule r when certainly a" + ADVICE, {}) == ("certainly a", "false", [("a", "unknown")])


def test_is_missing_shows_the_fact_and_its_reason() -> None:
    fact = nodes(why("rule r when calcium is missing" + ADVICE, {}))[-1]
    assert (fact.kind, fact.words, fact.value, fact.reasons) == ("fact", "calcium", None, ["no record"])


def test_a_fact_is_told_as_reported_and_as_compared_with_time_age_and_source() -> None:
    entry = {"value": "1.78", "unit": "mmol/L", "time": "2024-05-20"}
    tree = why("rule r when phosphorus >= 5.5 mg/dL" + ADVICE, {"phosphorus": entry})
    fact = next(node for node in nodes(tree) if node.kind == "fact")
    assert (fact.value, fact.unit) == ("5.513372", "mg/dL")
    (result,) = fact.results
    assert (result.reported, result.value, result.time, result.age_days) == (
        "1.78 mmol/L",
        "5.513372",
        "2024-05-20",
        12,
    )
    assert "phosphorus" in result.source


def test_no_by_absence_is_told_apart_from_an_asserted_no() -> None:
    told = {node.words: node.how for node in nodes(why("rule r when c or d" + ADVICE, {"c": False}))}
    assert (told["c"], told["d"]) == ("asserted", "absent")


def test_derived_facts_are_expanded_where_they_are_met_first_only() -> None:
    rules = (
        "define corrected = calcium + 0.8 * (4.0 - albumin) with calcium in mg/dL, albumin in g/dL, result in mg/dL\n"
    )
    rules += "rule r when corrected > 10 mg/dL and corrected < 20 mg/dL" + ADVICE
    derived = [n for n in nodes(why(rules, {"calcium": 11, "albumin": "3.5"})) if n.words == "corrected"]
    assert [(n.value, n.unit, n.repeated, len(n.children)) for n in derived] == [
        ("11.4", "mg/dL", False, 2),
        ("11.4", "mg/dL", True, 0),
    ]


def test_a_parameter_is_shown_with_its_value() -> None:
    rules = "parameter ceiling = 5.5 mg/dL\nrule r when phosphorus >= ceiling" + ADVICE
    (shown,) = [n for n in nodes(why(rules, {"phosphorus": 6})) if n.kind == "parameter"]
    assert (shown.words, shown.value, shown.unit) == ("ceiling", "5.5", "mg/dL")


def test_a_true_exception_is_the_reason_and_a_true_when_is_not() -> None:
    tree = why("rule r when a unless b unless c" + ADVICE, {"a": True, "b": True})
    assert [(child.kind, child.words, child.truth) for child in tree.children] == [("unless", "b", "true")]
    assert tree.folded == ["when a", "unless c"]


def test_an_overridden_rule_shows_the_rule_that_overrides_it() -> None:
    rules = "rule r when a" + ADVICE + "\nrule special when b overrides r recommend stop calcium"
    tree = why(rules, {"a": True, "b": True})
    assert [(child.kind, child.words, child.truth) for child in tree.children] == [
        ("when", "a", "true"),
        ("overridden_by", "special", "true"),
    ]


def test_an_overriding_rule_that_does_not_apply_is_folded() -> None:
    rules = "rule r when a" + ADVICE + "\nrule special when b overrides r recommend stop calcium"
    tree = why(rules, {"a": True, "b": False})
    assert tree.folded == ["not overridden by special"]
    assert line(tree).folded == "settled: not overridden by special"


def test_a_rule_that_waits_is_not_overridden_by_one_that_does_not_apply() -> None:
    rules = "rule r when a" + ADVICE + "\nrule special when b overrides r recommend stop calcium"
    assert line(why(rules, {"a": None, "b": False})).folded == "settled: not overridden by special"


def test_of_an_overridden_rule_it_does_not_matter_whether_another_overrides_it_too() -> None:
    others = "\nrule {0} when {1} overrides r recommend stop calcium"
    rules = "rule r when a" + ADVICE + others.format("special", "b") + others.format("other", "c")
    tree = why(rules, {"a": True, "b": True, "c": False})
    assert line(tree).folded == "does not matter here: whether other overrides it"


@pytest.mark.parametrize(
    ("condition", "day", "told"),
    [
        ("not d within 2 days", "2024-05-20", "not d within 2 days (2024-05-20)"),
        ("d within 2 days", "2024-05-31", "d within 2 days (2024-05-31)"),
        ("b within 2 days", "2024-05-20", "b within 2 days unknown (2024-05-20)"),
    ],
)
def test_events_without_a_value_are_told_by_what_was_asked_of_them(condition: str, day: str, told: str) -> None:
    entry = {"value": True, "time": day}
    assert deciding_words(why(f"rule r when {condition}" + ADVICE, {"b": entry, "d": entry})) == [told]


def test_a_concluded_fact_leads_to_the_rules_that_conclude_it() -> None:
    rules = "rule alpha when a conclude grave\nrule beta when b conclude grave\nrule r when grave" + ADVICE
    derived = why(rules, {"a": True, "b": False}).children[0].children[0]
    assert (derived.kind, derived.words) == ("derived", "grave")
    assert [(child.kind, child.words) for child in derived.children] == [("concluded_by", "alpha")]
    assert derived.folded == ["beta"]


def test_a_rule_does_not_call_its_own_condition_by_the_name_it_concludes() -> None:
    tree = why("rule r when a conclude grave\nrule other when grave" + ADVICE, {"a": True})
    assert outline(tree) == ("r", "true", [("a", "true", [("a", "true")])])


def test_the_newest_results_behind_last_n_are_listed() -> None:
    history = [{"value": v, "unit": "mg/dL", "time": t} for v, t in ((6.1, "2024-05-02"), (5.0, "2024-05-20"))]
    tree = why("rule r when last 2 phosphorus >= 5.5 mg/dL" + ADVICE, {"phosphorus": history})
    (newest,) = [n for n in nodes(tree) if n.kind == "value"]
    assert [(r.value, r.time) for r in newest.results] == [("5", "2024-05-20"), ("6.1", "2024-05-02")]


def test_a_long_chain_is_cut_and_says_so() -> None:
    chain = "".join(f"define x{i} = x{i - 1} and b\n" if i else "define x0 = a and b\n" for i in range(300))
    tree = why(chain + "rule r when x299" + ADVICE, {"a": True, "b": True})
    assert [node.cut for node in nodes(tree)].count(True) == 1


def test_why_of_the_scope() -> None:
    result = evaluate("rule r when a" + ADVICE, {"a": True, "deceased": True})
    assert result.scope == "not_for_this_patient"
    assert [node.words for node in nodes(result.why("scope").document.why) if node.kind == "fact"] == ["deceased"]


def test_an_explanation_tells_what_was_found_about_its_facts_and_nothing_about_others() -> None:
    rules = "rule r when calcium > 8 mg/dL" + ADVICE + "\nrule s when phosphorus > 1 mg/dL recommend measure phosphorus"
    facts = {"Calcium": 9, "calcium": 9.4, "phosphorus": [{"value": 5, "unit": "mg/dL", "time": "2031-01-01"}]}
    result = evaluate(rules, facts)
    of_calcium, of_phosphorus = (result.why(name).document for name in ("r", "s"))
    assert [problem.fact for problem in of_calcium.problems] == [None, "calcium"]
    assert "did you mean `calcium`?" in of_calcium.problems[0].message
    assert [problem.fact for problem in of_phosphorus.problems] == [None]
    assert not any("phosphorus" in warning for warning in of_calcium.warnings)
    assert any(warning.startswith("phosphorus: 5 mg/dL of 2031-01-01") for warning in of_phosphorus.warnings)
    (calcium,) = [node for node in nodes(of_calcium.why) if node.kind == "fact"]
    assert calcium.results[0].note == "reported without a unit, taken as mg/dL"
    assert of_phosphorus.missing[0].details == ["1 result lies after the evaluation day"]


def test_a_moved_day_and_a_negation_are_told_by_the_names_below_them() -> None:
    """Also where the compiler met the node first without the name, in the words of another rule."""
    rules = """
fact due is date
fact visit is yes or no absent means no
define began = due - 280 days
define half = began + 20 weeks
define seen = visit since began
rule q when not visit since due - 280 days and due - 280 days + 20 weeks - 1 day < today recommend measure calcium
rule r when not seen and any calcium during began + 3 weeks to half + 4 days recommend measure calcium
"""
    facts: dict[str, object] = {"due": "2024-09-07", "calcium": {"value": 9, "unit": "mg/dL", "time": "2024-01-05"}}
    words = {node.words for name in ("q", "r") for node in nodes(why(rules, facts, name))}
    assert {"not seen", "began + 3 weeks", "half + 4 days", "half - 1 day", "due - 280 days"} <= words
    assert not [
        line for line in words if "<" not in line and line.startswith(("due - 280 days +", "began + 20 weeks +"))
    ]

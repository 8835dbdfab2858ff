"""The smallest sets of facts that could decide, and what to find out first."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from guidelang.trace import Bound, deciding_sets

from .written import evaluate

ADVICE = " recommend measure calcium"
FACTS = ("a", "b", "c")


def sets(rules: str, facts: dict[str, object]) -> list[tuple[tuple[str, ...], set[str]]]:
    deciding = evaluate(rules, facts).why("r").document.deciding
    assert deciding is not None
    assert deciding.complete
    return [(tuple(one.facts), set(one.could_be)) for one in deciding.sets]


def test_each_operand_of_an_and_could_make_it_false() -> None:
    assert sets("rule r when a and b" + ADVICE, {}) == [(("a",), {"false"}), (("b",), {"false"})]


def test_an_exclusive_pair_is_decided_together_only() -> None:
    rules = "rule r when (a and not b) or (b and not a)" + ADVICE
    assert sets(rules, {}) == [(("a", "b"), {"true", "false"})]


def test_one_comparison_needs_all_its_facts() -> None:
    rules = "define x = calcium + 0.8 * albumin with calcium in mg/dL, albumin in g/dL, result in mg/dL\n"
    rules += "rule r when x > 12 mg/dL" + ADVICE
    assert sets(rules, {}) == [(("albumin", "calcium"), {"true", "false"})]


def test_finding_a_fact_out_makes_it_known() -> None:
    rules = "rule r when (a and b) or calcium is missing and calcium > 5 mg/dL" + ADVICE
    assert (("calcium",), {"false"}) not in sets(rules, {})
    assert sets("rule r when (a or calcium > 5 mg/dL) and calcium is missing" + ADVICE, {}) == [
        (("a",), {"true"}),
        (("calcium",), {"false"}),
    ]


def test_a_decided_rule_has_no_deciding_sets() -> None:
    assert evaluate("rule r when a" + ADVICE, {"a": True}).why("r").document.deciding is None


def test_the_bound_is_told_when_it_is_reached() -> None:
    result = evaluate("rule r when at least 2 of (a, b, c)" + ADVICE, {})
    (outcome,) = result.outcomes
    node = result.evaluation.network.rules["r"].applies
    narrow = deciding_sets(result.evaluation, node, outcome.missing, Bound(facts=1))
    assert (narrow.sets, narrow.complete) == ((), False)
    cut = deciding_sets(result.evaluation, node, outcome.missing, Bound(steps=12))
    assert not cut.complete
    wide = deciding_sets(result.evaluation, node, outcome.missing)
    assert [s.facts for s in wide.sets] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert wide.complete


def test_measure_first_is_what_decides_most_then_what_is_needed_most() -> None:
    rules = "rule uno when a" + ADVICE + "\nrule due when a and b" + ADVICE
    rules += "\nrule tre when (b and c) or (not b and not c)" + ADVICE
    first = evaluate(rules, {}).trace().measure_first
    assert [(m.fact, m.decides, m.needed_by) for m in first] == [("a", 2, 2), ("b", 1, 2), ("c", 0, 1)]


def test_measure_first_of_an_undecided_scope() -> None:
    document = evaluate("rule r when a" + ADVICE, {"a": True, "deceased": "unknown"}).trace()
    assert document.scope.status == "undecided"
    assert [(m.fact, m.decides, m.rules) for m in document.measure_first] == [("deceased", 1, ["scope"])]


def conditions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from([*FACTS, *(f"not {fact}" for fact in FACTS)])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.lists(inner, min_size=3, max_size=3).map(lambda parts: f"at least 2 of ({', '.join(parts)})"),
        ),
        max_leaves=5,
    )


@settings(max_examples=30, deadline=None)
@given(conditions(), st.dictionaries(st.sampled_from(FACTS), st.booleans(), max_size=1))
def test_of_yes_or_no_facts_the_sets_are_exactly_those_that_decide(condition: str, known: dict[str, bool]) -> None:
    rules = f"rule r when {condition}{ADVICE}"
    result = evaluate(rules, dict(known))
    if result.undecided != ("r",):
        return
    missing = [m.fact for m in result.outcomes[0].missing]
    minimal: list[tuple[str, ...]] = []
    for size in range(1, len(missing) + 1):
        for chosen in combinations(missing, size):
            if any(set(smaller) <= set(chosen) for smaller in minimal):
                continue
            given_values = [dict(zip(chosen, values, strict=True)) for values in product((True, False), repeat=size)]
            if any(evaluate(rules, {**known, **values}).undecided == () for values in given_values):
                minimal.append(chosen)
    assert [facts for facts, _ in sets(rules, dict(known))] == minimal

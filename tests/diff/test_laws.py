"""Laws of the difference by text: what is no change, and that each change of one thing is told as just that."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.diff import compare_text, read_edition
from guidelang.source import Source
from guidelang.syntax import parse, print_file, tree

from .pairs import PAIRS, edition, pair, preamble, told

RULES = """\
parameter pth_ceiling = 300 pg/mL

define high = phosphorus > phosphorus_ceiling and calcium >= 10.2 mg/dL

rule start_cinacalcet "PTH is high"
    when pth > pth_ceiling and (calcium >= 8.4 mg/dL or warfarin) and any phosphorus > 5.5 mg/dL within 90 days
    unless calcimimetic
    suggest start cinacalcet "Start it."
    strength conditional
    certainty moderate
    cite review 1

rule lower_phosphorus
    when high
    recommend reduce phosphorus
    caution "Look at calcium."
    cite trial 2

example "high values"
    on 2024-06-01
    given phosphorus 6 mg/dL, calcium 11 mg/dL
    expect high
"""
WHOLE = preamble() + RULES


@dataclass(frozen=True)
class Mutation:
    """A piece of the text that is replaced, and what is to be said of it: kind, part, name, aspect."""

    old: str
    new: str
    expected: tuple[str, str, str, str]


MUTATIONS = [
    Mutation("pth > pth_ceiling", "pth >= pth_ceiling", ("changed", "rule", "start_cinacalcet", "threshold")),
    Mutation("= 300 pg/mL", "= 600 pg/mL", ("changed", "parameter", "pth_ceiling", "value")),
    Mutation("calcium >= 8.4 mg/dL", "calcium >= 8.5 mg/dL", ("changed", "rule", "start_cinacalcet", "threshold")),
    Mutation(">= 10.2 mg/dL", "< 10.2 mg/dL", ("changed", "derived", "high", "threshold")),
    Mutation("within 90 days", "within 60 days", ("changed", "rule", "start_cinacalcet", "window")),
    Mutation(" or warfarin)", ")", ("removed", "rule", "start_cinacalcet", "alternative")),
    Mutation("pth > pth_ceiling and ", "", ("removed", "rule", "start_cinacalcet", "condition")),
    Mutation("when high", "when high and dialysis", ("added", "rule", "lower_phosphorus", "condition")),
    Mutation("    unless calcimimetic\n", "", ("removed", "rule", "start_cinacalcet", "exception")),
    Mutation(
        "unless calcimimetic", "unless pth < 50 or calcimimetic", ("added", "rule", "start_cinacalcet", "exception")
    ),
    Mutation("strength conditional", "strength strong", ("changed", "rule", "start_cinacalcet", "strength")),
    Mutation("certainty moderate", "certainty very low", ("changed", "rule", "start_cinacalcet", "certainty")),
    Mutation("suggest start", "recommend start", ("changed", "rule", "start_cinacalcet", "advice")),
    Mutation("reduce phosphorus", "measure phosphorus", ("changed", "rule", "lower_phosphorus", "advice")),
    Mutation('"Start it."', '"Begin."', ("changed", "rule", "start_cinacalcet", "text")),
    Mutation('"Look at calcium."', '"Look."', ("changed", "rule", "lower_phosphorus", "caution")),
    Mutation("cite trial 2", "cite trial 3", ("changed", "rule", "lower_phosphorus", "citation")),
    Mutation("    cite review 1\n", "", ("removed", "rule", "start_cinacalcet", "citation")),
    Mutation('"PTH is high"', '"PTH"', ("changed", "rule", "start_cinacalcet", "label")),
    Mutation("rule start_cinacalcet", "rule treat", ("renamed", "rule", "treat", "")),
    Mutation("age >= 18 years", "age > 18 years", ("changed", "scope", "minerals", "threshold")),
    Mutation("LOINC 2777-1", "LOINC 2777-1, 14879-1", ("added", "fact", "phosphorus", "codes")),
    Mutation("within 92 days", "within 31 days", ("changed", "fact", "pth", "window")),
    Mutation("look_back = 31 days", "look_back = 62 days", ("changed", "parameter", "look_back", "value")),
    Mutation("0.5 to 20 mg/dL", "0.5 to 25 mg/dL", ("changed", "fact", "phosphorus", "plausible range")),
    Mutation("3.0974", "3.1", ("changed", "fact", "phosphorus", "conversion")),
    Mutation('"warfarin"\n    absent means no', '"warfarin"', ("removed", "fact", "warfarin", "absence")),
    Mutation("effect lowers pth", "effect raises pth", ("changed", "intervention", "cinacalcet", "effect")),
    Mutation('"A trial of binders"', '"Another trial"', ("changed", "source", "trial", "title")),
    Mutation("version 1.0.0", "version 1.0.1", ("changed", "head", "minerals", "version")),
    Mutation("calcium 11 mg/dL", "calcium 12 mg/dL", ("changed", "example", "high values", "given")),
    Mutation('example "high values"', 'example "at 6"', ("renamed", "example", "at 6", "")),
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.new[:30])
def test_each_change_of_one_thing_is_told_as_just_that(mutation: Mutation) -> None:
    assert WHOLE.count(mutation.old) == 1
    found = told(WHOLE, WHOLE.replace(mutation.old, mutation.new))
    assert [(c.kind, c.part, c.name, c.aspect) for c in found] == [mutation.expected]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(MUTATIONS), min_size=2, max_size=5, unique=True))
def test_several_changes_are_told_each(mutations: list[Mutation]) -> None:
    text = WHOLE
    kept = []
    for mutation in mutations:
        if text.count(mutation.old) == 1:
            text = text.replace(mutation.old, mutation.new)
            kept.append(mutation.expected)
    found = told(WHOLE, text)
    renamed = {c.old: c.new for c in found if c.kind == "renamed"}
    expected = sorted((kind, part, renamed.get(name, name) or name, aspect) for kind, part, name, aspect in kept)
    assert sorted((c.kind, c.part, c.name, c.aspect) for c in found) == expected


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_text_and_its_canonical_layout_do_not_differ(path: Path) -> None:
    found = pair(path)
    for text in (found.old, found.new):
        whole = text if "guideline" in text.partition(" version ")[0] else preamble() + text
        printed = print_file(parse(Source("text", whole), Report()))
        assert told(whole, printed) == ()


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_layout_and_comments_say_nothing(random_: random.Random) -> None:
    file = parse(Source("text", WHOLE), Report())
    head, *others = file.statements
    random_.shuffle(others)
    shuffled = tuple(_shuffled(statement, random_) for statement in (head, *others))
    text = print_file(tree.File(shuffled, span=file.span))
    text = "".join(f"{line}{random_.choice(['', '  ', '  # a comment'])}\n" for line in text.splitlines())
    assert compare_text(edition(WHOLE), read_edition(Source("text", text))) == ()


def _shuffled(statement: tree.Statement, random_: random.Random) -> tree.Statement:
    """A statement with the operands of its conditions, its advice, citations and expectations in another order."""

    def anew(what: object) -> object:
        if isinstance(what, tuple):
            return tuple(map(anew, what))
        if not isinstance(what, tree.Node):
            return what
        fields = {f.name: anew(getattr(what, f.name)) for f in dataclasses.fields(what) if f.compare}
        for name in ("operands", "advice", "cites", "givens", "expects", "codes", "converts", "effects", "sources"):
            if name in fields and not isinstance(what, tree.FirstKnown):
                values = list(fields[name])  # type: ignore[call-overload]  # a tuple
                random_.shuffle(values)
                fields[name] = tuple(values)
        return dataclasses.replace(what, **fields)  # type: ignore[type-var]  # every node is a dataclass

    found = anew(statement)
    assert isinstance(found, tree.Node)
    return found  # type: ignore[return-value]  # of the same sort

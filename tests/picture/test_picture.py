"""Pictures: what is drawn, how it is written, and that no text of a guideline can be more than a text."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import xml.etree.ElementTree as ET

import pytest

import guidelang
from guidelang.picture import Look, Picture
from guidelang.source import Source

from ..golden import Golden

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (the program `dot`) is not installed")

TEXT = """
guideline trial version 1.2.0
    title "A trial"
    applies to dialysis
parameter ceiling = 5.5 mg/dL
fact dialysis "On dialysis" is yes or no from procedure SNOMED CT 302497006
fact lesion is yes or no from condition SNOMED CT 2
fact warfarin is yes or no from medication RxNorm 11289 absent means no
fact allergy is yes or no from allergy SNOMED CT 3
fact phosphorus "Phosphorus" is quantity in mg/dL from observation LOINC 2777-1 within 31 days
    plausible 0.5 to 20 mg/dL
fact calcium is quantity in mg/dL from observation LOINC 17861-6 within 31 days plausible 4 to 18 mg/dL
fact asked is yes or no
define product = phosphorus * calcium
define too_much "Product is high" = product > 55 mg2/dL2
define lesion_or_warfarin = lesion or warfarin
define either = first known of (not lesion, warfarin)
rule lower "Phosphorus is high" when phosphorus >= ceiling and not age < 18 unless warfarin or allergy
    recommend reduce phosphorus
rule teach when (lesion or warfarin and asked) and too_much suggest educate warfarin conclude taught
rule switch_it when warfarin and taught recommend stop warfarin overrides lower
rule next_one when recommended reduce phosphorus recommend measure phosphorus
rule two when at least 2 of (lesion, warfarin, phosphorus is missing) recommend discuss lesion
rule final_one when either or lesion_or_warfarin recommend discuss lesion
"""
FACTS = {
    "patient": "p1", "birth_date": "1957-03-20", "dialysis": True, "phosphorus": "6.1 mg/dL", "calcium": "9.8 mg/dL",
    "lesion": True, "warfarin": True, "asked": "unknown", "allergy": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def guideline() -> guidelang.Guideline:
    return guidelang.load(Source("<trial>", TEXT))


@pytest.fixture(scope="module")
def run(guideline: guidelang.Guideline) -> Picture:
    return guideline.evaluate(FACTS, as_of=dt.date(2024, 6, 1)).graph()


def _arrows(picture: Picture, target: str) -> set[tuple[str, str]]:
    titles = {node.id: node.title for node in picture.nodes}
    return {(titles[e.source], e.sort) for e in picture.edges if titles[e.target] == target}


def test_golden(guideline: guidelang.Guideline, run: Picture, golden: Golden) -> None:
    picture = guideline.graph()
    golden.check("network.mmd", picture.mermaid())
    golden.check("network.dot", picture.dot())
    golden.check("run.mmd", run.mermaid())
    golden.check("run.dot", run.dot())


def test_arrows_of_a_rule_are_its_conditions_and_exceptions(guideline: guidelang.Guideline) -> None:
    picture = guideline.graph()
    assert _arrows(picture, "lower") == {
        ("phosphorus >= ceiling", "needs"),
        ("age < 18", "not"),
        ("warfarin", "unless"),
        ("allergy", "unless"),
        ("switch_it", "overrides"),
    }
    assert _arrows(picture, "taught") == {("teach", "gives")}
    assert _arrows(picture, "switch_it") == {("warfarin", "needs"), ("taught", "needs")}
    assert _arrows(picture, "next_one") == {("lower", "needs")}
    assert _arrows(picture, "too_much") == {("product", "needs")}
    assert _arrows(picture, "product") == {("phosphorus", "needs"), ("calcium", "needs")}
    assert _arrows(picture, "either") == {("lesion", "not"), ("warfarin", "needs")}
    assert _arrows(picture, "applies to") == {("dialysis", "needs"), ("deceased", "not")}


def test_no_node_shows_an_identifier_of_the_network(guideline: guidelang.Guideline) -> None:
    assert not re.search(r"\b[0-9a-f]{12,}\b", guideline.graph().dot())


def test_one_rule_with_what_it_depends_on(guideline: guidelang.Guideline) -> None:
    titles = {node.title for node in guideline.graph(rule="lower").nodes}
    assert {"lower", "switch_it", "taught", "teach", "too_much", "calcium"} <= titles
    assert titles.isdisjoint({"two", "final_one", "next_one", "applies to", "dialysis"})
    with pytest.raises(KeyError):
        guideline.graph(rule="lowers")


def test_names_for_one_condition_make_no_circle() -> None:
    text = """
guideline g version 1.0.0
fact a is yes or no from condition SNOMED CT 1
fact n is quantity in mg/dL from observation LOINC 2777-1 within 31 days plausible 1 to 9 mg/dL
define high = n > 5 mg/dL
define tall = high
rule r when high conclude concluded
rule s when concluded conclude concluded_too
rule t when concluded_too and tall recommend discuss a
rule u when n > 5 mg/dL recommend discuss a
"""
    picture = guidelang.load(Source("<g>", text)).graph()
    above: dict[str, set[str]] = {node.id: set() for node in picture.nodes}
    for edge in picture.edges:
        above[edge.target].add(edge.source)
    while gone := {node for node, sources in above.items() if not sources}:
        above = {node: sources - gone for node, sources in above.items() if node not in gone}
    assert above == {}
    assert {node.title for node in picture.nodes} >= {"high", "tall", "concluded", "concluded_too", "r", "s", "t", "u"}


def test_a_long_chain_is_drawn() -> None:
    links = "\n".join(f"define d{n} = d{n - 1} and a{n % 2}" for n in range(1, 1500))
    facts = "\n".join(f"fact a{n} is yes or no from condition SNOMED CT {n + 1}" for n in (0, 1))
    text = (
        f"guideline g version 1.0.0\n{facts}\ndefine d0 = a0 or a1\n{links}\nrule r when d1499 recommend discuss a0\n"
    )
    picture = guidelang.load(Source("<g>", text)).graph(rule="r")
    assert len(picture.nodes) == 1500 + 2 + 1 + 1


def test_a_run_marks_each_node(run: Picture) -> None:
    marks = {node.title: (node.mark.look, node.mark.words) for node in run.nodes if node.mark is not None}
    assert len(marks) == len({node.title for node in run.nodes})
    assert marks["phosphorus"] == (Look.YES, "6.1 mg/dL")
    assert marks["allergy"] == (Look.NO, "no")
    assert marks["deceased"] == (Look.NO, "no, by absence")
    assert marks["asked"] == (Look.UNKNOWN, "unknown: recorded as unknown")
    assert marks["product"] == (Look.YES, "59.78 mg2/dL2")
    assert marks["phosphorus >= ceiling"] == (Look.YES, "true")
    assert marks["teach"] == (Look.YES, "applies")
    assert marks["lower"] == (Look.NO, "does not apply")
    assert marks["recommend reduce phosphorus"] == (Look.NO, "not given")
    assert marks["applies to"] == (Look.YES, "for this patient")


def test_an_overridden_rule_and_an_undecided_one(guideline: guidelang.Guideline) -> None:
    text = TEXT.replace("unless warfarin or allergy", "")
    result = guidelang.load(Source("<trial>", text)).evaluate({**FACTS, "calcium": "unknown"}, as_of="2024-06-01")
    marks = {node.title: node.mark for node in result.graph().nodes if node.mark is not None}
    assert marks["teach"].look is Look.UNKNOWN
    result = guidelang.load(Source("<trial>", text)).evaluate(FACTS, as_of="2024-06-01")
    marks = {node.title: node.mark for node in result.graph().nodes if node.mark is not None}
    assert (marks["lower"].look, marks["lower"].words) == (Look.OVERRIDDEN, "overridden by switch_it")


def test_outside_of_the_scope_no_rule_is_evaluated(guideline: guidelang.Guideline) -> None:
    picture = guideline.evaluate({**FACTS, "dialysis": False}, as_of="2024-06-01").graph()
    looks = {node.mark.look for node in picture.nodes if node.kind in ("rule", "advice") and node.mark is not None}
    assert looks == {Look.OUTSIDE}


def test_looks_differ_by_more_than_color(run: Picture) -> None:
    lines = dict(re.findall(r"classDef (\w+) (.*)", run.mermaid()))
    without_color = {look: re.sub(r"#\w+", "", style) for look, style in lines.items()}
    assert len(set(without_color.values())) >= len(Look) - 1  # the signs ✓ ✗ ? ↷ – tell all of them apart
    assert all(node.mark is None or str(node.mark)[0] in "✓✗?↷–" for node in run.nodes)


HOSTILE = r""""></td>&amp;<script>alert(1)</script>\N\l|{x}`````%%{init: 1}%% --> a["b"]; end"""


@pytest.fixture(scope="module")
def hostile() -> Picture:
    label = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    text = TEXT.replace('"Phosphorus is high"', f'"{label}"').replace('"A trial"', f'"{label}"')
    return guidelang.load(Source("<trial>", text)).graph()


def test_a_hostile_text_stays_a_text_in_mermaid(hostile: Picture) -> None:
    written = hostile.mermaid()
    assert "<script" not in written
    assert "%%{" not in written
    assert "```" not in written
    for line in written.splitlines():
        if '"' in line:
            assert line.count('"') == 2, line
    assert hostile._repr_markdown_().count("```") == 2


def test_a_hostile_text_stays_a_text_in_dot(hostile: Picture) -> None:
    written = hostile.dot()
    assert "<script" not in written
    assert "&amp;amp;" in written
    assert "\\" not in written


@needs_graphviz
def test_svg_is_an_image_with_the_words_of_the_guideline(run: Picture, hostile: Picture) -> None:
    words = " ".join(ET.fromstring(run.svg()).itertext())
    assert "switch_it" in words
    assert "✓ applies" in words
    image = ET.fromstring(hostile.svg())
    assert not [element for element in image.iter() if element.tag.endswith(("script", "}a"))]
    assert "<script>" in " ".join(image.itertext())
    assert hostile._repr_svg_() is not None


def test_without_graphviz_a_notebook_shows_mermaid(run: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert run._repr_svg_() is None
    assert run._repr_markdown_().startswith("```mermaid\nflowchart LR\n")
    with pytest.raises(guidelang.picture.NoGraphviz):
        run.svg()


def test_the_order_of_statements_changes_nothing(guideline: guidelang.Guideline) -> None:
    head, *statements = re.split(r"\n(?=parameter|fact|define|rule)", TEXT)
    other = guidelang.load(Source("<trial>", "\n".join([head, *reversed(statements)])))
    assert other.graph() == guideline.graph()

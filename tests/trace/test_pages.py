"""Pages: what they say, that they are well formed, and that nothing of a record is read as markup."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from xml.etree.ElementTree import Element

import html5lib
import pytest
from markdown_it import MarkdownIt

import guidelang
from guidelang.source import Source
from guidelang.trace.pages import explain_page, trace_fragment, trace_markdown, trace_page

from ..golden import Golden
from .test_text import GUIDELINE, PATIENT
from .written import FACTS, evaluate

HTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "<script>alert('x')</script><img src=x onerror=\"y()\"> & \"quoted\" 'too' {{ 7*7 }}"


@pytest.fixture(scope="module")
def result() -> guidelang.Result:
    return guidelang.load(Source("<trial>", GUIDELINE)).evaluate(PATIENT, as_of="2024-06-01", engine="direct")


def parsed(page: str) -> Element:
    """The tree of a page; fails for anything that a browser would have to guess."""
    return html5lib.HTMLParser(strict=True).parse(page)


def kept(page: str) -> str:
    """A page as a golden file keeps it: without the hash of the guideline and the style sheet."""
    page = re.sub(r"(?<=#)[0-9a-f]{12}\b|(?<=title=\")[0-9a-f]{64}", "0" * 12, page)
    page = re.sub(r"(?<=<style>).*?(?=</style>)", "…", page, flags=re.DOTALL)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", page)


def words(root: Element) -> str:
    return " ".join(" ".join(root.itertext()).split())


def test_html(golden: Golden, result: guidelang.Result) -> None:
    page = result.to_html()
    parsed(page)
    golden.check("page.html", kept(page))


def test_markdown(golden: Golden, result: guidelang.Result) -> None:
    golden.check("page.md", kept(result.to_markdown()))


@pytest.mark.parametrize("name", ["lower_phosphorus", "thiosulfate", "teach", "scope"])
def test_explanation(golden: Golden, result: guidelang.Result, name: str) -> None:
    page = result.why(name).to_html()
    parsed(page)
    golden.check(f"explain_{name}.html", kept(page))
    golden.check(f"explain_{name}.md", kept(result.why(name).to_markdown()))


@pytest.mark.parametrize("a", [False, "unknown"])
def test_a_page_without_outcomes(a: object) -> None:
    patient = guidelang.load(Source("<trial>", GUIDELINE)).evaluate({"a": a}, as_of="2024-06-01", engine="direct")
    text = words(parsed(patient.to_html()))
    told = "Undecided whether the guideline is for this patient" if a == "unknown" else "Not for this patient"
    assert told in text
    assert told in patient.to_markdown()
    assert "No advice" not in text


def test_nothing_is_loaded_and_nothing_runs(result: guidelang.Result) -> None:
    for page in (result.to_html(), result.why("thiosulfate").to_html()):
        root = parsed(page)
        tags = {element.tag.removeprefix(HTML) for element in root.iter() if isinstance(element.tag, str)}
        assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in attributes if name.startswith("on")} | attributes & {"src", "style"}
        assert all(e.attrib["href"].startswith("#") for e in root.iter(f"{HTML}a"))


def test_the_policy_allows_the_own_style_and_nothing_else(result: guidelang.Result) -> None:
    root = parsed(result.to_html())
    (policy,) = [e.attrib["content"] for e in root.iter(f"{HTML}meta") if "http-equiv" in e.attrib]
    (style,) = [e.text or "" for e in root.iter(f"{HTML}style")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def hostile_result() -> guidelang.Result:
    text = (
        FACTS.replace('"A guideline for tests"', '"<b>bold</b> & co"')
        + """
fact note "<i>Note</i>" is text from observation LOINC 1
rule r "<u>label</u>" when not note is "x" and phosphorus > 5 mg/dL
    recommend measure calcium "<script>1</script> {note}"
    caution "a < b & c"
    cite book "</style><script>"
"""
    )
    facts: dict[str, object] = {
        "patient": HOSTILE,
        "note": HOSTILE,
        "phosphorus": {"value": 6, "unit": "mg/dL"},
        HOSTILE: 1,
    }
    return guidelang.load(Source("<trial>", text)).evaluate(facts, as_of="2024-06-01", engine="direct")


def test_hostile_texts_are_text() -> None:
    hostile = hostile_result()
    for page in (hostile.to_html(), hostile.why("r").to_html()):
        root = parsed(page)
        assert HOSTILE in words(root).replace("  ", " ")
        assert not list(root.iter(f"{HTML}script")) + list(root.iter(f"{HTML}img")) + list(root.iter(f"{HTML}b"))
    fragment = html5lib.HTMLParser(strict=True).parseFragment(trace_fragment(hostile.trace()))
    assert not list(fragment.iter(f"{HTML}script"))


def test_hostile_texts_mean_nothing_in_markdown() -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(hostile_result().to_markdown())
    root = html5lib.HTMLParser().parseFragment(rendered)
    assert not list(root.iter(f"{HTML}script")) + list(root.iter(f"{HTML}img")) + list(root.iter(f"{HTML}a"))
    assert HOSTILE.split(" {{", maxsplit=1)[0] in words(root)


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "1. no list",
        "- no list",
        "+ no list",
        "*no* _emphasis_ `code` ~~struck~~",
        "[no](http://link.example) <http://link.example>",
        "a | cell",
        "> no quote",
        "&amp; no entity",
        "line\n\n# broken",
        "trailing \\",
    ],
)
def test_markdown_gives_every_text_back(text: str) -> None:
    trace = evaluate("rule r when a recommend measure calcium", {"a": True, "patient": text}).trace()
    rendered = MarkdownIt("commonmark").enable("table").enable("strikethrough").render(trace_markdown(trace))
    heading = re.findall(r"<h2>(.*?)</h2>", rendered)
    assert [words(html5lib.HTMLParser().parseFragment(h)) for h in heading] == [f"Patient {' '.join(text.split())}"]


def test_control_characters_do_not_reach_a_page() -> None:
    result = evaluate("rule r when a recommend measure calcium", {"a": True, "patient": "\x1b[2Jx\u202ey\x00"})
    for page in (result.to_html(), result.to_markdown()):
        assert not set(page) & {"\x1b", "\u202e", "\x00"}


def test_several_patients_have_a_table_of_contents() -> None:
    rules = "rule r when a recommend measure calcium"
    traces = [evaluate(rules, {"a": True, "patient": name}).trace() for name in ("one", "two")]
    root = parsed(trace_page(traces))
    targets = [e.attrib["href"].removeprefix("#") for e in root.iter(f"{HTML}a")]
    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)
    assert targets[:2] == ["p1", "p2"]
    assert not list(parsed(trace_page(traces[:1])).iter(f"{HTML}nav"))


def test_a_page_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="no patient"):
        trace_page([])


def test_headings_go_down_one_by_one(result: guidelang.Result) -> None:
    for page in (result.to_html(), explain_page(result.why("thiosulfate").document)):
        levels = [int(e.tag[-1]) for e in parsed(page).iter() if re.fullmatch(rf"{HTML}h\d", str(e.tag))]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_what_a_site_set_is_in_the_head() -> None:
    guideline = guidelang.load(Source("<trial>", GUIDELINE), parameters={"ceiling": "5 mg/dL"})
    result = guideline.evaluate(PATIENT, as_of="2024-06-01", engine="direct")
    head = next(parsed(result.to_html()).iter(f"{HTML}header"))
    assert "Set by this site: ceiling = 5 mg/dL" in words(head)
    assert "Set by this site: `ceiling` = 5 mg/dL" in result.to_markdown()


def drawing(facts: dict[str, object]) -> Element:
    rules = "rule r when phosphorus >= 5.5 mg/dL or phosphorus < 0.8 mmol/L recommend measure calcium"
    (found,) = list(parsed(evaluate(rules, facts).to_html()).iter("{http://www.w3.org/2000/svg}svg"))
    return found


def classes(root: Element) -> list[str]:
    return [e.attrib["class"] for e in root.iter() if "class" in e.attrib]


def test_a_drawing_tells_in_words_what_it_shows() -> None:
    drawn = drawing({"phosphorus": "5.5 mg/dL"})
    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["aria-label"] == (
        "phosphorus: 5.5 mg/dL, borderline. thresholds: below 2.47792 mg/dL is false, at least 5.5 mg/dL is true. "
        "plausible is 0.5 to 20 mg/dL"
    )
    assert {"point", "doubt", "tick true", "tick false"} <= set(classes(drawn))


def test_an_interval_is_a_band_and_an_unknown_value_has_no_place() -> None:
    censored = classes(drawing({"phosphorus": "<2.0 mg/dL"}))
    assert "band" in censored
    assert "point" not in censored
    unknown = classes(drawing({}))
    assert "axis open" in unknown
    assert not {"band", "point", "old"} & set(unknown)
    stale = classes(drawing({"phosphorus": {"value": 6, "unit": "mg/dL", "time": "2023-06-01"}}))
    assert "old" in stale
    assert "point" not in stale


def test_a_drawing_keeps_its_order() -> None:
    drawn = drawing({"phosphorus": "4 mg/dL"})
    low, high = [float(e.attrib["x1"]) for e in drawn.iter() if "x1" in e.attrib][1:3]
    (point,) = [float(e.attrib["cx"]) for e in drawn.iter() if "cx" in e.attrib]
    assert low < point < high

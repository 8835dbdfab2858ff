"""Every code is explained, and every wrong and right example of an explanation is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import guidelang
from guidelang.diagnostics import Diagnostic, GuidelineError, Report
from guidelang.explanations import explanations, groups
from guidelang.guideline import load
from guidelang.lint import lint
from guidelang.model import load as load_model
from guidelang.source import Source

from ..docs.documents import ROOT
from ..docs.terminal import Shell

_FENCE = re.compile(r"^```(?P<info>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEAD = "guideline shown version 1.0.0\n\nuse vocabulary nephrology\n\n"
_FREE_OF_SOURCES = ("G920",)  # fragments have no head that could declare a source
_SMALL = "guideline small version 1.0.0\n\nuse vocabulary nephrology\n\nrule r\n"
_SMALL += "    when dialysis and phosphorus > 5.5 mg/dL\n    recommend reduce phosphorus\n"
_CITED = """guideline kept version 1.0.0
    source paper "Statins"

use vocabulary nephrology

codes statins
    from valueset "http://example.org/ValueSet/statins"

fact statin is yes or no
    from medication in statins

rule stop_statin
    when statin
    recommend stop wound_care
    cite paper 1
"""


def _value_set(total: int, version: str = "1") -> bytes:
    listed = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "83367", "display": "atorvastatin"}]
    url = "http://example.org/ValueSet/statins"
    expansion = {"total": total, "contains": listed}
    return json.dumps({"resourceType": "ValueSet", "url": url, "version": version, "expansion": expansion}).encode()


_FILES = {
    "new.guide": _SMALL.encode(),
    "old.guide": _SMALL.replace("small", "caf\u00e9").encode("latin-1"),
    "broken.guide": b"guideline broken version 1.0.0\n" + b"rule when\n" * 1000,
    "archive.guide": bytes(21_000_000),
    "joined.guide": (_SMALL + "rule joined when " + " or ".join(["dialysis"] * 20_001) + " recommend rest").encode(),
    "export.json": bytes(101_000_000),
    "both/first.guide": _SMALL.replace("small", "first").encode(),
    "both/second.guide": _SMALL.replace("small", "second").encode(),
    "trial/2009/trial.guide": _SMALL.replace("small", "trial").encode(),
    "trial/2012/trial.guide": _SMALL.replace("small", "trial").encode(),
    "review.txt": b"Keep phosphorus below 5.5 mg/dL. Measure it monthly.",
    "p1.yaml": b"patient: p1\ndialysis: yes\npth: 12000 pg/mL\n",
    "ward/p1.yaml": b"patient: p1\ndialysis: yes\n",
    "ward/notes.txt": b"nothing",
    "statins.guide": _SMALL.encode() + b'\ncodes statins from valueset "http://example.org/ValueSet/statins"\n',
    "dialysis.guide": _SMALL.replace("rule r", "rule lower_phosphorus").encode(),
    "deck/p1.yaml": b"patient: p1\ndialysis: yes\nphosphorus: 6 mg/dL\n",
    "deck/expected.csv": b"case,as_of,high\np1,2024-06-01,1\n",
    "whole.json": _value_set(1),
    "paged.json": _value_set(2),
    "active.json": _value_set(1).replace(
        b'"total"', b'"parameter": [{"name": "activeOnly", "valueBoolean": true}], "total"'
    ),
    "statin.guide": _CITED.encode(),
    "kept/statin.guide": _CITED.encode(),
    "kept/valuesets/whole.json": _value_set(1),
    "kept/valuesets/broken.json": _value_set(1)[:-1],
    "versions/new.json": _value_set(1, version="2"),
    "versions/old.json": _value_set(1, version="1"),
}
"""What the commands of the examples find in their folder; the explanations tell of each."""


@dataclass(frozen=True)
class Example:
    code: str
    right: bool
    language: str
    text: str
    files: tuple[tuple[str, str], ...]  # those that a command reads

    def __str__(self) -> str:
        return f"{self.code}-{'right' if self.right else 'wrong'}-{self.language}"


def examples() -> Iterator[Example]:
    for code, explanation in explanations().items():
        blocks = [(found["info"].split(), found["text"]) for found in _FENCE.finditer(explanation.text)]
        for word in ("wrong", "right"):
            files = tuple(
                (name, text)
                for words, text in blocks
                for name in words
                if "." in name and (word in words or not {"wrong", "right"} & set(words))
            )
            for words, text in blocks:
                if word in words and not any("." in name for name in words):
                    yield Example(code, word == "right", words[0], text, files)


@pytest.mark.parametrize("example", list(examples()), ids=str)
def test_wrong_examples_are_found_and_right_ones_are_not(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = {"guide": _of_guide, "console": _of_commands, "python": _of_python}.get(example.language, _of_input)(
        example
    )
    if example.right:
        assert example.code not in found, found
    else:
        assert found == {example.code}, found


def test_every_code_has_a_wrong_and_a_right_example() -> None:
    has = {(example.code, example.right) for example in examples()}
    assert [code for code in explanations() if {(code, True), (code, False)} - has] == []


def test_every_explanation_says_what_it_means_and_why_it_matters() -> None:
    for explanation in explanations().values():
        before, _, _ = explanation.text.partition("```")
        assert len([part for part in before.split("\n\n") if part.strip()]) == 2, explanation.code


def test_every_code_that_is_raised_is_explained_and_no_other() -> None:
    sources = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]
    raised = {code for path in sources for code in re.findall(r'"(G\d{3})"', path.read_text(encoding="utf-8"))}
    assert list(explanations()) == sorted(raised)


def test_groups_hold_their_own_codes() -> None:
    for group in groups():
        assert {e.code[:2] for e in group.explanations} == {group.title[:2]}


def _of_guide(example: Example) -> set[str]:
    whole = re.match(r"(#[^\n]*\n|\s)*(guideline|vocabulary|use)\b", example.text)
    report = Report()
    loaded = load_model(Source("example.guide", example.text if whole else _HEAD + example.text), report)
    if loaded is None:
        return _codes(report.findings, ())
    if not example.code.startswith("G9"):
        assert not example.right or report.findings == []
        return _codes(report.findings, ())
    return _codes(lint(loaded, report).findings, () if whole else _FREE_OF_SOURCES)


def _of_input(example: Example) -> set[str]:
    path = Path(f"input.{example.language}")
    path.write_text(example.text, encoding="utf-8")
    report = Report()
    try:
        list(load(Source("small", _SMALL)).evaluate_all(path, as_of="2024-06-01", report=report))
    except GuidelineError as error:
        return _codes(error.diagnostics, ())
    return _codes(report.findings, ())


def _of_python(example: Example) -> set[str]:
    _write_files(example)
    try:
        exec(example.text, {"guidelang": guidelang})  # an example of our own
    except GuidelineError as error:
        return _codes(error.diagnostics, ())
    return set()


def _of_commands(example: Example) -> set[str]:
    _write_files(example)
    shell = Shell()
    printed = "".join(shell.run(line) for line in example.text.splitlines())
    found = set(re.findall(r"^\w+\[(G\d{3})\]", printed, re.MULTILINE))
    if example.code == "G115":
        found -= {"G101", "G112", "G103"}  # the errors that are too many
    return found


def _write_files(example: Example) -> None:
    for name, content in (*_FILES.items(), *((name, text.encode()) for name, text in example.files)):
        if Path(name).name in example.text or Path(name).parts[0] in re.split(r"[\s@]", example.text):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(content)


def _codes(findings: list[Diagnostic] | tuple[Diagnostic, ...], left_out: tuple[str, ...]) -> set[str]:
    return {finding.code for finding in findings} - set(left_out)

"""Each file in `diagnostics/` says on its lines which findings the lints make there."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang.diagnostics import Diagnostic, Report, Severity
from guidelang.guideline import load
from guidelang.lint import Level, lint, with_levels
from guidelang.model import load as load_model
from guidelang.model import shipped_editions, vocabulary_names
from guidelang.resources import folder
from guidelang.source import Source
from tests.expected_errors import check_expected_errors
from tests.shipped import sample_value_sets

FILES = sorted((Path(__file__).parent / "diagnostics").glob("*.guide"))
HEAD = "guideline g version 1\n\nuse vocabulary nephrology\n\n"


def _linted(source: Source, report: Report) -> None:
    own = Report()
    guideline = load_model(source, own)
    assert guideline is not None, own.findings
    for finding in lint(guideline, own).findings:
        if finding.span is not None and finding.span.source == source:
            report.add(finding)


def found(text: str, levels: dict[str, Level] | None = None) -> list[tuple[str, str, int]]:
    report = Report()
    guideline = load_model(Source("g.guide", text), report)
    assert guideline is not None, report.findings
    findings = lint(guideline, report, levels).sorted()
    return [(d.code, d.severity.value, d.span.line if d.span else 0) for d in findings]


@pytest.mark.parametrize("path", [f for f in FILES if f.stem != "comments"], ids=lambda path: path.stem)
def test_findings_stand_on_the_lines_that_cause_them(path: Path) -> None:
    check_expected_errors(path, _linted)


def test_comments_accept_findings() -> None:
    text = (Path(__file__).parent / "diagnostics" / "comments.guide").read_text(encoding="utf-8")
    lines = text.splitlines()
    expected = [("G920", "rule not_there"), ("G928", "# guidelang: ignore G920"), ("G928", "ignore G201")]
    expected += [("G928", "ignroe"), ("G929", "G920, G907")]
    got = [(code, lines[line - 1]) for code, _, line in sorted(found(text), key=lambda f: (f[0], f[2]))]
    assert [code for code, _ in got] == [code for code, _ in expected]
    for (_, line), (_, part) in zip(got, expected, strict=True):
        assert part in line


def test_a_guideline_without_sources_is_told_once() -> None:
    rules = "rule a when dialysis recommend measure pth\nrule b when warfarin recommend measure pth\n"
    assert found(HEAD + rules) == [("G920", "hint", 1)]


def test_levels() -> None:
    rule = "rule a when pth > 300 recommend measure pth\n"
    assert found(HEAD + rule, {"G920": Level.OFF}) == [("G901", "hint", 5)]
    assert found(HEAD + rule, {"G920": Level.ERROR, "G901": Level.OFF}) == [("G920", "error", 1)]


def test_a_level_moves_no_other_finding() -> None:
    error = Diagnostic("G201", Severity.ERROR, "unknown fact `x`")
    assert with_levels([error], {"G201": Level.OFF}) == [error]


def test_a_vocabulary_declares_for_others() -> None:
    vocabulary = (
        "vocabulary v version 1\nfact a is yes or no from condition SNOMED CT 46177005\nparameter b = 3\ndefine c = a\n"
    )
    assert found(vocabulary) == []


def test_an_unread_comment_in_a_vocabulary_is_told_when_it_is_checked_itself() -> None:
    vocabulary = "vocabulary v version 1\n# guidelang: ignore G903 none\nfact a is date from observation LOINC 8665-2\n"
    assert found(vocabulary) == [("G929", "warning", 2)]


@pytest.mark.parametrize("name", [*shipped_editions(), *vocabulary_names()])
def test_what_is_shipped_is_clean(name: str) -> None:
    vocabulary = folder("guidelines") / "vocabulary" / f"{name}.guide"
    where = vocabulary if vocabulary.exists() else name
    assert load(where, lints={}, valuesets=sample_value_sets(name)).diagnostics == ()


def test_loading_does_not_lint_unless_asked() -> None:
    text = Source("g.guide", HEAD + "rule a when dialysis recommend measure pth\n")
    assert load(text).diagnostics == ()
    assert [d.code for d in load(text, lints={}).diagnostics] == ["G920"]


def test_a_derived_fact_that_a_map_in_the_folder_names_is_used(tmp_path: Path) -> None:
    text = "guideline trial version 1\nuse vocabulary nephrology\ndefine high = phosphorus > 5.5 mg/dL\n"
    text += "define low = phosphorus < 2 mg/dL\n"
    (tmp_path / "trial.guide").write_text(text, encoding="utf-8")
    for name in ("trial.map.yaml", "map.yaml"):
        (tmp_path / name).write_text("columns:\n  numerator: [high]  # not low\n", encoding="utf-8")
        messages = [d.message for d in load(tmp_path / "trial.guide", lints={}).diagnostics if d.code == "G921"]
        assert messages == ["nothing uses the derived fact `low`"]
        (tmp_path / name).unlink()
    assert len([d for d in load(tmp_path / "trial.guide", lints={}).diagnostics if d.code == "G921"]) == 2


def test_what_to_do_about_an_absence_is_said_at_length_once() -> None:
    """Later findings about the same fact refer to the first, and still say what to do."""
    rules = "fact asked is yes or no from allergy RxNorm 1 absent means no\n"
    rules += "\n".join(f"rule r{n}\n    when dialysis\n    unless asked\n    recommend start x\n" for n in (1, 2))
    report = Report()
    guideline = load_model(Source("g.guide", HEAD + rules), report)
    assert guideline is not None
    first, second = [d for d in lint(guideline, report).sorted() if d.code == "G924"]
    assert first.suggestion is not None
    assert (
        "`r1` then waits for an answer; if it truly means no, accept this: # guidelang: ignore G924" in first.suggestion
    )
    assert [note.message for note in first.notes] == ["`asked` is declared here"]
    assert second.suggestion == "as in line 8: remove `absent means no` from `asked`, or accept this with a reason"
    assert second.notes == ()

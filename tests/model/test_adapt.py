"""A guideline that adapts another one: what changes do, what does not fit, and what stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang import load
from guidelang.diagnostics import GuidelineError, Report
from guidelang.model import load as load_model
from guidelang.network import compile_network
from guidelang.network.document import from_document, to_document
from guidelang.network.packed import pack, unpack
from guidelang.testing import run_examples

BASE = """guideline kidney version 1.2.0
    title "Kidney"
    effective 2024-01-01
    source review "A review"
    applies to dialysis

use vocabulary nephrology

parameter ceiling "Phosphorus to stay below" = 5.5 mg/dL
    plausible 3 to 8 mg/dL
    cite review 1

define high_phosphorus = phosphorus >= ceiling

rule lower_phosphorus "Phosphorus is high"
    when high_phosphorus
    recommend reduce phosphorus "Below {ceiling}."
    strength conditional
    cite review 1

rule check_pth
    when pth is missing
    overrides lower_phosphorus
    recommend measure pth

rule start_iron
    when ferritin < 100 ng/mL
    suggest start iron

rule discuss_iron
    when recommended start iron
    suggest discuss iron

example "high"
    on 2024-06-01
    given dialysis, phosphorus 5.6 mg/dL, pth 200 pg/mL, ferritin 200 ng/mL
    expect lower_phosphorus, not check_pth, not start_iron

example "iron"
    on 2024-06-01
    given dialysis, ferritin 50 ng/mL
    expect start_iron, discuss_iron

example "no pth"
    on 2024-06-01
    given dialysis, phosphorus 5.6 mg/dL, ferritin 200 ng/mL
    expect overridden lower_phosphorus by check_pth

fact ferritin is quantity in ng/mL
    from observation LOINC 2276-4

intervention iron "Iron" RxNorm 4984
"""
HEAD = "guideline ward version 3.0.0\n\nadapt kidney version 1.2\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kidney").mkdir()
    (tmp_path / "kidney" / "kidney.guide").write_text(BASE, encoding="utf-8")
    return tmp_path


def ward(folder: Path, *changes: str, head: str = HEAD) -> Path:
    path = folder / "ward.guide"
    text = "\n\n".join(f'change "Change {n}"\n    because "Reason {n}."\n    {each}' for n, each in enumerate(changes))
    path.write_text(f"{head}{text}\n", encoding="utf-8")
    return path


def errors(path: Path) -> list[tuple[str, str, str]]:
    """Code, file and text of each error."""
    report = Report()
    load_model(path, report)
    return [
        (each.code, Path(each.span.source.name).name, each.span.text)
        for each in report.sorted()
        if each.severity == "error" and each.span is not None
    ]


def outcome(path: Path, rule: str, **facts: object) -> str:
    given = {"dialysis": True, "phosphorus": "5.6 mg/dL", "pth": "200 pg/mL", "ferritin": "200 ng/mL"}
    return (
        load(path).evaluate({"patient": "p", **given, **facts}, as_of="2024-06-01", engine="direct")[rule].status.value
    )


def test_a_parameter_is_set_and_keeps_its_label_and_range_but_no_citation(folder: Path) -> None:
    path = ward(folder, "set parameter ceiling = 5.0 mg/dL")
    assert outcome(path, "lower_phosphorus", phosphorus="5.2 mg/dL") == "applies"
    (parameter,) = (p for p in load(path).network.parameters if p.name == "ceiling")
    assert (parameter.text, parameter.label, parameter.cites) == ("5.0 mg/dL", "Phosphorus to stay below", ())
    assert ("G401", "ward.guide", "50 mg/dL") in errors(ward(folder, "set parameter ceiling = 50 mg/dL"))


@pytest.mark.parametrize("value", ["5", "5 days", "5 mg/mg", "2024-01-01", "no codes"])
def test_a_value_of_another_form_does_not_fit(folder: Path, value: str) -> None:
    found = errors(ward(folder, f"set parameter ceiling = {value}"))
    assert [(code, file) for code, file, _ in found][:1] in ([("G405", "ward.guide")], [("G302", "kidney.guide")])


def test_a_parameter_of_a_vocabulary_and_a_fact_of_it_can_be_changed(folder: Path) -> None:
    path = ward(
        folder,
        "set parameter pth_window = 10 days",
        "replace fact phosphorus is quantity in mg/dL from observation ward:p1 within 7 days",
        head=HEAD.replace("adapt", 'system ward "urn:ward"\n\nadapt'),
    )
    network = load(path).network
    assert str(network.facts["pth"].window) == "10 days"
    assert [code.code.code for reading in network.facts["phosphorus"].readings for code in reading.codes] == ["p1"]


def test_a_removed_rule_is_gone_and_overrides_nothing(folder: Path) -> None:
    path = ward(folder, 'remove rule check_pth\n    remove example "no pth"')
    assert set(load(path).rules) == {"lower_phosphorus", "start_iron", "discuss_iron"}
    assert outcome(path, "lower_phosphorus", pth=None) == "applies"


def test_an_example_that_speaks_of_a_removed_rule_has_to_be_named(folder: Path) -> None:
    path = ward(folder, "remove rule start_iron")
    report = Report()
    load_model(path, report)
    (error,) = (each for each in report.findings if each.severity == "error")
    assert error.code == "G224"
    assert error.suggestion is not None
    assert 'remove example "iron"' in error.suggestion
    assert '"high"' not in error.suggestion  # `not start_iron` holds without the rule
    report = Report()
    results = run_examples(ward(folder, 'remove rule start_iron\n    remove example "iron"'), report)
    assert {result.name: result.passed for result in results} == {"high": True, "no pth": True}


def test_a_rule_is_amended(folder: Path) -> None:
    path = ward(
        folder,
        "amend rule lower_phosphorus only when age >= 18 years unless warfarin\n"
        '        caution "Ask first." strength strong urgency soon',
    )
    rule = load(path).rules["lower_phosphorus"]
    assert (rule.strength, rule.urgency, len(rule.cautions), len(rule.cites)) == ("strong", "soon", 1, 1)
    assert outcome(path, "lower_phosphorus", age=60, warfarin=False) == "applies"
    assert outcome(path, "lower_phosphorus", age=12, warfarin=False) == "not_applicable"
    assert outcome(path, "lower_phosphorus", age=60, warfarin=True) == "not_applicable"
    assert outcome(path, "lower_phosphorus") == "undecided"


def test_statements_are_replaced_and_added(folder: Path) -> None:
    path = ward(
        folder,
        "replace define high_phosphorus = phosphorus > 9 mg/dL",
        "add rule ask when high_phosphorus suggest discuss iron",
        'replace example "high" on 2024-06-01 given dialysis, phosphorus 9.5 mg/dL, pth 200 pg/mL expect ask',
    )
    assert outcome(path, "lower_phosphorus") == "not_applicable"
    results = run_examples(path, Report())
    assert {result.name: (result.passed, result.adapted) for result in results} == {
        "high": (True, None),
        "iron": (True, "kidney"),
        "no pth": (False, "kidney"),  # 5.6 is no longer high, which no change says
    }


def test_own_examples_may_stand_beside_the_changes(folder: Path) -> None:
    path = ward(folder, "set parameter ceiling = 5.0 mg/dL")
    example = 'example "own" on 2024-06-01 given dialysis, phosphorus 5.2 mg/dL, pth 200 pg/mL '
    example += "expect lower_phosphorus\n"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{example}", encoding="utf-8")
    assert {result.name: (result.passed, result.adapted) for result in run_examples(path, Report())} == {
        "own": (True, None),
        "high": (True, "kidney"),
        "iron": (True, "kidney"),
        "no pth": (True, "kidney"),
    }


def test_the_scope_is_narrowed_and_examples_of_the_base_do_not_mind(folder: Path) -> None:
    path = ward(
        folder,
        "applies only to age >= 18 years\n"
        '    add example "child" on 2024-06-01 given age 12 years, dialysis expect not for this patient',
    )
    results = run_examples(path, Report())
    assert len(results) == 4
    assert all(result.passed for result in results)
    facts = {"patient": "p", "dialysis": True, "age": 12}
    assert load(path).evaluate(facts, as_of="2024-06-01").scope.value == "not_for_this_patient"


def test_what_does_not_fit_is_told_where_it_stands(folder: Path) -> None:
    found = errors(
        ward(
            folder,
            "set parameter ceilling = 5 mg/dL",
            "remove rule lower_calcium",
            "replace rule ask when dialysis recommend start iron",
            "add rule start_iron when dialysis recommend start iron",
            "amend rule start_irn strength strong",
            'remove example "hihg"',
            "set parameter ceiling = 5 mg/dL set parameter ceiling = 6 mg/dL",
            "amend rule check_pth strength strong amend rule check_pth urgency soon",
        )
    )
    assert found == [
        ("G222", "ward.guide", "ceilling"),
        ("G222", "ward.guide", "lower_calcium"),
        ("G222", "ward.guide", "ask"),
        ("G222", "ward.guide", "start_iron"),
        ("G222", "ward.guide", "start_irn"),
        ("G222", "ward.guide", '"hihg"'),
        ("G222", "ward.guide", "ceiling"),
    ]


def test_errors_in_the_adapted_file_say_where_the_change_stands(folder: Path) -> None:
    report = Report()
    load_model(ward(folder, "replace define high_phosphorus = phosphorus * 2"), report)
    error = next(each for each in report.findings if each.severity == "error")
    assert error.span is not None
    assert Path(error.span.source.name).name == "kidney.guide"
    assert [Path(note.span.source.name).name for note in error.notes][-1:] == ["ward.guide"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "rule stray when dialysis recommend start iron", "G223"),
        (HEAD.replace("\n\nadapt", "\n    applies to dialysis\n\nadapt"), "G223"),
        (HEAD + "adapt kidney version 1.2.0", "G223"),
        (HEAD.replace("guideline ward", "guideline kidney"), "G223"),
        ("guideline ward version 1.0.0\n\nchange \"x\" because \"y\" remove rule a", "G223"),
        (HEAD.replace("kidney version 1.2", "kidneys version 1"), "G220"),
        (HEAD.replace("version 1.2\n", "version 1.3\n"), "G221"),
        (HEAD.replace("version 1.2\n", "version 1.20\n"), "G221"),
        (HEAD + 'change "x" remove rule start_iron', "G112"),
        (HEAD + 'change "x" because " " remove rule discuss_iron', "G112"),
        (HEAD + 'change "x" because "y"', "G112"),
    ],
)  # fmt: skip
def test_what_is_no_adaptation(folder: Path, text: str, code: str) -> None:
    path = folder / "ward.guide"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(GuidelineError) as caught:
        load(path)
    assert code in {each.code for each in caught.value.diagnostics}


def test_another_version_says_which_there_is_and_what_to_do(folder: Path) -> None:
    report = Report()
    load_model(ward(folder, "remove rule discuss_iron", head=HEAD.replace("1.2\n", "2\n")), report)
    (error,) = report.findings
    assert "kidney 1.2.0" in (error.expected or "")
    assert "--against kidney@1.2.0" in (error.suggestion or "")


def test_an_adaptation_can_be_adapted(folder: Path) -> None:
    ward(folder, "set parameter ceiling = 5.0 mg/dL")
    (folder / "room.guide").write_text(
        'guideline room version 1.0.0\n\nadapt ward version 3\n\nchange "Lower" because "Tried." '
        "set parameter ceiling = 4.5 mg/dL\n",
        encoding="utf-8",
    )
    network = load(folder / "room.guide").network
    assert network.adaptation is not None
    assert [(each.guideline, each.reason) for each in network.adaptation.changes] == [
        ("ward", "Reason 0."),
        ("room", "Tried."),
    ]
    assert [p.text for p in network.parameters if p.name == "ceiling"] == ["4.5 mg/dL"]


def test_guidelines_that_adapt_each_other_are_an_error(folder: Path) -> None:
    first, second = (
        f'guideline {a} version 1.0.0\n\nadapt {b} version 1\n\nchange "x" because "y" remove rule r\n'
        for a, b in (("alpha", "beta"), ("beta", "alpha"))
    )
    (folder / "alpha.guide").write_text(first, encoding="utf-8")
    (folder / "beta.guide").write_text(second, encoding="utf-8")
    assert [code for code, _, _ in errors(folder / "alpha.guide")] == ["G223"]


def test_the_network_lists_the_changes_and_the_rules_that_they_touch(folder: Path) -> None:
    path = ward(
        folder,
        "set parameter ceiling = 5.0 mg/dL",
        'remove rule start_iron\n    remove example "iron"',
        "set parameter pth_window = 80 days",
    )
    network = load(path).network
    assert network.adaptation is not None
    assert (network.adaptation.base, network.adaptation.version) == ("kidney", "1.2.0")
    assert [each.rules for each in network.adaptation.changes] == [
        ("lower_phosphorus",),
        ("discuss_iron",),
        ("check_pth",),
    ]
    assert [each.words for each in network.adaptation.changes[0].touched] == ["ceiling = 5.0 mg/dL, was 5.5 mg/dL"]
    assert from_document(to_document(network)) == network
    assert unpack(pack(network)) == network


def test_the_hash_covers_the_result_and_not_the_reasons(folder: Path) -> None:
    first = load(ward(folder, "set parameter ceiling = 5.0 mg/dL")).hash
    path = ward(folder, "set parameter ceiling = 5.0 mg/dL")
    path.write_text(path.read_text(encoding="utf-8").replace("Reason 0.", "Another reason."), encoding="utf-8")
    assert load(path).hash == first
    assert load(ward(folder, "set parameter ceiling = 5.1 mg/dL")).hash != first


def test_what_is_not_changed_means_what_it_meant(folder: Path) -> None:
    report = Report()
    base = load_model(folder / "kidney", report)
    adapted = load_model(ward(folder, "set parameter ceiling = 5.5 mg/dL"), report)
    assert base is not None
    assert adapted is not None
    old, new = compile_network(base), compile_network(adapted)
    assert (old.rules, old.nodes, old.scope) == (new.rules, new.nodes, new.scope)
    assert (new.title, new.effective, new.sources) == (old.title, old.effective, old.sources)


def test_an_edit_of_the_adapted_file_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDELANG_CACHE", str(folder / "cache"))
    path = ward(folder, "set parameter ceiling = 5.0 mg/dL")
    assert load(path).hash == load(path).hash
    base = folder / "kidney" / "kidney.guide"
    base.write_text(BASE.replace("ferritin < 100", "ferritin < 120"), encoding="utf-8")
    assert outcome(path, "start_iron", ferritin="110 ng/mL") == "applies"

"""A guideline is loaded whole, from wherever it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang.diagnostics import Report
from guidelang.model import Guideline, load
from guidelang.source import Source

HEAD = "guideline asthma version 1\n\nfact wheeze is yes or no\n"
RULE = "rule treat\n    when wheeze\n    recommend start reliever\n"
PART = "part of asthma\n\nrule review\n    when wheeze\n    recommend educate reliever\n"


def loaded(where: str | Path | Source, **parameters: str) -> Guideline:
    report = Report()
    guideline = load(where, report, parameters)
    assert guideline is not None, report.sorted()
    return guideline


def codes(where: str | Path | Source, parameters: dict[str, str] | None = None) -> list[str]:
    report = Report()
    load(where, report, parameters)
    return [d.code for d in report.sorted() if d.severity == "error"]


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.guide").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("named", [".", "asthma.guide", "review.guide"], ids=["folder", "head", "part"])
def test_a_guideline_in_several_files_is_never_loaded_in_part(tmp_path: Path, named: str) -> None:
    write(tmp_path, asthma=HEAD + RULE, review=PART, other="part of eczema\n")
    assert set(loaded(tmp_path / named).symbols.rules) == {"treat", "review"}


def test_a_vocabulary_is_found_beside_the_guideline_before_the_shipped_one(tmp_path: Path) -> None:
    write(
        tmp_path, g="guideline g version 1\nuse vocabulary nephrology\n", nephrology="vocabulary nephrology version 9\n"
    )
    assert "phosphorus" not in loaded(tmp_path / "g.guide").symbols.facts


def test_a_wrong_version_of_a_vocabulary_is_refused() -> None:
    assert codes(Source("g", "guideline g version 1\nuse vocabulary nephrology version 0.1\n")) == ["G207"]


def test_a_vocabulary_can_be_checked_alone() -> None:
    assert "x" in loaded(Source("v", "vocabulary v version 1\nfact x is yes or no\n")).symbols.facts


def test_a_vocabulary_holds_no_rules() -> None:
    assert codes(Source("v", "vocabulary v version 1\nfact wheeze is yes or no\n" + RULE)) == ["G204"]


def test_the_shortest_rule_of_a_newcomer_works_and_gets_a_hint() -> None:
    report = Report()
    text = (
        "guideline g version 1\nuse vocabulary nephrology\nrule r when phosphorus > 5.5 recommend reduce phosphorus\n"
    )
    assert load(Source("g", text), report) is not None
    (hint,) = report.sorted()
    assert (hint.code, hint.severity) == ("G901", "hint")
    assert hint.fix is not None
    fixed = text[: hint.fix.span.start] + hint.fix.replacement + text[hint.fix.span.end :]
    assert "phosphorus > 5.5 mg/dL recommend" in fixed
    assert loaded(Source("g", fixed))


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("calciphylaxs", "G001"),
        (Source("empty", ""), "G004"),
        (Source("comment", "# nothing yet\n"), "G004"),
        (Source("headless", HEAD.partition("\n")[2] + RULE), "G004"),
    ],
    ids=["no such name", "empty", "comment alone", "no head"],
)
def test_what_is_no_guideline_gets_one_clear_error(where: str | Source, code: str) -> None:
    assert codes(where) == [code]


def test_a_name_that_is_nearly_a_shipped_one_is_suggested() -> None:
    report = Report()
    load("calciphylaxs", report)
    assert report.sorted()[0].suggestion == "did you mean `calciphylaxis`?"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.guide"
    path.write_bytes(HEAD.encode() + b'fact x "\xff\xfe" is yes or no\n')
    report = Report()
    assert load(path, report) is None
    assert report.sorted()[0].code == "G002"
    assert "line 4" in report.sorted()[0].message


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "g.guide"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + RULE).replace("\n", "\r\n").encode())
    assert set(loaded(path).symbols.rules) == {"treat"}


def test_two_guidelines_in_a_folder_must_be_told_apart(tmp_path: Path) -> None:
    write(tmp_path, a="guideline a version 1\n", b="guideline b version 1\n")
    assert codes(tmp_path) == ["G005"]
    assert loaded(tmp_path / "a.guide").name == "a"


class TestParameters:
    TEXT = (
        "guideline g version 1\nuse vocabulary nephrology\n"
        "parameter ceiling = 5.5 mg/dL\n    plausible 3 to 8 mg/dL\n"
        "parameter window_of_trend = 92 days\nparameter listed = no codes\nparameter share = 0.5\n"
        "rule r\n    when highest phosphorus within window_of_trend > ceiling\n    recommend reduce phosphorus\n"
    )

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ceiling", "5.0 mg/dL"),
            ("ceiling", "1.6 mmol/L"),
            ("window_of_trend", "3 months"),
            ("listed", 'codes RxNorm 11289 "warfarin"'),
            ("listed", "no codes"),
            ("share", "0.7"),
        ],
    )
    def test_a_site_may_set_a_value_of_the_same_form(self, name: str, value: str) -> None:
        symbol = loaded(Source("g", self.TEXT.replace("    plausible 3 to 8 mg/dL\n", "")), **{name: value})
        assert symbol.symbols.parameters[name].set_by_site
        assert symbol.symbols.parameters[name].text == value

    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [
            ("celing", "5 mg/dL", "G404"),
            ("ceiling", "5", "G405"),
            ("ceiling", "31 days", "G405"),
            ("ceiling", "55 mg/dL", "G401"),
            ("window_of_trend", "3", "G405"),
            ("window_of_trend", "1.5 days", "G403"),
            ("share", "0.7 mg", "G405"),
        ],
    )
    def test_a_wrong_value_is_refused(self, name: str, value: str, code: str) -> None:
        assert code in codes(Source("g", self.TEXT), {name: value})

    def test_a_value_that_is_no_value_is_a_syntax_error(self) -> None:
        found = codes(Source("g", self.TEXT), {"ceiling": "lots"})
        assert found
        assert found[0].startswith("G1")


def test_all_errors_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    write(
        tmp_path,
        asthma=HEAD + RULE.replace("wheeze", "wheze"),
        review=PART.replace("wheeze", "wheez"),
    )
    report = Report()
    assert load(tmp_path, report) is None
    places = [(Path(d.span.source.name).name, d.span.line) for d in report.sorted() if d.span and d.code == "G201"]
    assert places == [("asthma.guide", 5), ("review.guide", 4)]


def findings(text: str) -> list[tuple[int, str]]:
    report = Report()
    load(Source("t", text), report)
    return [(d.span.line if d.span else 0, d.code) for d in report.sorted() if d.severity == "error"]


def test_a_head_with_an_error_hides_no_other_error() -> None:
    head = 'guideline g version 1\n    effective 01/02/2024\n    source review "A review"\n'
    rule = "rule r when wheez recommend start reliever cite review 2\n"
    assert findings(head + rule) == [(2, "G101"), (4, "G201")]
    assert findings("fcat a is yes or no\nrule r when wheez recommend start reliever\n") == [
        (1, "G004"),
        (1, "G102"),
        (2, "G201"),
    ]
    assert findings("guidline g version 1\nrule r when wheez recommend start reliever\n") == [(1, "G102"), (2, "G201")]


def test_what_a_faulty_statement_declares_is_not_called_unknown() -> None:
    assert findings(
        "guideline g version 1\n"
        "fcat tall is yes or no\n"
        "fact weight is quanity in kg\n"
        "define heavy = * weight\n"
        "rule one_1 when tall recomend start reliever\n"
        "rule second when tall and heavy and weight > 5 kg recommend start reliever overrides one_1\n"
    ) == [(2, "G102"), (3, "G102"), (4, "G101"), (5, "G102")]


def test_an_error_elsewhere_makes_no_rule_a_fact() -> None:
    rules = "rule one_1 when second recommend start reliever\nrule second when recommend start reliever\n"
    sound = "fact wheeze is yes or no\nrule third when wheeze recommend start reliever\n"
    text = "guideline g version 1\n" + sound + "rule fourth when third recommend start reliever\n" + rules
    assert findings(text) == [(4, "G201"), (6, "G101")]


def test_names_of_a_vocabulary_that_is_not_found_are_no_errors_of_their_own() -> None:
    text = "guideline g version 1\nuse vocabulary nefrology\nrule r when phosphorus > 5.5 mg/dL recommend measure pth\n"
    assert codes(Source("g", text)) == ["G206"]


def test_scores_that_add_each_other_up_are_a_cycle_and_nothing_else() -> None:
    text = "guideline g version 1\nscore s add t missing zero\nscore t add s missing zero\n"
    text += "table u is number by s row < 3 gives 1 row >= 3 gives 2\n"
    report = Report()
    assert load(Source("g.guide", text), report) is None
    assert [finding.code for finding in report.findings] == ["G501"]


def test_what_only_adapts_is_told_to_be_a_guideline_too() -> None:
    report = Report()
    text = 'adapt calciphylaxis version 1.0.0\nchange "Lower"\n    because "Ours."\n'
    load(Source("t", text + "    set parameter phosphorus_ceiling = 5 mg/dL\n"), report)
    (finding,) = [each for each in report.sorted() if each.severity == "error"]
    assert finding.code == "G004"
    assert (finding.expected or "").endswith("version 1.0.0`, and after it `adapt calciphylaxis version 1.0.0`")


def test_no_fact_is_called_patient_and_a_rule_may_be() -> None:
    report = Report()
    load(Source("t", "guideline t version 1\nfact patient is text\nrule patient when age > 5 recommend rest\n"), report)
    errors = [(d.code, d.span.line) for d in report.sorted() if d.severity == "error" and d.span is not None]
    assert errors[0] == ("G103", 2)
    report = Report()
    assert load(Source("t", "guideline t version 1\nrule patient when age > 5 recommend start rest\n"), report)

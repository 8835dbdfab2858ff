"""What is said about texts that are not in the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.syntax import format_source, parse, parse_expression, tree

from ..expected_errors import check_expected_errors

_FILES = sorted((Path(__file__).parent / "diagnostics").glob("*.guide"))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_errors_stand_on_the_lines_that_cause_them(path: Path) -> None:
    check_expected_errors(path, parse)


def read(text: str) -> tuple[tree.File, Report]:
    report = Report()
    return parse(Source("test.guide", text), report), report


def test_statements_around_an_error_are_returned() -> None:
    file, report = read(
        "fact a is yes or no\n"
        "rule broken when recommend start b\n"
        "rule sound when a recommend start b\n"
        "fcat c is yes or no\n"
        "define d = a\n"
    )
    assert [type(statement).__name__ for statement in file.statements] == ["Fact", "Rule", "Define"]
    assert [finding.span and finding.span.line for finding in report.sorted()] == [2, 4]


def test_the_statement_before_a_misspelled_one_is_returned() -> None:
    file, _ = read("parameter ceiling = 5\nfcat a is yes or no\nrule r when a recommend start b\n")
    assert [type(statement).__name__ for statement in file.statements] == ["Parameter", "Rule"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 10_000,
        "not " * 10_000 + "a",
        "-" * 10_000 + "1",
        " ^ ".join(["a"] * 10_000),
        " + ".join(["a"] * 10_000),
        "min(" * 10_000 + "a" + ")" * 10_000,
    ],
    ids=["parentheses", "open", "not", "minus", "power", "sum", "calls"],
)
def test_deep_nesting_is_an_error_of_its_own(text: str) -> None:
    report = Report()
    assert parse_expression(Source("test", text), report) is None
    assert [finding.code for finding in report.findings] == ["G108"]
    file, in_a_file = read(f"rule r when {text} recommend start b\nfact c is yes or no\n")
    assert [finding.code for finding in in_a_file.findings] == ["G108"]
    assert len(file.statements) == 1


def test_long_conditions_without_nesting_are_read() -> None:
    file, report = read("rule r when " + " or ".join(["a"] * 20_000) + " recommend start b\n")
    assert report.findings == []
    assert isinstance(file.statements[0], tree.Rule)


@pytest.mark.parametrize("word", ["and", "or"])
def test_more_conditions_than_a_person_writes_are_an_error(word: str) -> None:
    file, report = read(f"rule r when {f' {word} '.join(['a'] * 20_001)} recommend start b\nfact c is yes or no\n")
    assert [finding.code for finding in report.findings] == ["G117"]
    assert len(file.statements) == 1


NINES = "9" * 201


@pytest.mark.parametrize(
    "statement",
    [
        f"rule r when a > {NINES} mg/dL recommend start b",
        f"rule r when a > 0.{NINES} mg/dL recommend start b",
        f"rule r when at least {NINES} of (a, b) recommend start b",
        f"rule r when last {NINES} a > 5 mg/dL recommend start b",
        f"rule r when any a within {NINES} days recommend start b",
        f"parameter p = {NINES} mg/dL",
        f"parameter p = {NINES} days",
        f"fact a is number plausible 1 to {NINES}",
        f"fact a is quantity in mg/dL convert {NINES} mmol/L = 1 mg/dL",
        f"fact a is quantity in mg/dL within {NINES} days",
        f'example "e" on 2024-06-01 given a {NINES} mg/dL expect in scope',
        f'example "e" on 2024-06-01 given a 5 mg/dL {NINES} days ago expect in scope',
    ],
)
def test_a_number_of_too_many_digits_is_an_error_wherever_it_stands(statement: str) -> None:
    _, report = read(statement + "\n")
    assert [finding.code for finding in report.findings] == ["G118"]
    _, report = read(statement.replace(NINES, NINES[3:]) + "\n")
    assert "G118" not in [finding.code for finding in report.findings]


@pytest.mark.parametrize("statement", ["rule broken\n    when\n", "rule without_advice when a\n"])
def test_a_file_of_errors_ends_in_one_that_says_so(statement: str) -> None:
    _, report = read(statement * 600)
    assert len(report.findings) == 501
    assert report.sorted()[-1].code == "G115"


def test_no_error_has_a_place_outside_of_the_text() -> None:
    for text in ("rule", "rule r when", 'title "x', "", "#", "fact a is", "example"):
        _, report = read(text)
        for finding in report.findings:
            assert finding.span is not None
            assert finding.span.line == 1


def test_a_text_with_errors_is_not_formatted() -> None:
    report = Report()
    assert format_source(Source("test.guide", "rule r when\n"), report) is None
    assert report.has_errors


def test_an_expression_must_end_where_the_text_ends() -> None:
    report = Report()
    assert parse_expression(Source("test", "a > 5 rule"), report) is None
    assert report.has_errors

"""Diagnostics as a reader sees them."""

from __future__ import annotations

import json

from guidelang.diagnostics import Diagnostic, Fix, Note, Severity
from guidelang.source import Source, Span
from guidelang_cli.report import as_json, as_text, counted, summary


def span(text: str, piece: str) -> Span:
    start = text.index(piece)
    return Span(Source("a.guide", text), start, start + len(piece))


def underline(text: str, piece: str) -> tuple[str, str]:
    """The source line and the line below it."""
    lines = as_text([Diagnostic("G101", Severity.ERROR, "wrong", span(text, piece))]).plain.splitlines()
    return lines[3].partition("| ")[2], lines[4].partition("| ")[2]


def test_a_finding_with_everything() -> None:
    text = "rule r\n  when phosphorous > 5\nfact phosphorus is number\n"
    finding = Diagnostic(
        "G201",
        Severity.ERROR,
        "unknown fact `phosphorous`",
        span(text, "phosphorous"),
        expected="a fact",
        suggestion="did you mean `phosphorus`?",
        notes=(Note("declared here", span(text, "phosphorus is")),),
    )
    assert as_text([finding]).plain == (
        "error[G201]: unknown fact `phosphorous`\n"
        " --> a.guide:2:8\n"
        "  |\n"
        "2 |   when phosphorous > 5\n"
        "  |        ^^^^^^^^^^^\n"
        "  = expected: a fact\n"
        "  = help: did you mean `phosphorus`?\n"
        "  = note: declared here\n"
        " ::: a.guide:3:6\n"
        "  |\n"
        "3 | fact phosphorus is number\n"
        "  |      ^^^^^^^^^^^^^"
    )


def test_tabs_and_wide_characters_do_not_move_the_underline() -> None:
    assert underline("\twhen x", "x") == ("    when x", "         ^")
    assert underline("a\tb x", "x") == ("a   b x", "      ^")
    assert underline('"日本" x', "x") == ('"日本" x', "       ^")
    assert underline('"日本" x', "日本") == ('"日本" x', " ^^^^")
    assert underline("e\u0301 x", "x") == ("e\u0301 x", "  ^")


def test_a_span_over_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert underline("rule a\nrule b", "a\nrule") == ("rule a", "     ^...")


def test_an_empty_span_points_at_its_place() -> None:
    source = Source("a.guide", "rule")
    text = as_text([Diagnostic("G101", Severity.ERROR, "nothing here", Span(source, 4, 4))]).plain
    assert text.endswith("1 | rule\n  |     ^")


def test_a_very_long_line_is_shown_around_its_span() -> None:
    shown, under = underline("a" * 5000 + " wrong " + "b" * 5000, "wrong")
    assert len(shown) <= 200
    assert shown[under.index("^") :].startswith("wrong")


def test_a_text_cannot_write_to_the_terminal() -> None:
    assert "\x1b" not in as_text([Diagnostic("G101", Severity.ERROR, "\x1b[2J", span("\x1b[2Jx", "x"))]).plain


def test_json_has_places_from_one_and_the_fix() -> None:
    text = "rule r when p > 5\n"
    place = span(text, "5")
    finding = Diagnostic("G901", Severity.HINT, "no unit", place, fix=Fix(place, "5 mg/dL"))
    (document,) = json.loads(as_json([finding]))
    assert (document["line"], document["column"], document["end_line"], document["end_column"]) == (1, 17, 1, 18)
    assert document["fix"]["replacement"] == "5 mg/dL"
    assert document["notes"] == []


def test_a_finding_about_a_file() -> None:
    finding = Diagnostic("G001", Severity.ERROR, "cannot read", file="none.guide")
    assert as_text([finding]).plain == "error[G001]: cannot read\n --> none.guide"
    (document,) = json.loads(as_json([finding]))
    assert (document["file"], document["line"]) == ("none.guide", None)


def test_summary() -> None:
    findings = [Diagnostic("G101", severity, "") for severity in (Severity.HINT, Severity.ERROR, Severity.ERROR)]
    assert summary(findings) == "2 errors, 1 hint"
    assert summary([]) == "no findings"


def test_one_is_no_plural() -> None:
    assert [counted(number, "rule") for number in (0, 1, 2)] == ["0 rules", "1 rule", "2 rules"]

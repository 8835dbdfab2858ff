"""The laws of parser and printer."""

from __future__ import annotations

import random
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelang.diagnostics import Report
from guidelang.facts.state import Reason
from guidelang.source import Source
from guidelang.syntax import grammar, parse, parse_expression, parse_parameter_value, print_expression, print_file, tree

from .strategies import expressions, files

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read(text: str) -> tree.File:
    report = Report()
    file = parse(Source("test.guide", text), report)
    assert report.findings == [], text
    return file


@slow
@given(files())
def test_what_is_printed_reads_as_the_same_tree(file: tree.File) -> None:
    text = print_file(file)
    again = read(text)
    assert again == file
    assert print_file(again) == text


@slow
@given(expressions(20))
def test_an_expression_printed_on_one_line_reads_as_the_same_tree(expression: tree.Expression) -> None:
    text = print_expression(expression)
    report = Report()
    assert parse_expression(Source("test", text), report) == expression
    assert report.findings == []
    assert "\n" not in text


@slow
@given(files(), st.randoms(use_true_random=False))
def test_layout_carries_no_meaning(file: tree.File, chance: random.Random) -> None:
    pieces = _TOKEN.findall(print_file(file))
    blanks = [" ", "  ", "\n", "\r\n", "\t", "\n\n    "]
    assert read("".join(piece + chance.choice(blanks) for piece in pieces)) == file


@slow
@given(files(), st.randoms(use_true_random=False))
def test_no_comment_is_lost(file: tree.File, chance: random.Random) -> None:
    pieces = []
    number = 0
    for piece in _TOKEN.findall(print_file(file)):
        pieces.append(piece)
        pieces.append(chance.choice([" ", " ", "\n", "\n    ", "\n\n"]))
        if chance.random() < 0.3:
            pieces.append(
                chance.choice(["", "\n", "\n    ", "\n\n"])
                + f'# remark {number} "open {{x'
                + chance.choice(["\n", "\n\n"])
            )
            number += 1
    text = "".join(pieces)
    with_comments = read(text)
    assert with_comments == file
    assert len(with_comments.comments) == number
    printed = print_file(with_comments)
    again = read(printed)
    assert again == file
    assert sorted(comment.text for comment in again.comments) == sorted(
        comment.text for comment in with_comments.comments
    )
    assert print_file(again) == printed


@given(st.text())
def test_any_text_is_read_without_an_exception(text: str) -> None:
    report = Report()
    file = parse(Source("test.guide", text), report)
    if not report.findings:
        assert read(print_file(file)) == file


@slow
@given(files(), st.data())
def test_a_damaged_text_is_read_without_an_exception(file: tree.File, data: st.DataObject) -> None:
    text = print_file(file)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 5))
        put = data.draw(
            st.sampled_from(["", '"', "(", ")", ",", " when ", " rule ", "\nfact ", "5.", "1e5", "=>", "#", "\\", "{"])
        )
        text = text[:at] + put + text[at + gone :]
    report = Report()
    damaged = parse(Source("test.guide", text), report)
    printed = print_file(damaged)  # the statements that could be read
    if not report.findings:
        assert read(printed) == damaged
    for finding in report.findings:
        assert finding.span is not None
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        for said in (finding.message, finding.expected or "", finding.suggestion or ""):
            assert not re.search(r"\b[A-Z]+_[A-Z]+\b|\$END", said.replace(finding.span.text, "")), said


_WORDS = st.sampled_from(
    [*sorted(grammar.keywords()), *sorted(grammar.reserved_words()), "a", "b_2", "5", "5.5", "mg/dL", "days", '"text"',
     "2024-06-01", "LOINC", "2777-1", "clinic:ulcer", "=", "<", ">=", "+", "-", "*", "/", "^", "(", ")", ",",
     "# remark\n", "\n", "Loinc", "whne", "==", "5,5", '"']
)  # fmt: skip


@given(st.lists(_WORDS, max_size=12).map(" ".join))
def test_words_in_any_order_are_read_without_an_exception(text: str) -> None:
    report = Report()
    source = Source("test.guide", text)
    for read_as in (parse, parse_expression):
        read_as(source, report)
    parse_parameter_value(text, report)
    for finding in report.findings:
        assert finding.span is not None
        assert finding.span.end <= len(text)


# Pieces between which blanks may stand. A unit may hold parentheses; `absent means no` and the like are one word.
_TOKEN = re.compile(
    r"absent means no|(?:some|any) advice\b"
    r"|codes complete|SNOMED CT|very low|-*(?:sum|covered days) of|-*days from|on different days"
    r"|on a day of|on the (?:last|first) day with|together with|in encounter|by practitioner"
    r"|in the same encounter as|by the same practitioner as"
    rf"|(?:{'|'.join(reason.value for reason in Reason if ' ' in reason.value)})\b"
    r'|"(?:\\.|[^"\\])*"|(?<=[<>])-?[\d.]+|[<>]=?(?=-?\d)|[(,]'
    r'|(?:\{[^{}\s]*\}|\([^\s()"]*\)|[^\s(),"{}])+|\S'
)
_DAMAGE = ["", '"', "(", ")", ",", " when ", " rule ", "\nfact ", "5.", "1e5", "=>", "#", "\\", "{"]

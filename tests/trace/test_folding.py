"""Names in narrow columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.trace.page import Folding, as_string


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("g1.initial-population", 30, ["g1.initial-population"]),
        ("g1.initial-population", 15, ["g1.initial-", "population"]),
        ("reduce_calcium, start_cinacalcet", 20, ["reduce_calcium,", "start_cinacalcet"]),
        ("start_sodium_thiosulfate", 13, ["start_sodium_", "thiosulfate"]),
        ("start_sodium_thiosulfate", 8, ["start_", "sodium_", "thiosulf", "ate"]),
        ("one\ntwo three", 9, ["one", "two three"]),
        ("", 5, [""]),
    ],
)
def test_names_break_at_their_signs(text: str, width: int, lines: list[str]) -> None:
    assert Folding(text).lines(width) == lines


@given(st.text("ab_.-/ \n世", max_size=40), st.integers(2, 30))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text: str, width: int) -> None:
    page = as_string(Folding(text), width=width)
    assert "".join(page.split()) == "".join(text.split())
    assert all(sum(2 if char == "世" else 1 for char in line) <= width for line in page.splitlines())

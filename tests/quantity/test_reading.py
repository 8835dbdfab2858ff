"""Numbers for a reader."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.quantity import rounded

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-10_000, max_value=10_000, places=8)


@pytest.mark.parametrize(
    ("number", "limits", "told"),
    [
        ("5.513372", ["5.5"], "5.513"),
        ("0.777777777778", ["0.5"], "0.7778"),
        ("123456.789", [], "123457"),
        ("0.0000123456789", [], "0.00001235"),
        ("-2.71828182846", [], "-2.718"),
        ("1.00000001", [], "1"),
        ("10.2000004", ["10.2"], "10.2000004"),
        ("10.2001004", ["10.2"], "10.2001"),
        ("3.14159265", ["3.1416"], "3.141593"),
        ("9.80000", [], "9.80000"),
        ("1234567", [], "1234567"),
        ("2024-05-20", [], "2024-05-20"),
        ("hemodialysis", [], "hemodialysis"),
    ],
)
def test_what_nobody_reads_is_rounded(number: str, limits: list[str], told: str) -> None:
    assert rounded(number, limits) == told


@given(numbers, st.lists(numbers, max_size=3))
def test_a_rounded_value_stays_on_its_side_of_each_limit(number: Decimal, limits: list[Decimal]) -> None:
    told = Decimal(rounded(format(number, "f"), [format(limit, "f") for limit in limits]))
    assert abs(told - number) <= abs(number) / 1000
    for limit in limits:
        assert told.compare(limit) == number.compare(limit)

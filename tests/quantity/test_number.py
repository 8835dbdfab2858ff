"""Reading, rounding and printing numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.quantity import format_number, from_number, parse_decimal, round_half_even, round_significant


@pytest.mark.parametrize(
    ("number", "value", "places"),
    [
        ("5.50", F(11, 2), 2),
        (" -0.3 ", F(-3, 10), 1),
        ("1e-3", F(1, 1000), 3),
        ("1.5e3", F(1500), 0),
        (".5", F(1, 2), 1),
        (7, F(7), 0),
        (0.1, F(1, 10), 1),
        (5.0, F(5), 0),
        (1e22, F(10**22), 0),
        (2.5e-7, F(1, 4_000_000), 8),
        (Decimal("5.50"), F(11, 2), 2),
        (Decimal("1E+2"), F(100), 0),
    ],
)
def test_numbers_as_meant(number: int | float | Decimal | str, value: F, places: int) -> None:
    assert from_number(number) == (value, places)


@pytest.mark.parametrize(
    "number",
    [
        *["", "abc", "1,5", "1_000", "nan", "inf", "-Infinity", "1e9999", "٣", "5.", "0x10", "1/2", "9" * 10_000],
        *[float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e100000"), True, 10**1000],
    ],
)
def test_no_numbers(number: int | float | Decimal | str) -> None:
    with pytest.raises(ValueError, match=r"number|large"):
        from_number(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_its_shortest_decimal(number: float) -> None:
    value, _ = from_number(number)
    assert value == F(repr(number))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_printing_a_decimal_reads_back(number: Decimal) -> None:
    assert parse_decimal(format_number(F(number))) == F(number)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F("5.513372"), "5.513372"),
        (F("5.50"), "5.5"),
        (F(-3), "-3"),
        (F(0), "0"),
        (F(1, 3), "0.333333"),
        (F(-200, 3), "-66.6667"),
        (F(2_000_000, 3), "666667"),
        (F(20_000_000, 3), "6666670"),
        (F(1, 1000), "0.001"),
        (F(15) * 10**39, "1.5e40"),
        (F(-1, 3 * 10**50), "-3.33333e-51"),
        (F(10) ** 6000, "1e6000"),
    ],
)
def test_printing(value: F, text: str) -> None:
    assert format_number(value) == text


def test_printing_with_as_many_digits_as_are_asked_for() -> None:
    assert format_number(F(2, 3), 3) == "0.667"
    assert format_number(F(2, 3 * 10**50), 3) == "6.67e-51"
    assert format_number(F(2, 3 * 10**50), 40) == f"6.{'6' * 38}7e-51"


def test_rounding_ties_go_to_the_even_neighbour() -> None:
    assert round_half_even(F("2.5"), 0) == 2
    assert round_half_even(F("3.5"), 0) == 4
    assert round_half_even(F("0.125"), 2) == F("0.12")
    assert round_half_even(F(150), -2) == 200
    assert round_significant(F("1.000000000005")) == F("1.00000000000")
    assert round_significant(F("1.000000000015")) == F("1.00000000002")
    assert round_significant(F("999999999999.9")) == 10**12
    with pytest.raises(ValueError, match="places"):
        round_half_even(F(1), 10**9)


@given(st.fractions().filter(bool), st.integers(1, 15))
def test_rounding_to_significant_digits_is_near_and_stable(value: F, digits: int) -> None:
    rounded = round_significant(value, digits)
    assert abs(rounded - value) / abs(value) <= F(1, 2 * 10 ** (digits - 1))
    assert round_significant(rounded, digits) == rounded
    assert round_significant(-value, digits) == -rounded

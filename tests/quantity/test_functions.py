"""Powers and logarithms: 12 significant digits, half-even, correctly rounded, never a long wait."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.quantity import exp, ln, log10, power, round_significant


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (power(F(2), F(1, 2)), "1.41421356237"),
        (power(F(4), F(1, 2)), "2"),
        (power(F(10), F(-3)), "0.001"),
        (power(F("1.212"), F(2)), "1.468944"),
        (power(F(8, 27), F(-2, 3)), "2.25"),
        (power(F(-2), F(3)), "-8"),
        (power(F(-2), F(4)), "16"),
        (power(F(0), F(2)), "0"),
        (power(F(0), F(0)), "1"),
        (power(F(5), F(0)), "1"),
        (power(F(2), F(100)), "1267650600230000000000000000000"),
        (ln(F(1)), "0"),
        (ln(F(2)), "0.693147180560"),
        (ln(F(1, 2)), "-0.693147180560"),
        (log10(F(1000)), "3"),
        (log10(F(1, 100)), "-2"),
        (log10(F(2)), "0.301029995664"),
        (exp(F(0)), "1"),
        (exp(F(1)), "2.71828182846"),
        (exp(F(-1)), "0.367879441171"),
    ],
)
def test_known_values(value: F | None, expected: str) -> None:
    assert value == F(expected)


def test_a_tie_in_the_thirteenth_digit_goes_to_the_even_neighbour() -> None:
    assert power(F("1.000000000005") ** 2, F(1, 2)) == 1
    assert power(F("1.000000000015") ** 2, F(1, 2)) == F("1.00000000002")
    assert power(F("1.000000000005"), F(1)) == 1


def test_arguments_near_one_keep_their_digits() -> None:
    tiny = F(1, 10**60)
    assert ln(1 + tiny) == tiny
    assert ln(1 + F(1, 3 * 10**60)) == round_significant(F(1, 3 * 10**60))
    assert power(1 + tiny, F(10**60)) == F("2.71828182846")


@pytest.mark.parametrize(
    "value",
    [
        power(F(0), F(-1)),
        power(F(-2), F(1, 2)),
        ln(F(0)),
        ln(F(-1)),
        log10(F(0)),
        log10(F(-10)),
    ],
)
def test_undefined(value: F | None) -> None:
    assert value is None


@pytest.mark.parametrize(
    "value",
    [
        power(F(10), F(10**30)),
        power(F(1, 10), F(10**30)),
        power(F("1.0000001"), F(10**40)),
        power(1 + F(1, 10**100), F(10**300)),
        power(1 - F(1, 10**100), F(10**300)),
        power(F(10**3000), F(1, 3)),
        power(F(2), F(1, 10**3000)),
        exp(F(10**50)),
        exp(2300 + F(1, 10**9)),
        exp(F(-(10**50))),
        ln(F(10**3000)),
    ],
)
def test_absurd_sizes_are_refused(value: F | None) -> None:
    assert value is None


def test_the_largest_exponent_has_its_value() -> None:
    with localcontext() as context:
        context.prec = 60
        assert exp(F(2300)) == round_significant(Decimal(2300).exp())
        assert exp(F(-2300)) == round_significant(Decimal(-2300).exp())


@pytest.mark.parametrize("tie", ["1.000000000005", "1.234567890125"])
@pytest.mark.parametrize("beside", ["1e-30", "-1e-30", "1e-90", "-1e-90"])
def test_a_value_beside_a_tie_goes_to_its_own_side_however_near(tie: str, beside: str) -> None:
    with localcontext() as context:
        context.prec = 200
        near = Decimal(tie) + Decimal(beside)
        expected = round_significant(near)
        assert exp(F(near.ln())) == expected
        assert ln(F(near.exp())) == expected
        assert power(F(near**3 + Decimal("1e-150")), F(1, 3)) == expected
        context.prec = 100
        assert log10(F(context.power(10, near))) == expected


def test_the_sign_of_huge_powers_of_minus_one() -> None:
    assert power(F(-1), F(10**40)) == 1
    assert power(F(-1), F(10**40 + 1)) == -1


POSITIVE = st.fractions(min_value=F(1, 1000), max_value=1000, max_denominator=1000)


@given(POSITIVE, st.fractions(min_value=-3, max_value=3, max_denominator=100))
def test_powers_agree_with_doubles(base: F, exponent: F) -> None:
    value = power(base, exponent)
    assert value is not None
    assert math.isclose(value, float(base) ** float(exponent), rel_tol=1e-11)
    assert round_significant(value) == value


@given(st.decimals(min_value="0.001", max_value=1000, places=3))
def test_logarithms_and_exponentials_agree_with_decimal_at_high_precision(number: Decimal) -> None:
    with localcontext() as context:
        context.prec = 60
        assert ln(F(number)) == round_significant(number.ln())
        assert log10(F(number)) == round_significant(number.log10())
        assert exp(F(number) / 10) == round_significant((number / 10).exp())


def test_the_threads_decimal_context_has_no_say() -> None:
    with localcontext() as context:
        context.prec = 3
        assert ln(F(2)) == F("0.693147180560")
        assert power(F(2), F(1, 3)) == F("1.25992104989")

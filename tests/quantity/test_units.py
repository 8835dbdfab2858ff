"""Parsing UCUM codes, and what a unit's signature keeps apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.quantity import (
    ONE,
    Unit,
    UnitError,
    computed_factor,
    conversion,
    parse_unit,
    unit_power,
    unit_product,
    unit_quotient,
)
from guidelang.quantity.table import table

CODES = st.sampled_from(table().common)
UNITS = CODES.map(parse_unit)


def same_meaning(a: Unit, b: Unit) -> bool:
    return (a.factor, a.offset, a.dimension) == (b.factor, b.offset, b.dimension)


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("mg/dL", "g/(100.L)"),
        ("10^3/uL", "10*9/L"),
        ("s-1", "/s"),
        ("m2", "m.m"),
        ("mg/(24.h)", "mg/d"),
        ("mL/min/kg", "mL/(min.kg)"),
        ("mg/kg.d", "(mg/kg).d"),
        ("m[IU]/L", "u[IU]/mL"),
        ("[iU]", "[IU]"),
        ("meq/L", "mEq/L"),
        ("g2{creat}", "g{creat}.g{creat}"),
        ("U/L", "umol/min/L"),
        ("cm[H2O]", "10.mm[H2O]"),
    ],
)
def test_codes_of_one_meaning(code: str, same: str) -> None:
    assert same_meaning(parse_unit(code), parse_unit(same))


def test_the_code_is_kept_as_written() -> None:
    assert parse_unit("10^3/uL").code == "10^3/uL"


def test_dots_and_strokes_bind_from_left_to_right() -> None:
    assert conversion(parse_unit("mg/kg.d"), parse_unit("mg/(kg.d)")) is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("mL/min/{1.73_m2}", "mL/min"),
        ("mg/g", "%"),
        ("mmol/mol", "%"),
        ("mg/g", "mmol/mol"),
        ("mg/g", "mg/g{creat}"),
        ("mL/L", "mg/g"),
        ("%", "%{HbA1c}"),
        ("mol", "eq"),
        ("osm", "mol"),
        ("[IU]/L", "U/L"),
        ("[IU]", "1"),
        ("[IU]", "[USP'U]"),
        ("mo", "d"),
        ("a", "d"),
        ("mo", "wk"),
        ("{score}", "1"),
        ("{copies}/mL", "/mL"),
        ("/[HPF]", "1"),
        ("[pH]", "1"),
        ("mm[Hg]", "mm"),
        ("Cel/min", "K/min"),
        ("mg/dL", "mmol/L"),
    ],
)
def test_never_converted(a: str, b: str) -> None:
    assert conversion(parse_unit(a), parse_unit(b)) is None


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("MG/DL", "mg/dL"),
        ("mmHg", "mm[Hg]"),
        ("mm Hg", "mm[Hg]"),
        ("IU/L", "[IU]/L"),
        ("mIU/mL", "m[IU]/mL"),
        ("mcg", "ug"),
        ("µg/L", "ug/L"),
        ("μg/L", "ug/L"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
        ("ml/min/1.73 m^2", "ml/min/{1.73_m2}"),
        ("mL/min/1.73.m2", "mL/min/{1.73_m2}"),
        ("K/uL", "10*3/uL"),
        ("x10^3/uL", "10*3/uL"),
        ("10E9/L", "10*9/L"),
        ("Thousand/uL", "10*3/uL"),
        ("cells/uL", "{cells}/uL"),
        ("kg/m²", "kg/m2"),
        ("kg/m^2", "kg/m2"),
        ("mOsm/kg", "mosm/kg"),
        ("degC", "Cel"),
        ("C", "Cel"),
        ("lbs", "[lb_av]"),
        ("mg/day", "mg/d"),
        ("mg/24h", "mg/(24.h)"),
        ("years", "a"),
        ("mM", "mmol/L"),
        ("pH", "[pH]"),
        ("mg/g Cr", "mg/g{creat}"),
        ("mg dL", "mg/dL"),
        ("mgdl", "mg/dL"),
        ("G/L", "10*9/L"),
        ("Gpt/l", "10*9/L"),
        ("T/L", "10*12/L"),
        ("ngmL", "ng/mL"),
        ("NG/ML", "ng/mL"),
        ("mL.sec-1", "mL.s-1"),
        ("foo/dL", None),
        ("K/mcL", "10*3/uL"),
        ("log copies/mL", None),
    ],
)
def test_miswritten_codes_are_refused_with_what_was_meant(code: str, meant: str | None) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(code)
    assert caught.value.suggestion == meant
    assert code in caught.value.message


ANY_TEXT = st.text(max_size=20)
UNIT_LIKE = st.text(alphabet="mgdLkuUl[]IHhol/.()0123456789*^-{}x %", max_size=16)


@given(ANY_TEXT | UNIT_LIKE)
def test_any_text_is_a_unit_or_an_error_whose_suggestion_is_a_unit(text: str) -> None:
    suggestion = None
    try:
        assert parse_unit(text).code == text
    except UnitError as error:
        suggestion = error.suggestion
    assert suggestion is None or parse_unit(suggestion).code != text


@pytest.mark.parametrize(
    "code",
    [
        *[
            "",
            "/",
            "mg/",
            "mg//dL",
            ".mg",
            "mg(",
            "(mg",
            "mg)",
            "{",
            "{}",
            "mg{",
            "m0",
            "10*",
            "mg dL",
            "1.5.mg",
            "m999",
        ],
        *["m999", "(" * 50 + "m" + ")" * 50, "m." * 5000 + "m", "[" * 100, "9" * 100],
    ],
)
def test_malformed_codes_are_errors(code: str) -> None:
    with pytest.raises(UnitError):
        parse_unit(code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "the unit is empty"),
        ("mg/", "unknown unit `mg/`: it ends too early"),
        ("mg//dL", "unknown unit `mg//dL`: unexpected `/`"),
        ("mg)", "unknown unit `mg)`: unexpected `)`"),
        ("(mg", "unknown unit `(mg`: a closing parenthesis is missing"),
        ("mg{", "unknown unit `mg{`: an annotation `{...}` is empty, too long or not closed"),
        ("10*/L", "unknown unit `10*/L`: 10* needs an exponent"),
        ("m100", "unknown unit `m100`: an exponent lies between 1 and 99"),
        ("xyzzy", "unknown unit `xyzzy`: UCUM has no `xyzzy` that guidelang knows"),
        ("1.5.mg", "unknown unit `1.5.mg`: UCUM has no decimal numbers such as 1.5 in a unit"),
        ("µg", "unknown unit `µg`: UCUM codes are written in ASCII"),
        ("(" * 9 + "m" + ")" * 9, f"unknown unit `{'(' * 9}m{')' * 9}`: too many parentheses within parentheses"),
        ("m." * 59 + "mmg", "a unit has at most 120 characters"),
    ],
)
def test_an_error_says_what_is_wrong(code: str, reason: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(code)
    assert caught.value.message == reason


def test_the_longest_and_the_deepest_code() -> None:
    assert parse_unit("m." * 59 + "mg").dimension == parse_unit("m59.mg").dimension
    assert same_meaning(parse_unit("(" * 8 + "m" + ")" * 8), parse_unit("m"))
    assert parse_unit("m99").factor == 1


def test_calcium_times_phosphorus() -> None:
    product = unit_product(parse_unit("mg/dL"), parse_unit("mg/dL"))
    assert product.code == "mg2/dL2"
    assert same_meaning(product, parse_unit("mg2/dL2"))


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        (unit_quotient(parse_unit("mg/dL"), parse_unit("mg/dL")), "1"),
        (unit_quotient(parse_unit("mg"), parse_unit("kg")), "mg/kg"),
        (unit_quotient(ONE, parse_unit("uL")), "/uL"),
        (unit_product(parse_unit("mg/dL"), parse_unit("dL")), "mg"),
        (unit_power(parse_unit("10*3/uL"), 2), "10*6/uL2"),
        (unit_power(parse_unit("{score}"), 2), "({score}.{score})"),
        (unit_power(parse_unit("m"), 0), "1"),
        (unit_product(parse_unit("mL/min/{1.73_m2}"), parse_unit("min")), "mL/{1.73_m2}"),
        (unit_product(parse_unit("/(24.h)"), parse_unit("mg")), "mg/(24)/h"),
    ],
)
def test_codes_of_computed_units(unit: Unit, code: str) -> None:
    assert unit.code == code
    assert same_meaning(unit, parse_unit(code))


@given(UNITS, UNITS)
def test_a_canonical_code_reads_back_as_the_same_unit(a: Unit, b: Unit) -> None:
    for unit in (unit_product(a, b), unit_quotient(a, b), unit_power(a, 3), unit_power(b, -2)):
        assert same_meaning(parse_unit(unit.code), unit)


@given(UNITS, UNITS)
def test_products_commute_and_quotients_undo_them(a: Unit, b: Unit) -> None:
    assert computed_factor(unit_product(a, b), unit_product(b, a)) == 1
    assert computed_factor(unit_quotient(unit_product(a, b), b), unit_product(a, ONE)) == 1
    assert computed_factor(unit_quotient(a, a), ONE) == 1


@given(UNITS)
def test_parsing_is_stable(unit: Unit) -> None:
    assert parse_unit(unit.code) == unit
    assert hash(parse_unit(unit.code)) == hash(unit)


def test_computed_units_compare_after_cancelling() -> None:
    ratio = unit_quotient(parse_unit("mg"), parse_unit("g"))
    assert conversion(ratio, ONE) is None
    assert computed_factor(ratio, ONE) == parse_unit("mg").factor
    assert computed_factor(unit_product(parse_unit("mg/dL"), parse_unit("L")), parse_unit("g")) * 100 == 1
    assert computed_factor(parse_unit("mg"), parse_unit("mL")) is None


def test_degrees_take_part_in_products_without_a_zero() -> None:
    rate = unit_quotient(parse_unit("Cel"), parse_unit("h"))
    assert rate.offset == 0
    assert computed_factor(rate, parse_unit("K/h")) is None
    assert computed_factor(rate, parse_unit("Cel/min")) * 60 == 1


def test_absurd_powers_are_refused() -> None:
    with pytest.raises(UnitError):
        unit_power(parse_unit("mg"), 10**9)
    with pytest.raises(UnitError):
        unit_power(unit_power(parse_unit("mg"), 50), 50)

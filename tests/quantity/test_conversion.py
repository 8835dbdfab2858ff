"""Conversions by the table and by the analyte."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.quantity import (
    Affine,
    AnalyteConversion,
    Unit,
    analyte_conversion,
    contradictions,
    conversion,
    equal_amounts,
    parse_unit,
)
from guidelang.quantity.table import table


def equal(*amounts: str) -> tuple[AnalyteConversion, ...]:
    pairs = [amount.split() for amount in amounts]
    return equal_amounts([(F(number), parse_unit(code)) for number, code in pairs])


def affine(to: str, factor: str, of: str, offset: str) -> tuple[AnalyteConversion, ...]:
    return (AnalyteConversion(parse_unit(of), parse_unit(to), Affine(F(factor), F(offset))),)


CALCIUM = equal("1 mmol/L", "4.0078 mg/dL", "2 mEq/L")
PHOSPHORUS = equal("1 mmol/L", "3.0974 mg/dL")
HBA1C = affine("mmol/mol", "10.93", "%", "-23.5")
PTH = equal("1 pg/mL", "0.106 pmol/L")
CREATININE = equal("1 mg/dL", "88.4 umol/L")
UACR = (*equal("1 mg/mmol", "8.84 mg/g"), *equal("1 mg/g{creat}", "1 mg/g"))


def convert(value: str, from_: str, to: str, conversions: tuple[AnalyteConversion, ...] = ()) -> F | None:
    change = analyte_conversion(parse_unit(from_), parse_unit(to), conversions)
    return None if change is None else change(F(value))


@pytest.mark.parametrize(
    ("value", "from_", "to", "conversions", "expected"),
    [
        ("2.5", "mEq/L", "mmol/L", CALCIUM, "1.25"),
        ("2.5", "meq/L", "mmol/L", CALCIUM, "1.25"),
        ("0.25", "meq/dL", "umol/L", CALCIUM, "1250"),
        ("100.195", "mg/L", "mEq/L", CALCIUM, "5"),
        ("0.1", "g/L", "mg/dL", CALCIUM, "10"),
        ("1.78", "mmol/L", "mg/dL", PHOSPHORUS, "5.513372"),
        ("1780", "umol/L", "mg/dL", PHOSPHORUS, "5.513372"),
        ("6.5", "%", "mmol/mol", HBA1C, "47.545"),
        ("47.545", "mmol/mol", "%", HBA1C, "6.5"),
        ("0.047545", "mol/mol", "%", HBA1C, "6.5"),
        ("300", "pg/mL", "pmol/L", PTH, "31.8"),
        ("31.8", "pmol/L", "ng/L", PTH, "300"),
        ("0.3", "ng/mL", "pmol/L", PTH, "31.8"),
        ("0.4", "ng/mL", "pg/mL", (), "400"),
        ("400", "ng/L", "pg/mL", (), "400"),
        ("1", "mg/dL", "umol/L", CREATININE, "88.4"),
        ("44.2", "mmol/m3", "mg/L", CREATININE, "5"),
        ("3", "mg/mmol", "mg/g{creat}", UACR, "26.52"),
        ("30", "ug/mg", "mg/g{creat}", UACR, "30"),
        ("35", "g/L", "g/dL", (), "3.5"),
        ("37", "Cel", "[degF]", (), "98.6"),
        ("98.6", "[degF]", "K", (), "310.15"),
        ("24", "mo", "a", (), "2"),
        ("60", "U/L", "ukat/L", (), "1"),
        ("1", "atm", "kPa", (), "101.325"),
        ("16", "[oz_av]", "g", (), "453.59237"),
    ],
)
def test_exact_values(
    value: str, from_: str, to: str, conversions: tuple[AnalyteConversion, ...], expected: str
) -> None:
    assert convert(value, from_, to, conversions) == F(expected)


def test_hba1c_of_48_is_the_same_way_back() -> None:
    percent = convert("48", "mmol/mol", "%", HBA1C)
    assert percent == F(48 * 100 + 2350, 1093)
    assert convert(str(percent), "%", "mmol/mol", HBA1C) == 48


@pytest.mark.parametrize(
    ("from_", "to", "conversions"),
    [
        ("mmol/L", "mg/dL", ()),
        ("[IU]/L", "mg/dL", CALCIUM),
        ("mg/g{creat}", "mg/g", ()),
        ("mmol/mol", "%", ()),
        ("mL/min", "mL/min/{1.73_m2}", ()),
        ("mo", "d", ()),
        ("mmol", "mg/dL", CALCIUM),
    ],
)
def test_what_nobody_declared_does_not_convert(from_: str, to: str, conversions: tuple[AnalyteConversion, ...]) -> None:
    assert convert("1", from_, to, conversions) is None


def test_clauses_are_chained() -> None:
    clauses = (*equal("1 mmol/L", "4 mg/dL"), *equal("1 meq/L", "0.5 mmol/L"), *equal("1 {strips}", "1 meq/dL"))
    assert convert("1", "{strips}", "mg/L", clauses) == 200


def test_the_analytes_own_map_wins_over_the_table() -> None:
    own = equal("1 mg/g", "2 ug/mg")
    assert convert("1", "mg/g", "ug/mg", own) == 2
    assert convert("1", "ug/mg", "mg/g", own) == F(1, 2)
    assert convert("1", "mg/g", "ug/mg") == 1
    assert convert("1", "ng/mL", "mg/L", equal("1 ng/mL", "3 mg/L")) == 3
    (found,) = contradictions(own)
    assert found.between == "table"
    assert str(found) == "1 mg/g = 1 ug/mg and 1 mg/g = 2 ug/mg"


@pytest.mark.parametrize(
    "clauses", [(), CALCIUM, HBA1C, UACR, CALCIUM + CALCIUM, CALCIUM + equal("10 mmol/L", "20 meq/L")]
)
def test_consistent_clauses(clauses: tuple[AnalyteConversion, ...]) -> None:
    assert contradictions(clauses) == ()


@pytest.mark.parametrize(
    "clauses",
    [
        CALCIUM + equal("1 mmol/L", "4.1 mg/dL"),
        CALCIUM + equal("1 meq/L", "2 mg/dL"),
        equal("1 mmol/L", "4 mg/dL") + equal("1 mmol/L", "41 mg/L"),
        equal("1 mmol/L", "4 mg/dL", "41 mg/L"),
        HBA1C + affine("%", "0.0915", "mmol/mol", "2.15"),
    ],
)
def test_contradictory_clauses_are_found(clauses: tuple[AnalyteConversion, ...]) -> None:
    (found,) = contradictions(clauses)
    assert found.between == "clauses"
    assert found.first != found.second


@pytest.mark.parametrize(
    ("offset", "told"),
    [
        ("0", "mmol/mol = 10.93 * % - 23.5 and 1 % = 2 mmol/mol"),
        ("-7", "mmol/mol = 10.93 * % - 23.5 and mmol/mol = 2 * % - 7"),
        ("0.25", "mmol/mol = 10.93 * % - 23.5 and mmol/mol = 2 * % + 0.25"),
    ],
)
def test_a_contradiction_says_both_maps(offset: str, told: str) -> None:
    (found,) = contradictions(HBA1C + affine("mmol/mol", "2", "%", offset))
    assert str(found) == told
    assert (found.from_.code, found.to.code) == ("%", "mmol/mol")


def test_amounts_must_be_positive_and_two() -> None:
    with pytest.raises(ValueError, match="above zero"):
        equal("0 mmol/L", "1 mg/dL")
    with pytest.raises(ValueError, match="two"):
        equal("1 mmol/L")
    with pytest.raises(ValueError, match="factor 0"):
        Affine(F(0), F(1))


UNITS = st.sampled_from(table().common).map(parse_unit)
NUMBERS = st.fractions(max_denominator=10**6)
ANALYTES = st.sampled_from([CALCIUM, PHOSPHORUS, HBA1C, PTH, CREATININE, UACR])


@given(UNITS, UNITS, NUMBERS)
def test_the_way_back_is_exact(a: Unit, b: Unit, value: F) -> None:
    there, back = conversion(a, b), conversion(b, a)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert back(there(value)) == value
        assert there.inverse() == back


@given(ANALYTES, UNITS, UNITS, NUMBERS)
def test_the_way_back_through_an_analyte_is_exact(
    analyte: tuple[AnalyteConversion, ...], a: Unit, b: Unit, value: F
) -> None:
    there, back = analyte_conversion(a, b, analyte), analyte_conversion(b, a, analyte)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert back(there(value)) == value


@given(ANALYTES, UNITS, UNITS)
def test_consistent_clauses_give_one_map_whatever_their_order(
    analyte: tuple[AnalyteConversion, ...], a: Unit, b: Unit
) -> None:
    assert analyte_conversion(a, b, analyte) == analyte_conversion(a, b, analyte[::-1])


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_affine_maps_compose(f: F, g: F, o: F, p: F, x: F) -> None:
    if f != 0 and g != 0:
        assert Affine(f, o).then(Affine(g, p))(x) == g * (f * x + o) + p

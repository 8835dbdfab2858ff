"""The unit table against UCUM's definitions and against two independent libraries."""

from __future__ import annotations

import runpy
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from guidelang.quantity import parse_unit
from guidelang.quantity.table import table

GENERATOR = Path(__file__).parents[2] / "tools" / "generate_units.py"


def test_the_table_is_what_the_generator_writes() -> None:
    pytest.importorskip("ucumvert")
    assert runpy.run_path(str(GENERATOR))["main"](["--check"]) == 0


@pytest.fixture(scope="module")
def ucum() -> Any:
    return pytest.importorskip("ucumvert").PintUcumRegistry()


PHYSICAL = """
    mg/dL g/dL ug/dL ng/dL pg/dL mg/L g/L ug/L ng/L pg/L mg/mL g/mL ug/mL ng/mL pg/mL fg/mL kg g mg ug ng pg t
    m cm mm um nm km m2 cm2 mm2 m3 cm3 mm3 L dL cL mL uL nL fL pL s ms us min h d wk /min /h /s s-1 Hz kHz
    mL/min L/min mL/h mL/s mL/kg mL/kg/h mL/min/kg L/h mL/d L/d L/min/m2 mL/m2 mg/d g/d mg/kg mg/kg/d mg/kg/h ug/kg/min
    mg/h ug/h ug/min mg/(24.h) g/(24.h) mL/(24.h) kg/m2 g/m2 g/cm2 g/cm3 kg/m3 mg/g g/g ug/g ug/mg ng/mg g/kg
    cm[H2O] mm[H2O] Pa kPa hPa bar mbar atm J kJ W mW kW N mN V mV uV A mA Ohm kOhm pF uF S mS H T mT Wb
    Bq MBq GBq Ci mCi uCi Gy mGy cGy Sv mSv uSv rad mrad sr cd lm lx 10*3/uL 10*6/uL 10*9/L 10*12/L 10^3/uL /uL /mL /L
    /mm3 10*3/mL % [ppth] [ppm] [ppb] [in_i] [ft_i] [yd_i] [mi_i] [lb_av] [oz_av] [gr] [stone_av] [foz_us]
    [pt_us] [qt_us] [gal_us] [cup_us] [tsp_us] [tbs_us] cal kcal kcal/d [psi] dyn dyn.s/cm5 erg P cP St cSt
    mm/h cm/s m/s m/s2 km/h mm2/s g.m2 mg2/dL2 K mK [diop] Ao mL/mm[Hg] Pa.s N.m N/m2 m2.kg/s3 [lbf_av]
""".split()  # noqa: SIM905  a list of units reads better without quotes


@pytest.mark.parametrize("code", PHYSICAL)
def test_factors_agree_with_ucumvert_and_pint(ucum: Any, code: str) -> None:
    theirs = ucum.from_ucum(code).to_base_units()
    # The base unit of mass is the gram here and the kilogram there; of electricity, coulomb here, ampere there.
    ours = parse_unit(code)
    grams = dict(ours.computed_dimension).get("g", 0)
    assert float(ours.factor / Fraction(1000) ** grams) == pytest.approx(float(theirs.magnitude), rel=1e-9)


@pytest.mark.parametrize(
    ("code", "theirs_in", "factor_of_theirs"),
    [
        ("meq/L", "mmol/L", 1),  # calcium at 2.5 mEq/L would be 2.5 mmol/L; it is 1.25
        ("mo", "d", 30.4375),
        ("a", "d", 365.25),
        ("osm", "mol", 1),
    ],
)
def test_the_deliberate_differences_are_still_differences(
    ucum: Any, code: str, theirs_in: str, factor_of_theirs: float
) -> None:
    assert ucum.from_ucum(code).to(ucum.from_ucum(theirs_in)).magnitude == pytest.approx(factor_of_theirs)
    assert parse_unit(code).dimension != parse_unit(theirs_in).dimension


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("mg%", "mg/dL"),  # ucumvert reads a milligram times a per cent
        ("[Cal]", "kcal"),  # ucumvert reads a small calorie
    ],
)
def test_ucums_own_definitions_hold_where_the_library_slips(ucum: Any, code: str, same: str) -> None:
    ours, definition = parse_unit(code), parse_unit(same)
    assert (ours.factor, ours.dimension) == (definition.factor, definition.dimension)
    assert ucum.from_ucum(code).to_base_units() != ucum.from_ucum(same).to_base_units()


def test_the_millimetre_of_mercury_is_ucums_not_the_conventional_one(ucum: Any) -> None:
    pascal = parse_unit("mm[Hg]").factor / parse_unit("Pa").factor
    assert pascal == Fraction("133.322")
    assert float(pascal) == pytest.approx(ucum.from_ucum("mm[Hg]").to("Pa").magnitude, rel=1e-5)


def test_every_common_code_is_a_unit() -> None:
    assert [parse_unit(code).code for code in table().common] == list(table().common)


def test_no_unit_library_is_loaded_to_read_a_unit() -> None:
    program = (
        "import sys, guidelang.quantity as q; q.parse_unit('mg/dL');"
        "sys.exit(any(name.split('.')[0] in {'pint', 'ucumvert', 'lark'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

"""Write engine/guidelang/quantity/units.json: the prefixes and unit atoms that guidelang knows, with exact factors.

Run from the top of the repository, with the development dependencies installed:

    python tools/generate_units.py            write the table
    python tools/generate_units.py --check    fail if the table on disk is not what would be written

Factors come from the definitions of UCUM as ucumvert carries them (`ucum-essence.xml`), evaluated here in rationals,
so that no digit is lost to binary arithmetic. Only atoms listed below are taken: a short list of what medicine uses
keeps the suggestions for mistyped units sharp. Where the meaning differs from UCUM on purpose, the lists say why.
"""

from __future__ import annotations

import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import ucumvert

TABLE = Path(__file__).resolve().parents[1] / "engine" / "guidelang" / "quantity" / "units.json"
ESSENCE = Path(ucumvert.__file__).parent / "vendor" / "ucum-essence.xml"


def _codes(text: str) -> list[str]:
    return text.split()


# Atoms whose factor and dimension are those of UCUM.
ATOMS = _codes("""
    m s min h d wk g t L C A V F Ohm S H Wb T N J W Pa Hz Bq Gy Sv rad sr cd lm lx K
    U kat % [ppth] [ppm] [ppb] [pptr] g% m[Hg] m[H2O] [in_i'Hg] [in_i'H2O] bar atm dyn erg P St Ci R RAD REM
    cal cal_th [Cal] [Btu] [in_i] [ft_i] [yd_i] [mi_i] [lb_av] [oz_av] [gr] [stone_av] [lbf_av] [psi]
    [foz_us] [pt_us] [qt_us] [gal_us] [cup_us] [tsp_us] [tbs_us] [drp] [cup_m] [tsp_m] [tbs_m] [foz_m]
    [diop] [MET] [S] [g] gf Ao u eV [wood'U] [PRU]
""")

# UCUM makes these a number or another unit; here each is a base dimension of its own and converts to nothing else.
# A mole is a number of particles there, so it would turn into cells; an equivalent and an osmole would be a mole,
# which is wrong for every ion of valence 2 and every salt; a microscope field and a colony would be plain numbers.
OWN_DIMENSION = _codes("""
    mol eq osm [pH] [HPF] [LPF] [CFU] [PFU] [FFU] [CCID_50] [TCID_50] [EID_50] [PNU] [Lf] [AU] [IR]
    [arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U] [bdsk'U] [ka'U] [knk'U]
    [mclg'U] [tb'U] [D'ag'U] [FEU] [ELU] [EU] [Amb'a'1'U] [IU] [BAU] [NTU] [FNU] [Ch] [p'diop]
    B[SPL] B
""")

# Written in two ways, one meaning. UCUM knows only `eq`; laboratories write mEq/L, which is nothing else in UCUM.
SAME_AS = {"[iU]": "[IU]", "Eq": "eq", "l": "L"}

# A month is no number of days. UCUM's mean month (30.4375 days) would move a limit of three months by a day or two.
CALENDAR = {"mo": Fraction(1), "a": Fraction(12)}

# A degree is 2 pi / 360 radians, and pi is no rational: degrees, minutes and seconds of arc convert among themselves.
ANGLES = {"deg": Fraction(1), "'": Fraction(1, 60), "''": Fraction(1, 3600)}

# value in the base unit = factor * value + offset; UCUM gives these as functions.
TEMPERATURES = {
    "Cel": (Fraction(1), Fraction("273.15"), "temperature"),
    "[degF]": (Fraction(5, 9), Fraction("459.67") * 5 / 9, "temperature"),
}

PREFIXES = _codes("Y Z E P T G M k h da d c m u n p f a z y")

# What laboratories and clinics write every day: the candidates for suggestions.
COMMON = _codes("""
    % %{HbA1c} mmol/mol mg/g mg/g{creat} mg/mmol mg/mmol{creat} ug/mg{creat} mmol/mmol{creat} g/g g/g{creat}
    mg/dL g/dL ug/dL ng/dL pg/dL mg/L g/L ug/L ng/L pg/L mg/mL g/mL ug/mL ng/mL pg/mL kg m2 cm m mm
    mmol/L umol/L nmol/L pmol/L mol/L mmol/dL umol/mL nmol/mL pmol/mL mmol/kg mmol umol nmol pmol mol
    mEq/L mEq/dL eq/L ueq/L meq/L meq/dL meq meq/kg meq/(24.h) mosm/kg mosm/L osm
    U/L mU/L kU/L U/mL mU/mL uU/mL [IU]/L [IU]/mL m[IU]/L m[IU]/mL u[IU]/mL k[IU]/L [IU] [IU]/d [IU]/h [IU]/kg/h
    U kat ukat/L nkat/L kU/mL [USP'U]/mL [beth'U] [anti'Xa'U]/mL [arb'U]/mL [AU]/mL [CFU]/mL ng/mL{FEU} mg/L{FEU}
    10*3/uL 10*6/uL 10*9/L 10*12/L 10*3/mL 10*6/L /uL /mL /L /mm3 {cells}/uL {copies}/mL [IU]/mL /[HPF] /[LPF]
    mm[Hg] kPa Pa cm[H2O] bar atm
    mL/min mL/min/{1.73_m2} mL/s mL/h L/min L/min/m2 mL/kg mL/kg/h mL/min/kg L/h mL/d L/d L mL dL uL
    mg ug ng pg g mg/d ug/d g/d mg/kg mg/kg/d mg/(24.h) g/(24.h) mg/m2 ug/kg ug/kg/min ug/min ug/h mg/h mg/min
    kg/m2 g/m2 g/cm2 g/cm3 mg/cm3 [lb_av] [oz_av] [in_i] [ft_i] Cel [degF] K /min s ms min h d wk mo a
    fL pg fmol [pH] {score} {ratio} {INR} {index} {titer} 1 kcal kcal/d [Cal] J kJ W mV uV V Hz
    mg2/dL2 mmol2/L2 dyn.s/cm5 dyn.s/cm5.m2 mGy Gy mSv MBq mCi deg [diop] mA Ohm mm/h cm/s m/s mg/L mL/m2
    {mg}/dL {beats}/min {breaths}/min {#} {cfu}/mL {pack}.a [ppm]
""")


class Essence:
    """Evaluates the definitions of UCUM to a factor and powers of base units."""

    def __init__(self) -> None:
        root = ElementTree.parse(ESSENCE).getroot()
        self.units = {unit.attrib["Code"]: unit for unit in root.findall("{*}unit")}
        self.base = {unit.attrib["Code"] for unit in root.findall("{*}base-unit")}
        self.prefixes = {prefix.attrib["Code"]: Fraction(_value(prefix)) for prefix in root.findall("{*}prefix")}

    def metric(self, code: str) -> bool:
        return code in self.base or self.units[code].attrib["isMetric"] == "yes"

    def kind(self, code: str) -> str:
        if code in self.base:
            return {"m": "length", "s": "time", "g": "mass", "C": "electric charge", "K": "temperature"}.get(
                code, "plane angle" if code == "rad" else "luminous intensity"
            )
        return " ".join((self.units[code].findtext("{*}property") or "").split())

    def evaluate(self, expression: str) -> tuple[Fraction, dict[str, int]]:
        """The meaning of a UCUM expression without annotations, such as `kg.m/s2`; no parentheses occur."""
        factor, powers = Fraction(1), dict[str, int]()
        sign = 1
        for operator, piece in re.findall(r"([./]?)([^./]+)", expression):
            sign = -1 if operator == "/" else 1
            of_piece, powers_of_piece = self._component(piece)
            factor *= of_piece**sign
            for base, power in powers_of_piece.items():
                powers[base] = powers.get(base, 0) + sign * power
        return factor, {base: power for base, power in powers.items() if power}

    def _component(self, piece: str) -> tuple[Fraction, dict[str, int]]:
        if match := re.fullmatch(r"10[*^](-?\d+)", piece):
            return Fraction(10) ** int(match[1]), {}
        if piece.isdigit():
            return Fraction(piece), {}
        match = re.fullmatch(r"(.*?)(-?\d+)?", piece) if not piece.endswith("]") else re.fullmatch(r"(.*)()", piece)
        assert match is not None
        exponent = int(match[2]) if match[2] else 1
        factor, powers = self.atom(match[1])
        return factor**exponent, {base: power * exponent for base, power in powers.items()}

    def atom(self, code: str) -> tuple[Fraction, dict[str, int]]:
        """An atom, with a prefix or without."""
        if code in OWN_DIMENSION:
            return Fraction(1), {code: 1}
        if code in self.base:
            return Fraction(1), {code: 1}
        if code in self.units:
            value = self.units[code].find("{*}value")
            assert value is not None
            factor, powers = self.evaluate(value.attrib["Unit"])
            return Fraction(value.attrib["value"]) * factor, powers
        for prefix, by in self.prefixes.items():
            rest = code.removeprefix(prefix)
            if rest != code and (rest in self.base or rest in self.units):
                factor, powers = self.atom(rest)
                return by * factor, powers
        raise ValueError(f"UCUM has no {code}")


def _value(element: ElementTree.Element) -> str:
    value = element.find("{*}value")
    assert value is not None
    return value.attrib["value"]


def table() -> dict[str, object]:
    """The whole table, ready for JSON. Fractions are text, "p/q" or "p"."""
    essence = Essence()
    atoms: dict[str, dict[str, object]] = {}

    def add(code: str, factor: Fraction, powers: dict[str, int], kind: str, metric: bool) -> None:
        atoms[code] = {"factor": str(factor), "dimension": powers, "kind": kind, "metric": metric}

    for code in ATOMS:
        factor, powers = essence.atom(code)
        add(code, factor, powers, essence.kind(code), essence.metric(code))
    for code in OWN_DIMENSION:
        add(code, Fraction(1), {code: 1}, essence.kind(code), essence.metric(code))
    for code, same in SAME_AS.items():
        atoms[code] = dict(atoms[same])
    for code, months in CALENDAR.items():
        add(code, months, {"mo": 1}, "calendar time", False)
    for code, degrees in ANGLES.items():
        add(code, degrees, {"deg": 1}, "plane angle", False)
    for code, (factor, offset, kind) in TEMPERATURES.items():
        add(code, factor, {"K": 1}, kind, False)
        atoms[code]["offset"] = str(offset)
    return {
        "prefixes": {prefix: str(essence.prefixes[prefix]) for prefix in PREFIXES},
        "atoms": dict(sorted(atoms.items())),
        "common": sorted(set(COMMON)),
    }


def main(arguments: list[str]) -> int:
    """Write or check the table; 1 if a check finds a difference."""
    parts = table()
    lines = ["{"]
    for section, entries in parts.items():
        if isinstance(entries, dict):
            rows = [f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items()]
            lines += [f'  "{section}": {{', ",\n".join(rows), "  },"]
        else:
            lines += [f'  "{section}": {json.dumps(entries)}']
    text = "\n".join([*lines, "}"]) + "\n"
    if "--check" in arguments:
        return int(not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text)
    TABLE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the form of a code tells without its code system: whether a check digit is right, whether it is a class.

LOINC numbers end in a digit of Luhn's modulus 10 (LOINC Users' Guide, "check digit"), SNOMED CT identifiers in one of
Verhoeff's dihedral check (SNOMED CT Release File Specification, "check digit computation"). A substance of ATC has
seven characters; what is shorter is a group of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from guidelang.terminology.code import Code
from guidelang.terminology.system import BUILT_IN_SYSTEMS

_LOINC = BUILT_IN_SYSTEMS["LOINC"]
_SNOMED = BUILT_IN_SYSTEMS["SNOMED CT"]
_ATC = BUILT_IN_SYSTEMS["ATC"]
_LOINC_NUMBER = re.compile(r"(\d{1,7})-(\d)", re.ASCII)
_OTHER_LOINC = re.compile(r"(LA|LL|LP|LG|MTHU)\d", re.ASCII)  # answers, lists, parts, groups: digits of another kind
_SNOMED_NUMBER = re.compile(r"[1-9]\d{5,17}", re.ASCII)
_ATC_CLASS = re.compile(r"[A-Z](\d\d([A-Z]([A-Z])?)?)?", re.ASCII)

_NUMBERS = frozenset(
    BUILT_IN_SYSTEMS[word] for word in ("SNOMED CT", "RxNorm", "CVX")
)  # systems whose codes are digits
_DECIMAL = re.compile(r"\d+\.\d*", re.ASCII)
_LONG_DECIMAL = re.compile(r"\d{4,}\.0+", re.ASCII)  # a code of ICD-9 has three digits before its point
_EXPONENT = re.compile(r"\d+\.\d+E[+-]?\d+|\d+E\+\d+", re.ASCII | re.IGNORECASE)  # 3E03317 is one of ICD-10-PCS

_ROTATIONS = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
_PRODUCTS = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043",
    "8765932104", "9876543210",
)  # fmt: skip


def is_mistyped(code: Code) -> bool:
    """Whether a code of LOINC or SNOMED CT cannot be one: another form, or a check digit that does not fit."""
    if code.system == _LOINC and not _OTHER_LOINC.match(code.code):
        parts = _LOINC_NUMBER.fullmatch(code.code)
        return parts is None or _luhn(parts[1]) != int(parts[2])
    if code.system == _SNOMED:
        return _SNOMED_NUMBER.fullmatch(code.code) is None or not _verhoeff(code.code)
    return False


def is_spoiled(code: Code) -> bool:
    """Whether a spreadsheet took a code for a number, as its form tells: `1002.0`, `1.8E+05`."""
    decimal = _DECIMAL if code.system in _NUMBERS else _LONG_DECIMAL
    return (decimal.fullmatch(code.code) or _EXPONENT.fullmatch(code.code)) is not None


def lone_classes(codes: Iterable[Code]) -> list[Code]:
    """Codes of ATC that name a group of substances, so that no product has them, without any of its members beside."""
    atc = [code for code in codes if code.system == _ATC]
    return [
        code
        for code in atc
        if _ATC_CLASS.fullmatch(code.code)
        and not any(other != code and other.code.startswith(code.code) for other in atc)
    ]


def _luhn(digits: str) -> int:
    """The digit that follows: from the right every other one counts double, as the sum of its own digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def _verhoeff(digits: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_PRODUCTS[check][int(_ROTATIONS[place % 8][int(digit)])])
    return check == 0

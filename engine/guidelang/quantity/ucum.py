"""Reads a UCUM code into terms: which atoms, with which exponents and annotations.

The grammar is that of the UCUM specification, case-sensitive: `.` and `/` have one rank and bind from left to right, so
`mg/kg.d` is mg/kg times d; an exponent follows its atom (`m2`, `s-1`, `10*3`, `10^3`), an annotation follows the
exponent or stands alone (`g{creat}`, `{score}`). Integers are allowed (`mg/(24.h)`), decimals are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from guidelang.quantity.table import Powers, find_atom

MAX_LENGTH = 120
"""Characters of a code. Longer ones are no units, and bounding them bounds the work of a hostile one."""

MAX_EXPONENT = 99
MAX_NESTING = 8

_COMPONENT = re.compile(
    r"""
    (?P<ten>10[*^])(?P<ten_exponent>[+-]?\d{1,3})?
    | (?P<integer>[1-9]\d{0,8})
    | (?P<symbol> (?: \[[^\[\]{}\s]*\] | [^\[\]{}()./0-9+\-\s] )+ ) (?P<exponent>[+-]?\d{1,3})?
    """,
    re.VERBOSE,
)
_ANNOTATION = re.compile(r"\{[^{}\s]{1,60}\}")
_DECIMAL = re.compile(r"(?<![\w*^])\d+\.\d+(?![\d*^])")
_BRACKETED = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")

MISREAD = {
    "K/uL": ("10*3/uL", "kelvin per microlitre"),
    "K/mm3": ("10*3/mm3", "kelvin per cubic millimetre"),
    "K/mL": ("10*3/mL", "kelvin per millilitre"),
    "T/L": ("10*12/L", "tesla per litre"),
    "C": ("Cel", "coulomb"),
    "F": ("[degF]", "farad"),
    "pH": ("[pH]", "picohenry"),
}
"""Codes that UCUM allows, with another meaning than everybody has who writes them: code -> (meant, reads as)."""


class UnitError(ValueError):
    """A unit that cannot be used. `suggestion` is a code that was probably meant; it is never applied by itself."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Term:
    """An atom to a power.

    Attributes:
        symbol: the atom with its prefix ("mg", "10*", "24"), empty for an annotation that stands alone.
        annotation: with its braces, or empty; a base dimension of its own, to the same power as the atom.
        exponent: not 0.
        factor, powers, offset: of the atom to the power 1.
    """

    symbol: str
    annotation: str
    exponent: int
    factor: Fraction
    powers: Powers
    offset: Fraction = Fraction(0)


def parse_terms(code: str) -> tuple[Term, ...]:
    """The terms of a code, in order.

    Raises:
        UnitError: without a suggestion, saying what is wrong.
    """
    if len(code) > MAX_LENGTH:
        raise UnitError(f"a unit has at most {MAX_LENGTH} characters")
    if not code:
        raise UnitError("the unit is empty")
    if not code.isprintable() or not code.isascii():
        raise UnitError(f"unknown unit `{code}`: UCUM codes are written in ASCII")
    if found := _DECIMAL.search(_BRACKETED.sub("", code)):
        raise UnitError(f"unknown unit `{code}`: UCUM has no decimal numbers such as {found[0]} in a unit")
    reader = _Reader(code)
    terms = reader.product(depth=0)
    if reader.at < len(code):
        raise reader.error(f"unexpected `{code[reader.at]}`")
    return terms


class _Reader:
    """Recursive descent over one code; `at` is the position of the next character."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.at = 0

    def error(self, what: str) -> UnitError:
        return UnitError(f"unknown unit `{self.code}`: {what}")

    def peek(self) -> str:
        return self.code[self.at : self.at + 1]

    def product(self, depth: int) -> tuple[Term, ...]:
        terms: list[Term] = []
        sign = 1
        if self.peek() == "/":
            sign, self.at = -1, self.at + 1
        while True:
            terms += [_to_power(term, sign) for term in self.component(depth)]
            if self.peek() not in {".", "/"} or not self.peek():
                return tuple(terms)
            sign = -1 if self.peek() == "/" else 1
            self.at += 1

    def component(self, depth: int) -> tuple[Term, ...]:
        if self.peek() == "(":
            return self.parenthesis(depth)
        if self.peek() == "{":
            return (Term("", self.annotation(), 1, Fraction(1), ()),)
        match = _COMPONENT.match(self.code, self.at)
        if match is None:
            raise self.error(f"unexpected `{self.peek()}`" if self.peek() else "it ends too early")
        self.at = match.end()
        annotation = self.annotation() if self.peek() == "{" else ""
        if match["ten"]:
            if not match["ten_exponent"]:
                raise self.error(f"{match['ten']} needs an exponent")
            term = Term("10*", "", self.exponent(match["ten_exponent"]), Fraction(10), ())
        elif match["integer"]:
            term = Term(match["integer"], "", 1, Fraction(int(match["integer"])), ())
        else:
            atom = find_atom(match["symbol"])
            if atom is None:
                raise self.error(f"UCUM has no `{match['symbol']}` that guidelang knows")
            exponent = self.exponent(match["exponent"] or "1")
            return (Term(match["symbol"], annotation, exponent, atom.factor, atom.powers, atom.offset),)
        return (term, Term("", annotation, 1, Fraction(1), ())) if annotation else (term,)

    def parenthesis(self, depth: int) -> tuple[Term, ...]:
        if depth >= MAX_NESTING:
            raise self.error("too many parentheses within parentheses")
        self.at += 1
        inside = self.product(depth + 1)
        if self.peek() != ")":
            raise self.error("a closing parenthesis is missing")
        self.at += 1
        return inside

    def annotation(self) -> str:
        match = _ANNOTATION.match(self.code, self.at)
        if match is None:
            raise self.error("an annotation `{...}` is empty, too long or not closed")
        self.at = match.end()
        return match[0]

    def exponent(self, digits: str) -> int:
        exponent = int(digits)
        if exponent == 0 or abs(exponent) > MAX_EXPONENT:
            raise self.error(f"an exponent lies between 1 and {MAX_EXPONENT}")
        return exponent


def _to_power(term: Term, exponent: int) -> Term:
    return Term(term.symbol, term.annotation, term.exponent * exponent, term.factor, term.powers, term.offset)

"""A unit: its code, its exact factor to base units, and its signature.

The signature keeps what a ratio is a ratio of: the base dimensions above and below the stroke are not cancelled, so
`mmol/mol`, `mg/g`, `%` and `1` are four kinds of number. Formulas multiply and divide quantities whose kinds have
dropped out (language rule 13), so for them `computed_dimension` is the signature with equal dimensions cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from guidelang.quantity.table import Powers
from guidelang.quantity.ucum import MAX_EXPONENT, MISREAD, Term, UnitError, parse_terms

Dimension: TypeAlias = tuple[Powers, Powers]
"""Base dimensions of the numerator and of the denominator, each sorted, exponents positive."""

MAX_TERMS = 24
"""Of a computed unit. A formula that multiplies more is a mistake, and its unit no reader would understand."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A UCUM unit; value in base units = factor * value + offset.

    Two units are equal if code and meaning are; use `conversion` to compare meanings. `offset` is 0 except for
    temperature scales that stand alone.
    """

    code: str
    factor: Fraction
    dimension: Dimension
    offset: Fraction = Fraction(0)
    terms: tuple[Term, ...] = field(default=(), compare=False, repr=False)

    @property
    def computed_dimension(self) -> Powers:
        """The signature with numerator and denominator cancelled; exponents of the denominator are negative."""
        above, below = self.dimension
        return _collect([*above, *((base, -power) for base, power in below)])

    @property
    def is_number(self) -> bool:
        """Whether this is the unit `1` itself: no dimension, no factor. `%` and `mg/g` are not."""
        return self.dimension == ((), ()) and self.factor == 1

    def __str__(self) -> str:
        return self.code


def parse_unit(code: str) -> Unit:
    """The unit of a UCUM code, case-sensitive.

    Raises:
        UnitError: for anything that is no known UCUM unit, with the code that was probably meant.
    """
    unit = _parse(code)
    if isinstance(unit, UnitError):
        raise UnitError(unit.message, unit.suggestion)
    return unit


@lru_cache(maxsize=4096)
def _parse(code: str) -> Unit | UnitError:
    """Errors are returned, not raised, so that a record with one odd unit in every line costs one search."""
    if code in MISREAD:
        meant, reads_as = MISREAD[code]
        return UnitError(f"unit `{code}` reads as {reads_as} in UCUM", meant)
    try:
        return _of_terms(parse_terms(code), code)
    except UnitError as error:
        from guidelang.quantity.suggest import suggest  # its patterns are for codes that nobody can read

        return UnitError(error.message, suggest(code))


def unit_product(a: Unit, b: Unit) -> Unit:
    """The unit of a product, with a code in one canonical form: mg/dL times mg/dL is mg2/dL2; equal atoms cancel.

    Raises:
        UnitError: for products beyond any sense (exponents over 99, more than 24 atoms).
    """
    return _combine(a.terms, b.terms, 1)


def unit_quotient(a: Unit, b: Unit) -> Unit:
    """The unit of a quotient; a unit divided by itself is `1`. Raises as `unit_product`."""
    return _combine(a.terms, b.terms, -1)


def unit_power(a: Unit, exponent: int) -> Unit:
    """The unit of an integer power; the power 0 is `1`. Raises as `unit_product`."""
    if abs(exponent) > MAX_EXPONENT:
        raise UnitError(f"`{a.code}` to the power {exponent} is no unit")
    return _combine((), a.terms, exponent)


def _combine(left: tuple[Term, ...], right: tuple[Term, ...], exponent: int) -> Unit:
    merged: dict[tuple[str, str], tuple[Term, int]] = {}
    for term, by in [*((term, 1) for term in left), *((term, exponent) for term in right)]:
        key = (term.symbol, term.annotation)
        merged[key] = (term, merged.get(key, (term, 0))[1] + term.exponent * by)
    terms = tuple(
        Term(term.symbol, term.annotation, power, term.factor, term.powers, term.offset)
        for term, power in merged.values()
        if power and term.symbol != "1"
    )
    if len(terms) > MAX_TERMS or any(abs(term.exponent) > MAX_EXPONENT for term in terms):
        raise UnitError("the unit of this product is beyond any sense: too many factors or too high a power")
    return _of_terms(terms, _canonical_code(terms))


def _of_terms(terms: tuple[Term, ...], code: str) -> Unit:
    scale = len(terms) == 1 and terms[0].exponent == 1 and not terms[0].annotation
    factor = Fraction(1)
    powers: list[tuple[str, int]] = []
    for term in terms:
        own: Powers = ((term.annotation, 1),) if term.annotation else ()
        if term.offset and not scale:
            # In a product nobody knows where zero lies, so degrees there are a dimension that converts to no other.
            own += ((term.symbol, 1),)
        else:
            factor *= term.factor**term.exponent
            own += term.powers
        powers += [(base, power * term.exponent) for base, power in own]
    above = _collect((base, power) for base, power in powers if power > 0)
    below = _collect((base, -power) for base, power in powers if power < 0)
    return Unit(code, factor, (above, below), terms[0].offset if scale else Fraction(0), terms)


def _collect(parts: Iterable[tuple[str, int]]) -> Powers:
    powers: dict[str, int] = {}
    for base, power in parts:
        powers[base] = powers.get(base, 0) + power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def _canonical_code(terms: tuple[Term, ...]) -> str:
    above = ".".join(_written(term, term.exponent) for term in terms if term.exponent > 0)
    below = "".join(f"/{_written(term, -term.exponent)}" for term in terms if term.exponent < 0)
    return above + below or "1"


def _written(term: Term, exponent: int) -> str:
    if term.symbol == "10*":
        return f"10*{exponent}"
    if term.symbol and not term.symbol.isdigit():
        return f"{term.symbol}{exponent if exponent > 1 else ''}{term.annotation}"
    # Numbers and annotations that stand alone take no exponent. Parentheses keep 24.24 from being a decimal.
    single = f"({term.symbol})" if term.symbol else term.annotation
    return f"({'.'.join([single] * exponent)})" if exponent > 1 else single


ONE = _of_terms((), "1")
"""The unit of a plain number."""

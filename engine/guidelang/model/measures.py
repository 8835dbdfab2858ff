"""Arithmetic of types: when two quantities can meet, and what products, quotients and powers yield."""

from __future__ import annotations

from typing import Literal

from guidelang.model.symbols import Symbols
from guidelang.model.types import MeasureType
from guidelang.quantity import (
    ONE,
    Affine,
    Unit,
    analyte_conversion,
    computed_factor,
    unit_power,
    unit_product,
    unit_quotient,
)


def can_meet(leader: MeasureType, other: MeasureType, symbols: Symbols) -> Literal["kind", "unit"] | None:
    """Why two measures cannot be added or compared: different kinds, or units that do not convert; None if they can."""
    if leader.kind is not None and other.kind is not None and leader.kind != other.kind:
        return "kind"
    if leader.unit is None and other.unit is None:
        return None
    if leader.unit is None or other.unit is None:
        derived = leader if leader.unit is not None else other
        if derived.derived_unit and derived.unit is not None and not derived.unit.computed_dimension:
            return None  # a quotient whose units cancel is a plain number
        return "unit"
    return None if conversion_between(other, leader, symbols) is not None else "unit"


def conversion_between(from_: MeasureType, to: MeasureType, symbols: Symbols) -> Affine | None:
    """The exact map from one measure's unit to another's: by the analyte's own conversions, or, for the unit of a
    product or quotient, by cancelled dimension.
    """
    if from_.unit is None or to.unit is None:
        factor = computed_factor(from_.unit or ONE, to.unit or ONE)
        return Affine(factor) if factor is not None else None
    kind = to.kind or from_.kind
    change = analyte_conversion(from_.unit, to.unit, symbols.conversions_of(kind))
    if change is None and (from_.derived_unit or to.derived_unit):
        factor = computed_factor(from_.unit, to.unit)
        change = Affine(factor) if factor is not None else None
    return change


def product(left: MeasureType, right: MeasureType) -> MeasureType:
    """A product drops the kind; one with a plain number keeps the unit (language.md 13)."""
    if left.unit is None or right.unit is None:
        one = left if left.unit is not None else right
        return MeasureType(one.unit, None, one.derived_unit, left.bare and right.bare, one.kind or one.multiple_of)
    return _derived(unit_product(left.unit, right.unit))


def quotient(left: MeasureType, right: MeasureType) -> MeasureType:
    """A quotient drops the kind."""
    if right.unit is None:
        return MeasureType(left.unit, None, left.derived_unit, left.bare and right.bare, left.kind or left.multiple_of)
    if left.unit is None:
        return _derived(unit_power(right.unit, -1))
    return _derived(unit_quotient(left.unit, right.unit))


def power_unit(base: MeasureType, exponent: int) -> MeasureType:
    """A quantity raised to a whole number."""
    unit: Unit | None = base.unit
    assert unit is not None
    return _derived(unit_power(unit, exponent))


def _derived(unit: Unit) -> MeasureType:
    """Where all units cancel, what is left is a plain number."""
    return MeasureType(None) if unit.is_number else MeasureType(unit, derived_unit=True)

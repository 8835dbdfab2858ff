"""Advice texts with their placeholders filled for one patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from guidelang.facts.state import FactSet, FactState, Value
from guidelang.network.ir import (
    Affine,
    Compare,
    Constant,
    CurrentValue,
    DerivedDefinition,
    FactDefinition,
    Network,
    NodeId,
    Table,
    TextPart,
)
from guidelang.quantity import Interval, format_number, rounded
from guidelang.run.dates import age
from guidelang.run.outcome import Computed, Truth

UNKNOWN = "unknown"

Limits: TypeAlias = Callable[[], Iterable[str]]
"""The numbers that a value is compared with; asked for only where a value has to be rounded."""


class Texts:
    """Fills `{name}` from one patient's facts and settled values.

    A fact prints as the record reports it, with its unit; a yes-or-no fact prints the labels of the matching results;
    a derived fact its computed value; a parameter its text. What is unknown prints as "unknown".
    """

    def __init__(
        self,
        network: Network,
        facts: FactSet,
        conditions: Mapping[NodeId, Truth],
        values: Mapping[NodeId, Computed],
    ) -> None:
        self._network = network
        self._facts = facts
        self._conditions = conditions
        self._values = values
        self._parameters = {parameter.name: parameter.text for parameter in network.parameters}

    def fill(self, parts: Sequence[TextPart]) -> str:
        return "".join(part.words or "" if part.name is None else self._named(part.name) for part in parts)

    def _named(self, name: str) -> str:
        if name in self._network.derived:
            derived = self._network.derived[name]
            if derived.node in self._conditions:
                return _yes_or_no(self._conditions[derived.node])
            value = self._values[derived.node].value
            node = self._network.nodes[derived.node]
            if isinstance(node, Table) and isinstance(value, str):
                return next((c.label for c in node.choices if c.value == value and c.label), value)
            return computed_text(self._network, derived, value)
        if name in self._parameters:
            return self._parameters[name]
        if name in self._facts.states and name in self._network.facts:
            return measured_text(self._network, self._network.facts[name], self._facts.states[name])
        if name == "age":
            return value_text(age("year", self._facts).value, False, "years")
        return UNKNOWN


def fact_text(definition: FactDefinition, state: FactState, limits: Limits | None = None) -> str:
    """The current value of a fact in a reader's words: as one result reports it, or what is made of several.

    What is made of several is rounded with `limits`, as by `value_text`.
    """
    value = state.value
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        labels = [result.label for result in state.used if result.label and result.value is True]
        return ", ".join(dict.fromkeys(labels)) if value and labels else _yes_or_no(value)
    if isinstance(value, str):
        label = next((choice.label for choice in definition.choices if choice.value == value), None)
        return label or value
    if len(state.used) == 1 and state.used[0].reported:
        return state.used[0].reported
    return value_text(value, definition.type == "date", definition.unit, limits)


def measured_text(network: Network, definition: FactDefinition, state: FactState) -> str:
    """The current value of a fact as an advice text has it."""
    read = CurrentValue(definition.name)
    return fact_text(
        definition, state, lambda: _limits(network, {node for node, inner in network.nodes.items() if inner == read})
    )


def computed_text(network: Network, derived: DerivedDefinition, value: Value | None) -> str:
    """The value of a derived fact as an advice text has it."""
    return value_text(value, derived.type == "date", derived.unit, lambda: _limits(network, {derived.node}))


def _limits(network: Network, value: Collection[NodeId]) -> list[str]:
    """The numbers that a value is compared with, in its own unit. The value may have several nodes."""
    scales = {node: (Fraction(1), Fraction(0)) for node in value}  # as it is, and what it is in other units
    for other, inner in network.nodes.items():
        if isinstance(inner, Affine) and inner.operand in value and inner.factor:
            scales[other] = inner.factor, inner.offset
    found: dict[str, None] = {}
    for inner in network.nodes.values():
        if isinstance(inner, Compare):
            for side, limit in ((inner.left, inner.right), (inner.right, inner.left)):
                constant = network.nodes[limit]
                if side in scales and isinstance(constant, Constant):
                    factor, offset = scales[side]
                    found[format_number((constant.value - offset) / factor, 12)] = None
    return list(found)


def value_text(value: Value | None, is_date: bool, unit: str | None, limits: Limits | None = None) -> str:
    """A computed value: a number with its unit, a day, the two ends of an interval, or a word.

    With `limits` a number is rounded for a reader (`quantity.rounded`), and stays on its side of each.
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return _yes_or_no(value)
    if isinstance(value, str):
        return value
    if value.low is None and value.high is None:
        return UNKNOWN
    suffix = "" if is_date or unit is None or unit == "1" else f" {unit}"
    return f"{_ends(value, is_date, limits)}{suffix}"


def _ends(value: Interval, is_date: bool, limits: Limits | None) -> str:
    low = None if value.low is None else _end(value.low, is_date, limits)
    high = None if value.high is None else _end(value.high, is_date, limits)
    if low is None or high is None:
        return f"{'<' if value.high_open else '<='}{high}" if low is None else f"{'>' if value.low_open else '>='}{low}"
    return low if low == high else f"{low} to {high}"


def _end(value: Fraction, is_date: bool, limits: Limits | None) -> str:
    if is_date:
        return _day(int(value))
    if limits is None:
        return format_number(value)
    exact = format_number(value, 12)
    return exact if rounded(exact) == exact else rounded(exact, limits())


def _day(ordinal: int) -> str:
    return dt.date.fromordinal(ordinal).isoformat()


def _yes_or_no(truth: Truth) -> str:
    return UNKNOWN if truth is None else "yes" if truth else "no"

"""Networks and fact sets written by hand, for tests of the run stage."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction

from guidelang.calendar import parse_moment
from guidelang.facts.state import Cause, FactSet, FactState, Reason, Result, Value
from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    NON_MONOTONE,
    AdviceDefinition,
    And,
    DerivedDefinition,
    FactDefinition,
    InterventionDefinition,
    Network,
    Node,
    NodeId,
    ParameterValue,
    RuleDefinition,
    TextPart,
)
from guidelang.quantity import Interval

AS_OF = dt.date(2024, 6, 1)


def network(
    nodes: Mapping[NodeId, Node],
    *,
    rules: Sequence[RuleDefinition] = (),
    facts: Sequence[FactDefinition] = (),
    derived: Sequence[DerivedDefinition] = (),
    interventions: Sequence[InterventionDefinition] = (),
    parameters: Sequence[ParameterValue] = (),
    scope: NodeId = "always",
    names: Mapping[NodeId, str] | None = None,
    effective: dt.date | None = None,
    retired: dt.date | None = None,
) -> Network:
    """A network of these parts; the condition "always", true of everybody, is added."""
    all_nodes: dict[NodeId, Node] = {"always": And(()), **nodes}
    return Network(
        name="test",
        version="1.0.0",
        title=None,
        effective=effective,
        retired=retired,
        hash=hashlib.sha256(repr((all_nodes, rules, derived)).encode()).hexdigest(),
        sources=(),
        parameters=tuple(parameters),
        facts={fact.name: fact for fact in facts},
        derived={each.name: each for each in derived},
        interventions={each.name: each for each in interventions},
        rules={rule.name: rule for rule in rules},
        scope=scope,
        nodes=all_nodes,
        strata=_strata(all_nodes),
        names=dict(names or {}),
    )


def _strata(nodes: Mapping[NodeId, Node]) -> tuple[tuple[NodeId, ...], ...]:
    level: dict[NodeId, int] = {}
    for node_id, node in nodes.items():
        below = max((level[operand] for operand in operands_of(node)), default=0)
        level[node_id] = below + isinstance(node, NON_MONOTONE)
    return tuple(
        tuple(node_id for node_id in nodes if level[node_id] == stratum) for stratum in range(max(level.values()) + 1)
    )


def rule(
    name: str,
    when: NodeId,
    *,
    base: NodeId | None = None,
    applies: NodeId | None = None,
    advice: Sequence[AdviceDefinition] = (),
    unless: Sequence[NodeId] = (),
    overrides: Sequence[str] = (),
    overridden_by: Sequence[str] = (),
    strength: str | None = None,
    certainty: str | None = None,
    grade: str | None = None,
    urgency: str | None = None,
    cautions: Sequence[str] = (),
) -> RuleDefinition:
    return RuleDefinition(
        name=name,
        label=None,
        when=when,
        unless=tuple(unless),
        base=base or when,
        applies=applies or base or when,
        advice=tuple(advice),
        overrides=tuple(overrides),
        overridden_by=tuple(overridden_by),
        strength=strength,
        certainty=certainty,
        grade=grade,
        urgency=urgency,
        cautions=tuple(words(caution) for caution in cautions),
    )


def advise(text: str, to: str | None = None, message: str = "") -> AdviceDefinition:
    """Advice from a line like "recommend against start cinacalcet"."""
    kind, *rest = text.split()
    against = rest[0] == "against"
    action, target = rest[against:]
    return AdviceDefinition(kind, against, action, target, to, words(message))


def words(message: str) -> tuple[TextPart, ...]:
    """The parts of a text with placeholders in braces."""
    parts: list[TextPart] = []
    for piece in message.replace("}", "{").split("{"):
        parts.append(TextPart(name=piece) if len(parts) % 2 else TextPart(words=piece))
    return tuple(parts)


def point(value: str | int | Fraction) -> Interval:
    return Interval.point(Fraction(value))


def result(value: Value | str | int | None, when: str | None = None, **fields: object) -> Result:
    """A result; numbers become points, None an implausible value. `when` is a day, or a partial date."""
    moment = None if when is None else parse_moment(when, dt.UTC)
    if value is None:
        fields.setdefault("causes", (Cause(Reason.IMPLAUSIBLE),))
    usable = value if value is None or isinstance(value, bool | Interval) else point(value)
    return Result(
        value=usable,
        causes=fields.pop("causes", ()),
        reported=str(fields.pop("reported", f"{value} mg/dL")),
        moment=moment,
        source=str(fields.pop("source", "test")),
        **fields,
    )


def state(fact: str, value: Value | str | int | None, *causes: Reason, **fields: object) -> FactState:
    """A state; numbers become points, and unknown without a reason is "no record"."""
    usable = value if value is None or isinstance(value, bool | Interval) else point(value)
    if value is None and not causes:
        causes = (Reason.NO_RECORD,)
    return FactState(fact, usable, tuple(map(Cause, causes)), **fields)


def facts(*states: FactState, **fields: object) -> FactSet:
    return FactSet(
        patient="p1",
        as_of=fields.pop("as_of", AS_OF),
        states={each.fact: each for each in states},
        **fields,
    )

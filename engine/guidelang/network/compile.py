"""The typed guideline to the rule network: rules, derived facts, strata, hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from guidelang.model.cycles import dependency_order
from guidelang.model.rules import text_parts
from guidelang.model.symbols import FactSymbol, Guideline, Symbols
from guidelang.model.types import ChoiceType, ConditionType, DateType, MeasureType, PeriodType, TextType, Type
from guidelang.network import ir
from guidelang.network.adaptation import adaptation_definition
from guidelang.network.core import reachable, roots, strata
from guidelang.network.hash import network_hash
from guidelang.network.invariants import invariant_definitions
from guidelang.network.lower import Lowering
from guidelang.network.uses import names_behind, used_defines, used_facts, used_parameters
from guidelang.quantity import Affine, analyte_conversion
from guidelang.syntax import print_expression, tree


def compile_network(guideline: Guideline, *, hashed: bool = True) -> ir.Network:
    """The network of a checked guideline. Pure: the same guideline gives an equal network, node for node.

    Without `hashed` its hash is empty: for networks that nobody keeps, since the hash is half of the work.
    """
    symbols = guideline.symbols
    lowering = Lowering(guideline)
    rules = _rules(symbols, lowering)
    derived = _derived(guideline, lowering)
    scope = _scope(symbols, lowering)
    invariants = tuple(sorted(invariant_definitions(symbols, lowering, scope), key=lambda each: each.name))
    core = _used(guideline, lowering, rules, reachable(lowering.nodes, roots(rules.values(), derived.values(), scope)))
    kept = reachable(
        lowering.nodes, [*core.nodes, *(node for each in invariants for node in (each.premise, each.claimed))]
    )
    used = _used(guideline, lowering, rules, kept)
    nodes, facts, parameters = used.nodes, used.facts, used.parameters
    network = ir.Network(
        name=guideline.name,
        version=guideline.version,
        title=symbols.head.title.text if symbols.head.title else None,
        effective=_day(symbols.head.effective),
        retired=_day(symbols.head.retired),
        hash="",
        sources=tuple(ir.SourceDefinition(name, s.title) for name, s in sorted(symbols.sources.items())),
        parameters=tuple(
            ir.ParameterValue(name, p.label, p.text, p.set_by_site, _citations(p.declaration.cites))
            for name, p in sorted(symbols.parameters.items())
            if name in parameters
        ),
        facts={name: fact_definition(symbols.facts[name]) for name in sorted(facts)},
        derived=dict(sorted(derived.items())),
        interventions={
            name: ir.InterventionDefinition(name, s.label, s.codes, _effects(s.declaration.effects))
            for name, s in sorted(symbols.interventions.items())
            if any(name in (a.target, a.to) for rule in rules.values() for a in rule.advice)
        },
        rules=dict(sorted(rules.items())),
        scope=scope,
        nodes=nodes,
        strata=strata(nodes),
        names={identifier: lowering.names[identifier] for identifier in nodes if identifier in lowering.names},
        known_codes=frozenset(symbols.known_codes),
        value_sets=tuple(
            ir.ValueSetDefinition(found.url, found.version, found.title, len(found.codes))
            for _, found in sorted(symbols.value_sets.items(), key=lambda item: (item[0][0], item[0][1] or ""))
        ),
        invariants=invariants,
        for_invariants=tuple(sorted((facts - core.facts) | (parameters - core.parameters))),
        unused_facts=tuple(sorted(set(symbols.facts) - facts)),
        adaptation=adaptation_definition(guideline),
    )
    return replace(network, hash=network_hash(network)) if hashed else network


@dataclass(frozen=True, slots=True)
class _Used:
    nodes: Mapping[ir.NodeId, ir.Node]
    facts: set[str]
    parameters: set[str]


def _used(
    guideline: Guideline, lowering: Lowering, rules: Mapping[str, ir.RuleDefinition], kept: Collection[ir.NodeId]
) -> _Used:
    """The nodes that are kept, and the facts and parameters that they and the rules stand on."""
    symbols = guideline.symbols
    nodes = {identifier: node for identifier, node in lowering.nodes.items() if identifier in kept}
    facts = used_facts(nodes.values(), rules.values(), symbols) | set(guideline.vocabulary or ())
    return _Used(nodes, facts, used_parameters(nodes.values(), rules.values(), facts, symbols))


# ---- rules ----------------------------------------------------------------------------------------------------------


def _rules(symbols: Symbols, lowering: Lowering) -> dict[str, ir.RuleDefinition]:
    """Rules in order of dependency, so that the node of a rule exists before a rule or fact that uses it."""
    made: dict[str, ir.RuleDefinition] = {}
    for name in dependency_order(symbols):
        if name in symbols.defines and not isinstance(lowering.guideline.define_types[name], PeriodType):
            lowering.define(symbols.defines[name])
        if name not in symbols.rules:
            continue
        rule = symbols.rules[name]
        assert rule.when is not None
        when = lowering.condition(rule.when)
        unless = tuple(lowering.condition(e) for e in rule.unless)
        base = lowering.all_of([when, *(lowering.negate(u) for u in unless)], name)
        stronger = tuple(sorted({other for other, _ in symbols.overriding(name)}))
        applies = base
        if stronger:
            any_stronger = lowering.any_of([lowering.applies[s] for s in stronger])
            not_overridden = lowering.negate(any_stronger, f"not overridden by {', '.join(stronger)}")
            applies = lowering.all_of([base, not_overridden], name)
        lowering.applies[name] = applies
        made[name] = ir.RuleDefinition(
            name=name,
            label=rule.label,
            when=when,
            unless=unless,
            base=base,
            applies=applies,
            advice=tuple(_advice(a, symbols) for a in rule.advice),
            concludes=tuple(sorted({c.name for c in rule.concludes})),
            overrides=tuple(sorted({o.name for o in rule.overrides})),
            overridden_by=stronger,
            strength=rule.strength,
            certainty=rule.certainty,
            grade=rule.grade,
            urgency=rule.urgency,
            cautions=tuple(_text(c) for c in rule.cautions),
            cites=_citations(rule.cites),
            evidence=tuple(ir.Evidence(e.source.name, e.locator, e.text) for e in rule.evidence),
            errata=tuple(e.text for e in rule.errata),
        )
    return made


def _advice(advice: tree.Advice, symbols: Symbols) -> ir.AdviceDefinition:
    to: str | None = None
    if isinstance(advice.to, tree.Quantity):
        to = print_expression(advice.to)
    elif advice.to is not None:
        parameter = symbols.parameters.get(advice.to.name)
        to = parameter.text if parameter is not None else advice.to.name
    return ir.AdviceDefinition(
        kind=advice.kind,
        against=advice.against,
        action=advice.action or "start",
        target=advice.target.name,
        to=to,
        text=_text(advice.text) if advice.text is not None else (),
    )


def _text(text: tree.Text) -> tuple[ir.TextPart, ...]:
    return tuple(ir.TextPart(words, name) for words, name in text_parts(text.text))


def _citations(cites: Iterable[tree.Cite]) -> tuple[ir.Citation, ...]:
    return tuple(ir.Citation(c.source.name, c.locator, c.fingerprint) for c in cites)


# ---- derived facts and scope ----------------------------------------------------------------------------------------


def _derived(guideline: Guideline, lowering: Lowering) -> dict[str, ir.DerivedDefinition]:
    symbols = guideline.symbols
    found: dict[str, ir.DerivedDefinition] = {}
    wanted = guideline.own_names | used_defines(symbols)
    for name, define in symbols.defines.items():
        type_ = guideline.define_types[name]
        unit = type_.unit.code if isinstance(type_, MeasureType) and type_.unit else None
        if name in wanted and not isinstance(type_, PeriodType):  # a period is two days, and has no value of its own
            node = lowering.define(define)
            found[name] = ir.DerivedDefinition(
                name, define.declaration.label, node, _value_type(type_), unit, cites=_citations(define.cites)
            )
    for name, conclusion in symbols.conclusions.items():
        node = lowering.conclusion(conclusion)
        found[name] = ir.DerivedDefinition(name, None, node, "yes_no", None, conclusion.rules)
    return found


def _scope(symbols: Symbols, lowering: Lowering) -> ir.NodeId:
    """`applies to`, and not deceased unless `applies to` itself speaks of death (language.md 4)."""
    applies_to = symbols.head.applies_to
    operands = [lowering.condition(applies_to)] if applies_to is not None else []
    deceased = {name for name, fact in symbols.facts.items() if fact.patient_field == "deceased"}
    if applies_to is None or not deceased & names_behind([applies_to], symbols):
        operands.append(lowering.negate(lowering.add(ir.Holds("deceased"), "deceased"), "not deceased"))
    return lowering.all_of(operands, "in scope")


# ---- facts ----------------------------------------------------------------------------------------------------------


def fact_definition(symbol: FactSymbol) -> ir.FactDefinition:
    """What the network says of a fact, whether or not something in it reads the fact."""
    return ir.FactDefinition(
        name=symbol.name,
        type=symbol.form,
        label=symbol.label,
        unit=symbol.unit.code if symbol.unit else None,
        kind=symbol.kind,
        readings=tuple(
            ir.Reading(
                r.record,
                r.codes,
                r.status,
                r.verification,
                r.list_is_parameter,
                r.window.duration if r.window else None,
                r.window.parameter if r.window else None,
                r.any_code,
                r.intent,
                tuple(ir.CodedFilter(f.element, f.codes, f.beginnings) for f in r.coded),
                tuple(ir.LengthFilter(f.element, f.operator, f.days, f.parameter) for f in r.lengths),
                r.abated,
                r.negated,
                r.timed_by,
                r.daily_dose,
            )
            for r in symbol.readings
        ),
        patient_field=symbol.patient_field,
        window=symbol.window.duration if symbol.window else None,
        window_parameter=symbol.window.parameter if symbol.window else None,
        plausible=symbol.plausible,
        conversions=_conversions(symbol),
        choices=tuple(ir.Choice(c.value, c.label, c.codes, c.beginnings) for c in symbol.choices),
        absent_means_no=symbol.absent_means_no,
        codes_complete=symbol.codes_complete,
        modifiable=symbol.modifiable,
        ties=symbol.ties,
        effects=_effects(symbol.declaration.effects) if symbol.declaration else (),
    )


def _conversions(symbol: FactSymbol) -> tuple[ir.Conversion, ...]:
    """One map into the fact's unit for each unit that its `convert` clauses name; scaling does the rest."""
    if symbol.unit is None:
        return ()
    found: dict[str, Affine] = {}
    for unit in (unit for conversion in symbol.conversions for unit in (conversion.from_, conversion.to)):
        change = analyte_conversion(unit, symbol.unit, symbol.conversions)
        if change is not None and unit.code != symbol.unit.code:
            found[unit.code] = change
    return tuple(ir.Conversion(code, change.factor, change.offset) for code, change in sorted(found.items()))


def _effects(effects: Iterable[tree.Effect]) -> tuple[ir.Effect, ...]:
    return tuple(ir.Effect(e.direction, e.quantity.name) for e in effects)


def _value_type(type_: Type) -> ir.ValueType:
    match type_:
        case ConditionType():
            return "yes_no"
        case ChoiceType():
            return "choice"
        case TextType():
            return "text"
        case DateType():
            return "date"
        case MeasureType() if type_.unit is not None:
            return "quantity"
        case _:
            return "number"


def _day(literal: tree.DateLiteral | None) -> dt.date | None:
    return dt.date.fromisoformat(literal.text) if literal is not None else None

"""Gathers the declarations of all files and resolves what they say: units, codes, windows, parameters.

A name is declared once. Facts, derived facts, parameters and rules share one name space, because an example and a
trace speak of them by name alone; code lists and code-list parameters share another, interventions have their own (a
fact and an intervention may share a name: whether it is taken, and advice to take it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.days import check_day
from guidelang.model.facts import built_in_facts, resolve_fact
from guidelang.model.lists import resolve_lists
from guidelang.model.locate import EXAMPLES_END
from guidelang.model.parameters import resolve_parameter, unit_of
from guidelang.model.symbols import (
    ConclusionSymbol,
    DefineSymbol,
    InterventionSymbol,
    Symbols,
)
from guidelang.quantity import parse_decimal
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.terminology import Code, ListedCode, Strength, ValueSets, system_uri


def declare(
    head: tree.Guideline,
    files: Sequence[tree.File],
    settings: Mapping[str, str],
    value_sets: ValueSets,
    report: Report,
) -> Symbols:
    """All symbols of the files. `settings` are parameter values that a site sets, as written."""
    symbols = Symbols(head)
    resolve = partial(resolve_codes, symbols=symbols, report=report)
    # vocabularies first: a guideline that declares a name again is where the fault is shown
    in_order = sorted(files, key=lambda file: not any(isinstance(s, tree.Vocabulary) for s in file.statements))
    statements = [statement for file in in_order for statement in file.statements]
    _check_heads(head, files, report)
    names: dict[str, Span] = {}
    lists: dict[str, Span] = {}

    for statement in statements:
        if isinstance(statement, tree.System) and _new(statement.name, lists, "code system", report):
            symbols.systems[statement.name.name] = statement.uri
        elif isinstance(statement, tree.Guideline | tree.Vocabulary):
            for source in statement.sources:
                symbols.sources.setdefault(source.name.name, source)

    code_lists: dict[str, tree.Codes] = {}
    for statement in statements:
        if isinstance(statement, tree.Codes) and _new(statement.name, lists, "code list", report):
            code_lists[statement.name.name] = statement
        elif isinstance(statement, tree.Parameter) and _new(statement.name, names, "parameter", report):
            parameter = resolve_parameter(
                statement,
                settings.get(statement.name.name),
                resolve,
                report,
            )
            if parameter is not None:
                symbols.parameters[parameter.name] = parameter
    _check_settings(settings, statements, report)
    resolve_lists(code_lists, symbols, value_sets, resolve, report)

    interventions: dict[str, Span] = {}
    for statement in statements:
        if isinstance(statement, tree.Fact) and _new(statement.name, names, "fact", report):
            if statement.name.name == "patient":
                told = "`patient` is no name of a fact: fact sets and examples have the patient's name or file there"
                report.error("G103", told, statement.name.span, suggestion="choose another name")
            symbols.facts[statement.name.name] = resolve_fact(statement, symbols, resolve, report)
        elif isinstance(statement, tree.Intervention) and _new(statement.name, interventions, "intervention", report):
            symbols.interventions[statement.name.name] = InterventionSymbol(
                statement.name.name,
                statement.label,
                statement,
                resolve_codes(statement.codes, symbols, report),
            )
        elif isinstance(statement, tree.Define) and _new(statement.name, names, "derived fact", report):
            symbols.defines[statement.name.name] = DefineSymbol(statement.name.name, statement)
        elif isinstance(statement, tree.Score | tree.Table) and _new(
            statement.name, names, "score" if isinstance(statement, tree.Score) else "table", report
        ):
            define = tree.Define(statement.name, statement.label, statement.value, span=statement.span)
            symbols.defines[statement.name.name] = DefineSymbol(statement.name.name, define, statement.cites)
        elif isinstance(statement, tree.Rule) and _new(statement.name, names, "rule", report):
            symbols.rules[statement.name.name] = statement
        elif isinstance(statement, tree.Invariant):
            symbols.invariants.append(statement)
        elif isinstance(statement, tree.Example):
            symbols.examples.append(statement)

    for fact in built_in_facts():
        if fact.name not in names:
            symbols.facts[fact.name] = fact
    _declare_conclusions(symbols, names, report)
    _check_effects(symbols, report)
    return symbols


def resolve_codes(codes: Iterable[tree.CodeRef], symbols: Symbols, report: Report) -> tuple[ListedCode, ...]:
    """Codes with the URI of their system. Every code that a file mentions becomes a known code."""
    resolved: dict[Code, ListedCode] = {}
    for ref in codes:
        uri = symbols.systems.get(ref.system) or system_uri(ref.system)
        if uri is None:
            report.error(
                "G208",
                f"unknown code system `{ref.system}`",
                ref.span,
                expected="LOINC, SNOMED CT, RxNorm, ICD-10-CM, ATC, CVX, or a system that the file declares",
                suggestion=did_you_mean(ref.system, symbols.systems)
                or f'declare it: system {ref.system} "urn:your-organization:codes"',
            )
            continue
        code = Code(uri, ref.code)
        symbols.known_codes.add(code)
        if code in resolved:
            report.warning("G910", f"the code {ref.system} {ref.code} stands twice in this list", ref.span)
            continue
        resolved[code] = ListedCode(code, ref.label, ref.unconfirmed, _strength(ref.strength, report))
    return tuple(resolved.values())


def _strength(written: tree.Quantity | None, report: Report) -> Strength | None:
    if written is None or written.unit is None or unit_of(written.unit, written.unit_span, report) is None:
        return None
    return Strength(parse_decimal(written.number), written.unit)


def _new(name: tree.Identifier, seen: dict[str, Span], sort: str, report: Report) -> bool:
    """Notes a declaration; a second one of the same name is an error and is left out."""
    first = seen.get(name.name)
    if first is None:
        seen[name.name] = name.span
        return True
    report.error(
        "G202",
        f"the {sort} `{name.name}` takes a name that is declared already",
        name.span,
        notes=[Note("declared here first", first)],
        suggestion="choose another name, or remove one of the two",
    )
    return False


def _check_heads(head: tree.Guideline, files: Sequence[tree.File], report: Report) -> None:
    for file in files:
        heads = [s for s in file.statements if isinstance(s, tree.Guideline | tree.Vocabulary | tree.Part)]
        for extra in heads[1:]:
            report.error(
                "G203",
                "a file holds one guideline, one vocabulary, or one part of a guideline",
                extra.span,
                notes=[Note("the file says here what it is", heads[0].span)],
                suggestion="move what follows to a file of its own",
            )
        if file.span.source.name.endswith(EXAMPLES_END):
            for other in file.statements:
                if not isinstance(other, tree.Part | tree.Example):
                    report.error(
                        "G217",
                        f"a file *{EXAMPLES_END} holds examples of a guideline and nothing else",
                        other.span,
                        expected="`part of NAME`, then examples",
                        suggestion="move it to a file of the guideline: whoever runs that does not read this one",
                    )
        if heads and isinstance(heads[0], tree.Vocabulary):
            for statement in file.statements:
                if isinstance(statement, tree.Rule | tree.Invariant | tree.Example):
                    report.error(
                        "G204",
                        "a vocabulary holds no rules, no invariants and no examples",
                        statement.span,
                        expected="facts, codes, parameters, derived facts, scores, tables and interventions",
                        suggestion="move it to a guideline that uses this vocabulary",
                    )
    for day in (head.effective, head.retired):
        if day is not None:
            check_day(day, report)
    if head.effective and head.retired and head.retired.text < head.effective.text:
        report.error("G402", "the guideline is retired before it takes effect", head.retired.span)


def _check_settings(settings: Mapping[str, str], statements: Sequence[tree.Statement], report: Report) -> None:
    declared = [s.name.name for s in statements if isinstance(s, tree.Parameter)]
    for name in settings:
        if name not in declared:
            report.error(
                "G404",
                f"there is no parameter `{name}` to set",
                file="parameters",
                expected=f"one of: {', '.join(sorted(declared))}" if declared else "no parameter; none is declared",
                suggestion=did_you_mean(name, declared),
            )


def _declare_conclusions(symbols: Symbols, names: Mapping[str, Span], report: Report) -> None:
    rules: dict[str, list[str]] = {}
    spans: dict[str, Span] = {}
    for rule in symbols.rules.values():
        for concluded in rule.concludes:
            if concluded.name in names:
                report.error(
                    "G205",
                    f"`{concluded.name}` is declared already, so no rule can conclude it",
                    concluded.span,
                    notes=[Note("declared here", names[concluded.name])],
                    suggestion="conclude another name; rules that conclude a name declare it",
                )
                continue
            rules.setdefault(concluded.name, []).append(rule.name.name)
            spans.setdefault(concluded.name, concluded.span)
    for name, by in rules.items():
        symbols.conclusions[name] = ConclusionSymbol(name, spans[name], tuple(sorted(set(by))))
        symbols.facts.pop(name, None)  # a built-in fact of that name gives way


def _check_effects(symbols: Symbols, report: Report) -> None:
    owners: list[tree.Intervention | tree.Fact] = [s.declaration for s in symbols.interventions.values()]
    owners += [fact.declaration for fact in symbols.facts.values() if fact.declaration is not None]
    for owner in owners:
        for effect in owner.effects:
            fact = symbols.facts.get(effect.quantity.name)
            if fact is None:
                report.error(
                    "G201",
                    f"unknown fact `{effect.quantity.name}`",
                    effect.quantity.span,
                    expected="the quantity that is lowered or raised",
                    suggestion=did_you_mean(effect.quantity.name, symbols.facts),
                )

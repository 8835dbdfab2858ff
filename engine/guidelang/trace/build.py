"""From an evaluation to the documents that are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from guidelang.facts.state import Problem, Unlisted
from guidelang.network.graph import facts_below
from guidelang.network.ir import LITERALS, AdaptationDefinition, Network, NodeId
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Computed, Missing, Outcome, ScopeStatus, Status
from guidelang.run.reasons import missing as missing_facts
from guidelang.trace import entries
from guidelang.trace.deciding import DecidingSets, deciding_sets, measure_first
from guidelang.trace.document import (
    AdaptationDocument,
    BorderlineDocument,
    ConflictDocument,
    DecidingDocument,
    DecidingSetDocument,
    DerivedDocument,
    ExplainDocument,
    FactDocument,
    FiringDocument,
    GuidelineDocument,
    LocalChangeDocument,
    MeasureFirstDocument,
    MeasureLaterDocument,
    OutcomeDocument,
    ParameterDocument,
    ProblemDocument,
    ScopeDocument,
    SourceDocument,
    StackDocument,
    ThresholdDocument,
    TouchedDocument,
    TraceDocument,
    TruthWord,
    UnlistedDocument,
    ValueSetDocument,
    ViolationDocument,
)
from guidelang.trace.thresholds import thresholds
from guidelang.trace.told import Told
from guidelang.trace.values import (
    advice_document,
    citation_documents,
    details_of,
    evidence_documents,
    interval_document,
    label_of,
    missing_documents,
    number_text,
    plausible_document,
    reasons_of,
    result_documents,
    truth_word,
    value_text,
)
from guidelang.trace.why import LARGEST_IN_TRACE, Why

SCOPE = "scope"
"""The word that stands for `applies to` where a rule or derived fact is asked for by name."""


def trace_document(evaluation: Evaluation) -> TraceDocument:
    """What an evaluation says, with all its reasons. The same evaluation gives an equal document."""
    network, why = evaluation.network, Why(evaluation, LARGEST_IN_TRACE)
    first = measure_first(evaluation)
    return TraceDocument(
        guideline=guideline_document(network),
        patient=evaluation.facts.patient,
        as_of=evaluation.facts.as_of.isoformat(),
        engine=evaluation.engine,
        scope=ScopeDocument(
            status=evaluation.scope.value,
            missing=missing_documents(evaluation.scope_missing, network),
            why=why.scope(),
        ),
        advice=[advice_document(a, network) for a in evaluation.advice],
        conflicts=[
            ConflictDocument(
                target=c.target, first=advice_document(c.first, network), second=advice_document(c.second, network)
            )
            for c in evaluation.conflicts
        ],
        stacks=[
            StackDocument(
                quantity=s.quantity, direction=s.direction, advice=[advice_document(a, network) for a in s.advice]
            )
            for s in evaluation.stacks
        ],
        violations=[
            ViolationDocument(invariant=v.invariant, words=v.words, rules=list(v.rules)) for v in evaluation.violations
        ],
        warnings=list(evaluation.warnings),
        outcomes=[_outcome(outcome, why) for outcome in evaluation.outcomes],
        measure_first=[
            MeasureFirstDocument(
                fact=m.fact,
                label=label_of(m.fact, network),
                decides=len(m.decides),
                needed_by=len(m.needed_by),
                rules=list(m.needed_by),
            )
            for m in first
            if m.not_before is None
        ],
        measure_later=[
            MeasureLaterDocument(
                fact=m.fact,
                label=label_of(m.fact, network),
                day=m.not_before.isoformat(),
                needed_by=len(m.needed_by),
                rules=list(m.needed_by),
            )
            for m in first
            if m.not_before is not None
        ],
        facts=_facts(why),
        derived=_derived(why),
        parameters=[
            ParameterDocument(
                name=p.name,
                label=p.label,
                value=p.text,
                set_by_site=p.set_by_site,
                cites=citation_documents(p.cites),
            )
            for p in network.parameters
        ],
        problems=[_problem(p) for p in evaluation.facts.problems],
        unlisted=[_unlisted(one) for one in evaluation.facts.unlisted],
        firings=[
            FiringDocument(concludes=f.concludes, truth=truth_word(f.truth), because=list(f.because))
            for f in evaluation.firings
        ],
    )


def explain_document(evaluation: Evaluation, name: str) -> ExplainDocument:
    """Why a rule, a derived fact, a fact or the scope (`scope`) came out as it did, and what could decide it.

    Raises:
        KeyError: if the guideline has nothing of that name.
    """
    network, why = evaluation.network, Why(evaluation)
    rule = network.rules.get(name)
    outcome = next((o for o in evaluation.outcomes if o.rule == name), None) if rule else None
    missing: tuple[Missing, ...] = ()
    node: NodeId | None
    if rule is not None:
        node, tree, label = rule.applies, why.rule(name), rule.label
        if evaluation.scope is not ScopeStatus.APPLIES:  # no rule applies or not; only its condition can be told
            tree = tree.model_copy(update={"kind": "own_condition"})
        missing = outcome.missing if outcome is not None else ()
    elif name == SCOPE and name not in network.derived:
        node, tree, label = network.scope, why.scope(), None
        missing = evaluation.scope_missing
    elif name in network.facts and name not in network.derived:
        node, tree, label = None, Told(evaluation).fact(name), label_of(name, network)
    else:
        definition = network.derived[name]
        node, tree, label = definition.node, why.derived(name), definition.label
        if node in evaluation.conditions:
            missing = missing_facts(network, evaluation.facts, evaluation.conditions, evaluation.values, node)
    sets = deciding_sets(evaluation, node, missing) if missing and node is not None else None
    cited = {c.source for c in rule.cites} | {e.source for e in rule.evidence} if rule is not None else set()
    others = network.facts.keys() - ({name} if node is None else facts_below(network, node))
    own = (definition for name, definition in network.facts.items() if name not in others)
    kinds = {reading.record for definition in own for reading in definition.readings}
    guideline = guideline_document(network)
    return ExplainDocument(
        guideline=guideline,
        patient=evaluation.facts.patient,
        as_of=evaluation.facts.as_of.isoformat(),
        engine=evaluation.engine,
        name=name,
        label=label,
        status=None if outcome is None else outcome.status.value,
        scope=evaluation.scope.value,
        warnings=[w for w in evaluation.warnings if not _about_others(w, others)],
        missing=missing_documents(missing, network),
        deciding=None if sets is None else _deciding(sets),
        advice=[] if outcome is None else [advice_document(a, network) for a in outcome.advice],
        cites=citation_documents(rule.cites) if rule is not None else [],
        evidence=evidence_documents(rule.evidence) if rule is not None else [],
        errata=list(rule.errata) if rule is not None else [],
        sources=[source for source in guideline.sources if source.name in cited],
        why=tree,
        problems=[_problem(p) for p in evaluation.facts.problems if p.fact not in others],
        unlisted=[_unlisted(one) for one in evaluation.facts.unlisted if kinds.intersection(one.records)],
    )


def _problem(problem: Problem) -> ProblemDocument:
    return ProblemDocument(
        kind=problem.kind,
        message=problem.message,
        patient=problem.patient,
        resource=problem.resource,
        field=problem.field,
        fact=problem.fact,
        reason=None if problem.reason is None else problem.reason.value,
    )


def _unlisted(one: Unlisted) -> UnlistedDocument:
    return UnlistedDocument(
        record=one.record, what=one.what, count=one.count, source=one.source, fact=one.fact, hint=one.hint
    )


def _about_others(warning: str, others: Collection[str]) -> bool:
    """Whether a warning is about one of these facts, which it then begins with."""
    fact, colon, _ = warning.partition(": ")
    return bool(colon) and fact in others


def guideline_document(network: Network) -> GuidelineDocument:
    """Which guideline a document is about."""
    return GuidelineDocument(
        name=network.name,
        version=network.version,
        title=network.title,
        hash=network.hash,
        effective=None if network.effective is None else network.effective.isoformat(),
        retired=None if network.retired is None else network.retired.isoformat(),
        sources=[SourceDocument(name=s.name, title=s.title) for s in network.sources],
        value_sets=[
            ValueSetDocument(url=v.url, version=v.version, title=v.title, size=v.size) for v in network.value_sets
        ],
        adaptation=None if network.adaptation is None else _adaptation(network.adaptation),
    )


def _adaptation(adaptation: AdaptationDefinition) -> AdaptationDocument:
    return AdaptationDocument(
        base=adaptation.base,
        version=adaptation.version,
        changes=[
            LocalChangeDocument(
                guideline=change.guideline,
                name=change.name,
                reason=change.reason,
                touched=[
                    TouchedDocument(how=each.how, sort=each.sort, name=each.name, words=each.words)
                    for each in change.touched
                ],
                rules=list(change.rules),
            )
            for change in adaptation.changes
        ],
    )


def _outcome(outcome: Outcome, why: Why) -> OutcomeDocument:
    network = why.evaluation.network
    rule = network.rules[outcome.rule]
    return OutcomeDocument(
        rule=outcome.rule,
        label=rule.label,
        status=outcome.status.value,
        advice=[advice_document(a, network) for a in outcome.advice],
        concludes=list(rule.concludes) if outcome.status is Status.APPLIES else [],
        missing=missing_documents(outcome.missing, network),
        exceptions=[why.words.name(node) for node in outcome.exceptions],
        overridden_by=list(outcome.overridden_by),
        cites=citation_documents(rule.cites),
        evidence=evidence_documents(rule.evidence),
        errata=list(rule.errata),
        why=why.rule(outcome.rule),
    )


def _facts(why: Why) -> list[FactDocument]:
    network, facts = why.evaluation.network, why.evaluation.facts
    marks: defaultdict[str, list[BorderlineDocument]] = defaultdict(list)
    for node_id, node in network.nodes.items():
        mark = why.borderline(node_id) if isinstance(node, LITERALS) else None
        for fact in mark.facts if mark is not None else ():
            if mark is not None and mark not in marks[fact]:
                marks[fact].append(mark)
    documents = []
    for name, definition in sorted(network.facts.items()):
        state = facts.states[name]
        documents.append(
            FactDocument(
                name=name,
                label=definition.label,
                type=definition.type,
                status="unknown" if state.value is None else "known",
                value=value_text(state.value, definition.type),
                interval=interval_document(state.value, definition.type),
                unit=definition.unit,
                how=state.how,
                results=result_documents(entries.of_state(state), definition.type, facts.as_of),
                reasons=reasons_of(state.causes),
                details=details_of(state.causes),
                borderline=sorted(marks[name], key=lambda mark: mark.comparison),
                plausible=plausible_document(definition),
                thresholds=_thresholds(name, why),
            )
        )
    return documents


def _thresholds(fact: str, why: Why) -> list[ThresholdDocument]:
    evaluation = why.evaluation
    return [
        ThresholdDocument(
            comparison=why.words.spelled(t.node),
            operator=t.operator,
            value=number_text(t.value, "number"),
            parameter=t.parameter,
            truth=truth_word(evaluation.conditions[t.node]),
            rules=list(t.rules),
        )
        for t in thresholds(evaluation.network).of(fact)
    ]


def _derived(why: Why) -> list[DerivedDocument]:
    evaluation, network = why.evaluation, why.evaluation.network
    documents = []
    for name in sorted(network.derived):
        definition = network.derived[name]
        node = definition.node
        if node in evaluation.conditions:
            value = evaluation.conditions[node]
            needs = [
                m.fact for m in missing_facts(network, evaluation.facts, evaluation.conditions, evaluation.values, node)
            ]
            computed = Computed(value)
        else:
            computed = evaluation.values[node]
            needs = sorted(computed.open_facts)
        documents.append(
            DerivedDocument(
                name=name,
                label=definition.label,
                type=definition.type,
                status="unknown" if computed.value is None else "known",
                value=value_text(computed.value, definition.type),
                interval=interval_document(computed.value, definition.type),
                unit=definition.unit,
                needs=needs,
                concluded_by=list(definition.concluded_by),
                form=why.parts.form(name),
                parts=why.parts.of(name),
                reasons=reasons_of(computed.causes),
                details=details_of(computed.causes),
                cites=citation_documents(definition.cites),
            )
        )
    return documents


def _deciding(sets: DecidingSets) -> DecidingDocument:
    documents = []
    for one in sets.sets:
        could_be: list[TruthWord] = []
        if one.could_be_true:
            could_be.append("true")
        if one.could_be_false:
            could_be.append("false")
        documents.append(DecidingSetDocument(facts=list(one.facts), could_be=could_be))
    return DecidingDocument(sets=documents, complete=sets.complete, bound=str(sets.bound))

"""What a hypothetical changes: two runs on one patient, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from guidelang.network.ir import Network
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Advice, Outcome
from guidelang.trace.build import guideline_document
from guidelang.trace.document import (
    AdviceDocument,
    ConflictDocument,
    GuidelineDocument,
    IntervalDocument,
    MissingDocument,
    StackDocument,
    ViolationDocument,
)
from guidelang.trace.published import Document, Field
from guidelang.trace.values import (
    advice_document,
    interval_document,
    label_of,
    missing_documents,
    reasons_of,
    value_text,
)

StatusWord = Literal["applies", "not_applicable", "undecided", "overridden"]
ScopeWord = Literal["applies", "not_for_this_patient", "undecided"]
Answer = Literal["already", "found", "impossible", "undecided"]
_T = TypeVar("_T", bound=Document)


class StateDocument(Document):
    """What is known of a fact or derived fact."""

    value: str | None
    interval: IntervalDocument | None
    reasons: list[str] = Field(description="Why it is unknown, or no point.")


class ValueChangeDocument(Document):
    """A fact that was set, or a derived fact whose value is another."""

    name: str
    label: str | None
    unit: str | None
    before: StateDocument
    after: StateDocument


class RuleChangeDocument(Document):
    """A rule with another outcome, or an undecided one that needs other facts."""

    rule: str
    label: str | None
    before: StatusWord | None = Field(description="Null where the guideline is not for the patient.")
    after: StatusWord | None
    needs_before: list[MissingDocument]
    needs_after: list[MissingDocument]


class AdviceChangeDocument(Document):
    """Advice that is given in both runs, in other words or by other rules."""

    before: AdviceDocument
    after: AdviceDocument


class AlternativeDocument(Document):
    """Another change of as few facts that would do as well."""

    set: dict[str, str]


class SoughtDocument(Document):
    """What was wanted, and whether a change of modifiable facts brings it about."""

    wanted: str = Field(description="A rule, or advice such as `reduce phosphorus`.")
    avoid: bool = Field(description="True where it was to be avoided.")
    answer: Answer = Field(
        description="`impossible` is proved: no change of modifiable facts does it. `undecided`: nobody knows."
    )
    note: str
    modifiable: list[str] = Field(description="The facts that were free to change.")
    alternatives: list[AlternativeDocument]


class WhatIfDocument(Document):
    """What is different for a patient whose facts were set otherwise."""

    schema_version: Literal["1"] = "1"
    guideline: GuidelineDocument
    patient: str
    as_of: str
    engine: Literal["direct", "durable"]
    sought: SoughtDocument | None = None
    set: list[ValueChangeDocument]
    scope_before: ScopeWord
    scope_after: ScopeWord
    rules: list[RuleChangeDocument]
    derived: list[ValueChangeDocument]
    advice_gained: list[AdviceDocument]
    advice_lost: list[AdviceDocument]
    advice_changed: list[AdviceChangeDocument]
    conflicts_gained: list[ConflictDocument]
    conflicts_lost: list[ConflictDocument]
    stacks_gained: list[StackDocument]
    stacks_lost: list[StackDocument]
    violations_gained: list[ViolationDocument]
    violations_lost: list[ViolationDocument]
    same_rules: int = Field(description="How many rules have the same outcome and need the same facts.")

    @property
    def changes_anything(self) -> bool:
        """Whether an outcome, a piece of advice or what stands against it is another."""
        found: tuple[Sequence[object], ...] = (
            self.rules, self.advice_gained, self.advice_lost, self.advice_changed, self.conflicts_gained,
            self.conflicts_lost, self.stacks_gained, self.stacks_lost, self.violations_gained, self.violations_lost,
        )  # fmt: skip
        return self.scope_before != self.scope_after or any(found)


def whatif_document(
    before: Evaluation, after: Evaluation, names: Iterable[str], sought: SoughtDocument | None = None
) -> WhatIfDocument:
    """What is different between two runs of one guideline on one patient. `names` are the facts that were set."""
    network = before.network
    rules = _rules(before, after, network)
    old, new = ({_key(advice): advice for advice in run.advice} for run in (before, after))
    common = [key for key in old if key in new]
    conflicts = tuple(_conflicts(run, network) for run in (before, after))
    stacks = tuple(_stacks(run, network) for run in (before, after))
    violations = tuple(
        [ViolationDocument(invariant=v.invariant, words=v.words, rules=list(v.rules)) for v in run.violations]
        for run in (before, after)
    )
    return WhatIfDocument(
        guideline=guideline_document(network),
        patient=before.facts.patient,
        as_of=before.facts.as_of.isoformat(),
        engine=before.engine,
        sought=sought,
        set=[_set(name, before, after) for name in names],
        scope_before=before.scope.value,
        scope_after=after.scope.value,
        rules=rules,
        derived=_derived(before, after, network),
        advice_gained=[advice_document(new[key], network) for key in new if key not in old],
        advice_lost=[advice_document(old[key], network) for key in old if key not in new],
        advice_changed=[
            AdviceChangeDocument(before=advice_document(old[key], network), after=advice_document(new[key], network))
            for key in common
            if old[key] != new[key]
        ],
        conflicts_gained=_without(conflicts[1], conflicts[0]),
        conflicts_lost=_without(conflicts[0], conflicts[1]),
        stacks_gained=_without(stacks[1], stacks[0]),
        stacks_lost=_without(stacks[0], stacks[1]),
        violations_gained=_without(violations[1], violations[0]),
        violations_lost=_without(violations[0], violations[1]),
        same_rules=len(network.rules) - len(rules),
    )


def _key(advice: Advice) -> tuple[object, ...]:
    return advice.against, advice.action, advice.target, advice.to


def _without(some: Sequence[_T], others: Sequence[_T]) -> list[_T]:
    return [each for each in some if each not in others]


def _conflicts(run: Evaluation, network: Network) -> list[ConflictDocument]:
    return [
        ConflictDocument(
            target=c.target, first=advice_document(c.first, network), second=advice_document(c.second, network)
        )
        for c in run.conflicts
    ]


def _stacks(run: Evaluation, network: Network) -> list[StackDocument]:
    return [
        StackDocument(
            quantity=s.quantity, direction=s.direction, advice=[advice_document(a, network) for a in s.advice]
        )
        for s in run.stacks
    ]


def _rules(before: Evaluation, after: Evaluation, network: Network) -> list[RuleChangeDocument]:
    old, new = ({outcome.rule: outcome for outcome in run.outcomes} for run in (before, after))
    found = []
    for name, rule in network.rules.items():
        was, now = old.get(name), new.get(name)
        needed, needs = _needs(was), _needs(now)
        if (was and was.status) == (now and now.status) and needed == needs:
            continue
        found.append(
            RuleChangeDocument(
                rule=name,
                label=rule.label,
                before=None if was is None else was.status.value,
                after=None if now is None else now.status.value,
                needs_before=[] if was is None else missing_documents(was.missing, network),
                needs_after=[] if now is None else missing_documents(now.missing, network),
            )
        )
    return found


def _needs(outcome: Outcome | None) -> tuple[str, ...]:
    return () if outcome is None else tuple(missing.fact for missing in outcome.missing)


def _set(name: str, before: Evaluation, after: Evaluation) -> ValueChangeDocument:
    definition = before.network.facts.get(name)
    return ValueChangeDocument(
        name=name,
        label=label_of(name, before.network),
        unit=None if definition is None else definition.unit,
        before=_fact(name, before),
        after=_fact(name, after),
    )


def _fact(name: str, run: Evaluation) -> StateDocument:
    definition, state = run.network.facts.get(name), run.facts.states.get(name)
    if definition is None or state is None:  # an age that no fact reads
        value = run.facts.age if name == "age" and run.facts.age is not None else run.facts.birth
        kind: Literal["number", "date"] = "number" if value is run.facts.age else "date"
        return StateDocument(value=value_text(value, kind), interval=interval_document(value, kind), reasons=[])
    return StateDocument(
        value=value_text(state.value, definition.type),
        interval=interval_document(state.value, definition.type),
        reasons=reasons_of(state.causes),
    )


def _derived(before: Evaluation, after: Evaluation, network: Network) -> list[ValueChangeDocument]:
    found = []
    for name, definition in sorted(network.derived.items()):
        states = []
        for run in (before, after):
            node = definition.node
            value = run.conditions[node] if node in run.conditions else run.values[node].value
            states.append(
                StateDocument(
                    value=value_text(value, definition.type),
                    interval=interval_document(value, definition.type),
                    reasons=[],
                )
            )
        if states[0] != states[1]:
            found.append(
                ValueChangeDocument(
                    name=name, label=definition.label, unit=definition.unit, before=states[0], after=states[1]
                )
            )
    return found

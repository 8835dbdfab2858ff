"""What an example can see of a guideline: the scope, what becomes of each rule, advice, derived facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from guidelang.network.ir import Network, RuleDefinition
from guidelang.prove.content import Content
from guidelang.quantity import Interval, format_number
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Advice, ScopeStatus, Status

Sort: TypeAlias = Literal["scope", "rule", "advice", "grade", "derived"]
AdviceSeen: TypeAlias = tuple[str, bool, str, str]
"""Kind, against, action, target: what an expectation of advice names."""

_SCOPE = {
    ScopeStatus.APPLIES: "in scope",
    ScopeStatus.NOT_FOR_THIS_PATIENT: "not for this patient",
    ScopeStatus.UNDECIDED: "undecided scope",
}
_RULE = {
    Status.APPLIES: "{}",
    Status.NOT_APPLICABLE: "not {}",
    Status.UNDECIDED: "undecided {}",
    Status.OVERRIDDEN: "overridden {}",
}
_TRUTH = {True: "{}", False: "not {}", None: "unknown {}"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that an example can expect something of."""

    sort: Sort
    name: str
    advice: AdviceSeen | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """What may differ between a guideline and a mutant; of all else the two are the same by construction.

    Attributes:
        seen: what an example can see, the most telling first.
        facts: facts that are read differently.
        invariants: whether an invariant stands on something that differs.
    """

    seen: tuple[Seen, ...]
    facts: frozenset[str]
    invariants: bool

    @property
    def none(self) -> bool:
        """Whether nothing differs at all."""
        return not (self.seen or self.invariants)

    def of(self, sort: Sort) -> frozenset[str]:
        return frozenset(each.name for each in self.seen if each.sort == sort)


def differences(old: Network, new: Network, contents: tuple[Content, Content]) -> Differences:
    """What may differ between two networks, by the content of their nodes."""

    def same(a: str, b: str) -> bool:
        return contents[0].node(a) == contents[1].node(b)

    seen: list[Seen] = []
    if not same(old.scope, new.scope):
        seen.append(Seen("scope", "scope"))
    moved: set[str] = set()
    for name in sorted({*old.rules} & {*new.rules}):
        a, b = old.rules[name], new.rules[name]
        if not (same(a.applies, b.applies) and same(a.base, b.base)):
            seen.append(Seen("rule", name))
            moved.add(name)
    before, after = advised(old), advised(new)
    for key in sorted({*before, *after}):
        if before.get(key, frozenset()) != after.get(key, frozenset()):
            seen.append(Seen("advice", advice_words(key), key))
    for name in sorted({*old.rules} & {*new.rules}):
        if _grade(old.rules[name]) != _grade(new.rules[name]):
            seen.append(Seen("grade", name))
    for name in sorted({*old.derived} & {*new.derived}):
        if not same(old.derived[name].node, new.derived[name].node):
            seen.append(Seen("derived", name))
    facts = frozenset(n for n in {*old.facts} & {*new.facts} if contents[0].fact(n) != contents[1].fact(n))
    claims = {each.name: each for each in new.invariants}
    invariants = any(
        each.name not in claims
        or not (same(each.premise, claims[each.name].premise) and same(each.claimed, claims[each.name].claimed))
        for each in old.invariants
    )
    return Differences(tuple(seen), facts, invariants)


def advised(network: Network) -> Mapping[AdviceSeen, frozenset[str]]:
    """Each piece of advice that an expectation can name, with the rules that give it."""
    found: dict[AdviceSeen, set[str]] = {}
    for name, rule in network.rules.items():
        for each in rule.advice:
            found.setdefault((each.kind, each.against, each.action, each.target), set()).add(name)
    return {key: frozenset(names) for key, names in found.items()}


def advice_words(key: AdviceSeen) -> str:
    kind, against, action, target = key
    return f"{kind} against {action} {target}" if against else f"{kind} {action} {target}"


def differs(seen: Seen, old: Evaluation, new: Evaluation) -> str | None:
    """How one thing differs between two runs on one patient, in a word that stays the same as values change."""
    before, after = _state(seen, old), _state(seen, new)
    if before is None or after is None or before == after:
        return None
    return f"{_sort_of(before)} becomes {_sort_of(after)}"


def expectation(seen: Seen, evaluation: Evaluation) -> str | None:
    """What an example says of it for this patient; None where the language has no words for it."""
    state = _state(seen, evaluation)
    if state is None:
        return None
    match seen.sort:
        case "scope":
            return _SCOPE[evaluation.scope]
        case "rule":
            return _RULE[evaluation.statuses[seen.name]].format(seen.name)
        case "advice":
            return seen.name if state else f"not {seen.name}"
        case "grade":
            return state if isinstance(state, str) and state else None
        case "derived":
            return _derived_words(seen.name, evaluation)


def _state(seen: Seen, evaluation: Evaluation) -> object:
    """What is seen; None where nothing is, since the guideline does not speak of the patient."""
    match seen.sort:
        case "scope":
            return evaluation.scope.value
        case "rule":
            status = evaluation.statuses.get(seen.name)
            return None if status is None else status.value
        case "advice":
            if evaluation.scope is not ScopeStatus.APPLIES:
                return None
            return any((a.kind, a.against, a.action, a.target) == seen.advice for a in evaluation.advice)
        case "grade":
            if evaluation.scope is not ScopeStatus.APPLIES:
                return None
            return next((_graded_words(each) for each in evaluation.advice if seen.name in each.rules), "")
        case "derived":
            derived = evaluation.network.derived[seen.name]
            if derived.type == "yes_no":
                return _TRUTH[evaluation.conditions[derived.node]].format("").strip() or "true"
            value = evaluation.values[derived.node].value
            return "unknown" if value is None else (value,)


def _sort_of(state: object) -> str:
    return "a value" if isinstance(state, tuple) else str(state)


def _derived_words(name: str, evaluation: Evaluation) -> str | None:
    derived = evaluation.network.derived[name]
    if derived.type == "yes_no":
        return _TRUTH[evaluation.conditions[derived.node]].format(name)
    value = evaluation.values[derived.node].value
    unit = f" {derived.unit}" if derived.unit else ""
    match value:
        case None:
            return f"unknown {name}"
        case Interval(low=Fraction() as low, high=Fraction() as high) if derived.type == "date":
            return f"{name} {dt.date.fromordinal(int(low)).isoformat()}" if low == high else None
        case Interval(low=Fraction() as low, high=Fraction() as high):
            ends = format_number(low), format_number(high)
            return f"{name} {ends[0]}{unit}" if low == high else f"{name} {ends[0]} to {ends[1]}{unit}"
        case str():
            return f"{name} is {value}"
        case _:
            return None


def _graded_words(advice: Advice) -> str:
    """A piece of advice with how strongly it is stated, as an example expects it."""
    words = advice_words((advice.kind, advice.against, advice.action, advice.target))
    words += f" strength {advice.strength}" if advice.strength else ""
    return words + (f" certainty {advice.certainty}" if advice.certainty else "")


def _grade(rule: RuleDefinition) -> tuple[str | None, ...]:
    return (rule.strength, rule.certainty)

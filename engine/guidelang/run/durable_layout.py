"""Rulesets for durable_rules that stay inside its hard limits, whatever the network.

Nothing here calls durable_rules; the limits are checked on the finished plan, before any ruleset is created, since
beyond some of them creating one hangs. The limits are those of version 2.0.28, found in its source and by experiment.

- A join is one durable rule with a pattern for each premise. A fact that more than `MAX_SHARING` rules wait for has
  twins, asserted together with it, so that no pattern is shared by more rules than it may be.
- `or`, `at least n of` and long conjunctions are one durable rule each, with one pattern that any of their tokens
  matches. A premise that becomes known asserts its token; the rule fires for each, and the firings are counted outside.
- Constants are compared in two steps, bucket and constant, so that no node of the network has too many branches.
- Rules are dealt out to as many rulesets as they need. A fact is asserted in each ruleset that waits for it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guidelang.run.durable_names import Vocabulary, fnv1a
from guidelang.run.durable_rails import MAX_PATTERNS, Derivation, Rails, Signal

MAX_RULES = 3000  # of 4096, beyond which a ruleset is refused
MAX_SHARING = 200  # of 256 rules that may share one pattern
BUCKET_SIZE = 128  # of 511 constants that are compared with one field at one place
MAX_CONSTANTS = 40_000  # in at most 313 buckets, of 511


class DurableError(Exception):
    """durable_rules cannot run this network, or refused a ruleset or a fact: a fault of this executor."""


@dataclass(frozen=True, slots=True)
class DurableFact:
    """A fact of the closed vocabulary: its identifier, and the constant that patterns compare, in its bucket."""

    id: str
    bucket: int
    constant: str

    @property
    def json(self) -> str:
        return json.dumps({"id": self.id, "b": self.bucket, "f": self.constant}, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class DurableRule:
    """One rule: it fires for facts that match its patterns, each a bucket and a constant."""

    name: str
    patterns: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What to assert, and where, when a signal becomes known; `for_` is the signal that a token counts for."""

    ruleset: int
    id: str
    json: str
    for_: Signal | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A network laid out.

    Attributes:
        rulesets: the rules of each.
        derivations: by the name of its rule. Names are unique across rulesets.
        deliveries: for each signal that something waits for.
        premises: the signal a fact stands for, by the identifier of the fact.
    """

    rulesets: tuple[tuple[DurableRule, ...], ...]
    derivations: Mapping[str, Derivation]
    deliveries: Mapping[Signal, tuple[Delivery, ...]]
    premises: Mapping[str, Signal]


def lay_out(plan: Rails) -> Layout:
    """Deal the derivations out to rulesets.

    Raises:
        DurableError: a limit of durable_rules would be passed all the same.
    """
    layout = _Builder(plan).build()
    check(layout)
    return layout


def ruleset_json(rules: Sequence[DurableRule]) -> str:
    """A ruleset as durable_rules reads it."""
    return json.dumps(
        {
            rule.name: {
                "all": [
                    {f"m{place}": {"$and": [{"b": bucket}, {"f": constant}]}}
                    for place, (bucket, constant) in enumerate(rule.patterns)
                ]
            }
            for rule in rules
        },
        separators=(",", ":"),
    )


class _Builder:
    def __init__(self, plan: Rails) -> None:
        self._plan = plan
        self._finished: list[tuple[DurableRule, ...]] = []
        self._derivations: dict[str, Derivation] = {}
        self._deliveries: defaultdict[Signal, list[Delivery]] = defaultdict(list)
        self._premises: dict[str, Signal] = {}
        self._names = Vocabulary()
        self._begin_ruleset()

    def _begin_ruleset(self) -> None:
        self._rules: list[DurableRule] = []
        self._constants: dict[str, int] = {}
        self._waiting: Counter[Signal] = Counter()
        self._twins: dict[Signal, list[DurableFact]] = {}

    def build(self) -> Layout:
        for derivation in self._plan.derivations:
            if len(self._rules) >= MAX_RULES or len(self._constants) + MAX_PATTERNS > MAX_CONSTANTS:
                self._finished.append(tuple(self._rules))
                self._begin_ruleset()
            name = f"r{len(self._derivations)}"
            self._derivations[name] = derivation
            if derivation.needed is None:
                patterns = tuple(self._wait_for(signal) for signal, _ in derivation.premises)
            else:
                patterns = (self._collect(name, derivation),)
            self._rules.append(DurableRule(name, patterns))
        if self._rules:
            self._finished.append(tuple(self._rules))
        deliveries = {signal: tuple(items) for signal, items in self._deliveries.items()}
        return Layout(tuple(self._finished), self._derivations, deliveries, self._premises)

    def _wait_for(self, signal: Signal) -> tuple[int, str]:
        """The pattern for a signal as one premise of a conjunction: the fact itself, or a twin of it."""
        twins = self._twins.setdefault(signal, [])
        if self._waiting[signal] >= MAX_SHARING * len(twins):
            fact = self._fact(f"{signal}:{len(self._finished)}:{len(twins)}")
            twins.append(fact)
            self._deliver(signal, fact, None)
        self._waiting[signal] += 1
        return twins[-1].bucket, twins[-1].constant

    def _collect(self, name: str, derivation: Derivation) -> tuple[int, str]:
        """The pattern that any token of an `or` or a count matches, with a token for each premise."""
        bucket = self._bucket(name)
        for place, (signal, _) in enumerate(derivation.premises):
            token = DurableFact(self._names.name(f"{name}:{place}"), bucket, name)
            self._deliver(signal, token, derivation.signal)
        return bucket, name

    def _fact(self, wanted: str) -> DurableFact:
        name = self._names.name(wanted)
        return DurableFact(name, self._bucket(name), name)

    def _bucket(self, constant: str) -> int:
        return self._constants.setdefault(constant, len(self._constants) // BUCKET_SIZE)

    def _deliver(self, signal: Signal, fact: DurableFact, for_: Signal | None) -> None:
        self._premises[fact.id] = signal
        self._deliveries[signal].append(Delivery(len(self._finished), fact.id, fact.json, for_))


def check(layout: Layout) -> None:
    """Check a plan against the hard limits of durable_rules.

    Raises:
        DurableError: with the limit that is passed.
    """
    hashes = Counter(fnv1a(fact) for fact in layout.premises)
    if any(count > 1 for count in hashes.values()):
        raise DurableError("two facts have one FNV-1a hash; durable_rules would take them for one")
    for rules in layout.rulesets:
        sharing = Counter(pattern for rule in rules for pattern in rule.patterns)
        branches = Counter(bucket for bucket, _ in sharing)
        for limit, found, what in (
            (4096, len(rules), "rules in a ruleset"),
            (MAX_PATTERNS, max((len(rule.patterns) for rule in rules), default=0), "patterns in a rule"),
            (255, max(sharing.values(), default=0), "rules that share a pattern"),
            (510, max(branches.values(), default=0), "constants in a bucket"),
            (510, len(branches), "buckets in a ruleset"),
        ):
            if found > limit:
                raise DurableError(f"durable_rules takes {limit} {what}; this network needs {found}")

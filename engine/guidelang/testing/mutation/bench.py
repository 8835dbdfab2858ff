"""The examples of a guideline, run against one mutant after the other.

Only an example that expects something of what a mutant may change is run, and a patient's facts are read once for all
mutants that read them alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from guidelang.diagnostics import Report
from guidelang.facts.state import FactSet
from guidelang.network.ir import FactDefinition, Network
from guidelang.run import Evaluation, evaluate
from guidelang.source import Source
from guidelang.syntax import parse, tree
from guidelang.testing import patient
from guidelang.testing.expect import failure
from guidelang.testing.mutation.mutants import NO_SETTINGS, Settings, settings_of
from guidelang.testing.mutation.observed import Differences


class Networks(Protocol):
    """The networks of one mutant. None where it has an error with the parameters of an example."""

    def reached(self, settings: Settings) -> Network | None:
        """What the fault reaches, and what that stands on, as a site with these parameters has it."""

    def whole(self, settings: Settings) -> Network | None:
        """All of it."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The facts of an example, and the definitions that they were read by."""

    definitions: Mapping[str, FactDefinition]
    facts: FactSet


_TOGETHER = tree.ExpectConflict | tree.ExpectStack


class Bench:
    """Examples that are run against many networks.

    Args:
        examples: those that pass on the guideline itself; their dates are checked.
    """

    def __init__(self, examples: Iterable[tree.Example]) -> None:
        self.examples = tuple(examples)
        self._read: dict[int, _Read] = {}

    def killer(self, networks: Networks, found: Differences) -> tuple[tree.Example, bool] | None:
        """An example that fails on a mutant, and whether it does so on what the fault reaches alone.

        It fails if one of its expectations does not hold, or an invariant. The quick ones are run first.
        """
        some = [example for example in self.examples if concerned(example, found)]
        for example in sorted(some, key=lambda each: len(each.settings)):
            if self._fails(example, networks.reached(settings_of(example)), part=True):
                return example, True
        if found.of("rule") or found.of("advice"):
            together = [e for e in self.examples if any(isinstance(each, _TOGETHER) for each in e.expects)]
            for example in together:
                if self._fails(example, networks.whole(settings_of(example)), part=False):
                    return example, False
        return None

    def refuter(self, networks: Networks) -> tree.Example | None:
        """An example on whose patient a mutant breaks an invariant, which may stand on all of a guideline."""
        for example in self.examples:
            if self._fails(example, networks.whole(settings_of(example)), part=False):
                return example
        return None

    def _fails(self, example: tree.Example, network: Network | None, *, part: bool) -> bool:
        return network is None or not passes(example, self.evaluation(example, network), part=part)

    def evaluation(self, example: tree.Example, network: Network) -> Evaluation:
        """What becomes of the patient of an example."""
        read = self._read.get(id(example))
        if read is None or any(read.definitions.get(name) != each for name, each in network.facts.items()):
            facts = facts_of(example, network)
            if read is None:
                self._read[id(example)] = _Read(network.facts, facts)
        else:
            facts = read.facts
        return evaluate(network, facts, "direct")


def facts_of(example: tree.Example, network: Network) -> FactSet:
    """The facts of an example's patient.

    Raises:
        NoPatient: if the file with the patient does not hold one.
    """
    assert example.on is not None  # the checks require a date
    return patient.facts_of(example, network, dt.date.fromisoformat(example.on.text))


def passes(example: tree.Example, evaluation: Evaluation, *, part: bool = False) -> bool:
    """Whether everything that an example expects of what is in a network holds, and no invariant is refuted.

    A `part` of a guideline has all rules that advise something, or none of them. Conflicts and stacks are between rules
    that need not be in one part, so only the whole can tell whether there are any.
    """
    network = evaluation.network
    known = {*network.rules, *network.derived, *network.facts}
    targets = {advice.target for rule in network.rules.values() for advice in rule.advice}
    for expectation in example.expects:
        match expectation:
            case tree.ExpectAdvice(target=target) if target.name not in targets:
                continue
            case tree.ExpectConflict() | tree.ExpectStack() if part:
                continue
            case _:
                name = getattr(expectation, "name", None)
        if isinstance(name, tree.Identifier) and name.name not in known:
            continue
        if failure(expectation, evaluation) is not None:
            return False
    return not evaluation.violations


def concerned(example: tree.Example, found: Differences) -> bool:
    """Whether an example may fail, if that alone differs."""
    if found.of("scope"):
        return True
    rules, derived = found.of("rule"), found.of("derived")
    advice = bool(rules or found.of("advice") or found.of("grade"))
    for expectation in example.expects:
        match expectation:
            case tree.ExpectAdvice():
                if advice:
                    return True
            case tree.ExpectConflict() | tree.ExpectStack() | tree.ExpectScope() | tree.ExpectUndecided(name=None):
                continue
            case _:
                name = expectation.name
                if name is not None and (name.name in rules or name.name in derived or name.name in found.facts):
                    return True
    return False


def read_example(text: str) -> tree.Example | None:
    """An `example` block by itself; None if it is none."""
    report = Report()
    statements = parse(Source("example", text), report).statements
    only = statements[0] if len(statements) == 1 else None
    return only if isinstance(only, tree.Example) and not report.has_errors else None


def shows(example: tree.Example, old: Network, new: Network) -> bool:
    """Whether an example without settings passes on the one network and fails on the other."""
    assert settings_of(example) == NO_SETTINGS

    def holds(network: Network) -> bool:
        return passes(example, evaluate(network, facts_of(example, network), "direct"))

    return holds(old) and not holds(new)

"""The outcome of an example by itself: all that is told of it, and nothing that it was worked out from.

A case is small, and may come from another process, which an evaluation cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

from guidelang.run.evaluation import Evaluation
from guidelang.source import Span
from guidelang.testing.examples import ExampleResult
from guidelang.testing.failure import Failure, Subject
from guidelang.trace.document import WhyNode
from guidelang.trace.why import Why

MOST_TREES = 4
"""Trees that explain one failure; conflicts and stacks may be of many rules."""


@dataclass(frozen=True, slots=True)
class FailedExpectation:
    """An expectation that does not hold, and the trees of why."""

    failure: Failure
    whys: tuple[WhyNode, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one example.

    Attributes:
        guideline, version: whose example it is.
        as_of: the day on which it was evaluated, YYYY-MM-DD.
        span: its name, where it stands.
        adapted: the guideline whose example it is, where another one that adapts it is tested.
        remarks: what could not be used of the patient, where the example fails.
        seconds: how long it took.
    """

    guideline: str
    version: str
    name: str
    as_of: str
    span: Span
    failed: tuple[FailedExpectation, ...]
    remarks: tuple[str, ...]
    seconds: float
    adapted: str | None = None

    @property
    def passed(self) -> bool:
        return not self.failed


def case_of(result: ExampleResult) -> Case:
    """The case of a result."""
    network, facts = result.evaluation.network, result.evaluation.facts
    whys = Why(result.evaluation)
    remarks = (problem.message for problem in facts.problems if problem.kind != "note")
    return Case(
        network.name,
        network.version,
        result.name,
        facts.as_of.isoformat(),
        result.span,
        tuple(FailedExpectation(each, _trees(each, whys)) for each in result.failures),
        tuple(dict.fromkeys(remarks)) if result.failures else (),
        result.seconds,
        result.adapted,
    )


def _trees(failure: Failure, whys: Why) -> tuple[WhyNode, ...]:
    found = (_tree(subject, whys) for subject in failure.subjects[:MOST_TREES])
    return tuple(tree for tree in found if tree is not None)


def _tree(subject: Subject, whys: Why) -> WhyNode | None:
    evaluation: Evaluation = whys.evaluation
    if subject.sort == "scope":
        return whys.scope()
    if subject.sort == "derived":
        return whys.derived(subject.name) if subject.name in evaluation.network.derived else None
    return whys.rule(subject.name) if subject.name in evaluation.network.rules else None
